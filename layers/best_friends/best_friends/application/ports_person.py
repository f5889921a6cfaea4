"""The ports of a person's data: where it may lie, how it is found, and how it goes.

Few tables have an index by Friend; most are scanned. A person asks for its data or for its erasure a few
times a year, and an index on every table would cost all year round.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from best_friends.domain.erasure import Erasure

Row = dict[str, Any]
"""A row as JSON would hold it. Tokens and their hashes are never in it."""


class Holdings(Protocol):
    """A table whose rows belong to one account each."""

    def of(self, accounts: Collection[str]) -> list[Row]:
        """The rows of these accounts, in the order of their keys."""
        ...

    def remove(self, accounts: Collection[str]) -> None:
        """Remove them all."""
        ...


class Mentions[Record](Protocol):
    """A table whose records may name an account and outlive it."""

    def naming(self, texts: Collection[str], /) -> Iterator[Record]:
        """The records that may hold one of these texts; others may be among them."""
        ...

    def put(self, before: Record, after: Record) -> None:
        """Write a record in the place of another one, if that is still there as it was read."""
        ...


@dataclass(frozen=True, slots=True)
class FileVersion:
    """A version of a file in the archive; only one of a path is the latest."""

    path: str
    version: str
    latest: bool


class ArchivedFiles(Protocol):
    """All versions of all files in the archive but those of the roster."""

    def versions(self) -> Iterator[FileVersion]: ...
    def lines(self, version: FileVersion) -> Iterator[str]:
        """The lines of a version, unpacked, each with its end."""
        ...

    def rewrite(self, path: str, lines: Sequence[str]) -> None:
        """Write the lines as the latest version, packed as such a file is."""
        ...

    def remove(self, versions: Iterable[FileVersion]) -> None:
        """Remove versions for good; one that is the latest now stays."""
        ...


class Erasures(Protocol):
    """The Erasures table. All reads are strong."""

    def get(self, account: str) -> Erasure | None: ...
    def keys(self) -> frozenset[str]:
        """The keys of all that were erased, or are being erased."""
        ...

    def begin(self, erasure: Erasure) -> None:
        """Write it for each of its accounts, all or nothing.

        Raises:
            Conflict: when one of them is being erased under another pseudonym.
        """
        ...

    def conclude(self, erasure: Erasure) -> None:
        """Drop the accounts and their pseudonyms from all its records, all or nothing."""
        ...
