"""record_delivery: what the mail service says afterwards."""

import json
from typing import Any

import pytest

from best_friends.domain.invitation import Answer, InvitationState
from best_friends.domain.letter import LetterState
from tests.support.fixtures import Printed
from tests.support.marketplace import YEAR, Marketplace, year_record
from tests.support.queues import SqsDriver
from tests.support.stack import Clock, Stack
from tests.support.steps import answered, invited, letter_sent, state_of

BOUNCE = {"kind": "Bounce", "bounce_type": "Permanent"}


@pytest.fixture
def message_id(stack: Stack, marketplace: Marketplace, letters_queue: SqsDriver) -> str:
    """A letter that was sent to F1."""
    marketplace.star("F1").settle()
    stack.programme.open(year_record())
    invited(stack, "F1")
    letter_sent(stack, letters_queue, "F1")
    return stack.postbox.mails[0].message_id


def say(stack: Stack, message_id: str, **event: Any) -> None:
    """What the rules of the template make of an event of the mail service."""
    body = {"message_id": message_id, "at": "2026-01-15T05:00:09Z", **event}
    stack.client("sqs").send_message(QueueUrl=stack.name("DeliveriesQueue"), MessageBody=json.dumps(body))


def events(stack: Stack) -> list[str]:
    [row] = stack.items("LettersTable")
    return [event["M"]["event"]["S"] for event in row["events"]["L"]]


def test_permanent_bounce_ends_an_open_invitation(
    stack: Stack, message_id: str, deliveries_queue: SqsDriver, printed: Printed
) -> None:
    say(stack, message_id, **BOUNCE)
    deliveries_queue.drain()
    assert state_of(stack, "F1") is InvitationState.UNDELIVERABLE
    assert events(stack) == ["Bounce"]
    assert printed.metric("InvitationsUndeliverable") == 1


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "Bounce", "bounce_type": "Transient"},
        {"kind": "Bounce", "bounce_type": "Undetermined"},
        {"kind": "Complaint"},
        {"kind": "Delivery"},
        {"kind": "DeliveryDelay"},
    ],
    ids=lambda event: "-".join(event.values()),
)
def test_anything_else_is_noted_and_ends_nothing(
    stack: Stack, message_id: str, deliveries_queue: SqsDriver, event: dict[str, str]
) -> None:
    say(stack, message_id, **event)
    deliveries_queue.drain()
    assert state_of(stack, "F1") is InvitationState.OPEN
    assert events(stack) == [event["kind"]]


def test_rejected_letter_ends_the_invitation(
    stack: Stack, message_id: str, deliveries_queue: SqsDriver
) -> None:
    say(stack, message_id, kind="Reject")
    deliveries_queue.drain()
    assert state_of(stack, "F1") is InvitationState.UNDELIVERABLE


def test_bounce_does_not_take_an_answer_away(
    stack: Stack, message_id: str, deliveries_queue: SqsDriver, clock: Clock
) -> None:
    answered(stack, "F1", Answer.CONFIRM, clock())
    say(stack, message_id, **BOUNCE)
    deliveries_queue.drain()
    assert state_of(stack, "F1") is InvitationState.CONFIRMED


def test_event_faster_than_our_record_is_delivered_again(
    stack: Stack, message_id: str, deliveries_queue: SqsDriver
) -> None:
    say(stack, "not-yet", **BOUNCE)
    assert len(deliveries_queue.deliver()) == 1
    stack.letters.settle(f"invitation#{YEAR}#F1", LetterState.SENT, message_id="not-yet")
    deliveries_queue.drain()
    assert state_of(stack, "F1") is InvitationState.UNDELIVERABLE


def test_event_of_a_message_that_is_not_ours_ends_in_the_dead_letters(
    stack: Stack, message_id: str, deliveries_queue: SqsDriver
) -> None:
    say(stack, "somebody-elses", **BOUNCE)
    say(stack, message_id, kind="Delivery")
    deliveries_queue.drain()
    [dead] = stack.messages("DeliveriesDeadLetters")
    assert dead["message_id"] == "somebody-elses"
    assert events(stack) == ["Delivery"]


def test_bounce_delivered_twice_ends_the_invitation_once(
    stack: Stack, message_id: str, deliveries_queue: SqsDriver
) -> None:
    say(stack, message_id, **BOUNCE)
    deliveries_queue.deliver(twice=True)
    [row] = stack.items("InvitationsTable")
    assert [event["M"]["state"]["S"] for event in row["history"]["L"]] == ["undeliverable"]


def test_event_that_is_none_does_not_hold_up_the_others(
    stack: Stack, message_id: str, deliveries_queue: SqsDriver
) -> None:
    for body in ("[]", "{}", "nothing"):
        stack.client("sqs").send_message(QueueUrl=stack.name("DeliveriesQueue"), MessageBody=body)
    say(stack, message_id, **BOUNCE)
    assert len(deliveries_queue.deliver()) == 3
    assert state_of(stack, "F1") is InvitationState.UNDELIVERABLE
