"""The letters queue: send each ordered letter at most once."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_whole
from best_friends.adapters.queues import decode_order
from best_friends.application.send_letter import SendOrSetAside
from best_friends.telemetry import about, count, log, observed, took

from .settings import Settings


def thanked(seconds: float) -> None:
    """How long after a referral was recorded its thanks were handed over."""
    took("ThanksAfter", seconds)


@cache
def send_letter() -> SendOrSetAside:
    """The use case."""
    names = bootstrap.environment(Settings)
    set_aside = bootstrap.letters_queue(names.letters_dead_letter_queue)
    return SendOrSetAside(bootstrap_whole.send_by_kind(names, thanked), set_aside, names.attempts)


def send_one(record: SQSRecord) -> None:
    """Send one letter."""
    order = decode_order(record.body)
    about(year=order.year, friend_id=order.friend_id)
    try:
        sending = send_letter()(order, int(record.attributes.approximate_receive_count))
    except Exception as error:
        log().warning("letter not sent yet", letter=order.kind, error=type(error).__name__)
        count("LettersDelayed")
        raise
    log().info("letter handled", letter=order.kind, outcome=sending)
    count(f"Letters{sending.title().replace('_', '')}")


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """In: SQS messages with letter orders. Out: the messages to be delivered again."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event, send_one, processor, context)
