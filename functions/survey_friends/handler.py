"""Write down what every Friend of a segment is judged by."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, wire
from best_friends.application.survey import Survey
from best_friends.telemetry import about, count, log, observed

from .settings import Settings


@cache
def survey() -> Survey:
    """The use case."""
    names = bootstrap.environment(Settings)
    return Survey(
        bootstrap.friends(names.friends_table),
        bootstrap.stats(names.stats_table),
        bootstrap.engagements(names.engagements_table),
        bootstrap.archive(names.archive_bucket),
        bootstrap.runs(names.programme_table, names.archive_bucket),
    )


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: run and segment. Out: how many Friends were surveyed; the figures go to the archive."""
    run, segment = wire.run_of(event), wire.segment_of(event)
    about(year=run.year, execution=event["execution"])
    surveyed = survey()(run, segment)
    log().info("segment surveyed", segment=segment.number, friends=surveyed)
    count("FriendsSurveyed", surveyed)
    return {"friends": surveyed}
