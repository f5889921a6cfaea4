"""Last step of the annual machine: count, publish, let the status pass."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, wire
from best_friends.application.close_year import CloseYear
from best_friends.application.report_year import ReportYear
from best_friends.telemetry import about, count, log, observed

from .settings import Settings


@cache
def close_year() -> CloseYear:
    """The use case."""
    names = bootstrap.environment(Settings)
    runs = bootstrap.runs(names.programme_table, names.archive_bucket)
    report = ReportYear(
        runs.archive,
        bootstrap.invitations(names.invitations_table),
        bootstrap.letters(names.letters_table),
        runs,
    )
    return CloseYear(runs.programme, runs.archive, report)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: run, chunks and the number of segments. Out: how the invitations ended."""
    run = wire.run_of(event)
    about(year=run.year, execution=event["execution"])
    invitations = close_year()(run, event["chunks"], int(event["segment_count"]))
    log().info("year closed", **asdict(invitations))
    count("BestFriends", invitations.confirmed)
    count("YearsClosed")
    return asdict(invitations)
