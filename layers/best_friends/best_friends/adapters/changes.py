"""Corrections, the audit trail and moves within the ledger, on DynamoDB's transactions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import batched

from pydantic import TypeAdapter
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from best_friends.adapters.dynamodb import transaction_once
from best_friends.adapters.marketplace import ledger_row
from best_friends.adapters.models import CorrectionRow, LedgerRow, NoteRow
from best_friends.application.errors import Conflict
from best_friends.application.ports_changes import Move
from best_friends.domain.corrections import Correction, Note
from best_friends.domain.ledger import LedgerEntry

CORRECTION = TypeAdapter(Correction)
NOTE = TypeAdapter(Note)
MOVES_AT_ONCE = 40
"""A transaction takes 100 writes, and a move is two."""

CANCELLED = ("TransactionCanceledException", "TransactionConflictException", "TransactionInProgressException")


class CorrectionsTable:
    """Implements `ports_changes.Corrections`."""

    def __init__(self, model: type[CorrectionRow]) -> None:
        self._model = model

    def all(self) -> Iterator[Correction]:
        """Every correction there is; hundreds, not millions."""
        return (CORRECTION.validate_python(row.correction) for row in self._model.scan(consistent_read=True))

    def get(self, source: str) -> Correction | None:
        """The correction of a line."""
        try:
            row = self._model.get(source, consistent_read=True)
        except self._model.DoesNotExist:
            return None
        return CORRECTION.validate_python(row.correction)

    def drop(self, source: str) -> None:
        """Forget a correction: the marketplace has a newer word."""
        self._model(source).delete()


class TrailTable:
    """Implements `ports_changes.Trail`."""

    def __init__(self, model: type[NoteRow]) -> None:
        self._model = model

    def note(self, notes: Sequence[Note]) -> None:
        """Add notes; writing the same one again changes nothing."""
        with self._model.batch_write() as batch:
            for note in notes:
                batch.save(note_row(self._model, note))

    def of_friend(self, friend_id: str) -> list[Note]:
        """A Friend's notes, oldest first."""
        return [NOTE.validate_python(row.note) for row in self._model.query(friend_id, consistent_read=True)]


class LedgerTransactions:
    """Implements `ports_changes.LedgerMoves`."""

    def __init__(
        self, ledger: type[LedgerRow], corrections: type[CorrectionRow], trail: type[NoteRow]
    ) -> None:
        self._ledger = ledger
        self._corrections = corrections
        self._trail = trail

    def correct(self, correction: Correction, move: Move, note: Note) -> None:
        """Write correction, line and note in one transaction."""
        with _conflicts(), transaction_once() as transaction:
            self._moved(transaction, move)
            transaction.save(
                self._corrections(
                    source=correction.source, correction=CORRECTION.dump_python(correction, mode="json")
                )
            )
            transaction.save(note_row(self._trail, note))

    def move(self, moves: Sequence[Move]) -> None:
        """Move lines, each with its removal in the same transaction: none is ever lost or twice there."""
        for batch in batched(moves, MOVES_AT_ONCE, strict=False):
            with _conflicts(), transaction_once() as transaction:
                for move in batch:
                    self._moved(transaction, move)

    def _moved(self, transaction: TransactWrite, move: Move) -> None:
        before, after = move.before, move.after
        in_place = before and after and (before.friend_id, before.entry) == (after.friend_id, after.entry)
        if before and not in_place:
            row = ledger_row(self._ledger, before)
            transaction.delete(row, condition=self._as_read(before))
        if after:
            condition = self._as_read(before) if before and in_place else self._ledger.entry.does_not_exist()
            transaction.save(ledger_row(self._ledger, after), condition=condition)

    def _as_read(self, entry: LedgerEntry) -> Condition:
        model = self._ledger
        same: Condition = (model.at == entry.at) & (model.stars == entry.stars) & (model.cents == entry.cents)
        return same


def note_row(model: type[NoteRow], note: Note) -> NoteRow:
    """A note as its row: its key is made of what it says, so that writing it twice is writing it once."""
    return model(
        friend_id=note.friend_id,
        noted=f"{note.at.isoformat()}#{note.action}#{note.about}",
        note=NOTE.dump_python(note, mode="json"),
    )


@contextmanager
def _conflicts() -> Iterator[None]:
    try:
        yield
    except TransactWriteError as error:
        if error.cause_response_code in CANCELLED:
            raise Conflict("a line of the ledger was changed by somebody else") from error
        raise
