"""Brand ambassadors by referrals: an engagement that is given and taken back as the referrals say."""

from collections.abc import Collection
from dataclasses import dataclass

from best_friends.application.accounts import Accounts
from best_friends.application.errors import Conflict
from best_friends.application.ports import Clock, Friends, Programme
from best_friends.application.ports_referrals import Referrals
from best_friends.application.ports_requests import Change, Decided, Decisions, Roles
from best_friends.application.ports_standing import Directory
from best_friends.application.record_referral import accounts_of
from best_friends.domain.corrections import Note
from best_friends.domain.engagements import key_of, told
from best_friends.domain.friends import Engagement
from best_friends.domain.referrals import ambassador_change, ambassador_of, friends_in

WHO = "referrals"
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class KeepAmbassadors:
    """The annual run, the standing and the page of roles see the engagement like any other."""

    referrals: Referrals
    friends: Friends
    directory: Directory
    roles: Roles
    programme: Programme
    decisions: Decisions
    clock: Clock

    def __call__(self, friend_id: str, without: Collection[str] = ()) -> int:
        """Let the engagement of the Friend be as its referrals say, for every year; how many changed.

        Those of the ids in `without`, which are about to be removed, count no more.
        """
        account = Accounts(self.friends).surviving(friend_id)
        if self.friends.get(account) is None:
            return 0
        for _ in range(ATTEMPTS):
            try:
                return self._settle(account, without)
            except Conflict:
                continue  # somebody else wrote the engagement: look again
        raise Conflict(f"the engagement of {account} keeps changing")

    def _settle(self, account: str, without: Collection[str]) -> int:
        meant = Accounts(self.friends)
        accounts = accounts_of(self.directory, account)
        # The engagements first: what is decided after them is written over them, or not at all.
        known = {key_of(one): one for one in self.roles.of_friend(account)}
        others = (
            one
            for one in self.referrals.of_friends(accounts)
            if one.referral_id not in without and (not one.joined or meant.surviving(one.joined) != account)
        )
        counted = friends_in(others, meant.surviving)
        earned_before = {one.held_from.year for one in known.values() if one.earned}
        changed = 0
        for year in sorted({*counted, *earned_before}):
            wanted = ambassador_of(account, year)
            before = known.get(key_of(wanted))
            enough = counted.get(year, 0) >= self._needed(year)
            after = ambassador_change(before, wanted, is_one=enough)
            if after is not None:
                self._write(before, after)
                changed += 1
        return changed

    def _needed(self, year: int) -> int:
        """A year that is open or over goes by its own policy."""
        record = self.programme.year(year)
        policy = record.policy if record else self.programme.settings().policy
        return policy.referrals.ambassador_from

    def _write(self, before: Engagement | None, after: Engagement) -> None:
        action = "role taken back" if after.withdrawn else "role earned"
        why = "Friends by its referrals with a completed job in the year"
        about = f"{after.role}#{after.held_from}"
        note = Note(after.friend_id, self.clock(), action, about, WHO, why, told(before), told(after))
        self.decisions.write(Decided(note, engagement=Change(before, after)))
