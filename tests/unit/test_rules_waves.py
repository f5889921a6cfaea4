"""Waves: in the race's order, nobody twice, and some of their places for newcomers."""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from best_friends.domain.dispatch import draw, newcomers_in, wave
from best_friends.domain.policy import Dispatch
from best_friends.domain.roster import Roster
from best_friends.domain.roster_rows import Row
from tests.support.rosters import KM, area, crowd, job, km_between, roster_of, u_by_hand

POLICY = Dispatch()
NO_PLACES = Dispatch(newcomer_percent=0)


def waves(
    roster: Roster,
    policy: Dispatch = POLICY,
    job_id: str = "J1",
    gone: Sequence[str] = (),
    *,
    fast: bool = True,
) -> Iterator[list[str]]:
    """The waves of a job until nobody is left, as `dispatch_job` goes about them."""
    passed = set(gone)
    while True:
        drawn = draw(roster, job(), policy, policy.wave_size + len(passed) if fast else None)
        names = [drawn.friend_id[entry] for entry in wave(drawn, policy, passed)]
        if not names:
            return
        yield names
        passed |= set(names)


def all_in_order(roster: Roster) -> list[str]:
    """The race."""
    return draw(roster, job(), POLICY).friend_id


@pytest.mark.parametrize(
    ("wave", "percent", "places"),
    [
        (10, 20, 2),
        (9, 20, 1),
        (14, 20, 2),
        (15, 20, 3),
        (5, 20, 1),
        (4, 20, 0),
        (5, 1, 1),
        (5, 0, 0),
        (10, 0, 0),
        (4, 25, 1),
        (1, 99, 0),
        (1, 100, 1),
        (10, 29, 2),
        (100, 100, 100),
    ],
)
def test_newcomers_places_are_rounded_down_and_one_from_a_wave_of_five(
    wave: int, percent: int, places: int
) -> None:
    assert newcomers_in(wave, Dispatch(newcomer_percent=percent)) == places


def test_without_newcomers_places_waves_are_the_race_cut_in_pieces() -> None:
    roster = roster_of(crowd(25, every=2))
    race = all_in_order(roster)

    assert list(waves(roster, NO_PLACES)) == [race[:10], race[10:20], race[20:]]


def test_each_wave_keeps_its_places_for_newcomers_however_light_they_are() -> None:
    old = [area(f"F{number}", quality=1.0) for number in range(200)]
    new = [area(f"N{number}", quality=1.0, latitude=46.948 + 19 * KM, newcomer=True) for number in range(12)]
    policy = Dispatch(proximity_km=Decimal(1))

    first_waves = list(waves(roster_of([*old, *new]), policy))[:6]

    assert [sum(name.startswith("N") for name in names) for names in first_waves] == [2] * 6
    assert all(name.startswith("N") for names in first_waves for name in names[-2:])


def test_newcomers_are_drawn_among_themselves_by_the_same_weights() -> None:
    old = [area(f"F{number}") for number in range(100)]
    new = [area(f"N{number}", latitude=46.948 + 15 * KM, newcomer=True) for number in range(20)]
    policy = Dispatch(proximity_km=Decimal(1))

    in_waves = [name for names in waves(roster_of([*old, *new]), policy) for name in names]

    among_all = [name for name in in_waves if name.startswith("N")]
    assert among_all == [name for names in waves(roster_of(new), policy) for name in names]


def test_places_of_newcomers_go_to_the_others_when_there_are_none() -> None:
    roster = roster_of(crowd(100, every=0))

    assert list(waves(roster)) == list(waves(roster, NO_PLACES))


def test_places_of_newcomers_go_to_the_others_when_there_are_too_few() -> None:
    rows = [*crowd(99, every=0), area("N1", newcomer=True, latitude=46.948 + 19 * KM)]

    first, *later = waves(roster_of(rows), Dispatch(proximity_km=Decimal(1)))

    assert "N1" in first
    assert [len(names) for names in (first, *later)] == [10] * 10


def test_newcomers_who_are_first_anyway_do_not_take_more_than_their_wave() -> None:
    roster = roster_of(crowd(100, every=1))

    assert list(waves(roster)) == list(waves(roster, NO_PLACES))


@pytest.mark.parametrize("count", [1, 4, 5, 9, 10])
def test_a_short_last_wave_is_all_who_are_left_in_the_races_order(count: int) -> None:
    roster = roster_of(crowd(count, every=3))

    assert list(waves(roster)) == [all_in_order(roster)]


def test_whoever_is_gone_is_replaced_by_the_next_in_order() -> None:
    roster = roster_of(crowd(100, every=2))
    first = next(waves(roster, NO_PLACES))
    race = all_in_order(roster)

    assert next(waves(roster, NO_PLACES, gone=first[3:5])) == [*first[:3], *first[5:], *race[10:12]]
    assert next(waves(roster, NO_PLACES, gone=["F-nobody"])) == first


def test_a_newcomer_that_is_gone_is_replaced_by_the_next_newcomer() -> None:
    old = [area(f"F{number}", quality=1.0) for number in range(200)]
    new = [area(f"N{number}", latitude=46.948 + 19 * KM, newcomer=True) for number in range(12)]
    roster, policy = roster_of([*old, *new]), Dispatch(proximity_km=Decimal(1))
    order = [name for names in waves(roster, policy) for name in names if name.startswith("N")]

    names = next(waves(roster, policy, gone=order[:1]))

    assert names[-2:] == order[1:3]


def test_who_is_passed_may_be_told_in_any_collection() -> None:
    drawn = draw(roster_of(crowd(30, every=2)), job(), POLICY)
    names = drawn.friend_id[:4]

    assert wave(drawn, POLICY, names) == wave(drawn, POLICY, set(names)) == wave(drawn, POLICY, names * 2)


def test_nobody_is_in_a_wave_of_an_empty_race() -> None:
    assert wave(draw(roster_of([]), job(), POLICY), POLICY, ()) == []


POLICIES = st.builds(
    Dispatch,
    newcomer_percent=st.sampled_from([0, 1, 20, 50, 100]),
    wave_size=st.integers(1, 12),
    proximity_km=st.sampled_from([Decimal(1), Decimal(10), Decimal(1000)]),
    priority_best_friend=st.sampled_from([Decimal(1), Decimal(2), Decimal(10)]),
)


def waves_by_hand(rows: Sequence[Row], policy: Dispatch) -> list[list[str]]:
    """The waves, one place after the other."""

    def key(row: Row) -> float:
        priority = float(policy.priority_best_friend) if row.best_friend else 1.0
        proximity = math.exp(-km_between(row, job()) / float(policy.proximity_km))
        return -math.log(u_by_hand("J1", row.friend_id)) / (proximity * row.quality * priority)

    left = sorted(rows, key=key)
    found = []
    while left:
        taken = [row for row in left if row.newcomer][: newcomers_in(policy.wave_size, policy)]
        taken += [row for row in left if row not in taken][: policy.wave_size - len(taken)]
        found.append([row.friend_id for row in left if row in taken])
        left = [row for row in left if row not in taken]
    return found


@given(POLICIES, st.integers(0, 60), st.integers(0, 6))
@example(Dispatch(wave_size=5), 5, 1)
@example(Dispatch(newcomer_percent=100), 60, 2)
def test_waves_are_filled_as_one_would_by_hand(policy: Dispatch, count: int, every: int) -> None:
    rows = crowd(count, every)

    found = list(waves(roster_of(rows), policy))

    assert found == waves_by_hand(rows, policy)


def town(newcomers: float) -> Roster:
    """Two thousand Friends within 20 km of the job, an eighth of whom have two areas."""
    rng = np.random.default_rng(7)
    return roster_of(
        area(
            f"F{number}",
            latitude=46.948 + rng.normal(0, 0.08),
            longitude=7.4474 + rng.normal(0, 0.1),
            quality=rng.uniform(0.5, 1),
            best_friend=best_friend,
            newcomer=newcomer,
            several=several,
        )
        for number in range(2000)
        for best_friend, newcomer, several in [rng.random(3) < (0.05, newcomers, 0.125)]
        for _ in range(1 + bool(several))
    )


TOWNS = {share: town(share) for share in (0.0, 0.01, 0.5, 1.0)}


@given(
    st.sampled_from(list(TOWNS)),
    POLICIES,
    st.integers().map(lambda number: f"J{number}"),
    st.lists(st.integers(0, 1999).map(lambda number: f"F{number}"), max_size=4),
)
def test_a_draw_of_the_first_few_gives_the_same_waves_as_one_of_all(
    newcomers: float, policy: Dispatch, job_id: str, gone: list[str]
) -> None:
    roster = TOWNS[newcomers]
    complete = draw(roster, job(job_id), policy)
    passed = set(gone)

    for _ in range(4):
        wanted = policy.wave_size + len(passed)
        drawn = draw(roster, job(job_id), policy, wanted)
        few, all_of_them = wave(drawn, policy, passed), wave(complete, policy, passed)

        assert few == all_of_them
        assert drawn.friend_id == complete.friend_id[: len(drawn)]
        assert drawn.key.tolist() == complete.key[: len(drawn)].tolist()
        assert drawn.row.tolist() == complete.row[: len(drawn)].tolist()
        assert drawn.candidates == complete.candidates == len(complete)
        assert len(drawn) >= wanted
        passed |= {drawn.friend_id[entry] for entry in few}


def test_a_draw_of_the_first_few_looks_at_few() -> None:
    drawn = draw(TOWNS[0.5], job(), POLICY, 1)

    assert drawn.candidates > 1000
    assert len(drawn) < 20


def test_who_is_left_out_at_first_is_not_missed_where_most_are_far_away() -> None:
    near = [area(f"N{number}", quality=1.0, best_friend=True) for number in range(20)]
    far = [area(f"F{number}", latitude=46.948 + 6 * KM) for number in range(2000)]
    roster, policy = roster_of([*near, *far]), Dispatch(proximity_km=Decimal(1), wave_size=2)

    for number in range(300):
        drawn, complete = (draw(roster, job(f"J{number}"), policy, wanted) for wanted in (2, None))
        assert drawn.friend_id == complete.friend_id[: len(drawn)]


@given(st.sampled_from(list(TOWNS)), st.integers(1, 100))
def test_waves_are_disjoint_and_always_the_same(newcomers: float, size: int) -> None:
    roster, policy = TOWNS[newcomers], Dispatch(wave_size=size)
    some = [names for _, names in zip(range(4), waves(roster, policy), strict=False)]
    again = [names for _, names in zip(range(4), waves(roster, policy, fast=False), strict=False)]

    assert some == again
    names = [name for wave in some for name in wave]
    assert len(set(names)) == len(names)
    assert all(len(wave) == size for wave in some[:-1])
