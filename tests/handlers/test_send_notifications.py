"""send_notifications: each Friend once a job, by its own way, and nothing private on the way."""

import json
from dataclasses import replace
from typing import Any

import pytest

from best_friends.adapters.errors import UNSENDABLE
from best_friends.domain.friends import Channel
from best_friends.domain.letter import LetterState
from tests.support.fixtures import Printed
from tests.support.marketplace import friend
from tests.support.offers import job_of, mail_to, order_notification
from tests.support.queues import SqsDriver
from tests.support.stack import Clock, Stack
from tests.support.wire import text_of

SEND = "sesv2.SendEmail"
PUT_EVENTS = "eventbridge.PutEvents"
POISON = [
    " ",
    "{",
    "null",
    "[]",
    "{}",
    '{"job_id": "J1"}',
    '{"job_id": "J1", "friend_id": "", "wave": 1}',
    '{"job_id": "J1", "friend_id": "F1", "wave": "x"}',
]
by_every_way = pytest.mark.parametrize(("channel", "way"), [(Channel.MAIL, SEND), (Channel.APP, PUT_EVENTS)])


@pytest.fixture(autouse=True)
def posted(stack: Stack, clock: Clock) -> None:
    """A job that was posted nine seconds ago, and two Friends nearby."""
    stack.jobs.post(job_of("J1", clock()))
    stack.friends.put_many([friend("F1"), friend("F2", language="fr")])
    clock.move(seconds=9)


@pytest.fixture
def heard(stack: Stack) -> list[dict[str, Any]]:
    """The details of what the event bus was told."""
    events: list[dict[str, Any]] = []

    def hear(request: Any, _: Any) -> None:
        events.extend(json.loads(entry["Detail"]) for entry in json.loads(text_of(request))["Entries"])

    stack.wire.listeners[PUT_EVENTS] = hear
    return events


def prefers(stack: Stack, friend_id: str, channel: Channel) -> None:
    stack.friends.put_many([replace(friend(friend_id), channel=channel)])


def letter(stack: Stack, friend_id: str = "F1") -> LetterState | None:
    return stack.letters.state(f"notification#J1#{friend_id}")


# ---------------------------------------------------------------- what goes out


def test_notification_goes_out_by_mail_with_its_link(
    stack: Stack, notifications_queue: SqsDriver, printed: Printed
) -> None:
    order_notification(stack, "J1", "F1")
    notifications_queue.drain()
    mail = mail_to(stack, "F1")
    assert f"/jobs/J1/accept?token={mail.token}" in mail.text
    assert mail.html.count(mail.token) == mail.text.count(mail.token) == 1
    assert mail.request["ConfigurationSetName"] == stack.name("MailEvents")
    assert letter(stack) is LetterState.SENT
    assert (printed.metric("NotificationsSent"), printed.metric("TimeToNotify")) == (1, 9)


def test_notification_is_in_the_friends_language(stack: Stack, notifications_queue: SqsDriver) -> None:
    for name in ("F1", "F2"):
        order_notification(stack, "J1", name)
    notifications_queue.drain()
    assert 'lang="de"' in mail_to(stack, "F1").html
    assert 'lang="fr"' in mail_to(stack, "F2").html


def test_app_is_told_ids_and_nobody_gets_a_letter(
    stack: Stack, notifications_queue: SqsDriver, heard: list[dict[str, Any]], printed: Printed
) -> None:
    prefers(stack, "F1", Channel.APP)
    order_notification(stack, "J1", "F1", 3)
    notifications_queue.drain()
    assert heard == [{"job_id": "J1", "friend_id": "F1", "wave": 3, "language": "de"}]
    assert (stack.postbox.mails, stack.items("LinksTable")) == ([], [])
    assert (letter(stack), printed.metric("TimeToNotify")) == (LetterState.SENT, 9)


def test_letter_holds_neither_coordinates_nor_the_customer(
    stack: Stack, notifications_queue: SqsDriver
) -> None:
    order_notification(stack, "J1", "F1")
    notifications_queue.drain()
    written = json.dumps(mail_to(stack, "F1").request)
    assert [secret for secret in ("47.37", "8.54", "customer-4711") if secret in written] == []


def test_job_that_is_taken_meanwhile_is_not_offered_any_more(
    stack: Stack, notifications_queue: SqsDriver, clock: Clock, printed: Printed
) -> None:
    order_notification(stack, "J1", "F1")
    stack.jobs.accept("J1", "F2", clock())
    notifications_queue.drain()
    assert (stack.postbox.mails, letter(stack)) == ([], None)
    assert (printed.metric("NotificationsNotWanted"), printed.metric("TimeToNotify")) == (1, 0)


@pytest.mark.parametrize("changes", [{"active": False}, {"paused": True}, {"areas": ()}], ids=str)
def test_who_is_not_to_be_notified_any_more_is_not(
    stack: Stack, notifications_queue: SqsDriver, changes: dict[str, Any]
) -> None:
    order_notification(stack, "J1", "F1")
    stack.friends.put_many([replace(friend("F1"), **changes)])
    notifications_queue.drain()
    assert (stack.postbox.mails, letter(stack)) == ([], None)


# ---------------------------------------------------------------- at most once


@by_every_way
def test_order_that_comes_twice_or_in_another_wave_notifies_once(
    stack: Stack,
    notifications_queue: SqsDriver,
    heard: list[dict[str, Any]],
    printed: Printed,
    channel: Channel,
    way: str,
) -> None:
    prefers(stack, "F1", channel)
    for wave in (1, 1, 2):
        order_notification(stack, "J1", "F1", wave)
    notifications_queue.deliver(twice=True)
    notifications_queue.drain()
    assert len(stack.postbox.mails) + len(heard) == 1
    assert (printed.metric("NotificationsSent"), printed.metric("NotificationsAlreadyDone")) == (1, 5)


def test_who_changes_the_channel_is_not_notified_by_both(
    stack: Stack, notifications_queue: SqsDriver, heard: list[dict[str, Any]]
) -> None:
    for channel in (Channel.MAIL, Channel.APP, Channel.MAIL):
        prefers(stack, "F1", channel)
        order_notification(stack, "J1", "F1")
        notifications_queue.drain()
    assert (len(stack.postbox.mails), heard) == (1, [])


@by_every_way
def test_sender_that_crashes_while_handing_over_leaves_doubt_and_never_a_second_one(
    stack: Stack, notifications_queue: SqsDriver, printed: Printed, channel: Channel, way: str
) -> None:
    prefers(stack, "F1", channel)
    order_notification(stack, "J1", "F1")
    stack.wire.crash(way)
    assert len(notifications_queue.deliver()) == 1
    notifications_queue.drain()
    assert letter(stack) is LetterState.IN_DOUBT
    assert printed.metric("NotificationsInDoubt") == 1
    order_notification(stack, "J1", "F1")
    notifications_queue.drain()
    assert stack.wire.count(way) == 1


@by_every_way
def test_reply_that_is_lost_leaves_doubt_and_never_a_second_one(
    stack: Stack,
    notifications_queue: SqsDriver,
    heard: list[dict[str, Any]],
    printed: Printed,
    channel: Channel,
    way: str,
) -> None:
    prefers(stack, "F1", channel)
    order_notification(stack, "J1", "F1")
    stack.wire.lose_reply(way)
    notifications_queue.drain()
    order_notification(stack, "J1", "F1")
    notifications_queue.drain()
    assert letter(stack) is LetterState.IN_DOUBT
    assert (printed.metric("NotificationsInDoubt"), stack.wire.count(way)) == (1, 1)
    assert len(stack.postbox.mails) + len(heard) == 1, "it went out"


@by_every_way
def test_sender_that_crashes_before_anything_was_handed_over_notifies_the_next_time(
    stack: Stack, notifications_queue: SqsDriver, channel: Channel, way: str
) -> None:
    prefers(stack, "F1", channel)
    order_notification(stack, "J1", "F1")
    stack.wire.crash("dynamodb.PutItem", about="Letters")
    assert len(notifications_queue.deliver()) == 1
    notifications_queue.drain()
    assert (letter(stack), stack.wire.count(way)) == (LetterState.SENT, 1)


# ---------------------------------------------------------------- what the ways out say


@by_every_way
@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException", "SendingPausedException"])
def test_service_that_takes_nothing_now_is_asked_again(
    stack: Stack, notifications_queue: SqsDriver, printed: Printed, channel: Channel, way: str, code: str
) -> None:
    prefers(stack, "F1", channel)
    order_notification(stack, "J1", "F1")
    stack.wire.refuse(way, code, times=2)
    for _ in range(2):
        assert len(notifications_queue.deliver()) == 1
        assert letter(stack) is LetterState.CREATED
    assert notifications_queue.deliver() == []
    assert letter(stack) is LetterState.SENT
    assert (printed.metric("NotificationsDelayed"), printed.metric("NotificationsSent")) == (2, 1)


def test_refused_letter_has_failed_and_is_counted(
    stack: Stack, notifications_queue: SqsDriver, printed: Printed
) -> None:
    order_notification(stack, "J1", "F1")
    stack.wire.refuse(SEND, UNSENDABLE)
    notifications_queue.drain()
    assert (letter(stack), stack.postbox.mails) == (LetterState.FAILED, [])
    assert printed.metric("NotificationsFailed") == 1


def test_order_that_keeps_failing_ends_among_the_dead_letters_with_ids_only(
    stack: Stack, notifications_queue: SqsDriver
) -> None:
    order_notification(stack, "J1", "F1", 2)
    stack.wire.refuse(SEND, "SendingPausedException", times=None)
    allowed = stack.template.properties("NotificationsQueue")["RedrivePolicy"]["maxReceiveCount"]
    for _ in range(allowed):
        assert len(notifications_queue.deliver()) == 1
    assert notifications_queue.deliver() == []
    assert stack.messages("NotificationsDeadLetters") == [{"job_id": "J1", "friend_id": "F1", "wave": 2}]
    stack.wire.mend()
    order_notification(stack, "J1", "F1", 2)
    notifications_queue.drain()
    assert letter(stack) is LetterState.SENT, "moved back, it goes out"


@pytest.mark.parametrize("poison", POISON)
def test_poison_message_comes_again_and_the_others_are_sent(
    stack: Stack, notifications_queue: SqsDriver, poison: str
) -> None:
    order_notification(stack, "J1", "F1")
    stack.client("sqs").send_message(QueueUrl=stack.name("NotificationsQueue"), MessageBody=poison)
    order_notification(stack, "J1", "F2")
    assert len(notifications_queue.deliver()) == 1
    assert [letter(stack, name) for name in ("F1", "F2")] == [LetterState.SENT] * 2


def test_friend_whose_notification_fails_holds_up_no_other(
    stack: Stack, notifications_queue: SqsDriver
) -> None:
    for name in ("F1", "F2"):
        order_notification(stack, "J1", name)
    stack.wire.refuse(SEND, "TooManyRequestsException", 429, about="f1@")
    assert len(notifications_queue.deliver()) == 1
    assert [letter(stack, name) for name in ("F1", "F2")] == [LetterState.CREATED, LetterState.SENT]


# ---------------------------------------------------------------- afterwards


@pytest.mark.parametrize(
    "event", [{"kind": "Bounce", "bounce_type": "Permanent"}, {"kind": "Delivery"}, {"kind": "Complaint"}]
)
def test_what_the_mail_service_says_of_a_notification_is_noted_and_ends_nothing(
    stack: Stack,
    notifications_queue: SqsDriver,
    deliveries_queue: SqsDriver,
    printed: Printed,
    event: dict[str, str],
) -> None:
    order_notification(stack, "J1", "F1")
    notifications_queue.drain()
    told = {"message_id": mail_to(stack, "F1").message_id, "at": "2026-01-15T05:00:20Z", **event}
    stack.client("sqs").send_message(QueueUrl=stack.name("DeliveriesQueue"), MessageBody=json.dumps(told))
    assert deliveries_queue.deliver() == []
    [row] = stack.items("LettersTable")
    assert [one["M"]["event"]["S"] for one in row["events"]["L"]] == [event["kind"]]
    assert (stack.items("InvitationsTable"), printed.metric("InvitationsUndeliverable")) == ([], 0)


def test_neither_name_nor_address_nor_token_is_logged_or_counted_whatever_happens(
    stack: Stack, notifications_queue: SqsDriver, printed: Printed
) -> None:
    for fault in ("refuse", "lose_reply", "cut", "garble"):
        stack.jobs.post(job_of(fault, stack.jobs.get("J1").posted_at))  # type: ignore[union-attr]
        order_notification(stack, fault, "F1")
        if fault == "refuse":
            stack.wire.refuse(SEND, "TooManyRequestsException", 429)
        else:
            getattr(stack.wire, fault)(SEND)
        notifications_queue.drain()
    order_notification(stack, "J1", "F2")
    notifications_queue.drain()
    tokens = [mail.token for mail in stack.postbox.mails]
    assert tokens
    written = printed.text
    assert '"job_id":"J1"' in written and '"friend_id":"F2"' in written
    secrets = ("Muster", "mailbox.example", "private.example", "customer-4711", "47.37", *tokens)
    assert [one for one in secrets if one in written] == []
