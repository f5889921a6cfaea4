"""The rules around a draw: whether a job can be offered, when it rests, and how it stands for a Friend."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from best_friends.domain.friends import Area, Friend
from best_friends.domain.ledger import Job, JobStatus
from best_friends.domain.offer import (
    END_OF_STATUS,
    Ending,
    Standing,
    hindrance,
    nearest_area,
    offered_until,
    place_of,
    quiet_until,
    standing_of,
    too_old,
    unfit,
)
from best_friends.domain.place import distance_km
from best_friends.domain.policy import Dispatch

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
POLICY = Dispatch()
ZURICH = ZoneInfo("Europe/Zurich")
ZONES = st.sampled_from(
    ["Europe/Zurich", "UTC", "America/Havana", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"]
).map(ZoneInfo)
CLOCKS_CHANGE = [
    ("Europe/Zurich", "2026-03-29T01:00"),
    ("Europe/Zurich", "2026-10-25T01:00"),
    ("America/Havana", "2026-03-08T05:00"),
    ("America/Havana", "2026-11-01T05:00"),
    ("Australia/Lord_Howe", "2026-04-04T15:00"),
    ("Australia/Lord_Howe", "2026-10-03T15:30"),
]
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SOMETIME = st.tuples(INSTANTS, ZONES) | st.builds(
    lambda change, minutes: (
        datetime.fromisoformat(change[1]).replace(tzinfo=UTC) + timedelta(minutes=minutes),
        ZoneInfo(change[0]),
    ),
    st.sampled_from(CLOCKS_CHANGE),
    st.integers(-90, 90),
)
"""An instant and a zone; every other one is not far from a change of the zone's clocks."""
TIMES = (st.times() | st.times(max_value=time(3, 0))).map(lambda one: f"{one:%H:%M}")
many = settings(max_examples=300)
STATUSES = st.sampled_from(JobStatus)
LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)
AREAS = st.builds(Area, LATITUDES, LONGITUDES, st.floats(0.1, 20_100))
SOMEWHERE = Area(46.948, 7.4474, 20.0)
BERN = (46.948, 7.4474)


def job(**changes: object) -> Job:
    given = Job("J1", "", "C1", "computer", *BERN, NOW, None, JobStatus.POSTED, 0, "CHF")
    return replace(given, **changes)  # type: ignore[arg-type]


def friend(*areas: Area, active: bool = True, paused: bool = False, friend_id: str = "F1") -> Friend:
    return Friend(
        friend_id, "Mara", "m@x.example", "de", areas, ("tv",), date(2024, 1, 1), active, paused=paused
    )


# ---------------------------------------------------------------- whether a job can be offered


def test_a_posted_job_with_a_place_can_be_offered() -> None:
    assert unfit(job(), NOW, POLICY) is None


def test_a_job_that_is_not_known_cannot() -> None:
    assert unfit(None, NOW, POLICY) is Ending.UNKNOWN_JOB


@pytest.mark.parametrize("status", [one for one in JobStatus if one is not JobStatus.POSTED])
def test_a_job_that_is_not_posted_ends_as_what_it_is(status: JobStatus) -> None:
    long_ago = NOW - timedelta(days=900)
    assert unfit(job(status=status), NOW, POLICY) is END_OF_STATUS[status]
    assert unfit(job(status=status, posted_at=long_ago, latitude=None), NOW, POLICY) is END_OF_STATUS[status]


@given(st.integers(1, 336), st.integers(-(10**6), 10**6))
def test_a_job_is_too_old_after_its_hours_and_not_a_moment_before(hours: int, seconds: int) -> None:
    policy = Dispatch(offer_hours=hours)
    then = offered_until(NOW, policy) + timedelta(seconds=seconds)
    assert too_old(NOW, then, policy) is (seconds > 0)
    assert unfit(job(), then, policy) is (Ending.TOO_OLD if seconds > 0 else None)
    assert offered_until(NOW, policy) == NOW + timedelta(hours=hours)


@given(st.integers(-12, 14))
def test_an_age_does_not_depend_on_how_an_instant_is_written(offset: int) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=offset)))
    assert not too_old(elsewhere, NOW + timedelta(hours=24), POLICY)
    assert too_old(elsewhere, NOW + timedelta(hours=24, microseconds=1), POLICY)


@given(st.none() | st.floats(allow_nan=True), st.none() | st.floats(allow_nan=True))
def test_a_job_without_a_place_on_this_globe_cannot_be_offered(
    latitude: float | None, longitude: float | None
) -> None:
    there = latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180
    seen = job(latitude=latitude, longitude=longitude)
    assert place_of(seen) == ((latitude, longitude) if there else None)
    assert unfit(seen, NOW, POLICY) is (None if there else Ending.NO_PLACE)


# ---------------------------------------------------------------- quiet hours


def quiet(begin: str, end: str) -> Dispatch:
    return Dispatch(quiet_from=begin, quiet_until=end)


@given(SOMETIME)
def test_without_quiet_hours_it_is_never_quiet(moment: tuple[datetime, ZoneInfo]) -> None:
    assert quiet_until(*moment, POLICY) is None


@many
@given(SOMETIME, TIMES, TIMES)
def test_it_is_quiet_when_the_clock_on_the_wall_says_so(
    moment: tuple[datetime, ZoneInfo], begin: str, end: str
) -> None:
    now, zone = moment
    assume(begin != end)
    wall = f"{now.astimezone(zone):%H:%M}"
    inside = begin <= wall < end if begin < end else wall >= begin or wall < end
    assert (quiet_until(now, zone, quiet(begin, end)) is not None) is inside


@many
@given(SOMETIME, TIMES, TIMES)
def test_quiet_hours_end_within_a_day_and_then_it_is_not_quiet(
    moment: tuple[datetime, ZoneInfo], begin: str, end: str
) -> None:
    now, zone = moment
    assume(begin != end)
    policy = quiet(begin, end)
    until = quiet_until(now, zone, policy)
    if until is not None:
        until = until.astimezone(UTC)
        assert now < until <= now + timedelta(hours=25), "an hour more when clocks go back"
        skipped = f"{until.astimezone(zone):%H:%M}" != end  # clocks went forward over it
        assert skipped or quiet_until(until, zone, policy) is None


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-02T21:59:59+01:00", None),
        ("2026-03-02T22:00:00+01:00", "2026-03-03T07:00:00+01:00"),
        ("2026-03-02T23:59:59+01:00", "2026-03-03T07:00:00+01:00"),
        ("2026-03-03T00:00:00+01:00", "2026-03-03T07:00:00+01:00"),
        ("2026-03-03T06:59:59+01:00", "2026-03-03T07:00:00+01:00"),
        ("2026-03-03T07:00:00+01:00", None),
        ("2026-12-31T23:00:00+01:00", "2027-01-01T07:00:00+01:00"),
        ("2026-03-28T22:30:00+01:00", "2026-03-29T07:00:00+02:00"),
        ("2026-10-24T22:30:00+02:00", "2026-10-25T07:00:00+01:00"),
    ],
)
def test_quiet_hours_from_ten_to_seven(now: str, until: str | None) -> None:
    found = quiet_until(datetime.fromisoformat(now).astimezone(UTC), ZURICH, quiet("22:00", "07:00"))
    assert (found.isoformat() if found else None) == until


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-10-25T02:10:00+02:00", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25T02:40:00+02:00", None),
        ("2026-10-25T02:10:00+01:00", "2026-10-25T01:30:00+00:00"),
        ("2026-10-25T02:30:00+01:00", None),
    ],
)
def test_quiet_hours_that_end_in_the_hour_that_comes_twice_end_twice(now: str, until: str | None) -> None:
    found = quiet_until(datetime.fromisoformat(now).astimezone(UTC), ZURICH, quiet("22:00", "02:30"))
    assert (found.astimezone(UTC).isoformat() if found else None) == until


# ---------------------------------------------------------------- a Friend


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (None, "gone"),
        (friend(active=False), "inactive"),
        (friend(active=False, paused=True), "inactive"),
        (friend(paused=True), "paused"),
        (friend(), ""),
    ],
)
def test_who_cannot_be_notified_is_told_apart(seen: Friend | None, why: str) -> None:
    assert hindrance(seen) == why


@given(st.booleans(), st.booleans())
def test_nobody_is_hindered_who_may_be_notified(active: bool, paused: bool) -> None:
    seen = friend(active=active, paused=paused)
    assert (hindrance(seen) == "") is seen.may_be_notified


@pytest.mark.parametrize(
    ("status", "friend_id", "active", "standing"),
    [
        (JobStatus.POSTED, "", True, Standing.OPEN),
        (JobStatus.POSTED, "", False, Standing.OVER),
        (JobStatus.ACCEPTED, "F1", True, Standing.YOURS),
        (JobStatus.ACCEPTED, "F1", False, Standing.YOURS),
        (JobStatus.ACCEPTED, "F2", True, Standing.TAKEN),
        (JobStatus.COMPLETED, "F1", True, Standing.YOURS),
        (JobStatus.COMPLETED, "F2", False, Standing.TAKEN),
        (JobStatus.CANCELLED, "F1", True, Standing.OVER),
        (JobStatus.CANCELLED, "", True, Standing.OVER),
    ],
)
def test_how_a_job_stands_for_a_friend(
    status: JobStatus, friend_id: str, active: bool, standing: Standing
) -> None:
    assert standing_of(job(status=status, friend_id=friend_id), friend(active=active)) is standing


@given(STATUSES, st.sampled_from(["", "F1", "F2"]), st.booleans())
def test_only_a_posted_job_is_open_and_only_ones_own_is_yours(
    status: JobStatus, friend_id: str, active: bool
) -> None:
    standing = standing_of(job(status=status, friend_id=friend_id), friend(active=active))
    assert (standing is Standing.OPEN) is (status is JobStatus.POSTED and active)
    if standing is Standing.YOURS:
        assert friend_id == "F1"


# ---------------------------------------------------------------- the nearest area


@given(st.lists(AREAS, max_size=4), LATITUDES, LONGITUDES)
def test_the_nearest_area_is_the_nearest_of_those_that_cover(
    areas: list[Area], latitude: float, longitude: float
) -> None:
    apart = [(distance_km(one.latitude, one.longitude, latitude, longitude), one) for one in areas]
    covering = [(km, one) for km, one in apart if km <= one.radius_km]
    found = nearest_area(friend(*areas), latitude, longitude)
    if not covering:
        assert found is None
    else:
        assert found is not None
        assert found in [(one, km) for km, one in covering]
        assert found[1] == min(km for km, _ in covering)


def test_a_nearer_area_that_does_not_reach_so_far_does_not_count() -> None:
    small = Area(47.0, 7.4474, 1.0, "small")
    wide = Area(47.2, 7.4474, 50.0, "wide")
    found = nearest_area(friend(small, wide), *BERN)
    assert found is not None and found[0] is wide


def test_of_two_areas_that_are_as_near_the_first_counts() -> None:
    home, same = SOMEWHERE, replace(SOMEWHERE, label="same")
    found = nearest_area(friend(home, same), *BERN)
    assert found == (home, 0.0)


def test_who_has_no_area_covers_nothing() -> None:
    assert nearest_area(friend(), *BERN) is None
