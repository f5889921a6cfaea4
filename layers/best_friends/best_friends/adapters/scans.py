"""The hot reads, on plain boto3: they see every Friend or every ledger entry once a year.

A model a row would cost several times the time of the scan itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import batched
from typing import TYPE_CHECKING, Any

from best_friends.application.ports import Segment
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.stats import Months, Totals

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = Mapping[str, Any]
GET_BATCH = 100


class HotScans:
    """Strong, segmented scans and batch reads."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client

    def friends(self, table: str, segment: Segment) -> Iterator[tuple[str, bool, str]]:
        """(friend_id, active, region) of a segment."""
        for item in self._scan(table, segment, ("friend_id", "active", "region", "merged_into")):
            alias = item.get("merged_into", {}).get("S")
            yield (
                item["friend_id"]["S"],
                bool(item["active"]["BOOL"]) and not alias,
                str(item.get("region", {}).get("S", "")),
            )

    def aliases(self, table: str, segment: Segment) -> Iterator[tuple[str, str]]:
        """(friend_id, merged_into) of a segment's aliases; the others are left out by DynamoDB."""
        for item in self._scan(table, segment, ("friend_id", "merged_into"), having="merged_into"):
            yield item["friend_id"]["S"], item["merged_into"]["S"]

    def ledger(self, table: str, segment: Segment) -> Iterator[LedgerEntry]:
        """The ledger entries of a segment."""
        for item in self._scan(table, segment, ("friend_id", "entry", "at", "stars", "cents", "owner")):
            yield LedgerEntry(
                item["friend_id"]["S"],
                item["entry"]["S"],
                item["at"]["S"],
                int(item["stars"]["N"]),
                int(item["cents"]["N"]),
                item.get("owner", {}).get("S", ""),
            )

    def stats(self, table: str, segment: Segment) -> Iterator[tuple[str, Months]]:
        """(friend_id, months) of a segment."""
        for item in self._scan(table, segment, ("friend_id", "months")):
            yield item["friend_id"]["S"], _months(item)

    def ids(self, table: str, segment: Segment) -> Iterator[str]:
        """The friend_id of every item of a segment, and nothing else of it."""
        for item in self._scan(table, segment, ("friend_id",)):
            yield item["friend_id"]["S"]

    def stats_of(self, table: str, friend_ids: Sequence[str]) -> dict[str, Months]:
        """The months of these Friends, where they have stats."""
        found: dict[str, Months] = {}
        for batch in batched(friend_ids, GET_BATCH, strict=False):
            wanted: dict[str, Any] = {
                table: {
                    "Keys": [{"friend_id": {"S": friend_id}} for friend_id in batch],
                    "ProjectionExpression": "friend_id, months",
                    "ConsistentRead": True,
                }
            }
            while wanted:
                reply = self._client.batch_get_item(RequestItems=wanted)
                for item in reply["Responses"].get(table, []):
                    found[str(item["friend_id"]["S"])] = _months(item)
                wanted = dict(reply.get("UnprocessedKeys") or {})
        return found

    def _scan(
        self, table: str, segment: Segment, wanted: tuple[str, ...], having: str = ""
    ) -> Iterator[Item]:
        # Every name is given by its placeholder, since some (region, at) are reserved words.
        asked: dict[str, Any] = {
            "TableName": table,
            "Segment": segment.number,
            "TotalSegments": segment.of,
            "ConsistentRead": True,
            "ProjectionExpression": ", ".join(f"#{name}" for name in wanted),
            "ExpressionAttributeNames": {f"#{name}": name for name in wanted},
        }
        if having:
            asked["FilterExpression"] = f"attribute_exists(#{having})"
        pages = self._client.get_paginator("scan").paginate(**asked)
        for page in pages:
            yield from page["Items"]


def _months(item: Item) -> dict[str, Totals]:
    return {
        month: Totals(*[int(number["N"]) for number in sums["L"]])
        for month, sums in item["months"]["M"].items()
    }
