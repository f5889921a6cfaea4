"""Judge every Friend surveyed, and put the nominees into chunks."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, wire
from best_friends.application.select_nominees import SelectNominees
from best_friends.telemetry import about, count, log, observed

from .settings import Settings


@cache
def select_nominees() -> SelectNominees:
    """The use case."""
    names = bootstrap.environment(Settings)
    runs = bootstrap.runs(names.programme_table, names.archive_bucket)
    return SelectNominees(runs.archive, runs.programme, runs, bootstrap.clock)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: run and the number of segments. Out: the nominees' chunks, the counts, the calendar."""
    run = wire.run_of(event)
    about(year=run.year, execution=event["execution"])
    selection = select_nominees()(run, int(event["segment_count"]))
    log().info("nominees selected", extra=selection.counts)
    if not run.what_if:
        count("Nominees", selection.counts["nominees"])
    return wire.selection_document(selection)
