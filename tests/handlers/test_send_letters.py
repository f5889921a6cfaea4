"""send_letters: each letter at most once, in the right language, and nothing private on the way."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from best_friends import bootstrap_whole
from best_friends.adapters.errors import UNSENDABLE
from best_friends.domain.invitation import Answer, InvitationState
from best_friends.domain.letter import LetterKind, LetterState
from best_friends.letters import TEMPLATE_VERSION
from tests.support.fixtures import Printed, few_examples
from tests.support.lambda_runtime import environment
from tests.support.marketplace import YEAR, Marketplace, address_of, friend, year_record
from tests.support.queues import SqsDriver
from tests.support.stack import Clock, Stack
from tests.support.steps import answered, invited, order, state_of
from tests.support.wire import Crash, Wire

SEND = "sesv2.SendEmail"


@pytest.fixture
def nominee(stack: Stack, marketplace: Marketplace) -> str:
    """A nominee with an open invitation."""
    marketplace.star("F1").settle()
    stack.programme.open(year_record())
    invited(stack, "F1")
    return address_of("F1")


def letter(stack: Stack, letter_id: str = f"invitation#{YEAR}#F1") -> dict[str, str]:
    """A letter's record, its texts only."""
    [row] = [one for one in stack.items("LettersTable") if one["letter_id"]["S"] == letter_id]
    return {name: value["S"] for name, value in row.items() if "S" in value}


def test_invitation_is_sent_with_both_bodies_and_a_link_that_opens(
    stack: Stack, nominee: str, letters_queue: SqsDriver
) -> None:
    order(stack, "F1")
    letters_queue.drain()
    [mail] = stack.postbox.mails
    assert (mail.to, mail.tags) == (nominee, {"kind": "invitation", "year": "2025"})
    assert "Mara F1 Muster" in mail.html
    assert "Mara F1 Muster" in mail.text
    assert mail.token in mail.html
    assert len(mail.token) >= 43  # 256 bits
    assert mail.request["FromEmailAddress"] == "Best Friends <best-friends@example.com>"
    assert mail.request["ConfigurationSetName"] == stack.name("MailEvents")


def test_sent_letter_is_recorded_with_its_message_and_its_template(
    stack: Stack, nominee: str, letters_queue: SqsDriver
) -> None:
    order(stack, "F1")
    letters_queue.drain()
    record = letter(stack)
    assert record["state"] == "sent"
    assert record["message_id"] == stack.postbox.mails[0].message_id
    assert record["template"] == TEMPLATE_VERSION


def test_redelivered_order_sends_nothing_twice(stack: Stack, nominee: str, letters_queue: SqsDriver) -> None:
    order(stack, "F1")
    letters_queue.deliver(twice=True)
    order(stack, "F1")
    letters_queue.drain()
    assert stack.postbox.kinds() == ["invitation"]


def test_link_is_stored_as_a_hash_only(stack: Stack, nominee: str, letters_queue: SqsDriver) -> None:
    order(stack, "F1")
    letters_queue.drain()
    assert stack.postbox.mails[0].token not in json.dumps(stack.dump())
    [link] = stack.items("LinksTable")
    assert (link["friend_id"]["S"], link["purpose"]["S"]) == ("F1", "answer")


def test_throttled_letter_is_free_again_and_sent_later(
    stack: Stack, nominee: str, letters_queue: SqsDriver, printed: Printed
) -> None:
    stack.wire.refuse(SEND, "TooManyRequestsException", 429, times=2)
    order(stack, "F1")
    assert len(letters_queue.deliver()) == 1
    assert letter(stack)["state"] == "created"
    letters_queue.drain()
    assert letter(stack)["state"] == "sent"
    assert stack.postbox.kinds() == ["invitation"]
    assert (printed.metric("LettersDelayed"), printed.metric("LettersSent")) == (2, 1)


@pytest.mark.parametrize(
    "pause",
    [
        ("SendingPausedException", 400),
        ("LimitExceededException", 400),
        ("MessageRejected", 400),
        ("AccessDeniedException", 403),
        ("InternalFailure", 500),
    ],
    ids=lambda pause: pause[0],
)
def test_trouble_that_is_not_the_letters_loses_no_letter(
    stack: Stack, nominee: str, letters_queue: SqsDriver, pause: tuple[str, int]
) -> None:
    stack.wire.refuse(SEND, *pause)
    order(stack, "F1")
    letters_queue.drain()
    assert stack.postbox.kinds() == ["invitation"]
    assert state_of(stack, "F1") is InvitationState.OPEN


def test_mail_service_that_cannot_be_reached_is_tried_again(
    stack: Stack, nominee: str, letters_queue: SqsDriver
) -> None:
    stack.wire.cut(SEND)
    order(stack, "F1")
    letters_queue.drain()
    assert stack.postbox.kinds() == ["invitation"]


def test_refused_letter_is_undeliverable_and_never_tried_again(
    stack: Stack, nominee: str, letters_queue: SqsDriver
) -> None:
    stack.wire.refuse(SEND, UNSENDABLE)
    order(stack, "F1")
    letters_queue.drain()
    order(stack, "F1")
    letters_queue.drain()
    assert letter(stack)["state"] == "failed"
    assert state_of(stack, "F1") is InvitationState.UNDELIVERABLE
    assert stack.wire.count(SEND) == 1


def test_lost_reply_leaves_the_letter_in_doubt_and_is_not_sent_again(
    stack: Stack, nominee: str, letters_queue: SqsDriver, printed: Printed
) -> None:
    stack.wire.lose_reply(SEND)
    order(stack, "F1")
    letters_queue.drain()
    order(stack, "F1")
    letters_queue.drain()
    assert letter(stack)["state"] == "in_doubt"
    assert stack.wire.count(SEND) == 1
    assert state_of(stack, "F1") is InvitationState.OPEN
    assert printed.metric("LettersInDoubt") == 1


def test_reply_that_cannot_be_read_leaves_the_letter_in_doubt_and_is_not_sent_again(
    stack: Stack, nominee: str, letters_queue: SqsDriver
) -> None:
    stack.wire.garble(SEND)
    order(stack, "F1")
    letters_queue.drain()
    assert letter(stack)["state"] == "in_doubt"
    assert stack.postbox.kinds() == ["invitation"]


def test_crash_after_sending_leaves_the_letter_in_doubt_and_is_not_sent_again(
    stack: Stack, nominee: str, letters_queue: SqsDriver
) -> None:
    stack.wire.crash("dynamodb.UpdateItem", about="Letters")
    order(stack, "F1")
    letters_queue.drain()
    assert isinstance(letters_queue.crashes[0], Crash)
    assert letter(stack)["state"] == "in_doubt"
    assert stack.postbox.kinds() == ["invitation"]


def test_crash_before_the_claim_costs_nothing(stack: Stack, nominee: str, letters_queue: SqsDriver) -> None:
    stack.wire.crash("dynamodb.PutItem", about="Letters")
    order(stack, "F1")
    letters_queue.drain()
    assert letter(stack)["state"] == "sent"


def test_letter_that_could_not_be_written_is_free_again(
    stack: Stack, nominee: str, letters_queue: SqsDriver
) -> None:
    stack.wire.refuse("dynamodb.PutItem", "ValidationException", about="Links")
    order(stack, "F1")
    assert len(letters_queue.deliver()) == 1
    assert letter(stack)["state"] == "created"
    letters_queue.drain()
    assert stack.postbox.kinds() == ["invitation"]


def test_one_bad_message_does_not_hold_up_the_batch(
    stack: Stack, marketplace: Marketplace, letters_queue: SqsDriver
) -> None:
    marketplace.star("F1").star("F2").settle()
    stack.programme.open(year_record())
    invited(stack, "F1")
    invited(stack, "F2")
    order(stack, "F1")
    stack.client("sqs").send_message(QueueUrl=stack.name("LettersQueue"), MessageBody="no letter order")
    order(stack, "F2")
    assert len(letters_queue.deliver()) == 1
    assert sorted(mail.to for mail in stack.postbox.mails) == [address_of("F1"), address_of("F2")]
    letters_queue.drain()
    client = stack.client("sqs")
    dead = client.receive_message(QueueUrl=stack.name("LettersDeadLetters"))["Messages"]
    assert [message["Body"] for message in dead] == ["no letter order"]


def test_last_attempt_puts_the_order_without_its_token_into_the_dead_letters(
    stack: Stack, nominee: str, letters_queue: SqsDriver, printed: Printed
) -> None:
    stack.wire.refuse(SEND, "ThrottlingException", times=None)
    order(stack, "F1", task_token="a-capability")
    letters_queue.drain()
    assert stack.wire.count(SEND) == int(stack.environment_of("SendLetters")["ATTEMPTS"])
    assert stack.messages("LettersDeadLetters") == [
        {"letter": "invitation", "friend_id": "F1", "year": YEAR, "number": 0}
    ]
    assert printed.metric("LettersSetAside") == 1
    pending = stack.invitations.pending("F1", YEAR)
    assert pending
    assert pending.task_token == "a-capability"


def test_dead_letter_redriven_days_later_is_sent(
    stack: Stack, nominee: str, letters_queue: SqsDriver, clock: Clock
) -> None:
    stack.wire.refuse(SEND, "ThrottlingException", times=None)
    order(stack, "F1", task_token="a-capability")
    letters_queue.drain()
    stack.wire.mend()
    clock.move(days=5)
    [dead] = stack.messages("LettersDeadLetters")
    order(stack, dead["friend_id"], dead["letter"])
    letters_queue.drain()
    assert stack.postbox.kinds() == ["invitation"]


def test_queue_gives_a_message_one_more_receipt_than_the_function_has_attempts(stack: Stack) -> None:
    redrive = stack.template.properties("LettersQueue")["RedrivePolicy"]
    assert redrive["maxReceiveCount"] == int(stack.environment_of("SendLetters")["ATTEMPTS"]) + 1


def test_reminder_is_not_sent_to_somebody_who_has_just_answered(
    stack: Stack, nominee: str, letters_queue: SqsDriver, clock: Clock
) -> None:
    order(stack, "F1", "reminder", number=1)
    answered(stack, "F1", Answer.DECLINE, clock())
    letters_queue.drain()
    assert stack.postbox.mails == []
    assert stack.items("LettersTable") == []


def test_each_reminder_is_a_letter_of_its_own_and_carries_a_link(
    stack: Stack, nominee: str, letters_queue: SqsDriver
) -> None:
    for number in (1, 2, 1):
        order(stack, "F1", "reminder", number=number)
    letters_queue.drain()
    assert stack.postbox.kinds() == ["reminder", "reminder"]
    assert len({mail.token for mail in stack.postbox.mails}) == 2
    assert "14" in stack.postbox.mails[0].text  # days that are left after the first


def test_welcome_goes_to_the_confirmed_only_and_once(
    stack: Stack, nominee: str, letters_queue: SqsDriver, clock: Clock
) -> None:
    order(stack, "F1", "welcome")
    letters_queue.drain()
    assert stack.postbox.mails == []
    answered(stack, "F1", Answer.CONFIRM, clock())
    order(stack, "F1", "welcome")
    order(stack, "F1", "welcome")
    letters_queue.drain()
    assert stack.postbox.kinds() == ["welcome"]


def test_order_for_somebody_who_was_not_invited_is_dropped(
    stack: Stack, nominee: str, letters_queue: SqsDriver
) -> None:
    order(stack, "F9")
    letters_queue.drain()
    assert stack.postbox.mails == []


def test_friend_who_left_since_ends_as_undeliverable(
    stack: Stack, nominee: str, letters_queue: SqsDriver
) -> None:
    stack.client("dynamodb").delete_item(TableName=stack.name("FriendsTable"), Key={"friend_id": {"S": "F1"}})
    order(stack, "F1", task_token="a-capability")
    stack.wire.refuse("sfn.SendTaskSuccess", "TaskDoesNotExist")
    letters_queue.drain()
    assert state_of(stack, "F1") is InvitationState.UNDELIVERABLE


@pytest.mark.parametrize(
    ("language", "word"),
    [("de", "Guten Tag"), ("fr", "Bonjour"), ("it", "Buongiorno"), ("en", "Hello"), ("rm", "")],
)
def test_letter_is_in_the_friends_language_or_the_policys_first(
    stack: Stack, marketplace: Marketplace, letters_queue: SqsDriver, language: str, word: str
) -> None:
    marketplace.star("F1", language=language).settle()
    stack.programme.open(year_record())
    invited(stack, "F1")
    order(stack, "F1")
    letters_queue.drain()
    [mail] = stack.postbox.mails
    assert f'lang="{language if word else "de"}"' in mail.html


def test_neither_token_nor_link_nor_name_nor_address_is_logged_whatever_happens(
    stack: Stack, nominee: str, letters_queue: SqsDriver, printed: Printed
) -> None:
    faults: list[Callable[[], None]] = [
        lambda: stack.wire.refuse(SEND, "ThrottlingException"),
        lambda: stack.wire.refuse("dynamodb.PutItem", "ValidationException", about="Links"),
        lambda: stack.wire.cut(SEND),
        lambda: None,
    ]
    order(stack, "F1", task_token="a-very-secret-capability")
    for fault in faults:
        fault()
        letters_queue.deliver()
    stack.wire.refuse(SEND, UNSENDABLE)
    order(stack, "F1", "reminder", number=1)
    stack.wire.refuse("sfn.SendTaskSuccess", "TaskDoesNotExist")
    letters_queue.drain()
    [mail] = stack.postbox.mails
    written = printed.text
    assert '"friend_id":"F1"' in written
    private = ("a-very-secret-capability", mail.token, "Muster", "mailbox.example", "private.example")
    assert [secret for secret in private if secret in written] == []
    assert "@" not in json.dumps(stack.items("LettersTable"))


def test_client_of_the_mail_service_does_not_try_again_by_itself(
    stack: Stack, nominee: str, letters_queue: SqsDriver
) -> None:
    stack.wire.lose_reply(SEND, times=None)
    order(stack, "F1")
    letters_queue.drain()
    assert len(stack.postbox.mails) == 1


def test_claimed_letter_is_in_doubt_and_not_free(stack: Stack, clock: Clock) -> None:
    stack.letters.claim("invitation#2025#F1", "F1", YEAR, clock())
    assert stack.letters.claim("invitation#2025#F1", "F1", YEAR, clock()) is LetterState.SENDING


FAULTS: dict[str, Callable[[Wire], None]] = {
    "throttle": lambda wire: wire.refuse(SEND, "ThrottlingException"),
    "refuse": lambda wire: wire.refuse(SEND, UNSENDABLE),
    "lose the reply": lambda wire: wire.lose_reply(SEND),
    "cut": lambda wire: wire.cut(SEND),
    "garble": lambda wire: wire.garble(SEND),
    "crash before the claim": lambda wire: wire.crash("dynamodb.PutItem", about="Letters"),
    "crash before sending": lambda wire: wire.crash(SEND),
    "crash after sending": lambda wire: wire.crash("dynamodb.UpdateItem", about="Letters"),
    "throttle the claim": lambda wire: wire.refuse(
        "dynamodb.PutItem", "ThrottlingException", about="Letters"
    ),
    "lose the claim": lambda wire: wire.lose_reply("dynamodb.PutItem", about="Letters"),
    "lose the record": lambda wire: wire.lose_reply("dynamodb.UpdateItem", about="Letters"),
    "nothing": lambda wire: None,
}
SETTLED = {"sent", "failed", "in_doubt"}


@settings(few_examples, max_examples=10)
@given(st.lists(st.tuples(st.sampled_from(sorted(FAULTS)), st.booleans()), max_size=6))
def test_whatever_goes_wrong_a_letter_goes_out_at_most_once_and_ends_somewhere(
    stack: Stack, letters_queue: SqsDriver, faults: list[tuple[str, bool]]
) -> None:
    friend_id = f"F-{uuid4().hex}"
    stack.friends.put_many([friend(friend_id)])
    if stack.programme.year(YEAR) is None:
        stack.programme.open(year_record())
    invited(stack, friend_id)
    order(stack, friend_id, task_token=f"capability-of-{friend_id}")
    for fault, twice in faults:
        FAULTS[fault](stack.wire)
        stack.wire.refuse("sfn.SendTaskSuccess", "TaskDoesNotExist", about=friend_id)
        letters_queue.deliver(twice=twice)
        stack.wire.mend()
    letters_queue.drain()
    assert len(stack.postbox.to(address_of(friend_id))) <= 1
    dead = [one for one in stack.messages("LettersDeadLetters") if one["friend_id"] == friend_id]
    assert all("task_token" not in one for one in dead)
    assert dead or letter(stack, f"invitation#{YEAR}#{friend_id}")["state"] in SETTLED


def test_every_kind_of_letter_has_somebody_who_writes_it(stack: Stack) -> None:
    names = {name.lower(): value for name, value in stack.environment_of("SendLetters").items()}
    with environment(stack.environment_of("SendLetters"), stack.variables()):
        writers = bootstrap_whole.send_by_kind(SimpleNamespace(**names)).others  # type: ignore[arg-type]
    of_years = {LetterKind.INVITATION, LetterKind.REMINDER, LetterKind.WELCOME}
    assert set(writers) == set(LetterKind) - of_years - {LetterKind.NOTIFICATION}
