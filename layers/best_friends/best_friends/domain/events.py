"""Events: what they are, when one may register, and who stands where (domain.md, "Benefits", 2).

An event is one row. The list of those who registered is part of it, so that whoever is admitted is decided
by one conditional write; it names registrations by a random ticket, never a Friend.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Self

from best_friends.domain.policy import LANGUAGES

MOST_PLACES = 5_000
LONGEST_TITLE = 120
LONGEST_PLACE = 200
ON_ITS_WAY = timedelta(seconds=30)
"""So long after the closing the list is ordered: who pressed in time is written down by then."""


class Phase(StrEnum):
    """Where an event stands at an instant."""

    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    OVER = "over"
    CANCELLED = "cancelled"


TAKES = (Phase.OPEN, Phase.CLOSED)
"""When one may register, or give the place back. After the closing one comes to the end of the list."""


class EventError(ValueError):
    """What an event cannot be, in one sentence that names the mend."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an event is. `titles` has at least one of the programme's languages; instants have an offset."""

    titles: Mapping[str, str]
    place: str
    places: int
    opens_at: datetime
    closes_at: datetime
    starts_at: datetime

    def title(self, language: str) -> str:
        """The title in a language, or else in the first of the programme's that it has."""
        known = [self.titles[one] for one in (language, *LANGUAGES) if one in self.titles]
        return known[0]

    def in_zone(self, zone: tzinfo) -> Self:
        """The same facts, their instants told in a time zone."""
        return replace(
            self,
            opens_at=self.opens_at.astimezone(zone),
            closes_at=self.closes_at.astimezone(zone),
            starts_at=self.starts_at.astimezone(zone),
        )


@dataclass(frozen=True, slots=True)
class Registration:
    """That a Friend registered. `turn` counts how often, from 1; each but the first follows a cancellation.

    `told` is whether the letter that says so was ordered.
    """

    event_id: str
    friend_id: str
    ticket: str
    registered_at: datetime
    turn: int = 1
    cancelled_at: datetime | None = None
    told: bool = False

    @property
    def stub(self) -> str:
        """What the list knows it by: who cancels and registers anew does so at the end of the list."""
        return f"{self.ticket}-{self.turn}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list. `number` is the registration's number by its time.

    `moved_up` is by how many places it moved up as a Best Friend's, None while it has not had its move;
    `passed_by` counts the Best Friends who moved past it; `tale` what was told of it so far.
    """

    stub: str
    number: int
    admitted: bool = False
    moved_up: int | None = None
    passed_by: int = 0
    tale: int = 0


@dataclass(frozen=True, slots=True)
class EventNote:
    """What operators did to an event, and why; the letter about a change or a cancellation quotes it."""

    at: datetime
    who: str
    action: str
    why: str


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its list. `ordered_at` is when the list was ordered first.

    `line` holds those admitted and those who wait, the latter in their order; `numbered` counts who was
    ever on it, `spent` are the tickets of those who have left after their move. `untold` are the entries
    whose news no letter was ordered for yet. `edition` counts changes of place and time after registration
    had opened, made at `changed_at`; `told_edition` is the one that was told. `finished` says that nothing
    happens to it any more. `version` counts its writes; two events that differ in it alone are equal.
    """

    event_id: str
    facts: Facts
    cancelled: bool = False
    ordered_at: datetime | None = None
    line: tuple[Entry, ...] = ()
    numbered: int = 0
    spent: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    edition: int = 0
    told_edition: int = 0
    changed_at: datetime | None = None
    finished: bool = False
    notes: tuple[EventNote, ...] = ()
    version: int = field(default=0, compare=False)

    def phase(self, now: datetime) -> Phase:
        """Where it stands."""
        if self.cancelled:
            return Phase.CANCELLED
        if now >= self.facts.starts_at:
            return Phase.OVER
        if self.ordered_at or now >= self.facts.closes_at:
            return Phase.CLOSED
        return Phase.OPEN if now >= self.facts.opens_at else Phase.ANNOUNCED

    def to_be_ordered(self, now: datetime) -> bool:
        """Whether registration has closed, long enough ago for everybody to be on the list."""
        return self.phase(now) is Phase.CLOSED and (
            self.ordered_at is not None or now >= self.facts.closes_at + ON_ITS_WAY
        )

    @property
    def admitted(self) -> tuple[Entry, ...]:
        """Those who have a place."""
        return tuple(one for one in self.line if one.admitted)

    @property
    def waiting(self) -> tuple[Entry, ...]:
        """Those who wait for one, in their order."""
        return tuple(one for one in self.line if not one.admitted)

    def entry(self, stub: str) -> Entry | None:
        """The line of a registration, if it is on the list."""
        return next((one for one in self.line if one.stub == stub), None)

    def position(self, stub: str) -> int:
        """The position on the waiting list, from 1; 0 for who does not wait."""
        return next((at for at, one in enumerate(self.waiting, start=1) if one.stub == stub), 0)


def checked(facts: Facts) -> Facts:
    """The facts, if an event can be so.

    Raises:
        EventError: saying what is wrong, and what is expected.
    """
    if not facts.titles:
        raise EventError("an event has no title; give one in at least one language")
    for language, title in facts.titles.items():
        if language not in LANGUAGES:
            raise EventError(
                f"{language!r}: no language of the programme; name one of {', '.join(LANGUAGES)}"
            )
        _text(f"the title in {language}", title, LONGEST_TITLE)
    _text("the place", facts.place, LONGEST_PLACE)
    if not 1 <= facts.places <= MOST_PLACES:
        raise EventError(f"{facts.places} places: expected 1 to {MOST_PLACES}")
    if not facts.opens_at < facts.closes_at <= facts.starts_at:
        raise EventError("registration must open before it closes, and close before the event starts")
    return facts


def _text(what: str, text: str, longest: int) -> None:
    if not text.strip() or len(text) > longest or not text.isprintable():
        raise EventError(f"{what} must be 1 to {longest} printable characters on one line")
