"""Erase a person: what tells of them goes everywhere, the figures stay under a pseudonym."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from best_friends.application.accounts import Accounts
from best_friends.application.correct_ledger import By
from best_friends.application.erase_archive import OF_YEAR, EraseArchived
from best_friends.application.errors import Conflict, Refusal
from best_friends.application.person import Found, Held
from best_friends.application.ports import Clock, Invitations, Programme, Workflows
from best_friends.application.ports_changes import LedgerMoves, Move
from best_friends.application.ports_letters import Letters
from best_friends.application.ports_person import Erasures
from best_friends.application.refresh_stats import RefreshStats
from best_friends.application.select_nominees import reasons_of
from best_friends.domain.erasure import (
    LONG_AGO,
    Erasure,
    Words,
    nameless_note,
    nameless_wave,
    pseudonymous,
    renamed_correction,
    renamed_invitation,
    renamed_line,
)
from best_friends.domain.invitation import Invitation, InvitationState
from best_friends.domain.ledger import JobStatus, LedgerEntry
from best_friends.domain.letter import NO_YEAR, LetterState
from best_friends.domain.programme import YearState

ATTEMPTS = 5
ROUNDS = 12
"""How often the stats are looked at again, while the ledger's stream may still bring the account back."""

GONE_FIRST = (
    "referrals",
    "requests",
    "links",
    "engagements",
    "verdicts",
    "choices",
    "testers",
    "registrations",
)
"""What nothing else depends on."""

Pseudonyms = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure came to. `nothing_left` says that the person had been erased before.

    `unfinished_jobs` are those that the person had accepted and that nobody does now.
    """

    erased_on: date
    accounts: int
    nothing_left: bool = False
    lines: int = 0
    versions: int = 0
    removed: Mapping[str, int] = field(default_factory=dict)
    unfinished_jobs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Every step finds what is left and may run again; only the record of the erasure says that it ended.

    `pause` lets a moment pass, in which the ledger's stream is worked off.
    """

    held: Held
    erasures: Erasures
    moves: LedgerMoves
    refresh: RefreshStats
    invitations: Invitations
    workflows: Workflows
    letters: Letters
    programme: Programme
    archived: EraseArchived
    clock: Clock
    pseudonym: Callable[[], str]
    pause: Callable[[], None]

    def __call__(self, friend_id: str, by: By) -> Erased:
        """Erase the person whose account this is, its aliases included; go on where a try broke off.

        Raises:
            Refusal: when there is no such Friend, `by` names the person, or somebody else is erasing it now.
        """
        erasure = self.erasures.get(friend_id)
        if erasure is None and self.held.friends.get(friend_id) is None:
            raise Refusal(f"there is no Friend {friend_id}; look the id up in the marketplace")
        pseudonyms = dict(erasure.pseudonyms) if erasure else {}
        for account in self.held.accounts_of(friend_id):
            pseudonyms.setdefault(account, self.pseudonym())
        found = self.held.found(tuple(pseudonyms))
        if Words.also_parts(found.accounts, found.friends).occur_in(by.why):
            raise Refusal(
                "--why names the person, and it is kept; say why without a name, an address or an id"
            )
        if erasure and erasure.done and found.nothing:
            return Erased(erasure.erased_on, len(pseudonyms), nothing_left=True)
        begun = erasure or Erasure(self.clock().date(), by.who, by.why)
        begun = replace(begun, pseudonyms=pseudonyms)
        try:
            self.erasures.begin(begun)
        except Conflict:
            raise Refusal(f"{friend_id} is being erased by somebody else; run it again in a while") from None
        return self._erase(found, begun)

    def _erase(self, found: Found, erasure: Erasure) -> Erased:
        pseudonyms = erasure.pseudonyms
        self._end_invitations(found)
        # While the profile is there, its names can be looked for in what operators wrote.
        for note in found.notes:
            self.held.notes.put(note, nameless_note(note, found.accounts, found.words))
        for correction in found.corrections:
            self.held.corrections.put(correction, renamed_correction(correction, pseudonyms, found.words))
        self._replace_profiles(found, pseudonyms)
        for name in GONE_FIRST:
            self._remove(name, found)
        self._keep_letters(found, pseudonyms)
        for job in found.jobs:
            self.held.jobs.put(job, replace(job, friend_id=pseudonyms[job.friend_id]))
        for wave in found.waves:
            self.held.waves.put(wave, nameless_wave(wave, found.accounts))
        lines = self._move_lines(found, pseudonyms)
        self._remove("trail", found)
        self._keep_invitations(found, pseudonyms)
        versions = self.archived(found.files, pseudonyms)
        self._settle_stats(found)
        self.erasures.conclude(erasure)
        return Erased(
            erasure.erased_on,
            len(pseudonyms),
            lines=lines,
            versions=versions,
            removed={name: len(rows) for name, rows in found.rows.items() if rows},
            unfinished_jobs=tuple(one.job_id for one in found.jobs if one.status is JobStatus.ACCEPTED),
        )

    def _remove(self, name: str, found: Found) -> None:
        if name in self.held.rows:
            self.held.rows[name].remove(found.accounts)

    def _end_invitations(self, found: Found) -> None:
        """End what is open, and let every workflow go on that waits; the last of them ask the table."""
        for row in found.rows["invitations"]:
            friend_id, year = str(row["friend_id"]), int(row["year"])
            self.invitations.end(friend_id, year, InvitationState.EXPIRED, self.clock())
            pending = self.invitations.pending(friend_id, year)
            if pending is not None and pending.task_token:
                self.workflows.tell(pending.task_token, pending.invitation.state)
                self.invitations.forget_token(friend_id, year, pending.task_token)

    def _replace_profiles(self, found: Found, pseudonyms: Pseudonyms) -> None:
        """Put the nameless in the place of the accounts: every figure belongs to a Friend still."""
        merged_into = {one.friend_id: one.merged_into for one in found.friends}
        of_lines = {account for line in found.lines for account in (line.friend_id, line.account)}
        for account in found.accounts:
            if account not in merged_into and account not in of_lines:
                continue
            if self.held.friends.get(pseudonyms[account]) is None:
                friend = pseudonymous(account, pseudonyms, merged_into.get(account, ""))
                self.held.friends.put_many([friend])
        self._remove("profiles", found)

    def _keep_letters(self, found: Found, pseudonyms: Pseudonyms) -> None:
        """Of a year's letters it stays that they were sent, which its report counts."""
        for row in found.rows["letters"]:
            letter_id, account = str(row["letter_id"]), str(row.get("friend_id", ""))
            state = LetterState(row["state"])
            if row.get("year", NO_YEAR) == NO_YEAR or state is LetterState.CREATED:
                continue
            kept = letter_id.removesuffix(account) + pseudonyms[account]
            self.letters.claim(kept, pseudonyms[account], int(row["year"]), LONG_AGO)
            if state is not LetterState.SENDING:
                self.letters.settle(kept, state)
        self._remove("letters", found)

    def _move_lines(self, found: Found, pseudonyms: Pseudonyms) -> int:
        """Let the ledger's lines lie under their pseudonyms, and the stats follow."""
        lines = found.lines
        for _ in range(ATTEMPTS):
            try:
                self.moves.move([Move(line, self._home(line, pseudonyms)) for line in lines])
                break
            except Conflict:
                lines = self.held.lines_of(found.accounts, found.rows["trail"])
        else:
            raise Refusal("the ledger of this Friend keeps changing; run the same command again")
        for pseudonym in pseudonyms.values():
            months = {line.month for line in self.held.ledger.of_friend(pseudonym)}
            if months:
                self.refresh(pseudonym, months)
        return len(found.lines)

    def _home(self, line: LedgerEntry, pseudonyms: Pseudonyms) -> LedgerEntry:
        if line.account not in pseudonyms:  # an unmerge that broke off left it here
            return line.at_home_with(Accounts(self.held.friends).surviving(line.account))
        home = pseudonyms.get(line.friend_id, pseudonyms[line.account])
        return renamed_line(line, pseudonyms).at_home_with(home)

    def _keep_invitations(self, found: Found, pseudonyms: Pseudonyms) -> None:
        """Of an invitation it stays how it ended, which its year's report counts."""
        for row in found.rows["invitations"]:
            known = self.invitations.get(str(row["friend_id"]), int(row["year"]))
            if known is not None:
                self.invitations.create(renamed_invitation(known, pseudonyms))
        for nominee in self._still_to_be_invited(found):
            self.invitations.create(renamed_invitation(nominee, pseudonyms))
        self._remove("invitations", found)
        self._remove("badges", found)  # last: without an invitation nobody is given another one

    def _still_to_be_invited(self, found: Found) -> list[Invitation]:
        """What the person is a nominee for in years that are open: it must be over before it begins."""
        nominees = []
        for one in found.files:
            path = OF_YEAR.fullmatch(one.version.path)
            if not path or path[2] != "nominees" or not one.version.latest:
                continue
            record = self.programme.year(int(path[1]))
            if record is None or record.state is YearState.CLOSED:
                continue
            for row in map(json.loads, one.rows):
                until = record.answer_until or self.clock()
                nominees.append(
                    Invitation(
                        row["friend_id"], record.run.year, InvitationState.OPEN, reasons_of(row), until
                    )
                )
        return nominees

    def _settle_stats(self, found: Found) -> None:
        """Remove the stats of the accounts, again when the ledger's stream has written them anew.

        It names every line that was moved away, and what it finds then is a Friend with nothing.
        """
        self._remove("stats", found)
        for _ in range(ROUNDS):
            self.pause()
            if not self.held.rows["stats"].of(found.accounts):
                return
            self._remove("stats", found)
