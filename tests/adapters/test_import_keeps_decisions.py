"""An export that is imported again leaves engagement and areas as operators decided."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from best_friends.application.areas import ChangeAreas
from best_friends.application.correct_ledger import By
from best_friends.application.engagements import ChangeEngagement
from best_friends.application.import_marketplace import ImportMarketplace
from best_friends.application.imported import Imported
from best_friends.domain.friends import Area, Engagement, Friend
from best_friends.domain.ledger import Job, LedgerEntry
from best_friends.domain.policy import Role
from ops.friends import areas_of, engagement_of
from tests.support.deployed import deployment_of
from tests.support.marketplace import friend
from tests.support.stack import Clock, Stack

BY = By("Ada", "asked by phone")
MENTOR = Engagement("F1", Role.MENTOR, date(2024, 3, 1))
TESTER = Engagement("F1", Role.PRODUCT_TESTER, date(2025, 1, 1), date(2025, 12, 31))


@dataclass
class Rows:
    """An export of one Friend and its roles."""

    roles: tuple[Engagement, ...] = (MENTOR, TESTER)
    currency: str | None = None

    def friends(self) -> Iterator[Friend]:
        return iter([friend("F1")])

    def engagements(self) -> Iterator[Engagement]:
        return iter(self.roles)

    def ledger(self, zone: ZoneInfo) -> Iterator[tuple[str, list[LedgerEntry]]]:
        return iter(())

    def jobs(self) -> Iterator[Job]:
        return iter(())


@pytest.fixture
def bring(stack: Stack) -> ImportMarketplace:
    """The import."""
    return deployment_of(stack).import_marketplace()


@pytest.fixture
def operators(stack: Stack, bring: ImportMarketplace) -> tuple[ChangeEngagement, ChangeAreas]:
    """What operators change by, after a first import."""
    imported(bring)
    names = deployment_of(stack)
    return engagement_of(names), areas_of(names)


def imported(bring: ImportMarketplace, rows: Rows | None = None) -> Imported:
    return bring(rows or Rows(), lambda _, __: None)


def counted(stack: Stack) -> set[tuple[Role, date | None]]:
    """The roles that count in 2025, and until when."""
    return {(one.role, one.held_until) for one in stack.engagements.all() if one.held_in(2025)}


def test_the_same_export_undoes_nothing_that_operators_decided(
    stack: Stack, bring: ImportMarketplace, operators: tuple[ChangeEngagement, ChangeAreas]
) -> None:
    change, areas = operators
    change.end("F1", Role.MENTOR, date(2025, 6, 30), BY)
    change.withdraw("F1", Role.PRODUCT_TESTER, date(2025, 1, 1), BY)
    change.add("F1", Role.BRAND_AMBASSADOR, date(2025, 2, 1), None, BY)
    areas.add("F1", Area(46.95, 7.45, 15, "Bern"), BY)
    areas.remove("F1", "work", BY)
    decided, written = counted(stack), stack.dump()
    assert decided == {(Role.MENTOR, date(2025, 6, 30)), (Role.BRAND_AMBASSADOR, None)}
    assert imported(bring).nothing_changed
    assert counted(stack) == decided and stack.dump() == written
    assert [area.label for area in stack.friends.get("F1").areas] == ["home", "Bern"]  # type: ignore[union-attr]


def test_a_row_that_the_marketplace_has_changed_since_wins_and_the_trail_says_so(
    stack: Stack, clock: Clock, bring: ImportMarketplace, operators: tuple[ChangeEngagement, ChangeAreas]
) -> None:
    change, _ = operators
    change.withdraw("F1", Role.MENTOR, date(2024, 3, 1), BY)
    clock.move(days=1)
    newer = Rows((replace(MENTOR, held_until=date(2025, 9, 30)), TESTER))
    assert imported(bring, newer).changed == {"engagements": 1}
    assert (Role.MENTOR, date(2025, 9, 30)) in counted(stack)
    note = bring.trail.of_friend("F1")[-1]
    assert (note.action, note.about, note.who) == (
        "role as the marketplace says",
        "mentor#2024-03-01",
        "import",
    )
    assert note.before and note.before["withdrawn"] and note.after and not note.after["withdrawn"]
    assert imported(bring, newer).nothing_changed


def test_a_role_that_the_marketplace_learns_of_is_its_own_from_then_on(
    stack: Stack, bring: ImportMarketplace, operators: tuple[ChangeEngagement, ChangeAreas]
) -> None:
    change, _ = operators
    added = change.add("F1", Role.BRAND_AMBASSADOR, date(2025, 2, 1), None, BY)
    notes = len(bring.trail.of_friend("F1"))
    known = Rows((MENTOR, TESTER, replace(added, decided=None)))
    assert imported(bring, known).changed == {"engagements": 1}  # whose word it is, and nothing else
    assert len(bring.trail.of_friend("F1")) == notes
    assert imported(bring, known).nothing_changed
