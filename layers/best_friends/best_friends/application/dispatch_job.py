"""A wave of a job: draw it, freeze it, queue its notifications and the wave after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from best_friends.application.errors import Conflict
from best_friends.application.ports import Clock, Friends, Jobs, Programme
from best_friends.application.ports_dispatch import (
    JobsQueue,
    NotificationOrder,
    NotificationsQueue,
    WaveOrder,
    Waves,
)
from best_friends.application.rosters import Rosters
from best_friends.domain.dispatch import Place, draw
from best_friends.domain.dispatch import wave as next_wave
from best_friends.domain.erasure import NOBODY
from best_friends.domain.ledger import Job
from best_friends.domain.offer import (
    GONE,
    Ended,
    Ending,
    PassedOver,
    Wave,
    hindrance,
    quiet_until,
    unfit,
)
from best_friends.domain.picks import pick_of
from best_friends.domain.policy import Dispatch, Policy
from best_friends.domain.roster import Roster


class Step(StrEnum):
    """What became of a due wave."""

    SENT = "sent"
    SENT_AGAIN = "sent_again"
    """It was frozen already: an earlier delivery broke off, or this one is a copy."""
    QUIET = "quiet"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What was done, how many were queued to be notified, and why it was the end."""

    step: Step
    notified: int = 0
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class DispatchJob:
    """Offer a job to its next wave, or say how it ended.

    `pace` divides the seconds between waves: 1, and more only where time is compressed.
    """

    jobs: Jobs
    friends: Friends
    waves: Waves
    rosters: Rosters
    programme: Programme
    queue: JobsQueue
    notifications: NotificationsQueue
    clock: Clock
    pace: int = 1

    def __call__(self, order: WaveOrder) -> Dispatched:
        """Do what is due for a wave; doing it twice notifies nobody twice.

        Raises:
            MissingRoster, MalformedRoster: try again later.
        """
        # The job is read before anything else, so that a job taken meanwhile is offered no further.
        job = self.jobs.get(order.job_id)
        earlier = self.waves.of_job(order.job_id)
        frozen = next((wave for wave in earlier if wave.number == order.wave), None)
        in_force = self.programme.settings().policy
        policy = earlier[0].policy if earlier else in_force.dispatch
        now = self.clock()
        ending = unfit(job, now, policy)
        if ending or job is None:
            return self._end(order, earlier, ending or Ending.UNKNOWN_JOB)
        if frozen:
            return self._send(frozen, policy, Step.SENT_AGAIN)
        if self._wait_for_morning(order, now, in_force, policy):
            return Dispatched(Step.QUIET)
        if order.wave > policy.waves:
            return self._end(order, earlier, Ending.EXHAUSTED)
        drawn = self._drawn(job, order.wave, earlier, policy, now)
        if isinstance(drawn, Ending):
            return self._end(order, earlier, drawn)
        try:
            self.waves.freeze(drawn)
        except Conflict:  # a copy of this order was faster: what it has frozen is the wave
            drawn = next(one for one in self.waves.of_job(order.job_id) if one.number == order.wave)
        return self._send(drawn, policy, Step.SENT)

    def _drawn(
        self, job: Job, number: int, earlier: Sequence[Wave], policy: Dispatch, now: datetime
    ) -> Wave | Ending:
        version, roster = self._roster(earlier)
        place = Place(job.job_id, job.skill, float(job.latitude or 0), float(job.longitude or 0))
        passed = {pick.friend_id for wave in earlier for pick in wave.picks}
        passed |= {one.friend_id for wave in earlier for one in wave.passed_over}
        gone: list[PassedOver] = []
        while True:
            race = draw(roster, place, policy, wanted=policy.wave_size + len(passed))
            chosen = next_wave(race, policy, passed)
            known = self.friends.get_many([race.friend_id[one] for one in chosen])
            hindered = [
                PassedOver(friend_id, why)
                for friend_id in (race.friend_id[one] for one in chosen)
                if (why := hindrance(known.get(friend_id)))
            ]
            if not hindered:
                break
            # The roster is some minutes old; whoever has left since is replaced by the next in order.
            gone += hindered
            passed |= {one.friend_id for one in hindered}
        if not chosen:
            return _why_nobody(roster, place, race.candidates, begun=bool(earlier))
        return Wave(
            job_id=job.job_id,
            number=number,
            drawn_at=now,
            skill=place.skill,
            latitude=place.latitude,
            longitude=place.longitude,
            roster=version,
            policy=policy,
            candidates=race.candidates,
            picks=tuple(pick_of(race, one) for one in chosen),
            # The roster may know somebody longer than the programme does: who was erased stays nobody.
            passed_over=tuple(replace(one, friend_id=NOBODY) if one.why == GONE else one for one in gone),
        )

    def _roster(self, earlier: Sequence[Wave]) -> tuple[str, Roster]:
        """All waves of a job come from one roster, so that they are one ordering."""
        if not earlier:
            return self.rosters.newest()
        version = earlier[0].roster
        return version, self.rosters.of(version)

    def _send(self, wave: Wave, policy: Dispatch, step: Step) -> Dispatched:
        self.notifications.put(
            NotificationOrder(wave.job_id, pick.friend_id, wave.number) for pick in wave.picks
        )
        due = wave.drawn_at + timedelta(seconds=policy.wave_seconds / self.pace)
        wait = max(0, round((due - self.clock()).total_seconds()))
        self.queue.put(WaveOrder(wave.job_id, wave.number + 1), after_seconds=wait)
        return Dispatched(step, len(wave.picks))

    def _wait_for_morning(self, order: WaveOrder, now: datetime, in_force: Policy, policy: Dispatch) -> bool:
        """In quiet hours the wave waits, so that nobody misses it asleep; a queue holds it 15 minutes."""
        until = quiet_until(now, in_force.programme.zone, policy)
        if until is None:
            return False
        self.queue.put(order, after_seconds=max(1, round((until - now).total_seconds())))
        return True

    def _end(self, order: WaveOrder, earlier: Sequence[Wave], ending: Ending) -> Dispatched:
        notified = sum(len(wave.picks) for wave in earlier)
        self.waves.end(Ended(order.job_id, ending, self.clock(), len(earlier), notified))
        return Dispatched(Step.ENDED, ending=ending)


def _why_nobody(roster: Roster, place: Place, candidates: int, *, begun: bool) -> Ending:
    if candidates or begun:
        return Ending.EXHAUSTED
    return Ending.NO_CANDIDATE if roster.having(place.skill) is not None else Ending.UNKNOWN_SKILL
