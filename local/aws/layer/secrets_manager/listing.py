"""ListSecretVersionIds with the secret's ARN, real dates, pages, and versions without label only when asked for."""

import json

from moto.secretsmanager.exceptions import SecretsManagerClientError
from moto.secretsmanager.responses import SecretsManagerResponse

from ..settings import Settings
from .secret import find


def install(settings: Settings) -> None:
    def list_secret_version_ids(self: SecretsManagerResponse) -> str:
        secret = find(self.backend, self._get_param("SecretId"))
        versions = [
            {
                "VersionId": version_id,
                "VersionStages": version["version_stages"],
                "CreatedDate": version["createdate"],
            }
            for version_id, version in secret.versions.items()
            if version["version_stages"] or self._get_bool_param("IncludeDeprecated", False)
        ]
        token = self._get_param("NextToken")
        if token and not token.isdigit():
            raise SecretsManagerClientError("InvalidNextTokenException", "The nextToken provided is invalid.")
        start = int(token or 0)
        end = start + min(self._get_int_param("MaxResults", settings.pageSize), settings.pageSize)
        answer = {"ARN": secret.arn, "Name": secret.name, "Versions": versions[start:end]}
        if end < len(versions):
            answer["NextToken"] = str(end)
        return json.dumps(answer)

    SecretsManagerResponse.list_secret_version_ids = list_secret_version_ids  # type: ignore[method-assign]
