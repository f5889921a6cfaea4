"""The staging database: good rows on disk, so that an export of any size fits into memory.

It finds doubled ids and unknown Friends, and gives rows back in the order in which they are wanted.
Nothing in it outlives the check, so nothing in it is made safe against a crash.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ops.export.fault import Fault
from ops.export.rows import Staged

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA cache_size = -65536;
CREATE TABLE friends (
    friend_id TEXT PRIMARY KEY, display_name TEXT, email TEXT, language TEXT, latitude REAL,
    longitude REAL, radius_km REAL, skills TEXT, joined_on TEXT, active INTEGER, region TEXT,
    postal_code TEXT, channel TEXT, paused INTEGER);
CREATE TABLE areas (
    friend_id TEXT, latitude REAL, longitude REAL, radius_km REAL, label TEXT,
    UNIQUE (friend_id, latitude, longitude, radius_km, label));
CREATE TABLE engagements (
    friend_id TEXT, role TEXT, held_from TEXT, held_until TEXT,
    UNIQUE (friend_id, role, held_from, held_until));
CREATE TABLE jobs (
    job_id TEXT PRIMARY KEY, friend_id TEXT, customer_id TEXT, skill TEXT, latitude REAL,
    longitude REAL, posted_at TEXT, completed_at TEXT, status TEXT, revenue_cents INTEGER,
    currency TEXT);
CREATE TABLE ratings (
    rating_id TEXT PRIMARY KEY, job_id TEXT, friend_id TEXT, stars INTEGER, rated_at TEXT);
CREATE TABLE referrals (
    friend_id TEXT, email TEXT, referred_at TEXT, may_be_named INTEGER, name TEXT,
    UNIQUE (friend_id, email, referred_at, may_be_named, name));
CREATE TABLE rejected (
    file TEXT, line INTEGER, "column" TEXT, value TEXT, expected TEXT, "row" TEXT);
BEGIN;
"""

_INSERT = {
    "friends": "INSERT INTO friends VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
    "areas": "INSERT INTO areas VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING",
    "engagements": "INSERT INTO engagements VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
    "jobs": "INSERT INTO jobs VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
    "referrals": "INSERT INTO referrals VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING",
    "ratings": "INSERT INTO ratings VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING",
}

_BY_ID = {
    "friends": "SELECT * FROM friends WHERE friend_id = ?",
    "jobs": "SELECT * FROM jobs WHERE job_id = ?",
    "ratings": "SELECT * FROM ratings WHERE rating_id = ?",
}


class Staging:
    """A temporary database of an export's rows; `close` removes it."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="export-", ignore_cleanup_errors=True)
        self._database = sqlite3.connect(Path(self._folder.name) / "staging.sqlite", isolation_level=None)
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Forget everything."""
        self._database.close()
        self._folder.cleanup()

    def add(self, table: str, row: Staged) -> bool:
        """Keep a row unless its id is taken (or, without an id, the very same row is there)."""
        return self._database.execute(_INSERT[table], row).rowcount == 1

    def same_is_there(self, table: str, row: Staged) -> bool:
        """Whether the row that has this row's id has its content as well."""
        held: Staged | None = self._database.execute(_BY_ID[table], row[:1]).fetchone()
        return held == row

    def knows_friend(self, friend_id: str) -> bool:
        """Whether a good row of friends.csv has this id."""
        found = self._database.execute("SELECT 1 FROM friends WHERE friend_id = ?", (friend_id,))
        return found.fetchone() is not None

    def reject(self, fault: Fault, raw: str) -> None:
        """Keep a fault and the text of the row that has it."""
        self._database.execute(
            "INSERT INTO rejected VALUES (?,?,?,?,?,?)",
            (fault.file, fault.line, fault.column, fault.value, fault.expected, raw),
        )

    def rows(self, query: str, *values: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, one at a time."""
        yield from self._database.execute(query, values)
