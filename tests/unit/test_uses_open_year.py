"""Opening a year: once, with a frozen policy, whatever is started again."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from best_friends.application.errors import Refusal
from best_friends.application.open_year import Opened, Opening, OpenYear, Start
from best_friends.application.run import Runs
from best_friends.domain.calendar import Calendar, Pace
from best_friends.domain.policy import Policy, PolicyError
from best_friends.domain.programme import Run, Settings, YearState
from tests.unit.fakes import World
from tests.unit.line import Crash

STRICT = Policy.of({"qualification": {"ratings_min": 20}})
OTHER = {"qualification": {"ratings_min": 30, "rating_average_min": "4.75"}}


@pytest.fixture
def world() -> World:
    world = World()
    world.programme.in_force = Settings(policy=STRICT, currency="CHF")
    return world


def opened(world: World, start: Start) -> Opened:
    return OpenYear(world.programme, Runs(world.programme, world.archive), world.clock)(start)


def test_a_year_is_opened_with_the_policy_in_force_and_its_calendar(world: World) -> None:
    outcome = opened(world, Start("first"))
    assert (outcome.outcome, outcome.run) == (Opening.OPENED, Run(2025))
    record = world.programme.year(2025)
    assert record is not None
    assert (record.policy, record.currency, record.state) == (STRICT, "CHF", YearState.OPEN)
    assert record.calendar == Calendar(
        date(2026, 1, 15), (date(2026, 1, 22), date(2026, 1, 29)), date(2026, 2, 5)
    )
    assert (record.opened_by, record.opened_at) == ("first", world.clock.now)


def test_a_later_policy_does_not_alter_an_open_year(world: World) -> None:
    opened(world, Start("first"))
    world.programme.save_settings(Settings(policy=Policy(), currency="CHF"))
    record = world.programme.year(2025)
    assert record is not None and record.policy == STRICT
    with pytest.raises(ValueError, match="frozen"):
        world.programme.update(2025, policy=Policy())


def test_a_second_start_with_the_same_policy_changes_nothing_and_says_so(world: World) -> None:
    opened(world, Start("first"))
    before = world.content()
    world.clock.now = datetime(2026, 1, 20, 6, tzinfo=UTC)
    outcome = opened(world, Start("second"))
    assert outcome.outcome is Opening.ALREADY_OPEN
    assert outcome.message == "The year 2025 was opened on 2026-01-15 and is open; nothing was changed."
    assert world.content() == before


def test_a_second_start_with_another_policy_says_in_what_it_would_have_differed(world: World) -> None:
    opened(world, Start("first"))
    before = world.content()
    outcome = opened(world, Start("second", policy=OTHER))
    assert outcome.outcome is Opening.ALREADY_OPEN
    assert outcome.message.endswith(
        "nothing was changed. Its policy stays as it was frozen (qualification.rating_average_min:"
        " 4.5 -> 4.75, qualification.ratings_min: 20 -> 30)."
    )
    assert world.content() == before


def test_the_same_execution_tried_again_goes_on(world: World) -> None:
    world.line.break_at(2, Crash(), after=True)
    with pytest.raises(Crash):
        opened(world, Start("first"))
    world.line.mend()
    before = world.content()
    assert opened(world, Start("first")).outcome is Opening.OPENED
    assert world.content() == before


@pytest.mark.parametrize("state", [YearState.FAILED, YearState.OPEN])
def test_a_failed_year_goes_on_with_its_own_policy_when_it_is_resumed(world: World, state: YearState) -> None:
    opened(world, Start("first"))
    world.programme.update(2025, state=state, failure="Survey")
    outcome = opened(world, Start("second", policy=OTHER, resume=True))
    assert outcome.outcome is Opening.OPENED
    assert outcome.message == "The year 2025 goes on, with its own policy."
    record = world.programme.year(2025)
    assert record is not None
    assert (record.state, record.failure, record.policy) == (YearState.OPEN, "", STRICT)
    assert record.opened_by == "first"


def test_a_closed_year_is_not_resumed(world: World) -> None:
    opened(world, Start("first"))
    world.programme.update(2025, state=YearState.CLOSED)
    outcome = opened(world, Start("second", resume=True))
    assert outcome.outcome is Opening.ALREADY_OPEN
    assert "is closed" in outcome.message


@pytest.mark.parametrize(
    ("now", "scheduled"),
    [
        ("2026-01-15T05:00:00+00:00", "2026-01-15T05:00:00+00:00"),
        ("2026-03-02T09:00:00+00:00", "2026-01-15T05:00:00+00:00"),  # weeks late
        ("2027-01-02T09:00:00+00:00", "2026-01-15T05:00:00+00:00"),  # a year late: still about 2025
        ("2026-01-15T05:00:00+00:00", None),
        ("2025-12-31T23:30:00+00:00", None),  # half past midnight on 1 January in Zurich
    ],
)
def test_the_year_is_the_one_that_had_ended_when_the_schedule_fired(
    world: World, now: str, scheduled: str | None
) -> None:
    world.clock.now = datetime.fromisoformat(now)
    fired = datetime.fromisoformat(scheduled) if scheduled else None
    assert opened(world, Start("late", scheduled_at=fired)).run == Run(2025)


def test_a_schedule_that_fires_twice_opens_once(world: World) -> None:
    fired = datetime(2026, 1, 15, 5, tzinfo=UTC)
    outcomes = [opened(world, Start(name, scheduled_at=fired)).outcome for name in ("one", "two")]
    assert outcomes == [Opening.OPENED, Opening.ALREADY_OPEN]


@pytest.mark.parametrize(
    ("now", "outcome"),
    [
        ("2025-12-31T22:59:59+00:00", Opening.NOT_ENDED),
        ("2025-12-31T23:00:00+00:00", Opening.OPENED),  # midnight in Zurich
    ],
)
def test_a_year_cannot_be_opened_before_it_has_ended_in_the_programmes_zone(
    world: World, now: str, outcome: Opening
) -> None:
    world.clock.now = datetime.fromisoformat(now)
    start = opened(world, Start("early", year=2025))
    assert start.outcome is outcome
    assert bool(world.programme.years) is (outcome is Opening.OPENED)


def test_a_year_that_has_not_ended_is_told_from_when_it_can_be_opened(world: World) -> None:
    outcome = opened(world, Start("early", year=2026))
    assert outcome == Opened(Opening.NOT_ENDED, Run(2026), "The year 2026 can be opened from 1 January 2027.")


def test_a_policy_that_cannot_be_used_opens_nothing(world: World) -> None:
    with pytest.raises(PolicyError, match="ratings_min"):
        opened(world, Start("first", policy={"qualification": {"ratings_min": 0}}))
    assert world.programme.years == {}


def test_a_what_if_is_kept_in_the_archive_and_touches_no_year(world: World) -> None:
    opened(world, Start("first"))
    before = world.programme.year(2025)
    outcome = opened(world, Start("what-if", year=2025, policy=OTHER, what_if="thirty"))
    assert (outcome.outcome, outcome.run) == (Opening.OPENED, Run(2025, "thirty"))
    assert world.programme.year(2025) == before
    frozen = Runs(world.programme, world.archive).frozen(outcome.run)
    assert frozen.policy == Policy.of(OTHER)
    assert list(world.archive.files) == ["what-if/2025/thirty/opened.json"]


def test_a_rehearsal_has_its_own_date_and_pace(world: World) -> None:
    opened(world, Start("rehearsal", year=2025, opened_on=date(2026, 1, 15), pace=Pace(0.6, 0.15)))
    record = world.programme.year(2025)
    assert record is not None
    assert (record.calendar.opened_on, record.pace) == (date(2026, 1, 15), Pace(0.6, 0.15))


def test_a_run_that_was_never_opened_is_refused(world: World) -> None:
    runs = Runs(world.programme, world.archive)
    for run in (Run(2025), Run(2025, "thirty")):
        with pytest.raises(Refusal, match="has not been opened"):
            runs.frozen(run)


def test_a_record_comes_back_from_the_table_and_from_the_archive_as_it_was(world: World) -> None:
    opened(world, Start("first", pace=Pace(0.5)))
    record = world.programme.year(2025)
    assert record is not None
    runs = Runs(world.programme, world.archive)
    what_if = replace(record, run=Run(2025, "same"))
    runs.keep_what_if(what_if)
    assert runs.frozen(what_if.run) == what_if
