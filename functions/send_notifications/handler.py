"""The notifications queue: notify each Friend of a job at most once."""

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
from best_friends.adapters.queues import decode_notification_order
from best_friends.application.hand_over import HandOver, Sending
from best_friends.application.send_notification import SendNotification
from best_friends.telemetry import about, count, log, observed, took

from .settings import Settings


@cache
def send_notification() -> SendNotification:
    """The use case."""
    names = bootstrap.environment(Settings)
    return SendNotification(
        friends=bootstrap.friends(names.friends_table),
        jobs=bootstrap.jobs(names.jobs_table),
        programme=bootstrap.programme(names.programme_table),
        hand_over=HandOver(bootstrap.letters(names.letters_table), bootstrap.clock),
        mint=bootstrap.mint_link(names.links_table),
        mail=bootstrap.mail(names.sender, names.configuration_set),
        app=bootstrap.app(),
        clock=bootstrap.clock,
        pages_url=names.pages_url,
    )


def send_one(record: SQSRecord) -> None:
    """Send one notification."""
    order = decode_notification_order(record.body)
    about(job_id=order.job_id, friend_id=order.friend_id)
    try:
        done = send_notification()(order)
    except Exception as error:
        log().warning("notification not sent yet", error=type(error).__name__)
        count("NotificationsDelayed")
        raise
    log().info("notification handled", outcome=done.sending, channel=done.channel)
    count(f"Notifications{done.sending.title().replace('_', '')}")
    if done.sending is Sending.SENT:
        took("TimeToNotify", done.seconds)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """In: SQS messages with notifications. Out: the messages to be delivered again."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event, send_one, processor, context)
