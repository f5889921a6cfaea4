"""The ports of standing: verdicts as they fell, cut-offs as of today, and what a Friend wants to hear."""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import Protocol

from best_friends.domain.judged import Judged
from best_friends.domain.standing import Cutoffs


class Verdicts(Protocol):
    """The Verdicts table: friend_id + year. All reads are strong."""

    def put_many(self, year: int, judged: Iterable[Judged]) -> int:
        """Write the verdicts of a year, and return how many there were. The same ones are the same rows."""
        ...

    def of(self, accounts: Collection[str], year: int) -> list[Judged]:
        """The verdicts of these accounts in a year, in no order."""
        ...


class CutoffRecords(Protocol):
    """The cut-offs as of today, and whether a year's early notice has been given. All reads are strong."""

    def get(self, year: int) -> Cutoffs | None: ...
    def put(self, cutoffs: Cutoffs) -> None: ...
    def noticed(self, year: int) -> bool: ...
    def note_noticed(self, year: int) -> None: ...


class Stream(StrEnum):
    """A kind of mail that a Friend may do without."""

    NEWS = "news"


class Choices(Protocol):
    """The Choices table: the streams of mail that a Friend has ended. All reads are strong."""

    def wants(self, accounts: Collection[str], stream: Stream) -> bool:
        """Whether none of these accounts has ended the stream."""
        ...

    def choose(self, friend_id: str, stream: Stream, *, wanted: bool) -> None: ...


class Directory(Protocol):
    """Finding accounts by other things than their id. An index may be a moment behind."""

    def by_address(self, address: str) -> Sequence[str]:
        """The ids of the accounts with an e-mail address, however it is capitalised."""
        ...

    def aliases_of(self, friend_id: str) -> Sequence[str]:
        """The ids of the accounts that were merged straight into this one."""
        ...
