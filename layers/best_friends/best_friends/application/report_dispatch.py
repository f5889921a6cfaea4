"""Gather what a report says of dispatched jobs, from their waves and the roster they were drawn from."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from best_friends.application.ports import Friends, Jobs
from best_friends.application.ports_dispatch import Waves
from best_friends.application.rosters import Rosters
from best_friends.domain.dispatch import Place, draw, wave
from best_friends.domain.dispatch_report import DispatchReport, Share
from best_friends.domain.ledger import Job
from best_friends.domain.offer import END_OF_STATUS, Ending, Wave
from best_friends.domain.policy import Dispatch
from best_friends.domain.roster import Roster

BANDS_KM = (0.0, 2.0, 5.0, 10.0, 20.0, 50.0)
"""Where bands of distance begin; the last one has no end."""

BEST_FRIENDS, OTHERS, NEWCOMERS = "Best Friends", "others", "newcomers"


@dataclass(frozen=True, slots=True)
class ReportDispatch:
    """The figures of some jobs, counted in the roster of the first of them."""

    jobs: Jobs
    friends: Friends
    waves: Waves
    rosters: Rosters

    def __call__(
        self, job_ids: Sequence[str], notified_at: Iterable[tuple[str, datetime]], policy: Dispatch
    ) -> DispatchReport:
        """Add up the jobs; `notified_at` is (job_id, instant) of each notification that left."""
        jobs = self.jobs.get_many(job_ids)
        waves = {job_id: self.waves.of_job(job_id) for job_id in job_ids}
        endings = Counter(str(one) for job_id in job_ids if (one := self._ending(jobs.get(job_id), job_id)))
        tally = _Tally(self._regions())
        changed = 0
        for job_id in job_ids:
            if not waves[job_id]:
                continue
            roster = self.rosters.of(waves[job_id][0].roster)
            tally.add(roster, waves[job_id])
            changed += _changed(roster, waves[job_id][0])
        tally.count_friends(self.rosters.newest()[1])
        return DispatchReport(
            jobs=len(job_ids),
            with_candidates=sum(map(bool, waves.values())),
            changed=changed,
            endings=dict(endings.most_common()),
            waves=sum(map(len, waves.values())),
            notifications=sum(len(one.picks) for each in waves.values() for one in each),
            priority_best_friend=str(policy.priority_best_friend),
            best_friends=tally.share(BEST_FRIENDS),
            others=tally.share(OTHERS),
            newcomers=tally.share(NEWCOMERS),
            regions=tuple(tally.share(name) for name in tally.regions_in_order()),
            distances=tuple(
                (begin, end, tally.share(band))
                for band, (begin, end) in enumerate(zip(BANDS_KM, (*BANDS_KM[1:], float("inf")), strict=True))
            ),
            notified_after=tuple(
                sorted((at - jobs[job_id].posted_at).total_seconds() for job_id, at in notified_at)
            ),
            accepted_after=tuple(sorted(_accepted_after(jobs.values()))),
        )

    def _ending(self, job: Job | None, job_id: str) -> Ending | None:
        """How it ended by now: a job may still be accepted when all waves are used up."""
        if job is not None and job.status in END_OF_STATUS:
            return END_OF_STATUS[job.status]
        ended = self.waves.ended(job_id)
        return ended.ending if ended else None

    def _regions(self) -> dict[str, str]:
        return {friend.friend_id: friend.region for friend in self.friends.everybody()}


def _changed(roster: Roster, first: Wave) -> bool:
    """Whether the first wave would have been others, had nobody the status."""
    place = Place(first.job_id, first.skill, first.latitude, first.longitude)
    equal = first.policy.model_copy(update={"priority_best_friend": Decimal(1)})
    race = draw(roster, place, equal)
    passed = {one.friend_id for one in first.passed_over}
    without = {race.friend_id[entry] for entry in wave(race, equal, passed)}
    return without != {pick.friend_id for pick in first.picks}


def _accepted_after(jobs: Iterable[Job]) -> Iterable[float]:
    return ((job.accepted_at - job.posted_at).total_seconds() for job in jobs if job.accepted_at)


class _Tally:
    """Counts by group: a name, a region as ("region", name), a band of distance by its number."""

    def __init__(self, region_of: dict[str, str]) -> None:
        self._region_of = region_of
        self._friends: Counter[object] = Counter()
        self._candidacies: Counter[object] = Counter()
        self._notifications: Counter[object] = Counter()

    def add(self, roster: Roster, waves: Sequence[Wave]) -> None:
        """Count a job's candidates and whom its waves notified."""
        first = waves[0]
        place = Place(first.job_id, first.skill, first.latitude, first.longitude)
        race = draw(roster, place, first.policy)
        notified = {pick.friend_id for one in waves for pick in one.picks}
        for entry, friend_id in enumerate(race.friend_id):
            groups = self._groups(
                friend_id, best=bool(roster.best_friend[race.row[entry]]), newcomer=bool(race.newcomer[entry])
            )
            groups.append(bisect_right(BANDS_KM, float(race.distance_km[entry])) - 1)
            self._candidacies.update(groups)
            if friend_id in notified:
                self._notifications.update(groups)

    def count_friends(self, roster: Roster) -> None:
        """Count the Friends of a roster, each once whatever its areas."""
        seen: set[str] = set()
        for row, name in enumerate(roster.friend_ids.tolist()):
            friend_id = name.decode()
            if friend_id not in seen:
                seen.add(friend_id)
                best, newcomer = bool(roster.best_friend[row]), bool(roster.newcomer[row])
                self._friends.update(self._groups(friend_id, best=best, newcomer=newcomer))

    def _groups(self, friend_id: str, *, best: bool, newcomer: bool) -> list[object]:
        groups: list[object] = [BEST_FRIENDS if best else OTHERS]
        groups.append(("region", self._region_of.get(friend_id, "")))
        return [*groups, NEWCOMERS] if newcomer else groups

    def regions_in_order(self) -> list[tuple[str, str]]:
        """The regions, those with the most Friends first."""
        regions = [key for key in self._friends if isinstance(key, tuple)]
        return sorted(regions, key=lambda key: (-self._friends[key], key))

    def share(self, group: object) -> Share:
        """What was counted of a group."""
        name = group[1] if isinstance(group, tuple) else str(group)
        return Share(name, self._friends[group], self._candidacies[group], self._notifications[group])
