"""Links, letters, mail, queue: what goes out, once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError, SSLError
from hypothesis import given
from hypothesis import strategies as st

from best_friends import bootstrap
from best_friends.adapters.correspondence import LinksTable
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.errors import UNSENDABLE
from best_friends.adapters.mail import SesMail
from best_friends.adapters.models import LinkRow
from best_friends.adapters.queues import SqsLetters, decode_order, encode_order
from best_friends.application.errors import Conflict, InDoubt, Refused, Throttled
from best_friends.application.ports import Link
from best_friends.application.ports_letters import LetterOrder
from best_friends.domain.letter import LetterKind, LetterState, letter_id_of
from tests.support.fixtures import few_examples
from tests.support.marketplace import YEAR
from tests.support.stack import SIX_IN_ZURICH, Stack
from tests.support.wire import Wire

NOW = SIX_IN_ZURICH
INVITATION = letter_id_of(LetterKind.INVITATION, YEAR, "F1")
ORDERS = st.builds(
    LetterOrder,
    kind=st.sampled_from(LetterKind),
    friend_id=st.text(min_size=1, max_size=40),
    year=st.integers(2000, 2100),
    number=st.integers(0, 9),
    task_token=st.none() | st.text(min_size=1, max_size=200),
)


@pytest.fixture
def links(stack: Stack) -> LinksTable:
    """The links."""
    return LinksTable(bound(LinkRow, stack.name("LinksTable")))


@pytest.fixture
def mail(stack: Stack) -> SesMail:
    """The mail service."""
    return bootstrap.mail(stack.template.parameters["Sender"], stack.name("MailEvents"))


@pytest.fixture
def queue(stack: Stack) -> SqsLetters:
    """The letters queue."""
    return bootstrap.letters_queue(stack.name("LettersQueue"))


def send(mail: SesMail) -> str:
    return mail.send(
        to="mara@mailbox.example",
        subject="Grüezi",
        html="<p>é</p>",
        text="https://x/answers/t",
        tags={"kind": "invitation"},
    )


def test_link_comes_back_and_is_kept_beyond_its_expiry(stack: Stack, links: LinksTable) -> None:
    link = Link("answer", "F1", YEAR, NOW + timedelta(days=111, microseconds=7))
    links.put("0" * 64, link)
    assert links.get("0" * 64) == link
    assert links.get("1" * 64) is None
    [row] = stack.items("LinksTable")
    assert int(row["expires"]["N"]) > link.expires_at.timestamp()


def test_link_to_a_job_comes_back_with_it(links: LinksTable) -> None:
    link = Link("accept", "F1", 0, NOW, "J/1 #2")
    links.put("3" * 64, link)
    assert links.get("3" * 64) == link


def test_link_is_never_given_to_somebody_else(links: LinksTable) -> None:
    first = Link("answer", "F1", YEAR, NOW)
    links.put("0" * 64, first)
    with pytest.raises(Conflict):
        links.put("0" * 64, Link("answer", "F2", YEAR, NOW))
    assert links.get("0" * 64) == first


def test_letter_is_claimed_once(stack: Stack) -> None:
    claims = [stack.letters.claim(INVITATION, "F1", YEAR, NOW) for _ in range(3)]
    assert claims == [LetterState.CREATED, LetterState.SENDING, LetterState.SENDING]


def test_released_letter_may_be_claimed_again(stack: Stack) -> None:
    stack.letters.claim(INVITATION, "F1", YEAR, NOW)
    stack.letters.release(INVITATION)
    assert stack.letters.claim(INVITATION, "F1", YEAR, NOW) is LetterState.CREATED


@pytest.mark.parametrize("settled", [LetterState.SENT, LetterState.FAILED, LetterState.IN_DOUBT])
def test_settled_letter_is_never_claimed_again(stack: Stack, settled: LetterState) -> None:
    stack.letters.claim(INVITATION, "F1", YEAR, NOW)
    stack.letters.settle(INVITATION, settled)
    assert stack.letters.claim(INVITATION, "F1", YEAR, NOW) is settled


def test_lost_reply_of_a_claim_leaves_doubt_and_never_two_claims(stack: Stack) -> None:
    stack.wire.lose_reply("dynamodb.PutItem")
    assert stack.letters.claim(INVITATION, "F1", YEAR, NOW) is LetterState.SENDING


@pytest.mark.parametrize("known", [LetterState.SENT, LetterState.FAILED])
def test_doubt_does_not_overwrite_what_is_known(stack: Stack, known: LetterState) -> None:
    stack.letters.claim(INVITATION, "F1", YEAR, NOW)
    stack.letters.settle(INVITATION, known, template="abc", message_id="m-1")
    stack.letters.settle(INVITATION, LetterState.IN_DOUBT)
    assert stack.letters.state(INVITATION) is known
    assert stack.letters.by_message("m-1") == (INVITATION, "F1", YEAR)


def test_doubt_does_not_hold_a_letter_that_was_released(stack: Stack) -> None:
    stack.letters.claim(INVITATION, "F1", YEAR, NOW)
    stack.letters.release(INVITATION)
    stack.letters.settle(INVITATION, LetterState.IN_DOUBT)
    assert stack.letters.claim(INVITATION, "F1", YEAR, NOW) is LetterState.CREATED


def test_sender_who_knows_better_ends_the_doubt(stack: Stack) -> None:
    stack.letters.claim(INVITATION, "F1", YEAR, NOW)
    stack.letters.settle(INVITATION, LetterState.IN_DOUBT)
    stack.letters.settle(INVITATION, LetterState.SENT)
    assert stack.letters.state(INVITATION) is LetterState.SENT


def test_doubt_that_cannot_be_written_is_told(stack: Stack) -> None:
    stack.letters.claim(INVITATION, "F1", YEAR, NOW)
    stack.wire.refuse("dynamodb.UpdateItem", "ValidationException")
    with pytest.raises(Exception, match="ValidationException"):
        stack.letters.settle(INVITATION, LetterState.IN_DOUBT)


def test_state_of_a_letter_that_was_never_ordered_is_none(stack: Stack) -> None:
    assert stack.letters.state(INVITATION) is None


def test_letter_is_found_by_its_message(stack: Stack) -> None:
    stack.letters.claim(INVITATION, "F1", YEAR, NOW)
    assert stack.letters.by_message("m-1") is None
    stack.letters.settle(INVITATION, LetterState.SENT, template="abc", message_id="m-1")
    assert stack.letters.by_message("m-1") == (INVITATION, "F1", YEAR)


def test_events_of_a_letter_are_kept_in_order(stack: Stack) -> None:
    stack.letters.claim(INVITATION, "F1", YEAR, NOW)
    for event in ("DeliveryDelay", "Delivery"):
        stack.letters.note_event(INVITATION, event, "2026-01-15T05:00:09Z")
    [row] = stack.items("LettersTable")
    assert [event["M"]["event"]["S"] for event in row["events"]["L"]] == ["DeliveryDelay", "Delivery"]


def test_letters_of_a_year_are_counted_by_kind_and_state(stack: Stack) -> None:
    many = [f"F{number:02d}" for number in range(60)]
    for one in many:
        letter_id = letter_id_of(LetterKind.REMINDER, YEAR, one, 2)
        stack.letters.claim(letter_id, one, YEAR, NOW)
        stack.letters.settle(letter_id, LetterState.SENT)
    stack.letters.claim(INVITATION, "F1", YEAR, NOW)
    stack.letters.claim(letter_id_of(LetterKind.INVITATION, YEAR - 1, "F1"), "F1", YEAR - 1, NOW)
    found = list(stack.letters.of_year(YEAR, [*many, "F1"], reminders=2))
    assert found.count((LetterKind.REMINDER, LetterState.SENT)) == 60
    assert found.count((LetterKind.INVITATION, LetterState.SENDING)) == 1
    assert len(found) == 61


def test_mail_is_handed_over_whole(stack: Stack, mail: SesMail) -> None:
    message_id = send(mail)
    [sent] = stack.postbox.mails
    assert (sent.message_id, sent.to, sent.subject) == (message_id, "mara@mailbox.example", "Grüezi")
    assert (sent.html, sent.text) == ("<p>é</p>", "https://x/answers/t")


SEND = "sesv2.SendEmail"
FAULTS: list[tuple[str, Callable[[Wire], None], type[Exception]]] = [
    ("throttle", lambda wire: wire.refuse(SEND, "TooManyRequestsException", 429), Throttled),
    ("quota", lambda wire: wire.refuse(SEND, "LimitExceededException"), Throttled),
    ("paused", lambda wire: wire.refuse(SEND, "SendingPausedException"), Throttled),
    ("not verified", lambda wire: wire.refuse(SEND, "MailFromDomainNotVerifiedException"), Throttled),
    ("broken", lambda wire: wire.refuse(SEND, "InternalFailure", 500), Throttled),
    ("unreachable", lambda wire: wire.cut(SEND), Throttled),
    ("no handshake", lambda wire: wire.cut(SEND, by=SSLError), Throttled),
    ("closed half way", lambda wire: wire.cut(SEND, by=ConnectionClosedError), InDoubt),
    ("broken half way", lambda wire: wire.cut(SEND, by=HTTPClientError), InDoubt),
    ("garbled", lambda wire: wire.garble(SEND), InDoubt),
    ("refused", lambda wire: wire.refuse(SEND, UNSENDABLE), Refused),
    ("silent", lambda wire: wire.lose_reply(SEND), InDoubt),
]


@pytest.mark.parametrize(("fault", "error"), [one[1:] for one in FAULTS], ids=[name for name, _, _ in FAULTS])
def test_trouble_of_the_mail_service_is_sorted_and_never_tried_again_by_itself(
    stack: Stack, mail: SesMail, fault: Callable[[Wire], None], error: type[Exception]
) -> None:
    fault(stack.wire)
    with pytest.raises(error) as raised:
        send(mail)
    assert stack.wire.count(SEND) == 1
    assert "@" not in str(raised.value)
    assert (
        raised.value.__context__ is None or raised.value.__suppress_context__
    )  # a traceback must not quote the service either


@few_examples
@given(ORDERS)
def test_order_comes_back_as_it_was_written(order: LetterOrder) -> None:
    assert decode_order(encode_order(order)) == order


def test_order_without_a_token_does_not_mention_one() -> None:
    assert "token" not in encode_order(LetterOrder(LetterKind.WELCOME, "F1", YEAR))


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '"text"', '{"letter": "bill", "friend_id": "F1", "year": 2025}', "null"]
)
def test_body_that_is_no_order_is_refused(body: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        decode_order(body)


def test_more_orders_than_a_batch_holds_are_all_queued(stack: Stack, queue: SqsLetters) -> None:
    orders = [LetterOrder(LetterKind.REMINDER, f"F{number:02d}", YEAR, 1) for number in range(25)]
    queue.put(orders)
    queue.put([])
    found = [decode_order(json.dumps(body)) for body in stack.messages("LettersQueue")]
    assert sorted(found, key=lambda one: one.friend_id) == orders
    assert stack.wire.count("sqs.SendMessageBatch") == 3


def test_order_that_the_queue_does_not_take_is_told(stack: Stack, queue: SqsLetters) -> None:
    stack.wire.refuse("sqs.SendMessageBatch", "AccessDenied", 403)
    with pytest.raises(ClientError):
        queue.put([LetterOrder(LetterKind.WELCOME, "F1", YEAR)])


def test_time_of_a_link_keeps_its_instant(links: LinksTable) -> None:
    link = Link("answer", "F1", YEAR, datetime(2026, 5, 6, 23, 59, 59, 999_999, tzinfo=UTC))
    links.put("2" * 64, link)
    assert links.get("2" * 64) == link
