"""What goes into a roster: who has rows, and with which quality."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.friends import Area, Friend
from best_friends.domain.policy import Dispatch
from best_friends.domain.roster_rows import Row, is_newcomer, quality_of, rows_of_friend

POLICY = Dispatch()
FRIEND = Friend(
    friend_id="F1",
    display_name="Mara K.",
    email="mara@friends.example",
    language="de",
    areas=(Area(46.948, 7.4474, 20.0), Area(47.05, 8.31, 5.5, "Luzern")),
    skills=("tv", "computer"),
    joined_on=date(2024, 5, 1),
    active=True,
)


def test_each_area_is_a_row() -> None:
    rows = rows_of_friend(FRIEND, ratings=15, stars=75, best_friend=True, policy=POLICY)

    home = Row("F1", 46.948, 7.4474, 20.0, frozenset({"computer", "tv"}), 0.92, True, False, True)
    assert rows == [home, replace(home, latitude=47.05, longitude=8.31, radius_km=5.5)]


def test_a_friend_with_one_area_has_not_several() -> None:
    friend = replace(FRIEND, areas=FRIEND.areas[:1])

    (row,) = rows_of_friend(friend, ratings=0, stars=0, best_friend=False, policy=POLICY)

    assert (row.several, row.best_friend, row.newcomer, row.quality) == (False, False, True, 0.8)


@pytest.mark.parametrize(
    "friend",
    [
        replace(FRIEND, active=False),
        replace(FRIEND, paused=True),
        replace(FRIEND, areas=()),
        replace(FRIEND, skills=()),
    ],
    ids=["inactive", "paused", "without an area", "without a skill"],
)
def test_who_cannot_be_offered_jobs_has_no_row(friend: Friend) -> None:
    assert rows_of_friend(friend, ratings=50, stars=250, best_friend=True, policy=POLICY) == []


@pytest.mark.parametrize(
    ("ratings", "stars", "quality"),
    [(0, 0, 0.8), (10, 50, 0.9), (10, 40, 0.8), (10, 10, 0.5), (90, 450, 0.98), (1, 1, 41 / 55)],
)
def test_quality_is_the_average_with_ten_fours_divided_by_five(
    ratings: int, stars: int, quality: float
) -> None:
    assert quality_of(stars, ratings, POLICY) == pytest.approx(quality, abs=1e-15)


def test_the_prior_is_policy() -> None:
    policy = Dispatch(quality_prior_ratings=1, quality_prior_average=Decimal("3.5"))

    assert quality_of(0, 0, policy) == 0.7
    assert quality_of(5, 1, policy) == 0.85


@given(st.integers(0, 5000), st.floats(1, 5), st.integers(1, 1000), st.decimals("1", "5", places=2))
def test_quality_lies_above_0_and_not_above_1(
    ratings: int, average: float, prior_ratings: int, prior_average: Decimal
) -> None:
    policy = Dispatch(quality_prior_ratings=prior_ratings, quality_prior_average=prior_average)

    assert 0 < quality_of(round(ratings * average), ratings, policy) <= 1


def test_a_friend_is_a_newcomer_until_its_fifteenth_rating() -> None:
    assert is_newcomer(0, POLICY)
    assert is_newcomer(14, POLICY)
    assert not is_newcomer(15, POLICY)
    assert not is_newcomer(0, Dispatch(newcomer_ratings_below=0))
