"""Rules of cfn-lint: Custom::RvAccessBundle, before it is deployed.

    cfn-lint --append-rules schema/cfn-lint -- template.yaml

They need bundle.json beside them, and say what the function, IAM or CloudFormation would say after the deployment had begun.
"""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path
from typing import Any, Iterator

import cfnlint.rules.resources.iam.IdentityPolicy as identity
from cfnlint.jsonschema import ValidationError
from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.rules.jsonschema.CfnLintJsonSchema import CfnLintJsonSchema

TYPE = "Custom::RvAccessBundle"
SCHEMA = json.loads((Path(__file__).parent / "bundle.json").read_text("utf-8"))


def known_at_deployment(value: Any) -> bool:
    """A function of CloudFormation, or a reference that it resolves."""
    if isinstance(value, dict):
        return len(value) == 1 and re.match(r"Ref$|Fn::", next(iter(value))) is not None
    return isinstance(value, str) and "{{resolve:" in value


class RvAccessBundle(CfnLintJsonSchema):
    """Properties of Custom::RvAccessBundle"""

    id = "E9301"
    shortdesc = "Properties of Custom::RvAccessBundle"
    description = "Names and values must be such as the function of the RV access bundle takes"
    tags = ["resources", "rv-access-bundle"]

    def __init__(self) -> None:
        super().__init__(keywords=[f"Resources/{TYPE}/Properties"], all_matches=True)
        self._use_schema_arg = False
        self._schema = SCHEMA

    def _iter_errors(self, validator: Any, instance: Any) -> Any:
        for error in super()._iter_errors(validator, instance):
            if known_at_deployment(error.instance):
                continue
            error.message = self.message(instance, error)
            error.context = []
            error.rule = self
            yield error

    def message(self, instance: Any, err: ValidationError) -> str:
        if err.validator == "additionalProperties":
            return err.message.replace("Additional properties are not allowed", "Not a property of the bundle")
        name = next((part for part in err.path if part in self._schema["properties"]), None)
        if name is None:
            return err.message
        rule = re.search(r"It (must .*)\.$", self._schema["properties"][name].get("description", ""))
        return f"{name} {err.instance!r} {rule[1]}" if rule else err.message


class RvAccessBundlePolicies(identity.IdentityPolicy):
    """Policy documents of Custom::RvAccessBundle, by cfn-lint's own rules for IAM"""

    id = "E9302"
    shortdesc = "Policy documents of Custom::RvAccessBundle"
    description = "InstancePolicyDocument and UserPolicyDocument must be policies that IAM takes"
    tags = ["resources", "rv-access-bundle"]

    def __init__(self) -> None:
        super().__init__()
        self.keywords = [f"Resources/{TYPE}/Properties"]

    def validate(self, validator: Any, keyword: Any, properties: Any, schema: Any) -> Any:
        for name in ("InstancePolicyDocument", "UserPolicyDocument"):
            policy = properties.get(name)
            # An empty text is the same as none.
            if not policy or known_at_deployment(policy):
                continue
            for error in self.found(validator, keyword, policy, schema):
                error.path.appendleft(name)
                error.rule = self
                yield error

    def found(self, validator: Any, keyword: Any, policy: Any, schema: Any) -> Any:
        yield from super().validate(validator, keyword, policy, schema)
        try:
            json.loads(policy if isinstance(policy, str) else "{}")
        except json.JSONDecodeError as error:
            yield ValidationError(f"The policy is no JSON: {error}")


class RvAccessBundleAttributes(CloudFormationLintRule):
    """Attributes of Custom::RvAccessBundle: CloudFormation misses a wrong one when everything is made already"""

    id = "E9303"
    shortdesc = "Attributes of Custom::RvAccessBundle"
    description = "Fn::GetAtt and Fn::Sub must name attributes that the bundle has"
    tags = ["functions", "getatt", "rv-access-bundle"]
    known = [pointer.removeprefix("/properties/") for pointer in SCHEMA["readOnlyProperties"]]

    def match(self, cfn: Any) -> list[RuleMatch]:
        bundles = cfn.get_resources(TYPE)
        return [
            RuleMatch(path, self.message(attribute))
            for path, resource, attribute in self.named(cfn)
            if resource in bundles and attribute not in self.known
        ]

    def named(self, cfn: Any) -> Iterator[tuple[list[Any], str, str]]:
        """Path, resource and attribute of whatever names an attribute as a text."""
        for *path, value in cfn.search_deep_keys("Fn::GetAtt"):
            parts = value.split(".", 1) if isinstance(value, str) else value
            if len(parts) == 2 and all(isinstance(part, str) for part in parts):
                yield path, *parts
        for *path, value in cfn.search_deep_keys("Fn::Sub"):
            text = value[0] if isinstance(value, list) and value else value
            if isinstance(text, str):
                for found in re.finditer(r"\$\{\s*(\w+)\.([\w.]+)\s*\}", text):
                    yield path, found[1], found[2]

    def message(self, attribute: str) -> str:
        near = difflib.get_close_matches(attribute, self.known, 1)
        return f'"{attribute}" is no attribute of the bundle.' + (f' Did you mean "{near[0]}"?' if near else "")
