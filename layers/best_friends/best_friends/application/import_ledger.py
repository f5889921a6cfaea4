"""Bring the lines of an export into the ledger: corrected, and with the account that they belong to now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import batched

from best_friends.application.accounts import Accounts
from best_friends.application.correct_ledger import By
from best_friends.application.imported import Imported, Progress
from best_friends.application.ports import Clock, Ledger
from best_friends.application.ports_changes import Corrections, Trail
from best_friends.domain.corrections import Correction, Note, effective, superseded
from best_friends.domain.ledger import LedgerEntry

FRIENDS_AT_ONCE = 50
"""Whose ledger entries are written together: small enough to hold, large enough to fill batches."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What one Friend's export changes: lines to put, those with others, those in other months, notes."""

    put: list[LedgerEntry]
    with_others: list[LedgerEntry]
    elsewhere: list[LedgerEntry]
    new: int
    touched: int
    notes: list[Note]


@dataclass(frozen=True, slots=True)
class ImportLedger:
    """Write what differs. `aliases` says which account each merged account means."""

    ledger: Ledger
    corrections: Corrections
    trail: Trail
    clock: Clock
    aliases: Mapping[str, str]
    accounts: Accounts
    by: By

    def __call__(
        self, ledger: Iterable[tuple[str, list[LedgerEntry]]], done: Imported, progress: Progress
    ) -> None:
        """Import the lines, Friend by Friend."""
        first_import = self.ledger.is_empty()
        corrections = {one.source: one for one in self.corrections.all()}
        homes = dict(self.aliases)
        for correction in corrections.values():
            if correction.corrected:
                account = correction.corrected.account
                homes[account] = self.accounts.surviving(account)
        for batch in batched(ledger, FRIENDS_AT_ONCE, strict=False):
            found = [self._difference(lines, corrections, homes, first_import) for _, lines in batch]
            # What lies with somebody else goes first: broken off in between, the next import finds it nowhere
            # and puts it where it belongs, while a second line with somebody else would not be looked for.
            self.ledger.write(put=[], delete=[line for one in found for line in one.with_others])
            self.ledger.write(
                put=[line for one in found for line in one.put],
                delete=[line for one in found for line in one.elsewhere],
            )
            self.trail.note([note for one in found for note in one.notes])
            for (_, lines), one in zip(batch, found, strict=True):
                done.count(done.new, "ledger", one.new)
                done.count(done.changed, "ledger", one.touched - one.new)
                done.count(done.unchanged, "ledger", len(lines) - one.touched)
            progress("ledger", sum(len(lines) for _, lines in batch))

    def _difference(
        self,
        exported: Sequence[LedgerEntry],
        corrections: Mapping[str, Correction],
        homes: Mapping[str, str],
        first_import: bool,
    ) -> Difference:
        # A withdrawn line has no key any more, so whatever is still there of it lies elsewhere.
        lines = [line for one in exported if (line := effective(one, corrections))]
        lines = [one.at_home_with(homes.get(one.account, one.account)) for one in lines]
        keys = {line.source: (line.friend_id, line.entry) for line in lines}
        known = [] if first_import else self._known(exported, lines, homes)
        stored = {(one.friend_id, one.entry): one for one in known}
        put = [line for line in lines if stored.get((line.friend_id, line.entry)) != line]
        # What a line is about, not its key, tells whether it is there: one that was dated anew moves, and
        # where a write broke off in between there may be two.
        elsewhere = [one for one in known if keys.get(one.source) != (one.friend_id, one.entry)]
        before = {one.source: one for one in known}
        touched = {one.source for one in (*put, *elsewhere)}
        notes = [self._note(source, before[source], lines) for source in sorted(touched & before.keys())]
        for one in exported:
            if superseded(one, corrections):
                self.corrections.drop(one.source)
        homes_now = {source: friend_id for source, (friend_id, _) in keys.items()}
        with_others = [one for one in elsewhere if homes_now.get(one.source) != one.friend_id]
        dated_anew = [one for one in elsewhere if homes_now.get(one.source) == one.friend_id]
        return Difference(put, with_others, dated_anew, len(touched - before.keys()), len(touched), notes)

    def _known(
        self, exported: Sequence[LedgerEntry], lines: Sequence[LedgerEntry], homes: Mapping[str, str]
    ) -> list[LedgerEntry]:
        """What the ledger holds of these lines, also where it lies with another Friend."""
        sources = {one.source for one in exported}
        accounts = {one.friend_id for one in (*exported, *lines)}
        accounts |= {homes.get(friend_id, friend_id) for friend_id in accounts}
        known = [one for account in sorted(accounts) for one in self.ledger.of_friend(account)]
        known = [one for one in known if one.source in sources]
        for source in sorted(sources - {one.source for one in known}):
            known += self.ledger.located(source)
        return known

    def _note(self, source: str, before: LedgerEntry, lines: Sequence[LedgerEntry]) -> Note:
        after = next((line for line in lines if line.source == source), None)
        return Note(
            friend_id=before.friend_id,
            at=self.clock(),
            action="changed by import",
            about=source,
            who=self.by.who,
            why=self.by.why,
            before=asdict(before),
            after=asdict(after) if after else None,
        )
