"""Every few minutes: go on with the announcements that are due, from where the last run came to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from best_friends.application.accounts import Accounts
from best_friends.application.errors import Conflict
from best_friends.application.ports import Clock, Friends, Invitations, Programme
from best_friends.application.ports_announcements import Announcements, FriendPages, Readers
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.domain.announcements import (
    Announcement,
    Round,
    RoundKind,
    begun,
    concerns,
    gone_on,
    next_round,
)
from best_friends.domain.friends import Friend
from best_friends.domain.letter import NO_YEAR, LetterKind

AT_ONCE = 200
"""So many Friends are looked at between two notes of how far a round is."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a run came to. `left` counts the announcements with which the next run goes on."""

    announcements: int
    ordered: int
    left: int


@dataclass(frozen=True, slots=True)
class PublishAnnouncements:
    """Order the letters of every round that is due; whoever sends one looks again whether it is true."""

    announcements: Announcements
    readers: Readers
    pages: FriendPages
    friends: Friends
    invitations: Invitations
    programme: Programme
    letters: LettersQueue
    clock: Clock
    at_once: int = AT_ONCE

    def __call__(self, time_left: Callable[[], bool]) -> Published:
        """Go on until nothing is due, or no time is left."""
        due, ordered, left = 0, 0, 0
        for one in sorted(self.announcements.all(), key=lambda one: (one.publish_on, one.announcement_id)):
            zone = self.programme.settings().policy.programme.zone
            if next_round(one, self.clock(), zone) is None:
                continue
            due += 1
            done, finished = self._go_on(one, zone, time_left)
            ordered += done
            left += not finished
        return Published(due, ordered, left)

    def _go_on(
        self, announcement: Announcement, zone: tzinfo, time_left: Callable[[], bool]
    ) -> tuple[int, bool]:
        ordered, best = 0, self._best_friends()
        while (due := next_round(announcement, self.clock(), zone)) is not None:
            if not time_left():
                return ordered, False
            try:
                if announcement.running != due:
                    # Before anything is ordered, so that a withdrawal knows that somebody may have it.
                    announcement = self.announcements.save(begun(announcement, due))
                friends, after = self.pages.page(due.after, self.at_once)
                orders = self._orders(announcement, due, friends, best)
                self.letters.put(orders)
                ordered += len(orders)
                announcement = self.announcements.save(gone_on(announcement, due, after, len(orders)))
            except Conflict:  # corrected or withdrawn in between: what was ordered says what is so by then
                again = self.announcements.get(announcement.announcement_id)
                if again is None:
                    return ordered, True
                announcement = again
        return ordered, True

    def _best_friends(self) -> frozenset[str]:
        year = self.programme.settings().best_friends_of
        return frozenset(self.invitations.best_friends(year)) if year is not None else frozenset()

    def _orders(
        self, announcement: Announcement, due: Round, friends: Sequence[Friend], best: frozenset[str]
    ) -> list[LetterOrder]:
        withdrawal = due.kind is RoundKind.WITHDRAWAL
        kind = LetterKind.ANNOUNCEMENT_WITHDRAWN if withdrawal else LetterKind.ANNOUNCEMENT
        whom = dict.fromkeys(self._whom(announcement, due, friends, best))
        return [LetterOrder(kind, one, NO_YEAR, about=announcement.announcement_id) for one in whom]

    def _whom(
        self, announcement: Announcement, due: Round, friends: Sequence[Friend], best: frozenset[str]
    ) -> Iterator[str]:
        """The accounts that a part of a round is about; what an alias has, its account is told."""
        first = due.kind in (RoundKind.EARLY, RoundKind.EVERYBODY) and announcement.version == 1
        ids = [one.friend_id for one in friends]
        had = {} if first else self.readers.versions(announcement.announcement_id, announcement.version, ids)
        accounts = Accounts(self.friends)
        for one in friends:
            wanted = concerns(
                due,
                active=one.active or bool(one.merged_into),
                best_friend=one.friend_id in best,
                has_it=one.friend_id in had,
            )
            alias_of_nobody_special = one.merged_into and not (one.friend_id in best or one.friend_id in had)
            if wanted and not alias_of_nobody_special:
                yield accounts.surviving(one.friend_id) if one.merged_into else one.friend_id
