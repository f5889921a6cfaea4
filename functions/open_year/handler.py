"""First step of the annual machine: open the year, once."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, wire
from best_friends.application.open_year import OpenYear
from best_friends.telemetry import about, count, log, observed

from .settings import Settings


@cache
def environment() -> Settings:
    """The function's environment."""
    return bootstrap.environment(Settings)


@cache
def open_year() -> OpenYear:
    """The use case."""
    names = environment()
    runs = bootstrap.runs(names.programme_table, names.archive_bucket)
    return OpenYear(runs.programme, runs, bootstrap.clock)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: the execution's input and name, and what its machine opens. Out: the run and its segments, or why
    nothing was opened."""
    about(execution=event["execution"])
    opened = open_year()(wire.start_of(event["input"], event["execution"], event["opens"]))
    about(year=opened.run.year)
    log().info(opened.message)
    count("YearsOpened", opened.outcome == "opened")
    return wire.opened_document(opened, environment().segments)
