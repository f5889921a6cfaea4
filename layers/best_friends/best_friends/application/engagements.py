"""Engagement, as operators change it: a role is given, ended, withdrawn; and what the export overrules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from best_friends.application.accounts import Accounts
from best_friends.application.correct_ledger import By
from best_friends.application.errors import Conflict, Refusal
from best_friends.application.ports import Clock, Engagements, Friends
from best_friends.application.ports_requests import Change, Decided, Decisions
from best_friends.domain.corrections import Note
from best_friends.domain.engagements import EngagementFault, ended, given, key_of, told, withdrawn
from best_friends.domain.friends import Engagement
from best_friends.domain.policy import Role


@dataclass(frozen=True, slots=True)
class ChangeEngagement:
    """Change who holds which role when; an alias's engagement is that of the account it means."""

    friends: Friends
    engagements: Engagements
    decisions: Decisions
    clock: Clock

    def of(self, friend_id: str) -> list[Engagement]:
        """Every engagement of a Friend, its aliases' included, by role and first day.

        Raises:
            Refusal: when there is no such Friend.
        """
        meant = Accounts(self.friends)
        surviving = meant.surviving(meant.known(friend_id))
        found = [one for one in self.engagements.all() if meant.surviving(one.friend_id) == surviving]
        return sorted(found, key=lambda one: (one.role, one.held_from, one.friend_id))

    def everything(self) -> list[Engagement]:
        """Every engagement there is, by Friend, role and first day."""
        return sorted(self.engagements.all(), key=key_of)

    def add(self, friend_id: str, role: Role, held_from: date, until: date | None, by: By) -> Engagement:
        """Give a role from a day, for ever or until a day.

        Raises:
            Refusal: when there is no such Friend, or it holds the role on one of these days.
        """
        note, change = self.giving(friend_id, role, held_from, until, by)
        return self._write(note, change)

    def end(self, friend_id: str, role: Role, until: date, by: By) -> Engagement:
        """Let a role end on a day, which is its last.

        Raises:
            Refusal: when there is no such Friend, or the role is not held beyond that day.
        """
        return self._change(friend_id, "role ended", by, lambda known: ended(known, role, until))

    def withdraw(self, friend_id: str, role: Role, held_from: date, by: By) -> Engagement:
        """Withdraw a role that begins on a day; it counts for no year, and stays in the history.

        Raises:
            Refusal: when there is no such Friend, or no such role begins on that day.
        """
        return self._change(friend_id, "role withdrawn", by, lambda known: withdrawn(known, role, held_from))

    def giving(
        self,
        friend_id: str,
        role: Role,
        held_from: date,
        until: date | None,
        by: By,
        *,
        action: str = "role added",
    ) -> tuple[Note, Change[Engagement]]:
        """What giving a role would write.

        Raises:
            Refusal: as `add`.
        """
        known = self.of(friend_id)
        account = Accounts(self.friends).surviving(friend_id)
        new = Engagement(account, role, held_from, until)
        before, after = _or_refuse(lambda: given(known, new))
        return self._note(account, action, before, after, by), Change(before, after)

    def _change(
        self,
        friend_id: str,
        action: str,
        by: By,
        change: Callable[[Sequence[Engagement]], tuple[Engagement, Engagement]],
    ) -> Engagement:
        known = self.of(friend_id)
        before, after = _or_refuse(lambda: change(known))
        account = Accounts(self.friends).surviving(friend_id)
        return self._write(self._note(account, action, before, after, by), Change(before, after))

    def _note(self, account: str, action: str, before: Engagement | None, after: Engagement, by: By) -> Note:
        about = f"{after.role}#{after.held_from}"
        return Note(account, self.clock(), action, about, by.who, by.why, told(before), told(after))

    def _write(self, note: Note, change: Change[Engagement]) -> Engagement:
        write(self.decisions, Decided(note, engagement=change))
        return change.after


def overruled(
    changes: Sequence[tuple[Engagement, Engagement]], meant: Accounts, at: datetime, by: By
) -> list[Note]:
    """The notes of what operators had decided and the marketplace's newer word has changed."""
    return [
        Note(
            meant.surviving(after.friend_id),
            at,
            "role as the marketplace says",
            f"{after.role}#{after.held_from}",
            by.who,
            by.why,
            told(before),
            told(after),
        )
        for before, after in changes
        if before.decided and told(before) != told(after)
    ]


def write(decisions: Decisions, decided: Decided) -> None:
    """Write a change, or say that somebody else was faster.

    Raises:
        Refusal: when something was changed in between.
    """
    try:
        decisions.write(decided)
    except Conflict:
        about = f"the request {decided.request.request_id}" if decided.request else "this"
        raise Refusal(f"{about} was changed by somebody else just now; look at it again") from None


def _or_refuse[T](act: Callable[[], T]) -> T:
    try:
        return act()
    except EngagementFault as fault:
        raise Refusal(str(fault)) from None
