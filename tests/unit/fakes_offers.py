"""Product tests, announcements and what they need in memory, over the world of standing."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from best_friends.application import ports_announcements, ports_product_tests
from best_friends.application.announcements import HandleAnnouncements
from best_friends.application.errors import Conflict
from best_friends.application.hand_over import HandOver, Sending
from best_friends.application.invite_testers import InviteTesters, Whom
from best_friends.application.links import FollowLink
from best_friends.application.news import News
from best_friends.application.ports_letters import LetterOrder
from best_friends.application.product_tests import HandleTests
from best_friends.application.publish_announcements import PublishAnnouncements
from best_friends.application.send_announcement import SendAnnouncement
from best_friends.application.send_test_letter import SendTestLetter
from best_friends.application.test_page import ShowTestPage
from best_friends.domain.announcements import Announcement
from best_friends.domain.drafts import AnnouncementDraft
from best_friends.domain.friends import Friend
from best_friends.domain.invitation import Invitation, InvitationState
from best_friends.domain.letter import LetterState, announcement_letter_id
from best_friends.domain.product_tests import (
    Cancelled,
    ProductTest,
    ProductTestState,
    ProductTestWords,
    Tester,
    TesterState,
)
from tests.unit.fakes import ANSWER_UNTIL, REASONS, FakeFriends, FakeLetters
from tests.unit.fakes_requests import FakeTrail
from tests.unit.fakes_standing import StandingWorld
from tests.unit.line import Line, OnLine, call

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
WORDS = {
    "de": ProductTestWords("eine Bohrmaschine", ("Vier Wochen lang.",), "Sie kommt mit der Post."),
    "en": ProductTestWords("a cordless drill", ("For four weeks.",), "It comes by post."),
}


def drill(places: int = 2, skills: tuple[str, ...] = (), **changes: object) -> ProductTest:
    """A test that starts on 2 November, with a head start of 48 hours."""
    test = ProductTest(
        "drill", skills, places, START, START + timedelta(hours=48), START + timedelta(days=20), WORDS
    )
    return replace(test, **changes)  # type: ignore[arg-type]


class FakeTests(OnLine, ports_product_tests.ProductTests):
    """Tests by id."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[str, ProductTest] = {}

    @call
    def add(self, test: ProductTest) -> bool:
        return self.rows.setdefault(test.test_id, test) is test

    @call
    def get(self, test_id: str) -> ProductTest | None:
        return self.rows.get(test_id)

    @call
    def all(self) -> Iterator[ProductTest]:
        return iter(list(self.rows.values()))

    @call
    def cancel(self, test_id: str, cancelled: Cancelled) -> bool:
        test = self.rows[test_id]
        if test.state is not ProductTestState.OPEN:
            return False
        self.rows[test_id] = replace(test, state=ProductTestState.CANCELLED, cancelled=cancelled)
        return True

    @call
    def told(self, test_id: str) -> None:
        off = self.rows[test_id].cancelled
        assert off is not None
        self.rows[test_id] = replace(self.rows[test_id], cancelled=replace(off, told=True))

    @call
    def rest(self, test_id: str, until: datetime) -> None:
        self.rows[test_id] = replace(self.rows[test_id], rests_until=until)


class FakeTesters(OnLine, ports_product_tests.Testers):
    """Invitations by test and Friend."""

    def __init__(self, line: Line, tests: FakeTests) -> None:
        super().__init__(line)
        self._tests = tests
        self.rows: dict[tuple[str, str], Tester] = {}

    @call
    def of_test(self, test_id: str) -> Sequence[Tester]:
        return [one for (of, _), one in self.rows.items() if of == test_id]

    @call
    def of_accounts(self, test_id: str, accounts: Collection[str]) -> Sequence[Tester]:
        return [self.rows[test_id, one] for one in accounts if (test_id, one) in self.rows][::-1]

    @call
    def invite(self, tester: Tester) -> bool:
        return self.rows.setdefault((tester.test_id, tester.friend_id), tester) is tester

    @call
    def ordered(self, test_id: str, friend_id: str) -> None:
        self.rows[test_id, friend_id] = replace(self.rows[test_id, friend_id], ordered=True)

    @call
    def answer(self, test: ProductTest, seen: Tester, state: TesterState, at: datetime) -> None:
        now, key = self._tests.rows[test.test_id], (seen.test_id, seen.friend_id)
        moves = (state is TesterState.ACCEPTED) - (seen.state is TesterState.ACCEPTED)
        closed = moves and (
            now.state is not ProductTestState.OPEN or (moves > 0 and now.taken >= test.places)
        )
        if self.rows[key].state is not seen.state or closed:
            raise Conflict
        self._tests.rows[test.test_id] = replace(now, taken=now.taken + moves)
        self.rows[key] = replace(self.rows[key], state=state, answered_at=at)


class FakeAnnouncements(OnLine, ports_announcements.Announcements):
    """Announcements by id."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[str, Announcement] = {}

    @call
    def add(self, announcement: Announcement) -> bool:
        return self.rows.setdefault(announcement.announcement_id, announcement) is announcement

    @call
    def get(self, announcement_id: str) -> Announcement | None:
        return self.rows.get(announcement_id)

    @call
    def all(self) -> Iterator[Announcement]:
        return iter(list(self.rows.values()))

    @call
    def save(self, announcement: Announcement) -> Announcement:
        if self.rows[announcement.announcement_id].revision != announcement.revision:
            raise Conflict
        after = replace(announcement, revision=announcement.revision + 1)
        self.rows[announcement.announcement_id] = after
        return after


class FakeReaders(OnLine, ports_announcements.Readers):
    """Whose letters left, or may have."""

    def __init__(self, line: Line, letters: FakeLetters) -> None:
        super().__init__(line)
        self._letters = letters

    @call
    def versions(self, announcement_id: str, newest: int, accounts: Collection[str]) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for account in accounts:
            for version in range(1, newest + 1):
                row = self._letters.rows.get(announcement_letter_id(announcement_id, version, account))
                if row and row.state in (LetterState.SENDING, LetterState.SENT, LetterState.IN_DOUBT):
                    found[account] = version
        return found


class FakePages(OnLine, ports_announcements.FriendPages):
    """All Friends in the order of their hash."""

    def __init__(self, line: Line, friends: FakeFriends) -> None:
        super().__init__(line)
        self._friends = friends

    @call
    def page(self, after: str | None, size: int) -> tuple[Sequence[Friend], str | None]:
        def place(friend_id: str) -> bytes:
            return hashlib.sha256(friend_id.encode()).digest()

        ids = sorted(self._friends.rows, key=place)
        left = [one for one in ids if after is None or place(one) > place(after)]
        found = [self._friends.rows[one] for one in left[:size]]
        return found, found[-1].friend_id if len(left) > size else None


class OffersWorld(StandingWorld):
    """B1, B2 and B3 are Best Friends of 2025; F1 to F5 are not. It is 2 November 2026, 9 o'clock."""

    def __init__(self) -> None:
        super().__init__()
        self.clock.now = START
        self.tests = FakeTests(self.line)
        self.testers = FakeTesters(self.line, self.tests)
        self.announcements = FakeAnnouncements(self.line)
        self.readers = FakeReaders(self.line, self.letters)
        self.pages = FakePages(self.line, self.friends)
        self.notes = FakeTrail(self.line)
        for one in ("B1", "B2", "B3", "F1", "F2", "F3", "F4", "F5"):
            self.add(one)
        self.programme.in_force = replace(self.programme.in_force, best_friends_of=2025)
        for one in ("B1", "B2", "B3"):
            self.invitations.create(Invitation(one, 2025, InvitationState.CONFIRMED, REASONS, ANSWER_UNTIL))
        self.line.calls.clear()

    @property
    def news(self) -> News:
        """What all news have in common."""
        return News(self.directory, self.choices, self.mint, self.mail, self.clock, "https://pages.example")

    @property
    def whom(self) -> Whom:
        """Who may be invited."""
        return Whom(self.friends, self.invitations, self.programme)

    @property
    def invite(self) -> InviteTesters:
        """The invitations that are due."""
        return InviteTesters(
            self.tests, self.testers, self.whom, self.directory, self.choices, self.queue, self.clock
        )

    @property
    def handle(self) -> HandleTests:
        """What operators do."""
        return HandleTests(
            self.tests, self.testers, self.whom, self.programme, self.queue, self.notes, self.clock
        )

    @property
    def page(self) -> ShowTestPage:
        """The page of a test."""
        follow = FollowLink(self.links, self.clock)
        return ShowTestPage(
            follow,
            self.friends,
            self.directory,
            self.tests,
            self.testers,
            self.programme,
            self.queue,
            self.clock,
        )

    @property
    def send_test(self) -> SendTestLetter:
        """Letters about tests."""
        return SendTestLetter(
            self.friends,
            self.tests,
            self.testers,
            self.programme,
            HandOver(self.letters, self.clock),
            self.news,
        )

    @property
    def handle_announcements(self) -> HandleAnnouncements:
        """What operators do with announcements."""
        return HandleAnnouncements(self.announcements, self.programme, self.clock)

    @property
    def publish(self) -> PublishAnnouncements:
        """The rounds that are due, two Friends at a time."""
        return PublishAnnouncements(
            self.announcements,
            self.readers,
            self.pages,
            self.friends,
            self.invitations,
            self.programme,
            self.queue,
            self.clock,
            at_once=2,
        )

    @property
    def send_announcement(self) -> SendAnnouncement:
        """Letters about announcements."""
        return SendAnnouncement(
            self.friends,
            self.announcements,
            self.readers,
            self.invitations,
            self.programme,
            HandOver(self.letters, self.clock),
            self.news,
        )

    def deliver(self, *, keep: bool = False) -> list[Sending]:
        """Work off the letters queue; with `keep` the orders stay, as if they came again."""
        orders = list(self.queue.orders)
        if not keep:
            self.queue.orders.clear()
        send: dict[str, Callable[[LetterOrder], Sending]] = {
            "test": self.send_test,
            "anno": self.send_announcement,
        }
        return [send[order.kind[:4]](order) for order in orders]

    def mailed_to(self, subject: str = "") -> list[str]:
        """To whom letters with this in their subject went, each as often as it did, sorted."""
        return sorted(one.to.partition("@")[0].upper() for one in self.mail.sent if subject in one.subject)


def draft(publish_on: date, *, text: str = "It comes in April.", corrected: str = "") -> AnnouncementDraft:
    """An announcement in German and English, or a correction of it."""
    more = f'corrected = "{corrected}"\n' if corrected else ""
    return AnnouncementDraft.from_toml(
        f'id = "app"\npublish_on = {publish_on}\n'
        f'[de]\nsubject = "Neue App"\ntext = ["{text}"]\n{more}'
        f'[en]\nsubject = "New app"\ntext = ["{text}"]\n{more}'
    )
