"""How the layer changes moto: a method is wrapped or added under the name of the function that does it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

Method = Callable[..., Any]


def around(owner: type) -> Callable[[Method], Method]:
    """The decorated `name(original, self, …)` takes the place of `owner.name`, which it gets as `original`."""

    def install(replacement: Method) -> Method:
        original = getattr(owner, replacement.__name__)

        @wraps(original)
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            return replacement(original, self, *args, **kwargs)

        setattr(owner, replacement.__name__, method)
        return replacement

    return install


def instead(owner: type) -> Callable[[Method], Method]:
    """The decorated `name(self, …)` takes the place of `owner.name`, or becomes it where moto has none."""

    def install(method: Method) -> Method:
        setattr(owner, method.__name__, method)
        return method

    return install
