"""The bins of the report's revenue chart."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.report import revenue_bins

REVENUES = st.lists(st.integers(1, 10**6) | st.integers(1, 10**13), max_size=80)


@given(REVENUES)
def test_every_friend_of_the_population_is_in_exactly_one_bin(cents: list[int]) -> None:
    bins = revenue_bins(cents)
    assert sum(one.friends for one in bins) == len(cents)
    for one in bins:
        assert one.friends == len([each for each in cents if one.from_cents <= each < one.to_cents])


@given(REVENUES)
def test_bins_follow_one_another_without_a_gap_and_end_where_the_revenues_end(cents: list[int]) -> None:
    bins = revenue_bins(cents)
    assert all(one.to_cents == following.from_cents for one, following in pairwise(bins))
    assert all(one.from_cents < one.to_cents for one in bins)
    if cents:
        assert bins[0].friends and bins[-1].friends


def test_no_revenues_have_no_bins() -> None:
    assert revenue_bins([]) == ()


@pytest.mark.parametrize(
    ("cents", "low", "high"),
    [(1, 0, 100), (99, 0, 100), (100, 100, 200), (199, 100, 200), (200, 200, 500), (50_000, 50_000, 100_000)],
)
def test_a_bin_holds_its_lower_edge_and_not_its_upper(cents: int, low: int, high: int) -> None:
    (one,) = revenue_bins([cents])
    assert (one.from_cents, one.to_cents, one.friends) == (low, high, 1)


@pytest.mark.parametrize("cents", [10**15, 5 * 10**15, 10**18])
def test_a_revenue_beyond_every_edge_has_a_bin_as_well(cents: int) -> None:
    assert sum(one.friends for one in revenue_bins([1, cents])) == 2
