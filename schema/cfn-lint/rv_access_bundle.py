"""A rule of cfn-lint: the properties of Custom::RvAccessBundle, before they are deployed.

    cfn-lint --append-rules schema/cfn-lint -- template.yaml

It needs bundle.json beside it, and says what the function would say after the deployment had begun.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from cfnlint.jsonschema import ValidationError
from cfnlint.rules.jsonschema.CfnLintJsonSchema import CfnLintJsonSchema


class RvAccessBundle(CfnLintJsonSchema):
    """Properties of Custom::RvAccessBundle"""

    id = "E9301"
    shortdesc = "Properties of Custom::RvAccessBundle"
    description = "Names and values must be such as the function of the RV access bundle takes"
    tags = ["resources", "rv-access-bundle"]

    def __init__(self) -> None:
        super().__init__(keywords=["Resources/Custom::RvAccessBundle/Properties"], all_matches=True)
        self._use_schema_arg = False
        self._schema = json.loads((Path(__file__).parent / "bundle.json").read_text("utf-8"))

    def _iter_errors(self, validator: Any, instance: Any) -> Any:
        for error in super()._iter_errors(validator, instance):
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
