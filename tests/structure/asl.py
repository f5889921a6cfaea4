"""What can be wrong with a state machine before anybody runs it.

Neither CloudFormation's linter nor the emulators notice a `Next` that leads nowhere, and they know less
of the language than AWS does: what they would ignore in silence counts as a fault here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

State = Mapping[str, Any]
States = Mapping[str, State]

ENDS = frozenset({"Succeed", "Fail"})
GOES_ON = frozenset({"Task", "Map", "Pass", "Wait"})
NOT_UNDERSTOOD_EVERYWHERE = frozenset(
    {
        *("QueryLanguage", "Assign", "Arguments", "Output"),  # JSONata, and variables
        *("ItemBatcher", "ItemReader", "ResultWriter", "ToleratedFailurePercentage"),
        *("TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"),
    }
)
LONGEST_WAIT_BY_SECONDS = 60
"""Whatever is longer is a date, which a rehearsal brings nearer: TimestampPath."""

SUBSTITUTION = re.compile(r"\$\{(\w+)\}")


def faults_of(definition: Mapping[str, Any]) -> list[str]:
    """Everything that is wrong with a definition, each fault led by the state that has it."""
    return [*_faults_of_fields(definition, "machine"), *_faults_of_scope(definition, "machine", caught=False)]


def substitutions_of(text: str) -> frozenset[str]:
    """The names that a definition wants to be given by the template."""
    return frozenset(SUBSTITUTION.findall(text))


def is_canonical(text: str) -> bool:
    """Whether a definition is written the one way in which its changes can be read."""
    return text.rstrip("\n") == json.dumps(json.loads(text), indent=2, ensure_ascii=False)


def _faults_of_scope(scope: Mapping[str, Any], where: str, *, caught: bool) -> Iterator[str]:
    states: States = scope.get("States", {})
    start = scope.get("StartAt")
    if start not in states:
        yield f"{where}: StartAt {start} is no state"
    for name, state in states.items():
        yield from (f"{name}: {fault}" for fault in _faults_of_flow(state, states))
        if state.get("Type") in ("Task", "Map"):
            yield from (f"{name}: {fault}" for fault in _faults_of_care(state, caught=caught))
        if state.get("Type") == "Map":
            yield from (f"{name}: {fault}" for fault in _faults_of_map(state))
            inner = state.get("ItemProcessor", {})
            yield from _faults_of_scope(inner, name, caught=caught or "Catch" in state)
        if state.get("Type") == "Wait" and state.get("Seconds", 0) > LONGEST_WAIT_BY_SECONDS:
            yield f"{name}: waits for a constant number of seconds"
    reached = _reachable(start, {name: _targets(state) for name, state in states.items()})
    yield from (f"{name}: cannot be reached" for name in states if name not in reached)
    for name in states:
        onward = _reachable(name, {name: _targets(state) for name, state in states.items()})
        if not any(_is_end(states[one]) for one in onward if one in states):
            yield f"{name}: leads to no end"


def _faults_of_flow(state: State, states: States) -> Iterator[str]:
    kind = state.get("Type")
    if kind not in ENDS | GOES_ON | {"Choice"}:
        yield f"type {kind} is not used here"
    yield from (f"{target} is no state" for target in _targets(state) if target not in states)
    if kind == "Choice" and "Default" not in state:
        yield "has no Default"
    if kind in GOES_ON and ("Next" in state) == (state.get("End") is True):
        yield "must either go on or end"
    if kind in ENDS and ("Next" in state or "End" in state):
        yield "is an end and goes on"


def _faults_of_care(state: State, *, caught: bool) -> Iterator[str]:
    """What a Task or a Map does about failures; inside a Map, the Map's own Catch may do."""
    if not (caught or state.get("Catch")):
        yield "nobody catches its failure"
    if state["Type"] == "Map":
        return
    if not isinstance(state.get("TimeoutSeconds"), int):
        yield "has no TimeoutSeconds"
    retries = state.get("Retry", [])
    if not retries:
        yield "has no Retry"
    for retry in retries:
        blind = "States.ALL" in retry["ErrorEquals"]
        if blind and (retry is not retries[-1] or retry["ErrorEquals"] != ["States.ALL"]):
            yield "States.ALL must stand alone and last"
        if blind and len(retries) == 1 and not (retry.get("Comment") or state.get("Comment")):
            yield "retries blindly and does not say why"


def _faults_of_map(state: State) -> Iterator[str]:
    if not state.get("MaxConcurrency"):
        yield "has no MaxConcurrency"
    if state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("Mode") != "INLINE":
        yield "is no inline Map"


def _faults_of_fields(node: Any, where: str) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:
            yield from _faults_of_fields(one, where)
    if not isinstance(node, Mapping):
        return
    for key, value in node.items():
        if key in NOT_UNDERSTOOD_EVERYWHERE:
            yield f"{where}: {key} is not understood everywhere"
        if key.endswith(".$") and not str(value).startswith(("$", "States.")):
            yield f"{where}: {key} is no path"
        # What lies below Parameters, Result and the like is data, whose keys are anybody's.
        if key not in ("Parameters", "ItemSelector", "ResultSelector", "Result"):
            yield from _faults_of_fields(value, key)
        else:
            yield from (fault for fault in _faults_of_fields(value, key) if fault.endswith("is no path"))


def _targets(state: State) -> list[str]:
    ways = [state, *state.get("Choices", []), *state.get("Catch", [])]
    return [way[key] for way in ways for key in ("Next", "Default") if key in way]


def _is_end(state: State) -> bool:
    return state.get("Type") in ENDS or state.get("End") is True


def _reachable(start: str | None, ways: Mapping[str, list[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = [start] if start else []
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += ways.get(name, [])
    return reached
