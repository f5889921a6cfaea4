"""Jobs stream: queue the first wave of every job that is posted."""

from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap
from best_friends.application.queue_jobs import QueueJobs
from best_friends.domain.ledger import JobStatus
from best_friends.telemetry import count, log, observed

from .settings import Settings


@cache
def queue_jobs() -> QueueJobs:
    """The use case."""
    names = bootstrap.environment(Settings)
    return QueueJobs(
        bootstrap.programme(names.programme_table), bootstrap.jobs_queue(names.jobs_queue), bootstrap.clock
    )


def posted_in(record: dict[str, Any]) -> tuple[str, datetime] | None:
    """The job that a record says is posted, and since when; None for any other news of a job.

    Raises:
        KeyError, TypeError, ValueError: when it is no record of a job.
    """
    image = record["dynamodb"].get("NewImage")
    if image is None or image["status"]["S"] != JobStatus.POSTED:
        return None
    return image["job_id"]["S"], datetime.fromisoformat(image["posted_at"]["S"])


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: stream records with the new image. Out: the first record from which to deliver again, if any."""
    queued = 0
    failed: list[str] = []
    for record in event["Records"]:
        sequence_number = record["dynamodb"]["SequenceNumber"]
        try:
            posted = posted_in(record)
            queued += posted is not None and queue_jobs()(*posted)
        except Exception as error:  # one record's trouble must not hold up the others in the batch
            log().error("job not queued", sequence_number=sequence_number, error=type(error).__name__)
            failed.append(sequence_number)
    count("JobsQueued", queued)
    count("JobRecordsFailed", len(failed))
    # Lambda delivers again from the lowest failed record on; sequence numbers are integers as text.
    lowest = [{"itemIdentifier": min(failed, key=int)}] if failed else []
    return {"batchItemFailures": lowest}
