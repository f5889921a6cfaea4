"""Put the segments' sums together and record whether ledger and stats agree."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, wire
from best_friends.application.audit_stats import ConcludeAudit
from best_friends.telemetry import about, count, log, observed

from .settings import Settings


@cache
def conclude_audit() -> ConcludeAudit:
    """The use case."""
    return ConcludeAudit(bootstrap.programme(bootstrap.environment(Settings).programme_table))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: run, the parts, and how many audits were concluded before. Out: the audit and its number."""
    run, attempt = wire.run_of(event), int(event["attempt"]) + 1
    about(year=run.year, execution=event["execution"])
    audit = conclude_audit()(run, map(wire.audit_of, event["parts"]), attempt)
    log().info("audit concluded", equal=audit.equal, attempt=attempt)
    count("AuditsThatDiffered", not audit.equal)
    return {**wire.audit_document(audit), "attempt": attempt}
