"""Dispatching a job: waves are frozen once, follow one ordering, and end when there is a reason to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from best_friends.application.dispatch_job import Dispatched, Step
from best_friends.application.ports_dispatch import MissingRoster, NotificationOrder, WaveOrder
from best_friends.domain.erasure import NOBODY
from best_friends.domain.ledger import JobStatus
from best_friends.domain.offer import Ended, Ending, PassedOver
from best_friends.domain.roster import MalformedRoster
from tests.unit.fakes_dispatch import (
    ELEVEN_IN_ZURICH,
    LONGEST_DELAY,
    DispatchWorld,
    area,
    around_bern,
    build_roster,
    dispatch_job,
    helper,
    job_of,
    post,
    work_off_waves,
)
from tests.unit.line import Actor, Crash, Unreachable, every_order

FIRST = WaveOrder("J1")
SECOND = WaveOrder("J1", 2)
ZURICH = ZoneInfo("Europe/Zurich")
EVERYBODY = around_bern()
post(EVERYBODY)
work_off_waves(EVERYBODY)
IN_ORDER = [pick.friend_id for wave in EVERYBODY.waves.frozen() for pick in wave.picks]
"""All who can be offered J1, in the order of its draw."""

HINDRANCES: dict[str, Callable[[DispatchWorld, str], object]] = {
    "gone": lambda world, one: world.friends.rows.pop(one),
    "inactive": lambda world, one: world.change(one, active=False),
    "paused": lambda world, one: world.change(one, paused=True),
}


@pytest.fixture
def world() -> DispatchWorld:
    return around_bern()


def picks(world: DispatchWorld, job_id: str = "J1") -> list[list[str]]:
    return [[pick.friend_id for pick in wave.picks] for wave in world.waves.frozen(job_id)]


# ---------------------------------------------------------------- a wave


def test_a_wave_is_frozen_before_anybody_is_notified(world: DispatchWorld) -> None:
    assert dispatch_job(world)(FIRST) == Dispatched(Step.SENT, notified=10)
    assert world.line.calls[-3:] == ["FakeWaves.freeze", "FakeNotifications.put", "FakeJobsQueue.put"]
    assert world.notifications.orders == [NotificationOrder("J1", one, 1) for one in IN_ORDER[:10]]


def test_a_wave_says_what_it_was_drawn_from(world: DispatchWorld) -> None:
    dispatch_job(world)(FIRST)
    [wave] = world.waves.frozen()
    assert (wave.drawn_at, wave.candidates, wave.policy) == (ELEVEN_IN_ZURICH, 30, world.policy)
    assert [wave.roster] == list(world.rosters.versions)
    assert [pick.rank for pick in wave.picks] == list(range(1, 11))
    assert all(0 < pick.distance_km <= 15 or pick.proximity == 1.0 for pick in wave.picks)


def test_a_few_places_of_a_wave_go_to_newcomers() -> None:
    world = around_bern()
    last = IN_ORDER[-2:]
    for one in last:
        world.rated(one, 0)
    world.build()
    dispatch_job(world)(FIRST)
    [wave] = world.waves.frozen()
    assert [pick.friend_id for pick in wave.picks if pick.newcomer] == last
    assert [pick.friend_id for pick in wave.picks if not pick.newcomer] == IN_ORDER[:8]


@pytest.mark.parametrize(("pace", "seconds"), [(1, 60), (2, 30), (60, 1), (900, 0)])
def test_the_next_wave_is_due_a_minute_later_or_so_much_sooner_by_the_pace(
    world: DispatchWorld, pace: int, seconds: int
) -> None:
    dispatch_job(world, pace)(FIRST)
    assert [due.order for due in world.jobs_queue.orders] == [SECOND]
    assert world.jobs_queue.delays == [seconds]


@pytest.mark.parametrize(("late", "left"), [(0, 60), (25, 35), (60, 0), (3600, 0)])
def test_a_message_that_comes_again_leaves_only_what_is_left_of_the_minute(
    world: DispatchWorld, late: int, left: int
) -> None:
    dispatch_job(world)(FIRST)
    world.jobs_queue.orders.clear()
    world.later(seconds=late)
    dispatch_job(world)(FIRST)
    assert world.jobs_queue.delays == [left]


def test_a_message_that_comes_again_sends_the_frozen_wave_and_draws_nothing(world: DispatchWorld) -> None:
    dispatch_job(world)(FIRST)
    for one in list(world.friends.rows):
        world.rated(one, 500, 500)
    world.friends.rows["F99"] = helper("F99", area(0))
    world.build()
    frozen = dict(world.waves.rows)
    world.notifications.orders.clear()
    assert dispatch_job(world)(FIRST) == Dispatched(Step.SENT_AGAIN, notified=10)
    assert world.notified() == IN_ORDER[:10]
    assert world.waves.rows == frozen
    assert not [name for name in world.line.calls if "Rosters" in name]


def test_two_copies_of_a_message_at_once_freeze_one_wave() -> None:
    def begin() -> tuple[DispatchWorld, list[Actor]]:
        world = around_bern(6, wave_size=3)
        copies = [
            Actor(
                lambda: dispatch_job(world)(FIRST),
                ["FakeWaves.of_job", "FakeRosters.newest", "FakeWaves.freeze", "FakeNotifications.put"],
            )
            for _ in range(2)
        ]
        return world, copies

    for world, copies in every_order(begin):
        assert [copy.error for copy in copies] == [None, None]
        [wave] = picks(world)
        assert world.notified() == wave * 2
        assert [due.order for due in world.jobs_queue.orders] == [SECOND] * 2


def test_two_copies_that_know_different_rosters_send_one_wave() -> None:
    def begin() -> tuple[DispatchWorld, list[Actor]]:
        world = around_bern(6, wave_size=3)
        for number in range(10, 16):
            world.friends.rows[f"F{number}"] = helper(f"F{number}", area(1))
        copies = [
            Actor(lambda: dispatch_job(world)(FIRST), ["FakeRosters.newest", "FakeWaves.freeze"])
            for _ in range(2)
        ]
        return world, [*copies, Actor(build_roster(world), ["FakeRosters.put"])]

    drawn_from = set()
    for world, actors in every_order(begin):
        assert [actor.error for actor in actors] == [None] * 3
        [wave] = world.waves.frozen()
        assert set(world.notified()) == {pick.friend_id for pick in wave.picks}
        drawn_from.add(wave.roster.split("-")[0])
    assert drawn_from == {"v1", "v2"}, "both rosters were met"


# ---------------------------------------------------------------- one wave after the other


def test_waves_are_disjoint_and_follow_one_ordering(world: DispatchWorld) -> None:
    post(world)
    work_off_waves(world)
    waves = world.waves.frozen()
    assert [wave.number for wave in waves] == [1, 2, 3]
    assert [pick.rank for wave in waves for pick in wave.picks] == list(range(1, 31))
    keys = [pick.key for wave in waves for pick in wave.picks]
    assert keys == sorted(keys)
    assert len(set(world.notified())) == len(world.notified()) == 30


def test_all_waves_of_a_job_come_from_the_roster_of_its_first(world: DispatchWorld) -> None:
    dispatch_job(world)(FIRST)
    for number, one in enumerate(IN_ORDER):
        world.rated(one, 500, 500 + 100 * number)
        world.friends.rows[f"N{number:02d}"] = helper(f"N{number:02d}", area(0))
    world.build()
    assert len(world.rosters.versions) == 2
    work_off_waves(world)
    assert {wave.roster for wave in world.waves.frozen()} == {next(iter(world.rosters.versions))}
    assert picks(world) == [IN_ORDER[:10], IN_ORDER[10:20], IN_ORDER[20:]]


def test_the_next_job_is_drawn_from_the_newer_roster_by_the_same_dispatcher(world: DispatchWorld) -> None:
    dispatch = dispatch_job(world)
    dispatch(FIRST)
    world.build()
    dispatch(WaveOrder("J2"))
    for number in range(30):
        world.friends.rows[f"N{number:02d}"] = helper(f"N{number:02d}", area(0))
    world.build()
    world.jobs.rows |= {one: job_of(one) for one in ("J2", "J3")}
    for job_id in ("J2", "J3"):
        dispatch(WaveOrder(job_id))
    oldest, newest = world.rosters.versions
    rosters = [world.waves.frozen(job_id)[0].roster for job_id in ("J1", "J2", "J3")]
    assert rosters == [oldest, newest, newest]
    assert world.line.calls.count("FakeRosters.of") == 0, "a roster that was read stays in memory"


def test_jobs_of_many_rosters_go_on_side_by_side() -> None:
    world = around_bern(12, wave_size=4)
    dispatch = dispatch_job(world)
    jobs = [f"J{number}" for number in range(2, 9)]
    for job_id in jobs:
        world.friends.rows[f"N{job_id}"] = helper(f"N{job_id}", area(2))
        world.jobs.rows[job_id] = job_of(job_id)
        world.build()
        dispatch(WaveOrder(job_id))
    for job_id in jobs:
        dispatch(WaveOrder(job_id, 2))
    dispatch(FIRST)
    for job_id, version in zip(jobs, list(world.rosters.versions)[1:], strict=True):
        one, two = world.waves.frozen(job_id)
        assert one.roster == two.roster == version
        assert not {pick.friend_id for pick in one.picks} & {pick.friend_id for pick in two.picks}
    assert world.waves.frozen("J1")[0].roster == list(world.rosters.versions)[-1]


def test_the_numbers_of_a_jobs_first_wave_stay_in_force_for_it(world: DispatchWorld) -> None:
    dispatch_job(world)(FIRST)
    stricter = around_bern(wave_size=3, wave_seconds=600, waves=1).programme.in_force
    world.programme.in_force = stricter
    world.jobs_queue.orders.clear()
    dispatch_job(world)(SECOND)
    assert picks(world)[1] == IN_ORDER[10:20]
    assert world.jobs_queue.delays == [60]


# ---------------------------------------------------------------- who has left since the roster was built


@pytest.mark.parametrize("why", HINDRANCES)
def test_who_has_left_is_replaced_by_the_next_in_order(world: DispatchWorld, why: str) -> None:
    HINDRANCES[why](world, IN_ORDER[3])
    dispatch_job(world)(FIRST)
    assert world.notified() == IN_ORDER[:3] + IN_ORDER[4:11]
    # Whoever is gone may have been erased, so nothing is kept of who it was.
    who = NOBODY if why == "gone" else IN_ORDER[3]
    assert world.waves.frozen()[0].passed_over == (PassedOver(who, why),)


def test_whoever_replaces_must_be_there_too(world: DispatchWorld) -> None:
    for one in IN_ORDER[5:25]:
        world.change(one, active=False)
    dispatch_job(world)(FIRST)
    assert world.notified() == IN_ORDER[:5] + IN_ORDER[25:]
    assert [one.friend_id for one in world.waves.frozen()[0].passed_over] == IN_ORDER[5:25]


def test_who_was_passed_over_is_passed_over_once(world: DispatchWorld) -> None:
    world.change(IN_ORDER[0], paused=True)
    post(world)
    work_off_waves(world)
    assert sorted(world.notified()) == sorted(IN_ORDER[1:])
    assert [len(wave.passed_over) for wave in world.waves.frozen()] == [1, 0, 0]


def test_a_job_whose_candidates_have_all_left_is_reported(world: DispatchWorld) -> None:
    for one in IN_ORDER:
        world.change(one, active=False)
    assert dispatch_job(world)(FIRST).ending is Ending.EXHAUSTED
    assert world.notified() == []


# ---------------------------------------------------------------- the end


ENDINGS: dict[str, tuple[dict[str, Any], Ending]] = {
    "accepted": ({"status": JobStatus.ACCEPTED, "friend_id": "F01"}, Ending.ACCEPTED),
    "cancelled": ({"status": JobStatus.CANCELLED}, Ending.CANCELLED),
    "completed": ({"status": JobStatus.COMPLETED, "friend_id": "F01"}, Ending.COMPLETED),
    "too old": ({"posted_at": ELEVEN_IN_ZURICH - timedelta(hours=24, seconds=1)}, Ending.TOO_OLD),
    "without a place": ({"latitude": None}, Ending.NO_PLACE),
    "off the globe": ({"latitude": 91.0}, Ending.NO_PLACE),
    "with a skill that nobody has": ({"skill": "juggling"}, Ending.UNKNOWN_SKILL),
    "without a skill": ({"skill": ""}, Ending.UNKNOWN_SKILL),
    "where nobody is": ({"latitude": -33.0}, Ending.NO_CANDIDATE),
}


@pytest.mark.parametrize(("changes", "ending"), ENDINGS.values(), ids=ENDINGS.keys())
def test_a_job_that_nobody_can_be_offered_is_reported_and_not_dropped(
    world: DispatchWorld, changes: dict[str, Any], ending: Ending
) -> None:
    world.jobs.rows["J1"] = job_of(**changes)
    assert dispatch_job(world)(FIRST) == Dispatched(Step.ENDED, ending=ending)
    assert world.waves.ends == {"J1": Ended("J1", ending, ELEVEN_IN_ZURICH)}
    assert (world.waves.rows, world.notified(), world.jobs_queue.orders) == ({}, [], [])


def test_a_job_that_is_not_known_is_reported(world: DispatchWorld) -> None:
    assert dispatch_job(world)(WaveOrder("J404")).ending is Ending.UNKNOWN_JOB
    assert world.waves.ends["J404"].ending is Ending.UNKNOWN_JOB


@pytest.mark.parametrize(
    ("status", "ending"), [(JobStatus.ACCEPTED, Ending.ACCEPTED), (JobStatus.CANCELLED, Ending.CANCELLED)]
)
@pytest.mark.parametrize("order", [FIRST, SECOND])
def test_a_job_that_is_not_to_be_had_any_more_is_offered_no_further(
    world: DispatchWorld, order: WaveOrder, status: JobStatus, ending: Ending
) -> None:
    dispatch_job(world)(FIRST)
    world.notifications.orders.clear()
    world.jobs_queue.orders.clear()
    world.jobs.rows["J1"] = replace(world.jobs.rows["J1"], status=status)
    world.later(seconds=60)
    assert dispatch_job(world)(order).ending is ending
    assert world.waves.ends["J1"] == Ended("J1", ending, world.clock.now, waves=1, notified=10)
    assert (world.notified(), world.jobs_queue.orders) == ([], [])


@pytest.mark.parametrize(("friends", "waves"), [(30, 2), (12, 6)])
def test_a_job_is_exhausted_when_the_time_of_its_last_wave_is_over(friends: int, waves: int) -> None:
    world = around_bern(friends, waves=waves)
    dispatch_job(world)(FIRST)
    world.later(seconds=60)
    dispatch_job(world)(SECOND)
    assert world.waves.ends == {}, "somebody of the last wave may still take it"
    world.jobs_queue.orders.pop(0)
    work_off_waves(world)
    after = ELEVEN_IN_ZURICH + timedelta(seconds=120)
    notified = min(friends, 20)
    assert world.waves.ends == {"J1": Ended("J1", Ending.EXHAUSTED, after, waves=2, notified=notified)}


def test_a_job_that_grows_too_old_between_two_waves_ends_as_that() -> None:
    world = around_bern(offer_hours=1)
    dispatch_job(world)(FIRST)
    world.later(hours=2)
    assert dispatch_job(world)(SECOND).ending is Ending.TOO_OLD
    assert world.waves.ends["J1"].waves == 1


def test_history_that_is_imported_is_not_looked_up_in_a_roster(world: DispatchWorld) -> None:
    world.rosters.versions.clear()
    world.jobs.rows["J1"] = job_of(posted_at=ELEVEN_IN_ZURICH - timedelta(days=400))
    assert dispatch_job(world)(FIRST).ending is Ending.TOO_OLD


# ---------------------------------------------------------------- quiet hours


def zurich(text: str, *, again: bool = False) -> datetime:
    """An instant by the clock on the wall; `again` is the second of two that look alike."""
    return datetime.fromisoformat(text).replace(tzinfo=ZURICH, fold=again).astimezone(ZoneInfo("UTC"))


NIGHTS: dict[str, tuple[str, str, datetime, datetime]] = {
    "spanning midnight": (
        "22:00",
        "07:00",
        zurich("2026-03-02T23:30"),
        zurich("2026-03-03T07:00"),
    ),
    "after midnight": ("22:00", "07:00", zurich("2026-03-03T00:10"), zurich("2026-03-03T07:00")),
    "from their first moment": ("22:00", "07:00", zurich("2026-03-02T22:00"), zurich("2026-03-03T07:00")),
    "at noon": ("12:00", "13:30", zurich("2026-03-02T12:45"), zurich("2026-03-02T13:30")),
    "when clocks go forward": (
        "22:00",
        "07:00",
        zurich("2026-03-28T23:30"),
        zurich("2026-03-29T07:00"),
    ),
    "when clocks go back": ("22:00", "07:00", zurich("2026-10-24T23:30"), zurich("2026-10-25T07:00")),
    "in the first of two hours that look alike": (
        "22:00",
        "02:30",
        zurich("2026-10-25T02:10"),
        zurich("2026-10-25T02:30"),
    ),
    "in the second of two hours that look alike": (
        "22:00",
        "02:30",
        zurich("2026-10-25T02:10", again=True),
        zurich("2026-10-25T02:30", again=True),
    ),
}


@pytest.mark.parametrize(("begin", "end", "posted", "morning"), NIGHTS.values(), ids=NIGHTS.keys())
def test_in_quiet_hours_the_wave_waits_and_goes_on_when_they_end(
    begin: str, end: str, posted: datetime, morning: datetime
) -> None:
    world = around_bern(quiet_from=begin, quiet_until=end)
    world.jobs.rows["J1"] = job_of(posted_at=posted)
    world.clock.now = posted
    assert dispatch_job(world)(FIRST) == Dispatched(Step.QUIET)
    assert (world.waves.rows, world.notified()) == ({}, [])
    waits = 0
    while not world.waves.rows:
        [due] = world.jobs_queue.orders
        world.jobs_queue.orders.clear()
        world.clock.now = due.at
        dispatch_job(world)(due.order)
        waits += 1
    assert world.waves.frozen()[0].drawn_at == morning
    assert waits <= (morning - posted) / timedelta(seconds=LONGEST_DELAY) + 1, "it rests between"


def test_a_job_that_was_begun_in_the_evening_goes_on_where_it_stopped() -> None:
    world = around_bern(quiet_from="22:00", quiet_until="07:00")
    world.clock.now = zurich("2026-03-02T21:58:30")
    world.jobs.rows["J1"] = job_of(posted_at=world.clock.now)
    dispatch_job(world)(FIRST)
    work_off_waves(world)
    assert [wave.drawn_at for wave in world.waves.frozen()] == [
        zurich("2026-03-02T21:58:30"),
        zurich("2026-03-02T21:59:30"),
        zurich("2026-03-03T07:00:00"),
    ]
    assert picks(world) == [IN_ORDER[:10], IN_ORDER[10:20], IN_ORDER[20:]]


def test_a_wave_that_was_frozen_before_quiet_hours_is_finished_in_them() -> None:
    world = around_bern(quiet_from="22:00", quiet_until="07:00")
    world.clock.now = zurich("2026-03-02T21:59:59")
    world.jobs.rows["J1"] = job_of(posted_at=world.clock.now)
    world.line.break_at(6, Crash(), after=True)
    with pytest.raises(Crash):
        dispatch_job(world)(FIRST)
    world.line.mend()
    assert (world.line.calls[-1], world.notified()) == ("FakeWaves.freeze", [])
    world.later(minutes=3)
    assert dispatch_job(world)(FIRST).step is Step.SENT_AGAIN
    assert world.notified() == IN_ORDER[:10]


def test_a_job_that_the_night_makes_too_old_is_reported() -> None:
    world = around_bern(quiet_from="22:00", quiet_until="07:00", offer_hours=2)
    world.clock.now = zurich("2026-03-02T23:00")
    world.jobs.rows["J1"] = job_of(posted_at=world.clock.now)
    dispatch_job(world)(FIRST)
    work_off_waves(world)
    assert world.waves.ends["J1"].ending is Ending.TOO_OLD
    assert world.notified() == []


def test_a_job_that_is_cancelled_at_night_ends_at_once() -> None:
    world = around_bern(quiet_from="22:00", quiet_until="07:00")
    world.clock.now = zurich("2026-03-02T23:00")
    world.jobs.rows["J1"] = job_of(posted_at=world.clock.now, status=JobStatus.CANCELLED)
    assert dispatch_job(world)(FIRST).ending is Ending.CANCELLED


# ---------------------------------------------------------------- when something is missing


def test_without_a_roster_the_message_comes_again_until_there_is_one(world: DispatchWorld) -> None:
    world.rosters.versions.clear()
    dispatch = dispatch_job(world)
    for _ in range(2):
        with pytest.raises(MissingRoster):
            dispatch(FIRST)
    assert (world.waves.rows, world.waves.ends, world.notified(), world.jobs_queue.orders) == ({}, {}, [], [])
    world.build()
    assert dispatch(FIRST).step is Step.SENT


@pytest.mark.parametrize("content", [b"", b"not a roster", b"best-friends-roster 1\n{}\n"])
def test_a_roster_that_cannot_be_read_is_not_used_and_the_next_one_is(
    world: DispatchWorld, content: bytes
) -> None:
    dispatch = dispatch_job(world)
    world.rosters.put(content)
    for _ in range(2):
        with pytest.raises(MalformedRoster):
            dispatch(FIRST)
    assert (world.waves.rows, world.waves.ends, world.notified()) == ({}, {}, [])
    world.build()
    assert dispatch(FIRST).step is Step.SENT


def test_a_job_under_way_does_not_mind_a_newer_roster_that_cannot_be_read(world: DispatchWorld) -> None:
    dispatch_job(world)(FIRST)
    world.rosters.put(b"not a roster")
    dispatch_job(world)(SECOND)
    assert picks(world) == [IN_ORDER[:10], IN_ORDER[10:20]]


@pytest.mark.parametrize("error", [Crash(), Unreachable()])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("order", [FIRST, SECOND])
def test_a_message_that_breaks_off_anywhere_and_comes_again_ends_the_same(
    order: WaveOrder, after: bool, error: BaseException
) -> None:
    def begun() -> DispatchWorld:
        world = around_bern()
        world.change(IN_ORDER[2], active=False)
        if order is SECOND:
            dispatch_job(world)(FIRST)
        world.line.calls.clear()
        return world

    whole = begun()
    dispatch_job(whole)(order)
    for number in range(1, len(whole.line.calls) + 1):
        world = begun()
        world.line.break_at(number, error, after=after)
        with pytest.raises(type(error)):
            dispatch_job(world)(order)
        world.line.mend()
        dispatch_job(world)(order)
        assert world.waves.rows == whole.waves.rows
        assert set(world.notified()) == set(whole.notified())
        assert whole.jobs_queue.orders[-1] in world.jobs_queue.orders
