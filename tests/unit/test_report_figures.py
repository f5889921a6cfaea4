"""Figures of the report: rounding never makes them say more than is true."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.pages.report_figures import band, portion, rate_text, within
from best_friends.texts import figures_in

FIGURES = figures_in("en", "CHF")


@given(st.lists(st.floats(0, 299), min_size=1), st.sampled_from([50, 95]))
def test_so_many_percent_of_the_times_are_within_what_is_said(found: list[float], percent: int) -> None:
    said = float(within(tuple(sorted(found)), percent, FIGURES).removesuffix("\xa0s"))
    assert sum(one <= said for one in found) * 100 >= percent * len(found)
    assert sum(one <= said - 1 for one in found) * 100 < percent * len(found)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.0, "0.0 s"), (2.01, "2.1 s"), (64.2, "65 s"), (302.0, "302 s (5 min)"), (9000.0, "9’000 s (2.5 h)")],
)
def test_long_times_are_told_in_minutes_or_hours_too(seconds: float, said: str) -> None:
    assert within((seconds,), 95, FIGURES).replace("\xa0", " ") == said


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "0%"), (0, 9, "0%"), (1, 9_999, "under 1%"), (9_998, 9_999, "over 99%"), (9, 9, "100%")],
)
def test_a_portion_never_reads_like_nothing_or_all_when_it_is_not(part: int, whole: int, said: str) -> None:
    assert portion(part, whole, FIGURES) == said


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [
        (0.0, 2.0, "Under 2 km"),
        (2.0, 5.0, "2 to 5 km"),
        (2.5, 10.0, "2.5 to 10 km"),
        (50.0, math.inf, "50 km or more"),
        (0.0, math.inf, "Any distance"),
    ],
)
def test_a_band_of_distance_is_told_in_words(begin: float, end: float, said: str) -> None:
    assert band(begin, end, FIGURES).replace("\xa0", " ") == said


def test_rates_have_two_places_and_large_ones_one() -> None:
    assert [rate_text(rate, FIGURES) for rate in (0.0, 0.5, 9.25, 1234.56)] == [
        "0.00",
        "0.50",
        "9.25",
        "1’234.6",
    ]
