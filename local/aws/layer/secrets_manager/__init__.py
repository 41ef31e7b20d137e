"""What Secrets Manager does and moto's does not. Each module changes moto when it is imported."""

from ..settings import Settings
from . import deletion, listing, replicas, resource_policies, stages, values

__all__ = ["deletion", "replicas", "resource_policies", "stages", "values"]


def install(settings: Settings) -> None:
    listing.install(settings)
