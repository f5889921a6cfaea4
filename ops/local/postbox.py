"""The letters that the embedded AWS was handed, and what a mail service would say of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import boto3
import httpx

SIMULATOR = "@simulator.amazonses.com"


@dataclass(frozen=True, slots=True)
class Received:
    """A letter as it would arrive."""

    number: int
    message_id: str
    sender: str
    to: str
    subject: str
    html: str
    text: str
    sent_at: datetime

    @property
    def bounces(self) -> bool:
        """Whether the address is one of the mail service's own that always bounce."""
        return self.to.startswith("bounce") and self.to.endswith(SIMULATOR)


class Postbox:
    """Reads the mail of the embedded AWS and sends its bounces on.

    SES tells of bounces by EventBridge; the emulator does not, so the postbox writes to the queue
    what the template's rule would have made of such an event.
    """

    def __init__(self, endpoint: str, deliveries_queue: str) -> None:
        self._endpoint = endpoint
        self._deliveries_queue = deliveries_queue
        self._bounced: set[str] = set()

    def letters(self) -> list[Received]:
        """All letters so far, in the order in which they were sent."""
        reply = httpx.get(f"{self._endpoint}/_ministack/ses/messages", timeout=30).raise_for_status()
        sent = [mail for account in reply.json()["messages"].values() for mail in account]
        sent.sort(key=lambda mail: mail["Timestamp"])
        return [
            Received(
                number=number,
                message_id=mail["MessageId"],
                sender=mail["Source"],
                to=mail["To"][0],
                subject=mail["Subject"],
                html=mail["BodyHtml"] or "",
                text=mail["BodyText"],
                sent_at=datetime.fromtimestamp(mail["Timestamp"], UTC),
            )
            for number, mail in enumerate(sent, start=1)
        ]

    def deliver(self) -> Iterator[Received]:
        """Send the bounces on, each once, and yield the letters that arrive."""
        for letter in self.letters():
            if not letter.bounces:
                yield letter
            elif letter.message_id not in self._bounced:
                self._bounced.add(letter.message_id)
                self._bounce(letter)

    def _bounce(self, letter: Received) -> None:
        event = {
            "message_id": letter.message_id,
            "kind": "Bounce",
            "bounce_type": "Permanent",
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        boto3.client("sqs").send_message(
            QueueUrl=self._deliveries_queue, MessageBody=json.dumps(event), DelaySeconds=1
        )
