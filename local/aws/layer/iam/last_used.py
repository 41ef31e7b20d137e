"""When a role was used last comes with the Region, which moto forgets."""

from typing import Any

from moto.core.utils import utcnow
from moto.iam import models

original = models.mark_account_as_visited


def mark_account_as_visited(account_id: str, access_key: str, service: str, region: str) -> None:
    original(account_id, access_key, service, region)
    backend = models.iam_backends[account_id][models.get_partition(region)]
    key: Any = backend.access_keys.get(access_key)
    role = key and key.role_arn and next((role for role in backend.get_roles() if role.arn == key.role_arn), None)
    if role:
        role.last_used, role.last_used_region = utcnow(), region


models.mark_account_as_visited = mark_account_as_visited
