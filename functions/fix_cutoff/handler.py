"""Fix the cut-off among the population."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, wire
from best_friends.application.select_nominees import FixCutoff
from best_friends.telemetry import about, count, log, observed

from .settings import Settings


@cache
def fix_cutoff() -> FixCutoff:
    """The use case."""
    names = bootstrap.environment(Settings)
    runs = bootstrap.runs(names.programme_table, names.archive_bucket)
    return FixCutoff(runs.archive, runs.programme, runs)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: run and the number of segments. Out: the cohorts, each with its cut-off in cents."""
    run = wire.run_of(event)
    about(year=run.year, execution=event["execution"])
    cohorts = fix_cutoff()(run, int(event["segment_count"]))
    log().info("cut-off fixed", cohorts=len(cohorts), population=sum(one.population for one in cohorts))
    count("CutoffsFixed", len(cohorts))
    return {"cohorts": [asdict(cohort) for cohort in cohorts]}
