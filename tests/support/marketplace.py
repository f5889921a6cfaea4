"""A marketplace, Friend by Friend: what the tests arrange before they act."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from zoneinfo import ZoneInfo

from best_friends.domain.calendar import Calendar
from best_friends.domain.friends import Area, Engagement, Friend
from best_friends.domain.invitation import Invitation, InvitationState, Reasons
from best_friends.domain.ledger import Job, JobStatus, LedgerEntry, Rating, entry_of_job, entry_of_rating
from best_friends.domain.policy import Policy, Role
from best_friends.domain.programme import Run, Settings, YearRecord, YearState
from best_friends.domain.stats import replay
from tests.support.stack import SIX_IN_ZURICH, Stack

ZURICH = ZoneInfo("Europe/Zurich")
YEAR = 2025
IN_JUNE = datetime(2025, 6, 15, 12, tzinfo=UTC)
ANSWER_UNTIL = datetime(2026, 2, 5, 23, tzinfo=UTC)
"""The midnight, in Zurich, after the last day to answer of a year opened on 15 January 2026."""
CALENDAR = Calendar(date(2026, 1, 15), (date(2026, 1, 22), date(2026, 1, 29)), date(2026, 2, 5))
REASONS = Reasons(by_figures=True, roles=(), ratings=20, stars=98, cents=900_000, currency="CHF")


def friend(friend_id: str, *, active: bool = True, region: str = "ZH", language: str = "de") -> Friend:
    """A Friend whose name and address can be told from everything else that is written."""
    return Friend(
        friend_id=friend_id,
        display_name=f"Mara {friend_id} Muster",
        email=address_of(friend_id),
        language=language,
        areas=(Area(47.3769, 8.5417, 20.0), Area(47.39, 8.04, 7.5, "work")),
        skills=("printers", "wifi"),
        joined_on=date(2021, 3, 1),
        active=active,
        region=region,
        postal_code="8001",
    )


def address_of(friend_id: str) -> str:
    """A Friend's address."""
    return f"{friend_id.lower()}@mailbox.example"


def invitation(
    friend_id: str,
    *,
    state: InvitationState = InvitationState.OPEN,
    answer_until: datetime = ANSWER_UNTIL,
    reasons: Reasons = REASONS,
) -> Invitation:
    """An invitation of the year."""
    return Invitation(friend_id, YEAR, state, reasons, answer_until)


def year_record(
    *, year: int = YEAR, policy: Policy | None = None, state: YearState = YearState.OPEN, what_if: str = ""
) -> YearRecord:
    """A year that was opened by the schedule."""
    return YearRecord(
        run=Run(year, what_if),
        state=state,
        policy=policy or Policy(),
        currency="CHF",
        calendar=CALENDAR,
        opened_at=SIX_IN_ZURICH,
        opened_by="the-first",
        answer_until=ANSWER_UNTIL,
    )


@dataclass(slots=True)
class Marketplace:
    """Collects, then writes everything at once."""

    stack: Stack
    friends: dict[str, Friend] = field(default_factory=dict)
    entries: list[LedgerEntry] = field(default_factory=list)
    engagements: list[Engagement] = field(default_factory=list)
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    def has(
        self, friend_id: str, *, active: bool = True, region: str = "ZH", language: str = "de"
    ) -> "Marketplace":
        """Add a Friend without any history."""
        self.friends[friend_id] = friend(friend_id, active=active, region=region, language=language)
        return self

    def rated(
        self, friend_id: str, stars: int = 5, *, times: int = 1, at: datetime = IN_JUNE
    ) -> "Marketplace":
        """Add ratings."""
        for _ in range(times):
            rating = Rating(f"R{next(self._ids)}", "J0", friend_id, stars, at)
            self.entries.append(entry_of_rating(rating, ZURICH))
        return self

    def earned(self, friend_id: str, cents: int, *, at: datetime = IN_JUNE) -> "Marketplace":
        """Add a completed job."""
        entry = entry_of_job(job(f"J{next(self._ids)}", friend_id, cents, at), ZURICH)
        assert entry
        self.entries.append(entry)
        return self

    def engaged(
        self, friend_id: str, role: Role, held_from: date, held_until: date | None = None
    ) -> "Marketplace":
        """Add a role."""
        self.engagements.append(Engagement(friend_id, role, held_from, held_until))
        return self

    def star(
        self, friend_id: str, cents: int = 1_000_000, *, region: str = "ZH", language: str = "de"
    ) -> "Marketplace":
        """Add a Friend whose ratings qualify; whether its revenue does is up to the others."""
        return (
            self.has(friend_id, region=region, language=language)
            .rated(friend_id, 5, times=15)
            .earned(friend_id, cents)
        )

    def write(self) -> "Marketplace":
        """Write Friends, engagements and the ledger."""
        self.stack.programme.save_settings(Settings(currency="CHF"))
        self.stack.friends.put_many(self.friends.values())
        self.stack.engagements.put_many(self.engagements)
        self.stack.ledger.write(self.entries, [])
        return self

    def settle(self) -> "Marketplace":
        """Write everything, and the stats as the stream would have left them."""
        self.write()
        for friend_id in sorted({entry.friend_id for entry in self.entries}):
            own = [entry for entry in self.entries if entry.friend_id == friend_id]
            stored = self.stack.stats.get(friend_id)
            self.stack.stats.put(friend_id, replay(own), read_at=stored.version)
        return self


def job(job_id: str, friend_id: str, cents: int, at: datetime) -> Job:
    """A completed job."""
    return Job(job_id, friend_id, "C1", "wifi", None, None, at, at, JobStatus.COMPLETED, cents, "CHF")
