"""How Lambda reads a table's stream, with everything that it may do to the records.

The service in memory has event source mappings too, but they swallow failures. This one does what AWS
documents: a batch that fails is cut in two, one that says where it failed goes on from the lowest failed
sequence number, retries end, and what is left is told to the failure destination by numbers only.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from tests.support.stack import Stack
from tests.support.wire import Crash

Record = dict[str, Any]
FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_000


@dataclass(slots=True)
class StreamDriver:
    """Delivers a table's stream (the Ledger's, if not told otherwise) as the template wires it."""

    stack: Stack
    table: str = "LedgerTable"
    function: str = "UpdateStats"
    given_up: list[list[Record]] = field(default_factory=list)
    invocations: int = 0
    _iterator: str = ""

    def new_records(self) -> list[Record]:
        """What was written to the table since the last call, from its real stream."""
        client = self.stack.client("dynamodbstreams")
        if not self._iterator:
            arn = self.stack.template.made[self.table, "StreamArn"]
            [shard] = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
            self._iterator = client.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
        found: list[Record] = []
        while True:
            reply = client.get_records(ShardIterator=self._iterator)
            self._iterator = reply["NextShardIterator"]
            if not reply["Records"]:
                return found
            found += [_as_lambda_gets_it(dict(record)) for record in reply["Records"]]

    def flow(self) -> None:
        """Deliver everything that was written."""
        self.deliver(self.new_records())

    def deliver(self, records: Sequence[Record], *, batch_size: int | None = None) -> None:
        """Deliver records, batch by batch, until each is done or given up."""
        settings = self.stack.settings_of(self.function, "DynamoDB")
        records = [record for record in records if _passes(record, settings.get("FilterCriteria"))]
        for batch in batched(records, batch_size or settings["BatchSize"], strict=False):
            self._deliver(list(batch), settings, settings["MaximumRetryAttempts"])

    def once(self, records: Iterable[Record]) -> list[str]:
        """Deliver one batch once; the sequence numbers that came back as failed."""
        self.invocations += 1
        reply = self.stack.invoke(self.function, {"Records": list(records)})
        return [failure["itemIdentifier"] for failure in reply["batchItemFailures"]]

    def _deliver(self, batch: list[Record], settings: dict[str, Any], retries: int) -> None:
        while True:
            try:
                failed = self.once(batch)
            except (Exception, Crash):
                if settings["BisectBatchOnFunctionError"] and len(batch) > 1:
                    middle = len(batch) // 2
                    self._deliver(batch[:middle], settings, retries)
                    batch = batch[middle:]
                    continue
            else:
                if not failed:
                    return
                lowest = min(map(int, failed))
                batch = [record for record in batch if number_of(record) >= lowest]
            if not retries:
                return self._give_up(batch, settings)
            retries -= 1

    def _give_up(self, batch: list[Record], settings: dict[str, Any]) -> None:
        self.given_up.append(batch)
        destination = self.stack.template.resolved(settings["DestinationConfig"]["OnFailure"]["Destination"])
        client = self.stack.client("sqs")
        url = client.get_queue_url(QueueName=destination.rsplit(":", 1)[1])["QueueUrl"]
        told = {
            "requestContext": {"condition": "RetryAttemptsExhausted"},
            "DDBStreamBatchInfo": {
                "startSequenceNumber": batch[0]["dynamodb"]["SequenceNumber"],
                "endSequenceNumber": batch[-1]["dynamodb"]["SequenceNumber"],
                "batchSize": len(batch),
            },
        }
        client.send_message(QueueUrl=url, MessageBody=json.dumps(told))


def _passes(record: Record, criteria: dict[str, Any] | None) -> bool:
    """Whether the mapping's filters, of which one is enough, let a record through."""
    patterns = [json.loads(one["Pattern"]) for one in criteria["Filters"]] if criteria else []
    return not patterns or any(_matches(pattern, record) for pattern in patterns)


def _matches(pattern: Any, value: Any) -> bool:
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(_matches(one, value.get(key)) for key, one in pattern.items())
    return value in pattern


def number_of(record: Record) -> int:
    """A record's sequence number."""
    return int(record["dynamodb"]["SequenceNumber"])


def record_of(friend_id: str, entry: str, number: int, event_name: str = "INSERT") -> Record:
    """A record as the stream of keys carries it; `number` counts up from 0."""
    return {
        "eventID": f"{number:032x}",
        "eventName": event_name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_768_453_200,
            "Keys": {"friend_id": {"S": friend_id}, "entry": {"S": entry}},
            "SequenceNumber": str(FIRST_SEQUENCE_NUMBER + number),
            "SizeBytes": 42,
            "StreamViewType": "KEYS_ONLY",
        },
        "eventSourceARN": "arn:aws:dynamodb:eu-central-1:123456789012:table/Ledger/stream/2026",
    }


def _as_lambda_gets_it(record: Record) -> Record:
    inner = dict(record["dynamodb"])
    inner["ApproximateCreationDateTime"] = inner["ApproximateCreationDateTime"].timestamp()
    return {**record, "dynamodb": inner}
