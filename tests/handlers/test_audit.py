"""audit_stats, conclude_audit, repair_stats: nobody is ranked by stats that are not the ledger's."""

from datetime import UTC, datetime

import pytest

from best_friends.domain.stats import Totals
from tests.support.fixtures import Printed
from tests.support.marketplace import YEAR, Marketplace
from tests.support.stack import Stack
from tests.support.steps import Steps
from tests.support.streams import record_of

JUNE = "2025-06"


@pytest.fixture
def opened(stack: Stack, steps: Steps, marketplace: Marketplace) -> Steps:
    """An open year of a dozen Friends whose stats are right."""
    for number in range(12):
        marketplace.star(f"F{number:02d}", 1_000 + number)
    marketplace.settle()
    steps.open(year=YEAR)
    return steps


def test_right_stats_are_equal_and_recorded_as_such(stack: Stack, opened: Steps) -> None:
    audit = opened.audit()
    assert (audit["equal"], audit["attempt"]) == (True, 1)
    assert audit["ledger"] == {"2025": [180, 900, 12, 12_066]}
    record = stack.programme.year(YEAR)
    assert record
    assert record.audit == audit


def test_sums_do_not_depend_on_the_segments(stack: Stack, opened: Steps) -> None:
    sums = []
    for of in (1, 2, 7):
        opened.segments = [{"number": number, "of": of} for number in range(of)]
        sums.append(opened.audit()["stats"])
    assert sums == [sums[0]] * 3


def test_differing_stats_are_found_and_repaired(stack: Stack, opened: Steps, printed: Printed) -> None:
    stack.stats.put("F03", {JUNE: Totals(15, 75, 1, 1)}, read_at=1)
    assert not opened.audit()["equal"]
    assert opened.repair() == 1
    assert opened.audit(attempt=1)["equal"]
    assert stack.stats.get("F03").months[JUNE].cents == 1_003
    assert (printed.metric("AuditsThatDiffered"), printed.metric("StatsRepaired")) == (1, 1)


def test_missing_stats_are_written(stack: Stack, opened: Steps, marketplace: Marketplace) -> None:
    marketplace.rated("late", 4).write()
    assert not opened.audit()["equal"]
    assert opened.repair() == 1
    assert stack.stats.get("late").months == {JUNE: Totals(1, 4)}


def test_stats_without_a_ledger_are_found_and_emptied(stack: Stack, opened: Steps) -> None:
    stack.stats.put("orphan", {JUNE: Totals(jobs=1, cents=700)}, read_at=0)
    assert not opened.audit()["equal"]
    assert opened.repair() == 1
    assert opened.audit(attempt=1)["equal"]
    assert stack.stats.get("orphan").months == {}


def test_month_that_is_not_in_the_ledger_is_taken_out(stack: Stack, opened: Steps) -> None:
    months = {**stack.stats.get("F00").months, "2024-02": Totals(1, 5)}
    stack.stats.put("F00", months, read_at=1)
    assert opened.repair() == 1
    assert set(stack.stats.get("F00").months) == {JUNE}


def test_repairing_twice_repairs_nothing_more(stack: Stack, opened: Steps) -> None:
    stack.stats.put("F03", {}, read_at=1)
    stack.stats.put("orphan", {JUNE: Totals(jobs=1)}, read_at=0)
    assert [opened.repair(), opened.repair()] == [2, 0]


def test_repair_beside_a_running_stream_loses_nothing(stack: Stack, opened: Steps) -> None:
    stack.stats.put("F03", {}, read_at=1)

    def stream_is_faster() -> None:
        stack.invoke("UpdateStats", {"Records": [record_of("F03", f"{JUNE}#JOB#J1", 1)]})

    stack.wire.before("dynamodb.PutItem", stream_is_faster, about="F03")
    opened.repair()
    assert stack.stats.get("F03").months == {JUNE: Totals(15, 75, 1, 1_003)}


def test_what_comes_after_the_year_is_not_audited(
    stack: Stack, opened: Steps, marketplace: Marketplace
) -> None:
    marketplace.earned("F00", 5_000, at=datetime(2026, 1, 3, tzinfo=UTC)).write()
    audit = opened.audit()
    assert audit["equal"]
    assert set(audit["ledger"]) == {"2025"}


def test_differences_that_cancel_out_in_sum_over_two_years_are_seen(stack: Stack, opened: Steps) -> None:
    stored = stack.stats.get("F00").months[JUNE]
    stack.stats.put("F00", {"2024-06": stored}, read_at=1)
    assert not opened.audit()["equal"]


def test_what_if_does_not_record_its_audit(stack: Stack, opened: Steps) -> None:
    before = stack.dump()
    opened.run = {"year": YEAR, "what_if": "half"}
    assert opened.audit()["equal"]
    assert stack.dump() == before


def test_empty_tables_are_equal(stack: Stack, steps: Steps) -> None:
    steps.open(year=YEAR)
    assert steps.audit()["equal"]
