"""The areas of a Friend, as operators change them."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from best_friends.application.accounts import Accounts
from best_friends.application.correct_ledger import By
from best_friends.application.engagements import write
from best_friends.application.errors import Refusal
from best_friends.application.ports import Clock, Friends
from best_friends.application.ports_requests import Change, Decided, Decisions
from best_friends.domain.areas import AreaFault, with_area, without_area
from best_friends.domain.corrections import Note
from best_friends.domain.friends import Area, Friend


@dataclass(frozen=True, slots=True)
class ChangeAreas:
    """Add and remove areas; an alias's id means the account that it was merged into."""

    friends: Friends
    decisions: Decisions
    clock: Clock

    def friend(self, friend_id: str) -> Friend:
        """The Friend whom an id means.

        Raises:
            Refusal: when there is none.
        """
        friend = Accounts(self.friends).friend(friend_id)
        if friend is None:
            raise Refusal(f"there is no Friend {friend_id}; look the id up in the marketplace")
        return friend

    def add(self, friend_id: str, area: Area, by: By) -> Friend:
        """Give a Friend another area, and return the Friend as it is then.

        Raises:
            Refusal: when there is no such Friend, or it has this area or another one of this name.
        """
        before = self.friend(friend_id)
        after = _or_refuse(lambda: with_area(before, area))
        new = after.areas[-1]
        note = self._note(before.friend_id, "area added", new.label, by, after=told(new))
        self._write(before, after, note)
        return after

    def remove(self, friend_id: str, name: str, by: By) -> Area:
        """Take an area, by its label or its number in the list, from a Friend, and return it.

        Raises:
            Refusal: when there is no such Friend or area, or it is the only one.
        """
        before = self.friend(friend_id)
        after, gone = _or_refuse(lambda: without_area(before, name))
        note = self._note(before.friend_id, "area removed", gone.label, by, before=told(gone))
        self._write(before, after, note)
        return gone

    def _note(
        self,
        friend_id: str,
        action: str,
        about: str,
        by: By,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> Note:
        return Note(friend_id, self.clock(), action, about, by.who, by.why, before, after)

    def _write(self, before: Friend, after: Friend, note: Note) -> None:
        write(self.decisions, Decided(note, areas=Change(before, after)))


def told(area: Area) -> dict[str, Any]:
    """An area for the audit trail."""
    return asdict(area)


def _or_refuse[T](act: Callable[[], T]) -> T:
    try:
        return act()
    except AreaFault as fault:
        raise Refusal(str(fault)) from None
