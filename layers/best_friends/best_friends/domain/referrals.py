"""Thanks for referrals: what is declined, how a referral comes along, and who is a brand ambassador by it.

Of the person who was referred nothing is kept that is not needed: the address only as a digest, by which
the person is recognised when it becomes a Friend, and the name only if it may be told (domain.md, "Thanks
for referrals").
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from best_friends.domain.friends import Engagement
from best_friends.domain.letter import LetterKind
from best_friends.domain.policy import Role
from best_friends.domain.requests import one_line
from best_friends.domain.stats import Months

NAME_LENGTH = 80
TENTH = 10
MOST_A_DAY = 20
"""So many persons may be referred on the page within 24 hours: an answer tells a little of an address."""

NAME_KEPT = timedelta(days=365)
"""A name is forgotten so long after the last thing that happened."""

NOBODY = "#erased"
"""Whose a referral is when the Friend who made it was erased; no account has an id with a `#`."""

DIGITS = 24
"""Of the digest of an address that make an id: 96 bits, too many for two persons to share one."""


class Declined(StrEnum):
    """Why a referral came to nothing. Operators see it; the Friend is told that one of them applies."""

    SELF = "self"
    FRIEND = "friend"
    REFERRED = "referred"
    SUPPRESSED = "suppressed"


class Stage(StrEnum):
    """How far a referral has come."""

    RECORDED = "recorded"
    JOINED = "joined"
    FIRST_JOB = "first_job"
    TENTH_JOB = "tenth_job"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a Friend refers, as it is typed. `consents` is that the person knows and agrees."""

    address: str
    name: str = ""
    may_be_named: bool = False


@dataclass(frozen=True, slots=True)
class Referral:
    """A person referred by the Friend `friend_id`; instants have an offset.

    `name` is "" unless the person may be named. `joined` is the account that the person has now, "" before
    it has one and after it was erased. `months` (`YYYY-MM`) are those with a completed job of that Friend.
    """

    referral_id: str
    friend_id: str
    recorded_at: datetime
    name: str = ""
    declined: Declined | None = None
    joined: str = ""
    joined_at: datetime | None = None
    first_job_at: datetime | None = None
    tenth_job_at: datetime | None = None
    months: tuple[str, ...] = ()
    version: int = 0

    @property
    def stage(self) -> Stage:
        """How far it has come."""
        if self.declined:
            return Stage.DECLINED
        for stage, at in (
            (Stage.TENTH_JOB, self.tenth_job_at),
            (Stage.FIRST_JOB, self.first_job_at),
            (Stage.JOINED, self.joined_at),
        ):
            if at is not None:
                return stage
        return Stage.RECORDED

    @property
    def years(self) -> frozenset[int]:
        """The years in which the Friend has completed a job."""
        return frozenset(int(month[:4]) for month in self.months)

    @property
    def last_at(self) -> datetime:
        """When something happened last."""
        known = (self.joined_at, self.first_job_at, self.tenth_job_at)
        return max([self.recorded_at, *(at for at in known if at is not None)])


def digest_of(address: str) -> str:
    """What an address is recognised by, however it is capitalised and whatever stands around it."""
    return hashlib.sha256(address.strip().casefold().encode()).hexdigest()[:DIGITS]


def referral_id_of(address: str) -> str:
    """The one id of a referral of the person with this address: the first who refers it has it for ever."""
    return f"ref-{digest_of(address)}"


def declined_id_of(friend_id: str, address: str) -> str:
    """The one id of what was declined to a Friend about an address, however often it tries."""
    digest = hashlib.sha256(f"{friend_id}#{digest_of(address)}".encode()).hexdigest()
    return f"dec-{digest[:DIGITS]}"


def name_to_keep(person: Person) -> str:
    """The name on one line if the person may be named, else nothing."""
    return one_line(person.name)[:NAME_LENGTH] if person.may_be_named else ""


def declined_for(*, own: bool, known: bool, referred: bool, suppressed: bool) -> Declined | None:
    """Why a referral is declined; the first that applies, None for one that stands."""
    reasons = (
        (own, Declined.SELF),
        (known, Declined.FRIEND),
        (referred, Declined.REFERRED),
        (suppressed, Declined.SUPPRESSED),
    )
    return next((reason for applies, reason in reasons if applies), None)


def came_along(referral: Referral, months: Mapping[str, int], at: datetime) -> Referral:
    """The referral as the Friend's completed jobs by month say now.

    A milestone is reached once and keeps its instant, whatever is corrected later; the months follow the
    stats both ways.
    """
    total = sum(months.values())
    return replace(
        referral,
        first_job_at=referral.first_job_at or (at if total >= 1 else None),
        tenth_job_at=referral.tenth_job_at or (at if total >= TENTH else None),
        months=tuple(sorted(month for month, jobs in months.items() if jobs > 0)),
    )


def jobs_in(months: Months) -> dict[str, int]:
    """Completed jobs by month."""
    return {month: totals.jobs for month, totals in months.items() if totals.jobs}


def thanks_due(referral: Referral) -> tuple[LetterKind, ...]:
    """Every letter of thanks that a referral has earned so far; each leaves once by its id."""
    if referral.declined:
        return (LetterKind.REFERRAL_DECLINED,)
    results = (
        (LetterKind.REFERRAL_JOINED, referral.joined_at),
        (LetterKind.REFERRAL_FIRST_JOB, referral.first_job_at),
        (LetterKind.REFERRAL_TENTH_JOB, referral.tenth_job_at),
    )
    return (LetterKind.REFERRAL_THANKS, *(kind for kind, at in results if at is not None))


def friends_in(referrals: Iterable[Referral], account_of: Callable[[str], str]) -> dict[int, int]:
    """How many referred Friends have a completed job in each year.

    Two accounts that are one person by now count once; one that was erased counts by what is kept of it.
    """
    found: dict[int, set[str]] = defaultdict(set)
    for one in referrals:
        who = account_of(one.joined) if one.joined else one.referral_id
        for year in one.years:
            found[year].add(who)
    return {year: len(who) for year, who in found.items()}


def ambassador_of(friend_id: str, year: int) -> Engagement:
    """The engagement that referrals earn: a brand ambassador of the whole year."""
    return Engagement(friend_id, Role.BRAND_AMBASSADOR, date(year, 1, 1), date(year, 12, 31), earned=True)


def ambassador_change(known: Engagement | None, wanted: Engagement, *, is_one: bool) -> Engagement | None:
    """What has to be written so that the engagement is as the referrals say; None when it is.

    `known` is what stands under the same key. What the marketplace or operators say of it goes first: only
    an engagement that was earned and that nobody has decided on is taken back or given again.
    """
    if known is None:
        return wanted if is_one else None
    ours = known.earned and known.decided is None
    if not ours or known.withdrawn is not is_one:
        return None
    return replace(known, withdrawn=not is_one)


def name_over(referral: Referral, now: datetime) -> bool:
    """Whether a name has been kept long enough."""
    return bool(referral.name) and referral.last_at + NAME_KEPT < now


def told_in(referral: Referral, zone: tzinfo) -> Referral:
    """The referral with its instants told where the programme lives: months and days are those of there."""
    first, tenth = referral.first_job_at, referral.tenth_job_at
    return replace(
        referral,
        recorded_at=referral.recorded_at.astimezone(zone),
        first_job_at=first.astimezone(zone) if first else None,
        tenth_job_at=tenth.astimezone(zone) if tenth else None,
    )


def lasts_in(referral: Referral, month: str) -> bool:
    """Whether a referral was being followed in a month (`YYYY-MM`): until the tenth job, and in its month."""
    tenth = referral.tenth_job_at
    return referral.declined is None and (tenth is None or f"{tenth:%Y-%m}" >= month)


def went_on_in(referral: Referral, month: str) -> bool:
    """Whether a month has news that no letter of thanks has told: the Friend went on completing jobs in it.

    `first_job_at` is in the programme's time zone. The month of the first job is told by its own letter.
    """
    first = referral.first_job_at
    told = first is not None and f"{first:%Y-%m}" == month
    return lasts_in(referral, month) and month in referral.months and not told


def month_before(day: date) -> str:
    """The calendar month before that of a day, as `YYYY-MM`."""
    last = day.replace(day=1) - timedelta(days=1)
    return f"{last:%Y-%m}"
