"""accept_job: opening takes nothing, ever; the first to press the button has the job."""

import base64
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from best_friends.domain.ledger import JobStatus
from tests.support.fixtures import Printed
from tests.support.marketplace import friend, year_record
from tests.support.offers import job_of, offered, order_notification
from tests.support.pages import (
    Page,
    http_event,
    look,
    look_at_offer,
    offer_request,
    post_to_offer,
    take_job,
)
from tests.support.queues import SqsDriver
from tests.support.stack import Clock, Stack
from tests.support.steps import invited, letter_sent

ROUTE = "/jobs/{job_id}/accept"


@pytest.fixture
def links(stack: Stack, clock: Clock, notifications_queue: SqsDriver) -> list[str]:
    """The tokens of F1's and F2's links to J1."""
    return offered(stack, clock, notifications_queue, "F1", "F2")


def holder(stack: Stack, job_id: str = "J1") -> str:
    job = stack.jobs.get(job_id)
    assert job
    return job.friend_id


def shows_form(page: Page) -> bool:
    return "<form" in page["body"]


# ---------------------------------------------------------------- looking


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_the_link_changes_nothing(stack: Stack, links: list[str], method: str) -> None:
    before = stack.dump()
    for _ in range(3):
        assert look_at_offer(stack, "J1", links[0], method)["statusCode"] == 200
    assert stack.dump() == before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_with_an_answer_in_the_body_or_the_query_changes_nothing(
    stack: Stack, links: list[str], method: str
) -> None:
    before = stack.dump()
    asked = urlencode({"token": links[0], "answer": "accept"})
    event = http_event(ROUTE, method, {"job_id": "J1"}, query=asked, body=asked)
    assert stack.invoke("AcceptJob", event)["statusCode"] == 200
    assert stack.dump() == before


def test_page_offers_one_button_and_its_head_has_no_body(stack: Stack, links: list[str]) -> None:
    page, head = look_at_offer(stack, "J1", links[0]), look_at_offer(stack, "J1", links[0], "HEAD")
    assert 'value="accept"' in page["body"]
    assert (head["body"], head["headers"]) == ("", page["headers"])


def test_form_sends_the_token_back_by_itself_and_not_in_an_address(stack: Stack, links: list[str]) -> None:
    body = look_at_offer(stack, "J1", links[0])["body"]
    assert 'action="/jobs/J1/accept"' in body
    assert body.count(links[0]) == 1


def test_page_may_not_be_kept_framed_or_told_to_others(stack: Stack, links: list[str]) -> None:
    for page in (look_at_offer(stack, "J1", links[0]), take_job(stack, "J1", links[0])):
        assert page["headers"]["cache-control"] == "no-store"
        assert page["headers"]["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in page["headers"]["content-security-policy"]


def test_page_holds_neither_the_jobs_coordinates_nor_the_customer(stack: Stack, links: list[str]) -> None:
    for page in (look_at_offer(stack, "J1", links[0]), take_job(stack, "J1", links[0])):
        assert [one for one in ("47.37", "8.54", "customer-4711") if one in page["body"]] == []


# ---------------------------------------------------------------- the first one wins


def test_button_takes_the_job_and_it_is_known_how_long_that_took(
    stack: Stack, links: list[str], clock: Clock, printed: Printed
) -> None:
    clock.move(seconds=33)
    assert take_job(stack, "J1", links[0])["statusCode"] == 200
    job = stack.jobs.get("J1")
    assert job and (job.status, job.friend_id, job.accepted_at) == (JobStatus.ACCEPTED, "F1", clock())
    assert (printed.metric("OffersYours"), printed.metric("TimeToAccept")) == (1, 33)


def test_same_friend_twice_sees_the_same_page_and_took_it_once(
    stack: Stack, links: list[str], clock: Clock, printed: Printed
) -> None:
    pages = []
    for _ in range(3):
        clock.move(seconds=10)
        pages.append(take_job(stack, "J1", links[0])["body"])
    assert pages == [look_at_offer(stack, "J1", links[0])["body"]] * 3
    assert printed.metric("TimeToAccept") == 10


def test_whoever_comes_later_is_told_so_and_takes_nothing(
    stack: Stack, links: list[str], printed: Printed
) -> None:
    take_job(stack, "J1", links[1])
    page = take_job(stack, "J1", links[0])
    assert (page["statusCode"], shows_form(page), holder(stack)) == (200, False, "F2")
    assert (printed.metric("OffersTaken"), printed.metric("OffersYours")) == (1, 1)


def test_two_who_press_at_the_same_moment_are_both_told_the_truth(stack: Stack, links: list[str]) -> None:
    others: list[Page] = []
    stack.wire.before(
        "dynamodb.UpdateItem", lambda: others.append(take_job(stack, "J1", links[1])), about='"F1"'
    )
    mine = take_job(stack, "J1", links[0])
    assert holder(stack) == "F2"
    assert others[0]["body"] == look_at_offer(stack, "J1", links[1])["body"]
    assert mine["body"] == look_at_offer(stack, "J1", links[0])["body"]


def test_cancelled_job_is_over(stack: Stack, links: list[str], printed: Printed) -> None:
    stack.jobs.cancel("J1")
    before = stack.dump()
    page = take_job(stack, "J1", links[0])
    assert (page["statusCode"], shows_form(page)) == (200, False)
    assert stack.dump() == before
    assert printed.metric("OffersOver") == 1


def test_who_has_left_takes_nothing(stack: Stack, links: list[str]) -> None:
    stack.friends.put_many([friend("F1", active=False)])
    page = take_job(stack, "J1", links[0])
    assert (page["statusCode"], shows_form(page), holder(stack)) == (200, False, "")


def test_lost_reply_of_the_acceptance_is_not_lost_to_the_friend(stack: Stack, links: list[str]) -> None:
    stack.wire.lose_reply("dynamodb.UpdateItem")
    page = take_job(stack, "J1", links[0])
    assert (page["statusCode"], holder(stack)) == (200, "F1")
    assert page["body"] == look_at_offer(stack, "J1", links[0])["body"]


@pytest.mark.parametrize("job_id", ["J-1.2", "50 % & more?", "Grüezi+1"])
def test_job_is_taken_whatever_its_id(
    stack: Stack, clock: Clock, notifications_queue: SqsDriver, job_id: str
) -> None:
    [token] = offered(stack, clock, notifications_queue, "F1", job_id=job_id)
    assert shows_form(look_at_offer(stack, job_id, token))
    take_job(stack, job_id, token)
    assert holder(stack, job_id) == "F1"


# ---------------------------------------------------------------- links and scanners


@pytest.mark.parametrize("token", ["", "nobody-has-this", "a" * 2_000, "%00", "ä"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_forged_link_is_not_found_and_changes_nothing(
    stack: Stack, links: list[str], token: str, method: str
) -> None:
    before = stack.dump()
    page = take_job(stack, "J1", token) if method == "POST" else look_at_offer(stack, "J1", token, method)
    assert page["statusCode"] == 404
    assert "Mara" not in page["body"]
    assert stack.dump() == before


def test_link_to_one_job_opens_no_other(stack: Stack, links: list[str], clock: Clock) -> None:
    stack.jobs.post(job_of("J2", clock()))
    assert look_at_offer(stack, "J2", links[0])["statusCode"] == 404
    assert take_job(stack, "J2", links[0])["statusCode"] == 404
    assert (holder(stack, "J1"), holder(stack, "J2")) == ("", "")


def test_link_of_an_invitation_takes_no_job_and_the_other_way_round(
    stack: Stack, links: list[str], letters_queue: SqsDriver
) -> None:
    stack.programme.open(year_record())
    invited(stack, "F1")
    answer = letter_sent(stack, letters_queue, "F1")
    assert take_job(stack, "J1", answer)["statusCode"] == 404
    assert look(stack, links[0])["statusCode"] == 404
    assert holder(stack) == ""


def test_expired_link_says_so_and_takes_nothing(stack: Stack, links: list[str], clock: Clock) -> None:
    clock.move(hours=24, seconds=1)
    before = stack.dump()
    assert look_at_offer(stack, "J1", links[0])["statusCode"] == 410
    assert take_job(stack, "J1", links[0])["statusCode"] == 410
    assert stack.dump() == before


@pytest.mark.parametrize(
    "more",
    [
        "",
        "&answer=",
        "&answer=yes",
        "&answer=ACCEPT",
        "&answer=accept&answer=accept",
        "&answer=accept&answer=no",
        "&reply=accept",
        "&answer=confirm",
        "&" + "a" * 10_000,
        "&answer[]=accept",
    ],
)
def test_post_without_exactly_the_button_takes_nothing(stack: Stack, links: list[str], more: str) -> None:
    before = stack.dump()
    page = post_to_offer(stack, "J1", f"token={links[0]}{more}")
    assert (page["statusCode"], shows_form(page)) == (200, True)
    assert stack.dump() == before


@pytest.mark.parametrize("body", [None, "", "\x00\x01\x02", "answer=accept", '{"answer": "accept"}'])
def test_scanner_that_posts_to_the_links_own_address_takes_nothing(
    stack: Stack, links: list[str], body: str | None
) -> None:
    before = stack.dump()
    event = http_event(ROUTE, "POST", {"job_id": "J1"}, query=f"token={links[0]}", body=body)
    assert stack.invoke("AcceptJob", event)["statusCode"] == 404
    assert stack.dump() == before


@pytest.mark.parametrize(
    "body", ["%%%not base64", base64.b64encode(b"answer=accept&token=\xff\xfe").decode()]
)
def test_body_that_is_no_text_takes_nothing(
    stack: Stack, links: list[str], body: str, printed: Printed
) -> None:
    before = stack.dump()
    event = offer_request("J1", links[0], "POST", body="") | {"body": body, "isBase64Encoded": True}
    assert stack.invoke("AcceptJob", event)["statusCode"] == 404
    assert stack.dump() == before
    assert printed.metric("OfferPagesFailed") == 0


def test_same_friends_second_link_to_a_job_is_as_good(
    stack: Stack, clock: Clock, notifications_queue: SqsDriver
) -> None:
    stack.friends.put_many([friend("F1")])
    stack.jobs.post(job_of("J1", clock()))
    stack.wire.refuse("sesv2.SendEmail", "TooManyRequestsException", 429)
    order_notification(stack, "J1", "F1")
    notifications_queue.drain()
    assert len(stack.items("LinksTable")) == 2, "the first was made for a letter that did not leave"
    take_job(stack, "J1", stack.postbox.mails[0].token)
    assert holder(stack) == "F1"


# ---------------------------------------------------------------- languages and faults


@pytest.mark.parametrize(("accepted", "language"), [("fr-CH, fr;q=0.9", "fr"), ("pt-BR", "de"), ("", "de")])
def test_forged_link_is_told_in_the_browsers_language(stack: Stack, accepted: str, language: str) -> None:
    event = offer_request("J1", "forged")
    event["headers"]["accept-language"] = accepted
    assert f'lang="{language}"' in stack.invoke("AcceptJob", event)["body"]


def test_known_link_is_told_in_the_friends_language(stack: Stack, links: list[str]) -> None:
    stack.friends.put_many([replace(friend("F1"), language="it")])
    assert 'lang="it"' in look_at_offer(stack, "J1", links[0])["body"]


@pytest.mark.parametrize("table", ["Links", "Friends", "Jobs", "Programme"])
def test_table_that_does_not_reply_is_our_fault_and_says_so(
    stack: Stack, links: list[str], table: str, printed: Printed
) -> None:
    stack.wire.refuse("dynamodb.GetItem", "AccessDeniedException", about=table)
    page = look_at_offer(stack, "J1", links[0])
    assert (page["statusCode"], page["headers"]["cache-control"]) == (500, "no-store")
    assert printed.metric("OfferPagesFailed") == 1


def test_acceptance_that_could_not_be_written_is_our_fault_and_can_be_pressed_again(
    stack: Stack, links: list[str], printed: Printed
) -> None:
    stack.wire.refuse("dynamodb.UpdateItem", "ValidationException")
    assert take_job(stack, "J1", links[0])["statusCode"] == 500
    assert holder(stack) == ""
    assert printed.metric("OfferPagesFailed") == 1
    take_job(stack, "J1", links[0])
    assert holder(stack) == "F1"


def test_neither_token_nor_name_is_logged_or_counted_whatever_happens(
    stack: Stack, links: list[str], printed: Printed
) -> None:
    look_at_offer(stack, "J1", links[0])
    post_to_offer(stack, "J1", f"token={links[0]}&answer=x")
    look_at_offer(stack, "J1", links[0] + "x")
    for table in ("Links", "Friends"):
        stack.wire.refuse("dynamodb.GetItem", "AccessDeniedException", about=table)
        look_at_offer(stack, "J1", links[0])
    stack.wire.refuse("dynamodb.UpdateItem", "ValidationException")
    take_job(stack, "J1", links[0])
    take_job(stack, "J1", links[0])
    take_job(stack, "J1", links[1])
    written = printed.text
    assert '"friend_id":"F1"' in written and '"job_id":"J1"' in written
    secrets = (*links, "Muster", "mailbox.example", "private.example", "customer-4711", "47.37")
    assert [one for one in secrets if one in written] == []
