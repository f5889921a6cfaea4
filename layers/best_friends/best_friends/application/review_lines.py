"""Lines of the ledger put right in a case: looked at before anything is written, and safe to run again."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from best_friends.application.correct_ledger import By, Change, CorrectLedger
from best_friends.application.errors import Refusal
from best_friends.domain.corrections import Correction
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.review import Act, LineChange


@dataclass(frozen=True, slots=True)
class RightLines:
    """Correct, refund and withdraw lines of a case's Friend; the note of each names the case.

    `refresh` adds up an account's months anew, so that what comes next reads the figures as they are now
    and not as they were before the ledger's stream.
    """

    correct: CorrectLedger
    refresh: Callable[[str, Collection[str]], None]

    def check(self, case_id: str, account: str, changes: Sequence[LineChange]) -> None:
        """See that each change can be made; nothing is written.

        Raises:
            Refusal: when a line is not there, is another Friend's, or is so already.
        """
        for change in changes:
            line, correction = self._line(change)
            what = _what(change.source)
            owner = self.correct.accounts.surviving(line.account)
            if owner != account:
                raise Refusal(
                    f"{what} is of {owner}, and the case is about {account}; put it right with"
                    " `best-friends ledger`"
                )
            ours = correction is not None and _of_case(case_id) in correction.why
            if correction and correction.corrected is None and not (ours and change.act is Act.WITHDRAW):
                raise Refusal(
                    f"{what} was withdrawn by {correction.who} on {correction.at:%Y-%m-%d} already;"
                    " leave it out of this decision"
                )
            if _is_so(line, change) and not ours:
                raise Refusal(f"{what} is so already; leave it out of this decision")

    def __call__(self, case_id: str, account: str, changes: Sequence[LineChange], by: By) -> None:
        """Make the changes; one that was made already, by a try that broke off, is not made again."""
        named = By(by.who, f"{by.why} {_of_case(case_id)}")
        for change in changes:
            line, correction = self._line(change)
            if not (correction and correction.corrected is None):
                self._make(change, named)
            self.refresh(account, {line.month})

    def _make(self, change: LineChange, by: By) -> None:
        match change.act:
            case Act.CORRECT:
                self.correct.correct(change.source, by, Change(change.stars, change.cents))
            case Act.REFUND:
                self.correct.refund(change.source.partition("#")[2], by)
            case Act.WITHDRAW:
                self.correct.withdraw(change.source, by)

    def _line(self, change: LineChange) -> tuple[LedgerEntry, Correction | None]:
        """The line as it is, or as it was exported if it was withdrawn, and its correction if it has one."""
        found = self.correct.ledger.located(change.source)
        correction = self.correct.corrections.get(change.source)
        if found:
            return found[0], correction
        if correction is None or correction.corrected is not None:
            raise Refusal(f"there is no {_what(change.source)} in the ledger; look its id up in the export")
        return correction.exported, correction


def _is_so(line: LedgerEntry, change: LineChange) -> bool:
    match change.act:
        case Act.CORRECT:
            return change.stars in (None, line.stars) and change.cents in (None, line.cents)
        case Act.REFUND:
            return line.cents == 0
        case Act.WITHDRAW:
            return False


def _of_case(case_id: str) -> str:
    return f"(case {case_id})"


def _what(source: str) -> str:
    kind, _, identifier = source.partition("#")
    return f"{'rating' if kind == 'RATING' else 'completed job'} {identifier}"
