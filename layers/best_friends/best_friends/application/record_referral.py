"""A Friend refers a person: written down once for ever, or declined."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from best_friends.application.accounts import Accounts
from best_friends.application.ports import Clock, Friends
from best_friends.application.ports_referrals import Referrals, SuppressionList
from best_friends.application.ports_standing import Directory
from best_friends.domain.friends import Friend
from best_friends.domain.referrals import (
    Declined,
    Person,
    Referral,
    declined_for,
    declined_id_of,
    name_to_keep,
    referral_id_of,
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What stands now, and whether it is new."""

    referral: Referral
    is_new: bool


@dataclass(frozen=True, slots=True)
class RecordReferral:
    """Write a referral down. All letters follow from what is written (`follow_referrals`)."""

    referrals: Referrals
    friends: Friends
    directory: Directory
    suppression: SuppressionList
    clock: Clock

    def __call__(self, friend_id: str, person: Person, referred_on: date | None = None) -> Recorded:
        """Record it, or record that it is declined; the same again changes nothing.

        `referred_on` is when the Friend referred the person, for one that is imported: an account that is
        not older is what came of it.
        """
        account = Accounts(self.friends).surviving(friend_id)
        found = self._accounts_at(person.address)
        before = self._before(account, person.address)
        if before is not None:
            return Recorded(self._joined(before, found, referred_on), False)
        referral = Referral(referral_id_of(person.address), account, self.clock(), name=name_to_keep(person))
        reason = declined_for(
            own=account in (one.merged_into or one.friend_id for one in found),
            known=any(not _came_of(one, referred_on) for one in found),
            referred=self.referrals.get(referral.referral_id) is not None,
            suppressed=self.suppression.holds(person.address),
        )
        if reason is None and self.referrals.add(referral):
            # Who got an account in between has an address that is looked up once more.
            return Recorded(self._joined(referral, self._accounts_at(person.address), date.min), True)
        return self._decline(referral, person.address, reason or Declined.REFERRED)

    def accounts_of(self, account: str) -> list[str]:
        """A surviving account and every alias of it."""
        return accounts_of(self.directory, account)

    def _decline(self, referral: Referral, address: str, reason: Declined) -> Recorded:
        declined_id = declined_id_of(referral.friend_id, address)
        # The name of somebody with whom nothing came about is not kept.
        declined = replace(referral, referral_id=declined_id, declined=reason, name="")
        is_new = self.referrals.add(declined)
        return Recorded(declined, is_new)

    def _before(self, account: str, address: str) -> Referral | None:
        """What stands already of this person and this Friend."""
        stored = self.referrals.get_many([referral_id_of(address), declined_id_of(account, address)])
        meant = Accounts(self.friends)
        own = (one for one in stored.values() if meant.surviving(one.friend_id) == account)
        return next(own, None)

    def _joined(self, referral: Referral, found: Sequence[Friend], referred_on: date | None) -> Referral:
        """The referral with the account that came of it, if there is one."""
        if referral.declined or referral.joined:
            return referral
        came = [one for one in found if _came_of(one, referred_on) and not one.merged_into]
        stands = self.referrals.get(referral.referral_id) if came else None
        if stands is not None and came[0].friend_id != referral.friend_id:
            self.referrals.join(stands, came[0].friend_id, self.clock())
        return referral

    def _accounts_at(self, address: str) -> list[Friend]:
        found = self.friends.get_many(list(self.directory.by_address(address)))
        meant = Accounts(self.friends)
        accounts = ((meant.surviving(one.friend_id), one) for one in found.values())
        return [replace(one, merged_into="" if one.friend_id == into else into) for into, one in accounts]


def accounts_of(directory: Directory, account: str) -> list[str]:
    """A surviving account and every alias of it, however many merges lie between."""
    found = [account]
    for one in found:  # grows while it is walked: the aliases of aliases
        found += [alias for alias in directory.aliases_of(one) if alias not in found]
    return found


def _came_of(friend: Friend, referred_on: date | None) -> bool:
    """Whether an account may have come of a referral: it is not older."""
    return referred_on is not None and friend.joined_on >= referred_on
