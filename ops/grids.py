"""Read a grid of policies: a policy file in which any value may be a list of values to try."""

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from best_friends.domain.policy import Policy, PolicyError
from best_friends.domain.what_if import canonical
from ops.faults import Stop
from ops.policies import faulty, text_of

MOST = 60
"""Policies in one call: so many rows can still be read, and are run within minutes."""

Key = tuple[str, str]
Values = dict[Key, list[Any]]


def read_grid(path: Path) -> list[Policy]:
    """Every combination of the values of a grid file, in its order; what it leaves out is the default.

    For a key that is a list itself, the values to try are a list of lists.

    Raises:
        Stop: naming the file, the line and the mend for each fault.
    """
    text = text_of(path)
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise faulty(path, text, [("", f"this is not TOML: {error}")]) from None
    values = _values(document)
    if unclear := [(".".join(key), said) for key, tried in values.items() if (said := _unclear(key, tried))]:
        raise faulty(path, text, unclear)
    combinations = prod(map(len, values.values()))
    if combinations > MOST:
        sizes = " x ".join(str(len(tried)) for tried in values.values() if len(tried) > 1)
        raise Stop(
            f"{path}: asks for {combinations:,} policies ({sizes}), and one call tries {MOST} at most;"
            " leave some values out"
        )
    policies: list[Policy] = []
    faults: list[tuple[str, str]] = []
    for document_of_one in _combined(document, values):
        try:
            policies.append(Policy.of(document_of_one))
        except PolicyError as error:
            faults += error.faults
    if faults:
        raise faulty(path, text, faults)
    return policies


def distinct(policies: list[Policy]) -> list[Policy]:
    """Each policy once, in the order of the first; 4.50 is 4.5.

    Raises:
        Stop: when there are too many.
    """
    found = list(dict.fromkeys(map(canonical, policies)))
    if len(found) > MOST:
        raise Stop(f"{len(found)} policies are asked for, and one call tries {MOST} at most; leave some out")
    return found


def _values(document: dict[str, Any]) -> Values:
    """The values to try of every key; what is no table or unknown is left to the policy to refuse."""
    return {
        (section, key): _tried(section, key, value)
        for section, keys in document.items()
        if isinstance(keys, dict)
        for key, value in keys.items()
    }


def _tried(section: str, key: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        return [value]
    if _is_list(section, key) and not any(isinstance(one, list) for one in value):
        return [value]
    return value


def _unclear(key: Key, tried: list[Any]) -> str:
    if not tried:
        return "names no value; write at least one"
    if _is_list(*key) and not all(isinstance(one, list) for one in tried):
        return "is a list, so the values to try are a list of lists, such as [[], [...]]"
    return ""


def _is_list(section: str, key: str) -> bool:
    """Whether the value of a key is a list by itself."""
    return isinstance(getattr(getattr(Policy(), section, None), key, None), tuple)


def _combined(document: dict[str, Any], values: Values) -> Iterator[dict[str, Any]]:
    for chosen in product(*values.values()):
        one = {section: dict(keys) if isinstance(keys, dict) else keys for section, keys in document.items()}
        for (section, key), value in zip(values, chosen, strict=True):
            one[section][key] = value
        yield one
