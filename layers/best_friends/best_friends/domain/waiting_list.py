"""The waiting list of an event: how it is ordered, who is admitted, and why somebody stands where."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from best_friends.domain.events import Entry, Event, Registration


def by_registration(registrations: Iterable[Registration]) -> list[Registration]:
    """Registrations by their time; at the same instant by Friend id."""
    return sorted(registrations, key=lambda one: (one.registered_at, one.friend_id))


def ordered(line: Sequence[Entry], best_friends: Collection[str], places_up: int) -> tuple[Entry, ...]:
    """Let each Best Friend that has not moved yet move up, once.

    It moves past up to `places_up` of those right before it, and stops behind another Best Friend: among
    themselves they stay in the order in which they stood. Nobody else moves but by being passed, so nobody is
    passed by more than there are Best Friends behind it. `best_friends` are stubs.

    >>> five = [Entry(f"{n}", n) for n in range(1, 6)]
    >>> [one.number for one in ordered(five, {"5"}, 3)]
    [1, 5, 2, 3, 4]
    """
    placed: list[Entry] = []
    for entry in line:
        if entry.stub not in best_friends or entry.moved_up is not None:
            placed.append(entry)
            continue
        target = len(placed)
        while (
            target > 0 and len(placed) - target < places_up and not _stands(placed[target - 1], best_friends)
        ):
            target -= 1
        passed = [replace(one, passed_by=one.passed_by + 1) for one in placed[target:]]
        placed[target:] = [replace(entry, moved_up=len(passed)), *passed]
    return tuple(placed)


def _stands(entry: Entry, best_friends: Collection[str]) -> bool:
    return entry.stub in best_friends or entry.moved_up is not None


@dataclass(frozen=True, slots=True)
class Rule:
    """What a list is ordered by: who holds the status (looked up only when it matters), and the policy."""

    best_friends: Callable[[], Collection[str]]
    places_up: int


def settled(event: Event, registrations: Collection[Registration], rule: Rule, now: datetime) -> Event:
    """The event with its list as it has to be; the same again when it is so already.

    `registrations` are those that stand, one a person. Before the closing nobody is on the list; after the
    start, and when the event is cancelled, nothing moves any more. Nobody who is admitted loses the place:
    only a registration that does not stand any more leaves the list.
    """
    if not event.to_be_ordered(now):
        return event
    standing = {one.stub: one for one in registrations}
    stayed = [one for one in event.line if one.stub in standing]
    spent = {*event.spent, *(_ticket(one.stub) for one in event.line if one.moved_up is not None)}
    known = {one.stub for one in stayed}
    new = by_registration(one for stub, one in standing.items() if stub not in known)
    entries = [
        Entry(one.stub, number, moved_up=0 if one.ticket in spent else None)
        for number, one in enumerate(new, start=event.numbered + 1)
    ]
    admitted = [one for one in stayed if one.admitted]
    waiting = (*(one for one in stayed if not one.admitted), *entries)
    free = max(0, event.facts.places - len(admitted))
    if waiting and (free or event.ordered_at is None):
        waiting = ordered(waiting, rule.best_friends(), rule.places_up)
    line = (*admitted, *(replace(one, admitted=at < free) for at, one in enumerate(waiting)))
    left = {_ticket(one.stub) for one in event.line} - {_ticket(one.stub) for one in stayed}
    after = replace(
        event,
        ordered_at=event.ordered_at or now,
        line=line,
        numbered=event.numbered + len(entries),
        spent=tuple(sorted({*event.spent, *(spent & left)})),
        untold=tuple(one for one in event.untold if one in standing),
    )
    return _with_news(event, after)


def _with_news(before: Event, after: Event) -> Event:
    """Mark whose place or position is another one than before. Who came after the ordering hears of the
    position by the letter that says that it registered, so only an admission is news."""
    first = before.ordered_at is None
    was = {one.stub: (one.admitted, at) for one, at in _positions(before.line)}
    line, untold = [], list(after.untold)
    for one, at in _positions(after.line):
        news = was[one.stub] != (one.admitted, at) if one.stub in was else first or one.admitted
        line.append(replace(one, tale=one.tale + 1) if news else one)
        if news and one.stub not in untold:
            untold.append(one.stub)
    return replace(after, line=tuple(line), untold=tuple(untold))


def _positions(line: Sequence[Entry]) -> list[tuple[Entry, int]]:
    """Each entry with its position; those admitted have none."""
    admitted = [(one, 0) for one in line if one.admitted]
    return admitted + [(one, at) for at, one in enumerate((e for e in line if not e.admitted), start=1)]


def _ticket(stub: str) -> str:
    return stub.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody stands where it stands, in figures that its page and letters put into words.

    `position` is that on the waiting list, 0 for who is admitted; `number` the registration's number.
    `moved_up` says by how many places it moved up as a Best Friend, None without a move; `passed_by` how
    many Best Friends moved past it; `gone` how many before it have left the waiting list, with a place or
    without one.
    """

    position: int
    number: int
    moved_up: int | None
    passed_by: int
    gone: int


def reason_for(event: Event, stub: str) -> Reason | None:
    """The reason of a registration; None when it is not on the list."""
    entry = event.entry(stub)
    if entry is None:
        return None
    position = event.position(stub)
    stood = entry.number - (entry.moved_up or 0) + entry.passed_by
    gone = max(0, stood - position) if position else 0
    return Reason(position, entry.number, entry.moved_up, entry.passed_by, gone)
