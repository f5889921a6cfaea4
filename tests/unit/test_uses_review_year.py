"""A closed year then and now: who would be in or out and why, with nothing written."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.application.errors import Refusal
from best_friends.application.open_year import OpenYear, Start
from best_friends.application.ports import Segment
from best_friends.application.review_year import CRITERIA, Change, Review, ReviewYear
from best_friends.application.run import Runs
from best_friends.application.select_nominees import FixCutoff, SelectNominees
from best_friends.application.survey import Survey
from best_friends.domain.friends import Engagement
from best_friends.domain.invitation import Invitation, InvitationState
from best_friends.domain.policy import Role
from best_friends.domain.programme import Run, Settings, YearState
from tests.unit.fakes import ANSWER_UNTIL, REASONS, World, friend_of
from tests.unit.fakes_audit import AuditedWorld, job, rating

YEAR = 2025
RUN = Run(YEAR)
SEGMENTS = 2
POLICY = {"qualification": {"ratings_min": 2, "revenue_top_percent": "50"}}


def survey_of(world: World) -> Survey:
    runs = Runs(world.programme, world.archive)
    return Survey(world.friends, world.stats, world.engagements, world.archive, runs)


def closed(world: AuditedWorld, policy: dict[str, Any] | None = None) -> AuditedWorld:
    """Run the year to its end."""
    runs = Runs(world.programme, world.archive)
    world.programme.in_force = Settings(currency="CHF")
    OpenYear(world.programme, runs, world.clock)(Start("first", policy=policy or POLICY))
    for number in range(SEGMENTS):
        survey_of(world)(RUN, Segment(number, SEGMENTS))
    FixCutoff(world.archive, world.programme, runs)(RUN, SEGMENTS)
    SelectNominees(world.archive, world.programme, runs, world.clock)(RUN, SEGMENTS)
    world.programme.update(YEAR, state=YearState.CLOSED)
    return world


def marketplace(*, revenues: dict[str, int]) -> AuditedWorld:
    """Friends with two ratings of 5 stars, and the revenue given."""
    world = AuditedWorld()
    for number, (friend_id, cents) in enumerate(revenues.items()):
        world.put(rating(friend_id, 2 * number), rating(friend_id, 2 * number + 1))
        world.put(job(friend_id, number, cents))
    return world


def review(world: AuditedWorld) -> Review:
    return ReviewYear(survey_of(world), world.invitations)(YEAR)


def only(found: Review) -> Change:
    [change] = found.changes
    return change


def in_and_out(found: Review) -> tuple[set[str], set[str]]:
    return (
        {one.friend_id for one in found.changes if one.comes_in},
        {one.friend_id for one in found.changes if not one.comes_in},
    )


FOUR = {"A": 400, "B": 300, "C": 200, "D": 100}


def test_a_year_that_nobody_corrected_would_be_the_same() -> None:
    found = review(closed(marketplace(revenues=FOUR)))
    assert (found.changes, found.figures_changed) == ((), 0)
    assert (found.nominees_then, found.nominees_now) == (2, 2)
    assert found.cohorts_then == found.cohorts_now
    assert found.cohorts_now[0].cutoff_cents == 300


def test_a_refund_puts_one_out_and_lets_the_next_one_in() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.put(job("B", 1, 150))
    found = review(world)
    assert in_and_out(found) == ({"C"}, {"B"})
    assert (found.cohorts_then[0].cutoff_cents, found.cohorts_now[0].cutoff_cents) == (300, 200)
    into, out = found.changes
    assert into.reasons == out.reasons == ("revenue",)
    assert into.then and into.now and out.then and out.now
    assert (into.then.figures.cents, into.then.cutoff_cents) == (200, 300)
    assert (into.now.figures.cents, into.now.cutoff_cents) == (200, 200)
    assert (out.then.figures.cents, out.now.figures.cents) == (300, 150)
    assert found.figures_changed == 1


def test_a_withdrawn_rating_is_told_by_its_criterion() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.ledger.write(put=[], delete=[rating("A", 1)])
    world.refresh("A", {"2025-03"})
    change = only(review(world))
    assert (change.friend_id, change.comes_in, change.reasons) == ("A", False, ("ratings",))


def test_a_corrected_rating_is_told_by_the_average_exactly() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.put(rating("A", 1, 4))
    assert review(world).changes == ()  # 9 stars of 2 ratings are 4.5
    world.put(rating("A", 1, 3))
    change = only(review(world))
    assert change.reasons == ("rating_average",)
    assert change.then and change.now
    assert (change.then.figures.stars, change.now.figures.stars) == (10, 8)


def test_what_is_dated_after_the_year_changes_nothing() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.put(job("D", 77, 9999, month="2026-01"), rating("A", 78, 1, month="2026-01"))
    assert review(world).changes == ()


def test_what_arrives_late_and_is_dated_inside_the_year_counts() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.put(job("D", 77, 9999, month="2025-12"))
    assert in_and_out(review(world)) == ({"D"}, {"B"})


def test_the_policy_is_the_one_that_the_year_was_opened_with() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.programme.in_force = Settings(currency="CHF")  # 15 ratings at least
    found = review(world)
    assert found.changes == ()
    assert found.policy.qualification.ratings_min == 2


def test_a_role_that_is_known_now_lets_its_holder_in() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.engagements.put_many([Engagement("D", Role.MENTOR, date(2025, 5, 1))])
    change = only(review(world))
    assert (change.friend_id, change.comes_in, change.reasons) == ("D", True, ("engagement",))


def test_who_has_left_since_is_no_correction() -> None:
    world = closed(marketplace(revenues=FOUR))
    for one in ("A", "C"):
        world.friends.rows[one] = replace(world.friends.rows[one], active=False)
    found = review(world)
    assert found.changes == () and found.cohorts_then == found.cohorts_now


def test_the_invitation_of_one_that_would_be_out_is_told() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.invitations.create(Invitation("B", YEAR, InvitationState.CONFIRMED, REASONS, ANSWER_UNTIL))
    world.put(job("B", 1, 150))
    out = next(one for one in review(world).changes if one.friend_id == "B")
    assert (out.comes_in, out.state) == (False, "confirmed")


def test_one_that_is_no_friend_any_more_would_be_out() -> None:
    world = closed(marketplace(revenues=FOUR))
    del world.friends.rows["A"]
    gone = next(one for one in review(world).changes if one.friend_id == "A")
    assert (gone.comes_in, gone.now, gone.reasons) == (False, None, CRITERIA)


def test_one_that_was_not_surveyed_then_may_be_in() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.put(rating("Z", 90), rating("Z", 91), job("Z", 92, 5000))
    new = next(one for one in review(world).changes if one.friend_id == "Z")
    assert (new.comes_in, new.then, new.reasons) == (True, None, CRITERIA)


# ---------------------------------------------------------------- merges


def merged(world: AuditedWorld, from_id: str, into_id: str) -> AuditedWorld:
    world.merge(from_id, into_id)
    world.merging().settle([from_id])
    for one in (from_id, into_id):
        world.refresh(one, {"2025-03"})
    return world


def test_an_alias_that_was_a_nominee_counts_for_its_account() -> None:
    world = merged(closed(marketplace(revenues=FOUR)), "A", "C")
    found = review(world)
    assert in_and_out(found) == (set(), set())  # C has A's and its own, and A was in
    assert (found.nominees_then, found.nominees_now) == (2, 2)
    assert found.figures_changed == 2


def test_an_alias_that_was_a_nominee_and_is_none_as_part_of_its_account_is_out_under_the_account() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.put(*(rating("C", number, 1) for number in range(50, 60)))
    change = only(review(merged(world, "A", "C")))
    assert (change.friend_id, change.comes_in) == ("C", False)
    assert change.then
    assert change.then.figures.friend_id == "A"
    assert change.reasons == ("rating_average",)


def test_two_nominees_that_are_one_account_now_are_in_as_one() -> None:
    found = review(merged(closed(marketplace(revenues=FOUR)), "B", "A"))  # A, C and D: two places of three
    assert (found.nominees_then, found.nominees_now, found.nominees_merged) == (2, 2, 1)
    assert in_and_out(found) == ({"C"}, set())


def test_an_account_that_comes_in_by_a_merge_says_which_alias_it_was() -> None:
    world = closed(marketplace(revenues=FOUR))
    into = next(one for one in review(merged(world, "D", "C")).changes if one.comes_in)
    assert (into.friend_id, into.aliases) == ("C", ("D",))
    assert into.then
    assert into.then.figures.friend_id == "C"


def test_an_alias_of_old_is_no_change() -> None:
    world = marketplace(revenues=FOUR)
    world.friends.rows["A2"] = replace(friend_of("A2"), merged_into="A")
    assert review(closed(world)).figures_changed == 0


# ---------------------------------------------------------------- what it does not do


def test_a_year_that_is_open_or_was_never_opened_is_refused_in_one_sentence() -> None:
    world = closed(marketplace(revenues=FOUR))
    for state in (YearState.OPEN, YearState.FAILED):
        world.programme.update(YEAR, state=state)
        with pytest.raises(Refusal, match=f"the year 2025 is not closed but {state}"):
            review(world)
    with pytest.raises(Refusal, match="the year 2024 has not been opened"):
        ReviewYear(survey_of(world), world.invitations)(2024)


def test_a_review_writes_nothing() -> None:
    world = merged(closed(marketplace(revenues=FOUR)), "D", "C")
    before, asked = world.content(), len(world.line.calls)
    assert review(world).changes
    assert world.content() == before
    verbs = {name.split(".")[1] for name in world.line.calls[asked:]}
    assert verbs <= {"year", "aliases", "scan", "get", "get_many", "all", "read_rows"}


REVENUES = st.dictionaries(st.sampled_from("ABCDEFGH"), st.sampled_from([0, 100, 200, 300]), min_size=1)


@given(REVENUES, st.dictionaries(st.sampled_from("ABCDEFGH"), st.sampled_from([0, 150, 300, 999])))
def test_a_review_is_the_difference_between_two_selections(
    revenues: dict[str, int], corrected: dict[str, int]
) -> None:
    corrected = {one: cents for one, cents in corrected.items() if one in revenues}
    world, other = closed(marketplace(revenues=revenues)), closed(marketplace(revenues=revenues | corrected))
    for one, cents in corrected.items():
        world.put(job(one, list(revenues).index(one), cents))
    found = review(world)
    before, after = nominees(world), nominees(other)
    assert in_and_out(found) == (after - before, before - after)
    assert all(one.reasons for one in found.changes)
    record = other.programme.year(YEAR)
    assert record is not None
    assert found.cohorts_now == record.cohorts
    assert (found.nominees_then, found.nominees_now) == (len(before), len(after))


def nominees(world: AuditedWorld) -> set[str]:
    rows = [
        row
        for path in world.archive.files
        if path.startswith(f"{RUN.prefix}/nominees/")
        for row in world.archive.read_rows(path)
    ]
    return {row["friend_id"] for row in rows}
