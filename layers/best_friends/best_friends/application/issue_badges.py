"""Give every Best Friend whose status runs a badge. Run again, it gives those who said yes since theirs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import batched

from best_friends.application.ports import Clock, Friends, Invitations, Programme
from best_friends.application.ports_badges import Badges
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.domain.badge import Badge
from best_friends.domain.letter import LetterKind

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Issued:
    """How many Best Friends there are, how many got a badge just now, and how many are told of theirs."""

    year: int | None
    best_friends: int = 0
    new: int = 0
    told: int = 0


@dataclass(frozen=True, slots=True)
class IssueBadges:
    """One badge a Friend and year, whatever runs twice; before the first announcement nobody gets one.

    The letter about a badge is ordered once the badge is written, and the badge is marked once the letter
    is ordered. Whatever breaks off in between, a badge without the mark is made good by the next run, and
    the letter's id lets it leave once.
    """

    badges: Badges
    invitations: Invitations
    friends: Friends
    programme: Programme
    letters: LettersQueue
    clock: Clock
    public_id: Callable[[], str]

    def __call__(self) -> Issued:
        """Issue what is missing, and have those told who have not been."""
        year = self.programme.settings().best_friends_of
        if year is None:
            return Issued(None)
        count = new = told = 0
        for ids in batched(self.invitations.best_friends(year), AT_ONCE, strict=False):
            somebody = {one for one, friend in self.friends.get_many(ids).items() if friend.email}
            known = [one for one in self.badges.of(ids, year) if one.friend_id in somebody]
            missing = somebody - {one.friend_id for one in known}
            fresh = [Badge(one, year, self.public_id(), self.clock()) for one in sorted(missing)]
            issued = [one for one in fresh if self.badges.issue(one)]
            count += len(somebody)
            new += len(issued)
            told += self._tell([*known, *issued])
        return Issued(year, count, new, told)

    def _tell(self, badges: Iterable[Badge]) -> int:
        """Order the letters that nobody has ordered yet; how many."""
        due = [one for one in badges if one.told_at is None and one.revoked_at is None]
        if due:
            self.letters.put(LetterOrder(LetterKind.BADGE, one.friend_id, one.year) for one in due)
        for one in due:
            self.badges.note_told(one.friend_id, one.year, self.clock())
        return len(due)
