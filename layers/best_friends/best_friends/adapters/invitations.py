"""The Invitations table."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched

from pydantic import TypeAdapter
from pynamodb.exceptions import PutError, UpdateError

from best_friends.adapters.errors import condition_failed, conflicts
from best_friends.adapters.models import InvitationRow
from best_friends.application.ports import Pending
from best_friends.domain.invitation import Answer, Invitation, InvitationState, Reasons

REASONS = TypeAdapter(Reasons)
GET_BATCH = 100


class InvitationsTable:
    """Implements `ports.Invitations`."""

    def __init__(self, model: type[InvitationRow]) -> None:
        self._model = model

    def create(self, invitation: Invitation) -> bool:
        """Write an invitation that the Friend does not have yet."""
        row = self._model(
            friend_id=invitation.friend_id,
            year=invitation.year,
            state=str(invitation.state),
            reasons=REASONS.dump_python(invitation.reasons, mode="json"),
            answer_until=invitation.answer_until.isoformat(),
            late=invitation.late or None,
        )
        try:
            row.save(self._model.friend_id.does_not_exist())
        except PutError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def get(self, friend_id: str, year: int) -> Invitation | None:
        """One invitation, strongly read."""
        row = self._row(friend_id, year)
        return _invitation(row) if row else None

    def get_many(self, friend_ids: Sequence[str], year: int) -> list[Invitation]:
        """The invitations there are among these Friends, in no order."""
        return [
            _invitation(row)
            for batch in batched(friend_ids, GET_BATCH, strict=False)
            for row in self._model.batch_get([(one, year) for one in batch], consistent_read=True)
        ]

    def pending(self, friend_id: str, year: int) -> Pending | None:
        """An invitation with the token of its workflow."""
        row = self._row(friend_id, year)
        return Pending(_invitation(row), row.task_token) if row else None

    def keep_token(self, friend_id: str, year: int, task_token: str) -> None:
        """Keep the workflow's token with an invitation that exists."""
        with conflicts():
            self._model(friend_id, year).update(
                actions=[self._model.task_token.set(task_token)],
                condition=self._model.friend_id.exists(),
            )

    def forget_token(self, friend_id: str, year: int, task_token: str) -> None:
        """Drop a token that has been used, unless a newer one has taken its place."""
        try:
            self._model(friend_id, year).update(
                actions=[self._model.task_token.remove()],
                condition=self._model.task_token == task_token,
            )
        except UpdateError as error:
            if not condition_failed(error):
                raise

    def record_answer(self, seen: Invitation, answer: Answer, at: datetime) -> None:
        """Write an answer over the state it was given to."""
        confirmed = answer is Answer.CONFIRM
        of_year = self._model.best_friend_of
        with conflicts():
            self._model(seen.friend_id, seen.year).update(
                actions=[
                    self._model.state.set(str(answer.state)),
                    self._model.history.set(self._model.history.append([_event(answer.state, at)])),
                    of_year.set(seen.year) if confirmed else of_year.remove(),
                ],
                condition=self._model.state == str(seen.state),
            )

    def end(self, friend_id: str, year: int, state: InvitationState, at: datetime) -> bool:
        """End an invitation that is still open."""
        try:
            self._model(friend_id, year).update(
                actions=[
                    self._model.state.set(str(state)),
                    self._model.history.set(self._model.history.append([_event(state, at)])),
                ],
                condition=self._model.state == str(InvitationState.OPEN),
            )
        except UpdateError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def settle(self, friend_id: str, year: int, state: InvitationState, at: datetime) -> bool:
        """Set the state, whatever it is now; the index follows it."""
        model, confirmed = self._model, state is InvitationState.CONFIRMED
        of_year = model.best_friend_of
        try:
            model(friend_id, year).update(
                actions=[
                    model.state.set(str(state)),
                    model.history.set(model.history.append([_event(state, at)])),
                    of_year.set(year) if confirmed else of_year.remove(),
                ],
                condition=model.friend_id.exists() & (model.state != str(state)),
            )
        except UpdateError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def best_friends(self, year: int) -> Iterator[str]:
        """Who confirmed for a year, by Friend id (eventually consistent, as an index is)."""
        return (row.friend_id for row in self._model.best_friends.query(year))

    def _row(self, friend_id: str, year: int) -> InvitationRow | None:
        try:
            return self._model.get(friend_id, year, consistent_read=True)
        except self._model.DoesNotExist:
            return None


def _event(state: InvitationState, at: datetime) -> dict[str, str]:
    return {"state": str(state), "at": at.isoformat()}


def _invitation(row: InvitationRow) -> Invitation:
    return Invitation(
        friend_id=row.friend_id,
        year=int(row.year),
        state=InvitationState(row.state),
        reasons=REASONS.validate_python(row.reasons),
        answer_until=datetime.fromisoformat(row.answer_until),
        late=bool(row.late),
    )
