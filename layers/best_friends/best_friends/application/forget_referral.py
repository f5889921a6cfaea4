"""A person who was referred objects: every referral of it is removed, and nothing follows any more."""

from dataclasses import dataclass

from best_friends.application.accounts import Accounts
from best_friends.application.ambassadors import KeepAmbassadors
from best_friends.application.correct_ledger import By
from best_friends.application.errors import Conflict
from best_friends.application.ports import Clock
from best_friends.application.ports_changes import Trail
from best_friends.application.ports_referrals import Referrals
from best_friends.domain.corrections import Note
from best_friends.domain.referrals import NOBODY, Referral, declined_id_of, referral_id_of

ATTEMPTS = 5
FORGOTTEN = "referral forgotten"


@dataclass(frozen=True, slots=True)
class ForgetReferral:
    """Remove what is kept of an address: the referral that stands, and those that were declined."""

    referrals: Referrals
    ambassadors: KeepAmbassadors
    trail: Trail
    clock: Clock

    def __call__(self, address: str, by: By) -> int:
        """Remove them; how many there were. What broke off is made good by doing it again.

        Raises:
            Conflict: when a referral keeps being changed by others.
        """
        found = [one for one in self.referrals.everything() if _is_of(one, address)]
        return sum(self._remove(one.referral_id, by) for one in found)

    def _remove(self, referral_id: str, by: By) -> bool:
        for attempt in range(ATTEMPTS):
            referral = self.referrals.get(referral_id)
            if referral is None:
                return False
            account = Accounts(self.ambassadors.friends).surviving(referral.friend_id)
            if not attempt and account != NOBODY:
                self.trail.note([Note(account, self.clock(), FORGOTTEN, referral_id, by.who, by.why)])
            # The counts go before the row: after it, a try that broke off would find nothing to settle.
            self.ambassadors(account, without=(referral_id,))
            if self.referrals.remove(referral):
                self.ambassadors(account)
                return True
        raise Conflict(f"the referral {referral_id} keeps changing")


def _is_of(referral: Referral, address: str) -> bool:
    own = (referral_id_of(address), declined_id_of(referral.friend_id, address))
    return referral.referral_id in own
