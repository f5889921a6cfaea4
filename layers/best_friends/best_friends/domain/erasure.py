"""Erasing a person: what becomes of records that stay (docs/adr/0018-what-erasing-leaves.md).

Figures stay, under a pseudonym for each account; words, places and dates that tell of a person do not.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from best_friends.domain.corrections import Correction, Note
from best_friends.domain.friends import Friend
from best_friends.domain.invitation import Invitation, InvitationState
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.offer import PassedOver, Pick, Wave

NOBODY = "erased"
"""Who stands where no figure needs a name: in waves and in the audit trails of others.

The same for everybody: the distances of several jobs would together point to a home.
"""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""The date of pseudonymous records: the day of the erasure would tell which of them is whose."""

LEFT_OUT = "(erased)"


@dataclass(frozen=True, slots=True)
class Erasure:
    """That a person was erased. Its key is the hash of the account's id, so the id itself is not kept.

    `pseudonyms` (account -> pseudonym, of all accounts of the person) are known while it runs and dropped
    at its end: then nothing leads from an account to its pseudonym any more.
    """

    erased_on: date
    who: str
    why: str
    pseudonyms: Mapping[str, str] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether it has come to its end."""
        return not self.pseudonyms


def key_of(account: str) -> str:
    """SHA-256 of an account's id.

    Without a secret, on purpose: whoever has the id may see that it was erased, which is what an import
    has to. Ids can be guessed one by one, but the record says nothing else about a person.
    """
    return hashlib.sha256(account.encode()).hexdigest()


def pseudonymous(account: str, pseudonyms: Mapping[str, str], merged_into: str = "") -> Friend:
    """The Friend who stands for an erased account: inactive, nameless, nowhere."""
    return Friend(
        friend_id=pseudonyms[account],
        display_name="",
        email="",
        language="",
        areas=(),
        skills=(),
        joined_on=LONG_AGO.date(),
        active=False,
        merged_into=pseudonyms.get(merged_into, ""),
    )


def renamed_line(line: LedgerEntry, pseudonyms: Mapping[str, str]) -> LedgerEntry:
    """A line of the ledger under its pseudonyms."""
    friend_id = pseudonyms.get(line.friend_id, line.friend_id)
    return replace(line, friend_id=friend_id, owner=pseudonyms.get(line.owner, line.owner))


def renamed_invitation(invitation: Invitation, pseudonyms: Mapping[str, str]) -> Invitation:
    """What the year's result needs of an invitation: who, how it ended, and the figures of the verdict."""
    over = InvitationState.EXPIRED if invitation.state is InvitationState.OPEN else invitation.state
    return replace(invitation, friend_id=pseudonyms[invitation.friend_id], state=over)


def renamed_correction(correction: Correction, pseudonyms: Mapping[str, str], words: "Words") -> Correction:
    """A correction under pseudonyms: a line that it gave to the person must not come back as theirs."""
    after = correction.corrected
    renamed = replace(
        correction,
        exported=renamed_line(correction.exported, pseudonyms),
        corrected=renamed_line(after, pseudonyms) if after else None,
    )
    if renamed != correction or words.occur_in(correction.why):
        return replace(renamed, why=LEFT_OUT)
    return renamed


def nameless_wave(wave: Wave, accounts: Collection[str]) -> Wave:
    """A wave in which an erased person is nobody: the rank stays, so that those of the others add up."""
    return replace(
        wave,
        picks=tuple(_nameless(pick) if pick.friend_id in accounts else pick for pick in wave.picks),
        passed_over=tuple(
            PassedOver(NOBODY, one.why) if one.friend_id in accounts else one for one in wave.passed_over
        ),
    )


def _nameless(pick: Pick) -> Pick:
    return Pick(NOBODY, pick.rank, 0.0, 0.0, 0.0, 0.0, 0.0, pick.newcomer)


def nameless_note(note: Note, accounts: Collection[str], words: "Words") -> Note:
    """A note in the trail of somebody else that speaks of the person."""
    nobody = dict.fromkeys(accounts, NOBODY)
    before, after = renamed(note.before, nobody), renamed(note.after, nobody)
    about = nobody.get(note.about, note.about)
    speaks = (before, after, about) != (note.before, note.after, note.about) or words.occur_in(note.why)
    return replace(note, about=about, before=before, after=after, why=LEFT_OUT) if speaks else note


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """A JSON document in which every text that is one of these names, as a whole, is another one."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, Mapping):
        return {key: renamed(one, names) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [renamed(one, names) for one in value]
    return value


class Words:
    """The names, addresses and ids of a person, looked for in what operators wrote."""

    def __init__(self, words: Iterable[str]) -> None:
        wanted = sorted({word.strip() for word in words if len(word.strip()) > 1}, key=len, reverse=True)
        # As whole words: Ann must not be found in "planned".
        pattern = "|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in wanted)
        self._pattern = re.compile(pattern, re.IGNORECASE) if wanted else None

    @classmethod
    def of(cls, accounts: Iterable[str], friends: Iterable[Friend]) -> "Words":
        """Those of a person with these accounts and profiles."""
        known = [text for friend in friends for text in (friend.display_name, friend.email)]
        return cls([*accounts, *known])

    @classmethod
    def also_parts(cls, accounts: Iterable[str], friends: Iterable[Friend]) -> "Words":
        """Those, and the parts of the names: too many for what was written long ago about anybody."""
        known = list(friends)
        parts = [part for friend in known for part in friend.display_name.split() if len(part) > 2]
        return cls([*accounts, *parts, *(friend.email for friend in known)])

    def occur_in(self, text: str) -> bool:
        """Whether one of them stands in a text."""
        return bool(self._pattern and self._pattern.search(text))
