"""Every five minutes: go on with the announcements, corrections and withdrawals that are due."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_offers
from best_friends.application.publish_announcements import PublishAnnouncements
from best_friends.telemetry import count, log, observed

from .settings import Settings

KEPT_MILLISECONDS = 30_000
"""What is kept of the function's time to end the part that it is at."""


@cache
def publish_announcements() -> PublishAnnouncements:
    """The use case."""
    return bootstrap_offers.publish_announcements(**asdict(bootstrap.environment(Settings)))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: nothing. Out: how many announcements were due, how many letters were ordered, and what is left."""

    def time_left() -> bool:
        return context.get_remaining_time_in_millis() > KEPT_MILLISECONDS

    done = asdict(publish_announcements()(time_left))
    log().info("announcements gone on with", **done)
    count("AnnouncementLettersOrdered", done["ordered"])
    return done
