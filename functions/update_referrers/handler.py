"""Once a day: referrals are looked at again, names forgotten in time, and once a month there is news."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_referrals
from best_friends.application.update_referrers import UpdateReferrers
from best_friends.telemetry import count, log, observed

from .settings import Settings


@cache
def update_referrers() -> UpdateReferrers:
    """The use case."""
    follow = bootstrap_referrals.follow_referrals(**asdict(bootstrap.environment(Settings)))
    return bootstrap_referrals.update_referrers(follow)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: nothing. Out: how many referrals there are, and what was done about them."""
    updated = asdict(update_referrers()())
    log().info("referrers updated", **updated)
    count("ReferrersUpdates")
    count("ReferralsMadeUp", updated["made_up"])
    count("ReferralUpdatesOrdered", updated["ordered"])
    return updated
