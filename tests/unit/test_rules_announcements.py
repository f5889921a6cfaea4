"""Announcements: who is told what when, whatever happens in between."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.announcements import (
    Announcement,
    AnnouncementState,
    AnnouncementWords,
    Edition,
    Next,
    Round,
    RoundKind,
    begun,
    concerns,
    corrected,
    corrections_since,
    early_day,
    gone_on,
    letter_for,
    morning_of,
    next_round,
)

ZONE = ZoneInfo("Europe/Zurich")
DAY = date(2026, 11, 9)
WORDS = {"de": AnnouncementWords("Neue App", ("Sie kommt.",))}
FIRST = Edition(1, datetime(2026, 11, 1, tzinfo=UTC), "Ada", "as planned", {})


def announcement(days_before: int = 7) -> Announcement:
    return Announcement("app", DAY, early_day(DAY, days_before), WORDS, (FIRST,))


def second(before: Announcement) -> Announcement:
    edition = replace(FIRST, version=before.version + 1, corrected={"de": f"Nummer {before.version + 1}"})
    return corrected(before, edition, before.words, before.publish_on, before.early_on)


def done(before: Announcement, due: Round | None) -> Announcement:
    assert due is not None
    return gone_on(begun(before, due), due, None, 1)


def test_best_friends_hear_of_it_days_before_and_everybody_else_on_the_day() -> None:
    early, day = morning_of(DAY - timedelta(days=7), ZONE), morning_of(DAY, ZONE)
    second_before = timedelta(seconds=1)
    one = announcement()
    assert next_round(one, early - second_before, ZONE) is None
    due = next_round(one, early, ZONE)
    assert due == Round(RoundKind.EARLY, 1)
    one = done(one, due)
    assert next_round(one, day - second_before, ZONE) is None
    due = next_round(one, day, ZONE)
    assert due == Round(RoundKind.EVERYBODY, 1)
    assert next_round(done(one, due), day + timedelta(days=900), ZONE) is None


def test_a_morning_is_the_programmes_own_also_when_the_clocks_change() -> None:
    assert morning_of(date(2026, 3, 29), ZONE).astimezone(UTC).hour == 4
    assert morning_of(date(2026, 10, 25), ZONE).astimezone(UTC).hour == 5


@given(st.lists(st.sampled_from(["run", "correct", "withdraw", "wait"]), max_size=40), st.integers(0, 10))
def test_whatever_happens_in_between_it_ends_with_everybody_told(steps: list[str], days_before: int) -> None:
    one, now = announcement(days_before), morning_of(DAY - timedelta(days=12), ZONE)
    for step in steps:
        if step == "wait":
            now += timedelta(days=1)
        elif step == "correct" and one.state is AnnouncementState.SCHEDULED:
            one = second(one)
        elif step == "withdraw":
            one = replace(one, state=AnnouncementState.WITHDRAWN, withdrawn=FIRST)
        elif due := next_round(one, now, ZONE):
            one = gone_on(begun(one, due), due, None if due.after else "F1", 1)  # two parts a round
    now = max(now, morning_of(DAY, ZONE))
    for _ in range(10):
        due = next_round(one, now, ZONE)
        if due is None:
            break
        one = done(one, due)
    else:
        raise AssertionError("the rounds do not end")
    if one.state is AnnouncementState.WITHDRAWN:
        assert one.taken_back == one.begun
    else:
        assert one.published and one.reached == one.version


def test_a_correction_reaches_those_who_have_it_also_after_the_day() -> None:
    day = morning_of(DAY, ZONE)
    one = second(done(announcement(), Round(RoundKind.EVERYBODY, 1)))
    due = next_round(one, day, ZONE)
    assert due == Round(RoundKind.CORRECTION, 2)
    assert next_round(done(one, due), day, ZONE) is None


def test_a_withdrawal_before_anybody_had_it_writes_to_nobody() -> None:
    off = replace(announcement(), state=AnnouncementState.WITHDRAWN, withdrawn=FIRST)
    assert next_round(off, morning_of(DAY, ZONE), ZONE) is None


@pytest.mark.parametrize("kind", RoundKind)
@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("best", [True, False])
def test_a_round_concerns_those_who_have_it_and_those_whose_turn_it_is(
    kind: RoundKind, *, active: bool, best: bool
) -> None:
    due = Round(kind, 1)
    assert concerns(due, active=active, best_friend=best, has_it=True)
    turn = active and (kind is RoundKind.EVERYBODY or (kind is RoundKind.EARLY and best))
    assert concerns(due, active=active, best_friend=best, has_it=False) == turn


@given(st.booleans(), st.booleans(), st.integers(0, 3), st.integers(-12, 12), st.booleans())
def test_a_letter_says_what_is_true_when_it_leaves(
    active: bool,
    best: bool,
    had: int,
    days: int,
    off: bool,
) -> None:
    one = second(second(announcement()))
    if off:
        one = replace(one, state=AnnouncementState.WITHDRAWN, withdrawn=FIRST)
    now = morning_of(DAY + timedelta(days=days), ZONE)
    said = letter_for(one, active=active, best_friend=best, had=had, now=now, zone=ZONE)
    if off:
        assert said is (Next.WITHDRAWAL if had else None)
    elif had:
        assert said is (Next.CORRECTION if had < 3 else None)
    else:
        out = active and days >= (-7 if best else 0)
        assert said is (Next.ANNOUNCEMENT if out else None)


def test_whoever_missed_a_correction_is_told_of_all_since() -> None:
    one = second(second(announcement()))
    assert corrections_since(one, 1, "de") == ("Nummer 2", "Nummer 3")
    assert corrections_since(one, 2, "fr") == ("Nummer 3",)
    assert corrections_since(one, 3, "de") == ()
