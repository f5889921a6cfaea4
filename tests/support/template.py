"""template.yaml, read the way the deployment reads it: the only source of names and wiring."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
REGION = "eu-central-1"
ACCOUNT = "123456789012"
STACK = "best-friends"
PLACEHOLDER = re.compile(r"\$\{([^}!]+)\}")
PSEUDO = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": STACK,
}
ARNS: Mapping[str, str] = {
    "AWS::KMS::Key": "arn:aws:kms:eu-central-1:123456789012:key/{}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{}}",
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{{}}",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::Serverless::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{}}",
    "AWS::Serverless::StateMachine": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{{}}",
}
NAMED_BY_ARN = ("AWS::Serverless::StateMachine",)
NAME_PROPERTY = {"AWS::Serverless::Function": "FunctionName", "AWS::Serverless::StateMachine": "Name"}


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return document


@dataclass(slots=True)
class Template:
    """The template with its parameters, and the intrinsic functions that it uses.

    `made` holds what is known only after a resource was made: a queue's URL, a stream's ARN.
    """

    parameters: dict[str, str] = field(default_factory=dict)
    made: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        defaults = {name: str(one.get("Default", "")) for name, one in _document()["Parameters"].items()}
        self.parameters = defaults | self.parameters

    @property
    def globals(self) -> dict[str, Any]:
        """What is so for every function."""
        shared: dict[str, Any] = _document()["Globals"]["Function"]
        return shared

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of every resource of a type, by logical id."""
        return {
            name: one.get("Properties", {})
            for name, one in _document()["Resources"].items()
            if one["Type"] == kind
        }

    def properties(self, logical_id: str) -> dict[str, Any]:
        """A resource's properties, as they stand in the file."""
        properties: dict[str, Any] = _document()["Resources"][logical_id]["Properties"]
        return properties

    def name_of(self, logical_id: str) -> str:
        """A resource's physical name."""
        kind = _document()["Resources"][logical_id]["Type"]
        if kind in NAME_PROPERTY:
            return str(self.resolved(self.properties(logical_id)[NAME_PROPERTY[kind]]))
        return f"{STACK}-{logical_id}".lower() if kind == "AWS::S3::Bucket" else f"{STACK}-{logical_id}"

    def arn_of(self, logical_id: str) -> str:
        """A resource's ARN."""
        return ARNS[_document()["Resources"][logical_id]["Type"]].format(self.name_of(logical_id))

    def resolved(self, value: Any) -> Any:
        """A value with its intrinsic functions carried out."""
        if isinstance(value, dict) and len(value) == 1:
            [(function, given)] = value.items()
            if function in self._functions:
                return self._functions[function](given)
        if isinstance(value, dict):
            return {key: self.resolved(one) for key, one in value.items()}
        return [self.resolved(one) for one in value] if isinstance(value, list) else value

    @property
    def _functions(self) -> dict[str, Callable[[Any], Any]]:
        return {
            "Ref": self._ref,
            "Fn::GetAtt": self._attribute,
            "Fn::Sub": lambda text: PLACEHOLDER.sub(lambda found: self._named(found[1]), text),
            "Fn::If": lambda given: self.resolved(given[1 if self._condition(given[0]) else 2]),
            "Fn::Equals": lambda given: self.resolved(given[0]) == self.resolved(given[1]),
            "Fn::Not": lambda given: not self.resolved(given[0]),
        }

    def _condition(self, name: str) -> bool:
        return bool(self.resolved(_document()["Conditions"][name]))

    def _named(self, name: str) -> str:
        return str(self._attribute(name) if "." in name else self._ref(name))

    def _ref(self, name: str) -> str:
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.parameters:
            return self.parameters[name]
        if (name, "Ref") in self.made:
            return self.made[name, "Ref"]
        kind = _document()["Resources"][name]["Type"]
        return self.arn_of(name) if kind in NAMED_BY_ARN else self.name_of(name)

    def _attribute(self, given: Any) -> str:
        logical_id, attribute = given.split(".", 1) if isinstance(given, str) else given
        if (logical_id, attribute) in self.made:
            return self.made[logical_id, attribute]
        if attribute == "Arn":
            return self.arn_of(logical_id)
        return f"{self.name_of(logical_id)}.{attribute}"
