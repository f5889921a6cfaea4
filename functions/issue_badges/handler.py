"""Every hour: a badge, and a letter about it, for each Best Friend who lacks one."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_badges
from best_friends.application.issue_badges import IssueBadges
from best_friends.telemetry import count, log, observed

from .settings import Settings


@cache
def issue_badges() -> IssueBadges:
    """The use case."""
    return bootstrap_badges.issue_badges(**asdict(bootstrap.environment(Settings)))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: nothing. Out: the year of the status; how many hold it, got a badge, and are told of it."""
    issued = asdict(issue_badges()())
    log().info("badges issued", **issued)
    count("BadgesIssued", issued["new"])
    return issued
