"""The letters that were really handed over, as they went over the wire."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.support.wire import text_of

LINK = re.compile(r"https://\S+/(?:answers/|jobs/[^/\s]+/accept\?token=)([\w-]+)")


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter: the service in memory keeps only one body, the wire has both."""

    to: str
    subject: str
    html: str
    text: str
    tags: dict[str, str]
    message_id: str
    request: dict[str, Any]

    @property
    def kind(self) -> str:
        """Which letter it is."""
        return self.tags["kind"]

    @property
    def token(self) -> str:
        """What the letter's link carries."""
        found = LINK.search(self.text)
        assert found, f"a {self.kind} without a link"
        return found[1]


@dataclass(slots=True)
class Postbox:
    """Every letter that the mail service took."""

    mails: list[Mail] = field(default_factory=list)

    def take(self, request: AWSPreparedRequest, response: AWSResponse) -> None:
        """Keep a letter."""
        sent = json.loads(text_of(request))
        simple = sent["Content"]["Simple"]
        self.mails.append(
            Mail(
                to=sent["Destination"]["ToAddresses"][0],
                subject=simple["Subject"]["Data"],
                html=simple["Body"]["Html"]["Data"],
                text=simple["Body"]["Text"]["Data"],
                tags={tag["Name"]: tag["Value"] for tag in sent["EmailTags"]},
                message_id=json.loads(response.content)["MessageId"],
                request=sent,
            )
        )

    def to(self, address: str, kind: str = "") -> list[Mail]:
        """The letters to an address, all or of a kind."""
        return [mail for mail in self.mails if mail.to == address and kind in ("", mail.kind)]

    def kinds(self) -> list[str]:
        """The kinds of all letters, in order."""
        return [mail.kind for mail in self.mails]
