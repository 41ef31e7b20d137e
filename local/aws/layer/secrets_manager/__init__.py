"""What Secrets Manager does and moto's does not. Each module changes moto when it is imported."""

from ..settings import Settings
from . import deletion, kms, listing, replicas, resource_policies, rotation, stages, values
from .rotations import Rotations
from .settling import settle

__all__ = ["Rotations", "deletion", "replicas", "resource_policies", "settle", "stages", "values"]


def install(settings: Settings, rotations: Rotations) -> None:
    listing.install(settings)
    deletion.install(settings)
    replicas.install(settings)
    rotation.install(rotations)
    # Last, because whether a key can be used is asked before anything is changed.
    kms.install(settings)
