"""The programme's records: what is in force now, and what a year was opened with."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from best_friends.domain.calendar import Calendar, Pace
from best_friends.domain.invitation import Invitation
from best_friends.domain.ledger import business_date
from best_friends.domain.policy import Policy
from best_friends.domain.qualification import Cohort


class YearState(StrEnum):
    """Where a year stands."""

    OPEN = "open"
    FAILED = "failed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is in force: the policy, the one currency, and whose status runs.

    `best_friends_of` is the year whose Best Friends hold the status now, None before the first.
    `ranking_since` is when the policy's part about dispatch was put in force, None for ever since.
    """

    policy: Policy = field(default_factory=Policy)
    currency: str = ""
    best_friends_of: int | None = None
    ranking_since: datetime | None = None

    def with_policy(self, policy: Policy, at: datetime) -> "Settings":
        """Another policy in force; the ranking is as old as its numbers, whatever else changed."""
        same_ranking = policy.dispatch == self.policy.dispatch
        return replace(self, policy=policy, ranking_since=self.ranking_since if same_ranking else at)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the annual machine: the year itself, or a what-if by its name."""

    year: int
    what_if: str = ""

    @property
    def prefix(self) -> str:
        """Where the run keeps its files in the archive."""
        return f"what-if/{self.year}/{self.what_if}" if self.what_if else f"years/{self.year}"


@dataclass(frozen=True, slots=True)
class YearRecord:
    """A year as it was opened, and what has come of it. The policy in it never changes.

    `counts` holds the outcome's integers by name, `digests` the SHA-256 of what was archived;
    `pseudonymised` are the archived files in which erased Friends have pseudonyms since.
    """

    run: Run
    state: YearState
    policy: Policy
    currency: str
    calendar: Calendar
    opened_at: datetime
    opened_by: str
    pace: Pace | None = None
    answer_until: datetime | None = None
    cohorts: tuple[Cohort, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    audit: dict[str, Any] = field(default_factory=dict)
    failure: str = ""
    pseudonymised: tuple[str, ...] = ()

    def answer_by(self, invitation: Invitation) -> date:
        """The last whole day on which an invitation of this year may be answered.

        A late one has a period of its own. The others share the calendar's, whose day is told and not
        counted back from the instant: a rehearsal compresses instants.
        """
        if invitation.late:
            return business_date(invitation.answer_until, self.policy.programme.zone)
        return self.calendar.answer_by


def differences(one: Policy, other: Policy) -> list[str]:
    """Where two policies differ: `section.key: one -> other`, in the document's order."""
    before, after = one.document(), other.document()
    return [
        f"{section}.{key}: {value} -> {after[section][key]}"
        for section, keys in before.items()
        for key, value in keys.items()
        if after[section][key] != value
    ]
