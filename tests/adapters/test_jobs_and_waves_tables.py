"""Jobs are given to one Friend, waves are frozen once, and everything comes back exactly."""

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.application.errors import Conflict
from best_friends.domain.ledger import Job, JobStatus
from best_friends.domain.offer import Ended, Ending, PassedOver, Pick, Wave
from best_friends.domain.policy import Dispatch
from tests.support.fixtures import few_examples
from tests.support.stack import SIX_IN_ZURICH, Stack

NOW = SIX_IN_ZURICH
LATER = NOW + timedelta(seconds=7, microseconds=1)
POSTED = Job(
    job_id="J1",
    friend_id="",
    customer_id="C1",
    skill="computer",
    latitude=46.948,
    longitude=7.4474,
    posted_at=NOW,
    completed_at=None,
    status=JobStatus.POSTED,
    revenue_cents=0,
    currency="CHF",
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
PICKS = st.builds(
    Pick,
    friend_id=TEXT,
    rank=st.integers(1, 10**7),
    distance_km=FLOATS,
    proximity=FLOATS,
    quality=FLOATS,
    priority=FLOATS,
    key=FLOATS,
    newcomer=st.booleans(),
)
POLICIES = st.builds(
    Dispatch,
    proximity_km=st.decimals(Decimal("0.001"), 1000, places=3),
    priority_best_friend=st.decimals(1, 10, places=4),
    wave_size=st.integers(1, 100),
    quiet_from=st.just("22:00"),
    quiet_until=st.just("07:00"),
)
WAVES = st.builds(
    Wave,
    job_id=st.just("J1"),
    number=st.integers(1, 60),
    drawn_at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    skill=TEXT,
    latitude=FLOATS,
    longitude=FLOATS,
    roster=TEXT,
    policy=POLICIES,
    candidates=st.integers(0, 10**7),
    picks=st.lists(PICKS, max_size=5).map(tuple),
    passed_over=st.lists(st.builds(PassedOver, TEXT, TEXT), max_size=3).map(tuple),
)


def wave(number: int = 1, job_id: str = "J1", friend_id: str = "F1") -> Wave:
    pick = Pick(friend_id, 1, 0.1 + 0.2, 1 / 3, 2 / 3, 2.0, 5e-324, newcomer=False)
    return Wave(job_id, number, NOW, "computer", 46.948, 7.4474, "v1", Dispatch(), 1, (pick,))


@pytest.fixture
def posted(stack: Stack) -> Stack:
    """A stack with a posted job."""
    stack.jobs.put_many([POSTED])
    return stack


# ---------------------------------------------------------------- jobs


def test_job_is_posted_once(stack: Stack) -> None:
    assert stack.jobs.post(POSTED)
    assert not stack.jobs.post(replace(POSTED, skill="wifi"))
    assert stack.jobs.get("J1") == POSTED


def test_job_that_is_not_there_is_none(stack: Stack) -> None:
    assert stack.jobs.get("J404") is None


def test_job_goes_to_the_first_friend_and_to_no_other(posted: Stack) -> None:
    assert posted.jobs.accept("J1", "F1", LATER)
    assert not posted.jobs.accept("J1", "F2", LATER)
    assert not posted.jobs.accept("J1", "F1", LATER + timedelta(hours=1))
    accepted = replace(POSTED, status=JobStatus.ACCEPTED, friend_id="F1", accepted_at=LATER)
    assert posted.jobs.get("J1") == accepted


def test_two_who_accept_at_the_same_moment_do_not_both_get_it(posted: Stack) -> None:
    others: list[bool] = []
    posted.wire.before(
        "dynamodb.UpdateItem", lambda: others.append(posted.jobs.accept("J1", "F2", LATER)), about="F1"
    )
    assert not posted.jobs.accept("J1", "F1", LATER)
    assert others == [True]
    job = posted.jobs.get("J1")
    assert job is not None and job.friend_id == "F2"


def test_lost_reply_of_an_acceptance_leaves_the_job_with_its_friend(posted: Stack) -> None:
    posted.wire.lose_reply("dynamodb.UpdateItem")
    posted.jobs.accept("J1", "F1", LATER)
    job = posted.jobs.get("J1")
    assert job is not None and (job.friend_id, job.accepted_at) == ("F1", LATER)
    assert not posted.jobs.accept("J1", "F2", LATER)


@pytest.mark.parametrize("status", [one for one in JobStatus if one is not JobStatus.POSTED])
def test_only_a_posted_job_can_be_accepted(stack: Stack, status: JobStatus) -> None:
    job = replace(POSTED, status=status, friend_id="F9")
    stack.jobs.put_many([job])
    assert not stack.jobs.accept("J1", "F1", LATER)
    assert stack.jobs.get("J1") == job


@pytest.mark.parametrize(
    ("status", "cancelled"),
    [
        (JobStatus.POSTED, True),
        (JobStatus.ACCEPTED, True),
        (JobStatus.COMPLETED, False),
        (JobStatus.CANCELLED, False),
    ],
)
def test_job_that_is_not_over_can_be_cancelled(stack: Stack, status: JobStatus, cancelled: bool) -> None:
    job = replace(POSTED, status=status, friend_id="F9")
    stack.jobs.put_many([job])
    assert stack.jobs.cancel("J1") is cancelled
    assert stack.jobs.get("J1") == (
        replace(job, status=JobStatus.CANCELLED, cancelled_here=True) if cancelled else job
    )


def test_neither_accepting_nor_cancelling_makes_a_job(stack: Stack) -> None:
    assert not stack.jobs.accept("J404", "F1", LATER)
    assert not stack.jobs.cancel("J404")
    assert stack.items("JobsTable") == []


@pytest.mark.parametrize(
    ("operation", "write"),
    [
        ("dynamodb.UpdateItem", lambda stack: stack.jobs.accept("J1", "F1", LATER)),
        ("dynamodb.UpdateItem", lambda stack: stack.jobs.cancel("J1")),
        ("dynamodb.PutItem", lambda stack: stack.jobs.post(POSTED)),
        ("dynamodb.PutItem", lambda stack: stack.waves.freeze(wave())),
    ],
    ids=["accept", "cancel", "post", "freeze"],
)
def test_trouble_is_not_taken_for_somebody_who_was_faster(
    stack: Stack, operation: str, write: Callable[[Stack], object]
) -> None:
    stack.wire.refuse(operation, "ValidationException")
    with pytest.raises(Exception, match="ValidationException") as raised:
        write(stack)
    assert not isinstance(raised.value, Conflict)


# ---------------------------------------------------------------- waves


@few_examples
@given(WAVES)
def test_wave_comes_back_exactly(stack: Stack, written: Wave) -> None:
    written = replace(written, job_id=uuid.uuid4().hex)  # its own, also when an example is tried again
    stack.waves.freeze(written)
    assert stack.waves.of_job(written.job_id) == [written]


@pytest.mark.parametrize(
    "number", [0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0, 1e22, 123456789.0]
)
def test_every_factor_keeps_its_last_bit(stack: Stack, number: float) -> None:
    [pick] = wave().picks
    stack.waves.freeze(replace(wave(), picks=(replace(pick, key=number, distance_km=number),)))
    [found] = stack.waves.of_job("J1")
    assert [repr(one) for one in (found.picks[0].key, found.picks[0].distance_km)] == [repr(number)] * 2


def test_wave_is_frozen_once(stack: Stack) -> None:
    stack.waves.freeze(wave(friend_id="F1"))
    with pytest.raises(Conflict):
        stack.waves.freeze(wave(friend_id="F2"))
    assert stack.waves.of_job("J1") == [wave(friend_id="F1")]


def test_lost_reply_of_a_freezing_leaves_the_wave(stack: Stack) -> None:
    stack.wire.lose_reply("dynamodb.PutItem")
    with pytest.raises(Conflict):
        stack.waves.freeze(wave())
    assert stack.waves.of_job("J1") == [wave()]


def test_waves_come_in_order_and_each_job_has_its_own(stack: Stack) -> None:
    for number in (10, 2, 1, 60):
        stack.waves.freeze(wave(number))
    stack.waves.freeze(wave(3, job_id="J2"))
    assert [one.number for one in stack.waves.of_job("J1")] == [1, 2, 10, 60]
    assert stack.waves.of_job("J2") == [wave(3, job_id="J2")]
    assert stack.waves.of_job("J3") == []


def test_how_a_dispatch_ended_is_no_wave_and_the_last_word_stands(stack: Stack) -> None:
    assert stack.waves.ended("J1") is None
    stack.waves.freeze(wave())
    exhausted = Ended("J1", Ending.EXHAUSTED, NOW, waves=1, notified=1)
    accepted = Ended("J1", Ending.ACCEPTED, LATER, waves=1, notified=1)
    for end in (exhausted, accepted):
        stack.waves.end(end)
        assert stack.waves.ended("J1") == end
    assert stack.waves.of_job("J1") == [wave()]


@pytest.mark.parametrize("ending", Ending)
def test_every_ending_comes_back(stack: Stack, ending: Ending) -> None:
    stack.waves.end(Ended("J1", ending, LATER))
    assert stack.waves.ended("J1") == Ended("J1", ending, LATER)


def test_waves_are_kept_as_long_as_their_roster_and_then_forgotten(stack: Stack) -> None:
    stack.waves.freeze(wave())
    stack.waves.end(Ended("J1", Ending.ACCEPTED, NOW))
    [rule] = [
        one
        for one in stack.template.properties("ArchiveBucket")["LifecycleConfiguration"]["Rules"]
        if "NoncurrentVersionExpiration" in one
    ]
    days = rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
    until = int((NOW + timedelta(days=days)).timestamp())
    assert [int(row["expires"]["N"]) for row in stack.items("WavesTable")] == [until, until]
    assert "expires" in json.dumps(stack.template.properties("WavesTable")["TimeToLiveSpecification"])
