"""The state machines as graphs: nothing dangles, nothing waits for ever, nothing fails unseen."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.structure.asl import faults_of, is_canonical, substitutions_of
from tests.structure.declared import ROOT, declared

Definition = dict[str, Any]
MACHINES = declared().of_type("AWS::Serverless::StateMachine")
FILES = sorted((ROOT / "statemachines").glob("*.asl.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_definition_has_no_fault(path: Any) -> None:
    assert faults_of(json.loads(path.read_text())) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_definition_is_written_canonically(path: Any) -> None:
    assert is_canonical(path.read_text())


def test_every_definition_belongs_to_a_machine_and_the_years_to_two() -> None:
    used = sorted(machine["DefinitionUri"] for machine in MACHINES.values())
    year = MACHINES["AnnualMachine"]["DefinitionUri"]
    assert used == sorted([*(str(path.relative_to(ROOT)) for path in FILES), year])
    assert MACHINES["WhatIfMachine"]["DefinitionUri"] == year


@pytest.mark.parametrize("machine", MACHINES)
def test_a_definition_is_given_exactly_what_it_asks_for(machine: str) -> None:
    properties = MACHINES[machine]
    wanted = substitutions_of((ROOT / properties["DefinitionUri"]).read_text())
    assert wanted == set(properties["DefinitionSubstitutions"])


@pytest.mark.parametrize("machine", MACHINES)
def test_a_machine_may_do_exactly_what_its_tasks_do(machine: str) -> None:
    text = (ROOT / MACHINES[machine]["DefinitionUri"]).read_text()
    calls = {
        "${": "lambda:InvokeFunction",
        "arn:aws:states:::sqs:sendMessage": "sqs:SendMessage",
        "arn:aws:states:::dynamodb:updateItem": "dynamodb:UpdateItem",
    }
    needed = {action for call, action in calls.items() if f'"Resource": "{call}' in text}
    if machine == "WhatIfMachine":  # tests/structure/test_what_if_roles.py says why
        needed = {"lambda:InvokeFunction"}
    statements = MACHINES[machine]["Policies"][0]["Statement"]
    assert {action for one in statements for action in one["Action"]} == needed


# The checker itself: a definition without a fault, and what breaks it.

RETRY = {"ErrorEquals": ["Lambda.ServiceException"], "MaxAttempts": 3}
CATCH = {"ErrorEquals": ["States.ALL"], "Next": "Failed"}
SOUND: Definition = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "MaxConcurrency": 2,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": "One",
                "States": {
                    "One": {"Type": "Task", "TimeoutSeconds": 60, "Retry": [RETRY], "End": True},
                },
            },
            "Catch": [CATCH],
            "Next": "Which",
        },
        "Which": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.again", "BooleanEquals": True, "Next": "Pause"}],
            "Default": "Done",
        },
        "Pause": {"Type": "Wait", "Seconds": 5, "Next": "Work"},
        "Work": {
            "Type": "Task",
            "Parameters": {"Output": "data", "run.$": "$.run"},
            "TimeoutSeconds": 60,
            "Retry": [RETRY, {"ErrorEquals": ["States.ALL"]}],
            "Catch": [CATCH],
            "Next": "Each",
        },
        "Done": {"Type": "Succeed"},
        "Failed": {"Type": "Fail"},
    },
}
Break = Callable[[dict[str, Any]], Any]


def inner(states: dict[str, Any]) -> dict[str, Any]:
    """The states inside the Map."""
    found: dict[str, Any] = states["Each"]["ItemProcessor"]["States"]
    return found


BREAKS: dict[str, tuple[Break, str]] = {
    "a Next that leads nowhere": (
        lambda states: states["Pause"].update(Next="Wrok"),
        "Pause: Wrok is no state",
    ),
    "a Catch that leads nowhere": (
        lambda states: states["Work"].update(Catch=[{**CATCH, "Next": "Gone"}]),
        "Work: Gone is no state",
    ),
    "a choice that leads nowhere": (
        lambda states: states["Which"]["Choices"][0].update(Next="Gone"),
        "Which: Gone is no state",
    ),
    "a Default that leads nowhere": (
        lambda states: states["Which"].update(Default="Gone"),
        "Which: Gone is no state",
    ),
    "a Map that starts nowhere": (
        lambda states: states["Each"]["ItemProcessor"].update(StartAt="Gone"),
        "Each: StartAt Gone is no state",
    ),
    "a Map's state that leads out of it": (
        lambda states: inner(states)["One"].update(Next="Done"),
        "One: Done is no state",
    ),
    "a state that nothing leads to": (
        lambda states: states.update(Alone={"Type": "Succeed"}),
        "Alone: cannot be reached",
    ),
    "a circle without a way out": (
        lambda states: states["Pause"].update(Next="Pause"),
        "Pause: leads to no end",
    ),
    "a state that neither goes on nor ends": (
        lambda states: states["Pause"].pop("Next"),
        "Pause: must either go on or end",
    ),
    "a choice without a Default": (lambda states: states["Which"].pop("Default"), "Which: has no Default"),
    "an end that goes on": (
        lambda states: states["Done"].update(Next="Failed"),
        "Done: is an end and goes on",
    ),
    "a task without a timeout": (
        lambda states: states["Work"].pop("TimeoutSeconds"),
        "Work: has no TimeoutSeconds",
    ),
    "a task without a retry": (lambda states: inner(states)["One"].pop("Retry"), "One: has no Retry"),
    "a task that nobody catches": (
        lambda states: states["Work"].pop("Catch"),
        "Work: nobody catches its failure",
    ),
    "a Map's task that nobody catches": (
        lambda states: states["Each"].pop("Catch"),
        "One: nobody catches its failure",
    ),
    "a blind retry without a reason": (
        lambda states: states["Work"].update(Retry=[{"ErrorEquals": ["States.ALL"]}]),
        "Work: retries blindly and does not say why",
    ),
    "States.ALL before others": (
        lambda states: states["Work"]["Retry"].reverse(),
        "Work: States.ALL must stand alone and last",
    ),
    "a Map without a bound": (
        lambda states: states["Each"].pop("MaxConcurrency"),
        "Each: has no MaxConcurrency",
    ),
    "a distributed Map": (
        lambda states: states["Each"]["ItemProcessor"]["ProcessorConfig"].update(Mode="DISTRIBUTED"),
        "Each: is no inline Map",
    ),
    "JSONata": (
        lambda states: states["Work"].update(QueryLanguage="JSONata"),
        "Work: QueryLanguage is not understood everywhere",
    ),
    "a variable": (
        lambda states: states["Pause"].update(Assign={"x": 1}),
        "Pause: Assign is not understood everywhere",
    ),
    "batches": (
        lambda states: states["Each"].update(ItemBatcher={"MaxItemsPerBatch": 5}),
        "Each: ItemBatcher is not understood everywhere",
    ),
    "a path that is none": (
        lambda states: states["Work"]["Parameters"].update({"run.$": "run"}),
        "Parameters: run.$ is no path",
    ),
    "a date written as seconds": (
        lambda states: states["Pause"].update(Seconds=1209600),
        "Pause: waits for a constant number of seconds",
    ),
    "a type that nobody expects": (
        lambda states: states["Pause"].update(Type="Parallel"),
        "Pause: type Parallel is not used here",
    ),
}


def test_a_sound_definition_passes() -> None:
    assert faults_of(SOUND) == []


@pytest.mark.parametrize(("breaking", "fault"), BREAKS.values(), ids=BREAKS.keys())
def test_the_checker_sees(breaking: Break, fault: str) -> None:
    broken = copy.deepcopy(SOUND)
    breaking(broken["States"])
    assert fault in faults_of(broken)
