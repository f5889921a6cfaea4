"""A step of the annual machine: keep a segment's verdicts where their Friends can look them up."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_standing, wire
from best_friends.application.record_verdicts import RecordVerdicts
from best_friends.telemetry import about, count, log, observed

from .settings import Settings


@cache
def record_verdicts() -> RecordVerdicts:
    """The use case."""
    return bootstrap_standing.record_verdicts(**asdict(bootstrap.environment(Settings)))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: run and segment. Out: how many verdicts were recorded."""
    run = wire.run_of(event)
    about(year=run.year, execution=event["execution"])
    recorded = record_verdicts()(run, wire.segment_of(event))
    log().info("verdicts recorded", verdicts=recorded)
    count("VerdictsRecorded", recorded)
    return {"verdicts": recorded}
