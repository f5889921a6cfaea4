"""Put a line of the ledger right by hand: correct, withdraw, refund, date anew, give to another Friend."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from best_friends.application.accounts import Accounts
from best_friends.application.errors import Conflict, Refusal
from best_friends.application.ports import Clock, Ledger, Programme
from best_friends.application.ports_changes import Corrections, LedgerMoves, Move
from best_friends.domain.corrections import Correction, Note
from best_friends.domain.ledger import LedgerEntry, dated

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, and why; both are kept in the Friend's audit trail."""

    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different about a line; what is None or empty stays."""

    stars: int | None = None
    cents: int | None = None
    at: datetime | None = None
    friend_id: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A line before and after; `after` is None when it was withdrawn, and the same when nothing changed."""

    before: LedgerEntry
    after: LedgerEntry | None


@dataclass(frozen=True, slots=True)
class CorrectLedger:
    """Change one line, with its correction and its note in the audit trail, all of it or nothing."""

    ledger: Ledger
    corrections: Corrections
    moves: LedgerMoves
    accounts: Accounts
    programme: Programme
    clock: Clock

    def correct(self, source: str, by: By, change: Change) -> Corrected:
        """Correct the line of a rating or a completed job, `RATING#id` or `JOB#id`.

        Raises:
            Refusal: when there is no such line, or no such Friend.
        """
        action = "rating corrected" if source.startswith("RATING#") else "job corrected"
        return self._change(source, action, by, lambda line: self._changed(line, change))

    def refund(self, job_id: str, by: By, *, cents: int | None = None) -> Corrected:
        """Take money back from a job: so many cents, or all of it; the job itself stays done.

        Raises:
            Refusal: when there is no such completed job, or it earned less.
        """

        def change(line: LedgerEntry) -> LedgerEntry:
            taken = line.cents if cents is None else cents
            if taken > line.cents:
                raise Refusal(
                    f"the job {job_id} earned {line.cents / 100:.2f}, not {taken / 100:.2f};"
                    " refund at most what it earned"
                )
            return replace(line, cents=line.cents - taken)

        return self._change(f"JOB#{job_id}", "job refunded", by, change)

    def withdraw(self, source: str, by: By) -> Corrected:
        """Take a rating or a job, `RATING#id` or `JOB#id`, out of the ledger.

        Raises:
            Refusal: when it is not there.
        """
        return self._change(source, "withdrawn", by, lambda _: None)

    def _changed(self, line: LedgerEntry, change: Change) -> LedgerEntry:
        if change.stars is not None:
            line = replace(line, stars=change.stars)
        if change.cents is not None:
            line = replace(line, cents=change.cents)
        if change.at is not None:
            line = dated(line, change.at, self.programme.settings().policy.programme.zone)
        if change.friend_id:
            line = replace(line, friend_id=self.accounts.known(change.friend_id), owner="")
        return line

    def _change(
        self, source: str, action: str, by: By, change: Callable[[LedgerEntry], LedgerEntry | None]
    ) -> Corrected:
        for _ in range(ATTEMPTS):
            line = self._line(source)
            # In its own account's words: where a line lies after a merge is not what was corrected.
            own = line.at_home_with(line.account)
            after = change(own)
            if after == own:
                return Corrected(line, line)
            lies = None if after is None else after.at_home_with(self.accounts.surviving(after.account))
            known = self.corrections.get(source)
            now = self.clock()
            correction = Correction(known.exported if known else own, after, now, by.who, by.why)
            note = Note(
                line.friend_id,
                now,
                action,
                source,
                by.who,
                by.why,
                _told(line),
                _told(lies) if lies else None,
            )
            try:
                self.moves.correct(correction, Move(line, lies), note)
            except Conflict:
                continue
            return Corrected(line, lies)
        raise Refusal(f"{source} kept changing while it was being corrected; try again")

    def _line(self, source: str) -> LedgerEntry:
        found = self.ledger.located(source)
        kind, _, identifier = source.partition("#")
        what = "rating" if kind == "RATING" else "completed job"
        known = self.corrections.get(source)
        if not found and known and known.corrected is None:
            raise Refusal(
                f"the {what} {identifier} was withdrawn by {known.who} on {known.at:%Y-%m-%d}; it comes back"
                " when the marketplace exports it with a change"
            )
        if not found:
            raise Refusal(f"there is no {what} {identifier} in the ledger; look its id up in the export")
        return found[0]


def _told(line: LedgerEntry) -> dict[str, Any]:
    return asdict(line)
