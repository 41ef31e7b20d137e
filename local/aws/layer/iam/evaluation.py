"""A small evaluator of policies: what an identity may do, and who takes it away.

Wildcards in actions and resources, Allow and Deny, NotAction and NotResource, and the usual condition operators. A
condition on a key that the caller did not give does not hold (as in IAM's simulator), except for Null and …IfExists.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

Statement = dict[str, Any]
Context = dict[str, list[str]]

VARIABLE = re.compile(r"\$\{([^}]+)\}")
ALLOWED, DENIED, NEITHER = "allowed", "explicitDeny", "implicitDeny"


@dataclass(frozen=True)
class Request:
    action: str
    resource: str
    context: Context


def statements(document: str | dict[str, Any]) -> list[Statement]:
    parsed = json.loads(unquote(document)) if isinstance(document, str) else document
    given = parsed.get("Statement", [])
    return given if isinstance(given, list) else [given]


def decide(policy: Iterable[Statement], request: Request, *, conditions: bool = True) -> str:
    """What statements say to a request. Without `conditions`, those that have one are left out."""
    matching = {
        statement["Effect"]
        for statement in policy
        if (conditions or not statement.get("Condition")) and matches(statement, request)
    }
    return DENIED if "Deny" in matching else ALLOWED if "Allow" in matching else NEITHER


def matches(statement: Statement, request: Request) -> bool:
    return (
        _named(statement, "Action", request.action, ignore_case=True)
        and _named(_filled(statement, request.context), "Resource", request.resource, ignore_case=False)
        and all(
            _holds(operator, key, wanted, request.context)
            for operator, tests in statement.get("Condition", {}).items()
            for key, wanted in tests.items()
        )
    )


def _filled(statement: Statement, context: Context) -> Statement:
    """The statement with the policy variables of its resources filled in, as far as they are known."""

    def fill(text: str) -> str:
        return VARIABLE.sub(lambda found: context.get(found[1], [found[0]])[0], text)

    return {
        name: [fill(one) for one in _list(value)] if name.endswith("Resource") else value
        for name, value in statement.items()
    }


def _named(statement: Statement, element: str, value: str, *, ignore_case: bool) -> bool:
    if f"Not{element}" in statement:
        return not _any_like(statement[f"Not{element}"], value, ignore_case=ignore_case)
    return _any_like(statement.get(element, []), value, ignore_case=ignore_case)


def _any_like(patterns: Any, value: str, *, ignore_case: bool) -> bool:
    # The simulator's own `*` is any resource: only a pattern that takes all of them takes it.
    return any(_pattern(pattern, ignore_case).fullmatch(value) is not None for pattern in _list(patterns))


@cache
def _pattern(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text, re.IGNORECASE | re.DOTALL if ignore_case else re.DOTALL)


def _list(value: Any) -> list[str]:
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in _as_list(value)]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _equal(value: str, wanted: str) -> bool:
    return value == wanted


def _equal_in_any_case(value: str, wanted: str) -> bool:
    return value.lower() == wanted.lower()


def _like(value: str, wanted: str) -> bool:
    return _pattern(wanted, False).fullmatch(value) is not None


TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": _equal,
    "StringEqualsIgnoreCase": _equal_in_any_case,
    "StringLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": _equal_in_any_case,
    "NumericEquals": _equal,
}


def _holds(operator: str, key: str, wanted: Any, context: Context) -> bool:
    quantifier, _, name = operator.rpartition(":")
    optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    values = next((given for known, given in context.items() if known.lower() == key.lower()), None)
    if name == "Null":
        return (values is None) == (_list(wanted)[0] == "true")
    negated = name.replace("Not", "", 1) if "Not" in name else ""
    test = TESTS.get(negated or name)
    if test is None:
        raise ValueError(f"The local AWS does not know the condition operator {operator}.")
    if values is None:
        return optional or bool(negated) or quantifier == "ForAllValues"
    hits = [any(test(value, one) for one in _list(wanted)) != bool(negated) for value in values]
    return any(hits) if quantifier == "ForAnyValue" else all(hits)
