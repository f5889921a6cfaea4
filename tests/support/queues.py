"""How Lambda empties a queue: batches, partial failures, another receipt later, dead letters in the end."""

from dataclasses import dataclass, field
from typing import Any

from tests.support.stack import Stack
from tests.support.template import REGION
from tests.support.wire import Crash


@dataclass(slots=True)
class SqsDriver:
    """Delivers a queue's messages to a function as the template wires them."""

    stack: Stack
    function: str
    queue: str
    crashes: list[BaseException] = field(default_factory=list)

    def deliver(self, *, twice: bool = False) -> list[str]:
        """Deliver one batch; the message ids that are to come again, now visible again.

        The visibility timeout is taken to have passed. `twice` delivers the batch again before its
        messages are deleted, which a standard queue may do at any time.
        """
        received = self._receive()
        if not received:
            return []
        failed = self._invoke(received)
        if twice:
            failed = self._invoke(received)
        client, url = self.stack.client("sqs"), self.stack.name(self.queue)
        for message in received:
            handle = message["receiptHandle"]
            if message["messageId"] in failed:
                client.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
            else:
                client.delete_message(QueueUrl=url, ReceiptHandle=handle)
        return failed

    def drain(self, *, at_most: int = 50) -> int:
        """Deliver until nothing is left, here or in flight; how many deliveries it took."""
        for delivery in range(at_most):
            if not self.waiting():
                return delivery
            self.deliver()
        raise AssertionError(f"{self.queue} is not empty after {at_most} deliveries")

    def waiting(self) -> int:
        """How many messages wait to be delivered."""
        reply = self.stack.client("sqs").get_queue_attributes(
            QueueUrl=self.stack.name(self.queue), AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(reply["Attributes"]["ApproximateNumberOfMessages"])

    def _receive(self) -> list[dict[str, Any]]:
        size = self.stack.settings_of(self.function, "SQS")["BatchSize"]
        reply = self.stack.client("sqs").receive_message(
            QueueUrl=self.stack.name(self.queue), MaxNumberOfMessages=size, AttributeNames=["All"]
        )
        return [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "md5OfBody": message["MD5OfBody"],
                "attributes": dict(message["Attributes"]),
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": self.stack.template.arn_of(self.queue),
                "awsRegion": REGION,
            }
            for message in reply.get("Messages", [])
        ]

    def _invoke(self, records: list[dict[str, Any]]) -> list[str]:
        try:
            reply = self.stack.invoke(self.function, {"Records": records})
        except (Exception, Crash) as crash:
            self.crashes.append(crash)
            return [record["messageId"] for record in records]
        return [failure["itemIdentifier"] for failure in reply["batchItemFailures"]]
