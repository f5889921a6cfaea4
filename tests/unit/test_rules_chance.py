"""The random number of a job and a Friend: stated, spread evenly, and never 0 or 1."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from best_friends.domain.chance import uniform
from best_friends.domain.roster_rows import hash_of_id
from tests.support.rosters import u_by_hand, unmixed

JOBS = 200_000


def hashes_of(prefix: str, count: int) -> NDArray[np.uint64]:
    """As many ids, hashed."""
    return np.array([hash_of_id(f"{prefix}{number}") for number in range(count)], np.uint64)


def chi_square(counts: NDArray[Any]) -> float:
    """How far counts are from being all the same."""
    expected = counts.sum() / len(counts)
    return float(((counts - expected) ** 2 / expected).sum())


@given(st.text(max_size=20), st.text(max_size=20))
def test_u_is_the_stated_mix_of_the_two_ids(job_id: str, friend_id: str) -> None:
    hashes = np.array([hash_of_id(friend_id)], np.uint64)

    assert uniform(job_id, hashes).tolist() == [u_by_hand(job_id, friend_id)]


def test_u_of_known_ids_is_known() -> None:
    (u,) = uniform("J1", np.array([hash_of_id("F1")], np.uint64)).tolist()

    assert u == 0.536359937983787  # written down: whoever changes it changes the order of every old draw


@pytest.mark.parametrize("mixed", [0, 1, 2**63, 2**64 - 2, 2**64 - 1])
def test_u_is_never_0_and_never_1(mixed: int) -> None:
    hashes = np.array([unmixed(mixed) ^ hash_of_id("J1")], np.uint64)

    (u,) = uniform("J1", hashes).tolist()

    assert 0 < u < 1
    assert 0 < -math.log(u) < math.inf
    assert u == pytest.approx(mixed / 2**64, abs=1e-15)


def test_the_hashes_of_the_friends_are_left_as_they_are() -> None:
    hashes = hashes_of("F", 10)
    before = hashes.copy()

    uniform("J1", hashes)

    assert hashes.tolist() == before.tolist()


def test_u_is_another_one_for_every_job_and_every_friend() -> None:
    hashes = hashes_of("F", 2000)

    found = np.concatenate([uniform(f"J{number}", hashes) for number in range(50)])

    assert len(np.unique(found)) == len(found)


def test_u_is_spread_evenly() -> None:
    counts = np.histogram(uniform("F1", hashes_of("J", JOBS)), 256, (0, 1))[0]

    assert chi_square(counts) < 350  # 255 degrees of freedom: more than this once in 10,000 times


def test_u_of_one_friend_says_nothing_of_another_ones() -> None:
    hashes = hashes_of("J", JOBS)

    counts = np.histogram2d(uniform("F1", hashes), uniform("F2", hashes), 16, ((0, 1), (0, 1)))[0]

    assert chi_square(counts.ravel()) < 350
