"""Everything that is held about a person, as one document that machines can read, with a summary."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from best_friends.application.erase_archive import ROWS
from best_friends.application.errors import Refusal
from best_friends.application.person import Found, Held
from best_friends.application.ports import Clock
from best_friends.application.ports_person import Erasures, Row
from best_friends.domain.corrections import Correction
from best_friends.domain.ledger import Job
from best_friends.domain.offer import Wave
from best_friends.domain.stats import totals_of

VERSION = 1
"""Of the document's form: a key that is there means the same as long as this does not change."""

KEPT_ELSEWHERE = (
    "Besides, logs, the histories of workflows and the rosters of the last 90 days hold the id, and the"
    " rosters also the places and radii of the areas."
)
SOMEBODY_ELSE = "another Friend"
JSON: TypeAdapter[Any] = TypeAdapter(Any)
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ExportPerson:
    """Read only. Of other people it holds nothing: no customer, no place of theirs, nobody else of a wave."""

    held: Held
    erasures: Erasures
    clock: Clock

    def __call__(self, friend_id: str) -> Document:
        """The document of the person whose account this is, its aliases included.

        Raises:
            Refusal: when there is no such Friend, or it was erased.
        """
        erasure = self.erasures.get(friend_id)
        if erasure:
            was = "was" if erasure.done else "is being"
            raise Refusal(f"{friend_id} {was} erased on {erasure.erased_on}; there is nothing to export")
        if self.held.friends.get(friend_id) is None:
            raise Refusal(f"there is no Friend {friend_id}; look the id up in the marketplace")
        found = self.held.found(self.held.accounts_of(friend_id))
        document: Document = {
            "version": VERSION,
            "exported_at": self.clock().isoformat(timespec="seconds"),
            "friend_id": found.accounts[0],
            "aliases": list(found.accounts[1:]),
            "profiles": JSON.dump_python([asdict(one) for one in found.friends], mode="json"),
            "ledger": [asdict(one) for one in found.lines],
            "jobs": [_job(one) for one in found.jobs],
            "notifications": [row for one in found.waves for row in _picks(one, found)],
            "corrections": [_correction(one, found) for one in found.corrections if _own(one, found)],
            "trail_of_others": [
                {"at": one.at.isoformat(), "action": one.action, "who": one.who} for one in found.notes
            ],
            "archive": list(_archived(found)),
        }
        rows = {name: rows for name, rows in found.rows.items() if name != "profiles"}
        return {"summary": list(_summary(found)), **document, **rows}


def _job(job: Job) -> Row:
    document: Row = JSON.dump_python(asdict(job), mode="json")
    others = ("customer_id", "latitude", "longitude")
    return {name: value for name, value in document.items() if name not in others}


def _picks(wave: Wave, found: Found) -> Iterator[Row]:
    about = {
        "job_id": wave.job_id,
        "wave": wave.number,
        "at": wave.drawn_at.isoformat(),
        "skill": wave.skill,
        "candidates": wave.candidates,
        "roster": wave.roster,
    }
    for pick in wave.picks:
        if pick.friend_id in found.accounts:
            yield {**about, "notified": True, **asdict(pick)}
    for one in wave.passed_over:
        if one.friend_id in found.accounts:
            yield {**about, "notified": False, **asdict(one)}


def _own(correction: Correction, found: Found) -> bool:
    lines = [one for one in (correction.exported, correction.corrected) if one]
    return any(one.account in found.accounts for one in lines)


def _correction(correction: Correction, found: Found) -> Row:
    document: Row = JSON.dump_python(asdict(correction), mode="json")
    for name in ("exported", "corrected"):
        line = document[name]
        if line and line["friend_id"] not in found.accounts:  # given by or to somebody else
            document[name] = {**line, "friend_id": SOMEBODY_ELSE, "owner": ""}
    return document


def _archived(found: Found) -> Iterator[Row]:
    for one in found.files:
        rows = [json.loads(row) if one.version.path.endswith(ROWS) else row for row in one.rows]
        yield {"path": one.version.path, "latest": one.version.latest, "rows": rows}


def _summary(found: Found) -> Iterator[str]:
    """What is held, in plain sentences."""
    also = f" and the accounts merged into it ({', '.join(found.accounts[1:])})" if found.accounts[1:] else ""
    yield f"This is everything that the programme holds about {found.accounts[0]}{also}."
    for one in found.friends:
        state = "active" if one.active else "not active"
        yield (
            f"Profile {one.friend_id}: {one.display_name or 'no name'}, {one.email or 'no address'},"
            f" language {one.language or 'unknown'}, {_count(len(one.areas), 'area')},"
            f" skills {', '.join(one.skills) or 'none'}, joined on {one.joined_on}, {state}."
        )
    total = totals_of(found.lines)
    if found.lines:
        months = sorted(line.month for line in found.lines)
        average = f" with {total.stars / total.ratings:.2f} stars on average" if total.ratings else ""
        yield (
            f"Ledger from {months[0]} to {months[-1]}: {_count(total.jobs, 'completed job')} with a revenue"
            f" of {total.cents / 100:,.2f}, and {_count(total.ratings, 'rating')}{average}."
        )
    for row in found.rows.get("invitations", []):
        yield f"Invitation to be a Best Friend of {row['year']}: {row['state']}."
    picked = sum(len(list(_picks(wave, found))) for wave in found.waves)
    counted = (
        (len(found.jobs), "job accepted or done", "jobs accepted or done"),
        (picked, "entry in the waves of jobs", "entries in the waves of jobs"),
        (len(found.rows.get("letters", [])), "letter", "letters"),
        (len(found.rows.get("links", [])), "link in letters", "links in letters"),
        (len(found.rows.get("engagements", [])), "engagement", "engagements"),
        (len(found.rows.get("requests", [])), "request", "requests"),
        (len(found.rows.get("referrals", [])), "referral", "referrals"),
        (len(found.rows.get("registrations", [])), "registration for an event", "registrations for events"),
        (len(found.rows.get("testers", [])), "invitation to a product test", "invitations to product tests"),
        (len(found.rows.get("badges", [])), "badge", "badges"),
        (len(found.rows.get("verdicts", [])), "verdict of a year", "verdicts of years"),
        (len(found.rows.get("choices", [])), "choice about news", "choices about news"),
        (len(found.corrections), "correction of the ledger", "corrections of the ledger"),
        (len(found.rows.get("trail", [])), "note in the audit trail", "notes in the audit trail"),
    )
    yield f"Also: {', '.join(_count(number, *names) for number, *names in counted)}."
    yield _years(found.files)
    yield KEPT_ELSEWHERE


def _years(files: Sequence[Any]) -> str:
    years = sorted({one.version.path.split("/")[1] for one in files if "/" in one.version.path})
    return (
        f"The archive holds figures and verdicts of {', '.join(years)}."
        if years
        else ("The archive holds nothing of this person.")
    )


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
