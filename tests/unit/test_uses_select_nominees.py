"""Survey, cut-off and selection, against a judge who was written from domain.md alone."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from best_friends.application.errors import Refusal
from best_friends.application.open_year import OpenYear, Start
from best_friends.application.ports import Segment
from best_friends.application.refresh_stats import RefreshStats
from best_friends.application.run import Runs
from best_friends.application.select_nominees import (
    MOST_CHUNKS,
    SMALLEST_CHUNK,
    FixCutoff,
    Selection,
    SelectNominees,
    nominees_of,
)
from best_friends.application.survey import Survey
from best_friends.domain.calendar import Pace
from best_friends.domain.friends import Engagement, Friend
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.policy import Role
from best_friends.domain.programme import Run, Settings
from tests.unit.fakes import World


@dataclass(frozen=True)
class Person:
    """A Friend as the judge sees it: what happened, by date."""

    friend_id: str
    active: bool
    region: str
    jobs: tuple[tuple[str, int], ...] = ()
    """(month, cents)"""
    ratings: tuple[tuple[str, int], ...] = ()
    """(month, stars)"""
    roles: tuple[tuple[Role, date, date | None], ...] = ()


@dataclass
class Case:
    """A marketplace, a policy and how many segments the tables are cut into."""

    people: list[Person]
    policy: dict[str, Any] = field(default_factory=dict)
    segments: int = 2
    year: int = 2025


MONTHS = st.sampled_from(["2023-03", "2024-12", "2025-01", "2025-07", "2025-12", "2026-01"])
DAYS = st.dates(date(2024, 6, 1), date(2026, 6, 1))
HELD = st.tuples(st.sampled_from(Role), DAYS, st.none() | DAYS).filter(
    lambda one: one[2] is None or one[2] >= one[1]
)


@st.composite
def people(draw: st.DrawFn) -> list[Person]:
    """Few revenues, so that there are ties, and ratings close to the thresholds."""
    return [
        Person(
            friend_id=f"F{number:02d}",
            active=draw(st.integers(0, 9)) > 0,
            region=draw(st.sampled_from(["", "all", "Bern", "Bern", "Uri"])),
            jobs=tuple(draw(st.lists(st.tuples(MONTHS, st.sampled_from([0, 100, 250])), max_size=4))),
            ratings=tuple(draw(st.lists(st.tuples(MONTHS, st.integers(4, 5)), max_size=5))),
            roles=tuple(draw(st.lists(HELD, max_size=1))),
        )
        for number in range(draw(st.integers(0, 60)))
    ]


CASES = st.builds(
    Case,
    people=people(),
    policy=st.fixed_dictionaries(
        {
            "qualification": st.fixed_dictionaries(
                {
                    "rating_average_min": st.sampled_from(["4.5", "4.25", "4.334", "4"]),
                    "ratings_min": st.integers(1, 3),
                    "ratings_window": st.sampled_from(["total", "year"]),
                    "revenue_top_percent": st.sampled_from(["5", "12.5", "33.3", "100"]),
                    "revenue_window": st.sampled_from(["total", "year"]),
                    "revenue_cohort": st.sampled_from(["all", "region"]),
                    "engagement_roles": st.sampled_from([list(Role), ["mentor"], []]),
                }
            )
        }
    ),
    segments=st.integers(1, 4),
)


# ---------------------------------------------------------------- the judge


def decimal_of(text: str) -> tuple[int, int]:
    """A decimal as numerator and denominator."""
    whole, _, rest = text.partition(".")
    return int(whole + rest), 10 ** len(rest)


def within(dated: tuple[tuple[str, int], ...], window: str, year: int) -> list[int]:
    return [
        value
        for month, value in dated
        if (month[:4] == str(year) or (window == "total" and month[:4] < str(year)))
    ]


@dataclass
class Judged:
    """What the judge found."""

    by_figures: set[str] = field(default_factory=set)
    engaged: set[str] = field(default_factory=set)
    population: int = 0
    cutoffs: set[tuple[int, int, int]] = field(default_factory=set)
    """(population, places, cut-off) of each cohort that has anybody."""


def judged(case: Case) -> Judged:
    rule: dict[str, Any] = case.policy["qualification"]
    found = Judged()
    earned = {one.friend_id: sum(within(one.jobs, rule["revenue_window"], case.year)) for one in case.people}
    population = [one for one in case.people if one.active and earned[one.friend_id] > 0]
    found.population = len(population)
    for cohort in cohorts_of(population, rule):
        numerator, denominator = decimal_of(rule["revenue_top_percent"])
        places = 0
        while places * denominator * 100 < len(cohort) * numerator:
            places += 1
        ranked = sorted((earned[one.friend_id] for one in cohort), reverse=True)
        cutoff = ranked[places - 1]
        found.cutoffs.add((len(cohort), places, cutoff))
        found.by_figures |= {
            one.friend_id
            for one in cohort
            if earned[one.friend_id] >= cutoff and well_rated(one, rule, case.year)
        }
    first, last = date(case.year, 1, 1), date(case.year, 12, 31)
    for one in case.people:
        held = [
            role
            for role, held_from, until in one.roles
            if role in rule["engagement_roles"] and held_from <= last and (until is None or until >= first)
        ]
        if one.active and held:
            found.engaged.add(one.friend_id)
    return found


def cohorts_of(population: list[Person], rule: dict[str, Any]) -> list[list[Person]]:
    if rule["revenue_cohort"] == "all":
        return [population] if population else []
    by_region: dict[str, list[Person]] = defaultdict(list)
    for one in population:
        by_region[one.region].append(one)
    large = [members for region, members in by_region.items() if region and len(members) >= 20]
    rest = [one for one in population if not any(one in members for members in large)]
    return [*large, rest] if rest else large


def well_rated(one: Person, rule: dict[str, Any], year: int) -> bool:
    stars = within(one.ratings, rule["ratings_window"], year)
    numerator, denominator = decimal_of(rule["rating_average_min"])
    return len(stars) >= rule["ratings_min"] and sum(stars) * denominator >= numerator * len(stars)


# ---------------------------------------------------------------- the programme


def marketplace(case: Case, pace: Pace | None = None) -> World:
    """The tables after the stream has been worked off, and the year opened."""
    world = World()
    world.programme.in_force = Settings(currency="CHF")
    for one in case.people:
        world.friends.rows[one.friend_id] = Friend(
            one.friend_id, "", "", "de", (), (), date(2020, 1, 1), one.active, one.region
        )
        entries = [
            LedgerEntry(one.friend_id, f"{month}#JOB#{number}", "", cents=cents)
            for number, (month, cents) in enumerate(one.jobs)
        ] + [
            LedgerEntry(one.friend_id, f"{month}#RATING#{number}", "", stars=stars)
            for number, (month, stars) in enumerate(one.ratings)
        ]
        world.ledger.write(put=entries, delete=[])
        if entries:
            RefreshStats(world.ledger, world.stats)(one.friend_id, {entry.month for entry in entries})
        world.engagements.put_many(
            Engagement(one.friend_id, role, held_from, until) for role, held_from, until in one.roles
        )
    start = Start(
        "first", year=case.year, policy=case.policy, opened_on=date(case.year + 1, 1, 15), pace=pace
    )
    OpenYear(world.programme, Runs(world.programme, world.archive), world.clock)(start)
    return world


def select(world: World, case: Case, run: Run | None = None) -> Selection:
    run = run or Run(case.year)
    runs = Runs(world.programme, world.archive)
    for number in range(case.segments):
        Survey(world.friends, world.stats, world.engagements, world.archive, runs)(
            run, Segment(number, case.segments)
        )
    FixCutoff(world.archive, world.programme, runs)(run, case.segments)
    return SelectNominees(world.archive, world.programme, runs, world.clock)(run, case.segments)


def verdicts(world: World, case: Case) -> dict[str, dict[str, Any]]:
    rows = [
        row
        for number in range(case.segments)
        for row in world.archive.read_rows(f"years/{case.year}/verdicts/{number:03d}.jsonl.gz")
    ]
    assert len({row["friend_id"] for row in rows}) == len(rows)
    return {row["friend_id"]: row for row in rows}


@settings(max_examples=120)
@given(CASES)
def test_the_nominees_are_those_whom_the_rule_names(case: Case) -> None:
    world = marketplace(case)
    selection = select(world, case)
    expected = judged(case)
    found = verdicts(world, case)
    assert {one for one, row in found.items() if row["by_figures"]} == expected.by_figures
    assert {one for one, row in found.items() if row["by_engagement"]} == expected.engaged
    record = world.programme.year(case.year)
    assert record is not None
    cutoffs = {
        (one.population, one.places, one.cutoff_cents)
        for one in record.cohorts
        if one.cutoff_cents is not None
    }
    assert cutoffs == expected.cutoffs
    invited = [one for path in selection.chunks for one, _ in nominees_of(world.archive, path)]
    assert invited == sorted(expected.by_figures | expected.engaged)
    assert found.keys() == {one.friend_id for one in case.people}
    assert selection.counts == record.counts
    assert (selection.counts["population"], selection.counts["nominees"], selection.counts["friends"]) == (
        expected.population,
        len(invited),
        len(case.people),
    )


@settings(max_examples=30)
@given(CASES)
def test_the_same_data_give_the_same_bytes_and_the_same_selection(case: Case) -> None:
    world = marketplace(case)
    first = select(world, case)
    files, digests = dict(world.archive.files), world.programme.years[case.year]["digests"]
    assert select(world, case) == first
    assert world.archive.files == files
    assert world.programme.years[case.year]["digests"] == digests
    other = marketplace(Case(case.people[::-1], case.policy, case.segments))
    assert select(other, case) == first
    assert other.archive.files == files


@settings(max_examples=20)
@given(CASES)
def test_into_how_many_segments_the_tables_are_cut_does_not_matter(case: Case) -> None:
    once = Case(case.people, case.policy, segments=1)
    ones, others = marketplace(once), marketplace(case)
    chosen, same = select(ones, once), select(others, case)
    assert [ones.archive.files[path] for path in chosen.chunks] == [
        others.archive.files[path] for path in same.chunks
    ]
    assert chosen.counts == same.counts


@settings(max_examples=20)
@given(CASES)
def test_a_what_if_selects_the_same_and_changes_no_year(case: Case) -> None:
    world = marketplace(case)
    select(world, case)
    before = dict(world.programme.years)
    OpenYear(world.programme, Runs(world.programme, world.archive), world.clock)(
        Start("what-if", year=case.year, policy=case.policy, opened_on=date(2026, 1, 15), what_if="same")
    )
    select(world, case, Run(case.year, "same"))
    assert world.programme.years == before
    years = {path: content for path, content in world.archive.files.items() if path.startswith("years/")}
    for path, content in years.items():
        assert world.archive.files[path.replace("years/2025", "what-if/2025/same")] == content


def test_an_event_dated_after_the_year_does_not_count() -> None:
    rule = {"qualification": {"ratings_min": 1}}
    late = Person("F1", True, "", jobs=(("2026-01", 10**6),), ratings=(("2026-01", 5),))
    case = Case([late], rule)
    world = marketplace(case)
    assert select(world, case).counts == {
        "friends": 1,
        "active": 1,
        "population": 0,
        "rating_ok": 0,
        "by_figures": 0,
        "by_engagement": 0,
        "nominees": 0,
    }


def test_a_friend_without_a_single_job_is_nominated_for_its_role() -> None:
    organiser = Person("F1", True, "", roles=((Role.MEETUP_ORGANISER, date(2025, 12, 31), None),))
    case = Case([organiser])
    world = marketplace(case)
    selection = select(world, case)
    ((friend_id, reasons),) = nominees_of(world.archive, selection.chunks[0])
    assert (friend_id, reasons.by_figures, reasons.roles) == ("F1", False, (Role.MEETUP_ORGANISER,))
    assert verdicts(world, case)["F1"]["missed"] == ["rating_average", "ratings", "revenue"]


def test_reasons_are_the_nominees_own_figures_in_the_programmes_currency() -> None:
    jobs, ratings = (("2025-03", 12_345), ("2024-03", 999)), (("2024-05", 5), ("2025-05", 4))
    case = Case([Person("F1", True, "", jobs, ratings)], {"qualification": {"ratings_min": 2}})
    world = marketplace(case)
    ((_, reasons),) = nominees_of(world.archive, select(world, case).chunks[0])
    assert (reasons.by_figures, reasons.ratings, reasons.stars) == (True, 2, 9)
    assert (reasons.cents, reasons.currency) == (12_345, "CHF")


@pytest.mark.parametrize(
    "people", [[], [Person("F1", True, "")], [Person("F1", False, "", (("2025-01", 5),))]]
)
def test_a_year_without_anybody_in_the_population_has_no_nominees(people: list[Person]) -> None:
    case = Case(people)
    selection = select(marketplace(case), case)
    assert (selection.chunks, selection.counts["nominees"]) == ((), 0)


def test_when_everybody_ties_everybody_is_in() -> None:
    everybody = [
        Person(f"F{number:03d}", True, "", (("2025-05", 100),), (("2025-05", 5),)) for number in range(101)
    ]
    case = Case(everybody, {"qualification": {"ratings_min": 1}})
    world = marketplace(case)
    selection = select(world, case)
    assert selection.counts["nominees"] == 101
    assert [len(nominees_of(world.archive, path)) for path in selection.chunks] == [50, 50, 1]


def test_there_are_never_more_chunks_than_a_workflow_can_carry() -> None:
    many = SMALLEST_CHUNK * MOST_CHUNKS + 1
    role = ((Role.MENTOR, date(2025, 5, 5), None),)
    case = Case([Person(f"F{number:05d}", True, "", roles=role) for number in range(many)], segments=1)
    world = marketplace(case)
    selection = select(world, case)
    assert len(selection.chunks) <= MOST_CHUNKS
    assert sum(len(nominees_of(world.archive, path)) for path in selection.chunks) == many


def test_nobody_is_judged_in_a_year_that_was_not_opened() -> None:
    with pytest.raises(Refusal, match="has not been opened"):
        select(World(), Case([]))


def test_a_rehearsal_that_is_tried_again_keeps_the_end_of_the_answer_period() -> None:
    case = Case([Person("F1", True, "", roles=((Role.MENTOR, date(2025, 5, 5), None),))])
    world = marketplace(case, Pace(seconds_a_day=1, seconds_a_nominee=2))
    first = select(world, case)
    assert first.instants.answers_close_at == datetime(2026, 1, 15, 6, 0, 23, tzinfo=UTC)
    world.clock.now = datetime(2026, 1, 15, 6, 0, 5, tzinfo=UTC)
    assert select(world, case).instants.answers_close_at == first.instants.answers_close_at


def test_the_policy_in_the_record_is_what_judges_and_not_a_later_one() -> None:
    person = Person("F1", True, "", (("2025-05", 100),), (("2025-05", 5),))
    case = Case([person], {"qualification": {"ratings_min": 1, "rating_average_min": Decimal("4.5")}})
    world = marketplace(case)
    world.programme.save_settings(Settings(currency="CHF"))
    assert select(world, case).counts["by_figures"] == 1
