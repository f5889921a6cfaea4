"""Every few minutes: registrations close when due, lists are ordered, free places given, letters ordered."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_events
from best_friends.application.order_events import OrderEvents
from best_friends.telemetry import count, log, observed

from .settings import Settings


@cache
def order_events() -> OrderEvents:
    """The use case."""

    def failed(error: Exception) -> None:
        log().error("event not settled", error=type(error).__name__)

    return bootstrap_events.order_events(bootstrap.environment(Settings), failed)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: nothing. Out: how many events were settled, and how many could not be."""
    done = asdict(order_events()())
    log().info("events ordered", **done)
    count("EventsOrdered", done["settled"])
    count("EventsFailed", done["failed"])
    return done
