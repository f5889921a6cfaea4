"""Ledger stream: keep the stats of every Friend whose ledger changed equal to it."""

from collections import defaultdict
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap
from best_friends.application.refresh_stats import RefreshStats
from best_friends.domain.ledger import month_of_entry
from best_friends.telemetry import count, log, observed

from .settings import Settings


@cache
def refresh_stats() -> RefreshStats:
    """The use case."""
    names = bootstrap.environment(Settings)
    return RefreshStats(bootstrap.ledger(names.ledger_table), bootstrap.stats(names.stats_table))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: stream records (keys only). Out: the first record from which to deliver again, if any."""
    failed: list[str] = []
    dirty: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for record in event["Records"]:
        sequence_number = record["dynamodb"]["SequenceNumber"]
        try:
            keys = record["dynamodb"]["Keys"]
            dirty[keys["friend_id"]["S"]].append((month_of_entry(keys["entry"]["S"]), sequence_number))
        except (KeyError, TypeError, ValueError):
            log().error("this is no ledger record", sequence_number=sequence_number)
            failed.append(sequence_number)
    for friend_id, changes in dirty.items():
        try:
            refresh_stats()(friend_id, {month for month, _ in changes})
        except Exception as error:  # one Friend's trouble must not hold up the others in the batch
            log().error("stats not refreshed", friend_id=friend_id, error=type(error).__name__)
            failed += [sequence_number for _, sequence_number in changes]
    count("FriendsRefreshed", len(dirty))
    count("RecordsFailed", len(failed))
    # Lambda delivers again from the lowest failed record on; sequence numbers are integers as text.
    lowest = [{"itemIdentifier": min(failed, key=int)}] if failed else []
    return {"batchItemFailures": lowest}
