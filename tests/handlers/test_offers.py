"""Product tests and announcements as deployed: from the schedule by letter to the page."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from best_friends import bootstrap_offers
from best_friends.application.announcements import HandleAnnouncements
from best_friends.application.correct_ledger import By
from best_friends.domain.drafts import AnnouncementDraft
from best_friends.domain.invitation import InvitationState
from best_friends.domain.product_tests import ProductTest
from tests.support.marketplace import address_of, friend, invitation
from tests.support.pages import http_event
from tests.support.queues import SqsDriver
from tests.support.stack import Clock, Stack
from tests.unit.fakes_offers import WORDS

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BY = By("Ada", "as planned")


@pytest.fixture
def busy(stack: Stack, clock: Clock) -> Stack:
    """F1 and F2 are Best Friends, F3 and F4 are not."""
    clock.now = NOW
    stack.friends.put_many([friend(one) for one in ("F1", "F2", "F3", "F4")])
    for one in ("F1", "F2"):
        stack.invitations.create(invitation(one))
        stack.invitations.settle(one, 2025, InvitationState.CONFIRMED, NOW)
    stack.programme.announce(2025)
    test = ProductTest("drill", (), 1, NOW, NOW + timedelta(hours=48), NOW + timedelta(days=9), WORDS)
    assert bootstrap_offers.product_tests(stack.name("ProductTestsTable")).add(test)
    return stack


def asked(stack: Stack, token: str, method: str = "GET", answer: str | None = None) -> Any:
    body = urlencode({"answer": answer}) if answer is not None else None
    return stack.invoke("AnswerTest", http_event("/tests/{token}", method, {"token": token}, body=body))


def token_in(text: str) -> str:
    found = re.search(r"https://\S+/tests/([\w-]+)", text)
    assert found
    return found[1]


def test_invited_accepted_and_full(busy: Stack, letters_queue: SqsDriver) -> None:
    assert busy.invoke("InviteTesters", {}) == {"tests": 1, "invited": 2, "told": 0}
    assert not any("@" in str(one) or "token" in str(one) for one in busy.messages("LettersQueue"))
    letters_queue.drain()
    mails = {one.to: one for one in busy.postbox.mails}
    assert set(mails) == {address_of("F1"), address_of("F2")}
    first, second = (token_in(mails[address_of(one)].text) for one in ("F1", "F2"))
    before = busy.dump()
    assert (asked(busy, first)["statusCode"], asked(busy, first, "HEAD")["body"]) == (200, "")
    assert busy.dump() == before
    page = asked(busy, first, "POST", "accept")
    assert "du bist dabei" in page["body"] and address_of("F1") not in page["body"]
    assert page["headers"]["cache-control"] == "no-store"
    assert "alle Plätze sind vergeben" in asked(busy, second, "POST", "accept")["body"]
    letters_queue.drain()
    assert [one.kind for one in busy.postbox.mails].count("test_accepted") == 1
    assert asked(busy, "forged", "POST", "accept")["statusCode"] == 404
    assert "danke für deine Antwort" in asked(busy, first, "POST", "decline")["body"]
    assert "du bist dabei" in asked(busy, second, "POST", "accept")["body"]


def test_everybody_else_after_the_head_start(busy: Stack, letters_queue: SqsDriver, clock: Clock) -> None:
    busy.invoke("InviteTesters", {})
    clock.move(hours=48)
    assert busy.invoke("InviteTesters", {})["invited"] == 2
    assert busy.invoke("InviteTesters", {})["invited"] == 0
    letters_queue.drain()
    assert len(busy.postbox.mails) == 4


def handling(stack: Stack) -> HandleAnnouncements:
    return bootstrap_offers.handle_announcements(
        announcements_table=stack.name("AnnouncementsTable"), programme_table=stack.name("ProgrammeTable")
    )


def draft(corrected: str = "") -> AnnouncementDraft:
    text = f'id = "app"\npublish_on = 2026-03-09\n[de]\nsubject = "Neue App"\ntext = ["Bald{corrected}."]\n'
    return AnnouncementDraft.from_toml(text + (f'corrected = "{corrected}"\n' if corrected else ""))


def test_an_announcement_goes_its_way(busy: Stack, letters_queue: SqsDriver, clock: Clock) -> None:
    handling(busy).add(draft(), BY)

    def published() -> int:
        ordered = int(busy.invoke("PublishAnnouncements", {})["ordered"])
        letters_queue.drain()
        return ordered

    assert (published(), published()) == (2, 0)
    handling(busy).correct("app", draft("Im Mai"), BY)
    assert (published(), published()) == (2, 0)
    clock.now = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)  # 06:00 in Zurich
    assert (published(), published()) == (4, 0)  # two of them have it, which their letters' ids know
    handling(busy).withdraw("app", BY)
    assert (published(), published()) == (4, 0)
    kinds = [(one.kind, one.to) for one in busy.postbox.mails]
    assert len(kinds) == 2 + 2 + 2 + 4
    assert all("news/" in one.text for one in busy.postbox.mails)


def test_what_breaks_is_a_page_and_tells_no_token(busy: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    busy.client("dynamodb").delete_table(TableName=busy.name("LinksTable"))
    capsys.readouterr()
    answer = asked(busy, "secret-token")
    printed = capsys.readouterr()
    assert answer["statusCode"] == 500 and "TestPagesFailed" in printed.out
    assert "secret-token" not in answer["body"] + printed.out + printed.err


def test_nothing_personal_is_printed(
    busy: Stack, letters_queue: SqsDriver, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    busy.invoke("InviteTesters", {})
    letters_queue.drain()
    asked(busy, token_in(busy.postbox.mails[0].text), "POST", "accept")
    printed = capsys.readouterr()
    assert address_of("F1") not in printed.out + printed.err and "Mara" not in printed.out + printed.err
    assert "TestsAnswered" in printed.out


def test_a_person_is_found_among_the_testers_and_erased(busy: Stack, letters_queue: SqsDriver) -> None:
    from best_friends.adapters.dynamodb import bound
    from best_friends.adapters.models_news import TesterRow
    from best_friends.adapters.person import RowsOfPerson
    from best_friends.application.erase_person import GONE_FIRST

    busy.invoke("InviteTesters", {})
    rows = RowsOfPerson(bound(TesterRow, busy.name("TestersTable")))
    [row] = rows.of(["F1"])
    assert row["test_id"] == "drill" and row["invited"]["friend_id"] == "F1"
    assert "testers" in GONE_FIRST
    rows.remove(["F1"])
    assert not rows.of(["F1"]) and rows.of(["F2"])
    busy.friends.put_many([replace(friend("F1"), display_name="", email="", active=False)])
    letters_queue.drain()
    assert [one.to for one in busy.postbox.mails] == [address_of("F2")]
