"""The ports of announcements: the records, who has which version, and walking through all Friends."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from best_friends.domain.announcements import Announcement
from best_friends.domain.friends import Friend


class Announcements(Protocol):
    """The Announcements table: few, read as a whole by a schedule. All reads are strong."""

    def add(self, announcement: Announcement) -> bool:
        """Write a new announcement; False when there is one of this id."""
        ...

    def get(self, announcement_id: str) -> Announcement | None: ...
    def all(self) -> Iterator[Announcement]: ...
    def save(self, announcement: Announcement) -> Announcement:
        """Write it over the record of the same revision, and return it with the next one.

        Raises:
            Conflict: when the record has moved on.
        """
        ...


class Readers(Protocol):
    """Who has which version: the letters that left, or may have left. Read strongly."""

    def versions(self, announcement_id: str, newest: int, accounts: Collection[str]) -> Mapping[str, int]:
        """The newest version that each of these accounts has; those who have none are left out."""
        ...


class FriendPages(Protocol):
    """All Friends in parts, in an order that stays the same."""

    def page(self, after: str | None, size: int) -> tuple[Sequence[Friend], str | None]:
        """So many Friends behind `after`, and where to go on; None when these were the last."""
        ...
