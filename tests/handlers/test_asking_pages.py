"""The pages of areas and of roles, as deployed: from the letter with the link to the answer."""

import base64
import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from best_friends import bootstrap
from best_friends.application.correct_ledger import By
from best_friends.application.decide_request import Granting
from best_friends.domain.letter import LetterKind
from best_friends.domain.policy import Role
from best_friends.domain.requests import RequestKind, RequestState
from ops.deployment import Deployment
from ops.friends import decide_on, engagement_of, link_for
from tests.support.deployed import deployment_of
from tests.support.marketplace import address_of, friend
from tests.support.pages import http_event
from tests.support.queues import SqsDriver
from tests.support.stack import Stack

BY = By("Ada", "Im Moment haben wir dort genug Friends.")
PAGES = {"areas": "ShowAreas", "engagement": "ApplyForRole"}
FORMS = {
    "areas": {"place": "Aarau", "radius": "15", "words": "on Mondays"},
    "engagement": {"role": "mentor", "words": "I like to explain"},
}
LINKS = {"areas": LetterKind.AREAS_LINK, "engagement": LetterKind.ENGAGEMENT_LINK}
both = pytest.mark.parametrize("page", PAGES)


@pytest.fixture
def names(stack: Stack) -> Deployment:
    """The names that operators' commands work with."""
    return deployment_of(stack)


@pytest.fixture
def reader(stack: Stack) -> str:
    """A Friend of the programme."""
    stack.friends.put_many([friend("F1")])
    return "F1"


def asked(
    stack: Stack, page: str, token: str, method: str = "GET", body: str | None = None
) -> dict[str, Any]:
    """A request to a page."""
    event = http_event(f"/{page}/{{token}}", method, {"token": token}, body=body)
    answer: dict[str, Any] = stack.invoke(PAGES[page], event)
    return answer


def mailed_token(stack: Stack, names: Deployment, queue: SqsDriver, page: str) -> str:
    """The token in the letter that an operator ordered."""
    link_for(names)("F1", LINKS[page])
    queue.drain()
    found = re.search(rf"https://\S+/{page}/([\w-]+)", stack.postbox.mails[-1].text)
    assert found
    return found[1]


@both
def test_looking_changes_nothing_and_pressing_twice_asks_once(
    stack: Stack, names: Deployment, reader: str, letters_queue: SqsDriver, page: str
) -> None:
    token = mailed_token(stack, names, letters_queue, page)
    assert stack.postbox.mails[-1].to == address_of("F1")
    before = stack.dump()
    shown, headed = asked(stack, page, token), asked(stack, page, token, "HEAD")
    assert (shown["statusCode"], headed["statusCode"], headed["body"]) == (200, 200, "")
    assert shown["headers"]["cache-control"] == "no-store"
    assert stack.dump() == before

    form = BeautifulSoup(shown["body"], "html.parser").find("form")
    assert form is not None
    pressed = [asked(stack, page, token, "POST", urlencode(FORMS[page])) for _ in range(2)]
    assert [one["statusCode"] for one in pressed] == [200, 200]
    assert pressed[0]["body"] == pressed[1]["body"]
    [item] = stack.items("RequestsTable")
    assert item["friend_id"] == {"S": reader} and item["state"] == {"S": "open"}
    changed = {name for name, items in stack.dump().items() if items != before[name]}
    assert changed == {"RequestsTable"}


@both
@pytest.mark.parametrize(
    ("body", "status"), [(None, 422), ("", 422), ("%ff&&=x", 422), ("a=1&" * 50, 422), ("radius=0", 422)]
)
def test_whatever_a_scanner_posts_writes_nothing(
    stack: Stack,
    names: Deployment,
    reader: str,
    letters_queue: SqsDriver,
    page: str,
    body: str | None,
    status: int,
) -> None:
    token = mailed_token(stack, names, letters_queue, page)
    assert asked(stack, page, token, "POST", body)["statusCode"] == status
    event = http_event(f"/{page}/{{token}}", "POST", {"token": token})
    event |= {"body": base64.b64encode(b"\xff\xfe").decode(), "isBase64Encoded": True}
    assert stack.invoke(PAGES[page], event)["statusCode"] == status
    assert not stack.items("RequestsTable")


@both
def test_a_forged_link_opens_nothing_and_another_pages_link_neither(
    stack: Stack, names: Deployment, reader: str, letters_queue: SqsDriver, page: str
) -> None:
    other = next(one for one in PAGES if one != page)
    for token in ("forged", mailed_token(stack, names, letters_queue, other)):
        answer = asked(stack, page, token, "POST", urlencode(FORMS[page]))
        assert answer["statusCode"] == 404 and "Mara" not in answer["body"]
    assert not stack.items("RequestsTable")


def test_what_breaks_is_a_page_and_tells_no_token(
    stack: Stack, names: Deployment, reader: str, letters_queue: SqsDriver, capsys: pytest.CaptureFixture[str]
) -> None:
    token = mailed_token(stack, names, letters_queue, "areas")
    stack.client("dynamodb").delete_table(TableName=stack.name("RequestsTable"))
    capsys.readouterr()
    answer = asked(stack, "areas", token)
    printed = capsys.readouterr()
    assert answer["statusCode"] == 500 and token not in answer["body"]
    assert "AreasPagesFailed" in printed.out and token not in printed.out + printed.err


def test_an_area_is_asked_for_accepted_and_answered(
    stack: Stack, names: Deployment, reader: str, letters_queue: SqsDriver
) -> None:
    token = mailed_token(stack, names, letters_queue, "areas")
    asked(stack, "areas", token, "POST", urlencode(FORMS["areas"]))
    decide = decide_on(names)
    [request] = decide.requests.open(RequestKind.AREA)
    decide.accept_area(request.request_id, Granting(47.39, 8.05), BY)
    assert [area.label for area in stack.friends.get(reader).areas] == ["home", "work", "Aarau"]  # type: ignore[union-attr]
    letters_queue.drain()
    letter = stack.postbox.mails[-1]
    assert (letter.kind, letter.to) == ("area_accepted", address_of(reader))
    assert "Aarau, mit einem Radius von 15" in letter.text
    assert "Aarau" in asked(stack, "areas", token)["body"]  # the link is good for many uses
    [note] = bootstrap.trail(names.trail_table).of_friend(reader)
    assert (note.action, note.who) == ("area request accepted", "Ada")


def test_a_role_is_applied_for_declined_and_answered_then_given_by_hand(
    stack: Stack, names: Deployment, reader: str, letters_queue: SqsDriver
) -> None:
    token = mailed_token(stack, names, letters_queue, "engagement")
    asked(stack, "engagement", token, "POST", urlencode(FORMS["engagement"]))
    decide = decide_on(names)
    [request] = decide.requests.open(RequestKind.ENGAGEMENT)
    decide.decline(request.request_id, RequestKind.ENGAGEMENT, BY)
    decide.decline(request.request_id, RequestKind.ENGAGEMENT, BY)  # orders the letter once more
    letters_queue.drain()
    letters = [one for one in stack.postbox.mails if one.kind == "role_declined"]
    assert len(letters) == 1 and f"> {BY.why}" in letters[0].text
    assert decide.requests.get(request.request_id).state is RequestState.DECLINED  # type: ignore[union-attr]
    assert f"<blockquote>{BY.why}</blockquote>" in asked(stack, "engagement", token)["body"]

    change = engagement_of(names)
    change.add(reader, Role.MENTOR, date(2026, 1, 1), None, BY)
    again = asked(stack, "engagement", token, "POST", urlencode(FORMS["engagement"] | {"words": "now?"}))
    assert again["statusCode"] == 422  # the role is held


def test_no_name_and_no_word_is_in_a_queue(stack: Stack, names: Deployment, reader: str) -> None:
    link_for(names)(reader, LetterKind.AREAS_LINK)
    [message] = stack.messages("LettersQueue")
    assert set(message) == {"letter", "friend_id", "year", "number", "about"}
    assert (message["friend_id"], message["year"]) == (reader, 0)
