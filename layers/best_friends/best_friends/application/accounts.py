"""Accounts and their aliases: which account an id means."""

from best_friends.application.errors import Refusal
from best_friends.application.ports import Friends
from best_friends.domain.accounts import surviving
from best_friends.domain.friends import Friend


class Accounts:
    """Follows aliases; not frozen, since it remembers those it has met in its short life."""

    def __init__(self, friends: Friends) -> None:
        self._friends = friends
        self._merged_into: dict[str, str] = {}

    def surviving(self, friend_id: str) -> str:
        """The account that an id means; the id itself when it was never merged."""
        meant = friend_id
        while meant not in self._merged_into:
            friend = self._friends.get(meant)
            self._merged_into[meant] = friend.merged_into if friend else ""
            meant = self._merged_into[meant] or meant
        return surviving(friend_id, self._merged_into)

    def known(self, friend_id: str) -> str:
        """The id itself, of an account that there is.

        Raises:
            Refusal: when there is none.
        """
        if self._friends.get(friend_id) is None:
            raise Refusal(f"there is no Friend {friend_id}; look the id up in the marketplace")
        return friend_id

    def friend(self, friend_id: str) -> Friend | None:
        """The Friend whom an id means, an alias's included."""
        return self._friends.get(self.surviving(friend_id))
