"""The ledger and what it adds up to: business dates, entries, replay, windows."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.ledger import (
    Job,
    JobStatus,
    LedgerEntry,
    Rating,
    business_date,
    entry_of_job,
    entry_of_rating,
)
from best_friends.domain.stats import NOTHING, Totals, by_year, in_window, refreshed, replay, totals_of

ZURICH = ZoneInfo("Europe/Zurich")
ZONES = st.sampled_from(
    ["Europe/Zurich", "UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu"]
)
INSTANTS = st.datetimes(
    datetime(2023, 1, 1),  # noqa: DTZ001 - the zone is drawn
    datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC) | st.just(ZURICH),
)
MONTHS = st.sampled_from(["2023-12", "2024-01", "2024-12", "2025-01", "2025-12", "2026-01"])
TOTALS = st.builds(Totals, st.integers(0, 9), st.integers(0, 45), st.integers(0, 9), st.integers(0, 100_000))
FEW_MONTHS = st.dictionaries(MONTHS, TOTALS, max_size=6)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def job(**changes: object) -> Job:
    given: dict[str, object] = {
        "job_id": "J1",
        "friend_id": "F1",
        "customer_id": "C1",
        "skill": "tv",
        "latitude": None,
        "longitude": None,
        "posted_at": instant("2025-01-01T10:00:00+01:00"),
        "completed_at": instant("2025-01-02T10:00:00+01:00"),
        "status": JobStatus.COMPLETED,
        "revenue_cents": 8050,
        "currency": "CHF",
        **changes,
    }
    return Job(**given)  # type: ignore[arg-type]


# ---------------------------------------------------------------- business dates


@pytest.mark.parametrize(
    ("told", "zone", "day"),
    [
        ("2025-12-31T22:30:00Z", "Europe/Zurich", "2025-12-31"),  # 23:30 in Zurich
        ("2025-12-31T23:00:00Z", "Europe/Zurich", "2026-01-01"),  # midnight in Zurich
        ("2025-12-31T23:30:00+01:00", "Europe/Zurich", "2025-12-31"),
        ("2025-12-31T23:30:00-05:00", "Europe/Zurich", "2026-01-01"),
        ("2026-01-01T00:15:00+01:00", "UTC", "2025-12-31"),
        ("2025-12-31T10:00:00Z", "Pacific/Kiritimati", "2026-01-01"),  # 14 hours ahead
        ("2026-01-01T07:59:00Z", "America/Los_Angeles", "2025-12-31"),
        ("2025-12-31T18:15:00Z", "Asia/Kathmandu", "2026-01-01"),  # 5 hours 45 ahead
        ("2025-06-30T22:30:00Z", "Europe/Zurich", "2025-07-01"),  # two hours ahead in summer
        ("2025-11-30T22:30:00Z", "Europe/Zurich", "2025-11-30"),  # one hour ahead in winter
    ],
)
def test_the_business_date_is_the_calendar_date_in_the_programmes_zone(
    told: str, zone: str, day: str
) -> None:
    assert business_date(instant(told), ZoneInfo(zone)).isoformat() == day


@pytest.mark.parametrize(
    "told",
    [
        "2025-03-29T23:00:00Z",  # midnight before the clocks go forward
        "2025-03-30T00:59:59Z",
        "2025-03-30T01:00:00Z",
        "2025-03-30T21:59:59Z",  # 23:59:59 in summer time
        "2025-10-25T22:00:00Z",  # midnight before the clocks go back
        "2025-10-26T00:30:00Z",  # 02:30 for the first time
        "2025-10-26T01:30:00Z",  # 02:30 for the second time
        "2025-10-26T22:59:59Z",
    ],
)
def test_the_day_on_which_the_clocks_change_begins_and_ends_at_its_own_midnights(told: str) -> None:
    day = "2025-03-30" if "-03-" in told else "2025-10-26"
    assert business_date(instant(told), ZURICH).isoformat() == day


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="without an offset"):
        business_date(datetime(2025, 12, 31, 23, 30), ZURICH)  # noqa: DTZ001 - the very point
    with pytest.raises(ValueError, match="without an offset"):
        entry_of_job(job(completed_at=datetime(2025, 1, 2)), ZURICH)  # noqa: DTZ001


@given(INSTANTS, ZONES, st.integers(-14 * 60, 14 * 60))
def test_the_offset_in_which_an_instant_is_told_does_not_matter(
    told: datetime, zone: str, minutes: int
) -> None:
    elsewhere = told.astimezone(timezone(timedelta(minutes=minutes)))
    assert business_date(elsewhere, ZoneInfo(zone)) == business_date(told, ZoneInfo(zone))


# ---------------------------------------------------------------- entries


def test_a_job_completed_on_new_years_eve_in_zurich_belongs_to_that_year() -> None:
    late = job(completed_at=instant("2025-12-31T23:30:00+01:00"))
    assert entry_of_job(late, ZURICH) == LedgerEntry(
        "F1", "2025-12#JOB#J1", "2025-12-31T22:30:00Z", stars=0, cents=8050
    )


def test_an_hour_later_it_belongs_to_the_next_year_whatever_utc_says() -> None:
    later = entry_of_job(job(completed_at=instant("2026-01-01T00:30:00+01:00")), ZURICH)
    assert later is not None
    assert (later.month, later.at) == ("2026-01", "2025-12-31T23:30:00Z")


@pytest.mark.parametrize("status", [status for status in JobStatus if status is not JobStatus.COMPLETED])
def test_only_a_completed_job_has_revenue(status: JobStatus) -> None:
    assert entry_of_job(job(status=status), ZURICH) is None


def test_a_job_without_a_completion_has_no_revenue() -> None:
    assert entry_of_job(job(completed_at=None), ZURICH) is None


def test_a_job_is_dated_by_its_completion_and_not_by_its_posting() -> None:
    entry = entry_of_job(job(posted_at=instant("2024-12-31T10:00:00+01:00")), ZURICH)
    assert entry is not None and entry.month == "2025-01"


def test_a_rating_counts_from_when_it_is_given_and_needs_no_job() -> None:
    rating = Rating("R1", "never finished", "F1", 4, instant("2025-06-30T23:30:00Z"))
    assert entry_of_rating(rating, ZURICH) == LedgerEntry(
        "F1", "2025-07#RATING#R1", "2025-06-30T23:30:00Z", stars=4, cents=0
    )


@given(INSTANTS, ZONES)
def test_an_entry_knows_its_month_and_what_it_is_about(at: datetime, zone: str) -> None:
    entry = entry_of_rating(Rating("R1", "J1", "F1", 5, at), ZoneInfo(zone))
    assert entry.month == business_date(at, ZoneInfo(zone)).isoformat()[:7]
    assert entry.source == "RATING#R1"
    assert instant(entry.at) == at.astimezone(UTC).replace(microsecond=0)


def test_a_job_and_a_rating_of_the_same_id_and_month_are_two_entries() -> None:
    at = instant("2025-01-02T10:00:00+01:00")
    done, rated = (
        entry_of_job(job(job_id="X"), ZURICH),
        entry_of_rating(Rating("X", "X", "F1", 5, at), ZURICH),
    )
    assert done is not None and done.entry != rated.entry
    assert replay([done, rated]) == {"2025-01": Totals(ratings=1, stars=5, jobs=1, cents=8050)}


# ---------------------------------------------------------------- stats


@st.composite
def ledgers(draw: st.DrawFn) -> list[LedgerEntry]:
    """One Friend's entries, each key once; a job may have earned nothing."""
    keys = draw(st.lists(st.tuples(MONTHS, st.booleans(), st.integers(0, 9)), max_size=20, unique=True))
    return [
        LedgerEntry("F1", f"{month}#JOB#{number}", f"{month}-15T12:00:00Z", cents=draw(st.integers(0, 999)))
        if is_job
        else LedgerEntry(
            "F1", f"{month}#RATING#{number}", f"{month}-15T12:00:00Z", stars=draw(st.integers(1, 5))
        )
        for month, is_job, number in keys
    ]


@given(ledgers())
def test_every_month_adds_up_to_its_entries(entries: list[LedgerEntry]) -> None:
    expected: dict[str, list[int]] = {}
    for entry in entries:
        sums = expected.setdefault(entry.entry[:7], [0, 0, 0, 0])
        if "#RATING#" in entry.entry:
            sums[0] += 1
            sums[1] += entry.stars
        else:
            sums[2] += 1
            sums[3] += entry.cents
    assert replay(entries) == {month: Totals(*sums) for month, sums in expected.items()}


def test_a_job_that_earned_nothing_is_a_job_and_no_rating() -> None:
    assert totals_of([LedgerEntry("F1", "2025-01#JOB#J1", "")]) == Totals(jobs=1)


def test_a_job_whose_id_looks_like_a_rating_is_a_job() -> None:
    assert totals_of([LedgerEntry("F1", "2025-01#JOB#RATING#1", "", cents=5)]) == Totals(jobs=1, cents=5)


@given(ledgers(), st.data())
def test_refreshing_in_any_order_and_twice_ends_in_the_replay(
    entries: list[LedgerEntry], data: st.DataObject
) -> None:
    deliveries = data.draw(st.permutations(entries + entries[::2]))
    ledger: dict[str, LedgerEntry] = {}
    months: dict[str, Totals] = {}
    for entry in deliveries:
        ledger[entry.entry] = entry
        now = [one for one in ledger.values() if one.month == entry.month]
        months = refreshed(months, {entry.month: totals_of(now)})
    assert months == replay(entries)


@given(ledgers(), st.data())
def test_refreshing_after_deletions_ends_in_the_replay_of_what_is_left(
    entries: list[LedgerEntry], data: st.DataObject
) -> None:
    gone = set(data.draw(st.lists(st.sampled_from(entries), unique=True))) if entries else set()
    left = [entry for entry in entries if entry not in gone]
    fresh = {
        month: totals_of([entry for entry in left if entry.month == month])
        for month in {entry.month for entry in gone}
    }
    assert refreshed(replay(entries), fresh) == replay(left)


@given(FEW_MONTHS, FEW_MONTHS)
def test_a_refreshed_month_replaces_the_old_one_and_an_empty_one_is_dropped(
    months: dict[str, Totals], fresh: dict[str, Totals]
) -> None:
    now = refreshed(months, fresh)
    for month in months.keys() | fresh.keys():
        wanted = fresh.get(month, months.get(month, NOTHING))
        assert now.get(month, NOTHING) == wanted
        assert (month in now) is (wanted != Totals(0, 0, 0, 0))
    assert now.keys() <= months.keys() | fresh.keys()


@given(FEW_MONTHS, st.integers(2022, 2027))
def test_the_year_window_is_that_calendar_year_alone(months: dict[str, Totals], year: int) -> None:
    own = [totals for month, totals in months.items() if month.startswith(f"{year}-")]
    assert in_window(months, year, "year") == sum(own, NOTHING)


@given(FEW_MONTHS, st.integers(2022, 2027))
def test_the_total_window_is_the_whole_history_up_to_the_years_end(
    months: dict[str, Totals], year: int
) -> None:
    past = [totals for month, totals in months.items() if month < f"{year + 1}-01"]
    assert in_window(months, year, "total") == sum(past, NOTHING)


@given(FEW_MONTHS)
def test_nothing_after_the_year_ever_counts(months: dict[str, Totals]) -> None:
    later = {**months, "2026-01": Totals(9, 45, 9, 999), "2031-06": Totals(1, 5, 1, 1)}
    until = {month: totals for month, totals in months.items() if month < "2026"}
    assert in_window(later, 2025, "total") == in_window(until, 2025, "total")
    assert in_window(later, 2025, "year") == in_window(until, 2025, "year")


@given(FEW_MONTHS)
def test_the_years_add_up_to_the_months(months: dict[str, Totals]) -> None:
    assert sum(by_year(months).values(), NOTHING) == sum(months.values(), NOTHING)
    assert by_year(months).keys() == {month[:4] for month in months}


def test_the_sum_of_nothing_is_nothing_and_counts_as_false() -> None:
    assert totals_of([]) == NOTHING and not NOTHING
    assert Totals(jobs=1) and Totals(1, 2, 3, 4) + Totals(4, 3, 2, 1) == Totals(5, 5, 5, 5)
