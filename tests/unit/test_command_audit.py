"""`best-friends audit` and `year review`: what is printed, within 80 columns, and the exit status."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from best_friends.application.audit_ledger import AuditLedger, RepairLedger
from best_friends.application.review_year import ReviewYear
from best_friends.domain.friends import Engagement
from best_friends.domain.policy import Role
from best_friends.domain.stats import NOTHING, Totals
from ops import cli_audit
from tests.support.commands import Command, Said, in_process
from tests.unit.fakes import friend_of
from tests.unit.fakes_audit import AuditedWorld, job, rating
from tests.unit.test_uses_review_year import FOUR, closed, marketplace, merged, survey_of

UUID = "8a7d0a3e-5a0f-4a9e-9f5e-0a6d8d2a4c11"


@dataclass(frozen=True)
class Stubbed:
    """A deployment whose use cases stand on a world in memory."""

    world: AuditedWorld
    ledger_table: str = "Ledger"

    def audit_ledger(self, pause: Callable[[], None]) -> AuditLedger:
        return self.world.audit()

    def repair_ledger(self, audit: AuditLedger) -> RepairLedger:
        return RepairLedger(audit, self.world.merging(), self.world.refresh)

    def review_year(self) -> ReviewYear:
        return ReviewYear(survey_of(self.world), self.world.invitations)


@pytest.fixture
def best_friends(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command on a world."""
    monkeypatch.setattr(cli_audit, "_about_how_many", lambda table: None)
    command = in_process(monkeypatch, capsys)

    def run(world: AuditedWorld, *arguments: str) -> Said:
        monkeypatch.setattr(cli_audit.Deployment, "of_stack", lambda name: Stubbed(world))
        return command(*arguments)

    return run


def table_lines(said: Said) -> list[str]:
    return [line for line in said.out.splitlines() if set(line) & set("│┃┏└├")]


def wrong() -> AuditedWorld:
    """A month that differs, and a line that stayed behind."""
    world = AuditedWorld()
    world.put(rating(UUID, 1), job(UUID, 2, 123_456_789), job("old", 3), job("new", 4))
    world.tamper(UUID, m2025_03=Totals(1, 4, 1, 123_456_700))
    world.merge("old", "new")
    return world


# ---------------------------------------------------------------- audit


def test_an_audit_without_a_difference_says_so_with_exit_status_0(best_friends: Command) -> None:
    world = AuditedWorld()
    world.put(rating("F1", 1), job("F2", 2))
    said = best_friends(world, "audit", "--quiet")
    assert said == Said(
        0,
        "2 lines of the ledger of 2 Friends: the stats are what they add up to, and no line lies astray.\n",
        "",
    )


def test_what_differs_is_told_by_month_and_figure_within_80_columns(best_friends: Command) -> None:
    said = best_friends(wrong(), "audit")
    assert said.status == 1
    assert max(map(len, table_lines(said))) <= 80
    # A long id is folded, never cut.
    assert UUID in "".join(line.split("│")[1].strip() for line in table_lines(said) if line.count("│") == 6)
    assert any("2025-03" in line and "stars" in line for line in table_lines(said))
    assert any(
        "revenue" in line and "1,234,567.89" in line and "1,234,567.00" in line for line in table_lines(said)
    )
    assert not any("jobs" in line for line in table_lines(said))
    assert any("old" in line and "new" in line for line in table_lines(said))
    assert "1 Friend differs in 1 month; 1 line astray." in said.out
    assert "add --repair" in said.out


def test_a_repair_says_what_it_did_and_ends_with_exit_status_0(best_friends: Command) -> None:
    world = wrong()
    said = best_friends(world, "audit", "--repair", "--quiet")
    assert said.status == 0
    assert "the stats of 3 Friends were refreshed and 1 line moved." in said.out
    assert said.out.endswith("Nothing is left.\n")
    assert best_friends(world, "audit").status == 0


def test_what_a_repair_leaves_is_told_with_exit_status_1(
    best_friends: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RepairLedger, "_refreshed", lambda self, friend_id: 0)
    world = wrong()
    said = best_friends(world, "audit", "--repair")
    assert said.status == 1
    assert "Left: 3 Friends differ in 3 months." in said.out


def test_the_first_fifty_months_are_told_and_the_others_counted(best_friends: Command) -> None:
    world = AuditedWorld()
    world.put(*(rating(f"F{one:04d}", 1) for one in range(61)))
    for one in range(61):
        world.tamper(f"F{one:04d}", m2025_03=NOTHING)
    said = best_friends(world, "audit")
    assert "F0049" in said.out
    assert "F0050" not in said.out
    assert "... and 11 months more" in said.out


def test_an_audit_as_json(best_friends: Command) -> None:
    said = best_friends(wrong(), "audit", "--json")
    assert (said.status, said.err) == (1, "")
    document = json.loads(said.out)
    assert (document["equal"], document["friends"], document["rows"]) == (False, 3, 4)
    assert document["found"]["differences"] == [
        {
            "friend_id": UUID,
            "month": "2025-03",
            "ledger": {"ratings": 1, "stars": 5, "jobs": 1, "cents": 123_456_789},
            "stats": {"ratings": 1, "stars": 4, "jobs": 1, "cents": 123_456_700},
        }
    ]
    assert document["found"]["astray"] == [{"friend_id": "old", "account": "old", "home": "new", "lines": 1}]
    said = best_friends(wrong(), "audit", "--json", "--repair")
    document = json.loads(said.out)
    assert (said.status, document["equal"], document["repaired"]["lines_moved"]) == (0, True, 1)


# ---------------------------------------------------------------- year review


def test_a_review_tells_who_and_why_within_80_columns(best_friends: Command) -> None:
    world = closed(marketplace(revenues={"A": 400_000, "B": 300_000, "C": 200_000, UUID: 123_456}))
    world.put(job("B", 1, 150_000))
    world.put(job("A", 1, 100_000))
    said = best_friends(world, "year", "review", "2025")
    assert said.status == 0
    assert max(map(len, said.out.splitlines())) <= 80
    lines = table_lines(said)
    assert any("cut-off, CHF" in line and "3,000.00" in line and "2,000.00" in line for line in lines)
    assert any("in " in line and "C" in line and "2,000.00 < 3,000.00" in line for line in lines)
    assert any("2,000.00 >= 2,000.00" in line for line in lines)
    assert any("out" in line and "B" in line and "1,500.00 < 2,000.00" in line for line in lines)
    assert said.out.endswith("The year 2025 stays as it was published; nothing was changed.\n")


def test_a_review_names_the_alias_whose_verdict_counts(best_friends: Command) -> None:
    world = closed(marketplace(revenues=FOUR))
    world.put(*(rating("C", number, 1) for number in range(50, 60)))
    said = best_friends(merged(world, "A", "C"), "year", "review", "2025")
    assert any("nominated as A" in line and "merged into C" in line for line in table_lines(said))


def test_a_review_in_which_nobody_changes_says_so(best_friends: Command) -> None:
    said = best_friends(closed(marketplace(revenues=FOUR)), "year", "review", "2025")
    assert said.out.endswith("Nobody would be in or out of 2025 by what was corrected since.\n")


def test_a_review_as_json(best_friends: Command) -> None:
    world = closed(marketplace(revenues=FOUR))
    world.put(job("B", 1, 150))
    said = best_friends(world, "year", "review", "2025", "--json")
    document = json.loads(said.out)
    assert [(one["friend_id"], one["would_be"], one["because"]) for one in document["changes"]] == [
        ("C", "in", ["revenue"]),
        ("B", "out", ["revenue"]),
    ]
    assert document["changes"][0]["then"]["cutoff_cents"] == 300
    assert document["changes"][0]["now"]["by_figures"] is True
    assert document["cohorts"]["now"][0]["cutoff_cents"] == 200
    assert document["nominees"] == {"then": 2, "now": 2, "merged": 0}


def test_a_year_that_was_not_opened_is_refused_with_exit_status_2(best_friends: Command) -> None:
    world = closed(marketplace(revenues=FOUR))
    said = best_friends(world, "year", "review", "2024")
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith("the year 2024 has not been opened")


def test_the_words_for_roles_and_missing_ratings(best_friends: Command) -> None:
    world = marketplace(revenues=FOUR)
    world.friends.rows["M"] = friend_of("M")
    closed(world)
    world.engagements.put_many([Engagement("M", Role.MENTOR, date(2025, 5, 1))])
    said = best_friends(world, "year", "review", "2025")
    assert any("role" in line and "none" in line and "mentor" in line for line in table_lines(said))
