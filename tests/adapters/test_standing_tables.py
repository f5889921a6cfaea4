"""Verdicts, cut-offs, choices of mail and the indexes of accounts, on DynamoDB; one-click headers on SES."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from best_friends import bootstrap, bootstrap_standing
from best_friends.adapters.mail import SesMail
from best_friends.adapters.standing import AccountsIndexes, ChoicesTable, CutoffsTable, VerdictsTable
from best_friends.application.ports_standing import Stream
from best_friends.domain.judged import Judged
from best_friends.domain.policy import Qualification, Role
from best_friends.domain.programme import Settings
from best_friends.domain.qualification import Cohort, Figures, judge
from best_friends.domain.standing import Cutoffs
from tests.support.marketplace import address_of, friend
from tests.support.stack import SIX_IN_ZURICH, Stack

COHORT = Cohort("all", 100, 5, 600_050, 5)
RULE = Qualification(rating_average_min=Decimal("4.25"))


def judged(friend_id: str, cents: int = 1) -> Judged:
    """Somebody with a role."""
    figures = Figures(friend_id, True, "ZH", 20, 95, cents, (Role.MENTOR,))
    return Judged(figures, judge(figures, {"all": COHORT}, RULE), COHORT.cutoff_cents)


@pytest.fixture
def verdicts(stack: Stack) -> VerdictsTable:
    """The verdicts."""
    return bootstrap_standing.verdicts(stack.name("VerdictsTable"))


@pytest.fixture
def choices(stack: Stack) -> ChoicesTable:
    """The choices of mail."""
    return bootstrap_standing.choices(stack.name("ChoicesTable"))


@pytest.fixture
def cutoffs(stack: Stack) -> CutoffsTable:
    """The cut-offs."""
    return bootstrap_standing.cutoffs(stack.name("ProgrammeTable"))


@pytest.fixture
def directory(stack: Stack) -> AccountsIndexes:
    """The indexes of accounts."""
    return bootstrap_standing.directory(stack.name("FriendsTable"))


def test_verdicts_come_back_whole_by_account_and_year(stack: Stack, verdicts: VerdictsTable) -> None:
    many = [judged(f"F{number}", number) for number in range(60)]
    assert verdicts.put_many(2025, many) == 60
    verdicts.put_many(2024, [judged("F1", 99)])
    assert verdicts.of(["F1", "F7", "F999"], 2025) in (
        [many[1], many[7]],
        [many[7], many[1]],
    )
    assert verdicts.of(["F1"], 2024) == [judged("F1", 99)]
    before = stack.items("VerdictsTable")
    verdicts.put_many(2025, many)
    assert stack.items("VerdictsTable") == before


def test_cut_offs_come_back_exactly_and_leave_the_programme_alone(
    stack: Stack, cutoffs: CutoffsTable
) -> None:
    stack.programme.save_settings(Settings(currency="CHF"))
    taken = Cutoffs(2026, SIX_IN_ZURICH, RULE, (COHORT, Cohort("", 0, 0, None, 0)))
    assert cutoffs.get(2026) is None
    cutoffs.put(taken)
    assert cutoffs.get(2026) == taken and cutoffs.get(2025) is None
    cutoffs.put(replace(taken, cohorts=()))
    assert cutoffs.get(2026) == replace(taken, cohorts=())
    assert stack.programme.settings().currency == "CHF" and stack.programme.year(2026) is None


def test_a_year_is_noted_as_noticed(cutoffs: CutoffsTable) -> None:
    assert not cutoffs.noticed(2026)
    cutoffs.note_noticed(2026)
    cutoffs.note_noticed(2026)
    assert cutoffs.noticed(2026) and not cutoffs.noticed(2027)


def test_a_choice_stands_until_it_is_taken_back(choices: ChoicesTable) -> None:
    assert choices.wants(["F1", "F2"], Stream.NEWS)
    for _ in range(2):
        choices.choose("F2", Stream.NEWS, wanted=False)
    assert not choices.wants(["F1", "F2"], Stream.NEWS) and choices.wants(["F1"], Stream.NEWS)
    for _ in range(2):
        choices.choose("F2", Stream.NEWS, wanted=True)
    assert choices.wants(["F1", "F2"], Stream.NEWS)
    choices.choose("F3", Stream.NEWS, wanted=True)  # who never ended anything
    assert choices.wants(["F3"], Stream.NEWS)


def test_accounts_are_found_by_address_and_by_what_they_were_merged_into(
    stack: Stack, directory: AccountsIndexes
) -> None:
    loud = replace(friend("F2"), email=f" {address_of('F1').upper()} ")
    nobody = replace(friend("GONE"), display_name="", email="")
    stack.friends.put_many(
        [friend("F1"), loud, friend("F3"), replace(friend("F4"), merged_into="F1"), nobody]
    )
    assert sorted(directory.by_address(address_of("F1"))) == ["F1", "F2"]
    assert directory.by_address("nobody@mailbox.example") == []
    assert directory.aliases_of("F1") == ["F4"] and directory.aliases_of("F4") == []
    stack.friends.alias("F3", "F4", was="")
    assert directory.aliases_of("F4") == ["F3"]
    stack.friends.alias("F3", "", was="F4")
    assert directory.aliases_of("F4") == []


def test_a_letter_carries_the_headers_it_was_given(stack: Stack) -> None:
    mail: SesMail = bootstrap.mail(stack.template.parameters["Sender"], stack.name("MailEvents"))
    asked: list[dict[str, Any]] = []
    bootstrap.ses().meta.events.register(
        "provide-client-params.sesv2.SendEmail", lambda params, **_: asked.append(params)
    )
    one_click = {
        "List-Unsubscribe": "<https://x/news/t>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    for headers in ({}, one_click):
        mail.send(
            to="mara@mailbox.example",
            subject="s",
            html="h",
            text="t",
            tags={"kind": "early_notice"},
            headers=headers,
        )
    sent = [{one["Name"]: one["Value"] for one in params["Content"]["Simple"]["Headers"]} for params in asked]
    assert sent == [{}, one_click]
