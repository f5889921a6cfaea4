"""Refresh the Friends of a segment whose stats are not what their ledger says."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, wire
from best_friends.application.audit_stats import RepairStats
from best_friends.application.refresh_stats import RefreshStats
from best_friends.telemetry import about, count, log, observed

from .settings import Settings


@cache
def repair_stats() -> RepairStats:
    """The use case."""
    names = bootstrap.environment(Settings)
    ledger, stats = bootstrap.ledger(names.ledger_table), bootstrap.stats(names.stats_table)
    return RepairStats(ledger, stats, RefreshStats(ledger, stats))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: run and segment. Out: how many Friends were repaired."""
    about(year=wire.run_of(event).year, execution=event["execution"])
    repaired = repair_stats()(wire.segment_of(event))
    log().warning("segment repaired", repaired=repaired)
    count("StatsRepaired", repaired)
    return {"repaired": repaired}
