"""The rehearsal's jobs: posted around the Friends, offered in waves, some of them accepted by link."""

import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

import httpx
from bs4 import BeautifulSoup

from best_friends import bootstrap
from best_friends.application.report_dispatch import ReportDispatch
from best_friends.application.rosters import Rosters
from best_friends.domain.dispatch_report import DispatchReport
from best_friends.domain.friends import Friend
from best_friends.domain.ledger import Job, JobStatus
from best_friends.domain.letter import LetterState, notification_id_of
from best_friends.domain.offer import nearest_area, place_of
from best_friends.domain.policy import Dispatch
from ops.console import Screen
from ops.deployment import Deployment
from ops.local.postbox import Postbox, Received
from ops.rehearsal.waiting import until

POLL_SECONDS = 0.5
JOBS_A_POLL = 2
SECONDS_A_WAVE = 5
"""In which the letters of a wave go out and somebody may accept, on a slow machine too."""

NOTIFIED_WITHIN_SECONDS = 60
ACCEPTED, CANCELLED = 0.65, 0.1
"""The shares of the jobs that somebody takes, and that the customer gives up."""

READ_BEFORE = 12
"""A job that is taken is taken by one of the first so many who read of it."""

LOOKED_AT = 8
"""Of so many places the one with the most Friends around is taken: only there is there much to draw."""

KM_A_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Plan:
    """A job and what becomes of it: after how many letters read somebody accepts, or it is cancelled."""

    job: Job
    accept_after: int | None = None
    cancel_after: int | None = None


def plans(friends: list[Friend], count: int, seed: int) -> list[Plan]:
    """Jobs near Friends, for skills that they have, and three that nobody can be offered.

    The same Friends and seed give the same jobs.
    """
    dice = Random(f"jobs {seed}")
    able = sorted((one for one in friends if one.areas and one.skills), key=lambda one: one.friend_id)
    if not able or not count:
        return []
    made = [_popular(able, f"REHEARSED-{number:03d}", dice) for number in range(1, count + 1)]
    nowhere = [
        Plan(_job("REHEARSED-NO-SKILL", "time_travel", made[0].job.latitude, made[0].job.longitude)),
        Plan(_job("REHEARSED-AT-SEA", made[0].job.skill, 0.0, -30.0)),
        Plan(_job("REHEARSED-NO-PLACE", made[0].job.skill, None, None)),
    ]
    return made + nowhere


def _popular(able: list[Friend], job_id: str, dice: Random) -> Plan:
    looked_at = [_near(dice.choice(able), job_id, dice) for _ in range(LOOKED_AT)]
    return max(looked_at, key=lambda plan: _around(able, plan.job))


def _around(able: list[Friend], job: Job) -> int:
    where = place_of(job)
    return sum(job.skill in one.skills and nearest_area(one, *where) is not None for one in able if where)


def _near(friend: Friend, job_id: str, dice: Random) -> Plan:
    area = friend.areas[0]
    away, towards = area.radius_km * math.sqrt(dice.random()) * 0.9, dice.uniform(0, 2 * math.pi)
    latitude = area.latitude + away * math.cos(towards) / KM_A_DEGREE
    longitude = area.longitude + away * math.sin(towards) / KM_A_DEGREE / math.cos(
        math.radians(area.latitude)
    )
    job = _job(job_id, dice.choice(friend.skills), round(latitude, 5), round(longitude, 5))
    fate, after = dice.random(), dice.randint(1, READ_BEFORE)
    if fate < ACCEPTED:
        return Plan(job, accept_after=after)
    return Plan(job, cancel_after=after if fate < ACCEPTED + CANCELLED else None)


def _job(job_id: str, skill: str, latitude: float | None, longitude: float | None) -> Job:
    return Job(
        job_id=job_id,
        friend_id="",
        customer_id="REHEARSED",
        skill=skill,
        latitude=latitude,
        longitude=longitude,
        posted_at=datetime.max.replace(tzinfo=UTC),  # until it is posted
        completed_at=None,
        status=JobStatus.POSTED,
        revenue_cents=0,
        currency="",
    )


class RehearsedHelpers:
    """Friends who read their notifications; some press the button, and whoever is later hears so."""

    def __init__(self, made: list[Plan], postbox: Postbox, pages_url: str, deployment: Deployment) -> None:
        self._plans = {plan.job.job_id: plan for plan in made}
        self._postbox = postbox
        self._jobs = bootstrap.jobs(deployment.jobs_table)
        self._link = re.compile(re.escape(pages_url) + r"/jobs/([\w-]+)/accept\?token=[\w-]+")
        self._read: set[str] = set()
        self._letters: Counter[str] = Counter()
        self._pages = httpx.Client(timeout=60)
        self.notified_at: list[tuple[str, datetime]] = []
        self.too_late = 0

    def read_mail(self) -> None:
        """Read the letters that are new."""
        for letter in self._postbox.deliver():
            found = self._link.search(letter.text)
            if letter.message_id in self._read or found is None:
                continue
            self._read.add(letter.message_id)
            self._notified(letter, found.group(1), found.group())

    def _notified(self, letter: Received, job_id: str, link: str) -> None:
        self.notified_at.append((job_id, letter.sent_at))
        self._letters[job_id] += 1
        plan, read = self._plans[job_id], self._letters[job_id]
        # Two press the button: the one who is a little later must hear so, kindly.
        if plan.accept_after is not None and read in (plan.accept_after, plan.accept_after + 1):
            self._accept(link)
        if plan.cancel_after == read:
            self._jobs.cancel(job_id)

    def _accept(self, link: str) -> None:
        page = BeautifulSoup(self._pages.get(link).raise_for_status().text, "html.parser")
        button = page.select_one("form button[name=answer]")
        token = page.select_one("form input[name=token]")
        if button is None or token is None:
            self.too_late += 1  # the page says that somebody was faster, and offers no button
            return
        posted = {"answer": str(button["value"]), "token": str(token["value"])}
        self._pages.post(link.partition("?")[0], data=posted).raise_for_status()

    def close(self) -> None:
        """Close the connections."""
        self._pages.close()


def dispatch_jobs(
    deployment: Deployment,
    postbox: Postbox,
    pages_url: str,
    made: list[Plan],
    policy: Dispatch,
    screen: Screen,
) -> DispatchReport:
    """Post the jobs, let the Friends read and accept until every dispatch has ended, and add it up.

    Raises:
        Stop: when a dispatch does not end.
    """
    deployment.build_roster_now()
    jobs, waves = bootstrap.jobs(deployment.jobs_table), bootstrap.waves(deployment.waves_table)
    helpers = RehearsedHelpers(made, postbox, pages_url, deployment)
    waiting = list(made)

    def meanwhile() -> None:
        for plan in waiting[:JOBS_A_POLL]:
            jobs.post(replace(plan.job, posted_at=bootstrap.clock()))
        del waiting[:JOBS_A_POLL]
        helpers.read_mail()

    with closing(helpers), screen.step(f"Dispatching {len(made)} jobs: a wave takes {SECONDS_A_WAVE} s"):
        until_ended(deployment, [plan.job.job_id for plan in made], meanwhile)
        until_notified(deployment, [plan.job.job_id for plan in made], helpers.read_mail)
        helpers.read_mail()
    report = ReportDispatch(
        jobs,
        bootstrap.friends(deployment.friends_table),
        waves,
        Rosters(bootstrap.rosters(deployment.archive_bucket)),
    )
    return report([plan.job.job_id for plan in made], helpers.notified_at, policy)


def until_ended(
    deployment: Deployment, job_ids: Iterable[str], meanwhile: Callable[[], None] = lambda: None
) -> None:
    """Wait until the dispatch of every job has ended.

    Raises:
        Stop: when one does not.
    """
    waves = bootstrap.waves(deployment.waves_table)
    running = set(job_ids)

    def all_ended() -> bool:
        meanwhile()
        running.difference_update([job_id for job_id in running if waves.ended(job_id) is not None])
        return not running

    until(all_ended, "the dispatch of all jobs did not end", every=POLL_SECONDS)


def until_notified(
    deployment: Deployment, job_ids: Iterable[str], meanwhile: Callable[[], None] = lambda: None
) -> None:
    """Wait until every notification of the jobs that nobody has taken has left, if within a minute."""
    jobs, letters = bootstrap.jobs(deployment.jobs_table), bootstrap.letters(deployment.letters_table)
    waves = bootstrap.waves(deployment.waves_table)
    awaited = {
        notification_id_of(job_id, pick.friend_id): job_id
        for job_id in job_ids
        for wave in waves.of_job(job_id)
        for pick in wave.picks
    }
    deadline = time.monotonic() + NOTIFIED_WITHIN_SECONDS
    while awaited and time.monotonic() < deadline:
        meanwhile()
        known = jobs.get_many(sorted({*awaited.values()}))
        still = {one for one, job in known.items() if job.status is JobStatus.POSTED}
        awaited = {
            letter_id: job_id
            for letter_id, job_id in awaited.items()
            if job_id in still and letters.state(letter_id) in (None, LetterState.SENDING)
        }
        time.sleep(POLL_SECONDS if awaited else 0)
