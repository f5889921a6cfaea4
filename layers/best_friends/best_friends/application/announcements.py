"""Announcements as operators handle them: added, looked at, corrected, withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from best_friends.application.correct_ledger import By
from best_friends.application.errors import Conflict, Refusal
from best_friends.application.ports import Clock, Programme
from best_friends.application.ports_announcements import Announcements
from best_friends.domain.announcements import (
    Announcement,
    AnnouncementState,
    Edition,
    corrected,
    early_day,
)
from best_friends.domain.drafts import AnnouncementDraft, DraftError
from best_friends.domain.ledger import business_date

ATTEMPTS = 20
"""A walk through the Friends writes how far it is a few times a second; a correction goes in between."""


@dataclass(frozen=True, slots=True)
class HandleAnnouncements:
    """What operators do with announcements; the letters follow by themselves."""

    announcements: Announcements
    programme: Programme
    clock: Clock

    def add(self, draft: AnnouncementDraft, by: By) -> Announcement:
        """Add an announcement.

        Raises:
            DraftError: when the draft is that of a correction, there is one of this id, or its day is over.
        """
        first = draft.as_first()
        policy, now = self.programme.settings().policy, self.clock()
        today = business_date(now, policy.programme.zone)
        if first.publish_on < today:
            raise _over(first)
        announcement = Announcement(
            announcement_id=first.id,
            publish_on=first.publish_on,
            early_on=early_day(first.publish_on, policy.benefits.days_before),
            words=first.words,
            editions=(Edition(1, now, by.who, by.why, {}),),
        )
        if not self.announcements.add(announcement):
            said = (
                f"there is an announcement {first.id} already; give this one another id, or use"
                f" `best-friends announcement correct {first.id}`"
            )
            raise DraftError([("id", said)])
        return announcement

    def all(self) -> list[Announcement]:
        """Every announcement, the latest day of publication first."""
        return sorted(
            self.announcements.all(), key=lambda one: (one.publish_on, one.announcement_id), reverse=True
        )

    def get(self, announcement_id: str) -> Announcement:
        """One announcement.

        Raises:
            Refusal: when there is none.
        """
        found = self.announcements.get(announcement_id)
        if found is None:
            raise Refusal(
                f"there is no announcement {announcement_id}; `best-friends announcement list` names those"
                " there are"
            )
        return found

    def correct(self, announcement_id: str, draft: AnnouncementDraft, by: By) -> Announcement:
        """Give an announcement another edition; whoever has it hears what was corrected.

        The same draft once more changes nothing, so that the command may be repeated.

        Raises:
            DraftError: when the draft is not that of a correction, or the new day cannot be.
            Refusal: when there is no such announcement, or it is withdrawn.
        """
        draft = draft.as_correction(announcement_id)
        policy, now = self.programme.settings().policy, self.clock()
        today = business_date(now, policy.programme.zone)

        def another(before: Announcement) -> Announcement:
            newest = before.editions[-1]
            if (before.words, before.publish_on, newest.corrected) == (
                draft.words,
                draft.publish_on,
                draft.corrected,
            ):
                return before
            moved = draft.publish_on != before.publish_on
            if moved and today >= before.publish_on:
                said = f"{announcement_id} was published on {before.publish_on}; a correction keeps that day"
                raise DraftError([("publish_on", said)])
            if moved and draft.publish_on < today:
                raise _over(draft)
            edition = Edition(before.version + 1, now, by.who, by.why, draft.corrected)
            early = early_day(draft.publish_on, policy.benefits.days_before) if moved else before.early_on
            return corrected(before, edition, draft.words, draft.publish_on, early)

        return self._write(announcement_id, another)

    def withdraw(self, announcement_id: str, by: By) -> Announcement:
        """Withdraw an announcement; whoever has it hears so, and nobody else.

        Raises:
            Refusal: when there is no such announcement, or it is withdrawn.
        """

        def off(before: Announcement) -> Announcement:
            edition = Edition(before.version, self.clock(), by.who, by.why, {})
            return replace(before, state=AnnouncementState.WITHDRAWN, withdrawn=edition)

        return self._write(announcement_id, off)

    def _write(self, announcement_id: str, change: Callable[[Announcement], Announcement]) -> Announcement:
        for _ in range(ATTEMPTS):
            before = self.get(announcement_id)
            if before.withdrawn:
                raise Refusal(f"{announcement_id} was withdrawn on {before.withdrawn.at:%Y-%m-%d} already")
            after = change(before)
            if after == before:
                return before
            try:
                return self.announcements.save(after)
            except Conflict:
                continue
        raise Refusal(f"{announcement_id} keeps changing; run the same command again")


def _over(draft: AnnouncementDraft) -> DraftError:
    return DraftError([("publish_on", f"is {draft.publish_on}, which is over; name today or a later day")])
