"""Pack everybody who may be offered jobs into the roster: on a schedule, and after an import."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap
from best_friends.application.build_roster import BuildRoster
from best_friends.telemetry import count, log, observed

from .settings import Settings


@cache
def build_roster() -> BuildRoster:
    """The use case."""
    names = bootstrap.environment(Settings)
    return BuildRoster(
        bootstrap.friends(names.friends_table),
        bootstrap.stats(names.stats_table),
        bootstrap.invitations(names.invitations_table),
        bootstrap.programme(names.programme_table),
        bootstrap.rosters(names.archive_bucket),
    )


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: nothing. Out: how many rows there are, and the new version if anything has changed."""
    built = build_roster()()
    log().info("roster built", rows=built.rows, size=built.size, changed=built.version is not None)
    count("RosterRows", built.rows)
    count("RostersBuilt")
    return {"rows": built.rows, "version": built.version}
