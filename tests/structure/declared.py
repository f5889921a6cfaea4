"""What template.yaml and infra/operations.yaml declare, for tests to hold against the code."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
LOOP = "Fn::ForEach::"
NAME = re.compile(r"\$\{(\w+)[^}]*\}")
Properties = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Declared:
    """A template, its loops written out."""

    document: Mapping[str, Any]
    resources: Mapping[str, Mapping[str, Any]]

    def of_type(self, kind: str) -> dict[str, Properties]:
        """The properties of a type's resources, by logical id."""
        return {
            name: resource["Properties"]
            for name, resource in self.resources.items()
            if resource["Type"] == kind
        }


@cache
def declared(path: str = "template.yaml") -> Declared:
    """Read a template of the project."""
    document = yaml_parse((ROOT / path).read_text())
    return Declared(document, _written_out(document["Resources"]))


def names_in(value: Any) -> Iterator[str]:
    """Every resource or parameter that a value refers to."""
    if isinstance(value, list):
        for one in value:
            yield from names_in(one)
    if not isinstance(value, Mapping):
        return
    for key, given in value.items():
        if key == "Ref":
            yield given
        elif key == "Fn::GetAtt":
            yield given.split(".")[0] if isinstance(given, str) else given[0]
        elif key == "Fn::Sub":
            yield from NAME.findall(given if isinstance(given, str) else given[0])
        else:
            yield from names_in(given)


def listed(value: Any) -> list[Any]:
    """A value that may stand alone where a list is meant."""
    return value if isinstance(value, list) else [value]


def _written_out(members: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out Fn::ForEach, as CloudFormation does."""
    written: dict[str, Any] = {}
    for key, member in members.items():
        if not key.startswith(LOOP):
            written[key] = member
            continue
        identifier, items, body = member
        for item in items:
            written |= _written_out(_filled(body, identifier, item))
    return written


def _filled(node: Any, identifier: str, item: str) -> Any:
    if isinstance(node, str):
        plain = re.sub(r"[^A-Za-z0-9]", "", item)
        return node.replace(f"${{{identifier}}}", item).replace(f"&{{{identifier}}}", plain)
    if isinstance(node, list):
        return [_filled(one, identifier, item) for one in node]
    if not isinstance(node, Mapping):
        return node
    if node == {"Ref": identifier}:
        return item
    return {_filled(key, identifier, item): _filled(value, identifier, item) for key, value in node.items()}
