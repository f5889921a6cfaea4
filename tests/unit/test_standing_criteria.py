"""The standing's criteria: the own figure, the threshold, the cut-off, what is missing, the pictures."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.policy import LANGUAGES, Qualification
from best_friends.domain.qualification import Cohort
from best_friends.domain.standing import ShownCutoff, Stage
from best_friends.pages.standing_gauge import gauge, star_gauge
from tests.support.standings import (
    AS_OF,
    EVERYBODY,
    FIGURES,
    LAST_MISSED,
    RULE,
    RUNNING,
    criteria,
    said,
    shown,
    soup_of,
    standing,
    words_of,
)

MET = replace(FIGURES, ratings=38, stars=180, cents=1_300_000)
FEW = Cohort("all", 12, 1, 1_247_310, 1)


def test_a_criterion_has_its_figure_its_threshold_and_a_sign_with_a_word() -> None:
    one = criteria(standing(MET))
    assert list(one) == ["Average", "Number of ratings", "Revenue"]
    assert "Met 4.73 stars on average, from 38 ratings Needed: at least 4.5" in one["Average"]
    assert "Met 38 ratings so far Needed: at least 15" in one["Number of ratings"]
    assert "Met CHF 13’000 revenue in 2026 Needed: among the highest 5%" in one["Revenue"]
    signs = soup_of(shown(RUNNING)).select(".sign")
    assert [words_of(sign) for sign in signs] == ["Not yet"] * 3
    assert all(sign.find("svg") for sign in signs)


def test_an_average_just_below_never_reads_as_the_threshold() -> None:
    one = criteria(standing(replace(FIGURES, ratings=1000, stars=4499)))["Average"]
    assert "Not yet 4.49 stars" in one


def test_without_a_rating_there_is_no_average_yet() -> None:
    one = criteria(standing(replace(FIGURES, ratings=0, stars=0)))
    assert "– no rating" in one["Average"] and "counts from the first rating on" in one["Average"]
    assert "0 ratings so far" in one["Number of ratings"]
    assert "15 more ratings are needed." in one["Number of ratings"]


@pytest.mark.parametrize("window", ["total", "year"])
def test_an_average_that_nothing_can_reach_is_told_kindly(window: str) -> None:
    rule = Qualification.model_validate({"rating_average_min": Decimal(5), "ratings_window": window})
    told = criteria(standing(rule=rule))["Average"]
    assert "an average of 5 is no longer possible" in told.lower()
    assert ("new year the count starts afresh" in told) is (window == "year")
    assert "more rating" not in told


@pytest.mark.parametrize(
    ("ratings", "revenue", "stage", "captions"),
    [
        ("total", "year", Stage.RUNNING, ("from 13 ratings", "ratings so far", "revenue in 2026")),
        ("year", "total", Stage.RUNNING, ("from 13 ratings in 2026", "ratings in 2026", "revenue so far")),
        (
            "total",
            "total",
            Stage.CLOSED,
            ("from 13 ratings", "ratings up to the end of 2026", "revenue up to the end of 2026"),
        ),
    ],
)
def test_captions_name_the_windows(
    ratings: str, revenue: str, stage: Stage, captions: tuple[str, str, str]
) -> None:
    rule = Qualification.model_validate({"ratings_window": ratings, "revenue_window": revenue})
    told = criteria(standing(rule=rule, stage=stage)).values()
    for caption, one in zip(captions, told, strict=True):
        assert re.search(rf"{caption} Needed", one), one


def test_an_account_that_is_not_active_comes_first() -> None:
    one = criteria(standing(replace(MET, active=False)))
    assert next(iter(one)) == "Your profile"
    assert "Not yet Your profile is not active, and only active Friends are nominated." in one["Your profile"]


# The cut-off


def test_the_cutoff_is_told_rounded_up_with_its_time_and_the_reason_once() -> None:
    page = said(shown(RUNNING, LAST_MISSED))
    assert "If 2026 ended now, the cut-off for the highest 5% would be CHF 12’480." in page
    assert "As of 23 November 2026, 04:00." in page
    assert "For comparison: the cut-off of 2025 was CHF 12’480." in page
    assert page.count("rounded up to the next CHF 10") == 1
    assert "12’473" not in page


def test_above_the_real_cutoff_and_below_the_rounded_one_is_met() -> None:
    one = criteria(standing(replace(MET, cents=1_247_310)))["Revenue"]
    assert "Met CHF 12’473.10" in one and "reaches the exact cut-off; the one shown is rounded up" in one
    assert "more revenue" not in one
    assert "exact cut-off;" not in criteria(standing(MET))["Revenue"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cutoff_of_few_friends_is_withheld_and_nothing_gives_it_away(language: str) -> None:
    for figures in (FIGURES, MET):
        one = shown(
            standing(figures, cohort=FEW), language=language, last_cutoff=(2025, ShownCutoff(None, True))
        )
        html = re.sub(r"\D", "", said(one))
        assert "20" in html and "1247310" not in html and "12480" not in html
        assert len(soup_of(one).select(".gauge")) == 2  # none for revenue
    told = criteria(standing(cohort=FEW))["Revenue"]
    assert "fewer than 20 Friends" in told and "not yet among the highest 5%" in told


def test_a_cutoff_that_is_not_known_yet_is_no_failure() -> None:
    told = criteria(standing(cohort=None))["Revenue"]
    assert "Not known yet" in told
    assert "It is counted once a day, for the first time during the coming night." in told
    assert "As of" not in told and "cut-off CHF" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cutoff_that_was_counted_when_nobody_had_revenue_says_so(language: str) -> None:
    uncounted = standing(cohort=None)
    told = [said(shown(one, language=language)) for one in (uncounted, replace(uncounted, as_of=AS_OF))]
    assert told[0] != told[1]
    if language == "en":
        assert "nobody in your group has revenue yet" in told[1] and "coming night" not in told[1]


@pytest.mark.parametrize(
    ("ratings", "sentences"),
    [
        (
            13,
            {
                "de": "Bis zu den nötigen 15 fehlten 2 Bewertungen.",
                "fr": "Il manquait 2 évaluations pour arriver aux 15 nécessaires.",
                "it": "Mancavano 2 valutazioni alle 15 necessarie.",
                "en": "2 ratings were missing to reach the 15 needed.",
            },
        ),
        (
            14,
            {
                "de": "Bis zur nötigen Zahl (15) fehlte eine Bewertung.",
                "fr": "Il manquait une évaluation pour arriver au nombre nécessaire (15).",
                "it": "Mancava una valutazione per arrivare al numero necessario (15).",
                "en": "One rating was missing to reach the 15 needed.",
            },
        ),
    ],
)
def test_what_was_missing_is_told_without_a_promise(ratings: int, sentences: dict[str, str]) -> None:
    judged = standing(replace(FIGURES, ratings=ratings, active=False), stage=Stage.CLOSED)
    for language, sentence in sentences.items():
        told = list(criteria(judged, language).values())
        assert sentence in told[2]
    assert "Your profile was not active" in criteria(judged)["Your profile"]
    assert "Your profile is not active" in criteria(replace(judged, stage=Stage.ENDED))["Your profile"]


def test_that_averages_are_rounded_down_is_said_once() -> None:
    assert said(shown(RUNNING, LAST_MISSED)).count("Averages are rounded down.") == 1
    unrated = standing(replace(FIGURES, ratings=0, stars=0))
    assert "rounded down" not in said(shown(unrated))
    assert said(shown(unrated, LAST_MISSED)).count("Averages are rounded down.") == 1


@pytest.mark.parametrize(
    ("cohort", "needed"),
    [
        (Cohort("Luzern", 40, 2, 990_000, 2), "highest 5% of your region"),
        (Cohort("", 40, 2, 990_000, 2), "highest 5% of the smaller regions, which count together"),
        (None, "highest 5% of your region"),
    ],
)
def test_regions_are_named_as_the_group(cohort: Cohort | None, needed: str) -> None:
    told = criteria(standing(rule=Qualification(revenue_cohort="region"), cohort=cohort))["Revenue"]
    assert f"Needed: among the {needed}" in told
    if cohort:
        assert re.search(rf"the cut-off for the {needed},? would be CHF 9’900\.", told)


# The pictures


def test_a_picture_shows_own_figure_line_and_what_is_missing() -> None:
    drawn = gauge(750, 1000, "you: 750", "at least 1000")
    assert (drawn.own, drawn.mark, drawn.gap) == (69.0, 92.0, 23.0)
    met = gauge(2000, 1000, "you", "needed")
    assert (met.own, met.mark, met.gap) == (92.0, 46.0, 0)
    assert star_gauge(4.5, 4.5, "", "").own == 90.0
    assert gauge(0, 15, "", "").own == 0 and gauge(-5, 15, "", "").own == 0


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_labels_stand_within_the_picture(own: int, mark: int) -> None:
    drawn = gauge(own, mark, "", "")
    for label in (drawn.own_label, drawn.mark_label):
        room = {"start": 100 - label.x, "end": label.x, "middle": 2 * min(label.x, 100 - label.x)}
        assert room[label.anchor] >= 60
    assert drawn.own <= 100 and drawn.mark <= 100


def test_a_picture_carries_the_words_of_the_text() -> None:
    for language in LANGUAGES:
        for each in soup_of(shown(RUNNING, language=language)).select("ul.criteria > li"):
            figure = words_of(each.find("b"))
            labels = [words_of(one) for one in each.select(".gauge text")]
            assert len(labels) == 2 and figure in labels[1]


def test_the_rule_of_the_policy_is_the_one_that_is_told() -> None:
    rule = Qualification(
        rating_average_min=Decimal("4.75"), ratings_min=1, revenue_top_percent=Decimal("2.5")
    )
    told = criteria(standing(replace(MET, stars=190), rule=rule, cohort=EVERYBODY))
    assert "Needed: at least 4.75" in told["Average"]
    assert "Needed: at least 1" in told["Number of ratings"]
    assert "highest 2.5%" in told["Revenue"]
    assert RULE.ratings_min == 15
