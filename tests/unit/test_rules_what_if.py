"""Two policies on one year: who comes in and goes out is exactly the difference, and every sum adds up."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.compare_verdicts import Pair, compare
from best_friends.domain.judged import CRITERIA, Judged
from best_friends.domain.policy import Policy, Role
from best_friends.domain.qualification import Figures, fix_cutoffs, judge
from best_friends.domain.what_if import (
    MERGED,
    NO_FRIEND,
    Against,
    Baseline,
    Change,
    Difference,
    canonical,
    name_of,
)

REGIONS = ("", "Bern", "Uri")
POPULATION = st.lists(
    st.builds(
        Figures,
        friend_id=st.just(""),
        active=st.sampled_from([True, True, True, False]),
        region=st.sampled_from(REGIONS),
        ratings=st.integers(0, 20),
        stars=st.integers(0, 100),
        cents=st.sampled_from([0, 100, 200, 300, 400, 500]),
        roles=st.sampled_from([(), (), (), (Role.MENTOR,)]),
    ),
    max_size=40,
).map(lambda them: {f"F{n:02d}": replace(one, friend_id=f"F{n:02d}") for n, one in enumerate(them)})
POLICIES = st.builds(
    lambda average, ratings, percent, cohort, roles: Policy.of(
        {
            "qualification": {
                "rating_average_min": average,
                "ratings_min": ratings,
                "revenue_top_percent": percent,
                "revenue_cohort": cohort,
                "engagement_roles": roles,
            }
        }
    ),
    st.sampled_from(["3", "4.5"]),
    st.sampled_from([1, 10, 15]),
    st.sampled_from(["5", "20", "50"]),
    st.sampled_from(["all", "region"]),
    st.sampled_from([[], ["mentor"]]),
)
Friends = dict[str, Figures]


def judged(friends: Friends, policy: Policy) -> dict[str, Judged]:
    """Everybody judged by a policy; a role that does not count is none."""
    rule = policy.qualification
    seen = [
        replace(one, roles=tuple(role for role in one.roles if role in rule.engagement_roles))
        for one in friends.values()
    ]
    cohorts = {
        one.name: one for one in fix_cutoffs(((f.region, f.cents) for f in seen if f.in_population), rule)
    }
    verdicts = [judge(one, cohorts, rule) for one in seen]
    return {
        one.friend_id: Judged(one, verdict, cohorts[verdict.cohort].cutoff_cents)
        for one, verdict in zip(seen, verdicts, strict=True)
    }


def pairs(before: dict[str, Judged], after: dict[str, Judged]) -> list[Pair]:
    return [(before.get(one), after.get(one)) for one in sorted({*before, *after})]


def baseline(policy: Policy) -> Baseline:
    return Baseline.of(Against.AS_RUN, policy)


def difference(
    then: Friends, now: Friends, one: Policy, other: Policy, aliases: dict[str, str] | None = None
) -> Difference:
    found = pairs(judged(then, one), judged(now, other))
    return compare(found, baseline(one), other, lambda friend_id: (aliases or {}).get(friend_id, friend_id))


def nominees(friends: Friends, policy: Policy) -> set[str]:
    return {one for one, told in judged(friends, policy).items() if told.verdict.nominated}


def moved(found: Difference, *, comes_in: bool) -> set[str]:
    return {one.friend_id for one in found.changes if one.comes_in is comes_in}


@given(POPULATION, POPULATION, POLICIES, POLICIES)
def test_in_and_out_are_exactly_the_set_differences(
    then: Friends, now: Friends, one: Policy, other: Policy
) -> None:
    before, after = nominees(then, one), nominees(now, other)
    found = difference(then, now, one, other)
    assert moved(found, comes_in=True) == after - before
    assert moved(found, comes_in=False) == before - after
    assert (found.nominees.before, found.nominees.after) == (len(before), len(after))


@given(POPULATION, POLICIES)
def test_the_same_policy_lets_nobody_in_or_out(friends: Friends, policy: Policy) -> None:
    found = difference(friends, friends, policy, policy)
    assert found.changes == ()
    assert found.figures_differ == found.merged == 0


@given(POPULATION, POPULATION, POLICIES, POLICIES)
def test_regions_and_newcomers_add_up_to_the_whole(
    then: Friends, now: Friends, one: Policy, other: Policy
) -> None:
    found = difference(then, now, one, other)
    for parts in (found.regions.values(), (found.newcomers, found.others)):
        for name in ("before", "comes_in", "goes_out", "after"):
            assert sum(getattr(part, name) for part in parts) == getattr(found.nominees, name)
    for moves in (found.nominees, found.newcomers, found.others, *found.regions.values()):
        assert moves.after == moves.before + moves.comes_in - moves.goes_out


@given(POPULATION, POPULATION, POLICIES, POLICIES, st.randoms(use_true_random=False))
def test_the_order_in_which_friends_come_does_not_matter(
    then: Friends, now: Friends, one: Policy, other: Policy, chance: Random
) -> None:
    found = pairs(judged(then, one), judged(now, other))
    shuffled = chance.sample(found, len(found))
    assert compare(shuffled, baseline(one), other) == compare(found, baseline(one), other)


@given(POPULATION, POLICIES, POLICIES)
def test_every_reason_is_a_criterion_that_flips_on_the_way_that_was_gone(
    friends: Friends, one: Policy, other: Policy
) -> None:
    for change in difference(friends, friends, one, other).changes:
        assert change.before and change.after and change.reasons
        assert not change.corrected
        for name in change.reasons:
            assert change.after.met[name] is change.comes_in is not change.before.met[name]
        held = (change.after if change.comes_in else change.before).verdict
        allowed = ({"engagement"} if held.by_engagement else set()) | (
            set(CRITERIA) - {"engagement"} if held.by_figures else set()
        )
        assert set(change.reasons) <= allowed | {"active"}


# ---------------------------------------------------------------- examples

FIVE = {
    f"F{n}": Figures(f"F{n}", True, "Bern", ratings, ratings * 5, cents)
    for n, (ratings, cents) in enumerate([(20, 500), (20, 400), (12, 300), (20, 200), (20, 100)])
}
FORTY = Policy.of({"qualification": {"revenue_top_percent": "40"}})


def policy(**qualification: object) -> Policy:
    return Policy.of({"qualification": qualification})


def only(found: Difference) -> Change:
    [change] = found.changes
    return change


def test_a_lower_cut_off_is_told_by_the_revenue_and_a_lower_count_by_the_ratings() -> None:
    more = difference(FIVE, FIVE, FORTY, policy(revenue_top_percent="80"))
    assert only(more).reasons == ("revenue",)
    assert only(more).before and only(more).after
    assert (only(more).before.cutoff_cents, only(more).after.cutoff_cents) == (400, 200)  # type: ignore[union-attr]
    both = difference(FIVE, FIVE, FORTY, policy(revenue_top_percent="60", ratings_min=12))
    assert (only(both).friend_id, only(both).reasons) == ("F2", ("ratings", "revenue"))


def test_a_newcomer_is_who_has_fewer_ratings_than_the_baseline_says() -> None:
    found = difference(FIVE, FIVE, FORTY, policy(revenue_top_percent="60", ratings_min=12))
    assert only(found).newcomer
    assert (found.newcomers.before, found.newcomers.after, found.others.after) == (0, 1, 2)


def test_a_role_that_does_not_count_any_more_is_told_as_one() -> None:
    mentors = FIVE | {"F4": replace(FIVE["F4"], roles=(Role.MENTOR,))}
    change = only(difference(mentors, mentors, FORTY, policy(revenue_top_percent="40", engagement_roles=[])))
    assert (change.friend_id, change.comes_in, change.reasons) == ("F4", False, ("engagement",))
    assert not change.corrected


def test_a_correction_is_not_taken_for_an_effect_of_the_policy() -> None:
    corrected = FIVE | {"F3": replace(FIVE["F3"], cents=450)}
    found = difference(FIVE, corrected, FORTY, FORTY)
    assert found.figures_differ == 1
    assert {one.friend_id: one.corrected for one in found.changes} == {"F3": True, "F1": False}


def test_figures_of_another_window_are_not_held_against_each_other() -> None:
    total = FIVE | {"F3": replace(FIVE["F3"], cents=450)}
    found = difference(FIVE, total, FORTY, policy(revenue_top_percent="40", revenue_window="total"))
    assert found.figures_differ == 0
    assert moved(found, comes_in=True) == {"F3"}


@pytest.mark.parametrize("gone", [None, replace(FIVE["F0"], active=False, ratings=0, stars=0, cents=0)])
def test_a_nominee_that_is_part_of_another_one_since_is_no_change(gone: Figures | None) -> None:
    now = {one: figures for one, figures in FIVE.items() if one != "F0"} | ({"F0": gone} if gone else {})
    merged = now | {"F3": replace(FIVE["F3"], cents=700)}  # F0 has become F3
    found = difference(FIVE, merged, FORTY, FORTY, {"F0": "F3"})
    assert found.changes == ()
    assert (found.nominees.before, found.merged) == (2, 0)
    found = difference(FIVE, now, FORTY, FORTY, {"F0": "F1"})
    assert (found.nominees.before, found.nominees.after, found.merged) == (1, 1, 1)


def test_an_alias_whose_account_is_no_nominee_is_out_under_the_account() -> None:
    now = FIVE | {"F0": replace(FIVE["F0"], active=False), "F4": replace(FIVE["F4"], stars=1)}
    found = difference(FIVE, now, FORTY, FORTY, {"F0": "F4"})
    out = next(one for one in found.changes if not one.comes_in)
    assert (out.friend_id, out.reasons, out.aliases, out.corrected) == ("F4", (MERGED,), ("F0",), True)


def test_who_was_judged_on_one_side_only_is_told_so() -> None:
    found = difference(FIVE, {one: FIVE[one] for one in ("F1", "F3")}, FORTY, FORTY)
    out = next(one for one in found.changes if not one.comes_in)
    assert (out.friend_id, out.reasons, out.after) == ("F0", (NO_FRIEND,), None)


def test_those_who_earned_most_come_first() -> None:
    found = difference(FIVE, FIVE, policy(revenue_top_percent="20"), policy(revenue_top_percent="80"))
    assert [one.friend_id for one in found.changes] == ["F1", "F3"]


def test_equal_policies_have_one_name_however_their_decimals_are_written() -> None:
    one, other = policy(rating_average_min="4.50"), policy(rating_average_min=Decimal("4.5"))
    assert name_of(one, "as_run") == name_of(other, "as_run")
    assert canonical(one).document() == canonical(other).document()
    assert name_of(one, "as_run") != name_of(one, "itself")
    assert name_of(one, "as_run") != name_of(policy(rating_average_min="4.6"), "as_run")
