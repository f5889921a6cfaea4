"""The machines' definitions: what neither the linter nor the interpreter in memory notices."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.machines import MACHINE
from tests.support.template import ROOT, Template

DEFINITIONS = {
    name: json.loads((ROOT / one["DefinitionUri"]).read_text())
    for name, one in Template().of_type(MACHINE).items()
}
ENDS = ("Succeed", "Fail")


def graphs(definition: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A definition and every one within its Maps."""
    yield path, definition
    for name, state in definition["States"].items():
        if "ItemProcessor" in state:
            yield from graphs(state["ItemProcessor"], f"{path}.{name}")


def follows(state: dict[str, Any]) -> set[str]:
    """The states that a state may lead to."""
    rules = [state, *state.get("Choices", []), *state.get("Catch", [])]
    return {rule["Next"] for rule in rules if "Next" in rule} | (
        {state["Default"]} if "Default" in state else set()
    )


GRAPHS = [one for name, definition in DEFINITIONS.items() for one in graphs(definition, name)]
STATES = [(f"{path}.{name}", state) for path, graph in GRAPHS for name, state in graph["States"].items()]


@pytest.mark.parametrize(("path", "graph"), GRAPHS, ids=[path for path, _ in GRAPHS])
def test_every_state_is_reached_and_every_arrow_ends_at_a_state(path: str, graph: dict[str, Any]) -> None:
    reached, todo = set(), {graph["StartAt"]}
    while todo:
        name = todo.pop()
        reached.add(name)
        todo |= follows(graph["States"][name]) - reached
    assert reached == set(graph["States"])


@pytest.mark.parametrize(("path", "state"), STATES, ids=[path for path, _ in STATES])
def test_every_state_goes_on_or_ends(path: str, state: dict[str, Any]) -> None:
    goes_on = "Next" in state or "Choices" in state
    assert goes_on != (state["Type"] in ENDS or bool(state.get("End")))


@pytest.mark.parametrize(
    ("path", "state"),
    [(path, state) for path, state in STATES if state["Type"] == "Task"],
    ids=[path for path, state in STATES if state["Type"] == "Task"],
)
def test_every_task_has_an_end_to_its_waiting_and_retries(path: str, state: dict[str, Any]) -> None:
    assert state["TimeoutSeconds"] > 0
    assert all(retrier.get("MaxAttempts", 3) <= 8 for retrier in state["Retry"])


@pytest.mark.parametrize("machine", DEFINITIONS)
def test_every_placeholder_is_substituted_and_every_substitution_is_used(machine: str) -> None:
    text = (ROOT / Template().properties(machine)["DefinitionUri"]).read_text()
    used = {part.split("}", 1)[0] for part in text.split("${")[1:]}
    assert used == set(Template().properties(machine)["DefinitionSubstitutions"])


def test_annual_machine_may_invoke_exactly_the_functions_it_calls() -> None:
    properties = Template().properties("AnnualMachine")
    [statement] = [
        one for one in properties["Policies"][0]["Statement"] if one["Action"] == ["lambda:InvokeFunction"]
    ]
    given = {key for key in properties["DefinitionSubstitutions"] if key.endswith("Arn")}
    assert {f"{one['Fn::GetAtt'][0]}Arn" for one in statement["Resource"]} == given
