"""The jobs queue: offer each job to the wave that is due."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap
from best_friends.adapters.queues import decode_wave_order
from best_friends.application.dispatch_job import DispatchJob
from best_friends.application.rosters import Rosters
from best_friends.telemetry import about, count, log, observed

from .settings import Settings


@cache
def dispatch_job() -> DispatchJob:
    """The use case; it keeps the roster in memory."""
    names = bootstrap.environment(Settings)
    return DispatchJob(
        jobs=bootstrap.jobs(names.jobs_table),
        friends=bootstrap.friends(names.friends_table),
        waves=bootstrap.waves(names.waves_table),
        rosters=Rosters(bootstrap.rosters(names.archive_bucket)),
        programme=bootstrap.programme(names.programme_table),
        queue=bootstrap.jobs_queue(names.jobs_queue),
        notifications=bootstrap.notifications_queue(names.notifications_queue),
        clock=bootstrap.clock,
        pace=names.wave_pace,
    )


def dispatch_one(record: SQSRecord) -> None:
    """Offer one job to one wave."""
    order = decode_wave_order(record.body)
    about(job_id=order.job_id, wave=order.wave)
    try:
        done = dispatch_job()(order)
    except Exception as error:
        log().warning("wave not sent yet", error=type(error).__name__)
        count("WavesDelayed")
        raise
    log().info("wave handled", step=done.step, notified=done.notified, ending=done.ending)
    count(f"Waves{done.step.title().replace('_', '')}")
    if done.ending:
        count(f"Jobs{done.ending.title().replace('_', '')}")


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """In: SQS messages with waves that are due. Out: the messages to be delivered again."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event, dispatch_one, processor, context)
