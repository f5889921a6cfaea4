"""The ports of requests, and of changes that happen as a whole or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from best_friends.domain.corrections import Note
from best_friends.domain.friends import Engagement, Friend
from best_friends.domain.requests import Request, RequestKind, Taken


class Requests(Protocol):
    """The Requests table. What is found by Friend or by kind may be a moment old, its content is not."""

    def ask(self, request: Request) -> bool:
        """Write a new request; False when there is one of this id."""
        ...

    def get(self, request_id: str) -> Request | None: ...
    def take(self, request_id: str, taken: Taken, *, was: Taken | None) -> bool:
        """Note who decides an open request; False when it is not open, or `taken` is not as it `was`."""
        ...

    def of_friend(self, friend_id: str) -> list[Request]:
        """A Friend's requests, the newest first."""
        ...

    def open(self, kind: RequestKind) -> Iterator[Request]:
        """The requests of a kind that wait for a decision, the oldest first."""
        ...


class Roles(Protocol):
    """The Engagements table, one Friend at a time."""

    def of_friend(self, friend_id: str) -> Sequence[Engagement]:
        """Every engagement of an account, the withdrawn ones among them, strongly read."""
        ...


@dataclass(frozen=True, slots=True)
class Change[T]:
    """Something put in the place of what was read; `before` is None for what is new."""

    before: T | None
    after: T


@dataclass(frozen=True, slots=True)
class Decided:
    """What is written together: the note, and whichever of areas, engagement and request it is about.

    The request is decided, or replied to and still open.
    """

    note: Note
    areas: Change[Friend] | None = None
    engagement: Change[Engagement] | None = None
    request: Request | None = None


class Decisions(Protocol):
    """Changes of areas, engagement and requests, each with its note in the audit trail."""

    def write(self, decided: Decided) -> None:
        """Write all of it or nothing.

        Raises:
            Conflict: when areas or engagement are not as they were read, or the request is not open, or
                it is decided with another reply than it has.
        """
        ...
