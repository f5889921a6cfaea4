"""`best-friends why JOB FRIEND`: the answer on one screen."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from best_friends.application.why import Explanation, Verdict
from best_friends.domain.offer import END_OF_STATUS, Ending, Pick

ENDINGS = {
    Ending.ACCEPTED: "a Friend accepted it",
    Ending.CANCELLED: "it was cancelled",
    Ending.COMPLETED: "it was completed",
    Ending.EXHAUSTED: "all candidates or all waves were used up",
    Ending.NO_CANDIDATE: "nobody's area covers its place",
    Ending.UNKNOWN_SKILL: "nobody has its skill",
    Ending.NO_PLACE: "it has no place",
    Ending.TOO_OLD: "it was posted too long ago to be offered",
    Ending.UNKNOWN_JOB: "it was not known",
}


NO_CHANGE = {
    Verdict.WITHOUT_SKILL: "none of radius or status: it is the skill that is missing",
    Verdict.NOT_IN_ROSTER: "none of radius or status: the Friend has to be in the roster first",
    Verdict.PASSED_OVER: "none of radius or status: the place in the wave was there",
}


def screen_of(found: Explanation) -> RenderableType:
    """Verdict, factors and the smallest change, as people read them."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="dim")
    table.add_column()
    for label, value in _rows(found):
        table.add_row(label, value)
    head = Text(f"Job {found.job.job_id} and Friend {found.friend_id}", style="bold")
    return Group(head, Text(verdict_of(found)), Text(""), table)


def document_of(found: Explanation) -> dict[str, Any]:
    """The answer as JSON-ready data; the customer and its place stay out of it."""
    document = asdict(found)
    document["job"] = {
        "job_id": found.job.job_id,
        "skill": found.job.skill,
        "status": str(found.job.status),
        "posted_at": found.job.posted_at.isoformat(),
    }
    return document | {"says": verdict_of(found)}


def verdict_of(found: Explanation) -> str:
    """The answer in a sentence."""
    return VERDICTS[found.verdict](found)


def _notified(found: Explanation) -> str:
    if not found.pick:
        return f"Notified in wave {found.wave}."
    place = " in a newcomer's place" if found.pick.newcomer and found.early else ""
    return f"Notified in wave {found.wave}, at rank {found.pick.rank} of {found.candidates}{place}."


def _passed_over(found: Explanation) -> str:
    return f"Passed over in wave {found.wave}: {found.hindrance} by then, so the next in order came in."


def _not_reached(found: Explanation) -> str:
    rank = f", at rank {found.pick.rank} of {found.candidates}" if found.pick else ""
    return f"Not reached{rank}: {_reached(found)}."


def _outside(found: Explanation) -> str:
    away, radius = found.distance_km or 0.0, found.radius_km or 0.0
    return f"Excluded by the radius: the job is {away:.1f} km away, the area reaches {radius:g} km."


def _without_skill(found: Explanation) -> str:
    return f"Excluded by the skill: {found.job.skill} is not among this Friend's skills."


def _not_in_roster(found: Explanation) -> str:
    now = f"; the Friend is {found.hindrance} now" if found.hindrance else ""
    return f"Excluded: not in the roster, so inactive, paused, or without an area or a skill{now}."


def _not_drawn(found: Explanation) -> str:
    too_old = Ending.TOO_OLD if found.expired else None
    ending = found.ending or END_OF_STATUS.get(found.job.status) or too_old
    if ending:
        return f"The job was offered to nobody: {ENDINGS[ending]}."
    return "The job was offered to nobody yet: its first wave is due, or waits for quiet hours to end."


VERDICTS: dict[Verdict, Callable[[Explanation], str]] = {
    Verdict.NOTIFIED: _notified,
    Verdict.PASSED_OVER: _passed_over,
    Verdict.NOT_REACHED: _not_reached,
    Verdict.OUTSIDE: _outside,
    Verdict.WITHOUT_SKILL: _without_skill,
    Verdict.NOT_IN_ROSTER: _not_in_roster,
    Verdict.NOT_DRAWN: _not_drawn,
}


def _reached(found: Explanation) -> str:
    waves = f"{found.waves} wave{'s' if found.waves != 1 else ''}"
    why = f", then {ENDINGS[found.ending]}" if found.ending else " so far"
    return f"the job went out in {waves}{why}" if found.waves else "the job went out to nobody yet"


def _rows(found: Explanation) -> Iterator[tuple[str, str]]:
    job = found.job
    yield "job", f"{job.skill}, {job.status}, posted {job.posted_at:%d %B %Y %H:%M %Z}"
    if found.alias_of:
        yield "account", f"an alias of {found.alias_of} by now, to whom jobs are offered instead"
    if found.pick:
        yield from _factors(found.pick)
    if found.letter:
        yield "notification", found.letter.replace("_", " ")
    if found.verdict not in (Verdict.NOTIFIED, Verdict.NOT_DRAWN):
        yield "smallest change", change_of(found)
    if found.matches is not None:
        same = "the stored waves come out of it again" if found.matches else "the stored waves DIFFER from it"
        yield "recomputed", f"from roster {found.roster[:16]}: {same}"
    elif found.waves:
        yield "recomputed", "not possible: the roster is not kept any more"


def _factors(pick: Pick) -> Iterator[tuple[str, str]]:
    yield "distance", f"{pick.distance_km:.1f} km"
    yield "proximity", f"{pick.proximity:.4f}"
    yield "quality", f"{pick.quality:.4f}{'  (a newcomer)' if pick.newcomer else ''}"
    yield "priority", f"{pick.priority:g}{'  (a Best Friend)' if pick.priority != 1 else ''}"
    weight = pick.proximity * pick.quality * pick.priority
    yield "weight", f"{weight:.4f}, and by lot the key {pick.key:.4f}: the smallest comes first"


def change_of(found: Explanation) -> str:
    """What would have been enough for the first wave."""
    change = found.change
    if change is None:
        return NO_CHANGE.get(found.verdict, "none: neither more radius nor the status would have been enough")
    parts = [f"{change.radius_km:g} km more radius"] if change.radius_km else []
    parts += ["being a Best Friend"] if change.best_friend else []
    return f"{' and '.join(parts)}, for the first wave"
