"""Announcements: who hears of one when, what a correction and a withdrawal come to, and how far they are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

MORNING = time(6)
"""From this hour, in the programme's time zone, an announcement goes out on its day."""


class AnnouncementState(StrEnum):
    """An announcement stands until it is withdrawn."""

    SCHEDULED = "scheduled"
    WITHDRAWN = "withdrawn"


class RoundKind(StrEnum):
    """Why the Friends are gone through: each round orders letters for some of them."""

    EARLY = "early"
    EVERYBODY = "everybody"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class AnnouncementWords:
    """An announcement in one language."""

    subject: str
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """A version: who wrote it when and why, and in each language what it corrects ({} for the first)."""

    version: int
    at: datetime
    who: str
    why: str
    corrected: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Round:
    """A walk through all Friends for a version. `after` is the last Friend that was looked at, None before
    the first; `ordered` counts the letters so far."""

    kind: RoundKind
    version: int
    after: str | None = None
    ordered: int = 0


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement and how far it is. `words` are those of the newest of its `editions`.

    Best Friends hear of it from `early_on`, everybody else from `publish_on`, both in the morning.
    `begun` is whether anybody may have it at all; everybody who has it has been told of the versions up to
    `reached`. `running` is the round that goes on, `done` are those that have ended. `revision` counts the
    writes of the record, so that of two writers one is told to look again.
    """

    announcement_id: str
    publish_on: date
    early_on: date
    words: Mapping[str, AnnouncementWords]
    editions: tuple[Edition, ...]
    state: AnnouncementState = AnnouncementState.SCHEDULED
    withdrawn: Edition | None = None
    begun: bool = False
    early: bool = False
    published: bool = False
    reached: int = 0
    taken_back: bool = False
    running: Round | None = None
    done: tuple[Round, ...] = ()
    revision: int = 0

    @property
    def version(self) -> int:
        """The number of the newest edition, from 1."""
        return self.editions[-1].version

    def out_at(self, now: datetime, zone: tzinfo, *, best_friend: bool) -> bool:
        """Whether it is out for a Best Friend, or for everybody else."""
        day = min(self.early_on, self.publish_on) if best_friend else self.publish_on
        return now >= morning_of(day, zone)


def early_day(publish_on: date, days_before: int) -> date:
    """The day on which Best Friends hear of an announcement."""
    return publish_on - timedelta(days=days_before)


def morning_of(day: date, zone: tzinfo) -> datetime:
    """From when on something is told on a day."""
    return datetime.combine(day, MORNING, zone)


def next_round(announcement: Announcement, now: datetime, zone: tzinfo) -> Round | None:
    """The round that is due, or goes on; None when everybody who may know it knows it.

    A round that has begun is ended first, also when there is a newer version: whoever sends a letter takes
    the newest, and those who were told before are told of it in a round of its own.
    """
    if announcement.state is AnnouncementState.WITHDRAWN:
        return _withdrawal(announcement)
    if announcement.running:
        return announcement.running
    new = Round(RoundKind.CORRECTION, announcement.version)
    if not announcement.published and announcement.out_at(now, zone, best_friend=False):
        return replace(new, kind=RoundKind.EVERYBODY)
    out_early = announcement.out_at(now, zone, best_friend=True)
    if out_early and not announcement.early and not announcement.published:
        return replace(new, kind=RoundKind.EARLY)
    return new if announcement.begun and announcement.reached < announcement.version else None


def _withdrawal(announcement: Announcement) -> Round | None:
    if announcement.taken_back or not announcement.begun:
        return None
    running = announcement.running
    if running and running.kind is RoundKind.WITHDRAWAL:
        return running
    return Round(RoundKind.WITHDRAWAL, announcement.version)


def begun(announcement: Announcement, due: Round) -> Announcement:
    """The announcement once a round begins or goes on; written before anything is ordered."""
    return replace(announcement, running=due, begun=True)


def gone_on(announcement: Announcement, due: Round, after: str | None, ordered: int) -> Announcement:
    """The announcement after a part of a round; `after` is None when it was the last part."""
    now = replace(due, after=after, ordered=due.ordered + ordered)
    if after is not None:
        return replace(announcement, running=now)
    withdrawal = due.kind is RoundKind.WITHDRAWAL
    return replace(
        announcement,
        running=None,
        done=(*announcement.done, now),
        early=announcement.early or due.kind in (RoundKind.EARLY, RoundKind.EVERYBODY),
        published=announcement.published or due.kind is RoundKind.EVERYBODY,
        taken_back=announcement.taken_back or withdrawal,
        reached=announcement.reached if withdrawal else max(announcement.reached, due.version),
    )


def concerns(due: Round, *, active: bool, best_friend: bool, has_it: bool) -> bool:
    """Whether a round is about a Friend: those who have it always hear of what becomes of it."""
    if has_it:
        return True
    match due.kind:
        case RoundKind.EARLY:
            return active and best_friend
        case RoundKind.EVERYBODY:
            return active
        case _:
            return False


def corrected(
    announcement: Announcement,
    edition: Edition,
    words: Mapping[str, AnnouncementWords],
    publish_on: date,
    early_on: date,
) -> Announcement:
    """The announcement with another edition. A new day of publication lets Best Friends be gone through
    again; whoever has it is not written to twice."""
    moved = publish_on != announcement.publish_on
    return replace(
        announcement,
        words=words,
        publish_on=publish_on,
        early_on=early_on,
        early=announcement.early and not moved,
        editions=(*announcement.editions, edition),
    )


def corrections_since(announcement: Announcement, version: int, language: str) -> tuple[str, ...]:
    """What was corrected since a version, in a language, oldest first."""
    return tuple(
        said
        for one in announcement.editions
        if one.version > version and (said := one.corrected.get(language) or _any(one.corrected))
    )


def _any(said: Mapping[str, str]) -> str:
    return next(iter(said.values()), "")


class Next(StrEnum):
    """What a letter about an announcement says to one Friend."""

    ANNOUNCEMENT = "announcement"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


def letter_for(
    announcement: Announcement, *, active: bool, best_friend: bool, had: int, now: datetime, zone: tzinfo
) -> Next | None:
    """What a Friend who had the version `had` (0 for none) is to be told now; None for nothing.

    It follows from what is so, and not from who ordered the letter: an order that comes late or twice says
    what is true then.
    """
    if announcement.state is AnnouncementState.WITHDRAWN:
        return Next.WITHDRAWAL if had else None
    if had:
        return Next.CORRECTION if had < announcement.version else None
    out = announcement.out_at(now, zone, best_friend=best_friend)
    return Next.ANNOUNCEMENT if active and out else None
