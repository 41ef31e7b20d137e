"""What IAM does and moto's does not. Each module changes moto when it is imported."""

from ..settings import Settings
from . import (
    attachments,
    aws_policies,
    boundaries,
    deletion,
    documents,
    instance_profiles,
    last_used,
    login_profiles,
    names,
    paging,
    service_credentials,
    simulation,
    tags,
    versions,
)

__all__ = [
    "attachments",
    "aws_policies",
    "boundaries",
    "deletion",
    "documents",
    "instance_profiles",
    "last_used",
    "login_profiles",
    "names",
    "service_credentials",
    "tags",
    "versions",
]


def install(settings: Settings) -> None:
    simulation.install(settings)
    # Last, because it wraps the List calls that the other modules add.
    paging.install(settings)
