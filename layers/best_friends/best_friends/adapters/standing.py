"""Verdicts, cut-offs as of today, and choices of mail, on DynamoDB."""

from collections.abc import Collection, Iterable
from typing import Any

from pydantic import TypeAdapter

from best_friends.adapters.marketplace import address_key
from best_friends.adapters.models import FriendRow
from best_friends.adapters.models_standing import ChoiceRow, CutoffsRow, VerdictRow
from best_friends.application.ports_standing import Stream
from best_friends.domain.judged import Judged
from best_friends.domain.standing import Cutoffs

JUDGED = TypeAdapter(Judged)
CUTOFFS = TypeAdapter(Cutoffs)


class VerdictsTable:
    """Implements `ports_standing.Verdicts`."""

    def __init__(self, model: type[VerdictRow]) -> None:
        self._model = model

    def put_many(self, year: int, judged: Iterable[Judged]) -> int:
        """Write verdicts in batches."""
        written = 0
        with self._model.batch_write() as batch:
            for one in judged:
                document: Any = JUDGED.dump_python(one, mode="json")
                batch.save(self._model(one.figures.friend_id, year, judged=document))
                written += 1
        return written

    def of(self, accounts: Collection[str], year: int) -> list[Judged]:
        """The verdicts of these accounts."""
        rows = self._model.batch_get([(one, year) for one in accounts], consistent_read=True)
        return [JUDGED.validate_python(row.judged) for row in rows]


class ChoicesTable:
    """Implements `ports_standing.Choices`."""

    def __init__(self, model: type[ChoiceRow]) -> None:
        self._model = model

    def wants(self, accounts: Collection[str], stream: Stream) -> bool:
        """Whether none of these accounts has ended the stream."""
        rows = self._model.batch_get(list(accounts), consistent_read=True)
        return all(stream not in (row.ended or ()) for row in rows)

    def choose(self, friend_id: str, stream: Stream, *, wanted: bool) -> None:
        """End a stream, or take it up again. Adding to a set twice is adding once."""
        ended = self._model.ended
        change = ended.delete({str(stream)}) if wanted else ended.add({str(stream)})
        self._model(friend_id).update(actions=[change])


class CutoffsTable:
    """Implements `ports_standing.CutoffRecords`, in the Programme table."""

    def __init__(self, model: type[CutoffsRow]) -> None:
        self._model = model

    def get(self, year: int) -> Cutoffs | None:
        """The cut-offs of a year as they were taken last."""
        row = self._row(f"cutoffs#{year}")
        return CUTOFFS.validate_python(row.cutoffs) if row else None

    def put(self, cutoffs: Cutoffs) -> None:
        """Write them over those of the day before."""
        self._model(f"cutoffs#{cutoffs.year}", cutoffs=CUTOFFS.dump_python(cutoffs, mode="json")).save()

    def noticed(self, year: int) -> bool:
        """Whether the year's early notice has been given."""
        return self._row(f"noticed#{year}") is not None

    def note_noticed(self, year: int) -> None:
        """Note that it has."""
        self._model(f"noticed#{year}").save()

    def _row(self, record_id: str) -> CutoffsRow | None:
        try:
            return self._model.get(record_id, consistent_read=True)
        except self._model.DoesNotExist:
            return None


class AccountsIndexes:
    """Implements `ports_standing.Directory`, by the indexes of the Friends table."""

    def __init__(self, model: type[FriendRow]) -> None:
        self._model = model

    def by_address(self, address: str) -> list[str]:
        """The accounts with an e-mail address."""
        return [row.friend_id for row in self._model.by_address.query(address_key(address))]

    def aliases_of(self, friend_id: str) -> list[str]:
        """The accounts that were merged straight into one."""
        return [row.friend_id for row in self._model.by_account.query(friend_id)]
