"""What the mail service says of letters after they were handed over."""

import json
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
from best_friends.application.record_delivery import DeliveryEvent, RecordDelivery
from best_friends.telemetry import count, log, observed

from .settings import Settings


@cache
def record_delivery() -> RecordDelivery:
    """The use case."""
    names = bootstrap.environment(Settings)
    return RecordDelivery(
        bootstrap.letters(names.letters_table),
        bootstrap.invitations(names.invitations_table),
        bootstrap.workflows(),
        bootstrap.clock,
    )


def decode(body: str) -> DeliveryEvent:
    """What the rules of template.yaml leave of an event of the mail service: no address, no subject."""
    document = json.loads(body)
    return DeliveryEvent(
        message_id=document["message_id"],
        kind=document["kind"],
        permanent=document["kind"] == "Reject" or document.get("bounce_type") == "Permanent",
        at=document["at"],
    )


def record_one(record: SQSRecord) -> None:
    """Record one event."""
    event = decode(record.body)
    ended = record_delivery()(event)
    log().info("delivery recorded", kind=event.kind, ended=ended)
    count(f"Letters{event.kind}")
    count("InvitationsUndeliverable", ended)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """In: SQS messages with delivery events. Out: the messages to be delivered again."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event, record_one, processor, context)
