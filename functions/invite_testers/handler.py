"""Every five minutes: invite to product tests whoever is due."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_offers
from best_friends.application.invite_testers import InviteTesters
from best_friends.telemetry import count, log, observed

from .settings import Settings


@cache
def invite_testers() -> InviteTesters:
    """The use case."""
    return bootstrap_offers.invite_testers(**asdict(bootstrap.environment(Settings)))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: nothing. Out: how many tests there are, and how many Friends were invited or told of an end."""
    done = asdict(invite_testers()())
    log().info("testers invited", **done)
    count("TestersInvited", done["invited"])
    return done
