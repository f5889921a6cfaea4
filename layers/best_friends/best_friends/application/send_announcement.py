"""Letters about announcements: what a Friend is told follows from what is so when its letter leaves."""

from dataclasses import dataclass

from best_friends.application.accounts import Accounts
from best_friends.application.errors import Throttled
from best_friends.application.hand_over import HandOver, Sending
from best_friends.application.news import News
from best_friends.application.ports import Friends, Invitations, Programme
from best_friends.application.ports_announcements import Announcements, Readers
from best_friends.application.ports_letters import LetterOrder
from best_friends.domain.announcements import (
    Announcement,
    Next,
    corrections_since,
    letter_for,
)
from best_friends.domain.friends import Friend
from best_friends.domain.invitation import InvitationState
from best_friends.domain.letter import (
    NO_YEAR,
    LetterKind,
    announcement_letter_id,
    letter_id_about,
)
from best_friends.domain.programme import Settings
from best_friends.letters.announcements import AnnouncementView, render_announcement
from best_friends.texts.reading import reading_language

ATTEMPTS = 3


class _Changed(Exception):
    """The announcement was corrected or withdrawn while its letter was being written."""


@dataclass(frozen=True, slots=True)
class _Due:
    """A letter that is due: of which announcement, to whom, what it says, and what the Friend had."""

    announcement: Announcement
    friend: Friend
    said: Next
    had: int
    early: bool
    settings: Settings

    @property
    def kind(self) -> LetterKind:
        off = self.said is Next.WITHDRAWAL
        return LetterKind.ANNOUNCEMENT_WITHDRAWN if off else LetterKind.ANNOUNCEMENT

    @property
    def letter_id(self) -> str:
        one = self.announcement
        if self.said is Next.WITHDRAWAL:
            return letter_id_about(self.kind, f"{one.announcement_id}#{self.friend.friend_id}")
        return announcement_letter_id(one.announcement_id, one.version, self.friend.friend_id)


@dataclass(frozen=True, slots=True)
class SendAnnouncement:
    """Send each version to a Friend at most once, and a withdrawal to those who had one."""

    friends: Friends
    announcements: Announcements
    readers: Readers
    invitations: Invitations
    programme: Programme
    hand_over: HandOver
    news: News

    def __call__(self, order: LetterOrder) -> Sending:
        """Send what is true now, if anything is.

        Raises:
            Throttled: nothing was sent; the order is to be delivered once more.
        """
        friend = Accounts(self.friends).friend(order.friend_id)
        if friend is None or not friend.email:
            return Sending.NOT_WANTED
        for _ in range(ATTEMPTS):
            due = self._due(order.about, friend)
            if due is None:
                return Sending.NOT_WANTED
            try:
                return self._sent(due)
            except _Changed:
                continue
        raise Throttled("the announcement keeps changing")

    def _due(self, announcement_id: str, friend: Friend) -> _Due | None:
        announcement = self.announcements.get(announcement_id)
        if announcement is None:
            return None
        settings, now = self.programme.settings(), self.news.clock()
        zone = settings.policy.programme.zone
        accounts = self.news.accounts(friend.friend_id)
        had = max(self.readers.versions(announcement_id, announcement.version, accounts).values(), default=0)
        said = letter_for(
            announcement,
            active=friend.active,
            best_friend=self._is_best_friend(settings, accounts),
            had=had,
            now=now,
            zone=zone,
        )
        if said is None or not self.news.wanted(accounts):
            return None
        early = not announcement.out_at(now, zone, best_friend=False)
        return _Due(announcement, friend, said, had, early, settings)

    def _is_best_friend(self, settings: Settings, accounts: tuple[str, ...]) -> bool:
        year = settings.best_friends_of
        found = self.invitations.get_many(accounts, year) if year is not None else []
        return any(one.state is InvitationState.CONFIRMED for one in found)

    def _sent(self, due: _Due) -> Sending:
        def send() -> str:
            # The letter is claimed by now. Whoever corrects or withdraws from here on finds it claimed and
            # writes to this Friend as well; whoever did so before is seen here.
            now = self.announcements.get(due.announcement.announcement_id)
            if now is None or (now.version, now.state) != (due.announcement.version, due.announcement.state):
                raise _Changed
            return self._mailed(due)

        return self.hand_over(due.letter_id, due.friend.friend_id, NO_YEAR, send)

    def _mailed(self, due: _Due) -> str:
        one, friend = due.announcement, due.friend
        language = reading_language(friend.language, one.words, due.settings.policy.programme.languages)
        unsubscribe = self.news.unsubscribe(friend)
        view = AnnouncementView(
            name=friend.display_name,
            language=language,
            words=one.words[language],
            publish_on=one.publish_on,
            early=due.early,
            unsubscribe=unsubscribe,
            corrected=corrections_since(one, due.had, language),
            why=one.withdrawn.why if one.withdrawn else "",
        )
        return self.news.mailed(due.kind, friend, render_announcement(due.said, view), unsubscribe)
