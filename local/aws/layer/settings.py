"""What can be changed while the server runs."""

from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass
class Settings:
    """Named as in the JSON of `POST /_local/settings`."""

    keyActivationSeconds: float = 2.0
    latencyMs: float = 0.0
    # IAM may answer a List call with fewer entities than asked for; small pages prove that a caller reads them all.
    pageSize: int = 100

    def change(self, values: dict[str, Any]) -> None:
        known = {field.name for field in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"There is no setting {name}; there are {', '.join(sorted(known))}.")
            least = 1 if name == "pageSize" else 0
            if not isinstance(value, (int, float)) or isinstance(value, bool) or value < least:
                raise ValueError(f"The setting {name} must be a number, at least {least}.")
        for name, value in values.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
