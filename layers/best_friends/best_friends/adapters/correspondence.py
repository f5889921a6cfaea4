"""Links and letters: what was sent, and what its links open."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from pynamodb.exceptions import PutError
from pynamodb.expressions.update import Action

from best_friends.adapters.errors import condition_failed, conflicts
from best_friends.adapters.models import LetterRow, LinkRow
from best_friends.application.errors import Conflict
from best_friends.application.ports import Link
from best_friends.domain.letter import LetterKind, LetterState, letter_ids_of_year


class LinksTable:
    """Implements `ports.Links`."""

    def __init__(self, model: type[LinkRow]) -> None:
        self._model = model

    def put(self, token_hash: str, link: Link) -> None:
        """Store what a token's hash opens; the table itself drops it some time after it expired."""
        with conflicts():
            self._model(
                token_hash=token_hash,
                purpose=link.purpose,
                friend_id=link.friend_id,
                year=link.year,
                job_id=link.job_id,
                expires_at=link.expires_at.isoformat(),
                # Kept beyond the expiry, so that the page can say "expired" rather than "unknown".
                expires=int(link.expires_at.timestamp()) + 90 * 86_400,
            ).save(self._model.token_hash.does_not_exist())

    def get(self, token_hash: str) -> Link | None:
        """The link of a hash."""
        try:
            row = self._model.get(token_hash, consistent_read=True)
        except self._model.DoesNotExist:
            return None
        expires_at = datetime.fromisoformat(row.expires_at)
        return Link(row.purpose, row.friend_id, int(row.year), expires_at, row.job_id)


class LettersTable:
    """Implements `ports_letters.Letters`."""

    def __init__(self, model: type[LetterRow]) -> None:
        self._model = model

    def claim(self, letter_id: str, friend_id: str, year: int, at: datetime) -> LetterState:
        """Take a letter for sending and return what it was before."""
        sending = str(LetterState.SENDING)
        free = self._model.letter_id.does_not_exist() | (self._model.state == str(LetterState.CREATED))
        try:
            self._model(
                letter_id=letter_id,
                friend_id=friend_id,
                year=year,
                state=sending,
                claimed_at=at.isoformat(),
            ).save(free)
        except PutError as error:
            if not condition_failed(error):
                raise
            return LetterState(self._model.get(letter_id, consistent_read=True).state)
        return LetterState.CREATED

    def release(self, letter_id: str) -> None:
        """Give back a letter that was certainly not sent."""
        self._model(letter_id).update(actions=[self._model.state.set(str(LetterState.CREATED))])

    def settle(self, letter_id: str, state: LetterState, *, template: str = "", message_id: str = "") -> None:
        """Record what became of a letter."""
        actions: list[Action] = [self._model.state.set(str(state))]
        if template:
            actions.append(self._model.template.set(template))
        if message_id:
            actions.append(self._model.message_id.set(message_id))
        # Whoever finds a letter claimed may only meet a copy of its order: what is known of it stays.
        doubted = self._model.state == str(LetterState.SENDING) if state is LetterState.IN_DOUBT else None
        with suppress(Conflict), conflicts():
            self._model(letter_id).update(actions=actions, condition=doubted)

    def by_message(self, message_id: str) -> tuple[str, str, int] | None:
        """(letter_id, friend_id, year) behind the mail service's message id."""
        found = next(iter(self._model.by_message.query(message_id)), None)
        if found is None:
            return None
        row = self._model.get(found.letter_id, consistent_read=True)
        return row.letter_id, row.friend_id, int(row.year)

    def state(self, letter_id: str) -> LetterState | None:
        """Where a letter stands; None when it was never ordered."""
        try:
            return LetterState(self._model.get(letter_id, consistent_read=True).state)
        except self._model.DoesNotExist:
            return None

    def note_event(self, letter_id: str, event: str, at: str) -> None:
        """Add an event to a letter's record."""
        noted = [{"event": event, "at": at}]
        self._model(letter_id).update(actions=[self._model.events.set(self._model.events.append(noted))])

    def of_year(
        self, year: int, friend_ids: Sequence[str], reminders: int
    ) -> Iterator[tuple[LetterKind, LetterState]]:
        """Kind and state of the letters of these Friends for a year."""
        kinds = {
            letter_id: kind
            for friend_id in friend_ids
            for kind, letter_id in letter_ids_of_year(year, friend_id, reminders)
        }
        for row in self._model.batch_get(list(kinds), consistent_read=True):
            yield kinds[row.letter_id], LetterState(row.state)
