"""The letters queue."""

import json
from collections.abc import Iterable
from itertools import batched
from typing import TYPE_CHECKING, Any

from best_friends.application.errors import Throttled
from best_friends.application.ports import LetterOrder
from best_friends.domain.letter import LetterKind

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

SEND_BATCH = 10


class SqsLetters:
    """Implements `ports.LettersQueue`."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put(self, orders: Iterable[LetterOrder]) -> None:
        """Queue letter orders in batches.

        Raises:
            Throttled: when some were not taken; queueing them all again sends nothing twice.
        """
        for batch in batched(orders, SEND_BATCH, strict=False):
            reply = self._client.send_message_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    {"Id": str(number), "MessageBody": encode_order(order)}
                    for number, order in enumerate(batch)
                ],
            )
            if reply.get("Failed"):
                raise Throttled(f"{len(reply['Failed'])} letter orders were not taken by the queue")


def encode_order(order: LetterOrder) -> str:
    """A letter order as a message body; the task token is left out when there is none."""
    body: dict[str, Any] = {
        "letter": str(order.kind),
        "friend_id": order.friend_id,
        "year": order.year,
        "number": order.number,
    }
    if order.task_token:
        body["task_token"] = order.task_token
    return json.dumps(body)


def decode_order(body: str) -> LetterOrder:
    """A letter order from a message body.

    Raises:
        ValueError, KeyError, TypeError: when the body is not a letter order.
    """
    document = json.loads(body)
    return LetterOrder(
        kind=LetterKind(document["letter"]),
        friend_id=str(document["friend_id"]),
        year=int(document["year"]),
        number=int(document.get("number", 0)),
        task_token=document.get("task_token"),
    )
