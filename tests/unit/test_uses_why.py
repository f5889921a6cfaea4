"""Why a Friend was notified of a job or was not, and what would have been enough."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from best_friends.application.errors import Refusal
from best_friends.application.ports_dispatch import NotificationOrder, WaveOrder
from best_friends.application.why import Change, Explanation, Verdict
from best_friends.domain.friends import Area
from best_friends.domain.ledger import JobStatus
from best_friends.domain.letter import LetterState
from best_friends.domain.offer import Ending
from tests.unit.fakes_dispatch import (
    BERN,
    DispatchWorld,
    area,
    around_bern,
    dispatch_job,
    explain,
    helper,
    job_of,
    north_of,
    post,
    send_notification,
    work_off_waves,
)

A_CENTIMETRE = 2e-5
"""Kilometres: that close to the edge it is the roster's own grid that decides."""


def sent(world: DispatchWorld) -> DispatchWorld:
    """The world after all waves of J1."""
    post(world)
    work_off_waves(world)
    return world


@pytest.fixture
def world() -> DispatchWorld:
    """Thirty candidates, of whom two waves of five are notified; and four who never could be."""
    world = around_bern(30, wave_size=5, waves=2)
    world.friends.rows["far"] = helper("far", area(33.33))
    world.friends.rows["unskilled"] = helper("unskilled", skills=("juggling",))
    world.friends.rows["inactive"] = helper("inactive", active=False)
    world.friends.rows["homeless"] = replace(helper("homeless"), areas=())
    world.build()
    return sent(world)


def why(world: DispatchWorld, friend_id: str) -> Explanation:
    return explain(world)("J1", friend_id)


def picked(world: DispatchWorld, wave: int = 1) -> list[str]:
    return [pick.friend_id for pick in world.waves.frozen()[wave - 1].picks]


def unreached(world: DispatchWorld) -> list[str]:
    """Who was not reached, in the order of the race."""
    ranked = {why(world, one).pick.rank: one for one in world.friends.rows if why(world, one).pick}  # type: ignore[union-attr]
    return [ranked[rank] for rank in sorted(ranked) if ranked[rank] not in world.notified()]


# ---------------------------------------------------------------- the verdicts


def test_who_was_notified_is_told_the_wave_the_rank_and_every_factor(world: DispatchWorld) -> None:
    third = picked(world, wave=2)[2]
    found = why(world, third)
    assert (found.verdict, found.wave, found.waves, found.candidates) == (Verdict.NOTIFIED, 2, 2, 30)
    assert found.pick == world.waves.frozen()[1].picks[2]
    assert (found.pick.rank, found.ending, found.change) == (8, Ending.EXHAUSTED, None)
    own = world.friends.rows[third].areas[0]
    assert found.radius_km == own.radius_km
    assert found.distance_km == pytest.approx(found.pick.distance_km)


@pytest.mark.parametrize("state", [None, LetterState.SENT])
def test_it_is_told_whether_the_notification_left(world: DispatchWorld, state: LetterState | None) -> None:
    first = picked(world)[0]
    if state:
        world.clock.now = world.jobs.rows["J1"].posted_at
        send_notification(world)(NotificationOrder("J1", first, 1))
    assert why(world, first).letter is state


@pytest.mark.parametrize("hindrance", ["inactive", "paused"])
def test_who_was_passed_over_is_told_why(hindrance: str) -> None:
    world = around_bern(30)
    first = sent(around_bern(30)).notified()[0]
    world.change(first, **({"active": False} if hindrance == "inactive" else {"paused": True}))
    sent(world)
    world.change(first, active=True, paused=False)
    found = why(world, first)
    assert (found.verdict, found.wave, found.hindrance) == (Verdict.PASSED_OVER, 1, hindrance)
    assert (found.change, found.matches) == (None, True)
    assert found.pick is not None and found.pick.rank == 1


def test_who_was_not_reached_is_told_the_rank(world: DispatchWorld) -> None:
    last = unreached(world)[-1]
    found = why(world, last)
    assert (found.verdict, found.wave, found.pick and found.pick.rank) == (Verdict.NOT_REACHED, None, 30)


def test_who_lives_too_far_away_is_told_how_far(world: DispatchWorld) -> None:
    found = why(world, "far")
    assert (found.verdict, found.pick, found.radius_km) == (Verdict.OUTSIDE, None, 20.0)
    assert found.distance_km == pytest.approx(33.33, abs=A_CENTIMETRE)


@pytest.mark.parametrize(
    ("friend_id", "verdict", "hindrance"),
    [
        ("unskilled", Verdict.WITHOUT_SKILL, ""),
        ("inactive", Verdict.NOT_IN_ROSTER, "inactive"),
        ("homeless", Verdict.NOT_IN_ROSTER, ""),
    ],
)
def test_who_could_not_be_offered_the_job_is_told_the_rule(
    world: DispatchWorld, friend_id: str, verdict: Verdict, hindrance: str
) -> None:
    found = why(world, friend_id)
    assert (found.verdict, found.hindrance, found.change) == (verdict, hindrance, None)


def test_who_joined_after_the_roster_was_not_in_it(world: DispatchWorld) -> None:
    world.friends.rows["late"] = helper("late")
    world.build()
    assert why(world, "late").verdict is Verdict.NOT_IN_ROSTER


def test_a_job_that_waits_for_its_first_wave_was_offered_to_nobody_yet() -> None:
    world = around_bern(30)
    found = why(world, "F01")
    assert (found.verdict, found.ending, found.waves, found.matches) == (Verdict.NOT_DRAWN, None, 0, None)
    assert found.pick is not None and found.candidates == 30


@pytest.mark.parametrize(
    ("changes", "verdict", "ending"),
    [
        ({"latitude": None}, Verdict.NOT_DRAWN, Ending.NO_PLACE),
        ({"status": JobStatus.CANCELLED}, Verdict.NOT_DRAWN, Ending.CANCELLED),
        ({"latitude": -40.0}, Verdict.OUTSIDE, Ending.NO_CANDIDATE),
        ({"skill": "juggling"}, Verdict.WITHOUT_SKILL, Ending.UNKNOWN_SKILL),
    ],
)
def test_a_job_that_was_offered_to_nobody_says_why(
    changes: dict[str, Any], verdict: Verdict, ending: Ending
) -> None:
    world = around_bern(30)
    world.jobs.rows["J1"] = job_of(**changes)
    found = why(sent(world), "F01")
    assert (found.verdict, found.ending) == (verdict, ending)


def test_without_any_roster_it_is_told_what_is_known() -> None:
    world = around_bern(3)
    world.rosters.versions.clear()
    assert why(world, "F01").verdict is Verdict.NOT_DRAWN


@pytest.mark.parametrize(
    ("job_id", "friend_id", "sentence"),
    [("J404", "F01", "there is no job J404"), ("J1", "F404", "there is no Friend F404")],
)
def test_what_is_not_there_is_refused_by_name(
    world: DispatchWorld, job_id: str, friend_id: str, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        explain(world)(job_id, friend_id)


def test_a_job_that_was_edited_afterwards_is_explained_as_it_was_offered(world: DispatchWorld) -> None:
    before = {one: why(world, one) for one in ("far", "unskilled", *picked(world))}
    edited = job_of(latitude=10.0, skill="juggling")
    world.jobs.rows["J1"] = edited
    for friend_id, found in before.items():
        assert why(world, friend_id) == replace(found, job=edited)


def test_a_policy_that_changed_afterwards_does_not_change_the_answer(world: DispatchWorld) -> None:
    before = {one: why(world, one) for one in world.friends.rows}
    world.programme.in_force = DispatchWorld(wave_size=30, proximity_km=100).programme.in_force
    assert {one: why(world, one) for one in world.friends.rows} == before


# ---------------------------------------------------------------- newcomers


def test_a_newcomer_whom_only_its_kind_let_in_is_told_so() -> None:
    world = around_bern(30)
    last = sent(around_bern(30)).notified()[-1]
    world.rated(last, 0)
    world.build()
    found = why(sent(world), last)
    assert (found.wave, found.early) == (1, True)
    assert found.pick is not None and found.pick.rank > 10


@pytest.mark.parametrize("ranks", [(1, 2), (4, 7), (9, 10)])
def test_a_newcomer_who_would_have_been_in_anyway_is_not_said_to_owe_it_to_that(
    ranks: tuple[int, int],
) -> None:
    in_order = sent(around_bern(30)).notified()
    # With the best of priors a newcomer is as good as the others, so that nobody's rank is another.
    world = around_bern(30, quality_prior_average=5)
    for rank in ranks:
        world.rated(in_order[rank - 1], 14)
    world.build()
    sent(world)
    for rank in ranks:
        found = why(world, in_order[rank - 1])
        assert found.pick is not None
        assert (found.pick.rank, found.pick.newcomer, found.wave) == (rank, True, 1)
        assert not found.early


# ---------------------------------------------------------------- whether the waves come out again


def test_waves_that_were_really_sent_come_out_of_their_roster_again(world: DispatchWorld) -> None:
    for number in range(10):
        world.friends.rows[f"N{number}"] = helper(f"N{number}")
    world.build()
    assert {why(world, one).matches for one in ("F01", "far", "unskilled", "N1")} == {True}
    assert why(world, "F01").roster == world.waves.frozen()[0].roster != list(world.rosters.versions)[-1]


TAMPERINGS: dict[str, Callable[[dict[str, Any]], object]] = {
    "somebody else": lambda wave: wave["picks"][2].update(friend_id="F99"),
    "two swapped": lambda wave: wave["picks"].insert(0, wave["picks"].pop()),
    "one left out": lambda wave: wave["picks"].pop(),
    "another key": lambda wave: wave["picks"][0].update(key=wave["picks"][0]["key"] * 1.001),
    "another rank": lambda wave: wave["picks"][4].update(rank=9),
    "another job": lambda wave: wave.update(job_id="J2"),
    "more candidates": lambda wave: wave.update(candidates=31),
    "somebody passed over": lambda wave: wave["passed_over"].append(
        {"friend_id": wave["picks"][0]["friend_id"], "why": "paused"}
    ),
    "another priority": lambda wave: wave["policy"].update(proximity_km="3"),
}


@pytest.mark.parametrize("tamper", TAMPERINGS.values(), ids=TAMPERINGS.keys())
@pytest.mark.parametrize("number", [1, 2])
def test_a_wave_that_was_tampered_with_is_seen(
    world: DispatchWorld, tamper: Callable[[dict[str, Any]], object], number: int
) -> None:
    stored = json.loads(world.waves.rows["J1", number])
    tamper(stored)
    world.waves.rows["J1", number] = json.dumps(stored)
    assert why(world, "F01").matches is False


def test_when_the_roster_is_not_kept_any_more_the_waves_still_say_who_was_notified(
    world: DispatchWorld,
) -> None:
    first, other = picked(world)[0], unreached(world)[0]
    world.rosters.versions.clear()
    found = why(world, first)
    assert (found.verdict, found.wave, found.matches) == (Verdict.NOTIFIED, 1, None)
    assert found.pick is not None
    assert (why(world, other).verdict, why(world, other).matches) == (Verdict.NOT_REACHED, None)
    assert why(world, "far").change is None


# ---------------------------------------------------------------- the smallest change


def test_a_friend_with_two_areas_is_told_of_the_one_that_needs_least() -> None:
    world = around_bern(5)
    world.friends.rows["two"] = helper("two", area(30.05, 5.0, "near"), area(-60.05, 52.0, "nearly"))
    world.build()
    found = why(sent(world), "two")
    assert found.distance_km == pytest.approx(60.05, abs=A_CENTIMETRE)
    assert (found.radius_km, found.change) == (52.0, Change(radius_km=8.1))


def test_who_needs_nothing_is_offered_no_change(world: DispatchWorld) -> None:
    assert [why(world, one).change for one in world.notified()] == [None] * 10


def test_who_could_not_have_been_in_by_any_change_is_told_none() -> None:
    world = around_bern(30, wave_size=1)
    world.friends.rows["far"] = helper("far", area(900))
    world.build()
    found = why(sent(world), "far")
    assert (found.verdict, found.change) == (Verdict.OUTSIDE, None)


@dataclass(frozen=True)
class Scene:
    """Friends around a job: who lives where, who is rated how, who is a Best Friend, who leaves meanwhile."""

    job_id: str
    areas: dict[str, tuple[Area, ...]]
    ratings: dict[str, int]
    wave_size: int
    best_friends: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    proximity_km: int = 10
    priority: int = 2

    def played(self) -> DispatchWorld:
        """The world after the first wave."""
        world = DispatchWorld(
            wave_size=self.wave_size,
            waves=2,
            proximity_km=self.proximity_km,
            priority_best_friend=self.priority,
        )
        for one, areas in self.areas.items():
            world.friends.rows[one] = helper(one, *areas)
            world.rated(one, self.ratings[one])
        for one in self.best_friends:
            world.honour(one)
        world.jobs.rows["J1"] = job_of(self.job_id)
        world.jobs.rows[self.job_id] = job_of(self.job_id)
        world.build()
        for one in self.gone:
            world.change(one, paused=True)
        dispatch_job(world)(WaveOrder(self.job_id))
        return world

    def first_wave(self) -> set[str]:
        """Who is notified first."""
        waves = self.played().waves.frozen(self.job_id)
        return {pick.friend_id for pick in waves[0].picks} if waves else set()

    def honouring(self, friend_id: str) -> "Scene":
        """The same with one more Best Friend."""
        return replace(self, best_friends=self.best_friends | {friend_id})

    def widened(self, friend_id: str, found: Explanation, by_km: float) -> "Scene":
        """The same with more radius in the area that was named."""
        assert found.distance_km is not None and found.radius_km is not None
        areas = self.areas[friend_id]
        away = [
            abs(found.distance_km - _km_from_bern(one)) + abs(found.radius_km - one.radius_km)
            for one in areas
        ]
        number = away.index(min(away))
        wider = replace(areas[number], radius_km=round(areas[number].radius_km + by_km, 3))
        return replace(self, areas=self.areas | {friend_id: (*areas[:number], wider, *areas[number + 1 :])})


def _km_from_bern(one: Area) -> float:
    return math.radians(abs(one.latitude - BERN[0])) * 6371.0088


AREAS = st.builds(
    lambda metres, radius: Area(*north_of(BERN, metres / 1000), radius / 1000),
    st.integers(-30_000, 30_000),
    st.integers(500, 40_000),
)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    names = [f"F{number:02d}" for number in range(draw(st.integers(4, 16)))]
    return Scene(
        job_id=f"J{draw(st.integers(0, 10**6))}",
        areas={one: tuple(draw(st.lists(AREAS, min_size=1, max_size=3))) for one in names},
        ratings={one: draw(st.sampled_from([0, 14, 15, 60])) for one in names},
        best_friends=draw(st.frozensets(st.sampled_from(names), max_size=4)),
        gone=draw(st.frozensets(st.sampled_from(names), max_size=2)),
        wave_size=draw(st.integers(1, 6)),
        proximity_km=draw(st.sampled_from([2, 10, 50])),
        priority=draw(st.sampled_from([1, 2, 10])),
    )


def test_more_radius_is_for_one_area_and_not_for_all() -> None:
    """With as much radius everywhere the near area would cover the job too, and win."""
    edge, near = area(30.05, 29.97, "edge"), area(-4, 1.0, "near")
    others = {f"F{number:02d}": (area(number % 9),) for number in range(12)}
    seen = 0
    for number in range(40):
        scene = Scene(
            job_id=f"J{number}",
            areas=others | {"two": (near, edge)},
            ratings=dict.fromkeys((*others, "two"), 20),
            wave_size=3,
        )
        found = explain(scene.played())(scene.job_id, "two")
        everywhere = replace(scene, areas=others | {"two": (replace(near, radius_km=31.0), edge)})
        if "two" in everywhere.first_wave() and "two" not in scene.widened("two", found, 0.1).first_wave():
            seen += 1
            assert found.change != Change(radius_km=0.1)
    assert seen


def test_a_friend_is_told_the_factors_it_had_by_the_numbers_of_then() -> None:
    world = around_bern(20, wave_size=2, waves=1, proximity_km=3, priority_best_friend=7)
    for one in list(world.friends.rows):
        world.honour(one)
    world.build()
    sent(world)
    world.programme.in_force = DispatchWorld().programme.in_force
    for one in unreached(world):
        found = why(world, one)
        assert found.pick is not None and found.distance_km is not None
        assert found.pick.priority == 7.0
        assert found.pick.proximity == pytest.approx(math.exp(-found.distance_km / 3))


@settings(max_examples=80)
@given(scenes(), st.data())
def test_the_smallest_change_puts_the_friend_into_the_first_wave_and_less_does_not(
    scene: Scene, data: st.DataObject
) -> None:
    world = scene.played()
    friend_id = data.draw(st.sampled_from(sorted(set(scene.areas) - scene.gone)))
    found = explain(world)(scene.job_id, friend_id)
    first = {one.friend_id for wave in world.waves.frozen(scene.job_id)[:1] for one in wave.picks}
    if friend_id in first:
        assert found.change is None
        return
    change = found.change
    if found.verdict is Verdict.OUTSIDE:
        assert found.distance_km is not None and found.radius_km is not None
        missing = found.distance_km - found.radius_km
        assume(abs(missing * 10 - round(missing * 10)) > A_CENTIMETRE * 10)
        enough = math.ceil(missing * 10) / 10
        wider = scene.widened(friend_id, found, enough)
        honoured = friend_id in wider.honouring(friend_id).first_wave()
        if friend_id in wider.first_wave():
            assert change == Change(enough)
        else:
            assert change == (Change(enough, best_friend=True) if honoured else None)
        less = scene.widened(friend_id, found, enough - 0.1)
        assert friend_id not in less.honouring(friend_id).first_wave()
    else:
        helped = friend_id in scene.honouring(friend_id).first_wave()
        assert change == (Change(best_friend=True) if helped else None)


@settings(max_examples=40)
@given(scenes())
def test_whatever_was_sent_comes_out_again(scene: Scene) -> None:
    world = scene.played()
    work_off_waves(world)
    waves = world.waves.frozen(scene.job_id)
    for friend_id in scene.areas:
        found = explain(world)(scene.job_id, friend_id)
        assert found.matches is (True if waves else None)
        picked_by = [wave.number for wave in waves for one in wave.picks if one.friend_id == friend_id]
        assert ([found.wave] if found.verdict is Verdict.NOTIFIED else []) == picked_by
