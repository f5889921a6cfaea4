"""A Friend's standing as deployed: from the public form by letter to the page, the file and the case."""

import re
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from best_friends.domain.policy import Policy, Role
from best_friends.domain.programme import Settings
from tests.support.marketplace import Marketplace, address_of
from tests.support.pages import http_event
from tests.support.queues import SqsDriver
from tests.support.stack import Clock, Stack
from tests.support.steps import Steps

NOVEMBER = datetime(2026, 11, 2, 12, tzinfo=UTC)
THIS_YEAR = datetime(2026, 6, 15, 12, tzinfo=UTC)
ON = Policy.of({"early_notice": {"on": "10-15"}})


@pytest.fixture
def busy(stack: Stack, steps: Steps, marketplace: Marketplace, clock: Clock) -> Stack:
    """Forty Friends of 2025, judged; in November 2026 F38 has earned nearly as much as the first two."""
    for number in range(1, 41):
        marketplace.star(f"F{number:02d}", number * 100_000, language="en")
    marketplace.engaged("F05", Role.MENTOR, date(2026, 2, 1))
    marketplace.settle()
    steps.selected()
    assert steps.record_verdicts() == steps.record_verdicts() == 40
    for number in range(1, 41):
        marketplace.earned(f"F{number:02d}", number * 100_000, at=THIS_YEAR)
    marketplace.settle()
    clock.now = NOVEMBER
    return stack


def asked(stack: Stack, path: dict[str, str], method: str = "GET", form: dict[str, str] | None = None) -> Any:
    """A request to the page of the standing, or for its file."""
    route = "/standing/{token}/{file}" if "file" in path else "/standing/{token}"
    body = urlencode(form) if form is not None else None
    return stack.invoke("ShowStanding", http_event(route, method, path, body=body))


def form_of(stack: Stack, address: str | None, method: str = "POST", query: str = "") -> Any:
    """A request to the public form."""
    body = urlencode({"address": address}) if address is not None else None
    return stack.invoke("AskLink", http_event("/standing", method, query=query, body=body))


def token_in(text: str, page: str = "standing") -> str:
    """The token of a letter's link."""
    found = re.search(rf"https://\S+/{page}/([\w-]+)", text)
    assert found
    return found[1]


def mailed_token(stack: Stack, queue: SqsDriver, friend_id: str) -> str:
    """The token in the letter that somebody asked for."""
    form_of(stack, address_of(friend_id))
    queue.drain()
    return token_in(stack.postbox.mails[-1].text)


def text_of(answer: Any) -> str:
    """What a page says."""
    return " ".join(BeautifulSoup(answer["body"], "html.parser").get_text(" ").split())


def test_the_form_says_the_same_to_everybody_and_writes_to_the_address_on_file_only(
    busy: Stack, letters_queue: SqsDriver
) -> None:
    before = busy.dump()
    known, unknown = (form_of(busy, one) for one in (address_of("F07"), "somebody@else.example"))
    assert known == unknown and known["statusCode"] == 200
    assert busy.dump() == before
    orders = busy.messages("LettersQueue")
    assert [sorted(one) for one in orders] == [sorted(orders[0])] * 2
    assert not any("@" in str(one) for one in orders)
    letters_queue.drain()
    [mail] = busy.postbox.mails
    assert (mail.kind, mail.to) == ("standing_link", address_of("F07"))


def test_one_letter_an_hour_is_enough(busy: Stack, letters_queue: SqsDriver, clock: Clock) -> None:
    for _ in range(3):
        form_of(busy, address_of("F07").upper())
    letters_queue.drain()
    assert len(busy.postbox.mails) == 1
    clock.move(hours=1)
    form_of(busy, address_of("F07"))
    letters_queue.drain()
    assert len(busy.postbox.mails) == 2


def test_what_is_no_address_is_sent_back_and_a_public_page_speaks_every_language(busy: Stack) -> None:
    assert form_of(busy, "nobody")["statusCode"] == 422
    assert form_of(busy, None)["statusCode"] == 422  # a post without the field
    titles = {form_of(busy, None, "GET", f"lang={one}")["body"] for one in ("de", "fr", "it", "en")}
    assert len(titles) == 4
    assert form_of(busy, None, "HEAD")["body"] == ""
    assert not busy.messages("LettersQueue")


def test_the_page_tells_both_years_and_the_file_every_line(busy: Stack, letters_queue: SqsDriver) -> None:
    assert busy.invoke("RefreshCutoffs", {})["years"] == [2026]
    token = mailed_token(busy, letters_queue, "F38")
    before = busy.dump()
    page, head = asked(busy, {"token": token}), asked(busy, {"token": token}, "HEAD")
    assert (page["statusCode"], head["statusCode"], head["body"]) == (200, 200, "")
    said = text_of(page)
    assert "2026" in said and "2025" in said and "Mara F38 Muster" in said
    assert re.search(r"CHF\s1[’',]000", said)  # from 38,000 to the cut-off of 39,000
    assert page["headers"]["cache-control"] == "no-store"
    assert address_of("F38") not in page["body"]

    file = asked(busy, {"token": token, "file": "2026.csv"})
    assert file["headers"]["content-type"] == "text/csv; charset=utf-8"
    rows = file["body"].strip().splitlines()
    assert len(rows) == 1 + 15 + 1  # headings, the ratings of the whole history, the job of the year
    assert "38000.00" in file["body"]
    for name in ("1999.csv", "2026.txt", "../../x"):
        none = asked(busy, {"token": token, "file": name})
        assert none["statusCode"] == 404 and none["headers"]["content-type"].startswith("text/html")
        assert "Mara F38 Muster" in text_of(none)
    assert busy.dump() == before


def test_the_link_lives_for_a_day_and_opens_nothing_else(
    busy: Stack, letters_queue: SqsDriver, clock: Clock
) -> None:
    token = mailed_token(busy, letters_queue, "F07")
    assert asked(busy, {"token": "forged"})["statusCode"] == 404
    assert (
        busy.invoke("ShowAreas", http_event("/areas/{token}", "GET", {"token": token}))["statusCode"] == 404
    )
    clock.move(hours=23, minutes=59)
    assert asked(busy, {"token": token})["statusCode"] == 200
    clock.move(minutes=2)
    late = asked(busy, {"token": token})
    assert late["statusCode"] == 410 and "F07" not in late["body"]
    assert asked(busy, {"token": token, "file": "2026.csv"})["statusCode"] == 410


def test_please_check_this_opens_one_case_and_a_letter_says_so(busy: Stack, letters_queue: SqsDriver) -> None:
    token = mailed_token(busy, letters_queue, "F07")
    form = {"year": "2025", "words": "My job in June is missing."}
    pressed = [asked(busy, {"token": token}, "POST", form) for _ in range(2)]
    assert [one["statusCode"] for one in pressed] == [200, 200]
    [case] = busy.items("RequestsTable")
    assert case["kind"] == {"S": "review"} and case["friend_id"] == {"S": "F07"}
    letters_queue.drain()
    assert [one.kind for one in busy.postbox.mails] == ["standing_link", "review_opened"]
    assert "My job in June is missing." in text_of(asked(busy, {"token": token}))


@pytest.mark.parametrize(
    "form",
    [{}, {"year": "2025"}, {"words": "x"}, {"year": "1999", "words": "x"}, {"year": "x", "words": "x"}],
)
def test_whatever_a_scanner_posts_opens_no_case(
    busy: Stack, letters_queue: SqsDriver, form: dict[str, str]
) -> None:
    token = mailed_token(busy, letters_queue, "F07")
    assert asked(busy, {"token": token}, "POST", form)["statusCode"] == 422
    assert not busy.items("RequestsTable")


def test_overdue_cases_are_counted_until_there_is_a_decision(
    busy: Stack, letters_queue: SqsDriver, clock: Clock
) -> None:
    token = mailed_token(busy, letters_queue, "F07")
    asked(busy, {"token": token}, "POST", {"year": "2025", "words": "please look"})
    for days, overdue in ((0, 0), (7, 0), (1, 1)):
        clock.move(days=days)
        assert busy.invoke("CheckReviews", {}) | {"open": 1} == busy.invoke("CheckReviews", {})
        assert busy.invoke("CheckReviews", {})["overdue"] == overdue


def test_the_letter_of_the_last_quarter_ends_by_one_click(busy: Stack, letters_queue: SqsDriver) -> None:
    busy.programme.save_settings(Settings(policy=ON, currency="CHF"))
    assert busy.invoke("RefreshCutoffs", {})["noticed"] > 0
    assert busy.invoke("RefreshCutoffs", {})["noticed"] == 0
    letters_queue.drain()
    notices = [one for one in busy.postbox.mails if one.kind == "early_notice"]
    assert address_of("F38") in {one.to for one in notices}
    assert {address_of("F40"), address_of("F05"), address_of("F10")}.isdisjoint(one.to for one in notices)
    token = token_in(next(one for one in notices if one.to == address_of("F38")).text, "news")

    def news(method: str, form: dict[str, str] | None = None) -> Any:
        body = urlencode(form) if form is not None else None
        return busy.invoke("ChooseNews", http_event("/news/{token}", method, {"token": token}, body=body))

    before = busy.dump()
    assert news("GET")["statusCode"] == news("HEAD")["statusCode"] == 200
    assert busy.dump() == before
    assert news("POST", {"List-Unsubscribe": "One-Click"})["statusCode"] == 200
    [choice] = busy.items("ChoicesTable")
    assert choice == {"friend_id": {"S": "F38"}, "ended": {"SS": ["news"]}}
    assert news("POST", {"choice": "take_up"})["statusCode"] == 200
    assert busy.items("ChoicesTable") == [{"friend_id": {"S": "F38"}}]


@pytest.mark.parametrize(
    ("function", "route", "metric"),
    [
        ("ShowStanding", "/standing/{token}", "StandingPagesFailed"),
        ("ChooseNews", "/news/{token}", "NewsPagesFailed"),
    ],
)
def test_what_breaks_is_a_page_and_tells_no_token(
    busy: Stack, function: str, route: str, metric: str, capsys: pytest.CaptureFixture[str]
) -> None:
    busy.client("dynamodb").delete_table(TableName=busy.name("LinksTable"))
    capsys.readouterr()
    answer = busy.invoke(function, http_event(route, "GET", {"token": "secret-token"}))
    printed = capsys.readouterr()
    assert answer["statusCode"] == 500 and "secret-token" not in answer["body"]
    assert metric in printed.out and "secret-token" not in printed.out + printed.err


def test_no_address_is_ever_printed(busy: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    form_of(busy, address_of("F07"))
    busy.client("sqs").delete_queue(QueueUrl=busy.name("LettersQueue"))
    assert form_of(busy, address_of("F07"))["statusCode"] == 500
    printed = capsys.readouterr()
    assert "StandingLinkPagesFailed" in printed.out
    assert address_of("F07") not in printed.out + printed.err
