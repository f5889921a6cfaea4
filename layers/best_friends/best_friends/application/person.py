"""Everything that is held about a person: an account and its aliases, in every table and file."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from best_friends.application.accounts import Accounts
from best_friends.application.ports import Friends, Ledger, Segment
from best_friends.application.ports_person import ArchivedFiles, FileVersion, Holdings, Mentions, Row
from best_friends.domain.accounts import surviving
from best_friends.domain.corrections import Correction, Note
from best_friends.domain.erasure import NOBODY, Words, nameless_note, nameless_wave, renamed_correction
from best_friends.domain.friends import Friend
from best_friends.domain.ledger import Job, LedgerEntry
from best_friends.domain.offer import Wave

EVERYTHING = Segment(0, 1)
OF_MERGES = ("merged", "unmerged")


@dataclass(frozen=True, slots=True)
class NamingFile:
    """A version of an archived file that names the person; `rows` are the lines that do."""

    version: FileVersion
    digest: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What is held of a person. `rows` are those of `Held.rows`, by the same names."""

    accounts: tuple[str, ...]
    friends: tuple[Friend, ...]
    words: Words
    lines: tuple[LedgerEntry, ...]
    rows: Mapping[str, list[Row]]
    jobs: tuple[Job, ...]
    waves: tuple[Wave, ...]
    corrections: tuple[Correction, ...]
    notes: tuple[Note, ...]
    files: tuple[NamingFile, ...]

    @property
    def nothing(self) -> bool:
        """Whether nothing is held."""
        kept = (self.lines, self.jobs, self.waves, self.corrections, self.notes, self.files)
        return not any((*kept, *self.rows.values()))


@dataclass(frozen=True, slots=True)
class Held:
    """Where something of a person may lie.

    `rows` are the tables whose rows belong to one account each, by name: profiles, stats, engagements,
    requests, verdicts, choices, referrals, testers, badges, invitations, letters, links, trail and more. The
    other ports are about records that name accounts.
    """

    friends: Friends
    ledger: Ledger
    rows: Mapping[str, Holdings]
    jobs: Mentions[Job]
    waves: Mentions[Wave]
    corrections: Mentions[Correction]
    notes: Mentions[Note]
    files: ArchivedFiles

    def accounts_of(self, friend_id: str) -> tuple[str, ...]:
        """The surviving account that an id means, and all its aliases."""
        survivor = Accounts(self.friends).surviving(friend_id)
        merged_into = dict(self.friends.aliases(EVERYTHING))
        aliases = (one for one in sorted(merged_into) if surviving(one, merged_into) == survivor)
        return (survivor, *aliases)

    def found(self, accounts: tuple[str, ...]) -> Found:
        """Look for these accounts everywhere. Much of it is scanned: this is for rare occasions."""
        known = self.friends.get_many(accounts)
        friends = tuple(known[one] for one in accounts if one in known)
        words = Words.of(accounts, friends)
        rows = {name: holdings.of(accounts) for name, holdings in self.rows.items()}
        return Found(
            accounts=accounts,
            friends=friends,
            words=words,
            lines=self.lines_of(accounts, rows.get("trail", [])),
            rows=rows,
            jobs=tuple(one for one in self.jobs.naming(accounts) if one.friend_id in accounts),
            waves=tuple(one for one in self.waves.naming(accounts) if nameless_wave(one, accounts) != one),
            corrections=self._corrections(accounts, words),
            notes=tuple(
                one
                for one in self.notes.naming(accounts)
                if one.friend_id not in accounts and nameless_note(one, accounts, words) != one
            ),
            files=tuple(self._naming_files(accounts)),
        )

    def lines_of(self, accounts: Collection[str], trail: Sequence[Row]) -> tuple[LedgerEntry, ...]:
        """The lines that lie with these accounts, or belong to them, strongly read.

        A merge that broke off may have left some with the account on its other side, which the trail names.
        """
        merges = {str(one["note"]["about"]) for one in trail if one["note"]["action"] in OF_MERGES}
        return tuple(
            line
            for account in (*accounts, *sorted(merges - set(accounts)))
            for line in self.ledger.of_friend(account)
            if line.friend_id in accounts or line.owner in accounts
        )

    def _corrections(self, accounts: Collection[str], words: Words) -> tuple[Correction, ...]:
        nobody = dict.fromkeys(accounts, NOBODY)
        every = self.corrections.naming(accounts)
        return tuple(one for one in every if renamed_correction(one, nobody, words) != one)

    def _naming_files(self, accounts: Collection[str]) -> Iterator[NamingFile]:
        wanted = [quoted(account) for account in accounts]
        for version in self.files.versions():
            digest, rows = hashlib.sha256(), []
            for line in self.files.lines(version):
                digest.update(line.encode())
                if any(one in line for one in wanted):
                    rows.append(line)
            if rows:
                yield NamingFile(version, digest.hexdigest(), tuple(rows))


def quoted(text: str) -> str:
    """A text as it stands in the archive's JSON."""
    return json.dumps(text, ensure_ascii=False)
