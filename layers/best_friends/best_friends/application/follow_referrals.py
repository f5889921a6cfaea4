"""Follow referrals: thanks are ordered, milestones written when they are reached, ambassadors kept true.

Everything follows from what is stored, in any order and however often it is said: a Friend with the address
of a referral has joined, its stats say which jobs are completed, and what a referral has come to says which
letters are due and who is a brand ambassador.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import batched

from best_friends.application.accounts import Accounts
from best_friends.application.ambassadors import KeepAmbassadors
from best_friends.application.errors import Conflict
from best_friends.application.ports import Clock, Friends, Stats
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.application.ports_referrals import Referrals
from best_friends.domain.friends import Friend
from best_friends.domain.letter import NO_YEAR
from best_friends.domain.referrals import (
    NOBODY,
    Referral,
    came_along,
    jobs_in,
    referral_id_of,
    thanks_due,
)

AT_ONCE = 100
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class FollowReferrals:
    """What each of the three streams comes to. Somebody whom nobody referred costs a share of one read."""

    referrals: Referrals
    friends: Friends
    stats: Stats
    letters: LettersQueue
    ambassadors: KeepAmbassadors
    clock: Clock

    def referred(self, referral_ids: Collection[str]) -> int:
        """Order every letter of thanks that these have earned; how many orders there are.

        A letter that has left is ordered again and does not leave again: its id says so.
        """
        found = [one for batch in _batches(referral_ids) for one in self.referrals.get_many(batch).values()]
        orders = [
            LetterOrder(kind, one.friend_id, NO_YEAR, about=one.referral_id)
            for one in found
            for kind in thanks_due(one)
        ]
        if orders:
            self.letters.put(orders)
        for one in found:
            if one.joined:  # it may have joined as soon as it was recorded, with jobs that nobody has seen
                self.look_again(one.referral_id)
        for friend_id in {one.friend_id for one in found if one.joined_at}:
            self.ambassadors(friend_id)
        return len(orders)

    def friends_changed(self, friend_ids: Collection[str]) -> int:
        """Find those who join by a referral; how many did."""
        joined = 0
        for batch in _batches(friend_ids):
            by_referral = {
                referral_id_of(one.email): one
                for one in self.friends.get_many(batch).values()
                if one.email and not one.merged_into
            }
            waiting = self.referrals.get_many(list(by_referral))
            joined += sum(self._join(one, by_referral[one.referral_id]) for one in waiting.values())
        return joined

    def stats_changed(self, friend_ids: Collection[str]) -> int:
        """Look how far those have come who joined by a referral; how many referrals changed."""
        found = [self.referrals.joined(batch) for batch in _batches(friend_ids)]
        return sum(self.look_again(one) for by_friend in found for one in set(by_friend.values()))

    def look_again(self, referral_id: str) -> bool:
        """Let a referral say what the stats say; whether that changed it.

        The referral is read first and the stats after it, and what comes of them is only written over what
        was read: nobody's older look wins.

        Raises:
            Conflict: when it keeps being changed by others.
        """
        for _ in range(ATTEMPTS):
            referral = self.referrals.get(referral_id)
            if referral is None or not referral.joined:
                return False
            meant = Accounts(self.friends)
            account = meant.surviving(referral.joined)
            if account == meant.surviving(referral.friend_id):
                return False  # both accounts are one person by now
            months = self.stats.get(account).months
            after = came_along(referral, jobs_in(months), self.clock())
            if after == referral:
                return False
            if self.referrals.put(after):
                return True
        raise Conflict(f"the referral {referral_id} keeps changing")

    def _join(self, referral: Referral, friend: Friend) -> bool:
        if referral.joined_at is not None:
            # Also one that joined before: a try that broke off may have left its jobs to be looked at.
            return referral.joined == friend.friend_id and self.look_again(referral.referral_id)
        if referral.friend_id == NOBODY:
            return False
        if Accounts(self.friends).surviving(referral.friend_id) == friend.friend_id:
            return False  # a Friend that takes on the address is not its own referral
        joined = self.referrals.join(referral, friend.friend_id, self.clock())
        if joined:
            self.look_again(referral.referral_id)
        return joined


def _batches(keys: Iterable[str]) -> Iterable[Sequence[str]]:
    return batched(sorted(set(keys)), AT_ONCE, strict=False)
