"""Friends, engagements, ledger, stats and jobs: what is written comes back, and nobody is overwritten."""

import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.application.errors import Conflict
from best_friends.application.ports import Segment, StoredStats
from best_friends.domain.friends import Area, Channel, Engagement, Friend
from best_friends.domain.ledger import Job, JobStatus, LedgerEntry
from best_friends.domain.policy import Role
from best_friends.domain.stats import Totals
from tests.support.fixtures import few_examples
from tests.support.marketplace import friend
from tests.support.stack import Stack

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
WORDS = TEXT.filter(bool)
AREAS = st.builds(
    Area,
    latitude=st.floats(-90, 90).map(lambda degrees: round(degrees, 6)),
    longitude=st.floats(-180, 180).map(lambda degrees: round(degrees, 6)),
    radius_km=st.floats(0.1, 500).map(lambda km: round(km, 3)),
    label=TEXT,
)
FRIENDS = st.builds(
    Friend,
    friend_id=st.uuids().map(str),
    display_name=TEXT,
    email=TEXT,
    language=st.sampled_from(["de", "fr", "it", "en", "rm"]),
    areas=st.lists(AREAS, max_size=3).map(tuple),
    skills=st.lists(WORDS, max_size=4).map(tuple),
    joined_on=st.dates(),
    active=st.booleans(),
    region=TEXT,
    postal_code=TEXT,
    channel=st.sampled_from(Channel),
    paused=st.booleans(),
)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).flatmap(  # noqa: DTZ001 -- zones below
    lambda naive: st.sampled_from([UTC, timezone(timedelta(hours=2))]).map(
        lambda zone: naive.replace(tzinfo=zone)
    )
)
JOBS = st.builds(
    Job,
    job_id=st.uuids().map(str),
    friend_id=TEXT,
    customer_id=TEXT,
    skill=TEXT,
    latitude=st.none() | st.floats(-90, 90).map(lambda degrees: round(degrees, 6)),
    longitude=st.none() | st.floats(-180, 180).map(lambda degrees: round(degrees, 6)),
    posted_at=INSTANTS,
    completed_at=st.none() | INSTANTS,
    status=st.sampled_from(JobStatus),
    revenue_cents=st.integers(0, 10**12),
    currency=st.sampled_from(["CHF", "EUR", ""]),
    accepted_at=st.none() | INSTANTS,
)
TOTALS = st.builds(
    Totals,
    ratings=st.integers(0, 10**6),
    stars=st.integers(0, 10**7),
    jobs=st.integers(0, 10**6),
    cents=st.integers(-(10**15), 10**15),
)
MONTHS = st.dictionaries(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(lambda day: f"{day:%Y-%m}"), TOTALS, max_size=20
)
WHOLE = Segment(0, 1)


def entry(friend_id: str, key: str, *, stars: int = 0, cents: int = 0) -> LedgerEntry:
    return LedgerEntry(friend_id, key, "2025-06-15T10:00:00Z", stars, cents)


@few_examples
@given(FRIENDS)
def test_friend_comes_back_as_it_was_written(stack: Stack, written: Friend) -> None:
    stack.friends.put_many([written])
    assert stack.friends.get(written.friend_id) == written


def test_friend_that_is_not_there_is_none(stack: Stack) -> None:
    assert stack.friends.get("nobody") is None
    assert stack.friends.get_many([]) == {}


def test_many_friends_come_back_beyond_what_one_request_may_ask(stack: Stack) -> None:
    everybody = [friend(f"F{number:03d}") for number in range(230)]
    stack.friends.put_many(everybody)
    found = stack.friends.get_many([*(one.friend_id for one in everybody), "nobody"])
    assert found == {one.friend_id: one for one in everybody}


@pytest.mark.parametrize("segments", [1, 2, 5, 16])
def test_segments_together_are_every_friend_once(stack: Stack, segments: int) -> None:
    everybody = [
        friend(f"F{number:02d}", active=number % 3 > 0, region=f"R{number % 4}") for number in range(40)
    ]
    stack.friends.put_many(everybody)
    scanned = [one for number in range(segments) for one in stack.friends.scan(Segment(number, segments))]
    assert sorted(scanned) == [(one.friend_id, one.active, one.region) for one in everybody]


def test_everybody_comes_whole_whether_active_or_not(stack: Stack) -> None:
    everybody = [friend(f"F{number:03d}", active=number % 3 > 0) for number in range(130)]
    stack.friends.put_many(everybody)
    assert sorted(stack.friends.everybody(), key=lambda one: one.friend_id) == everybody


def test_friend_of_an_older_import_is_notified_by_mail(stack: Stack) -> None:
    stack.friends.put_many([friend("F1")])
    stack.client("dynamodb").update_item(
        TableName=stack.name("FriendsTable"),
        Key={"friend_id": {"S": "F1"}},
        UpdateExpression="REMOVE channel, paused",
    )
    found = stack.friends.get("F1")
    assert found == friend("F1")
    assert found.may_be_notified


def test_friend_without_a_region_is_scanned(stack: Stack) -> None:
    stack.friends.put_many([friend("F1", region="")])
    assert list(stack.friends.scan(WHOLE)) == [("F1", True, "")]


def test_scan_goes_on_beyond_the_first_page(stack: Stack) -> None:
    stack.ledger.write(
        [entry(f"F{number:03d}", f"2025-06#RATING#{'x' * 900}", stars=5) for number in range(1_300)], []
    )
    before = stack.wire.count("dynamodb.Scan")
    assert len(list(stack.ledger.scan(WHOLE))) == 1_300
    assert stack.wire.count("dynamodb.Scan") > before + 1


def test_engagements_come_back_and_one_role_may_be_held_twice(stack: Stack) -> None:
    held = [
        Engagement("F1", Role.MENTOR, date(2023, 1, 1), date(2023, 12, 31)),
        Engagement("F1", Role.MENTOR, date(2025, 1, 1)),
        Engagement("F2", Role.BRAND_AMBASSADOR, date(2025, 6, 1), date(2025, 6, 1)),
    ]
    stack.engagements.put_many(held)
    stack.engagements.put_many(held)
    assert sorted(stack.engagements.all(), key=str) == sorted(held, key=str)


def test_month_holds_its_own_entries_only(stack: Stack) -> None:
    june = [entry("F1", "2025-06#JOB#J1", cents=100), entry("F1", "2025-06#RATING#R1", stars=4)]
    others = [entry("F1", "2025-07#JOB#J2", cents=1), entry("F2", "2025-06#JOB#J3", cents=1)]
    stack.ledger.write([*june, *others], [])
    assert stack.ledger.of_months("F1", ["2025-06"]) == june
    assert stack.ledger.of_months("F1", ["2025-05", "2025-07"]) == [others[0]]
    assert stack.ledger.of_months("F1", ["2025-0"]) == []
    assert stack.ledger.of_friend("F1") == [*june, others[0]]


def test_ledger_is_empty_until_it_is_written(stack: Stack) -> None:
    assert stack.ledger.is_empty()
    stack.ledger.write([entry("F1", "2025-06#JOB#J1")], [])
    assert not stack.ledger.is_empty()


def test_deleted_entry_is_gone_and_the_others_stay(stack: Stack) -> None:
    kept, gone = entry("F1", "2025-06#JOB#J1", cents=1), entry("F1", "2025-06#JOB#J2", cents=2)
    stack.ledger.write([kept, gone], [])
    stack.ledger.write([], [gone])
    assert stack.ledger.of_friend("F1") == [kept]


@pytest.mark.parametrize("segments", [1, 3, 7])
def test_entries_of_one_friend_come_together(stack: Stack, segments: int) -> None:
    entries = [
        entry(f"F{number % 9}", f"2025-{1 + number % 12:02d}#JOB#J{number}", cents=number)
        for number in range(90)
    ]
    stack.ledger.write(entries, [])
    scanned = [one for number in range(segments) for one in stack.ledger.scan(Segment(number, segments))]
    assert sorted(scanned, key=lambda one: one.cents) == entries
    runs = sum(one.friend_id != before.friend_id for before, one in pairwise(scanned))
    assert runs == 8


@few_examples
@given(months=MONTHS)
def test_stats_come_back_exactly_by_every_way_of_reading(stack: Stack, months: dict[str, Totals]) -> None:
    friend_id = uuid.uuid4().hex  # its own, also when the same example is tried again
    stack.stats.put(friend_id, months, read_at=0)
    assert stack.stats.get(friend_id) == StoredStats(1, months)
    assert stack.stats.get_many([friend_id]) == {friend_id: months}
    assert dict(stack.stats.scan(WHOLE))[friend_id] == months


def test_friend_without_stats_is_at_version_nought(stack: Stack) -> None:
    assert stack.stats.get("nobody") == StoredStats(0, {})
    assert stack.stats.get_many(["nobody"]) == {}


@pytest.mark.parametrize("read_at", [0, 1, 3])
def test_stats_of_another_version_are_not_overwritten(stack: Stack, read_at: int) -> None:
    stack.stats.put("F1", {"2025-06": Totals(1, 5)}, read_at=0)
    stack.stats.put("F1", {"2025-06": Totals(2, 9)}, read_at=1)
    with pytest.raises(Conflict):
        stack.stats.put("F1", {"2025-06": Totals(cents=666)}, read_at=read_at)
    assert stack.stats.get("F1") == StoredStats(2, {"2025-06": Totals(2, 9)})


def test_stats_of_many_come_back_beyond_one_request(stack: Stack) -> None:
    many = [f"F{number:03d}" for number in range(130)]
    for one in many:
        stack.stats.put(one, {"2025-06": Totals(cents=int(one[1:]))}, read_at=0)
    found = stack.stats.get_many([*many, "nobody"])
    assert {one: months["2025-06"].cents for one, months in found.items()} == {
        one: int(one[1:]) for one in many
    }


def test_trouble_that_is_no_conflict_is_not_taken_for_one(stack: Stack) -> None:
    stack.wire.refuse("dynamodb.PutItem", "ValidationException")
    with pytest.raises(Exception, match="ValidationException") as raised:
        stack.stats.put("F1", {}, read_at=0)
    assert not isinstance(raised.value, Conflict)


@few_examples
@given(JOBS)
def test_job_comes_back_as_it_was_written(stack: Stack, job: Job) -> None:
    stack.jobs.put_many([job])
    assert stack.jobs.get_many([job.job_id, "none"]) == {job.job_id: job}
