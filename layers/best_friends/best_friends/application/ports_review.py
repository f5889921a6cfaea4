"""The port of cases: what they need to know of a Friend's standing."""

from collections.abc import Sequence
from typing import Protocol

from best_friends.domain.friends import Friend
from best_friends.domain.invitation import Reasons
from best_friends.domain.standing import YearStanding


class StandingOfYear(Protocol):
    """Where a Friend stands in a year."""

    def in_year(self, friend: Friend, year: int) -> YearStanding | None:
        """The standing; None for a Friend whom a judged year did not judge."""
        ...

    def reasons(self, friend: Friend, year: int) -> Reasons:
        """What a nomination for a year would rest on by the figures of now."""
        ...

    def accounts_of(self, friend_id: str) -> Sequence[str]:
        """A surviving account, then every alias of it."""
        ...
