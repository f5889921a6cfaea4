"""answer_invitation: opening changes nothing, ever; pressing a button is never lost."""

import base64

import pytest

from best_friends.adapters.workflows import GONE
from best_friends.application.answer_invitation import ATTEMPTS
from best_friends.domain.invitation import Answer, InvitationState
from tests.support.fixtures import Printed
from tests.support.marketplace import ANSWER_UNTIL, YEAR, Marketplace, year_record
from tests.support.pages import look, post, press, request
from tests.support.queues import SqsDriver
from tests.support.stack import Clock, Stack
from tests.support.steps import answered, invited, letter_sent, state_of


@pytest.fixture
def link(stack: Stack, marketplace: Marketplace, letters_queue: SqsDriver) -> str:
    """The token of a letter that was sent; nobody waits for its answer any more."""
    marketplace.star("F1").settle()
    stack.programme.open(year_record())
    invited(stack, "F1")
    return letter_sent(stack, letters_queue, "F1")


def history(stack: Stack) -> list[str]:
    [row] = stack.items("InvitationsTable")
    return [event["M"]["state"]["S"] for event in row["history"]["L"]]


def shows_form(page: dict[str, str]) -> bool:
    return "<form" in page["body"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_the_link_changes_nothing(stack: Stack, link: str, method: str) -> None:
    before, queued = stack.dump(), stack.messages("LettersQueue")
    for _ in range(3):
        assert look(stack, link, method)["statusCode"] == 200
    assert (stack.dump(), stack.messages("LettersQueue")) == (before, queued)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_with_an_answer_in_the_body_or_the_query_changes_nothing(
    stack: Stack, link: str, method: str
) -> None:
    before = stack.dump()
    event = request(link, method, body="answer=confirm") | {
        "rawQueryString": "answer=confirm",
        "queryStringParameters": {"answer": "confirm"},
    }
    assert stack.invoke("AnswerInvitation", event)["statusCode"] == 200
    assert stack.dump() == before


def test_page_offers_both_buttons_and_its_head_has_no_body(stack: Stack, link: str) -> None:
    page, head = look(stack, link), look(stack, link, "HEAD")
    assert 'value="confirm"' in page["body"]
    assert 'value="decline"' in page["body"]
    assert head["body"] == ""
    assert head["headers"] == page["headers"]


@pytest.mark.parametrize("encoded", [True, False])
@pytest.mark.parametrize(
    ("pressed", "state"),
    [("confirm", InvitationState.CONFIRMED), ("decline", InvitationState.DECLINED)],
)
def test_pressed_button_is_recorded(
    stack: Stack, link: str, pressed: str, state: InvitationState, encoded: bool
) -> None:
    assert post(stack, link, f"answer={pressed}", encoded=encoded)["statusCode"] == 200
    assert state_of(stack, "F1") is state
    assert list(stack.invitations.best_friends(YEAR)) == (["F1"] if pressed == "confirm" else [])


def test_same_answer_twice_shows_the_same_page_and_is_recorded_once(
    stack: Stack, link: str, letters_queue: SqsDriver
) -> None:
    pages = [press(stack, link, "confirm")["body"] for _ in range(3)]
    letters_queue.drain()
    assert pages == [pages[0]] * 3
    assert history(stack) == ["confirmed"]
    assert stack.postbox.kinds() == ["invitation", "welcome"]


def test_changed_answer_is_accepted_until_the_period_ends(stack: Stack, link: str, clock: Clock) -> None:
    press(stack, link, "confirm")
    clock.now = ANSWER_UNTIL
    page = press(stack, link, "decline")
    assert shows_form(page)
    assert state_of(stack, "F1") is InvitationState.DECLINED
    assert history(stack) == ["confirmed", "declined"]
    assert list(stack.invitations.best_friends(YEAR)) == []


def test_answer_a_moment_too_late_changes_nothing_and_the_page_says_what_stands(
    stack: Stack, link: str, clock: Clock
) -> None:
    press(stack, link, "confirm")
    before = stack.dump()
    clock.now = ANSWER_UNTIL
    clock.move(microseconds=1)
    late, looked = press(stack, link, "decline"), look(stack, link)
    assert (late["statusCode"], shows_form(late)) == (200, False)
    assert late["body"] == looked["body"]
    assert stack.dump() == before


def test_silent_friend_who_comes_too_late_stays_expired(stack: Stack, link: str, clock: Clock) -> None:
    stack.invitations.end("F1", YEAR, InvitationState.EXPIRED, clock())
    clock.now = ANSWER_UNTIL
    clock.move(days=1)
    assert not shows_form(press(stack, link, "confirm"))
    assert state_of(stack, "F1") is InvitationState.EXPIRED


@pytest.mark.parametrize("ended", [InvitationState.EXPIRED, InvitationState.UNDELIVERABLE])
def test_answer_in_time_replaces_an_expiry_and_a_bounce(
    stack: Stack, link: str, clock: Clock, ended: InvitationState
) -> None:
    stack.invitations.end("F1", YEAR, ended, clock())
    assert shows_form(look(stack, link))
    press(stack, link, "confirm")
    assert state_of(stack, "F1") is InvitationState.CONFIRMED


@pytest.mark.parametrize("token", ["nobody-has-this", "x", "a" * 2_000, "%00", "ä"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_forged_link_is_not_found_and_changes_nothing(
    stack: Stack, link: str, token: str, method: str
) -> None:
    before = stack.dump()
    body = "answer=confirm" if method == "POST" else None
    page = stack.invoke("AnswerInvitation", request(token, method, body=body))
    assert page["statusCode"] == 404
    assert "Mara" not in page["body"]
    assert stack.dump() == before


def test_expired_link_says_so_and_changes_nothing(stack: Stack, link: str, clock: Clock) -> None:
    clock.now = ANSWER_UNTIL
    clock.move(days=91)
    before = stack.dump()
    assert look(stack, link)["statusCode"] == 410
    assert press(stack, link, "confirm")["statusCode"] == 410
    assert stack.dump() == before


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "answer=",
        "answer=yes",
        "answer=CONFIRM",
        "answer=confirm&answer=decline",
        "answer=confirm&answer=confirm",
        "reply=confirm",
        '{"answer": "confirm"}',
        "\x00\x01\x02",
        "answer=expired",
        "a" * 10_000,
    ],
)
def test_post_without_exactly_one_button_is_no_answer(stack: Stack, link: str, body: str | None) -> None:
    before = stack.dump()
    page = post(stack, link, body)
    assert page["statusCode"] == 200
    assert shows_form(page)
    assert stack.dump() == before


@pytest.mark.parametrize("body", ["%%%not base64", base64.b64encode(b"answer=\xff\xfe").decode()])
def test_body_that_is_no_text_is_no_answer(stack: Stack, link: str, body: str, printed: Printed) -> None:
    before = stack.dump()
    event = request(link, "POST", body="") | {"body": body, "isBase64Encoded": True}
    page = stack.invoke("AnswerInvitation", event)
    assert (page["statusCode"], shows_form(page)) == (200, True)
    assert stack.dump() == before
    assert printed.metric("PagesFailed") == 0


def test_page_may_not_be_kept_framed_or_told_to_others(stack: Stack, link: str) -> None:
    headers = look(stack, link)["headers"]
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-robots-tag"] == "noindex"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("accepted", "language"), [("fr-CH, fr;q=0.9", "fr"), ("it", "it"), ("pt-BR", "de"), ("", "de")]
)
def test_forged_link_is_told_in_the_browsers_language(stack: Stack, accepted: str, language: str) -> None:
    assert f'lang="{language}"' in look(stack, "forged", language=accepted)["body"]


def test_known_link_is_told_in_the_friends_language(stack: Stack, link: str) -> None:
    assert 'lang="de"' in look(stack, link, language="en")["body"]


def test_answer_is_kept_when_nobody_can_be_told(
    stack: Stack, link: str, letters_queue: SqsDriver, printed: Printed
) -> None:
    stack.invitations.keep_token("F1", YEAR, "waiting")
    stack.wire.refuse("sfn.SendTaskSuccess", "AccessDeniedException")
    assert press(stack, link, "confirm")["statusCode"] == 200
    assert state_of(stack, "F1") is InvitationState.CONFIRMED
    assert printed.said("answer not passed on yet")
    pending = stack.invitations.pending("F1", YEAR)
    assert pending
    assert pending.task_token == "waiting"  # so that closing the answers can pass it on


@pytest.mark.parametrize("gone", sorted(GONE))
def test_workflow_that_does_not_wait_any_more_leaves_the_welcome_to_the_page(
    stack: Stack, link: str, letters_queue: SqsDriver, gone: str
) -> None:
    stack.invitations.keep_token("F1", YEAR, "waiting")
    stack.wire.refuse("sfn.SendTaskSuccess", gone)
    press(stack, link, "confirm")
    letters_queue.drain()
    assert stack.postbox.kinds() == ["invitation", "welcome"]


def test_answer_is_in_the_table_before_anybody_is_told(stack: Stack, link: str) -> None:
    stack.invitations.keep_token("F1", YEAR, "waiting")
    seen: list[InvitationState] = []
    stack.wire.before("sfn.SendTaskSuccess", lambda: seen.append(state_of(stack, "F1")))
    press(stack, link, "confirm")
    assert seen == [InvitationState.CONFIRMED]


def test_two_answers_at_once_leave_one_that_both_pages_know(stack: Stack, link: str, clock: Clock) -> None:
    stack.wire.before(
        "dynamodb.UpdateItem", lambda: answered(stack, "F1", Answer.DECLINE, clock()), about="confirmed"
    )
    press(stack, link, "confirm")
    assert state_of(stack, "F1") is InvitationState.CONFIRMED
    assert history(stack) == ["declined", "confirmed"]


def test_invitation_that_keeps_changing_is_our_fault_and_says_so(stack: Stack, link: str) -> None:
    stack.wire.refuse(
        "dynamodb.UpdateItem", "ConditionalCheckFailedException", times=ATTEMPTS, about="confirmed"
    )
    page = press(stack, link, "confirm")
    assert page["statusCode"] == 500
    assert state_of(stack, "F1") is InvitationState.OPEN
    assert press(stack, link, "confirm")["statusCode"] == 200


def test_table_that_does_not_reply_is_our_fault_and_says_so(
    stack: Stack, link: str, printed: Printed
) -> None:
    stack.wire.refuse("dynamodb.GetItem", "AccessDeniedException", about="Invitations")
    page = look(stack, link)
    assert page["statusCode"] == 500
    assert page["headers"]["cache-control"] == "no-store"
    assert printed.metric("PagesFailed") == 1


def test_lost_reply_of_the_answer_is_not_lost_to_the_friend(stack: Stack, link: str) -> None:
    stack.wire.lose_reply("dynamodb.UpdateItem", about="confirmed")
    assert press(stack, link, "confirm")["statusCode"] == 200
    assert state_of(stack, "F1") is InvitationState.CONFIRMED


def test_link_of_one_friend_answers_for_nobody_else(
    stack: Stack, link: str, marketplace: Marketplace, letters_queue: SqsDriver
) -> None:
    marketplace.has("F2").write()
    invited(stack, "F2")
    other = letter_sent(stack, letters_queue, "F2")
    press(stack, other, "decline")
    assert state_of(stack, "F1") is InvitationState.OPEN
    assert state_of(stack, "F2") is InvitationState.DECLINED


def test_reminders_link_and_the_invitations_link_open_the_same_thing(
    stack: Stack, link: str, letters_queue: SqsDriver
) -> None:
    reminder = letter_sent(stack, letters_queue, "F1", "reminder", number=1)
    assert reminder != link
    press(stack, reminder, "confirm")
    assert look(stack, link)["body"] == look(stack, reminder)["body"]


def test_friend_who_has_left_finds_no_page(stack: Stack, link: str) -> None:
    stack.client("dynamodb").delete_item(TableName=stack.name("FriendsTable"), Key={"friend_id": {"S": "F1"}})
    assert look(stack, link)["statusCode"] == 404


def test_neither_token_nor_name_is_logged_whatever_happens(stack: Stack, link: str, printed: Printed) -> None:
    look(stack, link)
    press(stack, link, "confirm")
    look(stack, link + "x")
    stack.wire.refuse("dynamodb.GetItem", "AccessDeniedException", about="Links")
    look(stack, link)
    stack.wire.refuse("dynamodb.UpdateItem", "ValidationException", about="declined")
    press(stack, link, "decline")
    written = printed.text
    assert '"friend_id":"F1"' in written
    assert [secret for secret in (link, "Muster", "mailbox.example") if secret in written] == []
