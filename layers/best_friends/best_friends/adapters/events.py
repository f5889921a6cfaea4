"""Events and registrations on DynamoDB."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import batched

from pydantic import TypeAdapter
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.update import Action

from best_friends.adapters.errors import condition_failed, conflicts
from best_friends.adapters.marketplace import GET_BATCH
from best_friends.adapters.models_events import EventRow, RegistrationRow
from best_friends.domain.events import Event, Registration

EVENT = TypeAdapter(Event)
LIVE = "live"


class EventsTable:
    """Implements `ports_events.Events`."""

    def __init__(self, model: type[EventRow]) -> None:
        self._model = model

    def get(self, event_id: str) -> Event | None:
        """An event, strongly read."""
        try:
            return _event(self._model.get(event_id, consistent_read=True))
        except self._model.DoesNotExist:
            return None

    def add(self, event: Event) -> bool:
        """Write a new event."""
        try:
            self._row(replace(event, version=1)).save(self._model.event_id.does_not_exist())
        except PutError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def save(self, event: Event) -> Event:
        """Write it over the version that was read. A retry after a lost reply is a conflict, and is looked at
        again by whoever saves."""
        after = replace(event, version=event.version + 1)
        with conflicts():
            self._row(after).save(self._model.version == event.version)
        return after

    def everything(self) -> Iterator[Event]:
        """Every event, the one that starts last first."""
        found = [_event(row) for row in self._model.scan(consistent_read=True)]
        return iter(sorted(found, key=lambda one: (one.facts.starts_at, one.event_id), reverse=True))

    def live(self) -> Iterator[str]:
        """The ids of the events that are not finished."""
        return (row.event_id for row in self._model.by_live.query(LIVE))

    def _row(self, event: Event) -> EventRow:
        document = EVENT.dump_python(event, mode="json", exclude={"version"})
        return self._model(
            event.event_id,
            event=document,
            version=event.version,
            starts_at=event.facts.starts_at.astimezone(UTC).isoformat(),
            live=None if event.finished else LIVE,
        )


class RegistrationsTable:
    """Implements `ports_events.Registrations`."""

    def __init__(self, model: type[RegistrationRow]) -> None:
        self._model = model

    def of_event(self, event_id: str) -> list[Registration]:
        """All of an event, strongly read."""
        return [_registration(row) for row in self._model.query(event_id, consistent_read=True)]

    def of(self, event_id: str, accounts: Collection[str]) -> list[Registration]:
        """Those of some accounts, strongly read."""
        keys = [(event_id, one) for one in accounts]
        return [
            _registration(row)
            for batch in batched(keys, GET_BATCH, strict=False)
            for row in self._model.batch_get(list(batch), consistent_read=True)
        ]

    def put(self, registration: Registration, over: Registration | None) -> None:
        """Write it where there is none, or over a cancelled one."""
        model = self._model
        row = model(
            registration.event_id,
            registration.friend_id,
            ticket=registration.ticket,
            turn=registration.turn,
            registered_at=registration.registered_at.isoformat(),
            told=registration.told,
        )
        free = model.friend_id.does_not_exist()
        if over:
            free = (model.turn == over.turn) & model.cancelled_at.exists()
        with conflicts():
            row.save(free)

    def cancel(self, registration: Registration, at: datetime) -> None:
        """Cancel it, if this turn stands."""
        self._update(registration, self._model.cancelled_at.set(at.isoformat()))

    def note_told(self, registration: Registration) -> None:
        """Note that its letter was ordered."""
        self._update(registration, self._model.told.set(True))

    def _update(self, registration: Registration, action: Action) -> None:
        model = self._model
        try:
            model(registration.event_id, registration.friend_id).update(
                actions=[action],
                condition=(model.turn == registration.turn) & model.cancelled_at.does_not_exist(),
            )
        except UpdateError as error:
            if not condition_failed(error):
                raise


def _event(row: EventRow) -> Event:
    return replace(EVENT.validate_python(row.event), version=int(row.version))


def _registration(row: RegistrationRow) -> Registration:
    return Registration(
        row.event_id,
        row.friend_id,
        row.ticket,
        datetime.fromisoformat(row.registered_at),
        int(row.turn),
        datetime.fromisoformat(row.cancelled_at) if row.cancelled_at else None,
        bool(row.told),
    )
