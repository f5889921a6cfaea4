"""Bring the referrals of a marketplace's export in; what is there already stays untouched."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from best_friends.application.imported import Imported, Progress
from best_friends.application.record_referral import RecordReferral
from best_friends.domain.erasure import key_of
from best_friends.domain.ledger import business_date
from best_friends.domain.referrals import Person

REFERRALS = "referrals"


@dataclass(frozen=True, slots=True)
class ExportedReferral:
    """A row of the export: who referred whom, and when."""

    friend_id: str
    person: Person
    referred_at: datetime


@dataclass(frozen=True, slots=True)
class ImportReferrals:
    """Record each row as if the Friend had referred the person then; the first who did has it."""

    record: RecordReferral
    erased: frozenset[str]

    def __call__(
        self, rows: Iterable[ExportedReferral], zone: ZoneInfo, done: Imported, progress: Progress
    ) -> None:
        """Import the rows, the oldest first; `done` counts those that were new."""
        for row in sorted(rows, key=lambda one: (one.referred_at, one.friend_id, one.person.address)):
            if not self.erased or key_of(row.friend_id) not in self.erased:
                on = business_date(row.referred_at, zone)
                recorded = self.record(row.friend_id, row.person, on)
                done.count(done.new if recorded.is_new else done.unchanged, REFERRALS)
            progress(REFERRALS, 1)
