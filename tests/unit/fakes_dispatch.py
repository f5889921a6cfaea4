"""The dispatcher's ports in memory, and a world of Friends around Bern who are offered jobs."""

import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from best_friends.application import ports_dispatch as ports
from best_friends.application.accept_job import AcceptJob, AcceptOffer
from best_friends.application.build_roster import BuildRoster, Built
from best_friends.application.dispatch_job import DispatchJob
from best_friends.application.errors import Conflict
from best_friends.application.hand_over import HandOver
from best_friends.application.links import FollowLink, MintLink
from best_friends.application.ports import StoredStats
from best_friends.application.ports_dispatch import MissingRoster, NotificationOrder, PackedRoster, WaveOrder
from best_friends.application.rosters import Rosters
from best_friends.application.send_notification import SendNotification
from best_friends.application.why import ExplainDispatch
from best_friends.domain.friends import Area, Friend
from best_friends.domain.invitation import Invitation, InvitationState
from best_friends.domain.ledger import Job, JobStatus
from best_friends.domain.letter import LetterState, notification_id_of
from best_friends.domain.offer import Ended, Wave
from best_friends.domain.place import EARTH_RADIUS_KM
from best_friends.domain.policy import Dispatch, Policy
from best_friends.domain.programme import Settings
from best_friends.domain.stats import Totals
from tests.unit.fakes import REASONS, FakeClock, InvitationRow, World
from tests.unit.line import Line, OnLine, call

WAVE = TypeAdapter(Wave)
LONGEST_DELAY = 900
ELEVEN_IN_ZURICH = datetime(2026, 3, 2, 10, tzinfo=UTC)
BERN = (46.948, 7.4474)
SKILL = "computer"


class FakeWaves(OnLine, ports.Waves):
    """Waves as the JSON that a table would hold, and how dispatches ended."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[tuple[str, int], str] = {}
        self.ends: dict[str, Ended] = {}

    @call
    def of_job(self, job_id: str) -> list[Wave]:
        return self.frozen(job_id)

    @call
    def freeze(self, wave: Wave) -> None:
        if (wave.job_id, wave.number) in self.rows:
            raise Conflict
        self.rows[wave.job_id, wave.number] = json.dumps(WAVE.dump_python(wave, mode="json"))

    @call
    def end(self, ended: Ended) -> None:
        self.ends[ended.job_id] = ended

    @call
    def ended(self, job_id: str) -> Ended | None:
        return self.ends.get(job_id)

    def frozen(self, job_id: str = "J1") -> list[Wave]:
        """A job's waves in order; not a call."""
        own = sorted(key for key in self.rows if key[0] == job_id)
        return [WAVE.validate_python(json.loads(self.rows[key])) for key in own]


class FakeRosters(OnLine, ports.RosterStore):
    """One object and its versions; the newest is the last."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.versions: dict[str, bytes] = {}

    @call
    def newest(self, known: str = "") -> PackedRoster | None:
        if not self.versions:
            raise MissingRoster
        version, content = list(self.versions.items())[-1]
        return None if version == known else PackedRoster(version, content)

    @call
    def of(self, version: str) -> PackedRoster:
        if version not in self.versions:
            raise MissingRoster
        return PackedRoster(version, self.versions[version])

    @call
    def put(self, content: bytes) -> str | None:
        if self.versions and list(self.versions.values())[-1] == content:
            return None
        version = f"v{len(self.versions) + 1}-{hashlib.sha256(content).hexdigest()[:8]}"
        self.versions[version] = content
        return version


@dataclass(frozen=True, slots=True)
class Due:
    """A wave's order, and when the queue lets go of it."""

    at: datetime
    order: WaveOrder


class FakeJobsQueue(OnLine, ports.JobsQueue):
    """Orders with their delays, which a queue bears up to a quarter of an hour."""

    def __init__(self, line: Line, clock: FakeClock) -> None:
        super().__init__(line)
        self.clock = clock
        self.orders: list[Due] = []

    @call
    def put(self, order: WaveOrder, *, after_seconds: int = 0) -> None:
        if after_seconds < 0:
            raise ValueError(after_seconds)
        wait = timedelta(seconds=min(after_seconds, LONGEST_DELAY))
        self.orders.append(Due(self.clock.now + wait, order))

    @property
    def delays(self) -> list[float]:
        """For how many seconds from now the orders are held back; not a call."""
        return [(due.at - self.clock.now).total_seconds() for due in self.orders]


class FakeNotifications(OnLine, ports.NotificationsQueue):
    """Orders in the order in which they were put."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.orders: list[NotificationOrder] = []

    @call
    def put(self, orders: Iterable[NotificationOrder]) -> None:
        self.orders.extend(orders)


class FakeApp(OnLine, ports.App):
    """The marketplace's app. `errors` are raised first, one a call; with `hears_anyway` it heard them all."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.told: list[tuple[NotificationOrder, str]] = []
        self.errors: list[Exception] = []
        self.hears_anyway = False

    @call
    def notify(self, order: NotificationOrder, language: str) -> None:
        error = self.errors.pop(0) if self.errors else None
        if error is None or self.hears_anyway:
            self.told.append((order, language))
        if error is not None:
            raise error


class DispatchWorld(World):
    """Every port of the dispatcher as well, on the same line; it is eleven in the morning in Zurich."""

    def __init__(self, **policy: Any) -> None:
        super().__init__()
        self.clock.now = ELEVEN_IN_ZURICH
        self.waves = FakeWaves(self.line)
        self.rosters = FakeRosters(self.line)
        self.jobs_queue = FakeJobsQueue(self.line, self.clock)
        self.notifications = FakeNotifications(self.line)
        self.app = FakeApp(self.line)
        self.programme.in_force = Settings(policy=Policy(dispatch=Dispatch(**policy)))

    @property
    def policy(self) -> Dispatch:
        """The dispatch's numbers that are in force."""
        return self.programme.in_force.policy.dispatch

    def later(self, **by: float) -> None:
        """Let time pass, as `timedelta` writes it."""
        self.clock.now += timedelta(**by)

    def change(self, friend_id: str, **changes: Any) -> None:
        """Change a Friend's profile."""
        self.friends.rows[friend_id] = replace(self.friends.rows[friend_id], **changes)

    def rated(self, friend_id: str, ratings: int, stars: int | None = None) -> None:
        """Give a Friend so many ratings, of five stars each unless told otherwise."""
        months = {"2025-06": Totals(ratings, 5 * ratings if stars is None else stars)}
        self.stats.rows[friend_id] = StoredStats(1, months)

    def honour(self, friend_id: str, year: int = 2025) -> None:
        """Make somebody a Best Friend of the year whose status runs."""
        confirmed = Invitation(friend_id, year, InvitationState.CONFIRMED, REASONS, self.clock.now)
        self.invitations.rows[friend_id, year] = InvitationRow(confirmed)
        self.programme.in_force = replace(self.programme.in_force, best_friends_of=year)

    def build(self) -> Built:
        """Build the roster."""
        built = build_roster(self)()
        self.line.calls.clear()
        return built

    def notified(self, job_id: str = "J1") -> list[str]:
        """Who a wave of the job was queued for, in order."""
        return [one.friend_id for one in self.notifications.orders if one.job_id == job_id]

    def letter(self, friend_id: str, job_id: str = "J1") -> LetterState | None:
        """Where a notification stands; not a call."""
        row = self.letters.rows.get(notification_id_of(job_id, friend_id))
        return row.state if row else None


def north_of(place: tuple[float, float], km: float) -> tuple[float, float]:
    """A place so many kilometres farther north (or south, below 0)."""
    return place[0] + math.degrees(km / EARTH_RADIUS_KM), place[1]


def area(km: float = 0.0, radius_km: float = 20.0, label: str = "home") -> Area:
    """An area whose centre is so many kilometres north of Bern."""
    return Area(*north_of(BERN, km), radius_km, label)


def helper(friend_id: str, *areas: Area, **changes: Any) -> Friend:
    """A Friend who lives in Bern and repairs computers."""
    given: dict[str, Any] = {
        "friend_id": friend_id,
        "display_name": f"Mara {friend_id}",
        "email": f"{friend_id.lower()}@friends.example",
        "language": "de",
        "areas": areas or (area(),),
        "skills": (SKILL,),
        "joined_on": date(2024, 1, 1),
        "active": True,
    }
    return Friend(**given | changes)


def job_of(job_id: str = "J1", **changes: Any) -> Job:
    """A computer in Bern that was posted a moment ago."""
    given: dict[str, Any] = {
        "job_id": job_id,
        "friend_id": "",
        "customer_id": "C1",
        "skill": SKILL,
        "latitude": BERN[0],
        "longitude": BERN[1],
        "posted_at": ELEVEN_IN_ZURICH,
        "completed_at": None,
        "status": JobStatus.POSTED,
        "revenue_cents": 0,
        "currency": "CHF",
    }
    return Job(**given | changes)


def around_bern(friends: int = 30, **policy: Any) -> DispatchWorld:
    """A posted job J1, a roster of so many Friends who live up to 15 km away, and none is a newcomer."""
    world = DispatchWorld(**policy)
    for number in range(1, friends + 1):
        one = helper(f"F{number:02d}", area(number % 15))
        world.friends.rows[one.friend_id] = one
        world.rated(one.friend_id, 20)
    world.jobs.rows["J1"] = job_of()
    world.build()
    return world


def build_roster(world: DispatchWorld) -> BuildRoster:
    """The roster's builder."""
    return BuildRoster(world.friends, world.stats, world.invitations, world.programme, world.rosters)


def dispatch_job(world: DispatchWorld, pace: int = 1) -> DispatchJob:
    """The dispatcher, with nothing in memory."""
    return DispatchJob(
        jobs=world.jobs,
        friends=world.friends,
        waves=world.waves,
        rosters=Rosters(world.rosters),
        programme=world.programme,
        queue=world.jobs_queue,
        notifications=world.notifications,
        clock=world.clock,
        pace=pace,
    )


def send_notification(world: DispatchWorld) -> SendNotification:
    """The way out of notifications."""
    return SendNotification(
        friends=world.friends,
        jobs=world.jobs,
        programme=world.programme,
        hand_over=HandOver(world.letters, world.clock),
        mint=MintLink(world.links, world.tokens),
        mail=world.mail,
        app=world.app,
        clock=world.clock,
        pages_url="https://pages.example",
    )


def accept_offer(world: DispatchWorld) -> AcceptOffer:
    """What a notification's link opens."""
    return AcceptOffer(
        follow=FollowLink(world.links, world.clock),
        friends=world.friends,
        jobs=world.jobs,
        programme=world.programme,
        accept=AcceptJob(world.jobs, world.clock),
    )


def explain(world: DispatchWorld) -> ExplainDispatch:
    """The answer to "why", with nothing in memory."""
    return ExplainDispatch(
        jobs=world.jobs,
        friends=world.friends,
        waves=world.waves,
        letters=world.letters,
        programme=world.programme,
        rosters=Rosters(world.rosters),
        clock=world.clock,
    )


def post(world: DispatchWorld, job_id: str = "J1") -> None:
    """Queue a job's first wave, as the Jobs stream does."""
    world.jobs_queue.orders.append(Due(world.clock.now, WaveOrder(job_id)))


def work_off_waves(world: DispatchWorld, *, at_most: int = 400) -> None:
    """Let time pass from one due wave to the next until none is left."""
    for _ in range(at_most):
        if not world.jobs_queue.orders:
            return
        due = min(world.jobs_queue.orders, key=lambda one: one.at)
        world.clock.now = max(world.clock.now, due.at)
        dispatch_job(world)(due.order)
        world.jobs_queue.orders.remove(due)
    raise AssertionError("the waves of a job must come to an end")
