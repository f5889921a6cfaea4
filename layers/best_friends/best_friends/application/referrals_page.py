"""The page of a Friend's referrals: it shows where they stand, and takes another one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from best_friends.application.accounts import Accounts
from best_friends.application.links import REFERRALS, ExpiredLink, FollowLink, UnknownLink
from best_friends.application.ports import Friends, Programme
from best_friends.application.ports_referrals import Referrals
from best_friends.application.record_referral import Recorded, RecordReferral
from best_friends.application.request_pages import behind
from best_friends.domain.friends import Friend
from best_friends.domain.ledger import business_date
from best_friends.domain.referrals import MOST_A_DAY, NAME_LENGTH, Person, Referral, friends_in, told_in
from best_friends.domain.requests import one_line
from best_friends.pages.referrals import ADDRESS_LENGTH, Field, ReferralForm, ReferralsPage
from best_friends.pages.requests import AskState
from best_friends.texts.languages import best_language

ADDRESS = re.compile(r"[^@\s\x00-\x1f\x7f-\x9f]{1,64}@[^@\s\x00-\x1f\x7f-\x9f]{1,255}")
Posted = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ShowReferralsPage:
    """Show a Friend its referrals (which changes nothing, ever), or record another one.

    The page says the same whether a referral stands or was declined; a letter tells the Friend.
    """

    follow: FollowLink
    record: RecordReferral
    programme: Programme

    @property
    def friends(self) -> Friends:
        """The accounts."""
        return self.record.friends

    @property
    def referrals(self) -> Referrals:
        """What was referred."""
        return self.record.referrals

    def __call__(
        self, token: str, posted: Posted | None, language: str
    ) -> tuple[ReferralsPage, Recorded | None]:
        """The page, and what came of a form; `posted` is None when nothing was posted."""
        try:
            friend = behind(self.follow, self.friends, token, REFERRALS)
        except UnknownLink:
            return ReferralsPage(AskState.UNKNOWN_LINK, language), None
        except ExpiredLink:
            return ReferralsPage(AskState.EXPIRED_LINK, language), None
        if posted is None:
            return self._page(friend, token, AskState.OPEN), None
        form = _form_of(posted)
        faults = faults_of(form)
        if faults:
            return self._page(friend, token, AskState.FAULTY, form, faults), None
        if self._many_today(friend):
            return self._page(friend, token, AskState.TOO_MANY), None
        person = Person(form.address.strip(), form.name, form.may_be_named)
        recorded = self.record(friend.friend_id, person)
        return self._page(friend, token, AskState.ASKED, new=recorded.referral), recorded

    def _many_today(self, friend: Friend) -> bool:
        since = self.record.clock() - timedelta(days=1)
        return sum(one.recorded_at > since for one in self._own(friend)) >= MOST_A_DAY

    def _own(self, friend: Friend) -> list[Referral]:
        return self.referrals.of_friends(self.record.accounts_of(friend.friend_id))

    def _page(
        self,
        friend: Friend,
        token: str,
        state: AskState,
        form: ReferralForm | None = None,
        faults: frozenset[Field] = frozenset(),
        new: Referral | None = None,
    ) -> ReferralsPage:
        policy = self.programme.settings().policy
        known = {one.referral_id: one for one in self._own(friend)}
        if new is not None:  # the index that finds a Friend's referrals may be a moment behind
            known = {new.referral_id: new} | known
        year = business_date(self.record.clock(), policy.programme.zone).year
        return ReferralsPage(
            state=state,
            language=best_language(friend.language, policy.programme.languages),
            name=friend.display_name,
            token=token,
            referrals=tuple(told_in(one, policy.programme.zone) for one in known.values()),
            year=year,
            counted=friends_in(known.values(), Accounts(self.friends).surviving).get(year, 0),
            needed=policy.referrals.ambassador_from,
            form=form or ReferralForm(),
            faults=faults,
        )


def faults_of(form: ReferralForm) -> frozenset[Field]:
    """The fields that have to be filled in differently."""
    address = form.address.strip()
    found = set()
    if len(address) > ADDRESS_LENGTH or not ADDRESS.fullmatch(address):
        found.add(Field.ADDRESS)
    if not form.consent:
        found.add(Field.CONSENT)
    if len(one_line(form.name)) > NAME_LENGTH or (form.may_be_named and not one_line(form.name)):
        found.add(Field.NAME)
    return frozenset(found)


def _form_of(posted: Posted) -> ReferralForm:
    return ReferralForm(
        _one(posted, Field.ADDRESS)[: ADDRESS_LENGTH + 1],
        _one(posted, Field.NAME)[: 4 * NAME_LENGTH],
        bool(_one(posted, Field.CONSENT)),
        bool(_one(posted, Field.MAY_BE_NAMED)),
    )


def _one(posted: Posted, name: str) -> str:
    values = posted.get(name, ())
    return values[0] if len(values) == 1 else ""
