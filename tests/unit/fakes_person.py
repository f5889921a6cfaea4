"""A world with a person in every table and file of it; the line breaks wherever a test wants it to.

It stands on the fakes of the other use cases and adds what only an erasure needs. Every write of the
ledger leaves a record in its stream, and `pause` lets `update_stats` work it off, as on AWS.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any

from best_friends.application.correct_ledger import By
from best_friends.application.erase_archive import EraseArchived
from best_friends.application.erase_person import Erased, ErasePerson
from best_friends.application.errors import Conflict
from best_friends.application.export_person import ExportPerson
from best_friends.application.person import Held
from best_friends.application.ports import Link, Segment, StoredStats
from best_friends.application.ports_changes import Move
from best_friends.application.ports_person import FileVersion, Row
from best_friends.application.refresh_stats import RefreshStats
from best_friends.application.select_nominees import verdicts_path
from best_friends.application.survey import survey_path
from best_friends.domain.calendar import calendar_of
from best_friends.domain.corrections import Correction, Note
from best_friends.domain.erasure import Erasure, key_of
from best_friends.domain.friends import Area, Engagement, Friend
from best_friends.domain.invitation import Invitation, InvitationState, Reasons
from best_friends.domain.ledger import Job, JobStatus, LedgerEntry
from best_friends.domain.letter import NO_YEAR, LetterKind, LetterState, letter_id_of, notification_id_of
from best_friends.domain.offer import PassedOver, Pick, Wave
from best_friends.domain.policy import Policy, Role
from best_friends.domain.programme import Run, YearRecord, YearState
from best_friends.domain.stats import replay
from tests.unit import fakes
from tests.unit.fakes import Line, OnLine, call

BY = By("olga", "asked for it by letter")
NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)


class Friends(fakes.FakeFriends):
    """Friends, with their aliases."""

    @call
    def aliases(self, segment: Segment) -> Iterator[tuple[str, str]]:
        return iter([(one.friend_id, one.merged_into) for one in self.rows.values() if one.merged_into])


class Ledger(fakes.FakeLedger):
    """The ledger with its stream."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.stream: list[tuple[str, str]] = []

    @call
    def move(self, moves: Sequence[Move]) -> None:
        """One transaction, as `ports_changes.LedgerMoves` has it."""
        for one in moves:
            if one.before and one.before.entry not in self.rows.get(one.before.friend_id, {}):
                raise Conflict
            if one.after and one.after.entry in self.rows.get(one.after.friend_id, {}):
                raise Conflict
        for one in moves:
            if one.before:
                own = self.rows[one.before.friend_id]
                del own[one.before.entry]
                if not own:
                    del self.rows[one.before.friend_id]
                self.stream.append((one.before.friend_id, one.before.month))
            if one.after:
                self.rows.setdefault(one.after.friend_id, {})[one.after.entry] = one.after
                self.stream.append((one.after.friend_id, one.after.month))

    def correct(self, correction: Correction, move: Move, note: Note) -> None:
        raise NotImplementedError


class Rows(OnLine):
    """`Holdings` over the rows of another fake, by the account that is in their key or their fields."""

    def __init__(self, line: Line, rows: dict[Any, Any]) -> None:
        super().__init__(line)
        self.rows = rows

    @call
    def of(self, accounts: Collection[str]) -> list[Row]:
        return [self._told(key, self.rows[key]) for key in self._keys(accounts)]

    def remove(self, accounts: Collection[str]) -> None:
        for key in self._keys(accounts):
            self._remove(key)

    @call
    def _remove(self, key: Any) -> None:
        del self.rows[key]

    def _keys(self, accounts: Collection[str]) -> list[Any]:
        return [key for key, row in self.rows.items() if self._account(key, row) in accounts]

    @staticmethod
    def _account(key: Any, row: Any) -> str:
        return str(getattr(row, "friend_id", key[0] if isinstance(key, tuple) else key))

    def _told(self, key: Any, row: Any) -> Row:
        told: Row = {"friend_id": self._account(key, row)}
        if isinstance(row, fakes.InvitationRow):
            return told | {"year": key[1], "state": str(row.invitation.state)}
        if isinstance(row, fakes.LetterRow):
            return told | {"letter_id": key, "year": row.year, "state": str(row.state)}
        if isinstance(row, Note):
            return told | {"note": {"action": row.action, "about": row.about, "why": row.why}}
        return told | {"row": repr(row)}


class Records(OnLine):
    """`Mentions` over records by key."""

    def __init__(self, line: Line, key: Any) -> None:
        super().__init__(line)
        self.key = key
        self.rows: dict[Any, Any] = {}

    @call
    def naming(self, texts: Collection[str], /) -> Iterator[Any]:
        return iter(list(self.rows.values()))

    @call
    def put(self, before: Any, after: Any) -> None:
        self.rows.pop(self.key(before), None)
        self.rows[self.key(after)] = after


class Files(OnLine):
    """Files with all their versions, the oldest first."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.files: dict[str, list[tuple[str, list[str]]]] = {}
        self.made = 0

    def keep(self, path: str, lines: Sequence[str]) -> str:
        """A new version; its digest. Not a call."""
        self.made += 1
        self.files.setdefault(path, []).append((f"v{self.made}", list(lines)))
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def keep_rows(self, path: str, rows: Iterable[Any]) -> str:
        """The same, of rows."""
        return self.keep(
            path, [json.dumps(row, sort_keys=True, separators=(",", ":")) + "\n" for row in rows]
        )

    @call
    def versions(self) -> Iterator[FileVersion]:
        return iter(
            [
                FileVersion(path, version, version == kept[-1][0])
                for path, kept in self.files.items()
                for version, _ in kept
            ]
        )

    @call
    def lines(self, version: FileVersion) -> Iterator[str]:
        kept = dict(self.files[version.path])
        return iter(list(kept[version.version] if version.version else self.files[version.path][-1][1]))

    @call
    def rewrite(self, path: str, lines: Sequence[str]) -> None:
        self.keep(path, lines)

    def remove(self, versions: Iterable[FileVersion]) -> None:
        for one in versions:
            self._remove(one)

    @call
    def _remove(self, one: FileVersion) -> None:
        kept = self.files[one.path]
        self.files[one.path] = [two for two in kept if two[0] != one.version or two is kept[-1]]


class FakeErasures(OnLine):
    """Erasures by key; all accounts of one together."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[str, Erasure] = {}

    @call
    def get(self, account: str) -> Erasure | None:
        return self.rows.get(key_of(account))

    @call
    def keys(self) -> frozenset[str]:
        return frozenset(self.rows)

    @call
    def begin(self, erasure: Erasure) -> None:
        for account, pseudonym in erasure.pseudonyms.items():
            known = self.rows.get(key_of(account))
            if known and not known.done and known.pseudonyms[account] != pseudonym:
                raise Conflict
        self.rows |= {key_of(account): erasure for account in erasure.pseudonyms}

    @call
    def conclude(self, erasure: Erasure) -> None:
        for account in erasure.pseudonyms:
            self.rows[key_of(account)] = replace(erasure, pseudonyms={})


class Person:
    """Every port of the erasure on one line."""

    def __init__(self) -> None:
        self.line = Line()
        self.friends = Friends(self.line)
        self.ledger = Ledger(self.line)
        self.stats = fakes.FakeStats(self.line)
        self.programme = fakes.FakeProgramme(self.line)
        self.invitations = fakes.FakeInvitations(self.line)
        self.letters = fakes.FakeLetters(self.line)
        self.workflows = fakes.FakeWorkflows(self.line, fakes.FakeQueue(self.line))
        self.erasures = FakeErasures(self.line)
        self.links: dict[str, Link] = {}
        self.engagements: dict[tuple[str, str], Engagement] = {}
        self.requests: dict[tuple[str, int], str] = {}
        self.jobs = Records(self.line, lambda one: one.job_id)
        self.waves = Records(self.line, lambda one: (one.job_id, one.number))
        self.corrections = Records(self.line, lambda one: one.source)
        self.notes = Records(self.line, lambda one: (one.friend_id, one.at, one.action, one.about))
        self.files = Files(self.line)

    @property
    def held(self) -> Held:
        """Everything."""
        tables: dict[str, dict[Any, Any]] = {
            "profiles": self.friends.rows,
            "stats": self.stats.rows,
            "engagements": self.engagements,
            "requests": self.requests,
            "invitations": self.invitations.rows,
            "letters": self.letters.rows,
            "links": self.links,
            "trail": self.notes.rows,
        }
        rows = {name: Rows(self.line, table) for name, table in tables.items()}
        return Held(
            self.friends, self.ledger, rows, self.jobs, self.waves, self.corrections, self.notes, self.files
        )

    def erase(self, friend_id: str, by: By = BY) -> Erased:
        """Erase; the pseudonyms of a first try are told in advance, so that worlds can be compared."""
        names = iter(["erased-one", "erased-two", "erased-three"])
        return ErasePerson(
            self.held,
            self.erasures,
            self.ledger,
            RefreshStats(self.ledger, self.stats),
            self.invitations,
            self.workflows,
            self.letters,
            self.programme,
            EraseArchived(self.files, self.programme),
            lambda: NOW,
            lambda: next(names),
            self.deliver,
        )(friend_id, by)

    def export(self, friend_id: str) -> dict[str, Any]:
        """The document."""
        return ExportPerson(self.held, self.erasures, lambda: NOW)(friend_id)

    def deliver(self) -> None:
        """Work off the ledger's stream."""
        while self.ledger.stream:
            friend_id, month = self.ledger.stream.pop(0)
            RefreshStats(self.ledger, self.stats)(friend_id, {month})

    def content(self) -> dict[str, Any]:
        """All that is stored, in words; versions of stats and names of file versions are left out."""
        held = {
            "friends": self.friends.rows,
            "ledger": self.ledger.rows,
            "stats": {one: sorted(stored.months.items()) for one, stored in self.stats.rows.items()},
            "years": self.programme.years,
            "invitations": self.invitations.rows,
            "letters": self.letters.rows,
            "waiting": self.workflows.waiting,
            "erasures": self.erasures.rows,
            "links": self.links,
            "engagements": self.engagements,
            "requests": self.requests,
            "jobs": self.jobs.rows,
            "waves": self.waves.rows,
            "corrections": self.corrections.rows,
            "notes": self.notes.rows,
            "files": {path: [lines for _, lines in kept] for path, kept in self.files.files.items()},
        }
        return {
            name: sorted((repr(key), repr(row)) for key, row in table.items()) for name, table in held.items()
        }


SECRETS = ("F1", "F2", "Ada", "ada@", "Lovelace", "Luzern", "47.05")
"""What may be nowhere once F1, and F2 with it, was erased."""

CLOSED, OPEN = Run(2024), Run(2025)


def settled() -> Person:
    """F1 (whose alias is F2) and X: with a closed year, an open one, and something in every table."""
    here = Person()
    home = Area(47.05, 8.31, 20, "Luzern")
    ada = Friend(
        "F1", "Ada Lovelace", "ada@friends.example", "de", (home,), ("printer",), date(2023, 1, 1), True
    )
    alias = replace(ada, friend_id="F2", email="ada@other.example", merged_into="F1", active=False)
    other = Friend("X", "Xeno", "xeno@friends.example", "fr", (), ("printer",), date(2023, 1, 1), True)
    here.friends.rows = {one.friend_id: one for one in (ada, alias, other)}
    lines = [
        LedgerEntry("F1", "2024-05#JOB#J1", "2024-05-01T10:00:00Z", cents=12_000),
        LedgerEntry("F1", "2024-05#RATING#R1", "2024-05-02T10:00:00Z", stars=5, owner="F2"),
        LedgerEntry("F1", "2025-06#JOB#J2", "2025-06-01T10:00:00Z", cents=3_000),
        LedgerEntry("X", "2024-05#JOB#J3", "2024-05-03T10:00:00Z", cents=700),
        LedgerEntry("X", "2024-06#RATING#R3", "2024-06-03T10:00:00Z", stars=2),
    ]
    for one in lines:
        here.ledger.rows.setdefault(one.friend_id, {})[one.entry] = one
    for friend_id in ("F1", "X"):
        here.stats.rows[friend_id] = StoredStats(1, replay(here.ledger.entries(friend_id)))
    here.stats.rows["F2"] = StoredStats(3, {})
    _jobs(here)
    _words(here, lines)
    for run, state in ((CLOSED, YearState.CLOSED), (OPEN, YearState.OPEN)):
        _year(here, run, state)
    here.links = {"hash-1": Link("answer", "F1", 2025, NOW), "hash-2": Link("answer", "X", 2025, NOW)}
    here.engagements = {("F2", "mentor"): Engagement("F2", Role.MENTOR, date(2024, 2, 1))}
    here.requests = {("F1", 1): "wants Luzern", ("X", 1): "wants Bern"}
    here.line.calls.clear()
    return here


def _jobs(here: Person) -> None:
    def job(job_id: str, friend_id: str, status: JobStatus) -> Job:
        return Job(job_id, friend_id, "C1", "printer", 46.9, 8.3, NOW, None, status, 0, "CHF")

    done, taken = JobStatus.COMPLETED, JobStatus.ACCEPTED
    for one in (job("J1", "F1", done), job("J3", "X", done), job("J4", "F2", taken)):
        here.jobs.rows[one.job_id] = one
    picks = tuple(
        Pick(friend_id, rank, 3.5, 0.7, 0.9, 1.0, 0.1, newcomer=False)
        for rank, friend_id in enumerate(("X", "F1"), start=1)
    )
    wave = Wave("J4", 1, NOW, "printer", 46.9, 8.3, "v1", Policy().dispatch, 3, picks)
    later = replace(wave, number=2, picks=(), passed_over=(PassedOver("F2", "merged"),))
    here.waves.rows = {("J4", 1): wave, ("J4", 2): later}


def _words(here: Person, lines: Sequence[LedgerEntry]) -> None:
    given = replace(lines[3], friend_id="F2")
    for one in (
        Correction(lines[0], replace(lines[0], cents=11_000), NOW, "olga", "the customer of Ada asked"),
        Correction(lines[3], given, NOW, "olga", "it was done by another"),
        Correction(lines[4], replace(lines[4], stars=2), NOW, "olga", "as Xeno said"),
    ):
        here.corrections.rows[one.source] = one
    for note in (
        Note("F1", NOW, "merged", "F2", "olga", "both are Ada"),
        Note("X", NOW, "job corrected", "JOB#J3", "olga", "Lovelace did it", None, asdict(given)),
        Note("X", NOW, "unmerged", "F2", "olga", "a mistake"),
        Note("X", NOW, "rating corrected", "RATING#R3", "olga", "as Xeno said"),
    ):
        here.notes.rows[here.notes.key(note)] = note


def _year(here: Person, run: Run, state: YearState) -> None:
    until = datetime(run.year + 1, 2, 5, tzinfo=UTC)
    record = YearRecord(
        run, state, Policy(), "CHF", calendar_of(date(run.year + 1, 1, 15), Policy().invitation), until, "x",
        answer_until=until, counts={"nominees": 2},
    )  # fmt: skip
    reasons = Reasons(by_figures=True, roles=(), ratings=1, stars=5, cents=12_000, currency="CHF")
    figures = [
        {"friend_id": one, "active": one != "F2", "region": "", "ratings": 1, "stars": 5, "cents": 12_000,
         "roles": []}
        for one in ("F1", "F2", "X")
    ]  # fmt: skip
    verdict = {
        "rating_ok": True,
        "by_figures": True,
        "by_engagement": False,
        "revenue_met": True,
        "missed": [],
    }
    nominees = [{"friend_id": one, "reasons": json.loads(json.dumps(asdict(reasons)))} for one in ("F1", "X")]
    here.files.keep_rows(verdicts_path(run, 0), [{"friend_id": "F1", "first": "try"}])
    here.files.keep_rows(survey_path(run, 0), figures)
    chunk = f"{run.prefix}/nominees/000.jsonl.gz"
    digests = {
        verdicts_path(run, 0): here.files.keep_rows(
            verdicts_path(run, 0), [{**one, **verdict, "cohort": "all"} for one in figures]
        ),
        chunk: here.files.keep_rows(chunk, nominees),
    }
    here.programme.open(replace(record, digests=digests))
    for one in ("F1", "X"):
        _invited(here, one, run.year, state, reasons, until)


def _invited(
    here: Person, friend_id: str, year: int, state: YearState, reasons: Reasons, until: datetime
) -> None:
    closed = state is YearState.CLOSED
    of = InvitationState.CONFIRMED if closed else InvitationState.OPEN
    invitation = Invitation(friend_id, year, of, reasons, until)
    token = None if closed else f"task {friend_id}"
    here.invitations.rows[friend_id, year] = fakes.InvitationRow(invitation, token)
    if token:
        here.workflows.waiting[token] = (friend_id, year)
    letter = letter_id_of(LetterKind.INVITATION, year, friend_id)
    here.letters.rows[letter] = fakes.LetterRow(friend_id, year, LetterState.SENT, "1", f"m {letter}")
    asked = notification_id_of("J4", friend_id)
    here.letters.rows[asked] = fakes.LetterRow(friend_id, NO_YEAR, LetterState.SENT)
