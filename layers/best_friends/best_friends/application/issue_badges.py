"""Give every Best Friend whose status runs a badge. Run again, it gives those who said yes since theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import batched

from best_friends.application.ports import Clock, Friends, Invitations, Programme
from best_friends.application.ports_badges import Badges
from best_friends.domain.badge import Badge

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Issued:
    """How many Best Friends there are, and how many of them got a badge just now."""

    year: int | None
    best_friends: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True)
class IssueBadges:
    """One badge a Friend and year, whatever runs twice; before the first announcement nobody gets one."""

    badges: Badges
    invitations: Invitations
    friends: Friends
    programme: Programme
    clock: Clock
    public_id: Callable[[], str]

    def __call__(self) -> Issued:
        """Issue what is missing."""
        year = self.programme.settings().best_friends_of
        if year is None:
            return Issued(None)
        count = new = 0
        for ids in batched(self.invitations.best_friends(year), AT_ONCE, strict=False):
            known = {one.friend_id for one in self.badges.of(ids, year)}
            somebody = {one for one, friend in self.friends.get_many(ids).items() if friend.email}
            count += len(somebody)
            for friend_id in sorted(somebody - known):
                new += self.badges.issue(Badge(friend_id, year, self.public_id(), self.clock()))
        return Issued(year, count, new)
