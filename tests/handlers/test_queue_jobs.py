"""queue_jobs: every job that is posted gets its first wave, and nothing else wakes anybody."""

import json
from datetime import timedelta
from typing import Any

import pytest

from best_friends.domain.ledger import JobStatus
from tests.support.fixtures import Printed
from tests.support.offers import job_of, neighbours
from tests.support.queues import SqsDriver
from tests.support.stack import Clock, Stack
from tests.support.streams import FIRST_SEQUENCE_NUMBER, Record, StreamDriver, number_of


def record_of(number: int, image: Any = None, **changes: Any) -> Record:
    """A record as the stream of new images carries it; `number` counts up from 0."""
    given: dict[str, Any] = {
        "job_id": {"S": f"J{number}"},
        "status": {"S": "posted"},
        "posted_at": {"S": "2026-01-15T05:00:00+00:00"},
    }
    dynamodb = {
        "ApproximateCreationDateTime": 1_768_453_200,
        "Keys": {"job_id": {"S": f"J{number}"}},
        "NewImage": given | changes if image is None else image,
        "SequenceNumber": str(FIRST_SEQUENCE_NUMBER + number),
        "StreamViewType": "NEW_IMAGE",
    }
    return {"eventID": f"{number:032x}", "eventName": "INSERT", "dynamodb": dynamodb}


POISON: dict[str, Record] = {
    "an empty image": record_of(5, {}),
    "an image that is none": record_of(5, "posted"),
    "no status": record_of(5, {"job_id": {"S": "J5"}, "posted_at": {"S": "2026-01-15T05:00:00+00:00"}}),
    "a status of another type": record_of(5, status={"N": "1"}),
    "no id": record_of(5, {"status": {"S": "posted"}, "posted_at": {"S": "2026-01-15T05:00:00+00:00"}}),
    "an id of another type": record_of(5, job_id={"N": "5"}),
    "no date": record_of(5, {"job_id": {"S": "J5"}, "status": {"S": "posted"}}),
    "a date that is none": record_of(5, posted_at={"S": "yesterday"}),
    "a date without an offset": record_of(5, posted_at={"S": "2026-01-15T05:00:00"}),
}


def queued(stack: Stack) -> list[str]:
    return sorted(body["job_id"] for body in stack.messages("JobsQueue"))


def test_posted_job_is_queued_for_its_first_wave(
    stack: Stack, jobs_stream: StreamDriver, clock: Clock, printed: Printed
) -> None:
    stack.jobs.post(job_of("J1", clock()))
    jobs_stream.flow()
    assert stack.messages("JobsQueue") == [{"job_id": "J1", "wave": 1}]
    assert (printed.metric("JobsQueued"), printed.metric("JobRecordsFailed")) == (1, 0)


def test_import_of_years_of_history_wakes_nobody(
    stack: Stack, jobs_stream: StreamDriver, clock: Clock, printed: Printed
) -> None:
    old = clock() - timedelta(days=400)
    stack.jobs.put_many(
        job_of(f"J{number}", old, status=status) for number, status in enumerate([*JobStatus] * 5)
    )
    jobs_stream.flow()
    assert queued(stack) == []
    assert printed.metric("JobsQueued") == 0


@pytest.mark.parametrize("status", [one for one in JobStatus if one is not JobStatus.POSTED])
def test_function_is_not_even_called_for_a_job_that_is_not_posted(
    stack: Stack, jobs_stream: StreamDriver, clock: Clock, status: JobStatus
) -> None:
    stack.jobs.put_many([job_of("J1", clock(), status=status)])
    records = jobs_stream.new_records()
    jobs_stream.deliver(records)
    assert (len(records), jobs_stream.invocations) == (1, 0)
    assert jobs_stream.once(records) == [], "and it would do nothing"
    assert queued(stack) == []


def test_job_that_is_accepted_or_cancelled_afterwards_is_queued_once(
    stack: Stack, jobs_stream: StreamDriver, clock: Clock
) -> None:
    stack.jobs.post(job_of("J1", clock()))
    stack.jobs.accept("J1", "F1", clock())
    stack.jobs.cancel("J1")
    jobs_stream.flow()
    assert queued(stack) == ["J1"]


def test_job_that_was_removed_is_nothing_to_do(stack: Stack, jobs_stream: StreamDriver, clock: Clock) -> None:
    stack.jobs.post(job_of("J1", clock()))
    stack.client("dynamodb").delete_item(TableName=stack.name("JobsTable"), Key={"job_id": {"S": "J1"}})
    [_, removed] = jobs_stream.new_records()
    assert removed["eventName"] == "REMOVE"
    jobs_stream.deliver([removed])
    assert jobs_stream.invocations == 0
    assert jobs_stream.once([removed]) == []
    assert queued(stack) == []


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
def test_poison_record_is_named_and_the_others_are_queued(
    stack: Stack, jobs_stream: StreamDriver, poison: Record, printed: Printed
) -> None:
    assert jobs_stream.once([record_of(1), poison, record_of(7)]) == [poison["dynamodb"]["SequenceNumber"]]
    assert queued(stack) == ["J1", "J7"]
    assert printed.metric("JobRecordsFailed") == 1
    [line] = printed.said("job not queued")
    assert line["sequence_number"] == poison["dynamodb"]["SequenceNumber"]


def test_lowest_failed_sequence_number_is_told_as_a_number_not_as_text(jobs_stream: StreamDriver) -> None:
    poison = [{"dynamodb": {"NewImage": {}, "SequenceNumber": number}} for number in ("1000", "999", "30000")]
    assert jobs_stream.once(poison) == ["999"]


def test_poison_record_ends_at_the_failure_destination_and_later_batches_go_on(
    stack: Stack, jobs_stream: StreamDriver
) -> None:
    poison = record_of(2, posted_at={"S": "yesterday"})
    jobs_stream.deliver([record_of(1), poison, record_of(3), record_of(4)], batch_size=2)
    assert [number_of(one) for batch in jobs_stream.given_up for one in batch] == [number_of(poison)]
    [told] = stack.messages("JobRecordsDeadLetters")
    assert told["DDBStreamBatchInfo"]["startSequenceNumber"] == poison["dynamodb"]["SequenceNumber"]
    assert set(queued(stack)) == {"J1", "J3", "J4"}
    retries = stack.settings_of("QueueJobs", "DynamoDB")["MaximumRetryAttempts"]
    assert jobs_stream.invocations == 2 + retries, "tried a bounded number of times"


def test_job_that_the_queue_does_not_take_comes_again_and_holds_up_no_other(
    stack: Stack, jobs_stream: StreamDriver
) -> None:
    records = [record_of(number) for number in (1, 2, 3)]
    stack.wire.refuse("sqs.SendMessage", "AccessDenied", 403, about="J2")
    assert jobs_stream.once(records) == [records[1]["dynamodb"]["SequenceNumber"]]
    assert queued(stack) == ["J1", "J3"]
    jobs_stream.deliver(records[1:])
    assert set(queued(stack)) == {"J1", "J2", "J3"}


def test_batch_that_crashes_half_way_is_finished_later(stack: Stack, jobs_stream: StreamDriver) -> None:
    stack.wire.crash("sqs.SendMessage", about="J3")
    jobs_stream.deliver([record_of(number) for number in range(1, 7)])
    assert set(queued(stack)) == {f"J{number}" for number in range(1, 7)}
    assert not jobs_stream.given_up


def test_table_that_cannot_be_read_for_a_moment_costs_no_job(stack: Stack, jobs_stream: StreamDriver) -> None:
    stack.wire.refuse("dynamodb.GetItem", "AccessDeniedException", about="Programme", times=2)
    jobs_stream.deliver([record_of(1), record_of(2)])
    assert set(queued(stack)) == {"J1", "J2"}


def test_records_that_come_twice_offer_the_job_to_one_wave(
    stack: Stack, jobs_stream: StreamDriver, jobs_queue: SqsDriver, clock: Clock
) -> None:
    neighbours(stack, 3)
    stack.jobs.post(job_of("J1", clock()))
    records = jobs_stream.new_records()
    for _ in range(2):
        jobs_stream.deliver(records)
    jobs_queue.drain()
    assert [wave.number for wave in stack.waves.of_job("J1")] == [1]


def test_event_without_records_is_nothing_to_do(jobs_stream: StreamDriver) -> None:
    assert jobs_stream.once([]) == []


def test_neither_customer_nor_place_is_logged_or_queued(
    stack: Stack, jobs_stream: StreamDriver, clock: Clock, printed: Printed
) -> None:
    stack.jobs.post(job_of("J1", clock()))
    stack.wire.refuse("sqs.SendMessage", "AccessDenied", 403)
    jobs_stream.flow()
    written = printed.text + json.dumps(stack.messages("JobsQueue"))
    assert "job not queued" in written
    assert [one for one in ("customer-4711", "47.37", "@") if one in written] == []
