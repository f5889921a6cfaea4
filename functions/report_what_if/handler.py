"""Last step of a what-if: who would come in, who would go out, and why."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, wire
from best_friends.application.report_what_if import ReportWhatIf, report_path
from best_friends.telemetry import about, count, log, observed

from .settings import Settings


@cache
def report_what_if() -> ReportWhatIf:
    """The use case."""
    names = bootstrap.environment(Settings)
    runs = bootstrap.runs(names.programme_table, names.archive_bucket)
    return ReportWhatIf(runs.archive, bootstrap.friends(names.friends_table), runs)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: run, and the what-if that it is held against, if any. Out: the report's path, and counts."""
    run = wire.run_of(event)
    about(year=run.year, execution=event["execution"])
    report = report_what_if()(run, str(event["against"]))
    nominees = asdict(report.difference.nominees)
    log().info("what-if reported", what_if=run.what_if, **nominees)
    count("WhatIfsReported")
    return {"report": report_path(run), "nominees": nominees}
