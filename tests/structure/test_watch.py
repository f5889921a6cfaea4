"""infra/operations.yaml: whatever can fail is watched, and what is watched exists."""

import ast
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from best_friends.adapters.queues import LONGEST_DELAY_SECONDS
from best_friends.application.dispatch_job import Step
from best_friends.application.hand_over import Sending
from best_friends.domain.invitation import AnswerOutcome
from best_friends.domain.offer import Ending, Standing
from best_friends.pages.news import NewsState
from tests.structure.declared import ROOT, declared, names_in

WATCH = declared("infra/operations.yaml")
ALARMS = WATCH.of_type("AWS::CloudWatch::Alarm")
OUTPUTS = declared().document["Outputs"]
FUNCTIONS = declared().of_type("AWS::Serverless::Function")
DASHBOARD = WATCH.of_type("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]["Fn::ToJsonString"]
OURS = "BestFriends"
EVENT_TYPES = ("Delivery", "Bounce", "Complaint", "Reject", "DeliveryDelay")  # of SES, in its own words
WORDS: dict[tuple[str, str], Iterable[str]] = {
    ("answer_invitation", "Answers"): AnswerOutcome,
    ("send_letters", "Letters"): Sending,
    ("record_delivery", "Letters"): EVENT_TYPES,
    ("dispatch_job", "Waves"): Step,
    ("dispatch_job", "Jobs"): Ending,
    ("send_notifications", "Notifications"): Sending,
    ("accept_job", "Offers"): Standing,
    ("choose_news", "News"): NewsState,
}
"""What a function puts into the name of a metric, behind how it begins."""
HEARTBEATS = {
    "RosterOld",
    "CutoffsOld",
    "ReviewsUncounted",
    "TestersUninvited",
    "AnnouncementsStopped",
    "BadgesUnissued",
    "EventsUnordered",
    "ReferrersNotUpdated",
}
"""Alarms that silence sets off; the others are silent when nothing happens."""

every_alarm = pytest.mark.parametrize("alarm", ALARMS)


def mapped(value: Any) -> Any:
    """A value, looked up in the template's mappings if it is to be found there."""
    if isinstance(value, dict) and "Fn::FindInMap" in value:
        first, second, third = value["Fn::FindInMap"]
        return WATCH.document["Mappings"][first][second][third]
    return value


def imports_in(value: Any) -> Iterator[str]:
    """The exports of the watched stack that a value takes."""
    if isinstance(value, list):
        for one in value:
            yield from imports_in(one)
    elif isinstance(value, dict):
        if "Fn::ImportValue" in value:
            yield value["Fn::ImportValue"]["Fn::Sub"].removeprefix("${Stack}-")
        for one in value.values():
            yield from imports_in(one)


def watched(namespace: str, metric: str) -> set[str]:
    """The resources whose metric has an alarm."""
    taken = (
        one
        for alarm in ALARMS.values()
        if (alarm["Namespace"], mapped(alarm["MetricName"])) == (namespace, metric)
        for one in imports_in(alarm["Dimensions"])
    )
    return {name for one in taken for name in names_in(OUTPUTS[one]["Value"])}


def functions_watched(metric: str) -> set[str]:
    """The functions whose metric has an alarm, by name."""
    return {
        alarm["Dimensions"][0]["Value"]["Fn::Sub"].removeprefix("${Stack}-")
        for alarm in ALARMS.values()
        if (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", metric)
    }


def counted_by(service: str) -> set[str]:
    """The metrics of a function, whatever becomes of its letters, answers, waves and offers."""
    tree = ast.parse((ROOT / "functions" / service / "handler.py").read_text())
    names = [call.args[0] for call in calls_of(tree, "count", "took")]
    # `answered` counts a page that broke, by the name that it is given last.
    names += [call.args[-1] for call in calls_of(tree, "answered")]
    return {metric for name in names for metric in _metrics_of(name, service)}


def calls_of(tree: ast.AST, *functions: str) -> list[ast.Call]:
    """The calls of these functions."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in functions]


def _metrics_of(name: ast.expr, service: str) -> Iterator[str]:
    if isinstance(name, ast.Constant):
        yield str(name.value)
    elif isinstance(name, ast.JoinedStr):
        prefix = "".join(str(part.value) for part in name.values if isinstance(part, ast.Constant))
        for word in WORDS[service, prefix]:
            yield prefix + (word.title().replace("_", "") if word.islower() else word)


def our_metrics() -> set[tuple[str, str]]:
    """(metric, service) of all that alarms and dashboard take from our own namespace."""
    alarms = {
        (mapped(alarm["MetricName"]), mapped(alarm["Dimensions"][0]["Value"]))
        for alarm in ALARMS.values()
        if alarm["Namespace"] == OURS
    }
    rows = [row for widget in DASHBOARD["widgets"] for row in widget["properties"].get("metrics", [])]
    return alarms | {(row[1], row[3]) for row in rows if row[0] == OURS}


@every_alarm
def test_an_alarm_is_plain_and_silent_when_nothing_happens_unless_that_is_the_trouble(alarm: str) -> None:
    properties = ALARMS[alarm]
    assert properties["TreatMissingData"] == ("breaching" if alarm in HEARTBEATS else "notBreaching")
    assert "Metrics" not in properties  # metric math, which the embedded AWS refuses
    assert mapped(properties["AlarmDescription"])
    assert properties["AlarmActions"]["Fn::If"][0] == "HasTopic"


def test_what_must_happen_every_day_or_more_often_is_missed_when_it_does_not() -> None:
    schedules = declared().of_type("AWS::Scheduler::Schedule")
    often = [one for name, one in schedules.items() if name != "YearlySchedule"]
    targets = {name for one in often for name in names_in(one["Target"]["Arn"])}
    seen = {ALARMS[alarm]["Dimensions"][0]["Value"] for alarm in HEARTBEATS}
    assert {"".join(part.title() for part in service.split("_")) for service in seen} == targets
    for alarm in HEARTBEATS:
        assert ALARMS[alarm]["ComparisonOperator"] == "LessThanThreshold"
        assert ALARMS[alarm]["EvaluationPeriods"] == 3, "one that is late is nothing to wake people up for"


def test_the_roster_is_expected_as_often_as_it_is_built() -> None:
    built = declared().document["Parameters"]["RosterMinutes"]
    expected = WATCH.document["Parameters"]["RosterSeconds"]
    assert {name: 60 * built[name] for name in ("Default", "MinValue", "MaxValue")} == {
        name: expected[name] for name in ("Default", "MinValue", "MaxValue")
    }
    assert ALARMS["RosterOld"]["Period"] == {"Ref": "RosterSeconds"}


def test_alarms_have_names_of_their_own() -> None:
    names = [str(alarm["AlarmName"]) for alarm in ALARMS.values()]
    assert len(names) == len(set(names))


def test_whatever_is_imported_is_exported() -> None:
    assert set(imports_in(dict(WATCH.resources))) <= set(OUTPUTS)


def test_dead_letters_wake_people_up() -> None:
    queues = declared().of_type("AWS::SQS::Queue")
    dead = {name for name, queue in queues.items() if "RedrivePolicy" not in queue}
    assert watched("AWS/SQS", "ApproximateNumberOfMessagesVisible") == dead


def test_a_queue_that_is_behind_is_seen() -> None:
    queues = declared().of_type("AWS::SQS::Queue")
    assert watched("AWS/SQS", "ApproximateAgeOfOldestMessage") == {
        name for name, queue in queues.items() if "RedrivePolicy" in queue
    }


def test_a_wave_that_was_told_to_wait_is_not_behind() -> None:
    allowed = WATCH.document["Mappings"]["Queues"]["JobsQueue"]["Late"]
    assert LONGEST_DELAY_SECONDS < int(allowed) <= LONGEST_DELAY_SECONDS + 600


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_every_function_is_watched(metric: str) -> None:
    names = {one["FunctionName"]["Fn::Sub"].removeprefix("${AWS::StackName}-") for one in FUNCTIONS.values()}
    assert functions_watched(metric) == names


def test_every_stream_that_is_behind_is_seen() -> None:
    assert functions_watched("IteratorAge") == {
        function["FunctionName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")
        for function in FUNCTIONS.values()
        if any(event["Type"] == "DynamoDB" for event in function.get("Events", {}).values())
    }


@pytest.mark.parametrize("end", ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"])
def test_every_machine_is_watched(end: str) -> None:
    alarms = [alarm for alarm in ALARMS.values() if str(alarm["MetricName"]).count(end)]
    taken = {name for alarm in alarms for name in imports_in(alarm["Dimensions"])}
    assert taken == set(declared().of_type("AWS::Serverless::StateMachine"))


def test_every_rule_is_watched() -> None:
    assert watched("AWS/Events", "FailedInvocations") == set(declared().of_type("AWS::Events::Rule"))


@pytest.mark.parametrize(
    ("metric", "service"), [pytest.param(*one, id=" by ".join(one)) for one in sorted(our_metrics())]
)
def test_what_is_shown_somebody_counts(metric: str, service: str) -> None:
    assert metric in counted_by(service)


@pytest.mark.parametrize("service", sorted(one["Handler"].split(".")[0] for one in FUNCTIONS.values()))
def test_whatever_fails_or_is_in_doubt_wakes_people_up(service: str) -> None:
    bad = {name for name in counted_by(service) if name.endswith(("Failed", "InDoubt"))}
    alarmed = {
        mapped(alarm["MetricName"])
        for alarm in ALARMS.values()
        if alarm["Namespace"] == OURS and mapped(alarm["Dimensions"][0]["Value"]) == service
    }
    assert bad <= alarmed


def test_the_dashboard_asks_four_questions_and_says_what_good_looks_like() -> None:
    texts = [
        widget["properties"]["markdown"].splitlines()
        for widget in DASHBOARD["widgets"]
        if widget["type"] == "text"
    ]
    assert [title for title, _ in texts] == [
        "# Is the year on track?",
        "# Are the stats current?",
        "# Is mail going out?",
        "# Do jobs reach Friends?",
    ]
    assert all(good.startswith("Good: ") for _, good in texts)


def test_the_runbook_says_of_every_alarm_what_to_do() -> None:
    """By the name that rings, without the stack's; each function's two are one row."""
    told = (ROOT / "docs" / "operations.md").read_text()
    for alarm in ALARMS.values():
        name = alarm["AlarmName"]["Fn::Sub"].removeprefix("${Stack} ")
        trouble = name.rpartition(" ")[2]
        named = f"FUNCTION {trouble}" if trouble in ("Errors", "Throttles") else name
        assert f"`{named}`" in told, f"docs/operations.md does not say what to do about {name}"
