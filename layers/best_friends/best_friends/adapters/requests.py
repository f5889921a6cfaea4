"""Requests, and what operators decide about areas and engagement, on DynamoDB."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import batched
from typing import Any

from pydantic import TypeAdapter
from pynamodb.attributes import Attribute
from pynamodb.exceptions import PutError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from best_friends.adapters.changes import CANCELLED, note_row
from best_friends.adapters.dynamodb import transaction_once
from best_friends.adapters.errors import condition_failed
from best_friends.adapters.marketplace import GET_BATCH, engagement_row, friend_of
from best_friends.adapters.models import EngagementRow, FriendRow, NoteRow
from best_friends.adapters.models_requests import RequestRow
from best_friends.application.errors import Conflict
from best_friends.application.ports_requests import Change, Decided
from best_friends.domain.friends import Engagement, Friend
from best_friends.domain.requests import (
    Decision,
    Reply,
    Request,
    RequestKind,
    RequestState,
    Taken,
    Wish,
)

WISH: TypeAdapter[Wish] = TypeAdapter(Wish)
"""Each kind of wish has keys that the others lack, so each comes back as its own kind."""

REPLY = TypeAdapter(Reply)
TAKEN = TypeAdapter(Taken)


class RequestsTable:
    """Implements `ports_requests.Requests`."""

    def __init__(self, model: type[RequestRow]) -> None:
        self._model = model

    def ask(self, request: Request) -> bool:
        """Write a new request."""
        try:
            request_row(self._model, request).save(self._model.request_id.does_not_exist())
        except PutError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def get(self, request_id: str) -> Request | None:
        """One request, strongly read."""
        try:
            return request_of(self._model.get(request_id, consistent_read=True))
        except self._model.DoesNotExist:
            return None

    def take(self, request_id: str, taken: Taken, *, was: Taken | None) -> bool:
        """Note who decides an open request, if nobody else does."""
        model = self._model
        as_read = (model.state == str(RequestState.OPEN)) & _same(model.taken, _taken(was))
        try:
            model(request_id).update(actions=[model.taken.set(_taken(taken))], condition=as_read)
        except UpdateError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def of_friend(self, friend_id: str) -> list[Request]:
        """A Friend's requests, the newest first."""
        keys = [row.request_id for row in self._model.by_friend.query(friend_id)]
        return sorted(self._read(keys), key=_when, reverse=True)

    def open(self, kind: RequestKind) -> Iterator[Request]:
        """The requests of a kind that are open, the oldest first."""
        keys = [row.request_id for row in self._model.open.query(str(kind))]
        waiting = (one for one in self._read(keys) if one.state is RequestState.OPEN)
        return iter(sorted(waiting, key=_when))

    def _read(self, keys: Iterable[str]) -> Iterator[Request]:
        for batch in batched(keys, GET_BATCH, strict=False):
            yield from map(request_of, self._model.batch_get(list(batch), consistent_read=True))


class DecisionTransactions:
    """Implements `ports_requests.Decisions`."""

    def __init__(
        self,
        friends: type[FriendRow],
        engagements: type[EngagementRow],
        requests: type[RequestRow],
        trail: type[NoteRow],
    ) -> None:
        self._friends = friends
        self._engagements = engagements
        self._requests = requests
        self._trail = trail

    def write(self, decided: Decided) -> None:
        """Write note, areas, engagement and request in one transaction."""
        try:
            with transaction_once() as transaction:
                transaction.save(note_row(self._trail, decided.note))
                if decided.areas:
                    self._put_areas(transaction, decided.areas)
                if decided.engagement:
                    self._put_engagement(transaction, decided.engagement)
                if decided.request:
                    self._put_request(transaction, decided.request)
        except TransactWriteError as error:
            if error.cause_response_code in CANCELLED:
                raise Conflict("something was changed by somebody else") from error
            raise

    def _put_request(self, transaction: TransactWrite, request: Request) -> None:
        row, as_read = request_row(self._requests, request), self._requests.state == str(RequestState.OPEN)
        # The whole row is written: what came meanwhile must not get lost.
        as_read &= _same(self._requests.taken, row.taken)
        if request.decision:
            as_read &= _same(self._requests.reply, row.reply)
        transaction.save(row, condition=as_read)

    def _put_areas(self, transaction: TransactWrite, change: Change[Friend]) -> None:
        model = self._friends
        row = model.get(change.after.friend_id, consistent_read=True)
        if change.before is None or friend_of(row) != change.before:
            raise Conflict("the Friend was changed by somebody else")
        # As it is stored: a row that was written by an older version lacks what is new in an area.
        as_read = (model.areas == row.areas) & _same(model.removed_areas, row.removed_areas)
        actions: list[Action] = [
            model.areas.set([asdict(area) for area in change.after.areas]),
            model.removed_areas.set([asdict(area) for area in change.after.removed_areas]),
        ]
        transaction.update(model(row.friend_id), actions=actions, condition=as_read)

    def _put_engagement(self, transaction: TransactWrite, change: Change[Engagement]) -> None:
        model = self._engagements
        if change.before is None:
            as_read: Condition = model.engagement.does_not_exist()
        else:
            row = engagement_row(model, change.before)
            as_read = _same(model.held_until, row.held_until) & _same(model.withdrawn, row.withdrawn)
        transaction.save(engagement_row(model, change.after), condition=as_read)


def _same(attribute: Attribute[Any], value: object) -> Condition:
    return attribute.does_not_exist() if value is None else attribute == value


def _when(request: Request) -> tuple[datetime, str]:
    return request.asked_at, request.request_id


def request_of(row: RequestRow) -> Request:
    """A request from its row."""
    asked = WISH.validate_python(row.details)
    granted = None if row.granted is None else WISH.validate_python(row.granted)
    decision = (
        Decision(
            RequestState(row.state),
            datetime.fromisoformat(row.decided_at),
            row.decided_by or "",
            row.why or "",
            granted,
        )
        if row.decided_at
        else None
    )
    asked_at = datetime.fromisoformat(row.asked_at)
    reply = None if row.reply is None else REPLY.validate_python(row.reply)
    taken = None if row.taken is None else TAKEN.validate_python(row.taken)
    return Request(row.request_id, row.friend_id, asked, row.words, asked_at, decision, reply, taken)


def request_row(model: type[RequestRow], request: Request) -> RequestRow:
    """A request as its row."""
    decision = request.decision
    return model(
        request_id=request.request_id,
        kind=str(request.kind),
        friend_id=request.friend_id,
        words=request.words,
        details=WISH.dump_python(request.asked, mode="json"),
        asked_at=request.asked_at.isoformat(),
        state=str(request.state),
        open_kind=None if decision else str(request.kind),
        granted=WISH.dump_python(decision.granted, mode="json") if decision and decision.granted else None,
        decided_at=decision.at.isoformat() if decision else None,
        decided_by=decision.who if decision else None,
        why=decision.why if decision else None,
        reply=REPLY.dump_python(request.reply, mode="json") if request.reply else None,
        taken=_taken(request.taken),
    )


def _taken(taken: Taken | None) -> Any:
    return TAKEN.dump_python(taken, mode="json") if taken else None
