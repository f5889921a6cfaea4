"""Dispatching as a whole: whatever comes twice, late, out of order or breaks off, the invariants hold."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from best_friends.application.errors import InDoubt, Refused, Throttled
from best_friends.application.ports_dispatch import NotificationOrder, WaveOrder
from best_friends.domain.friends import Channel
from best_friends.domain.ledger import JobStatus
from best_friends.domain.letter import LetterState
from best_friends.domain.offer import Ending, hindrance, nearest_area
from tests.unit.fakes_dispatch import (
    BERN,
    DispatchWorld,
    area,
    around_bern,
    dispatch_job,
    job_of,
    post,
    send_notification,
)
from tests.unit.line import Crash, Unreachable

JOBS = ("J1", "J2")
FRIENDS = 14
ABOUT = re.compile(r"/jobs/(J\d)/accept")
SETTLED = (LetterState.SENT, LetterState.IN_DOUBT, LetterState.FAILED)
REASONS = {
    Ending.ACCEPTED: JobStatus.ACCEPTED,
    Ending.CANCELLED: JobStatus.CANCELLED,
    Ending.EXHAUSTED: JobStatus.POSTED,
    Ending.NO_CANDIDATE: JobStatus.POSTED,
    Ending.TOO_OLD: JobStatus.POSTED,
}
"""How a job must once have stood for its dispatch to have ended so."""

breaks = st.none() | st.tuples(
    st.integers(1, 12), st.booleans(), st.sampled_from([Crash(), Unreachable(), Throttled()])
)
crashes = st.none() | st.tuples(st.integers(1, 8), st.booleans(), st.just(Crash()))
indices = st.integers(0, 10_000)


class Dispatching(RuleBasedStateMachine):
    """Two jobs are offered to fourteen Friends in waves of four; at 11:04 comes a short quiet time."""

    def __init__(self) -> None:
        super().__init__()
        self.world: DispatchWorld = around_bern(
            FRIENDS, wave_size=4, waves=3, offer_hours=1, quiet_from="11:04", quiet_until="11:06"
        )
        for one in ("F03", "F07", "F11"):
            self.world.rated(one, 2)
            self.world.change(one, channel=Channel.APP)
        self.world.build()
        self.world.jobs.rows |= {job_id: job_of(job_id) for job_id in JOBS}
        for job_id in JOBS:
            post(self.world, job_id)
        self.orders: list[WaveOrder] = []
        self.told: list[NotificationOrder] = []
        self.hindered: set[str] = set()
        self.stood: set[tuple[str, JobStatus]] = {(job_id, JobStatus.POSTED) for job_id in JOBS}

    # ------------------------------------------------------------ what arrives

    @precondition(lambda self: self.world.jobs_queue.orders)
    @rule(which=indices, broken=breaks, copied=st.booleans())
    def a_wave_is_due(self, which: int, broken: tuple[int, bool, BaseException] | None, copied: bool) -> None:
        due = self.world.jobs_queue.orders[which % len(self.world.jobs_queue.orders)]
        self.world.clock.now = max(self.world.clock.now, due.at)
        done = self._wave(due.order, broken)
        if done and not copied:
            self.world.jobs_queue.orders.remove(due)

    @precondition(lambda self: self.orders)
    @rule(which=indices, broken=breaks)
    def an_old_wave_comes_again(self, which: int, broken: tuple[int, bool, BaseException] | None) -> None:
        self._wave(self.orders[which % len(self.orders)], broken)

    @precondition(lambda self: self.world.notifications.orders)
    @rule(which=indices, broken=crashes, copied=st.booleans())
    def a_notification_is_due(
        self, which: int, broken: tuple[int, bool, BaseException] | None, copied: bool
    ) -> None:
        orders = self.world.notifications.orders
        order = orders[which % len(orders)]
        done = self._notification(order, broken)
        if done and not copied:
            orders.remove(order)

    @precondition(lambda self: self.told)
    @rule(which=indices, broken=crashes)
    def an_old_notification_comes_again(
        self, which: int, broken: tuple[int, bool, BaseException] | None
    ) -> None:
        self._notification(self.told[which % len(self.told)], broken)

    # ------------------------------------------------------------ what happens meanwhile

    @rule(seconds=st.sampled_from([1, 20, 60, 150]))
    def time_passes(self, seconds: int) -> None:
        self.world.later(seconds=seconds)

    @rule(job_id=st.sampled_from(JOBS), number=st.integers(1, FRIENDS))
    def a_friend_accepts(self, job_id: str, number: int) -> None:
        if self.world.jobs.accept(job_id, f"F{number:02d}", self.world.clock.now):
            self.stood.add((job_id, JobStatus.ACCEPTED))

    @rule(job_id=st.sampled_from(JOBS))
    def a_job_is_cancelled(self, job_id: str) -> None:
        if self.world.jobs.cancel(job_id):
            self.stood.add((job_id, JobStatus.CANCELLED))

    @rule(
        number=st.integers(1, FRIENDS),
        changes=st.sampled_from(
            [
                {"active": False},
                {"paused": True},
                {"areas": (area(400),)},
                {"active": True, "paused": False, "areas": (area(3),)},
            ]
        ),
    )
    def a_friend_changes(self, number: int, changes: dict[str, object]) -> None:
        friend_id = f"F{number:02d}"
        self.world.change(friend_id, **changes)
        if self._unfit(friend_id):
            self.hindered.add(friend_id)

    @rule()
    def a_roster_is_built(self) -> None:
        self.world.build()

    @rule(error=st.sampled_from([Throttled(), InDoubt(), Refused()]), anyway=st.booleans())
    def the_ways_out_are_in_trouble(self, error: Exception, anyway: bool) -> None:
        self.world.mail.errors = [error]
        self.world.app.errors = [error]
        self.world.mail.sends_anyway = self.world.app.hears_anyway = anyway and isinstance(error, InDoubt)

    # ------------------------------------------------------------ what must hold

    @invariant()
    def at_most_one_notification_a_job_and_friend(self) -> None:
        sent: Counter[tuple[str, str]] = Counter()
        for mailed in self.world.mail.sent:
            job_id = ABOUT.findall(mailed.text)[0]
            sent[job_id, mailed.to.split("@")[0].upper()] += 1
        for order, _ in self.world.app.told:
            sent[order.job_id, order.friend_id] += 1
        assert not sent or max(sent.values()) == 1

    @invariant()
    def waves_are_disjoint_in_order_and_from_one_roster(self) -> None:
        for job_id in JOBS:
            waves = self.world.waves.frozen(job_id)
            assert [wave.number for wave in waves] == list(range(1, len(waves) + 1))
            picked = [pick.friend_id for wave in waves for pick in wave.picks]
            passed = [one.friend_id for wave in waves for one in wave.passed_over]
            assert len(set(picked + passed)) == len(picked + passed)
            assert len({wave.roster for wave in waves}) <= 1
            keys = [pick.key for wave in waves for pick in wave.picks if not pick.newcomer]
            assert keys == sorted(keys)
            gaps = [later.drawn_at - wave.drawn_at for wave, later in pairwise(waves)]
            assert all(gap >= timedelta(seconds=60) for gap in gaps)

    def _wave(self, order: WaveOrder, broken: tuple[int, bool, BaseException] | None) -> bool:
        job = self.world.jobs.rows[order.job_id]
        before = len(self.world.waves.rows)
        held = [len(self.world.jobs_queue.orders), len(self.world.notifications.orders)]
        done = self._broken_off(lambda: dispatch_job(self.world)(order), broken)
        if job.status is not JobStatus.POSTED:
            assert [
                before,
                held,
            ] == [
                len(self.world.waves.rows),
                [len(self.world.jobs_queue.orders), len(self.world.notifications.orders)],
            ], "a job that is taken is offered no further"
        assert len(self.world.waves.rows) <= before + 1
        for wave in self.world.waves.frozen(order.job_id):
            if wave.drawn_at == self.world.clock.now and len(self.world.waves.rows) > before:
                assert not [one for one in wave.picks if hindrance(self.world.friends.rows[one.friend_id])]
        if order not in self.orders:
            self.orders.append(order)
        return done

    def _notification(self, order: NotificationOrder, broken: tuple[int, bool, BaseException] | None) -> bool:
        before = len(self.world.mail.sent) + len(self.world.app.told)
        done = self._broken_off(lambda: send_notification(self.world)(order), broken)
        if len(self.world.mail.sent) + len(self.world.app.told) > before:
            assert not self._unfit(order.friend_id), "nobody inactive, paused or too far away is notified"
            assert self.world.jobs.rows[order.job_id].status is JobStatus.POSTED
        if order not in self.told:
            self.told.append(order)
        return done

    def _broken_off(self, work: Callable[[], object], broken: tuple[int, bool, BaseException] | None) -> bool:
        if broken:
            number, after, error = broken
            self.world.line.break_at(number, error, after=after)
        try:
            work()
        except (Crash, Unreachable, Throttled):
            return False
        finally:
            self.world.line.mend()
        return True

    def _unfit(self, friend_id: str) -> bool:
        friend = self.world.friends.rows[friend_id]
        return bool(hindrance(friend)) or nearest_area(friend, *BERN) is None

    # ------------------------------------------------------------ when faults stop

    def teardown(self) -> None:
        """Everything converges: nothing is in flight, each dispatch has its end, each pick its letter."""
        self.world.mail.errors.clear()
        self.world.app.errors.clear()
        for _ in range(2_000):
            if not self.world.jobs_queue.orders:
                break
            due = min(self.world.jobs_queue.orders, key=lambda one: one.at)
            self.world.clock.now = max(self.world.clock.now, due.at)
            while self.world.notifications.orders:
                order = self.world.notifications.orders[0]
                assert self._notification(order, None)
                self.world.notifications.orders.pop(0)
            assert self._wave(due.order, None)
            self.world.jobs_queue.orders.remove(due)
        assert not self.world.jobs_queue.orders
        self.at_most_one_notification_a_job_and_friend()
        self.waves_are_disjoint_in_order_and_from_one_roster()
        for job_id in JOBS:
            job = self.world.jobs.rows[job_id]
            ended = self.world.waves.ends[job_id]
            waves = self.world.waves.frozen(job_id)
            assert (job_id, REASONS[ended.ending]) in self.stood
            assert (ended.waves, ended.notified) == (len(waves), sum(len(wave.picks) for wave in waves))
            if job.status is JobStatus.POSTED and ended.ending is Ending.EXHAUSTED:
                for pick in (one for wave in waves for one in wave.picks):
                    letter = self.world.letter(pick.friend_id, job_id)
                    assert letter in SETTLED or pick.friend_id in self.hindered


TestDispatching = Dispatching.TestCase
TestDispatching.settings = settings(deadline=None, max_examples=120, stateful_step_count=40)


def test_two_messages_of_one_job_side_by_side_do_not_speed_it_up() -> None:
    world = around_bern()
    for _ in range(3):
        post(world)
    while world.jobs_queue.orders:
        due = min(world.jobs_queue.orders, key=lambda one: one.at)
        world.clock.now = max(world.clock.now, due.at)
        world.jobs_queue.orders.remove(due)
        dispatch_job(world)(due.order)
    waves = world.waves.frozen()
    assert [wave.drawn_at - waves[0].drawn_at for wave in waves] == [
        timedelta(seconds=60 * number) for number in range(3)
    ]
    assert world.waves.ends["J1"] == replace(world.waves.ends["J1"], waves=3, notified=30)
