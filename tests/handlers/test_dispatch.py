"""dispatch_job: from a posted job to the notifications queue, wave by wave."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from best_friends.domain.erasure import NOBODY
from best_friends.domain.ledger import JobStatus
from best_friends.domain.offer import Ended, Ending
from best_friends.domain.policy import Dispatch, Policy
from best_friends.domain.programme import Settings
from tests.support.fixtures import Printed
from tests.support.marketplace import friend
from tests.support.offers import job_of, neighbours, order_wave
from tests.support.queues import SqsDriver
from tests.support.stack import Clock, Stack
from tests.support.streams import StreamDriver
from tests.support.wire import reply, text_of

POISON = ["", "{", "null", "[]", '"J1"', "{}", '{"job_id": 1, "wave": 1}', '{"job_id": "J1", "wave": "one"}']


@pytest.fixture
def delays(stack: Stack) -> list[tuple[str, int, int]]:
    """(job, wave, seconds) of every order that was put into the jobs queue."""
    put: list[tuple[str, int, int]] = []

    def note(request: Any, _: Any) -> None:
        sent = json.loads(text_of(request))
        if "DelaySeconds" in sent:
            body = json.loads(sent["MessageBody"])
            put.append((body["job_id"], body["wave"], sent["DelaySeconds"]))

    stack.wire.listeners["sqs.SendMessage"] = note
    return put


@pytest.fixture
def posted(stack: Stack, clock: Clock) -> list[str]:
    """Twelve neighbours of a job that was posted a moment ago."""
    stack.jobs.post(job_of("J1", clock()))
    return neighbours(stack, 12)


def notified(stack: Stack) -> list[str]:
    return [body["friend_id"] for body in stack.messages("NotificationsQueue")]


def picks(stack: Stack, job_id: str = "J1") -> list[list[str]]:
    return [[pick.friend_id for pick in wave.picks] for wave in stack.waves.of_job(job_id)]


# ---------------------------------------------------------------- wave by wave


def test_posted_job_reaches_the_first_ten_and_the_next_wave_is_due_in_a_minute(
    stack: Stack,
    posted: list[str],
    jobs_stream: StreamDriver,
    jobs_queue: SqsDriver,
    delays: list[tuple[str, int, int]],
    printed: Printed,
) -> None:
    jobs_stream.flow()
    assert jobs_queue.deliver() == []
    [wave] = picks(stack)
    assert (len(wave), set(wave) <= set(posted)) == (10, True)
    assert sorted(notified(stack)) == sorted(wave)
    assert delays == [("J1", 1, 0), ("J1", 2, 60)]
    assert printed.metric("WavesSent") == 1


@pytest.mark.parametrize("parameters", [{"Segments": "2", "WavePace": "900"}])
def test_job_that_nobody_takes_is_offered_to_everybody_once_and_then_ends(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver, clock: Clock, printed: Printed
) -> None:
    order_wave(stack, "J1")
    jobs_queue.drain()
    assert [len(wave) for wave in picks(stack)] == [10, 2]
    assert Counter(notified(stack)) == Counter(posted)
    assert stack.waves.ended("J1") == Ended("J1", Ending.EXHAUSTED, clock(), waves=2, notified=12)
    assert (printed.metric("WavesSent"), printed.metric("JobsExhausted")) == (2, 1)


@pytest.mark.parametrize("parameters", [{"Segments": "2", "WavePace": "900"}])
def test_many_jobs_of_one_batch_are_drawn_each_for_itself(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver, clock: Clock
) -> None:
    jobs = [f"J{number}" for number in range(2, 9)]
    for job_id in jobs:
        stack.jobs.post(job_of(job_id, clock()))
        order_wave(stack, job_id)
    before = stack.wire.count("s3.GetObject")
    jobs_queue.drain()
    orders = [(body["job_id"], body["friend_id"]) for body in stack.messages("NotificationsQueue")]
    assert Counter(orders) == Counter((job_id, name) for job_id in jobs for name in posted)
    assert len({tuple(picks(stack, job_id)[0]) for job_id in jobs}) > 1, "a draw depends on the job"
    assert stack.wire.count("s3.GetObject") == before + 1, "the roster is read once"


def test_newer_roster_is_used_for_the_next_job_and_not_for_the_one_under_way(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver, clock: Clock
) -> None:
    order_wave(stack, "J1")
    jobs_queue.deliver()
    neighbours(stack, 15)
    stack.jobs.post(job_of("J2", clock()))
    order_wave(stack, "J1", 2)
    order_wave(stack, "J2")
    jobs_queue.deliver()
    [first, second], [other] = stack.waves.of_job("J1"), stack.waves.of_job("J2")
    assert first.roster == second.roster != other.roster
    assert {pick.friend_id for wave in (first, second) for pick in wave.picks} == set(posted)
    assert other.candidates == 15


def test_who_has_left_since_the_roster_is_passed_over(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver
) -> None:
    gone = posted[:4]
    stack.friends.put_many(
        [replace(friend(gone[0]), active=False), *(replace(friend(one), paused=True) for one in gone[1:3])]
    )
    stack.client("dynamodb").delete_item(
        TableName=stack.name("FriendsTable"), Key={"friend_id": {"S": gone[3]}}
    )
    order_wave(stack, "J1")
    jobs_queue.deliver()
    [wave] = stack.waves.of_job("J1")
    assert {pick.friend_id for pick in wave.picks} == set(posted[4:])
    assert {one.friend_id: one.why for one in wave.passed_over} == dict(
        zip([*gone[:3], NOBODY], ["inactive", "paused", "paused", "gone"], strict=True)
    )


# ---------------------------------------------------------------- the end


@pytest.mark.parametrize(
    ("changes", "ending", "metric"),
    [
        ({"status": JobStatus.ACCEPTED, "friend_id": "F01"}, Ending.ACCEPTED, "JobsAccepted"),
        ({"status": JobStatus.CANCELLED}, Ending.CANCELLED, "JobsCancelled"),
        ({"status": JobStatus.COMPLETED, "friend_id": "F01"}, Ending.COMPLETED, "JobsCompleted"),
        ({"latitude": None}, Ending.NO_PLACE, "JobsNoPlace"),
        ({"latitude": -47.0}, Ending.NO_CANDIDATE, "JobsNoCandidate"),
        ({"skill": "juggling"}, Ending.UNKNOWN_SKILL, "JobsUnknownSkill"),
    ],
)
def test_job_that_nobody_may_be_offered_is_reported_and_not_dropped(
    stack: Stack,
    posted: list[str],
    jobs_queue: SqsDriver,
    clock: Clock,
    printed: Printed,
    changes: dict[str, Any],
    ending: Ending,
    metric: str,
) -> None:
    stack.jobs.put_many([job_of("J1", clock(), **changes)])
    order_wave(stack, "J1")
    jobs_queue.drain()
    assert stack.waves.ended("J1") == Ended("J1", ending, clock())
    assert notified(stack) == []
    assert (printed.metric("WavesEnded"), printed.metric(metric)) == (1, 1)


def test_job_that_is_too_old_or_not_known_is_reported(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver, clock: Clock, printed: Printed
) -> None:
    clock.move(hours=25)
    for job_id in ("J1", "J404"):
        order_wave(stack, job_id)
    jobs_queue.drain()
    found = [stack.waves.ended(job_id) for job_id in ("J1", "J404")]
    assert [one and one.ending for one in found] == [Ending.TOO_OLD, Ending.UNKNOWN_JOB]
    assert (printed.metric("JobsTooOld"), printed.metric("JobsUnknownJob")) == (1, 1)


def test_job_that_is_taken_between_two_waves_is_offered_no_further(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver, clock: Clock
) -> None:
    order_wave(stack, "J1")
    jobs_queue.deliver()
    stack.jobs.accept("J1", picks(stack)[0][0], clock())
    order_wave(stack, "J1", 2)
    jobs_queue.drain()
    ended = stack.waves.ended("J1")
    assert ended and (ended.ending, ended.waves, ended.notified) == (Ending.ACCEPTED, 1, 10)
    assert len(notified(stack)) == 10


def test_in_quiet_hours_the_message_waits_as_long_as_a_queue_can(
    stack: Stack,
    posted: list[str],
    jobs_queue: SqsDriver,
    clock: Clock,
    delays: list[tuple[str, int, int]],
    printed: Printed,
) -> None:
    policy = Policy(dispatch=Dispatch(quiet_from="22:00", quiet_until="07:00"))
    stack.programme.save_settings(Settings(policy))
    order_wave(stack, "J1")
    jobs_queue.drain()
    clock.move(minutes=50)
    order_wave(stack, "J1")
    jobs_queue.drain()
    assert delays == [("J1", 1, 900), ("J1", 1, 600)]
    assert (picks(stack), notified(stack), stack.waves.ended("J1")) == ([], [], None)
    assert printed.metric("WavesQuiet") == 2
    clock.move(minutes=10)
    order_wave(stack, "J1")
    jobs_queue.drain()
    assert len(picks(stack)) == 1


# ---------------------------------------------------------------- what goes wrong


def test_without_a_roster_the_message_comes_again_until_there_is_one(
    stack: Stack, jobs_queue: SqsDriver, clock: Clock, printed: Printed
) -> None:
    stack.jobs.post(job_of("J1", clock()))
    order_wave(stack, "J1")
    for _ in range(3):
        assert len(jobs_queue.deliver()) == 1
    assert (picks(stack), stack.waves.ended("J1")) == ([], None)
    assert printed.metric("WavesDelayed") == 3
    neighbours(stack, 2)
    assert jobs_queue.deliver() == []
    assert len(picks(stack)) == 1


def test_roster_that_cannot_be_read_is_waited_out(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver
) -> None:
    stack.rosters.put(b"not a roster")
    order_wave(stack, "J1")
    for _ in range(2):
        assert len(jobs_queue.deliver()) == 1
    stack.invoke("BuildRoster", {})
    assert jobs_queue.deliver() == []
    assert len(picks(stack)) == 1


def test_job_that_keeps_failing_ends_among_the_dead_letters_by_its_id_and_can_be_moved_back(
    stack: Stack, jobs_queue: SqsDriver, clock: Clock
) -> None:
    stack.jobs.post(job_of("J1", clock()))
    order_wave(stack, "J1")
    allowed = stack.template.properties("JobsQueue")["RedrivePolicy"]["maxReceiveCount"]
    for _ in range(allowed):
        assert len(jobs_queue.deliver()) == 1
    assert jobs_queue.deliver() == []
    assert stack.messages("JobsDeadLetters") == [{"job_id": "J1", "wave": 1}]
    neighbours(stack, 2)
    order_wave(stack, "J1")
    jobs_queue.drain()
    assert len(picks(stack)) == 1


@pytest.mark.parametrize("poison", POISON)
def test_poison_message_comes_again_and_the_others_are_sent(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver, clock: Clock, poison: str
) -> None:
    stack.jobs.post(job_of("J2", clock()))
    bodies = ['{"job_id": "J1", "wave": 1}', poison or " ", '{"job_id": "J2", "wave": 1}']
    for body in bodies:
        stack.client("sqs").send_message(QueueUrl=stack.name("JobsQueue"), MessageBody=body)
    assert len(jobs_queue.deliver()) == 1
    assert (len(picks(stack, "J1")), len(picks(stack, "J2"))) == (1, 1)


def test_job_that_fails_holds_up_no_other(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver, clock: Clock
) -> None:
    stack.jobs.post(job_of("J2", clock()))
    for job_id in ("J1", "J2"):
        order_wave(stack, job_id)
    stack.wire.refuse("dynamodb.PutItem", "ValidationException", about='"J1"')
    assert len(jobs_queue.deliver()) == 1
    assert (picks(stack, "J1"), len(picks(stack, "J2"))) == ([], 1)
    assert jobs_queue.deliver() == []
    assert len(picks(stack, "J1")) == 1


def test_message_that_is_delivered_twice_freezes_one_wave(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver, printed: Printed
) -> None:
    order_wave(stack, "J1")
    jobs_queue.deliver(twice=True)
    [wave] = picks(stack)
    assert Counter(notified(stack)) == Counter(wave * 2)
    assert (printed.metric("WavesSent"), printed.metric("WavesSentAgain")) == (1, 1)


@pytest.mark.parametrize(
    ("operation", "about"),
    [
        ("dynamodb.GetItem", "Jobs"),
        ("dynamodb.Query", "Waves"),
        ("s3.GetObject", ""),
        ("dynamodb.BatchGetItem", "Friends"),
        ("dynamodb.PutItem", "Waves"),
        ("sqs.SendMessageBatch", ""),
        ("sqs.SendMessage", "DelaySeconds"),
    ],
)
def test_message_that_crashes_anywhere_and_comes_again_sends_one_wave(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver, operation: str, about: str
) -> None:
    order_wave(stack, "J1")
    stack.wire.crash(operation, about=about)
    assert len(jobs_queue.deliver()) == 1
    assert jobs_queue.deliver() == []
    [wave] = picks(stack)
    assert set(notified(stack)) == set(wave)
    assert len(wave) == 10


def test_lost_reply_of_the_freezing_does_not_draw_another_wave(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver
) -> None:
    order_wave(stack, "J1")
    stack.wire.lose_reply("dynamodb.PutItem", about="Waves")
    assert jobs_queue.deliver() == []
    [wave] = picks(stack)
    assert sorted(notified(stack)) == sorted(wave)


def test_copy_that_froze_the_wave_a_moment_before_is_who_is_followed(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver, clock: Clock
) -> None:
    def a_copy_with_a_newer_roster() -> None:
        neighbours(stack, 30)
        stack.invoke("DispatchJob", {"Records": [message]})

    message = {"messageId": "copy", "body": '{"job_id": "J1", "wave": 1}', "attributes": {}}
    order_wave(stack, "J1")
    stack.wire.before("dynamodb.PutItem", a_copy_with_a_newer_roster, about="Waves")
    assert jobs_queue.deliver() == []
    [wave] = stack.waves.of_job("J1")
    assert wave.candidates == 30
    assert set(notified(stack)) == {pick.friend_id for pick in wave.picks}


def test_notifications_that_are_taken_in_part_are_queued_again(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver
) -> None:
    failed = {"Id": "3", "Code": "InternalError", "SenderFault": False}
    stack.wire.answers["sqs.SendMessageBatch"] = lambda request: reply(
        request, 200, {"Successful": [], "Failed": [failed]}
    )
    order_wave(stack, "J1")
    assert len(jobs_queue.deliver()) == 1
    del stack.wire.answers["sqs.SendMessageBatch"]
    assert jobs_queue.deliver() == []
    assert sorted(notified(stack)) == sorted(picks(stack)[0])


def test_nothing_personal_is_logged_queued_or_counted_whatever_happens(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver, clock: Clock, printed: Printed
) -> None:
    order_wave(stack, "J1")
    order_wave(stack, "J404")
    for operation in ("dynamodb.Query", "s3.HeadObject", "sqs.SendMessageBatch"):
        stack.wire.refuse(operation, "AccessDeniedException")
        jobs_queue.deliver()
    jobs_queue.drain()
    clock.move(days=3)
    order_wave(stack, "J1", 2)
    jobs_queue.drain()
    written = printed.text + json.dumps(stack.messages("NotificationsQueue"))
    assert '"job_id":"J1"' in written and "wave not sent yet" in written
    secrets = ("Muster", "mailbox.example", "customer-4711", "47.37", "private.example")
    assert [one for one in secrets if one in written] == []


def test_what_is_known_of_one_message_is_not_said_of_the_next(
    stack: Stack, posted: list[str], jobs_queue: SqsDriver, printed: Printed
) -> None:
    order_wave(stack, "J1")
    jobs_queue.deliver()
    stack.client("sqs").send_message(QueueUrl=stack.name("JobsQueue"), MessageBody="{}")
    order_wave(stack, "J404")
    jobs_queue.deliver()
    assert [line["job_id"] for line in printed.said("wave handled")] == ["J1", "J404"]


def test_job_waits_no_longer_than_it_may_be_offered(stack: Stack) -> None:
    """A message that fails comes again for half an hour, which is far less than a job is on offer."""
    queue = stack.template.properties("JobsQueue")
    waits = timedelta(seconds=queue["VisibilityTimeout"]) * queue["RedrivePolicy"]["maxReceiveCount"]
    assert timedelta(minutes=15) <= waits < timedelta(hours=Dispatch().offer_hours)
