"""The Programme table: what is in force, and the years."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from best_friends.adapters.errors import condition_failed, conflicts
from best_friends.adapters.models import ProgrammeRow
from best_friends.domain.policy import Policy
from best_friends.domain.programme import Settings, YearRecord

IN_FORCE = "programme"
RECORD = TypeAdapter(YearRecord)
VALUE: TypeAdapter[Any] = TypeAdapter(Any)


class ProgrammeTable:
    """Implements `ports.Programme`."""

    def __init__(self, model: type[ProgrammeRow]) -> None:
        self._model = model

    def settings(self) -> Settings:
        """What is in force; domain.md's defaults when nothing was ever set."""
        row = self._row(IN_FORCE)
        if row is None:
            return Settings()
        return Settings(
            policy=Policy.of(row.policy) if row.policy else Policy(),
            currency=row.currency or "",
            best_friends_of=int(row.best_friends_of) if row.best_friends_of is not None else None,
            ranking_since=datetime.fromisoformat(row.ranking_since) if row.ranking_since else None,
        )

    def save_settings(self, settings: Settings) -> None:
        """Put a policy and a currency in force; whose status runs is `announce`'s to say."""
        actions: list[Action] = [
            self._model.policy.set(settings.policy.document()),
            self._model.currency.set(settings.currency),
        ]
        if settings.ranking_since:
            actions.append(self._model.ranking_since.set(settings.ranking_since.isoformat()))
        self._model(IN_FORCE).update(actions=actions)

    def year(self, year: int) -> YearRecord | None:
        """The record of a year."""
        row = self._row(f"year#{year}")
        if row is None:
            return None
        document = {name: value for name, value in row.attribute_values.items() if value is not None}
        return RECORD.validate_python({key: document[key] for key in document if key != "record_id"})

    def open(self, record: YearRecord) -> None:
        """Write the record of a year that has none."""
        fields = {name: value for name, value in _stored(record).items() if value is not None}
        with conflicts():
            self._model(record_id=f"year#{record.run.year}", **fields).save(
                self._model.record_id.does_not_exist()
            )

    def update(self, year: int, **changes: Any) -> None:
        """Set fields of a year's record. The policy is frozen and not among them."""
        if "policy" in changes:
            raise ValueError("the policy of a year is frozen")
        actions = [
            getattr(self._model, name).set(VALUE.dump_python(value, mode="json"))
            for name, value in changes.items()
        ]
        with conflicts():
            self._model(f"year#{year}").update(actions=actions, condition=self._model.record_id.exists())

    def announce(self, year: int) -> None:
        """Let the status pass to this year's Best Friends, unless a later year has it."""
        earlier = self._model.best_friends_of.does_not_exist() | (self._model.best_friends_of < year)
        try:
            self._model(IN_FORCE).update(actions=[self._model.best_friends_of.set(year)], condition=earlier)
        except UpdateError as error:
            if not condition_failed(error):
                raise

    def _row(self, record_id: str) -> ProgrammeRow | None:
        try:
            return self._model.get(record_id, consistent_read=True)
        except self._model.DoesNotExist:
            return None


def _stored(record: YearRecord) -> Mapping[str, Any]:
    document: dict[str, Any] = RECORD.dump_python(record, mode="json")
    return document
