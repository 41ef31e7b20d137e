"""Prints a template as plain CloudFormation JSON.

    .venv/bin/python scripts/translate.py template.yaml > plain.json

A SAM template goes through AWS's own SAM translator, without network: code on this machine is replaced by a
placeholder in S3, as the SAM CLI does when it validates. A plain template, YAML or JSON, is only turned into JSON.
"""

import argparse
import functools
import json
import sys
import warnings

import yaml

warnings.filterwarnings("ignore")

SAM = "AWS::Serverless-2016-10-31"
PLACEHOLDER = "s3://placeholder-bucket/placeholder-key"
LOCAL_CODE = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}


class NoManagedPolicies:
    """Stands for the look-up of AWS managed policies in IAM; the usual ones come with the translator."""

    def load(self):
        return {}


def intrinsic(loader, suffix, node):
    """`!Sub x` to `{"Fn::Sub": "x"}`: CloudFormation's short forms in JSON."""
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


class TemplateLoader(yaml.SafeLoader):
    """YAML as CloudFormation reads it: with short forms, and with dates left as strings."""


TemplateLoader.add_multi_constructor("!", intrinsic)
TemplateLoader.add_constructor("tag:yaml.org,2002:timestamp", yaml.SafeLoader.construct_yaml_str)


def read_template(path):
    with open(path, encoding="utf-8") as file:
        template = yaml.load(file, TemplateLoader)  # noqa: S506 (a SafeLoader)
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        sys.exit(f"{path} is no template: it has no Resources.")
    return template


def replace_local_code(template):
    for resource in template["Resources"].values():
        name = LOCAL_CODE.get(resource.get("Type"))
        if name:
            properties = resource.setdefault("Properties", {})
            if "InlineCode" not in properties:
                properties[name] = PLACEHOLDER


def translate(template, region):
    # Imported here, as it takes a second that a plain template need not spend.
    import boto3
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.arn_generator import ArnGenerator
    from samtranslator.translator.translator import Translator

    ArnGenerator.BOTO_SESSION_REGION_NAME = region
    translator = Translator(None, Parser(), boto_session=boto3.Session(region_name=region))
    policies = functools.cache(NoManagedPolicies().load)
    try:
        return translator.translate(template, parameter_values={}, get_managed_policy_map=policies)
    except InvalidDocumentException as error:
        causes = "\n".join(cause.message for cause in error.causes)
        sys.exit(f"The SAM translator refuses the template: {error.message}\n{causes}")


def main():
    parser = argparse.ArgumentParser(description="Prints a template as plain CloudFormation JSON.")
    parser.add_argument("template", help="SAM or plain template, YAML or JSON")
    parser.add_argument("--region", default="us-east-1", help="Region whose partition the ARNs get")
    arguments = parser.parse_args()

    template = read_template(arguments.template)
    if template.get("Transform") == SAM:
        replace_local_code(template)
        template = translate(template, arguments.region)
    json.dump(template, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
