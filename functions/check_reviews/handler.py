"""Every hour: how many cases wait, and how many wait too long."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_review
from best_friends.application.overdue_reviews import OverdueReviews
from best_friends.telemetry import count, log, observed

from .settings import Settings


@cache
def overdue_reviews() -> OverdueReviews:
    """The use case."""
    return bootstrap_review.overdue_reviews(**asdict(bootstrap.environment(Settings)))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: nothing. Out: the cases that are open, and among them those whose day is over."""
    waiting = asdict(overdue_reviews()())
    log().info("reviews counted", **waiting)
    count("ReviewsOpen", waiting["open"])
    count("ReviewsOverdue", waiting["overdue"])
    return waiting
