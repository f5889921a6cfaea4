"""`best-friends friend ...` and `engagement ...`: what they do, say and refuse."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from best_friends import bootstrap_requests
from best_friends.application.ask import Ask
from best_friends.domain.policy import Role
from best_friends.domain.requests import AreaWish, RoleWish, Wish
from tests.support.commands import Command, Said, as_operator
from tests.support.deployed import deployment_of
from tests.support.marketplace import friend
from tests.support.stack import Clock, Stack


@pytest.fixture
def best_friends(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run the command in this process on the stack in memory, as the operator Ada."""
    stack.friends.put_many([friend("F1")])

    return as_operator(deployment_of(stack), monkeypatch, capsys)


@pytest.fixture
def asks(stack: Stack, clock: Clock) -> Callable[[Wish], str]:
    """Lets F1 ask for something."""
    ask = Ask(bootstrap_requests.requests(stack.name("RequestsTable")), stack.programme, clock)
    return lambda wish: ask("F1", wish, "on Mondays")[0].request_id


def done(said: Said) -> str:
    assert said.status == 0, said.err
    return said.out


def listed(best_friends: Command, *command: str) -> list[dict[str, Any]]:
    found = done(best_friends(*command, "--json"))
    rows: list[dict[str, Any]] = json.loads(found)
    return rows


def test_an_area_is_added_listed_and_removed(best_friends: Command) -> None:
    added = best_friends(
        *("friend", "area", "add", "F1", "--at", "46.95,7.45", "--radius", "15"),
        *("--label", "Bern", "--why", "asked by phone"),
    )
    assert done(added) == "F1 has 3 areas now: home, work, Bern.\n"
    table = done(best_friends("friend", "area", "list", "F1"))
    assert "Bern" in table and "operators" in table and max(map(len, table.splitlines())) <= 80
    assert "Bern is no area of F1" in done(
        best_friends("friend", "area", "remove", "F1", "Bern", "--why", "moved")
    )
    assert [one["label"] for one in listed(best_friends, "friend", "area", "list", "F1")] == ["home", "work"]


def test_requests_are_listed_and_decided(best_friends: Command, asks: Callable[[Wish], str]) -> None:
    assert done(best_friends("friend", "area", "requests")) == "None.\n"
    first, second = asks(AreaWish("Aarau", 15)), asks(AreaWish("Olten", 5))
    rows = listed(best_friends, "friend", "area", "requests")
    assert {one["request_id"] for one in rows} == {first, second}
    assert rows[0].keys() == {"request_id", "friend_id", "asked_at", "words", "place", "radius_km"}
    assert "Aarau" in done(best_friends("friend", "area", "requests"))
    assert "F1 has the area" in done(best_friends("friend", "area", "accept", first, "--at", "47.39,8.05"))
    assert "declined" in done(best_friends("friend", "area", "decline", second, "--why", "enough there"))
    assert listed(best_friends, "friend", "area", "requests") == []
    again = best_friends("friend", "area", "decline", first, "--why", "changed my mind")
    assert again.status == 2 and "was accepted by Ada" in again.err


def test_an_application_is_accepted_from_a_day(
    stack: Stack, best_friends: Command, asks: Callable[[Wish], str]
) -> None:
    request_id = asks(RoleWish(Role.MENTOR))
    [row] = listed(best_friends, "engagement", "applications")
    assert row["role"] == "mentor"
    done(best_friends("engagement", "accept", request_id, "--from", "2026-02-01"))
    [held] = stack.engagements.all()
    assert (held.role, held.held_from) == (Role.MENTOR, date(2026, 2, 1))
    assert stack.messages("LettersQueue")[0]["letter"] == "role_accepted"


def test_a_role_is_added_ended_withdrawn_and_listed(best_friends: Command) -> None:
    role = ("engagement", "add", "F1", "mentor", "--from", "2025-02-01", "--why", "asked by phone")
    assert done(best_friends(*role)) == "F1 holds mentor from 2025-02-01.\n"
    end = ("engagement", "end", "F1", "mentor", "--until", "2025-09-30", "--why", "no time")
    assert done(best_friends(*end)) == "F1 holds mentor from 2025-02-01 to 2025-09-30.\n"
    assert "2025-09-30" in done(best_friends("engagement", "list"))
    gone = ("engagement", "withdraw", "F1", "mentor", "--from", "2025-02-01", "--why", "a mistake")
    assert "counts for no year" in done(best_friends(*gone))
    [row] = listed(best_friends, "engagement", "list", "F1")
    assert row["withdrawn"] is True


@pytest.mark.parametrize("page", ["areas", "engagement", "standing"])
def test_a_link_is_mailed_and_not_printed(stack: Stack, best_friends: Command, page: str) -> None:
    said = done(best_friends("friend", "link", "F1", page))
    assert "on its way to F1" in said and "http" not in said
    assert stack.items("LinksTable") == []  # the token is made when the letter is written
    assert stack.messages("LettersQueue")[0]["letter"] == f"{page}_link"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("friend link F9 areas", "there is no Friend F9"),
        ("friend link F1 shoes", "name one of areas, engagement"),
        ("friend area list F9", "there is no Friend F9"),
        ("friend area add F1 --at Bern --radius 5 --label Bern --why x", "such as 47.05,8.31"),
        ("friend area add F1 --at 47,8 --radius 0 --label Bern --why x", "kilometres above 0"),
        ("friend area add F1 --at 47,8 --radius nan --label Bern --why x", "kilometres above 0"),
        ("friend area add F1 --at 47,8 --radius 5 --label HOME --why x", "another name"),
        ("friend area remove F1 Chur --why x", "1 home, 2 work"),
        ("friend area accept area-1 --at 47,8", "`best-friends friend area requests` shows them"),
        ("engagement decline role-1 --why x", "`best-friends engagement applications` shows them"),
        ("engagement add F1 boss --from 2025-01-01 --why x", "name one of meetup_organiser"),
        ("engagement add F1 mentor --from 1.1.2025 --why x", "a day such as 2026-03-01"),
        ("engagement add F1 mentor --from 2025-02-01 --until 2025-01-01 --why x", "swap"),
        ("engagement end F1 mentor --until 2025-01-01 --why x", "never held it"),
        ("engagement list F9", "there is no Friend F9"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(
    stack: Stack, best_friends: Command, arguments: str, sentence: str
) -> None:
    before = stack.dump()
    said = best_friends(*arguments.split())
    assert said.status == 2 and sentence in said.err and said.err.count("\n") == 1
    assert stack.dump() == before and stack.messages("LettersQueue") == []


def test_a_reason_is_wanted(best_friends: Command) -> None:
    said = best_friends("friend", "area", "remove", "F1", "work", "--why", " ")
    assert said.status == 2 and "say why" in said.err


def test_a_trail_of_nobody_is_told_and_one_without_notes_is_empty(best_friends: Command) -> None:
    assert done(best_friends("trail", "F1")) == ""
    said = best_friends("trail", "FX")
    assert (said.status, said.out) == (2, "") and "there is no Friend FX" in said.err
