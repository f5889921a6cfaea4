"""Merge an account into another one of the same person, and take the merge back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from best_friends.application.accounts import Accounts
from best_friends.application.correct_ledger import By
from best_friends.application.errors import Conflict, Refusal
from best_friends.application.ports import Clock, Friends, Ledger
from best_friends.application.ports_changes import LedgerMoves, Move, Trail
from best_friends.domain.corrections import Note
from best_friends.domain.friends import Area, Friend
from best_friends.domain.ledger import LedgerEntry

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge, or taking it back, came to."""

    from_id: str
    into_id: str
    moved: int
    areas: int
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class MergeAccounts:
    """Everything follows from two rules: what an id means (its alias), and that every line of the ledger
    lies with the account that its owner means.

    The alias is written first, on condition; then the lines move. If that breaks off, the same command goes
    on where it stopped, and what arrives meanwhile under the alias goes to the surviving account at once.
    """

    friends: Friends
    ledger: Ledger
    moves: LedgerMoves
    trail: Trail
    clock: Clock

    def merge(self, from_id: str, into_id: str, by: By) -> Merged:
        """Let FROM become an alias of INTO.

        Raises:
            Refusal: into itself, a cycle, an account that is none, or FROM is an alias of another one.
        """
        gone, kept = self.checked(from_id, into_id)
        resumed = gone.merged_into == into_id
        if not resumed and not self.friends.alias(from_id, into_id, was=""):
            raise Refusal(f"{from_id} was merged by somebody else just now; look at it again")
        if resumed and self._noted("merged", gone, kept):
            return Merged(from_id, into_id, self.settle((from_id,)), 0, resumed)
        joined = self.joined(kept, gone)
        self.friends.put_areas(into_id, joined)
        moved = self.settle((from_id,))
        # The note comes last: where it is, areas are not joined a second time over what operators removed.
        self.trail.note(self._notes("merged", gone, kept, by))
        return Merged(from_id, into_id, moved, len(joined) - len(kept.areas), resumed)

    def unmerge(self, from_id: str, by: By) -> Merged:
        """Let an alias be an account of its own again, with exactly what it had.

        Raises:
            Refusal: when it is no alias.
        """
        gone = self._friend(from_id)
        resumed = not gone.merged_into
        into_id = gone.merged_into or self._last_into(from_id)
        kept = self._friend(into_id)
        if not resumed:
            # The note first: if this breaks off, it says where the lines are that have to come home.
            self.trail.note(self._notes("unmerged", gone, kept, by))
            self.friends.alias(from_id, "", was=into_id)
        left = tuple(area for area in kept.areas if area.origin != from_id)
        self.friends.put_areas(into_id, left)
        moved = self.settle((from_id, into_id))
        if resumed and not moved and left == kept.areas:
            raise Refusal(f"{from_id} is not merged into another account")
        return Merged(from_id, into_id, moved, len(kept.areas) - len(left), resumed)

    def _last_into(self, from_id: str) -> str:
        """The account that an unmerge was about that may have broken off."""
        unmerged = [one.about for one in self.trail.of_friend(from_id) if one.action == "unmerged"]
        if not unmerged:
            raise Refusal(f"{from_id} is not merged into another account")
        return unmerged[-1]

    def checked(self, from_id: str, into_id: str) -> tuple[Friend, Friend]:
        """Both accounts, if the one may be merged into the other.

        Raises:
            Refusal: as `merge`.
        """
        if from_id == into_id:
            raise Refusal(f"{from_id} cannot be merged into itself; name two accounts")
        gone, kept = self._friend(from_id), self._friend(into_id)
        for one in (gone, kept):
            if one.erased:
                raise Refusal(
                    f"{one.friend_id} stands for somebody who was erased; nobody can be merged with it"
                )
        if gone.merged_into not in ("", into_id):
            raise Refusal(
                f"{from_id} is merged into {gone.merged_into} already; unmerge it first, or merge"
                f" {gone.merged_into}"
            )
        if kept.merged_into:
            means = Accounts(self.friends).surviving(into_id)
            if means == from_id:
                raise Refusal(f"{into_id} is merged into {from_id}: the other way round it would be a circle")
            raise Refusal(f"{into_id} is an alias of {means}; merge into {means}")
        return gone, kept

    @staticmethod
    def joined(kept: Friend, gone: Friend) -> tuple[Area, ...]:
        """The areas of both, each place once; those that come from the other account say so."""
        new = [area for area in gone.areas if not any(map(area.same_place, kept.areas))]
        return kept.areas + tuple(replace(area, origin=gone.friend_id) for area in new)

    def settle(self, accounts: Sequence[str]) -> int:
        """Let every line of these accounts lie where its owner's account is; how many had to move."""
        moved = 0
        for friend_id in self._reachable(accounts):
            for _ in range(ATTEMPTS):
                astray = self._astray(friend_id)
                if not astray:
                    break
                try:
                    self.moves.move([Move(line, home) for line, home in astray])
                    moved += len(astray)
                except Conflict:
                    continue  # a line was changed meanwhile: read again
            else:
                raise Refusal(f"the ledger of {friend_id} keeps changing; run the same command again")
        return moved

    def _reachable(self, accounts: Sequence[str]) -> list[str]:
        """These accounts and those they mean."""
        meant = Accounts(self.friends)
        return list(dict.fromkeys([*accounts, *map(meant.surviving, accounts)]))

    def _astray(self, friend_id: str) -> list[tuple[LedgerEntry, LedgerEntry]]:
        meant = Accounts(self.friends)
        lines = self.ledger.of_friend(friend_id)
        homes = [line.at_home_with(meant.surviving(line.account)) for line in lines]
        return [(line, home) for line, home in zip(lines, homes, strict=True) if home.friend_id != friend_id]

    def _friend(self, friend_id: str) -> Friend:
        friend = self.friends.get(friend_id)
        if friend is None:
            raise Refusal(f"there is no Friend {friend_id}; look the id up in the marketplace")
        return friend

    def _noted(self, action: str, gone: Friend, kept: Friend) -> bool:
        """Whether the last thing that is noted of the two is this."""
        known = [one for one in self.trail.of_friend(gone.friend_id) if one.about == kept.friend_id]
        return bool(known) and known[-1].action == action

    def _notes(self, action: str, gone: Friend, kept: Friend, by: By) -> list[Note]:
        now = self.clock()
        return [
            Note(gone.friend_id, now, action, kept.friend_id, by.who, by.why),
            Note(kept.friend_id, now, action, gone.friend_id, by.who, by.why),
        ]
