"""The ports of what changes afterwards: corrections, the audit trail, and moves within the ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from best_friends.domain.corrections import Correction, Note
from best_friends.domain.ledger import LedgerEntry


@dataclass(frozen=True, slots=True)
class Move:
    """A line of the ledger put in the place of another; None for a line that is new, or goes."""

    before: LedgerEntry | None
    after: LedgerEntry | None


class Corrections(Protocol):
    """The Corrections table: few, read as a whole by an import. All reads are strong."""

    def all(self) -> Iterator[Correction]: ...
    def get(self, source: str) -> Correction | None: ...
    def drop(self, source: str) -> None: ...


class Trail(Protocol):
    """The Trail table: what people and imports changed about a Friend, and why."""

    def note(self, notes: Sequence[Note]) -> None: ...
    def of_friend(self, friend_id: str) -> list[Note]:
        """A Friend's trail, oldest first."""
        ...


class LedgerMoves(Protocol):
    """Changes of the ledger that happen as a whole or not at all."""

    def correct(self, correction: Correction, move: Move, note: Note) -> None:
        """Write a correction with its line and its note.

        Raises:
            Conflict: when the line is not as it was read any more; nothing is written.
        """
        ...

    def move(self, moves: Sequence[Move]) -> None:
        """Move lines, some at once; between two of them the ledger is whole.

        Raises:
            Conflict: when a line is not as it was read any more; what was moved before stays.
        """
        ...
