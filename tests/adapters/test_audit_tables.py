"""The audit over DynamoDB: aliases are scanned, lines are moved, stats are refreshed."""

import pytest

from best_friends import bootstrap
from best_friends.application.audit_ledger import Astray, AuditLedger, Difference, RepairLedger
from best_friends.application.merge_accounts import MergeAccounts
from best_friends.application.ports import Segment
from best_friends.application.refresh_stats import RefreshStats
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.stats import Totals
from ops import cli_audit
from tests.support.marketplace import friend
from tests.support.stack import Stack

WHOLE = Segment(0, 1)


def line(friend_id: str, number: int, owner: str = "") -> LedgerEntry:
    return LedgerEntry(friend_id, f"2025-03#RATING#R{number}", "2025-03-05T10:00:00Z", stars=5, owner=owner)


@pytest.mark.parametrize("segments", [1, 3])
def test_only_aliases_are_scanned_with_what_they_mean(stack: Stack, segments: int) -> None:
    stack.friends.put_many(friend(f"F{number:03d}") for number in range(40))
    for number in range(0, 40, 4):
        assert stack.friends.alias(f"F{number:03d}", f"F{number + 1:03d}", was="")
    stack.friends.alias("F000", "", was="F001")
    found = [one for number in range(segments) for one in stack.friends.aliases(Segment(number, segments))]
    assert sorted(found) == [(f"F{number:03d}", f"F{number + 1:03d}") for number in range(4, 40, 4)]


def test_an_audit_finds_and_repairs_what_is_wrong_in_the_tables(stack: Stack) -> None:
    stack.friends.put_many(map(friend, ("F1", "old", "new")))
    stack.ledger.write([line("F1", 1), line("F1", 2), line("old", 3), line("new", 4)], [])
    refresh = RefreshStats(stack.ledger, stack.stats)
    for one in ("F1", "old", "new"):
        refresh(one, {"2025-03"})
    pauses: list[None] = []
    audit = AuditLedger(stack.friends, stack.ledger, stack.stats, lambda: pauses.append(None))
    assert audit().found.clean
    assert not pauses
    stack.stats.put("F1", {"2025-03": Totals(1, 5)}, read_at=1)
    stack.friends.alias("old", "new", was="")
    found = audit().found
    assert found.differences == [Difference("F1", "2025-03", Totals(2, 10), Totals(1, 5))]
    assert found.astray == [Astray("old", "old", "new", 1)]
    names = {logical: stack.name(logical) for logical in ("LedgerTable", "CorrectionsTable", "TrailTable")}
    moves = bootstrap.ledger_moves(*names.values())
    merge = MergeAccounts(
        stack.friends, stack.ledger, moves, bootstrap.trail(names["TrailTable"]), bootstrap.clock
    )
    repaired = RepairLedger(audit, merge, refresh)(found)
    assert (repaired.moved, repaired.left.clean) == (1, True)
    assert sorted(stack.ledger.of_friend("new"), key=lambda one: one.entry) == [
        line("new", 3, owner="old"),
        line("new", 4),
    ]
    assert stack.stats.get("new").months == {"2025-03": Totals(2, 10)}
    assert audit().found.clean


def test_the_ids_of_the_stats_are_scanned_also_where_they_are_empty(stack: Stack) -> None:
    stack.stats.put("F1", {"2025-03": Totals(1, 5)}, read_at=0)
    stack.stats.put("F2", {}, read_at=0)
    assert sorted(stack.stats.ids(WHOLE)) == ["F1", "F2"]


def test_a_bar_knows_about_how_many_lines_there_are(stack: Stack) -> None:
    table = stack.name("LedgerTable")
    assert cli_audit._about_how_many(table) is None
    stack.ledger.write([line("F1", 1), line("F1", 2)], [])
    assert cli_audit._about_how_many(table) == 2
