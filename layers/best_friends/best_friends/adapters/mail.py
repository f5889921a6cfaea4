"""The mail service: SES v2."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from best_friends.adapters.errors import hand_over_errors
from best_friends.application.errors import InDoubt
from best_friends.application.ports_letters import NO_HEADERS

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class SesMail:
    """Implements `ports_letters.Mail`.

    The client must not retry by itself: a retry after a lost reply would send the letter twice.
    """

    def __init__(self, client: "SESV2Client", sender: str, configuration_set: str) -> None:
        self._client = client
        self._sender = sender
        self._configuration_set = configuration_set

    def send(
        self,
        *,
        to: str,
        subject: str,
        html: str,
        text: str,
        tags: Mapping[str, str],
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> str:
        """Hand a letter over."""
        with hand_over_errors("mail service"):
            reply = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": subject, "Charset": "UTF-8"},
                        "Body": {
                            "Html": {"Data": html, "Charset": "UTF-8"},
                            "Text": {"Data": text, "Charset": "UTF-8"},
                        },
                        "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
                    }
                },
                EmailTags=[{"Name": name, "Value": value} for name, value in tags.items()],
                ConfigurationSetName=self._configuration_set,
            )
        if not reply.get("MessageId"):  # a 200 that is not the service's own: a proxy's page, say
            raise InDoubt("the mail service's reply cannot be read")
        return reply["MessageId"]
