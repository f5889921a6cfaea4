"""Importing an export: only what differs is written, and breaking off costs nothing."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.application.errors import Refusal
from best_friends.application.import_marketplace import Imported, ImportMarketplace
from best_friends.domain.friends import Engagement, Friend
from best_friends.domain.ledger import Job, JobStatus, LedgerEntry, Rating, entry_of_job, entry_of_rating
from best_friends.domain.policy import Policy, Role
from best_friends.domain.programme import Settings
from tests.unit.fakes import World
from tests.unit.fakes_changes import FakeCorrections, FakeTrail
from tests.unit.line import Crash, Unreachable

ZURICH = ZoneInfo("Europe/Zurich")
COMPLETED_AT = datetime(2025, 1, 31, 12, tzinfo=UTC)


def friend(friend_id: str, name: str = "Anna") -> Friend:
    return Friend(friend_id, name, f"{friend_id}@friends.example", "de", (), ("tv",), date(2024, 1, 1), True)


def job(job_id: str, friend_id: str, cents: int = 100, days: int = 0, *, completed: bool = True) -> Job:
    return Job(
        job_id=job_id,
        friend_id=friend_id,
        customer_id="C1",
        skill="tv",
        latitude=None,
        longitude=None,
        posted_at=COMPLETED_AT - timedelta(days=400),
        completed_at=COMPLETED_AT + timedelta(days=days) if completed else None,
        status=JobStatus.COMPLETED if completed else JobStatus.CANCELLED,
        revenue_cents=cents if completed else 0,
        currency="CHF",
    )


def rating(rating_id: str, friend_id: str, stars: int = 5, days: int = 0) -> Rating:
    return Rating(rating_id, "any", friend_id, stars, COMPLETED_AT + timedelta(days=days))


@dataclass
class Marketplace:
    """A checked export, in memory."""

    every_friend: list[Friend] = field(default_factory=list)
    every_job: list[Job] = field(default_factory=list)
    every_rating: list[Rating] = field(default_factory=list)
    every_engagement: list[Engagement] = field(default_factory=list)
    currency: str | None = "CHF"

    def friends(self) -> Iterator[Friend]:
        return iter(self.every_friend)

    def engagements(self) -> Iterator[Engagement]:
        return iter(self.every_engagement)

    def jobs(self) -> Iterator[Job]:
        return iter(self.every_job)

    def ledger(self, zone: ZoneInfo) -> Iterator[tuple[str, list[LedgerEntry]]]:
        earned = [entry for one in self.every_job if (entry := entry_of_job(one, zone))]
        rated = [entry_of_rating(one, zone) for one in self.every_rating]
        by_friend = attrgetter("friend_id")
        for friend_id, own in groupby(sorted(earned + rated, key=by_friend), key=by_friend):
            yield friend_id, list(own)


def brought_in(world: World, export: Marketplace) -> Imported:
    return importing(world)(export, lambda _, __: None)


class NobodyErased:
    def keys(self) -> frozenset[str]:
        return frozenset()


def importing(world: World) -> ImportMarketplace:
    return ImportMarketplace(
        world.friends,
        world.engagements,
        world.ledger,
        world.jobs,
        world.programme,
        FakeCorrections(),
        FakeTrail(),
        world.clock,
        NobodyErased(),
    )


def lines(world: World) -> list[tuple[str, str, int, int]]:
    return sorted(
        (one.friend_id, one.entry, one.stars, one.cents)
        for own in world.ledger.rows.values()
        for one in own.values()
    )


def expected(export: Marketplace, zone: ZoneInfo = ZURICH) -> list[tuple[str, str, int, int]]:
    return sorted(
        (one.friend_id, one.entry, one.stars, one.cents) for _, own in export.ledger(zone) for one in own
    )


SMALL = Marketplace(
    [friend("F1"), friend("F2")],
    [job("J1", "F1"), job("J2", "F2", 250), job("J3", "F2", completed=False)],
    [rating("R1", "F1"), rating("R2", "F2", 4)],
    [Engagement("F1", Role.MENTOR, date(2025, 1, 1))],
)

FRIENDS = st.sampled_from(["F1", "F2", "F3"])
DAYS = st.sampled_from([0, 1, 30, 340])


@st.composite
def exports(draw: st.DrawFn) -> Marketplace:
    """The same few ids with other content each time; who gave which rating never changes."""
    numbers = draw(st.sets(st.integers(1, 5)))
    rated = draw(st.sets(st.integers(1, 5)))
    return Marketplace(
        [friend(f"F{number}", draw(st.sampled_from(["Anna", "Luc"]))) for number in (1, 2, 3)],
        [
            job(f"J{one}", draw(FRIENDS), draw(st.integers(0, 3)), draw(DAYS), completed=draw(st.booleans()))
            for one in sorted(numbers)
        ],
        [rating(f"R{one}", f"F{one % 3 + 1}", draw(st.integers(1, 5)), draw(DAYS)) for one in sorted(rated)],
        [Engagement("F1", Role.MENTOR, date(2025, 1, 1), draw(st.none() | st.just(date(2025, 6, 1))))],
    )


def whole(export: Marketplace) -> Marketplace:
    """The export with every id in it, so that nothing of an earlier one is left."""
    numbers = range(1, 6)
    jobs = {f"J{one}": job(f"J{one}", "F1", completed=False) for one in numbers}
    ratings = {f"R{one}": rating(f"R{one}", f"F{one % 3 + 1}") for one in numbers}
    jobs |= {one.job_id: one for one in export.every_job}
    ratings |= {one.rating_id: one for one in export.every_rating}
    return replace(export, every_job=list(jobs.values()), every_rating=list(ratings.values()))


def test_everything_is_written_once_and_a_second_import_changes_nothing() -> None:
    world = World()
    first = brought_in(world, SMALL)
    assert first.new == {"friends": 2, "engagements": 1, "ledger": 4, "jobs": 3}
    assert (first.changed, first.removed, first.unchanged) == ({}, {}, {})
    before = world.content()
    again = brought_in(world, SMALL)
    assert again.nothing_changed
    assert again.unchanged == {"friends": 2, "engagements": 1, "ledger": 4, "jobs": 3}
    assert world.content() == before
    assert lines(world) == expected(SMALL)


def test_a_second_import_writes_nothing_at_all() -> None:
    world = World()
    brought_in(world, SMALL)
    world.line.calls.clear()
    brought_in(world, SMALL)
    assert [name for name in world.line.calls if "_put" in name or "_delete" in name or "save" in name] == []


@pytest.mark.parametrize("days", [-31, 1, 31, 340])
def test_an_entry_that_is_dated_anew_moves(days: int) -> None:
    world = World()
    brought_in(world, SMALL)
    moved = replace(SMALL, every_job=[job("J1", "F1", 100, days), *SMALL.every_job[1:]])
    done = brought_in(world, moved)
    assert (done.new, done.changed, done.removed) == ({}, {"ledger": 1, "jobs": 1}, {})
    assert lines(world) == expected(moved)


def test_a_corrected_revenue_replaces_the_old_one() -> None:
    world = World()
    brought_in(world, SMALL)
    refunded = replace(SMALL, every_job=[job("J1", "F1", 0), *SMALL.every_job[1:]])
    assert brought_in(world, refunded).changed == {"ledger": 1, "jobs": 1}
    assert lines(world) == expected(refunded)


def test_a_job_that_is_not_completed_any_more_loses_its_line() -> None:
    world = World()
    brought_in(world, SMALL)
    cancelled = replace(SMALL, every_job=[job("J1", "F1", completed=False), *SMALL.every_job[1:]])
    done = brought_in(world, cancelled)
    assert (done.changed, done.removed) == ({"jobs": 1}, {"ledger": 1})
    assert lines(world) == expected(cancelled)


def test_a_job_that_belongs_to_another_friend_now_is_counted_there_alone() -> None:
    world = World()
    brought_in(world, SMALL)
    reassigned = replace(SMALL, every_job=[job("J1", "F2", 100, 60), *SMALL.every_job[1:]])
    done = brought_in(world, reassigned)
    assert done.changed["ledger"] == 1 and "ledger" not in done.new
    assert lines(world) == expected(reassigned)


def test_what_an_export_does_not_name_stays_as_it_was() -> None:
    world = World()
    brought_in(world, SMALL)
    brought_in(world, Marketplace([friend("F1")], [], [rating("R1", "F1", 1)]))
    assert lines(world) == expected(
        replace(SMALL, every_rating=[rating("R1", "F1", 1), rating("R2", "F2", 4)])
    )


def test_another_currency_is_refused_and_nothing_is_written() -> None:
    world = World()
    world.programme.in_force = Settings(currency="EUR")
    before = world.content()
    with pytest.raises(Refusal, match=r"currency is EUR and this export's is CHF; export the amounts in EUR"):
        brought_in(world, SMALL)
    assert world.content() == before
    assert world.line.calls == ["FakeProgramme.settings"]


def test_the_first_export_with_a_currency_settles_it_and_one_without_any_is_welcome() -> None:
    world = World()
    brought_in(world, Marketplace([friend("F1")], currency=None))
    assert world.programme.in_force.currency == ""
    brought_in(world, SMALL)
    assert world.programme.in_force.currency == "CHF"
    brought_in(world, Marketplace([friend("F1")], currency=None))
    assert world.programme.in_force.currency == "CHF"


def test_the_ledger_is_dated_in_the_zone_in_force() -> None:
    world = World()
    world.programme.in_force = Settings(policy=Policy.of({"programme": {"timezone": "Pacific/Kiritimati"}}))
    brought_in(world, SMALL)
    assert lines(world) == expected(SMALL, ZoneInfo("Pacific/Kiritimati"))
    assert any("2025-02#" in entry for _, entry, _, _ in lines(world))


@given(exports(), exports())
def test_after_any_two_exports_the_ledger_is_that_of_the_later_one(
    earlier: Marketplace, later: Marketplace
) -> None:
    world = World()
    brought_in(world, earlier)
    later = whole(later)
    brought_in(world, later)
    assert lines(world) == expected(later)
    assert brought_in(world, later).nothing_changed


def test_an_import_that_breaks_off_between_the_new_line_and_the_old_one_is_mended_by_the_next() -> None:
    later = replace(SMALL, every_job=[job("J1", "F1", 100, 31), *SMALL.every_job[1:]])
    world = World()
    brought_in(world, SMALL)
    # A batch of writes may be taken in part: here the new line is, and the removal of the old one is not.
    world.ledger.write(put=[one for _, own in later.ledger(ZURICH) for one in own], delete=[])
    done = brought_in(world, later)
    assert lines(world) == expected(later)
    assert done.changed == {"ledger": 1, "jobs": 1}


@pytest.mark.parametrize("error", [Crash(), Unreachable()])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("days", [-31, 31])
def test_an_import_that_breaks_off_anywhere_and_runs_again_ends_the_same(
    days: int, after: bool, error: BaseException
) -> None:
    later = replace(
        SMALL,
        every_friend=[friend("F1", "Luc"), friend("F2"), friend("F3")],
        every_job=[job("J1", "F1", 90, days), job("J2", "F1", 250), job("J3", "F2", 30), job("J4", "F3")],
        every_rating=[rating("R1", "F1", 2, days), rating("R2", "F2", 4, 1)],
    )
    whole_run = World()
    brought_in(whole_run, SMALL)
    whole_run.line.calls.clear()
    brought_in(whole_run, later)
    calls = len(whole_run.line.calls)
    for number in range(1, calls + 1):
        world = World()
        brought_in(world, SMALL)
        world.line.break_at(number, error, after=after)
        with pytest.raises(type(error)):
            brought_in(world, later)
        world.line.mend()
        brought_in(world, later)
        assert world.content() == whole_run.content(), f"broken off at call {number}"
        assert brought_in(world, later).nothing_changed


def test_the_first_import_that_breaks_off_anywhere_and_runs_again_ends_the_same() -> None:
    whole_run = World()
    brought_in(whole_run, SMALL)
    for number in range(1, len(whole_run.line.calls) + 1):
        world = World()
        world.line.break_at(number, Crash())
        with pytest.raises(Crash):
            brought_in(world, SMALL)
        world.line.mend()
        brought_in(world, SMALL)
        assert world.content() == whole_run.content()


@given(exports(), exports(), st.integers(1, 30), st.booleans())
def test_any_export_that_broke_off_and_is_imported_again_ends_as_if_it_had_not(
    earlier: Marketplace, later: Marketplace, number: int, after: bool
) -> None:
    world = World()
    brought_in(world, earlier)
    later = whole(later)
    world.line.break_at(number, Unreachable(), after=after)
    with suppress(Unreachable):
        brought_in(world, later)
    world.line.mend()
    brought_in(world, later)
    assert lines(world) == expected(later)
    assert brought_in(world, later).nothing_changed


def test_two_rows_of_one_role_from_one_day_on_are_one_engagement_until_the_later_end() -> None:
    first, last = date(2024, 6, 1), date(2025, 6, 1)
    rows = [Engagement("F1", Role.MENTOR, first, until) for until in (last, None, date(2024, 12, 31))]
    world = World()
    export = Marketplace([friend("F1")], every_engagement=rows)
    brought_in(world, export)
    assert list(world.engagements.all()) == [Engagement("F1", Role.MENTOR, first, None)]
    assert brought_in(world, export).nothing_changed
    shorter = Marketplace([friend("F1")], every_engagement=[Engagement("F1", Role.MENTOR, first, last)])
    assert brought_in(world, shorter).changed == {"engagements": 1}


# ---------------------------------------------------------------- jobs that were accepted here


POSTED = replace(job("J9", "", completed=False), status=JobStatus.POSTED, friend_id="")
ACCEPTED_AT = POSTED.posted_at + timedelta(minutes=3)


def accepted_here(world: World) -> Job:
    brought_in(world, Marketplace([friend("F1")], [POSTED]))
    assert world.jobs.accept("J9", "F1", ACCEPTED_AT)
    return world.jobs.rows["J9"]


def test_a_job_that_was_accepted_here_stays_so_while_the_export_still_says_posted() -> None:
    world = World()
    accepted = accepted_here(world)
    done = brought_in(world, Marketplace([friend("F1")], [POSTED]))
    assert done.nothing_changed
    assert world.jobs.rows["J9"] == accepted
    assert (accepted.status, accepted.friend_id, accepted.accepted_at) == (
        JobStatus.ACCEPTED,
        "F1",
        ACCEPTED_AT,
    )


def test_what_an_export_corrects_of_an_accepted_job_is_taken_over_and_the_acceptance_stays() -> None:
    world = World()
    accepted = accepted_here(world)
    corrected = replace(POSTED, skill="wifi", latitude=47.0, longitude=8.0)
    assert brought_in(world, Marketplace([friend("F1")], [corrected])).changed == {"jobs": 1}
    assert world.jobs.rows["J9"] == replace(accepted, skill="wifi", latitude=47.0, longitude=8.0)
    assert brought_in(world, Marketplace([friend("F1")], [corrected])).nothing_changed


@pytest.mark.parametrize("status", [JobStatus.ACCEPTED, JobStatus.COMPLETED, JobStatus.CANCELLED])
def test_what_the_export_knows_better_wins_and_it_stays_known_when_the_job_was_accepted(
    status: JobStatus,
) -> None:
    world = World()
    accepted_here(world)
    exported = replace(job("J9", "F2", completed=status is JobStatus.COMPLETED), status=status)
    brought_in(world, Marketplace([friend("F1"), friend("F2")], [exported]))
    assert world.jobs.rows["J9"] == replace(exported, accepted_at=ACCEPTED_AT)
    assert brought_in(world, Marketplace([friend("F1"), friend("F2")], [exported])).nothing_changed


def test_a_job_that_nobody_accepted_here_is_as_the_export_says() -> None:
    world = World()
    taken = replace(POSTED, status=JobStatus.ACCEPTED, friend_id="F2")
    brought_in(world, Marketplace([friend("F2")], [taken]))
    brought_in(world, Marketplace([friend("F2")], [POSTED]))
    assert world.jobs.rows["J9"] == POSTED


def test_progress_is_told_row_by_row_and_adds_up() -> None:
    world = World()
    told: dict[str, int] = {}

    def progress(step: str, rows: int) -> None:
        told[step] = told.get(step, 0) + rows

    importing(world)(SMALL, progress)
    assert told == {"friends": 2, "engagements": 1, "ledger": 4, "jobs": 3}


def test_more_rows_than_fit_into_a_batch_are_all_written() -> None:
    many = Marketplace(
        [friend(f"F{number}") for number in range(230)],
        [job(f"J{number}", f"F{number % 230}") for number in range(700)],
    )
    world = World()
    assert brought_in(world, many).new == {"friends": 230, "ledger": 700, "jobs": 700}
    assert lines(world) == expected(many)
    assert brought_in(world, many).nothing_changed


def test_a_job_cancelled_here_stays_so_while_the_export_still_says_posted() -> None:
    world = World()
    brought_in(world, Marketplace([friend("F2")], [POSTED]))
    assert world.jobs.cancel(POSTED.job_id)
    brought_in(world, Marketplace([friend("F2")], [POSTED]))
    assert world.jobs.rows[POSTED.job_id].status is JobStatus.CANCELLED
    brought_in(
        world, Marketplace([friend("F2")], [replace(POSTED, status=JobStatus.ACCEPTED, friend_id="F2")])
    )
    assert world.jobs.rows[POSTED.job_id].status is JobStatus.ACCEPTED  # the export knows better by then


def test_a_job_that_is_accepted_while_it_is_imported_stays_accepted() -> None:
    world = World()
    brought_in(world, Marketplace([friend("F2")], [POSTED]))
    read = world.jobs.get_many

    def taken_after_reading(job_ids):
        found = read(job_ids)
        world.jobs.accept(POSTED.job_id, "F2", POSTED.posted_at)
        return found

    world.jobs.get_many = taken_after_reading
    brought_in(world, Marketplace([friend("F2")], [replace(POSTED, customer_id="C7")]))
    job = world.jobs.rows[POSTED.job_id]
    assert (job.status, job.friend_id, job.customer_id) == (JobStatus.ACCEPTED, "F2", "C7")
