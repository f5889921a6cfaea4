"""The ports of letters: which have gone out, which are ordered, and the mail service."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from best_friends.domain.letter import LetterKind, LetterState


class Letters(Protocol):
    """The Letters table: which letter has gone out."""

    def claim(self, letter_id: str, friend_id: str, year: int, at: datetime) -> LetterState:
        """Take the letter for sending; what it was before says whether one may (`created`)."""
        ...

    def release(self, letter_id: str) -> None: ...
    def settle(
        self, letter_id: str, state: LetterState, *, template: str = "", message_id: str = ""
    ) -> None: ...
    def by_message(self, message_id: str) -> tuple[str, str, int] | None:
        """(letter_id, friend_id, year) of what the mail service calls by this id."""
        ...

    def state(self, letter_id: str) -> LetterState | None: ...
    def note_event(self, letter_id: str, event: str, at: str) -> None: ...
    def of_year(
        self, year: int, friend_ids: Sequence[str], reminders: int
    ) -> Iterator[tuple[LetterKind, LetterState]]:
        """Kind and state of every letter of these Friends for a year of so many reminders."""
        ...


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """A letter to be sent, as it stands in the letters queue: no name, no address.

    `about` is the id of the request that it answers, or of the link that was asked for.
    """

    kind: LetterKind
    friend_id: str
    year: int
    number: int = 0
    task_token: str | None = None
    about: str = ""


class LettersQueue(Protocol):
    """The way to `send_letters`."""

    def put(self, orders: Iterable[LetterOrder]) -> None: ...


NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Mail(Protocol):
    """The mail service."""

    def send(
        self,
        *,
        to: str,
        subject: str,
        html: str,
        text: str,
        tags: Mapping[str, str],
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> str:
        """Hand a letter over and return its message id; `headers` are those beside the usual ones.

        Raises:
            Throttled: come back later, nothing was sent.
            Refused: it will never be sent.
            InDoubt: it may have been sent.
        """
        ...
