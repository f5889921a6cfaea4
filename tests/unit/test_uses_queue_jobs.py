"""Queueing posted jobs: news is offered at once, history never."""

from datetime import timedelta, timezone

import pytest

from best_friends.application.ports_dispatch import WaveOrder
from best_friends.application.queue_jobs import QueueJobs
from tests.unit.fakes_dispatch import ELEVEN_IN_ZURICH, DispatchWorld, around_bern, dispatch_job
from tests.unit.line import Unreachable


def queue_jobs(world: DispatchWorld) -> QueueJobs:
    return QueueJobs(world.programme, world.jobs_queue, world.clock)


def test_a_job_that_was_posted_is_queued_for_its_first_wave_at_once() -> None:
    world = DispatchWorld()
    assert queue_jobs(world)("J1", world.clock.now)
    assert [due.order for due in world.jobs_queue.orders] == [WaveOrder("J1", 1)]
    assert world.jobs_queue.delays == [0]


@pytest.mark.parametrize("hours", [1, 24, 336])
@pytest.mark.parametrize(("over", "queued"), [(-1, True), (0, True), (1, False)])
def test_a_job_is_queued_as_long_as_it_may_be_offered(hours: int, over: int, queued: bool) -> None:
    world = DispatchWorld(offer_hours=hours)
    world.clock.now = ELEVEN_IN_ZURICH + timedelta(hours=hours, microseconds=over)
    elsewhere = ELEVEN_IN_ZURICH.astimezone(timezone(timedelta(hours=-9)))
    assert queue_jobs(world)("J1", elsewhere) is queued
    assert len(world.jobs_queue.orders) == queued


def test_years_of_history_wake_nobody() -> None:
    world = DispatchWorld()
    old = [ELEVEN_IN_ZURICH - timedelta(days=days) for days in range(2, 400)]
    assert not any(queue_jobs(world)(f"J{number}", at) for number, at in enumerate(old))
    assert world.jobs_queue.orders == []


def test_a_record_that_comes_twice_offers_the_job_to_one_first_wave() -> None:
    world = around_bern(6, wave_size=3)
    for _ in range(2):
        queue_jobs(world)("J1", ELEVEN_IN_ZURICH)
    for due in world.jobs_queue.orders[:2]:
        dispatch_job(world)(due.order)
    assert len(world.waves.frozen()) == 1


def test_a_queue_that_does_not_take_a_job_is_told_so_that_the_record_comes_again() -> None:
    world = DispatchWorld()
    world.line.break_at(2, Unreachable())
    with pytest.raises(Unreachable):
        queue_jobs(world)("J1", world.clock.now)
