"""A what-if can do nothing but read, and write its own report: the roles say so, whatever the code does."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.structure.declared import ROOT, declared, listed, names_in
from tests.structure.test_declared_functions import FUNCTIONS, statements_of

State = Mapping[str, Any]
MACHINE = declared().of_type("AWS::Serverless::StateMachine")["WhatIfMachine"]
STATES: Mapping[str, State] = json.loads((ROOT / MACHINE["DefinitionUri"]).read_text())["States"]
START = "OpenYear"
READS = {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Scan", "s3:GetObject", "s3:ListBucket"}
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
OWN = {"Fn::Sub": "${ArchiveBucket.Arn}/what-if/*"}


def invoked() -> set[str]:
    """The functions that the machine's role may invoke."""
    [statement] = MACHINE["Policies"][0]["Statement"]
    assert statement["Action"] == ["lambda:InvokeFunction"]
    return {name for resource in statement["Resource"] for name in names_in(resource)}


def test_the_machine_may_invoke_exactly_what_a_what_if_reaches() -> None:
    assert invoked() == {name for state in reached() for name in functions_of(STATES[state])}


def test_a_what_if_never_reaches_what_writes() -> None:
    assert not reached() & {
        "RepairStats",
        "RecordVerdicts",
        "InviteNominees",
        "Reminders",
        "CloseAnswers",
        "RecordFailure",
    }
    assert {"ReportWhatIf", "WhatIfReported", "WhatIfDiffers", "WhatIfFailed"} <= reached()


@pytest.mark.parametrize("function", sorted(invoked()))
def test_its_functions_read_and_write_below_what_if_alone(function: str) -> None:
    for statement in statements_of(f"{function}Role"):
        for action in set(listed(statement["Action"])) - READS - LOGS:
            assert (action, statement["Resource"]) == ("s3:PutObject", OWN)


@pytest.mark.parametrize("function", sorted(one for one in FUNCTIONS if one.startswith("WhatIf")))
def test_a_copy_is_the_step_of_the_year_in_all_but_its_role(function: str) -> None:
    own, original = FUNCTIONS[function], FUNCTIONS[function.removeprefix("WhatIf")]
    for name in ("Handler", "Timeout", "MemorySize", "Layers"):
        assert own.get(name) == original.get(name)


def reached() -> set[str]:
    """The states that a what-if with a name can come to."""
    found: set[str] = set()
    ahead = [START]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += _ways(STATES[name])
    return found


def functions_of(state: State) -> Iterator[str]:
    """The functions behind a state, or behind those of its Map."""
    if "ItemProcessor" in state:
        for inner in state["ItemProcessor"]["States"].values():
            yield from functions_of(inner)
    elif str(state.get("Resource", "")).startswith("${"):
        yield from names_in(MACHINE["DefinitionSubstitutions"][state["Resource"].strip("${}")])


def _ways(state: State) -> Iterator[str]:
    yield from (one["Next"] for one in (state, *state.get("Catch", [])) if "Next" in one)
    for choice in state.get("Choices", []):
        taken = _taken(choice)
        if taken is not False:
            yield choice["Next"]
        if taken is True:
            return
    if "Default" in state:
        yield state["Default"]


def _taken(choice: Mapping[str, Any]) -> bool | None:
    """Whether a what-if takes a choice; None where it depends on something else than its name."""
    if "Not" in choice:
        taken = _taken(choice["Not"])
        return None if taken is None else not taken
    return False if choice.get("Variable") == "$.run.what_if" and choice["StringEquals"] == "" else None
