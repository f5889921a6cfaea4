"""How often a Friend is first: as often as its weight has a share in all weights."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from best_friends.domain.chance import uniform
from best_friends.domain.dispatch import draw
from best_friends.domain.policy import Dispatch
from best_friends.domain.roster_rows import Row, hash_of_id
from tests.support.rosters import KM, area, job, mixed_crowd, roster_of, weight

JOBS = 200_000


def keys_over_jobs(rows: Sequence[Row], jobs: int = JOBS) -> NDArray[np.float64]:
    """The race's keys of all rows, a column a job: u is the same whichever of the two ids comes first."""
    hashes = np.array([hash_of_id(f"J{number}") for number in range(jobs)], np.uint64)
    return np.stack([-np.log(uniform(row.friend_id, hashes)) / weight(row, job()) for row in rows])


def first_shares(rows: Sequence[Row]) -> list[float]:
    """How often each row is drawn first."""
    winners = keys_over_jobs(rows).argmin(axis=0)
    shares: list[float] = (np.bincount(winners, minlength=len(rows)) / JOBS).tolist()
    return shares


def test_first_draw_shares_follow_the_weights_over_200_000_jobs() -> None:
    rows = mixed_crowd()
    weights = [weight(row, job()) for row in rows]

    expected = [one / sum(weights) for one in weights]

    assert first_shares(rows) == [pytest.approx(share, abs=0.005) for share in expected]


def test_the_shares_measured_are_those_of_the_draw_itself() -> None:
    rows = mixed_crowd()
    roster = roster_of(rows)
    order = np.argsort(keys_over_jobs(rows, 2000), axis=0)

    for number in range(2000):
        drawn = draw(roster, job(f"J{number}"), Dispatch()).friend_id
        assert drawn == [rows[row].friend_id for row in order[:, number]]


def test_second_draw_shares_follow_the_weights_of_those_left() -> None:
    rows = mixed_crowd()[:4]
    weights = [weight(row, job()) for row in rows]
    order = np.argsort(keys_over_jobs(rows), axis=0)

    for one in range(4):
        for other in set(range(4)) - {one}:
            expected = weights[one] / sum(weights) * weights[other] / (sum(weights) - weights[one])
            share = np.mean((order[0] == one) & (order[1] == other))
            assert share == pytest.approx(expected, abs=0.005)


def test_a_best_friend_beside_nine_others_is_first_in_two_of_eleven_jobs() -> None:
    rows = [area(f"F{number}", best_friend=number == 0) for number in range(10)]

    best, *others = first_shares(rows)

    assert best == pytest.approx(2 / 11, abs=0.005)
    assert others == [pytest.approx(1 / 11, abs=0.005)] * 9


def test_a_friend_5_km_away_outweighs_a_best_friend_25_km_away() -> None:
    near = area("F-near", latitude=46.948 + 5 * KM, radius_km=40.0)
    far = area("F-far", latitude=46.948 - 25 * KM, radius_km=40.0, best_friend=True)

    drawn = draw(roster_of([near, far]), job(), Dispatch())
    products = drawn.proximity * drawn.quality * drawn.priority
    weights = dict(zip(drawn.friend_id, products.tolist(), strict=True))

    assert weights["F-near"] == pytest.approx(math.exp(-0.5) * 0.8, rel=1e-4)
    assert weights["F-far"] == pytest.approx(math.exp(-2.5) * 0.8 * 2, rel=1e-4)
    assert first_shares([near, far])[0] == pytest.approx(0.787, abs=0.005)
