"""The report: every shape of year renders, alone, and its sentences and charts say the same."""

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.policy import Role
from best_friends.domain.qualification import Cohort
from best_friends.domain.report import Bin, InvitationCounts, RegionRow, YearReport, revenue_bins
from best_friends.domain.stats import Totals
from best_friends.pages import charts
from best_friends.pages.report import render_report
from best_friends.pages.scale import Scale, place_among_bins
from best_friends.texts import figures_in
from tests.support.reports import YEAR

FIGURES = figures_in("en", "CHF")
EMPTY = replace(
    YEAR,
    friends=0,
    active=0,
    population=0,
    cohorts=(Cohort("all", 0, 0, None, 0),),
    rating_ok=0,
    by_figures=0,
    by_engagement=0,
    nominees=0,
    roles={},
    missed={},
    invitations=InvitationCounts(),
    revenue_bins=(),
    regions=(),
    ledger=Totals(),
    stats=Totals(),
    timings={},
)
TINY = replace(
    EMPTY,
    friends=1,
    active=1,
    population=1,
    cohorts=(Cohort("all", 1, 1, 12_050, 1),),
    by_engagement=1,
    nominees=1,
    roles={Role.MENTOR: 1},
    missed={"ratings": 1},
    invitations=InvitationCounts(1, 0, 1, 0, 0, 0, 0),
    revenue_bins=revenue_bins([12_050]),
    regions=(RegionRow("", 1, 1, 1, 1),),
)
SO_FAR = replace(YEAR, closed=False, invitations=InvitationCounts(11, 0, 3, 1, 0, 0, 7))
COHORTS = replace(YEAR, cohorts=(Cohort("Zürich", 120, 6, 1_400_000, 6), Cohort("", 80, 4, 900_000, 4)))
YEARS = {"full": YEAR, "empty": EMPTY, "tiny": TINY, "so far": SO_FAR, "cohorts": COHORTS}


def text_of(report: YearReport) -> str:
    soup = BeautifulSoup(render_report(report), "html.parser")
    return " ".join(soup.get_text(" ").replace("\xa0", " ").split())


@pytest.mark.parametrize("name", YEARS)
def test_the_file_needs_nothing_else(name: str) -> None:
    html = render_report(YEARS[name])
    soup = BeautifulSoup(html, "html.parser")
    assert "http" not in html and "<script" not in html and not soup.find_all(src=True)
    assert all(str(tag["href"]).startswith("#") for tag in soup.find_all(href=True))
    assert set(re.findall(r"url\((.)", html)) <= {"#"}
    assert "None" not in soup.get_text().replace("None of these", "") and "nan" not in html
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)) and len(soup.find_all("h1")) == 1


@pytest.mark.parametrize("name", YEARS)
def test_every_chart_has_a_title_a_description_and_a_sentence(name: str) -> None:
    soup = BeautifulSoup(render_report(YEARS[name]), "html.parser")
    for figure in soup.find_all("figure"):
        svg, caption = figure.find("svg"), figure.find("figcaption")
        assert svg is not None and svg["role"] == "img" and caption is not None
        assert len(caption.get_text().split()) > 5
        labels = [svg.find(id=one) for one in str(svg["aria-labelledby"]).split()]
        assert [one.name for one in labels if one] == ["title", "desc"]
        assert all(one and one.get_text().strip() for one in labels)


def test_the_year_is_told_in_plain_sentences() -> None:
    text = text_of(YEAR)
    assert "200 of 260 Friends were active and had revenue in 2025" in text
    assert "10 of them earned at least the cut-off of CHF 13’500" in text
    assert "7 of these also have 15 ratings or more" in text and "with 4 more for a role alone" in text
    assert "7 said yes, 2 said no, 1 did not answer and 1 letter could not be delivered" in text
    assert "So there are 7 Best Friends 2025." in text


def test_a_year_that_is_open_says_so() -> None:
    text = text_of(SO_FAR)
    assert "Best Friends 2025, so far" in text and "7 invitations are still open" in text
    assert "So there are" not in text


def test_an_empty_year_says_that_there_was_nothing() -> None:
    text = text_of(EMPTY)
    assert "No active Friend had any revenue in 2025" in text and "Nobody was nominated" in text
    assert not BeautifulSoup(render_report(EMPTY), "html.parser").find_all("figure")


def test_several_cohorts_come_as_a_table_and_without_a_single_line() -> None:
    html = render_report(COHORTS)
    assert "Smaller regions together" in html and "CHF\xa014’000" in html
    assert 'class="cutoff"' not in html and 'class="cutoff"' in render_report(YEAR)


def test_a_cohort_without_anybody_is_left_out() -> None:
    html = render_report(
        replace(YEAR, cohorts=(Cohort("Zürich", 200, 10, 1_350_000, 10), Cohort("", 0, 0, None, 0)))
    )
    assert "Smaller regions" not in html and 'class="cutoff"' in html


def test_a_difference_between_ledger_and_statistics_is_said_loudly() -> None:
    assert "are the same" in text_of(YEAR)
    text = text_of(replace(YEAR, stats=replace(YEAR.stats, cents=1)))
    assert "differ." in text and "(differs)" in text and "are the same" not in text


def test_many_regions_are_gathered_and_all_are_in_the_table() -> None:
    rows = tuple(RegionRow(f"R{index:02}", 50 - index, 40, int(index % 7 == 0), 0) for index in range(42))
    pairs, left_out = charts.region_pairs(rows, FIGURES)
    assert pairs[-1].region == f"{left_out} other regions" and len(pairs) - 1 + left_out == 42
    assert {"R00", "R07", "R14", "R35"} <= {pair.region for pair in pairs}
    html = render_report(replace(YEAR, regions=rows))
    assert all(f">{row.region}<" in html for row in rows)


def test_region_names_are_escaped() -> None:
    assert "<i>" not in render_report(replace(YEAR, regions=(RegionRow("<i>", 5, 5, 1, 1),)))


@given(st.lists(st.integers(0, 500), min_size=5, max_size=5))
def test_labels_of_the_stacked_bar_never_share_a_line(counts: list[int]) -> None:
    parts = charts.stacked([(str(index), "x", count) for index, count in enumerate(counts)], FIGURES)
    assert len({(one.above, one.row) for one in parts}) == len(parts) == sum(count > 0 for count in counts)
    assert sum(one.width for one in parts) == pytest.approx(100 if parts else 0, abs=0.1)
    below = [one.row for one in parts if not one.above]
    above = [one.row for one in parts if one.above]
    assert below == sorted(below, reverse=True) and above == sorted(above)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=50), st.integers(0, 49))
def test_the_cutoff_stands_inside_the_chart_and_the_columns_fit(cents: list[int], chosen: int) -> None:
    cutoff = cents[chosen % len(cents)]
    chart = charts.distribution(revenue_bins(cents), cutoff, FIGURES, height=100)
    assert chart.cutoff is not None and 0 <= chart.cutoff <= 100
    assert all(0 <= one.height <= 100 and one.x <= one.split + 0.01 for one in chart.columns)
    assert max(one.height for one in chart.columns) == 100


def test_an_amount_has_its_place_within_its_bin() -> None:
    bins = (Bin(0, 100, 1), Bin(100, 200, 1))
    assert [place_among_bins(cents, bins) for cents in (0, 50, 100, 150, 200)] == [0, 25, 50, 75, 100]


def test_a_scale_shows_whatever_is_more_than_nothing() -> None:
    assert (Scale(100)(50), Scale(10_000)(1), Scale(100)(0), Scale(0)(5)) == (50, 0.5, 0, 0)


def test_what_was_missed_is_named() -> None:
    text = text_of(YEAR)
    assert "Average below 4.5" in text and "Fewer than 15 ratings" in text
    assert "3 miss a criterion of the ratings" in text
