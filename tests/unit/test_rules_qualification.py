"""Who is nominated (domain.md, "Qualification"), held against rules written down once more here."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from best_friends.domain.policy import Qualification, Role
from best_friends.domain.qualification import (
    EVERYBODY,
    SMALLEST_COHORT,
    Cohort,
    Figures,
    Verdict,
    cohort_of,
    figures_for,
    fix_cutoffs,
    judge,
    places_for,
)
from best_friends.domain.stats import Totals

RULE = Qualification()
BY_REGION = Qualification(revenue_cohort="region")
OPEN_TO_ALL = {EVERYBODY: Cohort(EVERYBODY, 1, 1, 1, 1)}
"""A cohort that any revenue passes, for tests of the ratings."""

PERCENTAGES = st.decimals(min_value="0.01", max_value=100, places=2)
AVERAGES = st.decimals(min_value=1, max_value=5, places=2)
REVENUES = st.lists(st.integers(1, 50), max_size=120)
REGIONS = st.sampled_from(["", "all", "Bern", "Jura", "Uri"])


def figures(**changes: object) -> Figures:
    given: dict[str, object] = {
        "friend_id": "F1",
        "active": True,
        "region": "",
        "ratings": 15,
        "stars": 75,
        "cents": 100,
        **changes,
    }
    return Figures(**given)  # type: ignore[arg-type]


def verdict(rule: Qualification = RULE, **changes: object) -> Verdict:
    return judge(figures(**changes), OPEN_TO_ALL, rule)


# ---------------------------------------------------------------- the average


@pytest.mark.parametrize(
    ("stars", "ratings", "met"),
    [
        (67, 15, False),  # 4.4666..., which one decimal would call 4.5
        (68, 15, True),
        (9, 2, True),  # 4.5 exactly
        (135, 30, True),
        (134, 30, False),
        (4499, 1000, False),
        (4500, 1000, True),
    ],
)
def test_the_average_is_met_from_exactly_four_and_a_half(stars: int, ratings: int, met: bool) -> None:
    assert verdict(stars=stars, ratings=ratings).average_met is met


@given(ratings=st.integers(1, 10**9), minimum=AVERAGES, off=st.integers(-2, 2), data=st.data())
def test_the_average_is_compared_as_a_fraction(
    ratings: int, minimum: Decimal, off: int, data: st.DataObject
) -> None:
    edge = -(-ratings * int(minimum * 100) // 100)
    stars = data.draw(st.just(max(0, edge + off)) | st.integers(ratings, 5 * ratings))
    rule = Qualification(rating_average_min=minimum)
    assert verdict(rule, ratings=ratings, stars=stars).average_met is (
        Fraction(stars, ratings) >= Fraction(int(minimum * 100), 100)
    )


def test_a_float_would_lie_where_the_fraction_does_not() -> None:
    ratings = 10**17
    stars = ratings * 45 // 10 - 1
    assert stars / ratings >= 4.5
    assert not verdict(ratings=ratings, stars=stars).average_met


def test_a_threshold_of_four_and_seven_tenths_is_met_by_47_stars_of_10_ratings() -> None:
    assert Fraction(47, 10) < Fraction(4.7), "as a float the threshold would be a little more"
    assert verdict(Qualification(rating_average_min=Decimal("4.7")), ratings=10, stars=47).average_met


def test_without_a_rating_there_is_no_average_to_meet() -> None:
    assert not verdict(ratings=0, stars=0).average_met


@pytest.mark.parametrize(("ratings", "met"), [(14, False), (15, True), (16, True)])
def test_fifteen_ratings_are_enough_and_fourteen_are_not(ratings: int, met: bool) -> None:
    assert verdict(ratings=ratings, stars=5 * ratings).count_met is met


# ---------------------------------------------------------------- places and the cut-off


@given(population=st.integers(0, 10**7), percent=PERCENTAGES)
def test_places_are_the_percentage_rounded_up(population: int, percent: Decimal) -> None:
    hundredths = int(percent * 100)
    whole, rest = divmod(population * hundredths, 10_000)
    assert places_for(population, Qualification(revenue_top_percent=percent)) == whole + bool(rest)


@pytest.mark.parametrize(
    ("population", "places"), [(0, 0), (1, 1), (19, 1), (20, 1), (21, 2), (40, 2), (41, 3), (1000, 50)]
)
def test_five_percent_of_a_population_are_so_many_places(population: int, places: int) -> None:
    assert places_for(population, RULE) == places


@pytest.mark.parametrize(("percent", "population"), [("0.1", 3000), ("7", 100), ("0.07", 10_000)])
def test_a_percentage_that_comes_out_even_gives_no_place_on_top(percent: str, population: int) -> None:
    rule = Qualification(revenue_top_percent=Decimal(percent))
    assert places_for(population, rule) == population * Fraction(percent) / 100


@given(revenues=REVENUES, percent=PERCENTAGES)
@example(revenues=[7] * 40, percent=Decimal(5))
def test_the_cutoff_is_the_revenue_of_the_friend_ranked_at_places(
    revenues: list[int], percent: Decimal
) -> None:
    cohort = cohort_of("all", revenues, Qualification(revenue_top_percent=percent))
    assert cohort.population == len(revenues)
    if not revenues:
        assert (cohort.places, cohort.cutoff_cents, cohort.top) == (0, None, 0)
        return
    left = list(revenues)
    for _ in range(cohort.places - 1):
        left.remove(max(left))
    assert cohort.cutoff_cents == max(left)
    assert cohort.top == len([one for one in revenues if one >= max(left)]) >= cohort.places


def test_everybody_who_ties_at_the_cutoff_is_in() -> None:
    cohort = cohort_of("all", [900] + [500] * 30 + [100] * 9, RULE)
    assert (cohort.places, cohort.cutoff_cents, cohort.top) == (2, 500, 31)
    cohorts = {EVERYBODY: cohort}
    assert judge(figures(cents=500), cohorts, RULE).revenue_met
    assert not judge(figures(cents=499), cohorts, RULE).revenue_met


@given(revenues=REVENUES.filter(bool), data=st.data())
def test_the_cutoff_does_not_depend_on_the_order(revenues: list[int], data: st.DataObject) -> None:
    assert cohort_of("all", data.draw(st.permutations(revenues)), RULE) == cohort_of("all", revenues, RULE)


def test_an_empty_population_has_one_cohort_without_a_cutoff_and_nobody_meets_it() -> None:
    (cohort,) = fix_cutoffs([], RULE)
    assert cohort == Cohort(EVERYBODY, 0, 0, None, 0)
    assert not judge(figures(cents=10**9), {EVERYBODY: cohort}, RULE).revenue_met


@pytest.mark.parametrize(
    ("active", "cents", "counted"), [(True, 1, True), (True, 0, False), (False, 1, False), (False, 0, False)]
)
def test_the_population_is_active_friends_with_revenue(active: bool, cents: int, counted: bool) -> None:
    assert figures(active=active, cents=cents).in_population is counted


# ---------------------------------------------------------------- cohorts by region


def in_regions(**sizes: int) -> list[tuple[str, int]]:
    return [(name, cents + 1) for name, size in sizes.items() for cents in range(size)]


@given(st.lists(st.tuples(REGIONS, st.integers(1, 9)), max_size=130))
def test_each_region_of_twenty_is_a_cohort_and_the_others_are_one_together(
    population: list[tuple[str, int]],
) -> None:
    sizes = Counter(region for region, _ in population)
    cohorts = {cohort.name: cohort for cohort in fix_cutoffs(population, BY_REGION)}
    large = {region for region, size in sizes.items() if size >= SMALLEST_COHORT and region}
    assert cohorts.keys() == large | {""}
    for name, cohort in cohorts.items():
        members = [cents for region, cents in population if (region == name if name else region not in large)]
        assert cohort == cohort_of(name, members, BY_REGION)
    assert sum(cohort.population for cohort in cohorts.values()) == len(population)


def test_nineteen_friends_are_too_few_for_a_cohort_of_their_own_and_twenty_are_enough() -> None:
    names = [cohort.name for cohort in fix_cutoffs(in_regions(Bern=20, Jura=19, Uri=1), BY_REGION)]
    assert names == ["Bern", ""]


def test_friends_without_a_region_are_judged_with_the_smaller_regions() -> None:
    population = [("", 1000)] * 25 + in_regions(Bern=20, Uri=3)
    cohorts = {cohort.name: cohort for cohort in fix_cutoffs(population, BY_REGION)}
    assert cohorts[""].population == 28
    assert judge(figures(region=""), cohorts, BY_REGION).cohort == ""
    assert judge(figures(region="Uri"), cohorts, BY_REGION).cohort == ""
    assert judge(figures(region="never heard of"), cohorts, BY_REGION).cohort == ""
    assert judge(figures(region="Bern"), cohorts, BY_REGION).cohort == "Bern"


def test_a_region_that_is_called_all_is_a_region_like_any_other() -> None:
    population = [("all", 10)] * 20 + [("Bern", 90)] * 20
    cohorts = {cohort.name: cohort for cohort in fix_cutoffs(population, BY_REGION)}
    assert cohorts["all"].cutoff_cents == 10
    assert judge(figures(region="all", cents=10), cohorts, BY_REGION).revenue_met
    assert not judge(figures(region="Bern", cents=10), cohorts, BY_REGION).revenue_met
    (everybody,) = fix_cutoffs(population, RULE)
    assert (everybody.name, everybody.population, everybody.cutoff_cents) == ("all", 40, 90)


@given(st.lists(st.tuples(REGIONS, st.integers(1, 9)), min_size=1, max_size=60), REGIONS)
def test_every_friend_has_a_cohort_whatever_its_region(
    population: list[tuple[str, int]], region: str
) -> None:
    for rule in (RULE, BY_REGION):
        cohorts = {cohort.name: cohort for cohort in fix_cutoffs(population, rule)}
        assert judge(figures(region=region), cohorts, rule).cohort in cohorts


# ---------------------------------------------------------------- figures and verdicts


@pytest.mark.parametrize(
    ("windows", "ratings", "cents"),
    [(("total", "year"), 1 + 2 + 4, 20), (("year", "total"), 2 + 4, 30), (("year", "year"), 2 + 4, 20)],
)
def test_figures_are_cut_to_the_policys_windows(windows: tuple[str, str], ratings: int, cents: int) -> None:
    months = {
        "2024-12": Totals(1, 5, 1, 10),
        "2025-01": Totals(2, 9, 1, 15),
        "2025-12": Totals(4, 20, 1, 5),
        "2026-01": Totals(8, 40, 1, 80),
    }
    rule = Qualification.model_validate(dict(zip(("ratings_window", "revenue_window"), windows, strict=True)))
    cut = figures_for("F1", active=True, region="Bern", months=months, roles=(), year=2025, rule=rule)
    assert (cut.ratings, cut.cents) == (ratings, cents)


CRITERIA = ("active", "rating_average", "ratings", "revenue")


@given(met=st.tuples(*[st.booleans()] * 4), roles=st.lists(st.sampled_from(Role), max_size=2))
def test_a_friend_is_nominated_when_active_and_by_all_figures_or_by_a_role(
    met: Sequence[bool], roles: list[Role]
) -> None:
    active, average, count, revenue = met
    one = Verdict("F1", "all", active, average, count, revenue, tuple(roles))
    assert one.by_figures is all(met)
    assert one.by_engagement is (active and bool(roles))
    assert one.nominated is (active and (bool(roles) or (average and count and revenue)))
    assert one.missed == tuple(name for name, yes in zip(CRITERIA, met, strict=True) if not yes)


def test_what_was_missed_is_told_by_name_in_one_order() -> None:
    one = verdict(active=False, ratings=2, stars=8, cents=0)
    assert one.missed == ("active", "rating_average", "ratings", "revenue")
    assert verdict().missed == ()


def test_an_inactive_friend_is_not_nominated_though_it_holds_a_role() -> None:
    assert verdict(active=False, roles=(Role.MENTOR,)).nominated is False
    assert verdict(active=True, ratings=0, stars=0, cents=0, roles=(Role.MENTOR,)).nominated is True


@given(st.lists(st.integers(0, 400), min_size=1, max_size=80), PERCENTAGES)
def test_as_many_of_the_population_meet_the_cutoff_as_the_cohort_says(
    revenues: list[int], percent: Decimal
) -> None:
    rule = Qualification(revenue_top_percent=percent)
    cohorts = {one.name: one for one in fix_cutoffs([("", cents) for cents in revenues if cents], rule)}
    met = [judge(figures(cents=cents), cohorts, rule).revenue_met for cents in revenues]
    assert sum(met) == cohorts[EVERYBODY].top
