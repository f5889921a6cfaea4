"""A made-up ledger, and what DynamoDB would answer to an audit of it, kept in a SQLite file."""

import json
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.stats import Totals, replay

MERGED = 100
"""One in so many Friends has an alias, whose lines lie with it."""

PAGE_BYTES = 1_000_000
MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024, 2025) for month in range(1, 13)]


@dataclass(frozen=True)
class Ledgered:
    """A Friend with its lines, and its alias if it has one."""

    friend_id: str
    alias: str
    lines: list[LedgerEntry]


def marketplace(friends: int, lines: int) -> Iterator[Ledgered]:
    """Friends in the order of a table; two together have twice as many lines as a Friend on average."""
    draw = random.Random(17)
    size = 0
    for number in range(friends):
        size = 2 * lines - size if number % 2 else draw.randint(1, 2 * lines - 1)
        friend_id = f"F{draw.getrandbits(64):016x}"
        alias = f"A{number:06d}" if number % MERGED == 0 else ""
        yield Ledgered(friend_id, alias, [line(draw, friend_id, alias, one) for one in range(size)])


def line(draw: random.Random, friend_id: str, alias: str, number: int) -> LedgerEntry:
    """A rating or a completed job."""
    month, identifier = draw.choice(MONTHS), f"{draw.getrandbits(40):010x}{number}"
    at = f"{month}-{draw.randint(1, 28):02d}T{draw.randint(0, 23):02d}:00:00Z"
    owner = alias if number % 2 else ""
    if draw.random() < 0.45:
        stars = draw.choice([3, 4, 5, 5, 5])
        return LedgerEntry(friend_id, f"{month}#RATING#R{identifier}", at, stars=stars, owner=owner)
    return LedgerEntry(
        friend_id, f"{month}#JOB#J{identifier}", at, cents=draw.randint(2000, 40_000), owner=owner
    )


def keep_answers(path: Path, friends: int, lines: int) -> None:
    """Write what DynamoDB would answer to the scans and batch reads of an audit."""
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE pages (name TEXT, number INTEGER, body TEXT, PRIMARY KEY (name, number))")
        file.execute("CREATE TABLE stats (friend_id TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID")
        pages = {name: Pages(file, name) for name in ("Ledger", "Stats", "Friends")}
        for one in marketplace(friends, lines):
            for entry in one.lines:
                pages["Ledger"].add(json.dumps(ledger_item(entry)))
            stats = json.dumps(stats_item(one.friend_id, replay(one.lines)))
            pages["Stats"].add(json.dumps({"friend_id": {"S": one.friend_id}}))  # only the ids are asked for
            file.execute("INSERT INTO stats VALUES (?, ?)", (one.friend_id, stats))
            if one.alias:
                alias = {"friend_id": {"S": one.alias}, "merged_into": {"S": one.friend_id}}
                pages["Friends"].add(json.dumps(alias))
        for kept in pages.values():
            kept.turn()


class Pages:
    """The pages of a table's scan, as they are filled."""

    def __init__(self, file: sqlite3.Connection, name: str) -> None:
        self._file = file
        self._name = name
        self._number = 0
        self._bytes = 0
        self._items: list[str] = []

    def add(self, item: str) -> None:
        """Add an item; a page that is full is written."""
        self._items.append(item)
        self._bytes += len(item)
        if self._bytes >= PAGE_BYTES:
            self.turn()

    def turn(self) -> None:
        """Write the page, and begin the next one."""
        body = f'{{"Items": [{", ".join(self._items)}]}}'
        self._file.execute("INSERT INTO pages VALUES (?, ?, ?)", (self._name, self._number, body))
        self._number, self._bytes, self._items = self._number + 1, 0, []


def ledger_item(entry: LedgerEntry) -> dict[str, Any]:
    """A line as a scan returns it."""
    item = {
        "friend_id": {"S": entry.friend_id},
        "entry": {"S": entry.entry},
        "at": {"S": entry.at},
        "stars": {"N": str(entry.stars)},
        "cents": {"N": str(entry.cents)},
    }
    return item | ({"owner": {"S": entry.owner}} if entry.owner else {})


def stats_item(friend_id: str, months: dict[str, Totals]) -> dict[str, Any]:
    """A Friend's stats as a scan returns them."""
    sums = {
        month: {"L": [{"N": str(number)} for number in (one.ratings, one.stars, one.jobs, one.cents)]}
        for month, one in months.items()
    }
    return {"friend_id": {"S": friend_id}, "months": {"M": sums}}


class KeptAnswers:
    """What stands in for boto3's client: the scans and batch reads, answered from the file."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path)

    def get_paginator(self, _: str) -> "KeptAnswers":
        """Scans are all there is to page through."""
        return self

    def paginate(self, *, TableName: str, **_: object) -> Iterator[Any]:  # noqa: N803 - boto3's name
        """The pages of a table."""
        wanted = "SELECT body FROM pages WHERE name = ? ORDER BY number"
        for (body,) in self._file.execute(wanted, (TableName,)):
            yield json.loads(body)

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        """The stats of some Friends."""
        [(table, asked)] = RequestItems.items()
        ids = json.dumps([key["friend_id"]["S"] for key in asked["Keys"]])
        rows = self._file.execute(
            "SELECT body FROM stats WHERE friend_id IN (SELECT value FROM json_each(?))", (ids,)
        )
        return {"Responses": {table: [json.loads(body) for (body,) in rows]}}
