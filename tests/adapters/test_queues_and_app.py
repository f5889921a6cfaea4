"""The ways of dispatched jobs: waves that are due, notifications, the marketplace's app."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from hypothesis import given
from hypothesis import strategies as st

from best_friends import bootstrap
from best_friends.adapters.app import EventBridgeApp
from best_friends.adapters.queues import (
    LONGEST_DELAY_SECONDS,
    SqsJobs,
    SqsNotifications,
    decode_notification_order,
    decode_wave_order,
)
from best_friends.application.errors import InDoubt, Throttled
from best_friends.application.ports_dispatch import NotificationOrder, WaveOrder
from tests.support.fixtures import few_examples
from tests.support.stack import Stack
from tests.support.wire import Wire, reply, text_of

PUT_EVENTS = "eventbridge.PutEvents"
ORDER = NotificationOrder("J1", "F1", 2)
IDS = st.text(min_size=1, max_size=40)


@pytest.fixture
def jobs(stack: Stack) -> SqsJobs:
    """The jobs queue."""
    return bootstrap.jobs_queue(stack.name("JobsQueue"))


@pytest.fixture
def notifications(stack: Stack) -> SqsNotifications:
    """The notifications queue."""
    return bootstrap.notifications_queue(stack.name("NotificationsQueue"))


@pytest.fixture
def app(stack: Stack) -> EventBridgeApp:
    """The app."""
    return bootstrap.app()


@pytest.fixture
def heard(stack: Stack) -> list[dict[str, Any]]:
    """What the event bus was told."""
    events: list[dict[str, Any]] = []
    stack.wire.listeners[PUT_EVENTS] = lambda request, _: events.extend(
        json.loads(text_of(request))["Entries"]
    )
    return events


# ---------------------------------------------------------------- waves that are due


@pytest.mark.parametrize(
    ("after", "delay"), [(0, 0), (60, 60), (900, 900), (901, 900), (36_000, LONGEST_DELAY_SECONDS)]
)
def test_wave_waits_as_long_as_it_is_told_to_or_a_queue_can(
    stack: Stack, jobs: SqsJobs, after: int, delay: int
) -> None:
    sent: list[dict[str, Any]] = []
    stack.wire.listeners["sqs.SendMessage"] = lambda request, _: sent.append(json.loads(text_of(request)))
    jobs.put(WaveOrder("J1", 3), after_seconds=after)
    assert [one["DelaySeconds"] for one in sent] == [delay]
    assert decode_wave_order(sent[0]["MessageBody"]) == WaveOrder("J1", 3)


def test_wave_is_due_at_once_unless_told_otherwise(stack: Stack, jobs: SqsJobs) -> None:
    jobs.put(WaveOrder("J1"))
    [body] = stack.messages("JobsQueue")
    assert decode_wave_order(json.dumps(body)) == WaveOrder("J1", 1)


@few_examples
@given(st.builds(WaveOrder, job_id=IDS, wave=st.integers(1, 60)))
def test_due_wave_comes_back_as_it_was_written(order: WaveOrder) -> None:
    body = json.dumps({"job_id": order.job_id, "wave": order.wave})
    assert decode_wave_order(body) == order


NO_ORDERS = [
    "",
    "null",
    "[]",
    "{}",
    '"text"',
    '{"wave": 1}',
    '{"job_id": "", "wave": 1, "friend_id": "F1"}',
    '{"job_id": null, "wave": 1, "friend_id": "F1"}',
    '{"job_id": 7, "wave": 1, "friend_id": "F1"}',
    '{"job_id": ["J1"], "wave": 1, "friend_id": "F1"}',
    '{"job_id": "J1", "friend_id": "F1"}',
    '{"job_id": "J1", "wave": "first", "friend_id": "F1"}',
    '{"job_id": "J1", "wave": null, "friend_id": "F1"}',
]


@pytest.mark.parametrize("body", NO_ORDERS)
@pytest.mark.parametrize("decode", [decode_wave_order, decode_notification_order])
def test_body_that_is_no_order_is_refused(decode: Callable[[str], object], body: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        decode(body)


@pytest.mark.parametrize("friend_id", ["null", '""', "5", "[]"])
def test_notification_is_for_a_friend(friend_id: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        decode_notification_order(f'{{"job_id": "J1", "wave": 1, "friend_id": {friend_id}}}')


# ---------------------------------------------------------------- notifications


def test_more_notifications_than_a_batch_holds_are_all_queued(
    stack: Stack, notifications: SqsNotifications
) -> None:
    orders = [NotificationOrder("J1", f"F{number:02d}", 1) for number in range(25)]
    notifications.put(iter(orders))
    notifications.put([])
    found = [decode_notification_order(json.dumps(body)) for body in stack.messages("NotificationsQueue")]
    assert sorted(found, key=lambda one: one.friend_id) == orders
    assert stack.wire.count("sqs.SendMessageBatch") == 3


def test_notification_in_the_queue_is_ids_only(stack: Stack, notifications: SqsNotifications) -> None:
    notifications.put([ORDER])
    assert stack.messages("NotificationsQueue") == [{"job_id": "J1", "friend_id": "F1", "wave": 2}]


def test_notifications_that_are_taken_in_part_are_told(stack: Stack, notifications: SqsNotifications) -> None:
    failed = {"Id": "0", "Code": "InternalError", "SenderFault": False}
    stack.wire.answers["sqs.SendMessageBatch"] = lambda request: reply(
        request, 200, {"Successful": [], "Failed": [failed]}
    )
    with pytest.raises(Throttled):
        notifications.put([ORDER])


def test_queue_that_does_not_take_anything_is_told(
    stack: Stack, jobs: SqsJobs, notifications: SqsNotifications
) -> None:
    stack.wire.refuse("sqs.SendMessageBatch", "AccessDenied", 403)
    stack.wire.refuse("sqs.SendMessage", "AccessDenied", 403)
    with pytest.raises(ClientError):
        notifications.put([ORDER])
    with pytest.raises(ClientError):
        jobs.put(WaveOrder("J1"))


# ---------------------------------------------------------------- the app


def test_app_hears_ids_and_a_language_and_nothing_else(
    app: EventBridgeApp, heard: list[dict[str, Any]]
) -> None:
    app.notify(ORDER, "fr")
    [event] = heard
    assert (event["Source"], event["DetailType"]) == ("best-friends", "Job notification")
    assert json.loads(event["Detail"]) == {"job_id": "J1", "friend_id": "F1", "wave": 2, "language": "fr"}


def test_event_that_the_bus_did_not_take_is_free_to_be_told_later(stack: Stack, app: EventBridgeApp) -> None:
    entry = {"ErrorCode": "ThrottlingException", "ErrorMessage": "somebody@private.example"}
    stack.wire.answers[PUT_EVENTS] = lambda request: reply(
        request, 200, {"FailedEntryCount": 1, "Entries": [entry]}
    )
    with pytest.raises(Throttled) as raised:
        app.notify(ORDER, "de")
    assert "@" not in str(raised.value)


FAULTS: dict[str, tuple[Callable[[Wire], None], type[Exception]]] = {
    "throttle": (lambda wire: wire.refuse(PUT_EVENTS, "ThrottlingException"), Throttled),
    "broken": (lambda wire: wire.refuse(PUT_EVENTS, "InternalException", 500), Throttled),
    "not allowed": (lambda wire: wire.refuse(PUT_EVENTS, "AccessDeniedException"), Throttled),
    "unreachable": (lambda wire: wire.cut(PUT_EVENTS), Throttled),
    "closed half way": (lambda wire: wire.cut(PUT_EVENTS, by=ConnectionClosedError), InDoubt),
    "garbled": (lambda wire: wire.garble(PUT_EVENTS), InDoubt),
    "silent": (lambda wire: wire.lose_reply(PUT_EVENTS), InDoubt),
}


@pytest.mark.parametrize(("fault", "error"), FAULTS.values(), ids=FAULTS.keys())
def test_trouble_of_the_bus_is_sorted_and_never_tried_again_by_itself(
    stack: Stack, app: EventBridgeApp, fault: Callable[[Wire], None], error: type[Exception]
) -> None:
    fault(stack.wire)
    with pytest.raises(error) as raised:
        app.notify(ORDER, "de")
    assert stack.wire.count(PUT_EVENTS) == 1
    assert "@" not in str(raised.value)
