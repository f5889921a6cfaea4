"""Where a Friend stands: now by today's cut-off, and in the last year by the verdict as it fell."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from best_friends.domain.friends import Engagement
from best_friends.domain.invitation import Invitation, InvitationState
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.policy import Policy, Role
from best_friends.domain.programme import YearState
from best_friends.domain.qualification import Figures
from best_friends.domain.standing import ShownCutoff, Stage
from tests.unit.fakes import ANSWER_UNTIL, REASONS
from tests.unit.fakes_standing import TODAY, StandingWorld

FRIEND = Figures("F1", True, "", 20, 95, 500_000)


@pytest.fixture
def world() -> StandingWorld:
    """Forty others with 1,000 to 40,000 of revenue this year, and F1 with 35,000."""
    world = StandingWorld()
    world.crowd(2026)
    world.has("F1", 2026, ratings=13, stars=57, cents=3_500_045)
    return world


def test_the_running_year_is_told_by_the_cut_off_as_of_the_last_count(world: StandingWorld) -> None:
    [_, taken] = world.refresh()
    assert (taken.year, taken.as_of) == (2026, TODAY)
    assert taken.by_name()["all"].cutoff_cents == 3_800_000  # the third of 41
    running = world.of("F1").running
    assert (running.year, running.stage, running.as_of) == (2026, Stage.RUNNING, TODAY)
    assert running.cutoff == ShownCutoff(3_800_000)
    assert (running.missing.ratings, running.missing.five_stars, running.missing.cents) == (2, 3, 299_955)
    assert not running.verdict.nominated


def test_before_the_first_count_the_cut_off_is_not_known_and_everything_else_is(world: StandingWorld) -> None:
    running = world.of("F1").running
    assert running.cutoff == ShownCutoff(None) and running.as_of is None
    assert (running.missing.ratings, running.missing.cents) == (2, None)


def test_a_cut_off_by_another_rule_is_not_told(world: StandingWorld) -> None:
    world.refresh()
    policy = Policy.of({"qualification": {"revenue_cohort": "region"}})
    world.programme.in_force = replace(world.programme.in_force, policy=policy)
    assert world.of("F1").running.as_of is None
    world.refresh()
    assert world.of("F1").running.as_of == TODAY


def test_a_year_that_has_ended_is_counted_until_it_is_judged(world: StandingWorld) -> None:
    world.clock.now = datetime(2027, 1, 3, 12, tzinfo=UTC)
    assert [taken.year for taken in world.refresh()] == [2026, 2027]
    last = world.of("F1").last
    assert last is not None and (last.year, last.stage) == (2026, Stage.ENDED)
    assert last.missing.cents == 299_955
    world.judged(2026, YearState.OPEN)
    assert [taken.year for taken in world.refresh()] == [2027]


def test_a_judged_year_says_what_the_verdict_rested_on_whatever_came_later(world: StandingWorld) -> None:
    world.judged(2025, YearState.CLOSED, FRIEND)
    world.has("F1", 2025, ratings=99, stars=495, cents=9_999_999)
    last = world.of("F1").last
    assert last is not None
    assert (last.stage, last.figures) == (Stage.CLOSED, FRIEND)
    assert last.cutoff == ShownCutoff(601_000)  # 6,000.50, rounded up to the next ten
    assert last.missing.cents == 101_000
    assert world.of("F1").last_cutoff == (2025, ShownCutoff(601_000))


def test_until_the_last_year_is_closed_the_one_before_it_is_told_too(world: StandingWorld) -> None:
    world.judged(2025, YearState.CLOSED, FRIEND)
    world.clock.now = datetime(2027, 1, 3, 12, tzinfo=UTC)
    assert [(one.year, one.stage) for one in world.of("F1").years] == [
        (2027, Stage.RUNNING),
        (2026, Stage.ENDED),
        (2025, Stage.CLOSED),
    ]


def test_a_friend_whom_the_year_did_not_judge_has_no_standing_in_it(world: StandingWorld) -> None:
    world.judged(2025, YearState.CLOSED)
    assert world.of("F1").last is None
    assert [one.year for one in world.of("F1").years] == [2026]


def test_while_a_year_is_being_judged_its_figures_are_told_as_they_are(world: StandingWorld) -> None:
    world.judged(2025, YearState.OPEN)
    last = world.of("F1").last
    assert last is not None and last.stage is Stage.ENDED


@pytest.mark.parametrize("state", list(InvitationState))
def test_the_invitation_is_told_with_its_last_day(world: StandingWorld, state: InvitationState) -> None:
    world.clock.now = ANSWER_UNTIL
    world.judged(2025, YearState.OPEN, replace(FRIEND, cents=700_000))
    world.invitations.create(Invitation("F1", 2025, state, REASONS, ANSWER_UNTIL))
    last = world.of("F1").last
    assert last is not None and last.invitation is not None
    assert last.verdict.nominated and last.invitation.state is state
    assert last.answer_by == date(2026, 2, 5)


def test_a_late_invitation_has_a_last_day_of_its_own(world: StandingWorld) -> None:
    world.judged(2025, YearState.CLOSED, FRIEND)
    until = datetime(2026, 11, 20, 22, 59, 59, tzinfo=UTC)  # 23:59:59 in Zurich
    late = Invitation("F1", 2025, InvitationState.OPEN, REASONS, until, late=True)
    world.invitations.create(late)
    last = world.of("F1").last
    assert last is not None and last.answer_by == date(2026, 11, 20)
    assert last.invitation == late
    world.clock.now = until + timedelta(seconds=1)
    over = world.of("F1").last
    assert over is not None and over.invitation == replace(late, state=InvitationState.EXPIRED)


def test_who_holds_the_status_is_told_so(world: StandingWorld) -> None:
    world.judged(2025, YearState.CLOSED, FRIEND)
    assert world.of("F1").best_friend_of is None
    world.invitations.create(Invitation("F1", 2025, InvitationState.CONFIRMED, REASONS, ANSWER_UNTIL))
    assert world.of("F1").best_friend_of == 2025


def test_what_was_held_under_an_alias_of_an_alias_counts(world: StandingWorld) -> None:
    world.add("A1", merged_into="F1")
    world.add("A2", merged_into="A1")
    world.roles.put_many([Engagement("A2", Role.MENTOR, date(2026, 2, 1))])
    found = world.of("F1")
    assert found.accounts == ("F1", "A1", "A2")
    assert found.running.verdict.nominated and found.running.figures.roles == (Role.MENTOR,)
    assert [one.role for one in found.engagements] == [Role.MENTOR]


def test_a_withdrawn_role_is_neither_counted_nor_shown(world: StandingWorld) -> None:
    world.roles.put_many([Engagement("F1", Role.MENTOR, date(2026, 2, 1), withdrawn=True)])
    found = world.of("F1")
    assert not found.engagements and not found.running.verdict.nominated


def test_of_accounts_that_are_one_now_a_nominees_verdict_is_told(world: StandingWorld) -> None:
    world.add("A1", merged_into="F1")
    alias = replace(FRIEND, friend_id="A1", cents=700_000)
    world.judged(2025, YearState.CLOSED, FRIEND, alias)
    last = world.of("F1").last
    assert last is not None and last.figures == alias


def test_the_lines_are_those_of_the_year_and_of_every_account(world: StandingWorld) -> None:
    world.ledger.write(
        [
            LedgerEntry("F1", "2026-06#JOB#J1", "2026-06-03T10:00:00Z", cents=900),
            LedgerEntry("F1", "2026-06#RATING#R1", "2026-06-04T10:00:00Z", stars=5, owner="A1"),
            LedgerEntry("F1", "2025-06#JOB#J2", "2025-06-04T10:00:00Z", cents=900),
            LedgerEntry("F1", "2024-06#RATING#R2", "2024-06-04T10:00:00Z", stars=4),
        ],
        [],
    )
    found = world.of("F1")
    shown = world.lines(found.running, ("F1",))
    assert [(one.identifier, one.account) for one in shown] == [("R1", "A1"), ("J1", ""), ("R2", "")]


def test_a_later_nomination_rests_on_the_figures_of_now_and_the_years_own_rule(world: StandingWorld) -> None:
    world.judged(2025, YearState.CLOSED, FRIEND)
    world.has("F1", 2025, cents=600_050)
    reasons = world.standings.reasons(world.friends.rows["F1"], 2025)
    assert (reasons.by_figures, reasons.cents, reasons.currency) == (True, 600_050, "CHF")
    world.has("F1", 2025, cents=600_049)
    assert not world.standings.reasons(world.friends.rows["F1"], 2025).by_figures


def test_a_count_that_is_run_again_is_as_of_later(world: StandingWorld) -> None:
    world.refresh()
    world.has("F1", 2026, ratings=15, stars=75, cents=3_900_000)
    world.clock.now += timedelta(days=1)
    world.refresh()
    running = world.of("F1").running
    assert running.as_of == TODAY + timedelta(days=1)
    assert running.verdict.by_figures and running.missing.nothing
