"""What a Friend may see of its own position: exact, and never another Friend's figure."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.policy import EarlyNotice, Policy, PolicyError, Qualification, Role
from best_friends.domain.qualification import EVERYBODY, Cohort, Figures, judge
from best_friends.domain.standing import (
    Notice,
    ShownCutoff,
    Stage,
    YearStanding,
    counted,
    five_stars_missing,
    missing,
    notice_for,
    shown_cutoff,
)
from best_friends.domain.stats import in_window, replay

RULE = Qualification()
ZURICH = ZoneInfo("Europe/Zurich")
STEP = 1000
minimums = st.decimals("1", "5", places=2).map(lambda one: Qualification(rating_average_min=one))


@st.composite
def rated(draw: st.DrawFn) -> Figures:
    """Somebody's figures that ratings of 1 to 5 stars can add up to."""
    ratings = draw(st.integers(0, 400))
    stars = draw(st.integers(ratings, 5 * ratings))
    return Figures("F", draw(st.booleans()), "ZH", ratings, stars, draw(st.integers(0, 5_000_000)))


def figures(ratings: int = 20, stars: int = 95, cents: int = 500_000, *roles: Role) -> Figures:
    return Figures("F", True, "ZH", ratings, stars, cents, roles)


def cohort(cutoff: int | None, population: int = 100) -> Cohort:
    return Cohort(EVERYBODY, population, 5, cutoff, 5)


def standing(own: Figures, cutoff: Cohort, rule: Qualification = RULE) -> YearStanding:
    verdict = judge(own, {EVERYBODY: cutoff}, rule)
    shown = shown_cutoff(cutoff, STEP)
    lacks = missing(own, verdict, rule, shown)
    return YearStanding(2026, Stage.RUNNING, own, verdict, rule, "CHF", shown, lacks)


def meets(ratings: int, stars: int, rule: Qualification) -> bool:
    return ratings > 0 and Fraction(stars, ratings) >= Fraction(rule.rating_average_min)


@given(rated(), minimums)
def test_so_many_five_star_ratings_bring_the_average_up_and_one_fewer_does_not(
    own: Figures, rule: Qualification
) -> None:
    needed = five_stars_missing(own, rule)
    if needed is None:
        assert rule.rating_average_min == 5 and own.stars < 5 * own.ratings
        return
    assert meets(own.ratings + needed, own.stars + 5 * needed, rule)
    if needed:
        assert not meets(own.ratings + needed - 1, own.stars + 5 * (needed - 1), rule)


@pytest.mark.parametrize(
    ("ratings", "stars", "needed"),
    [(19, 84, 3), (15, 67, 1), (2, 9, 0), (0, 0, 1), (10, 10, 70)],
)
def test_examples_of_what_the_average_lacks(ratings: int, stars: int, needed: int) -> None:
    assert five_stars_missing(figures(ratings, stars), RULE) == needed


@given(rated(), st.integers(1, 5_000_000))
def test_making_each_change_meets_each_criterion(own: Figures, cutoff: int) -> None:
    found = standing(replace(own, active=True), cohort(cutoff))
    lacks = found.missing
    assert lacks.five_stars is not None and lacks.cents is not None
    ratings = own.ratings + lacks.ratings
    assert ratings >= RULE.ratings_min and (not lacks.ratings or ratings == RULE.ratings_min)
    richer = judge(
        replace(own, active=True, cents=own.cents + lacks.cents), {EVERYBODY: cohort(cutoff)}, RULE
    )
    assert richer.revenue_met
    assert lacks.nothing == found.verdict.by_figures


@given(rated(), st.integers(1, 5_000_000), st.integers(0, 200), st.integers(1, 1000))
def test_the_exact_cut_off_can_be_read_from_nothing(
    own: Figures, exact: int, population: int, step: int
) -> None:
    """What is shown and what is missing are the same for every cut-off that is rounded up alike."""
    shown = shown_cutoff(cohort(exact, population), step * 100)
    if population < 20:
        assert shown == ShownCutoff(None, withheld=True)
    else:
        assert shown.cents is not None
        assert shown.cents % (step * 100) == 0 and 0 <= shown.cents - exact < step * 100
    lacks = missing(own, judge(own, {EVERYBODY: cohort(exact, population)}, RULE), RULE, shown)
    if lacks.cents:
        assert lacks.cents + own.cents == shown.cents


def test_without_revenue_anywhere_there_is_no_cut_off_to_show() -> None:
    assert shown_cutoff(cohort(None, 0), STEP) == shown_cutoff(None, STEP) == ShownCutoff(None)
    assert standing(figures(cents=0), cohort(None, 0)).missing.cents is None


def test_between_the_cut_off_and_what_is_shown_of_it_the_criterion_is_met() -> None:
    found = standing(figures(cents=99_950), cohort(99_901))
    assert (found.cutoff.cents, found.missing.cents, found.verdict.revenue_met) == (100_000, 0, True)


@st.composite
def lines(draw: st.DrawFn) -> list[LedgerEntry]:
    """Lines of several years, each in the month of its date in Zurich."""
    found = []
    for number in range(draw(st.integers(0, 30))):
        at = draw(st.datetimes(datetime(2023, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
        job = draw(st.booleans())
        entry = f"{at.astimezone(ZURICH):%Y-%m}#{'JOB' if job else 'RATING'}#{number}"
        stars, cents = (0, draw(st.integers(0, 9999))) if job else (draw(st.integers(1, 5)), 0)
        found.append(LedgerEntry("F", entry, at.isoformat(timespec="seconds"), stars, cents))
    return found


@given(
    lines(),
    st.integers(2022, 2028),
    st.sampled_from(["total", "year"]),
    st.sampled_from(["total", "year"]),
)
def test_the_lines_that_are_shown_add_up_to_the_figures(
    ledger: list[LedgerEntry], year: int, of_ratings: str, of_revenue: str
) -> None:
    rule = Qualification.model_validate({"ratings_window": of_ratings, "revenue_window": of_revenue})
    shown = counted(ledger, year, rule, ZURICH)
    rated_in = in_window(replay(ledger), year, rule.ratings_window)
    earned_in = in_window(replay(ledger), year, rule.revenue_window)
    ratings = [one for one in shown if one.kind == "rating"]
    assert (len(ratings), sum(one.stars for one in ratings)) == (rated_in.ratings, rated_in.stars)
    assert sum(one.cents for one in shown) == earned_in.cents
    assert [one.on for one in shown] == sorted((one.on for one in shown), reverse=True)


NEAR = EarlyNotice(on="10-15")


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (figures(), Notice.NEAR),  # revenue 5,000 of 6,000
        (figures(cents=400_000), None),  # a third away
        (figures(ratings=10, stars=48, cents=700_000), Notice.NEAR),
        (figures(ratings=9, stars=45, cents=700_000), None),
        (figures(ratings=20, stars=88, cents=700_000), Notice.NEAR),  # four five-star ratings
        (figures(ratings=20, stars=85, cents=700_000), None),
        (figures(cents=700_000), None),  # nothing is missing
        (figures(10, 40, 0, Role.MENTOR), None),  # nominated by the role
    ],
)
def test_who_is_near_hears_so(own: Figures, expected: Notice | None) -> None:
    assert notice_for(standing(own, cohort(600_000)), NEAR, best_friend=False) is expected


def test_a_best_friend_who_would_lose_the_status_hears_so_however_far_it_is() -> None:
    far = standing(figures(ratings=3, stars=9, cents=100), cohort(600_000))
    assert notice_for(far, NEAR, best_friend=True) is Notice.WOULD_LOSE
    safe = standing(figures(cents=600_000), cohort(600_000))
    assert notice_for(safe, NEAR, best_friend=True) is None


def test_among_few_friends_nobody_is_near_by_revenue_since_that_would_tell_the_cut_off() -> None:
    few = cohort(600_000, population=19)
    assert notice_for(standing(figures(cents=599_900), few), NEAR, best_friend=False) is None
    enough = figures(ratings=14, stars=70, cents=700_000)
    assert notice_for(standing(enough, few), NEAR, best_friend=False) is Notice.NEAR


def test_who_is_not_active_hears_nothing_and_nobody_does_before_a_cut_off_is_known() -> None:
    away = replace(figures(), active=False)
    assert notice_for(standing(away, cohort(600_000)), NEAR, best_friend=True) is None
    assert notice_for(standing(figures(), cohort(None, 0)), NEAR, best_friend=True) is None


@given(rated(), st.integers(1, 5_000_000))
def test_a_wider_reach_never_loses_anybody(own: Figures, cutoff: int) -> None:
    found = standing(own, cohort(cutoff))
    wide = NEAR.model_copy(
        update={"ratings_within": 50, "five_stars_within": 50, "revenue_percent_within": Decimal(90)}
    )
    if notice_for(found, NEAR, best_friend=False):
        assert notice_for(found, wide, best_friend=False)


@pytest.mark.parametrize("day", ["09-30", "12-31", "1-10", "10-00", "15 October"])
def test_the_notice_is_of_the_last_quarter(day: str) -> None:
    with pytest.raises(PolicyError, match="last quarter"):
        Policy.of({"early_notice": {"on": day}})
    assert EarlyNotice().day(2026) is None


def test_a_decision_cannot_be_due_before_the_first_reply() -> None:
    with pytest.raises(PolicyError, match="first_reply_days"):
        Policy.of({"review": {"first_reply_days": 15, "decision_days": 14}})
