"""Once a day: what was missed is made up for, names are forgotten in time, once a month there is news."""

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import batched

from best_friends.application.accounts import Accounts
from best_friends.application.follow_referrals import FollowReferrals
from best_friends.application.ports import Clock, Programme
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.application.ports_referrals import Referrals
from best_friends.domain.ledger import business_date
from best_friends.domain.letter import LetterKind
from best_friends.domain.referrals import Referral, month_before, name_over, told_in, went_on_in

ORDERS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Updated:
    """What a day came to: referrals there are, those that had changed unseen, names forgotten, letters."""

    referrals: int
    made_up: int
    forgotten: int
    ordered: int


@dataclass(frozen=True, slots=True)
class UpdateReferrers:
    """A referral is looked at again also when no stream named it: a merge, say, or a record that was lost."""

    referrals: Referrals
    follow: FollowReferrals
    programme: Programme
    letters: LettersQueue
    clock: Clock

    def __call__(self) -> Updated:
        """Do what is due; doing it again changes nothing."""
        known = list(self.referrals.everything())
        made_up = sum(self.follow.look_again(one.referral_id) for one in known if one.joined)
        for friend_id in sorted({one.friend_id for one in known if one.joined_at}):
            self.follow.ambassadors(friend_id)
        forgotten = sum(self._forget(one) for one in known if name_over(one, self.clock()))
        return Updated(len(known), made_up, forgotten, self._order(list(self.referrals.everything())))

    def _forget(self, referral: Referral) -> bool:
        stands = self.referrals.get(referral.referral_id)
        return stands is not None and self.referrals.put(replace(stands, name=""))

    def _order(self, known: list[Referral]) -> int:
        """Order the letters about the last month, on its first day after or as soon as this runs again."""
        zone = self.programme.settings().policy.programme.zone
        month = month_before(business_date(self.clock(), zone))
        if self.referrals.updated(month):
            return 0
        meant = Accounts(self.follow.friends)
        by_friend: dict[str, list[Referral]] = defaultdict(list)
        for one in known:
            by_friend[meant.surviving(one.friend_id)].append(one)
        year, number = int(month[:4]), int(month[5:])
        whom = [
            friend_id
            for friend_id, own in sorted(by_friend.items())
            if any(went_on_in(told_in(one, zone), month) for one in own)
        ]
        for batch in batched(whom, ORDERS_AT_ONCE, strict=False):
            self.letters.put([LetterOrder(LetterKind.REFERRAL_UPDATE, one, year, number) for one in batch])
        self.referrals.note_updated(month)
        return len(whom)
