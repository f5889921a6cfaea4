"""Referrals and the suppression list in memory, over the world of `fakes_standing`."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from best_friends.application import ports_referrals
from best_friends.application.ambassadors import KeepAmbassadors
from best_friends.application.follow_referrals import FollowReferrals
from best_friends.application.forget_referral import ForgetReferral
from best_friends.application.hand_over import HandOver
from best_friends.application.import_referrals import ImportReferrals
from best_friends.application.links import REFERRALS, FollowLink
from best_friends.application.record_referral import Recorded, RecordReferral
from best_friends.application.referrals_page import ShowReferralsPage
from best_friends.application.send_referral_letter import SendReferralLetter
from best_friends.application.update_referrers import UpdateReferrers
from best_friends.domain.letter import LetterKind
from best_friends.domain.referrals import Person, Referral
from best_friends.domain.stats import Totals
from tests.unit.fakes import friend_of
from tests.unit.fakes_standing import StandingWorld
from tests.unit.line import Line, OnLine, call

MAX = "max@people.example"


class FakeReferrals(OnLine, ports_referrals.Referrals):
    """Referrals by id, and which account joined by which; `changed` is what the stream would tell."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[str, Referral] = {}
        self.by_account: dict[str, str] = {}
        self.months: set[str] = set()
        self.changed: list[str] = []

    def _write(self, referral: Referral) -> None:
        self.rows[referral.referral_id] = replace(referral, version=referral.version + 1)
        self.changed.append(referral.referral_id)

    @call
    def get(self, referral_id: str) -> Referral | None:
        return self.rows.get(referral_id)

    @call
    def get_many(self, referral_ids: Collection[str]) -> dict[str, Referral]:
        return {one: self.rows[one] for one in referral_ids if one in self.rows}

    @call
    def add(self, referral: Referral) -> bool:
        if referral.referral_id in self.rows:
            return False
        self._write(referral)
        return True

    @call
    def put(self, referral: Referral) -> bool:
        stands = self.rows.get(referral.referral_id)
        if stands is None or stands.version != referral.version:
            return False
        self._write(referral)
        return True

    @call
    def join(self, referral: Referral, friend_id: str, at: datetime) -> bool:
        stands = self.rows.get(referral.referral_id)
        if (
            stands is None
            or stands.version != referral.version
            or stands.joined
            or friend_id in self.by_account
        ):
            return False
        self.by_account[friend_id] = referral.referral_id
        self._write(replace(stands, joined=friend_id, joined_at=at))
        return True

    @call
    def joined(self, friend_ids: Collection[str]) -> dict[str, str]:
        return {one: self.by_account[one] for one in friend_ids if one in self.by_account}

    @call
    def of_friends(self, accounts: Sequence[str]) -> list[Referral]:
        found = [one for one in self.rows.values() if one.friend_id in accounts]
        return sorted(found, key=lambda one: (one.recorded_at, one.referral_id), reverse=True)

    @call
    def everything(self) -> Iterator[Referral]:
        return iter(list(self.rows.values()))

    @call
    def updated(self, month: str) -> bool:
        return month in self.months

    @call
    def note_updated(self, month: str) -> None:
        self.months.add(month)

    @call
    def remove(self, referral: Referral) -> bool:
        stands = self.rows.get(referral.referral_id)
        if stands is None or stands.version != referral.version:
            return False
        self.by_account.pop(stands.joined, None)
        del self.rows[referral.referral_id]
        self.changed.append(referral.referral_id)
        return True


class FakeSuppression(OnLine, ports_referrals.SuppressionList):
    """Addresses that get no mail."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.addresses: set[str] = set()

    @call
    def holds(self, address: str) -> bool:
        return address in self.addresses


class ReferralWorld(StandingWorld):
    """ADA refers; the streams are what `stream` delivers."""

    def __init__(self) -> None:
        super().__init__()
        self.clock.now = datetime(2026, 3, 3, 12, tzinfo=UTC)
        self.referrals = FakeReferrals(self.line)
        self.suppression = FakeSuppression(self.line)
        self.seconds: list[float] = []
        self.add("ADA", language="en")

    @property
    def record(self) -> RecordReferral:
        """Recording."""
        return RecordReferral(self.referrals, self.friends, self.directory, self.suppression, self.clock)

    @property
    def keep_ambassadors(self) -> KeepAmbassadors:
        """The engagement that referrals earn."""
        return KeepAmbassadors(
            self.referrals,
            self.friends,
            self.directory,
            self.roles,
            self.programme,
            self.decisions,
            self.clock,
        )

    @property
    def follow(self) -> FollowReferrals:
        """What the streams come to."""
        return FollowReferrals(
            self.referrals, self.friends, self.stats, self.queue, self.keep_ambassadors, self.clock
        )

    @property
    def forget(self) -> ForgetReferral:
        """Removing what is kept of somebody."""
        return ForgetReferral(self.referrals, self.keep_ambassadors, self.trail, self.clock)

    @property
    def update(self) -> UpdateReferrers:
        """What is due once a day."""
        return UpdateReferrers(self.referrals, self.follow, self.programme, self.queue, self.clock)

    @property
    def send_referral(self) -> SendReferralLetter:
        """Letters about referrals."""
        return SendReferralLetter(
            self.referrals,
            self.friends,
            self.directory,
            self.choices,
            self.programme,
            HandOver(self.letters, self.clock),
            self.mint,
            self.mail,
            self.clock,
            "https://pages.example",
            self.seconds.append,
        )

    @property
    def page(self) -> ShowReferralsPage:
        """The page."""
        return ShowReferralsPage(FollowLink(self.links, self.clock), self.record, self.programme)

    @property
    def import_referrals(self) -> ImportReferrals:
        """The import."""
        return ImportReferrals(self.record, frozenset())

    def refer(self, friend_id: str = "ADA", address: str = MAX, name: str = "") -> Recorded:
        """A Friend refers somebody."""
        return self.record(friend_id, Person(address, name, may_be_named=bool(name)))

    def token_of(self, friend_id: str) -> str:
        """A personal link's token."""
        return self.mint(REFERRALS, friend_id, 0, self.clock().replace(year=2027))

    def joins(self, friend_id: str, address: str = MAX) -> None:
        """Somebody becomes a Friend, and the stream says so."""
        self.friends.rows[friend_id] = replace(friend_of(friend_id), email=address)
        self.follow.friends_changed([friend_id])

    def works(self, friend_id: str, month: str, jobs: int) -> None:
        """A Friend's stats say so many jobs of a month, and the stream says so."""
        stored = self.stats.get(friend_id)
        months = {**stored.months, month: Totals(0, 0, jobs, jobs * 100)}
        self.stats.put(friend_id, months, read_at=stored.version)
        self.follow.stats_changed([friend_id])

    def stream(self) -> None:
        """Deliver what changed about referrals, until nothing changes any more; then send the letters."""
        while self.referrals.changed:
            changed, self.referrals.changed = self.referrals.changed, []
            self.follow.referred(changed)
        orders, self.queue.orders = list(self.queue.orders), []
        for order in orders:
            self.send_referral(order)

    def kinds(self) -> list[LetterKind]:
        """The kinds of letters that were sent."""
        return [LetterKind(one.tags["kind"]) for one in self.mail.sent]
