"""Why a Friend was notified of a job, or was not, and what would have made the difference."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from best_friends.application.errors import Refusal
from best_friends.application.ports import Clock, Friends, Jobs, Programme
from best_friends.application.ports_dispatch import MissingRoster, Waves
from best_friends.application.ports_letters import Letters
from best_friends.application.rosters import Rosters
from best_friends.domain.bands import DEGREE
from best_friends.domain.dispatch import Draw, Place, draw
from best_friends.domain.dispatch import wave as next_wave
from best_friends.domain.erasure import NOBODY
from best_friends.domain.ledger import Job
from best_friends.domain.letter import LetterState, notification_id_of
from best_friends.domain.offer import Ending, Pick, Wave, hindrance, place_of, too_old
from best_friends.domain.picks import pick_of
from best_friends.domain.place import distance_km
from best_friends.domain.policy import Dispatch
from best_friends.domain.roster import Roster, changed

KEYS_AGREE = 1e-9
"""Relative: a logarithm may differ in its last digit from one processor to the next."""


class Verdict(StrEnum):
    """What became of a Friend in the dispatch of a job."""

    NOTIFIED = "notified"
    PASSED_OVER = "passed_over"
    NOT_REACHED = "not_reached"
    OUTSIDE = "outside"
    WITHOUT_SKILL = "without_skill"
    NOT_IN_ROSTER = "not_in_roster"
    NOT_DRAWN = "not_drawn"
    """The job was never offered to anybody; `ending` says why, if it has ended."""


@dataclass(frozen=True, slots=True)
class Change:
    """What would have got a Friend into the first wave: so much more radius, the status, or both."""

    radius_km: float = 0.0
    best_friend: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer. Distances are kilometres to the nearest area that matters, and its radius.

    `pick` has the factors that the Friend had in the race, `wave` the wave that notified it. `change` is
    None when nothing of the kind would have helped, or was needed. `matches` says whether the stored
    waves come out of their roster again, None when it is not kept any more.
    """

    job: Job
    friend_id: str
    verdict: Verdict
    ending: Ending | None
    waves: int
    candidates: int
    wave: int | None = None
    pick: Pick | None = None
    hindrance: str = ""
    alias_of: str = ""
    distance_km: float | None = None
    radius_km: float | None = None
    letter: LetterState | None = None
    change: Change | None = None
    matches: bool | None = None
    roster: str = ""
    expired: bool = False
    """Whether the job was posted too long ago to be offered any more."""
    early: bool = False
    """Whether a newcomer's place let it in before its rank alone would have."""


@dataclass(frozen=True, slots=True)
class ExplainDispatch:
    """Recompute a job's draw from the roster it was drawn from, and find one Friend in it."""

    jobs: Jobs
    friends: Friends
    waves: Waves
    letters: Letters
    programme: Programme
    rosters: Rosters
    clock: Clock

    def __call__(self, job_id: str, friend_id: str) -> Explanation:
        """Explain.

        Raises:
            Refusal: when there is no such job, or no such Friend.
        """
        job, friend = self.jobs.get(job_id), self.friends.get(friend_id)
        if job is None:
            raise Refusal(f"there is no job {job_id}; look its id up in the marketplace")
        if friend is None:
            raise Refusal(f"there is no Friend {friend_id}; look the id up in the marketplace")
        waves = self.waves.of_job(job_id)
        policy = waves[0].policy if waves else self.programme.settings().policy.dispatch
        ended = self.waves.ended(job_id)
        known = Explanation(
            job=job,
            friend_id=friend_id,
            verdict=Verdict.NOT_DRAWN,
            ending=ended.ending if ended else None,
            waves=len(waves),
            candidates=waves[0].candidates if waves else 0,
            hindrance=hindrance(friend),
            alias_of=friend.merged_into,
            letter=self.letters.state(notification_id_of(job_id, friend_id)),
            roster=waves[0].roster if waves else "",
            expired=too_old(job.posted_at, self.clock(), policy),
        )
        known = _as_stored(known, waves)
        place = _place(job, waves)
        if place is None:
            return known
        try:
            roster = self.rosters.of(waves[0].roster) if waves else self.rosters.newest()[1]
        except MissingRoster:
            return known
        # Whom a wave passed over decides who comes next; of somebody erased nothing of that is left.
        whole = waves and not any(one.friend_id == NOBODY for wave in waves for one in wave.passed_over)
        again = replace(known, matches=recomputed(roster, waves)) if whole else known
        return _placed(again, roster, place, policy, waves)


def recomputed(roster: Roster, waves: Sequence[Wave]) -> bool:
    """Whether the stored waves come out of their roster again: the same Friends in the same order."""
    passed: set[str] = set()
    for stored in waves:
        place = Place(stored.job_id, stored.skill, stored.latitude, stored.longitude)
        passed |= {one.friend_id for one in stored.passed_over}
        race = draw(roster, place, stored.policy, wanted=stored.policy.wave_size + len(passed))
        chosen = [pick_of(race, entry) for entry in next_wave(race, stored.policy, passed)]
        if len(chosen) != len(stored.picks) or race.candidates != stored.candidates:
            return False
        if not all(map(_same, chosen, stored.picks)):
            return False
        passed |= {pick.friend_id for pick in chosen}
    return True


def _same(one: Pick, other: Pick) -> bool:
    if other.friend_id == NOBODY:
        return one.rank == other.rank
    return (one.friend_id, one.rank) == (other.friend_id, other.rank) and math.isclose(
        one.key, other.key, rel_tol=KEYS_AGREE
    )


def _place(job: Job, waves: Sequence[Wave]) -> Place | None:
    if waves:
        return Place(job.job_id, waves[0].skill, waves[0].latitude, waves[0].longitude)
    where = place_of(job)
    return Place(job.job_id, job.skill, *where) if where else None


def _as_stored(known: Explanation, waves: Sequence[Wave]) -> Explanation:
    """What the frozen waves themselves say, whether or not their roster is still kept."""
    if waves:
        known = replace(known, verdict=Verdict.NOT_REACHED)
    gone = 0
    for wave in waves:
        gone += len(wave.passed_over)
        for pick in wave.picks:
            if pick.friend_id == known.friend_id:
                # By rank alone a wave is the next so many, those who have left not counted.
                early = pick.newcomer and pick.rank - gone > wave.number * wave.policy.wave_size
                return replace(known, verdict=Verdict.NOTIFIED, wave=wave.number, pick=pick, early=early)
        for one in wave.passed_over:
            if one.friend_id == known.friend_id:
                return replace(known, verdict=Verdict.PASSED_OVER, wave=wave.number, hindrance=one.why)
    return known


def _placed(
    known: Explanation, roster: Roster, place: Place, policy: Dispatch, waves: Sequence[Wave]
) -> Explanation:
    """Find the Friend in the race, or the rule that kept it out."""
    rows = roster.rows_of(known.friend_id)
    if not len(rows):
        return replace(known, verdict=Verdict.NOT_IN_ROSTER)
    having = roster.having(place.skill)
    if having is None or not having[roster.columns["skill_set"][rows[0]]]:
        return replace(known, verdict=Verdict.WITHOUT_SKILL)
    first = _First(place, policy, frozenset(one.friend_id for wave in waves[:1] for one in wave.passed_over))
    race = draw(roster, place, policy)
    entry = next((one for one, name in enumerate(race.friend_id) if name == known.friend_id), None)
    if entry is None:
        return _outside(known, roster, first)
    pick = pick_of(race, entry)
    known = replace(
        known, pick=pick, candidates=race.candidates, distance_km=pick.distance_km,
        radius_km=float(roster.columns["radius"][race.row[entry]]) / 1000,
    )  # fmt: skip
    if known.verdict in (Verdict.NOTIFIED, Verdict.PASSED_OVER) or known.friend_id in first.of(race):
        return known
    better = changed(roster, known.friend_id, best_friend=True)
    helped = known.friend_id in first.of(draw(better, place, policy))
    return replace(known, change=Change(best_friend=True) if helped else None)


def _outside(known: Explanation, roster: Roster, first: "_First") -> Explanation:
    """How far beyond its areas the job lies, and whether more radius would have been enough."""
    areas = sorted(_areas(roster, known.friend_id, first.place))
    beyond, distance, radius, row = areas[0]
    known = replace(known, verdict=Verdict.OUTSIDE, distance_km=distance, radius_km=radius)
    wider = changed(roster, known.friend_id, radius_km=radius + beyond, row=row)
    for change, better in (
        (Change(beyond), wider),
        (Change(beyond, best_friend=True), changed(wider, known.friend_id, best_friend=True)),
    ):
        if known.friend_id in first.of(draw(better, first.place, first.policy)):
            return replace(known, change=change)
    return known


def _areas(roster: Roster, friend_id: str, place: Place) -> Iterator[tuple[float, float, float, int]]:
    """(km beyond the edge, km to the centre, radius, row) of each area; the first is a whole 100 m more."""
    columns = roster.columns
    for row in roster.rows_of(friend_id).tolist():
        latitude, longitude = columns["latitude"][row] / DEGREE, columns["longitude"][row] / DEGREE
        away = distance_km(float(latitude), float(longitude), place.latitude, place.longitude)
        radius = float(roster.columns["radius"][row]) / 1000
        yield math.ceil((away - radius) * 10 + 1e-6) / 10, away, radius, row


@dataclass(frozen=True, slots=True)
class _First:
    """Who is in the first wave of a race, those passed over left out."""

    place: Place
    policy: Dispatch
    passed: frozenset[str]

    def of(self, race: Draw) -> set[str]:
        return {race.friend_id[entry] for entry in next_wave(race, self.policy, self.passed)}
