"""The marketplace's own app hears of notifications by events on the account's bus."""

import json
from typing import TYPE_CHECKING

from best_friends.adapters.errors import hand_over_errors
from best_friends.application.errors import InDoubt, Throttled
from best_friends.application.ports_dispatch import NotificationOrder

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "best-friends"
DETAIL_TYPE = "Job notification"


class EventBridgeApp:
    """Implements `ports_dispatch.App`.

    The client must not retry by itself: a retry after a lost reply would notify a Friend twice.
    """

    def __init__(self, client: "EventBridgeClient") -> None:
        self._client = client

    def notify(self, order: NotificationOrder, language: str) -> None:
        """Put an event with ids only."""
        detail = {
            "job_id": order.job_id,
            "friend_id": order.friend_id,
            "wave": order.wave,
            "language": language,
        }
        with hand_over_errors("event bus"):
            reply = self._client.put_events(
                Entries=[{"Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": json.dumps(detail)}]
            )
        if "FailedEntryCount" not in reply:  # a 200 that is not the service's own
            raise InDoubt("the event bus's reply cannot be read")
        if reply["FailedEntryCount"]:
            raise Throttled("the event bus did not take a notification")
