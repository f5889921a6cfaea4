"""Add up a segment of the ledger and of the stats."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, wire
from best_friends.application.audit_stats import AuditStats
from best_friends.telemetry import about, count, log, observed

from .settings import Settings


@cache
def audit_stats() -> AuditStats:
    """The use case."""
    names = bootstrap.environment(Settings)
    return AuditStats(bootstrap.ledger(names.ledger_table), bootstrap.stats(names.stats_table))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: run and segment. Out: the segment's sums of both tables, by year."""
    run, segment = wire.run_of(event), wire.segment_of(event)
    about(year=run.year, execution=event["execution"])
    audit = audit_stats()(run.year, segment)
    log().info("segment audited", segment=segment.number)
    count("SegmentsAudited")
    return wire.audit_document(audit)
