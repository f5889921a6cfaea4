"""Referrals: what is declined, milestones once, months both ways, ambassadors kept true, names forgotten."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.friends import Decided
from best_friends.domain.letter import LetterKind
from best_friends.domain.referrals import (
    Declined,
    Person,
    Referral,
    Stage,
    ambassador_change,
    ambassador_of,
    came_along,
    declined_for,
    declined_id_of,
    friends_in,
    month_before,
    name_over,
    name_to_keep,
    referral_id_of,
    thanks_due,
    went_on_in,
)

AT = datetime(2026, 3, 3, 12, tzinfo=UTC)
REFERRAL = Referral("ref-1", "ADA", AT, name="Max", joined="MAX", joined_at=AT)
MONTHS = st.dictionaries(st.sampled_from([f"2026-{one:02d}" for one in range(1, 13)]), st.integers(0, 9))


@given(st.text(min_size=1), st.text(min_size=1))
def test_an_address_has_one_id_however_it_is_written(one: str, other: str) -> None:
    assert referral_id_of(f" {one.upper()} ") == referral_id_of(one.upper())
    same = one.strip().casefold() == other.strip().casefold()
    assert (referral_id_of(one) == referral_id_of(other)) is same
    assert declined_id_of("ADA", one) != declined_id_of("BEN", one)


def test_an_id_does_not_hold_the_address() -> None:
    assert "max" not in referral_id_of("max@people.example") + declined_id_of("ADA", "max@people.example")


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_the_first_reason_that_applies_declines(own: bool, known: bool, referred: bool, mute: bool) -> None:
    reason = declined_for(own=own, known=known, referred=referred, suppressed=mute)
    assert (reason is None) is not any((own, known, referred, mute))
    if own:
        assert reason is Declined.SELF


@given(st.lists(MONTHS, min_size=1))
def test_a_milestone_is_reached_once_and_months_follow_the_stats(said: list[dict[str, int]]) -> None:
    referral = REFERRAL
    for number, months in enumerate(said):
        before, at = referral, AT + timedelta(days=number)
        referral = came_along(before, months, at)
        assert came_along(referral, months, at + timedelta(days=1)) == referral
        for milestone in ("first_job_at", "tenth_job_at"):
            if getattr(before, milestone):
                assert getattr(referral, milestone) == getattr(before, milestone)
        assert referral.months == tuple(sorted(one for one, jobs in months.items() if jobs))
    most = max(sum(one.values()) for one in said)
    assert (referral.first_job_at is not None) is (most >= 1)
    assert (referral.tenth_job_at is not None) is (most >= 10)
    assert len(thanks_due(referral)) == 2 + (most >= 1) + (most >= 10)


def test_what_is_due_follows_from_how_far_it_has_come() -> None:
    recorded = Referral("ref-1", "ADA", AT)
    assert (recorded.stage, thanks_due(recorded)) == (Stage.RECORDED, (LetterKind.REFERRAL_THANKS,))
    declined = replace(recorded, declined=Declined.FRIEND)
    assert (declined.stage, thanks_due(declined)) == (Stage.DECLINED, (LetterKind.REFERRAL_DECLINED,))
    assert REFERRAL.stage is Stage.JOINED


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.sets(st.integers(2024, 2027)))))
def test_a_person_counts_once_a_year_however_many_accounts_it_has(work: list[tuple[str, set[int]]]) -> None:
    referrals = [
        replace(REFERRAL, referral_id=f"ref-{number}", joined=who, months=tuple(f"{y}-05" for y in years))
        for number, (who, years) in enumerate(work)
    ]
    counted = friends_in(referrals, lambda one: "A" if one == "B" else one)
    for year in range(2024, 2028):
        whole = {"A" if who == "B" else who for who, years in work if year in years}
        assert counted.get(year, 0) == len(whole)


def test_who_was_erased_still_counts_for_what_was_done() -> None:
    gone = replace(REFERRAL, joined="", name="", months=("2026-03",))
    assert friends_in([gone], lambda one: one) == {2026: 1}


@given(st.lists(st.booleans(), min_size=1))
def test_the_engagement_is_as_the_referrals_say_and_never_against_what_people_decided(
    said: list[bool],
) -> None:
    wanted = ambassador_of("ADA", 2026)
    known = None
    for is_one in said:
        known = ambassador_change(known, wanted, is_one=is_one) or known
        assert ambassador_change(known, wanted, is_one=is_one) is None
        assert bool(known and known.held_in(2026)) is is_one
    for theirs in (
        replace(wanted, earned=False),
        replace(wanted, earned=False, withdrawn=True, decided=Decided()),
        replace(wanted, withdrawn=True, decided=Decided()),
    ):
        assert ambassador_change(theirs, wanted, is_one=True) is None
        assert ambassador_change(theirs, wanted, is_one=False) is None


def test_a_name_is_kept_only_if_it_may_be_told_and_not_for_ever() -> None:
    assert name_to_keep(Person("a@b", "Max", may_be_named=False)) == ""
    assert name_to_keep(Person("a@b", " Max\nM ", may_be_named=True)) == "Max M"
    assert not name_over(REFERRAL, AT + timedelta(days=365))
    assert name_over(REFERRAL, AT + timedelta(days=366))
    later = replace(REFERRAL, first_job_at=AT + timedelta(days=200))
    assert not name_over(later, AT + timedelta(days=366))


def test_news_are_what_no_letter_of_thanks_has_told() -> None:
    going = replace(REFERRAL, first_job_at=AT, months=("2026-03", "2026-04"))
    assert not went_on_in(going, "2026-03")  # the letter of the first job told it
    assert went_on_in(going, "2026-04")
    assert not went_on_in(going, "2026-05")
    over = replace(going, tenth_job_at=AT.replace(month=4), months=("2026-03", "2026-04", "2026-05"))
    assert went_on_in(over, "2026-04") and not went_on_in(over, "2026-05")
    assert month_before(date(2026, 1, 31)) == "2025-12"
