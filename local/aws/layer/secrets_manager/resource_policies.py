"""Resource policies must be JSON, and not public when BlockPublicPolicy asks for that."""

import json
from typing import Any

from moto.secretsmanager.exceptions import SecretsManagerClientError
from moto.secretsmanager.responses import SecretsManagerResponse

from ..patch import around

PUBLIC = ("*", {"AWS": "*"}, {"AWS": ["*"]})


@around(SecretsManagerResponse)
def put_resource_policy(original: Any, self: SecretsManagerResponse) -> str:
    try:
        statements = json.loads(self._get_param("ResourcePolicy"))["Statement"]
    except (ValueError, TypeError, KeyError) as error:
        raise SecretsManagerClientError(
            "MalformedPolicyDocumentException", "This resource policy contains invalid Json."
        ) from error
    for statement in statements if isinstance(statements, list) else [statements]:
        allows_all = statement.get("Effect") == "Allow" and statement.get("Principal") in PUBLIC
        if self._get_bool_param("BlockPublicPolicy", False) and allows_all and not statement.get("Condition"):
            raise SecretsManagerClientError(
                "PublicPolicyException", "This resource policy grants broad access to the secret."
            )
    return original(self)
