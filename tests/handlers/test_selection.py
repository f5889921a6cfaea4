"""survey_friends, fix_cutoff, select_nominees: the exact rule, on frozen data, the same every time."""

import gzip
from datetime import UTC, date, datetime, timedelta

import pytest

from best_friends.domain.policy import Role
from best_friends.domain.qualification import SMALLEST_COHORT
from tests.support.fixtures import Printed
from tests.support.marketplace import IN_JUNE, YEAR, ZURICH, Marketplace
from tests.support.stack import Clock, Stack
from tests.support.steps import Steps

NEW_YEARS_EVE = datetime(2025, 12, 31, 23, 30, tzinfo=ZURICH)
"""22:30 in UTC: still the old year in both; an hour later in Zurich it is not."""


def test_top_five_percent_by_revenue_with_good_ratings_are_nominated(
    steps: Steps, marketplace: Marketplace
) -> None:
    for number in range(1, 41):
        marketplace.star(f"F{number:02d}", 100_000 - number)
    marketplace.settle()
    assert steps.selected() == ["F01", "F02"]
    assert steps.cutoff() == [
        {"name": "all", "population": 40, "places": 2, "cutoff_cents": 99_998, "top": 2}
    ]


def test_places_are_rounded_up(steps: Steps, marketplace: Marketplace) -> None:
    for number in range(1, 22):
        marketplace.star(f"F{number:02d}", 100_000 - number)
    marketplace.settle()
    assert steps.selected() == ["F01", "F02"]


def test_ties_at_the_cutoff_are_all_in(steps: Steps, marketplace: Marketplace) -> None:
    marketplace.star("F1", 900).star("F2", 800).star("F3", 800).star("F4", 800).star("F5", 799)
    marketplace.settle()
    policy = {"qualification": {"revenue_top_percent": "40"}}
    assert steps.selected(policy=policy) == ["F1", "F2", "F3", "F4"]
    assert steps.cutoff()[0] | {"name": ""} == {
        "name": "",
        "population": 5,
        "places": 2,
        "cutoff_cents": 800,
        "top": 4,
    }


def test_everybody_tied_is_everybody_in(steps: Steps, marketplace: Marketplace) -> None:
    for number in range(30):
        marketplace.star(f"F{number:02d}", 500)
    marketplace.settle()
    assert len(steps.selected()) == 30


def test_average_is_compared_exactly(steps: Steps, marketplace: Marketplace) -> None:
    for friend_id, last in (("half-below", 2), ("exactly", 3)):
        # 65 stars of fourteen, then the last: 67 or 68 of fifteen, against 67.5.
        marketplace.has(friend_id).earned(friend_id, 1_000)
        marketplace.rated(friend_id, 5, times=9).rated(friend_id, 4, times=5).rated(friend_id, last)
    marketplace.settle()
    assert steps.selected() == ["exactly"]


def test_fourteen_ratings_are_one_too_few(steps: Steps, marketplace: Marketplace) -> None:
    for friend_id, ratings in (("F14", 14), ("F15", 15)):
        marketplace.has(friend_id).rated(friend_id, 5, times=ratings).earned(friend_id, 1_000)
    marketplace.settle()
    assert steps.selected() == ["F15"]


def test_job_completed_half_an_hour_before_midnight_in_zurich_belongs_to_the_year(
    steps: Steps, marketplace: Marketplace
) -> None:
    marketplace.star("in", 1).earned("in", 10_000, at=NEW_YEARS_EVE)
    marketplace.star("out", 1).earned("out", 20_000, at=NEW_YEARS_EVE + timedelta(hours=1))
    marketplace.settle()
    assert steps.selected() == ["in"]
    assert steps.cutoff()[0]["cutoff_cents"] == 10_001


def test_first_hour_of_the_year_in_zurich_is_not_lost_to_utc(steps: Steps, marketplace: Marketplace) -> None:
    began = datetime(2024, 12, 31, 23, 10, tzinfo=UTC)  # 1 January 2025, 00:10 in Zurich
    marketplace.has("F1").rated("F1", 5, times=15).earned("F1", 700, at=began).settle()
    assert steps.selected() == ["F1"]


def test_rating_after_the_year_does_not_count_and_one_before_it_does(
    steps: Steps, marketplace: Marketplace
) -> None:
    before, after = datetime(2019, 5, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    marketplace.has("old").rated("old", 5, times=15, at=before).earned("old", 1_000)
    marketplace.has("new").rated("new", 5, times=15, at=after).earned("new", 1_000)
    marketplace.settle()
    assert steps.selected() == ["old"]


def test_inactive_friend_is_neither_ranked_nor_nominated(steps: Steps, marketplace: Marketplace) -> None:
    marketplace.star("F1", 500).star("gone", 900).has("gone", active=False)
    marketplace.has("mentor", active=False).engaged("mentor", Role.MENTOR, date(2025, 1, 1))
    marketplace.settle()
    assert steps.selected() == ["F1"]


@pytest.mark.parametrize(
    ("held_from", "held_until", "nominated"),
    [
        (date(2020, 1, 1), None, True),
        (date(2025, 12, 31), None, True),
        (date(2020, 1, 1), date(2025, 1, 1), True),
        (date(2020, 1, 1), date(2024, 12, 31), False),
        (date(2026, 1, 1), None, False),
    ],
)
def test_role_counts_when_it_was_held_on_any_day_of_the_year(
    steps: Steps, marketplace: Marketplace, held_from: date, held_until: date | None, nominated: bool
) -> None:
    marketplace.has("M1").engaged("M1", Role.MEETUP_ORGANISER, held_from, held_until).settle()
    assert steps.selected() == (["M1"] if nominated else [])


def test_friend_nominated_by_both_is_in_once_with_both_reasons(
    stack: Stack, steps: Steps, marketplace: Marketplace
) -> None:
    marketplace.star("F1", 500).engaged("F1", Role.MENTOR, date(2025, 1, 1))
    marketplace.engaged("F1", Role.PRODUCT_TESTER, date(2025, 1, 1)).settle()
    assert steps.selected() == ["F1"]
    [row] = stack.archive.read_rows(steps.selection["chunks"][0])
    assert row["reasons"] == {
        "by_figures": True,
        "roles": ["mentor", "product_tester"],
        "ratings": 15,
        "stars": 75,
        "cents": 500,
        "currency": "CHF",
    }


def test_empty_year_has_nobody_and_no_cutoff(steps: Steps) -> None:
    assert steps.selected() == []
    assert steps.selection["chunks"] == []
    assert steps.cutoff() == [{"name": "all", "population": 0, "places": 0, "cutoff_cents": None, "top": 0}]


def test_one_friend_is_the_top(steps: Steps, marketplace: Marketplace) -> None:
    marketplace.star("only", 1).settle()
    assert steps.selected() == ["only"]


def test_friend_without_revenue_is_not_in_the_population(steps: Steps, marketplace: Marketplace) -> None:
    marketplace.has("F1").rated("F1", 5, times=20).settle()
    assert steps.selected() == []


def test_cohort_by_region_takes_the_percentage_within_each_large_region(
    steps: Steps, marketplace: Marketplace
) -> None:
    for number in range(SMALLEST_COHORT):
        marketplace.star(f"ZH{number:02d}", 100_000 - number, region="ZH")
        marketplace.star(f"TI{number:02d}", 1_000 - number, region="TI")
    for number in range(SMALLEST_COHORT - 1):
        marketplace.star(f"UR{number:02d}", 500 - number, region="UR")
    marketplace.star("AI00", 10, region="AI").settle()
    policy = {"qualification": {"revenue_cohort": "region"}}
    assert steps.selected(policy=policy) == ["TI00", "UR00", "ZH00"]
    assert [(one["name"], one["population"]) for one in steps.cutoff()] == [("TI", 20), ("ZH", 20), ("", 20)]


def test_run_again_writes_the_same_bytes(stack: Stack, steps: Steps, marketplace: Marketplace) -> None:
    for number in range(60):
        marketplace.star(f"F{number:02d}", 100_000 + number % 7)
    marketplace.engaged("F59", Role.MENTOR, date(2025, 1, 1)).settle()
    steps.selected()
    first, record = stack.objects(), stack.programme.year(YEAR)
    steps.survey()
    steps.cutoff()
    steps.select()
    assert stack.objects() == first
    assert stack.programme.year(YEAR) == record
    assert record
    assert set(record.digests) == {path for path in first if "/survey/" not in path}


def test_nominees_do_not_depend_on_the_number_of_segments(
    stack: Stack, steps: Steps, marketplace: Marketplace
) -> None:
    for number in range(60):
        marketplace.star(f"F{number:02d}", 100_000 + number % 7)
    marketplace.settle()
    few = steps.selected()
    steps.segments = [{"number": number, "of": 5} for number in range(5)]
    steps.survey()
    steps.cutoff()
    steps.select()
    assert steps.nominees() == few


def test_nominees_come_in_chunks_sorted_and_each_once(steps: Steps, marketplace: Marketplace) -> None:
    for number in range(105):
        marketplace.has(f"M{number:03d}").engaged(f"M{number:03d}", Role.MENTOR, date(2025, 1, 1))
    marketplace.settle()
    assert steps.selected() == [f"M{number:03d}" for number in range(105)]
    assert len(steps.selection["chunks"]) == 3


def test_verdict_says_what_was_missed(stack: Stack, steps: Steps, marketplace: Marketplace) -> None:
    marketplace.star("F1", 900).has("F2").rated("F2", 4, times=3).earned("F2", 800).settle()
    steps.selected()
    verdicts = {
        row["friend_id"]: row
        for number in range(2)
        for row in stack.archive.read_rows(f"years/{YEAR}/verdicts/{number:03d}.jsonl.gz")
    }
    assert verdicts["F1"]["missed"] == []
    assert verdicts["F2"]["missed"] == ["rating_average", "ratings", "revenue"]


def test_calendar_is_in_utc_where_daylight_saving_begins_in_between(
    steps: Steps, marketplace: Marketplace
) -> None:
    marketplace.star("F1").settle()
    steps.selected(opened_on="2026-03-20")
    assert steps.selection["reminders"] == [
        {"number": 1, "at": "2026-03-27T05:00:00Z"},
        {"number": 2, "at": "2026-04-03T04:00:00Z"},
    ]
    assert steps.selection["answers_close_at"] == "2026-04-10T22:00:00Z"


def test_rehearsal_tried_again_keeps_the_end_that_was_written_first(
    stack: Stack, steps: Steps, marketplace: Marketplace, clock: Clock
) -> None:
    marketplace.star("F1").settle()
    steps.selected(pace={"seconds_a_day": 1, "seconds_a_nominee": 2})
    first = steps.selection["answers_close_at"]
    clock.move(seconds=30)
    assert steps.select()["answers_close_at"] == first == "2026-01-15T05:00:23Z"


def test_neither_name_nor_address_is_archived_or_logged(
    stack: Stack, steps: Steps, marketplace: Marketplace, printed: Printed
) -> None:
    marketplace.star("F1").settle()
    steps.selected()
    archived = b"".join(
        gzip.decompress(body) if key.endswith(".gz") else body for key, body in stack.objects().items()
    ).decode()
    for private in ("Muster", "mailbox.example", "8001"):
        assert private not in archived + printed.text


def test_late_job_dated_inside_the_year_still_counts(
    stack: Stack, steps: Steps, marketplace: Marketplace
) -> None:
    marketplace.star("F1", 500).star("F2", 400).settle()
    steps.selected()
    marketplace.earned("F2", 9_000, at=IN_JUNE).settle()
    steps.survey()
    steps.cutoff()
    steps.select()
    assert steps.nominees() == ["F2"]
