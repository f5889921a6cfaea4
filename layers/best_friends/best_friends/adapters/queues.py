"""The queues: letters, waves that are due, notifications."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from itertools import batched
from typing import TYPE_CHECKING, Any

from best_friends.application.errors import Throttled
from best_friends.application.ports_dispatch import NotificationOrder, WaveOrder
from best_friends.application.ports_letters import LetterOrder
from best_friends.domain.letter import LetterKind

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

SEND_BATCH = 10
LONGEST_DELAY_SECONDS = 900


class SqsLetters:
    """Implements `ports_letters.LettersQueue`."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put(self, orders: Iterable[LetterOrder]) -> None:
        """Queue letter orders in batches.

        Raises:
            Throttled: when some were not taken; queueing them all again sends nothing twice.
        """
        _put_all(self._client, self._queue_url, map(encode_order, orders))


class SqsNotifications:
    """Implements `ports_dispatch.NotificationsQueue`."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put(self, orders: Iterable[NotificationOrder]) -> None:
        """Queue notifications in batches.

        Raises:
            Throttled: when some were not taken; queueing them all again notifies nobody twice.
        """
        _put_all(self._client, self._queue_url, (json.dumps(asdict(order)) for order in orders))


class SqsJobs:
    """Implements `ports_dispatch.JobsQueue`."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put(self, order: WaveOrder, *, after_seconds: int = 0) -> None:
        """Queue a wave."""
        self._client.send_message(
            QueueUrl=self._queue_url,
            MessageBody=json.dumps(asdict(order)),
            DelaySeconds=min(after_seconds, LONGEST_DELAY_SECONDS),
        )


def _put_all(client: "SQSClient", queue_url: str, bodies: Iterable[str]) -> None:
    for batch in batched(bodies, SEND_BATCH, strict=False):
        reply = client.send_message_batch(
            QueueUrl=queue_url,
            Entries=[{"Id": str(number), "MessageBody": body} for number, body in enumerate(batch)],
        )
        if reply.get("Failed"):
            raise Throttled(f"{len(reply['Failed'])} messages were not taken by the queue")


def encode_order(order: LetterOrder) -> str:
    """A letter order as a message body; task token and what it is about are left out when there are none."""
    body: dict[str, Any] = {
        "letter": str(order.kind),
        "friend_id": order.friend_id,
        "year": order.year,
        "number": order.number,
    }
    if order.task_token:
        body["task_token"] = order.task_token
    if order.about:
        body["about"] = order.about
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
        about=str(document.get("about", "")),
    )


def decode_wave_order(body: str) -> WaveOrder:
    """A due wave from a message body.

    Raises:
        ValueError, KeyError, TypeError: when the body is not one.
    """
    document = json.loads(body)
    return WaveOrder(_identifier(document["job_id"]), max(1, int(document["wave"])))


def decode_notification_order(body: str) -> NotificationOrder:
    """A notification from a message body.

    Raises:
        ValueError, KeyError, TypeError: when the body is not one.
    """
    document = json.loads(body)
    return NotificationOrder(
        _identifier(document["job_id"]), _identifier(document["friend_id"]), int(document["wave"])
    )


def _identifier(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("an id is a text that is not empty")
    return value
