"""Requests, decisions and the audit trail in memory, over the world of `fakes`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from best_friends.application import ports_changes, ports_requests
from best_friends.application.areas import ChangeAreas
from best_friends.application.ask import Ask
from best_friends.application.correct_ledger import By
from best_friends.application.decide_request import DecideRequest
from best_friends.application.engagements import ChangeEngagement
from best_friends.application.errors import Conflict
from best_friends.application.hand_over import HandOver
from best_friends.application.links import FollowLink, MintLink
from best_friends.application.ports_requests import Decided
from best_friends.application.request_pages import ShowAreasPage, ShowEngagementPage
from best_friends.application.send_link import SendLink
from best_friends.application.send_request_letter import SendRequestLetter
from best_friends.domain.corrections import Note
from best_friends.domain.friends import Area, Engagement, Friend
from best_friends.domain.requests import Request, RequestKind, RequestState, Taken
from tests.unit.fakes import FakeEngagements, FakeFriends, World, friend_of
from tests.unit.line import Line, OnLine, call

BY = By("Ada", "asked by phone")
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOME = Area(47.3769, 8.5417, 20.0)
BERN = Area(46.9481, 7.4474, 15.0, "Bern")


class FakeRequests(OnLine, ports_requests.Requests):
    """Requests by id."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[str, Request] = {}

    @call
    def ask(self, request: Request) -> bool:
        return self.rows.setdefault(request.request_id, request) is request

    @call
    def get(self, request_id: str) -> Request | None:
        return self.rows.get(request_id)

    @call
    def take(self, request_id: str, taken: Taken, *, was: Taken | None) -> bool:
        stored = self.rows[request_id]
        if stored.state is not RequestState.OPEN or stored.taken != was:
            return False
        self.rows[request_id] = replace(stored, taken=taken)
        return True

    @call
    def of_friend(self, friend_id: str) -> list[Request]:
        found = [one for one in self.rows.values() if one.friend_id == friend_id]
        return sorted(found, key=lambda one: (one.asked_at, one.request_id), reverse=True)

    @call
    def open(self, kind: RequestKind) -> Iterator[Request]:
        found = [one for one in self.rows.values() if (one.kind, one.state) == (kind, RequestState.OPEN)]
        return iter(sorted(found, key=lambda one: (one.asked_at, one.request_id)))


class FakeRoles(FakeEngagements, ports_requests.Roles):
    """Engagements, also one account's at a time."""

    @call
    def of_friend(self, friend_id: str) -> Sequence[Engagement]:
        return [one for one in self.rows.values() if one.friend_id == friend_id]


class FakeTrail(OnLine, ports_changes.Trail):
    """Notes in the order in which they were written."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: list[Note] = []

    @call
    def note(self, notes: Sequence[Note]) -> None:
        self.rows.extend(notes)

    @call
    def of_friend(self, friend_id: str) -> list[Note]:
        return [one for one in self.rows if one.friend_id == friend_id]


class FakeDecisions(OnLine, ports_requests.Decisions):
    """All of a change or nothing: whatever is not as it was read refuses the whole."""

    def __init__(
        self, line: Line, friends: FakeFriends, roles: FakeRoles, requests: FakeRequests, trail: FakeTrail
    ) -> None:
        super().__init__(line)
        self._friends, self._roles, self._requests, self._trail = friends, roles, requests, trail

    @call
    def write(self, decided: Decided) -> None:
        areas, engagement, request = decided.areas, decided.engagement, decided.request
        key = None
        if areas and self._friends.rows.get(areas.after.friend_id) != areas.before:
            raise Conflict
        if engagement:
            after = engagement.after
            key = (after.friend_id, f"{after.role}#{after.held_from}")
            if self._roles.rows.get(key) != engagement.before:
                raise Conflict
        if request:
            stored = self._requests.rows[request.request_id]
            if stored.state is not RequestState.OPEN:
                raise Conflict
            if stored.taken != request.taken or (request.decision and stored.reply != request.reply):
                raise Conflict
        if areas:
            self._friends.rows[areas.after.friend_id] = areas.after
        if engagement and key:
            self._roles.rows[key] = engagement.after
        if request:
            self._requests.rows[request.request_id] = request
        self._trail.rows.append(decided.note)


class AskingWorld(World):
    """A world with requests, decisions and a trail."""

    def __init__(self) -> None:
        super().__init__()
        self.clock.now = NOON
        self.engagements = self.roles = FakeRoles(self.line)
        self.requests = FakeRequests(self.line)
        self.trail = FakeTrail(self.line)
        self.decisions = FakeDecisions(self.line, self.friends, self.roles, self.requests, self.trail)

    def add(self, friend_id: str, *areas: Area, language: str = "de", merged_into: str = "") -> Friend:
        """A Friend with areas; home alone without any."""
        friend = replace(friend_of(friend_id, language), areas=areas or (HOME,), merged_into=merged_into)
        self.friends.rows[friend_id] = friend
        return friend

    @property
    def change_areas(self) -> ChangeAreas:
        """Changes of areas."""
        return ChangeAreas(self.friends, self.decisions, self.clock)

    @property
    def change_engagement(self) -> ChangeEngagement:
        """Changes of engagement."""
        return ChangeEngagement(self.friends, self.engagements, self.decisions, self.clock)

    @property
    def decide(self) -> DecideRequest:
        """Decisions on requests."""
        return DecideRequest(
            self.requests, self.change_areas, self.change_engagement, self.programme, self.queue, self.clock
        )

    @property
    def ask(self) -> Ask:
        """Asking."""
        return Ask(self.requests, self.programme, self.clock)

    @property
    def mint(self) -> MintLink:
        """New links: token-1, token-2, ..."""
        return MintLink(self.links, self.tokens)

    @property
    def areas_page(self) -> ShowAreasPage:
        """The page of areas."""
        return ShowAreasPage(FollowLink(self.links, self.clock), self.friends, self.ask)

    @property
    def engagement_page(self) -> ShowEngagementPage:
        """The page of roles."""
        return ShowEngagementPage(FollowLink(self.links, self.clock), self.friends, self.roles, self.ask)

    @property
    def send_link(self) -> SendLink:
        """Personal links."""
        return SendLink(self.friends, self.queue)

    @property
    def send(self) -> SendRequestLetter:
        """Letters about requests."""
        return SendRequestLetter(
            self.friends,
            self.requests,
            self.programme,
            HandOver(self.letters, self.clock),
            self.mint,
            self.mail,
            self.clock,
            "https://pages.example",
        )


def day(text: str) -> date:
    """A day."""
    return date.fromisoformat(text)
