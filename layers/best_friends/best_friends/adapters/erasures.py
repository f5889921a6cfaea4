"""The Erasures table: that somebody was erased, and nothing of whom."""

from collections.abc import Callable
from datetime import date

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from best_friends.adapters.changes import CANCELLED
from best_friends.adapters.dynamodb import Row, transaction_once
from best_friends.application.errors import Conflict
from best_friends.domain.erasure import Erasure, key_of


class ErasureRow(Row):
    """Erasures: SHA-256 of an account's id. The last two are there while it runs."""

    erasure_id = UnicodeAttribute(hash_key=True)
    erased_on = UnicodeAttribute()
    who = UnicodeAttribute()
    why = UnicodeAttribute()
    pseudonym = UnicodeAttribute(null=True)
    pseudonyms = JSONAttribute(null=True)


class ErasuresTable:
    """Implements `ports_person.Erasures`."""

    def __init__(self, model: type[ErasureRow]) -> None:
        self._model = model

    def get(self, account: str) -> Erasure | None:
        """The erasure of an account, over or under way."""
        try:
            row = self._model.get(key_of(account), consistent_read=True)
        except self._model.DoesNotExist:
            return None
        return Erasure(date.fromisoformat(row.erased_on), row.who, row.why, dict(row.pseudonyms or {}))

    def keys(self) -> frozenset[str]:
        """The keys of all of them; hundreds, not millions."""
        return frozenset(row.erasure_id for row in self._model.scan(consistent_read=True))

    def begin(self, erasure: Erasure) -> None:
        """Write a record for each account, with everything that the next try needs."""
        model = self._model

        def write(transaction: TransactWrite, account: str, pseudonym: str) -> None:
            mine = model.pseudonym.does_not_exist() | (model.pseudonym == pseudonym)
            transaction.save(self._row(erasure, account, pseudonym), condition=mine)

        self._each(erasure, write)

    def conclude(self, erasure: Erasure) -> None:
        """Let nothing lead from an account to its pseudonym any more."""
        model = self._model

        def write(transaction: TransactWrite, account: str, _: str) -> None:
            gone: list[Action] = [model.pseudonym.remove(), model.pseudonyms.remove()]
            transaction.update(model(key_of(account)), actions=gone)

        self._each(erasure, write)

    def _each(self, erasure: Erasure, write: Callable[[TransactWrite, str, str], None]) -> None:
        """All accounts at once: a person has a few, and a transaction takes 100."""
        try:
            with transaction_once() as transaction:
                for account, pseudonym in erasure.pseudonyms.items():
                    write(transaction, account, pseudonym)
        except TransactWriteError as error:
            if error.cause_response_code in CANCELLED:
                raise Conflict("the person is being erased by somebody else") from error
            raise

    def _row(self, erasure: Erasure, account: str, pseudonym: str) -> ErasureRow:
        return self._model(
            erasure_id=key_of(account),
            erased_on=erasure.erased_on.isoformat(),
            who=erasure.who,
            why=erasure.why,
            pseudonym=pseudonym,
            pseudonyms=dict(erasure.pseudonyms),
        )
