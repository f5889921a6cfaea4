"""The sample marketplace: the same bytes for the same seed, and a story worth assessing."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from best_friends.domain.friends import Engagement, Friend, roles_held
from best_friends.domain.ledger import JobStatus, LedgerEntry
from best_friends.domain.policy import LANGUAGES, Qualification, Role
from best_friends.domain.qualification import Verdict, figures_for, fix_cutoffs, judge
from best_friends.domain.stats import replay
from ops.export import check_export
from ops.sample import SampleCounts, write_sample
from ops.sample.places import towns

COMMITTED = Path(__file__).parents[2] / "sample"
ZURICH = ZoneInfo("Europe/Zurich")
YEAR = 2025


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@dataclass
class Marketplace:
    """What the exports add up to, a later one over an earlier one."""

    friends: dict[str, Friend] = field(default_factory=dict)
    entries: dict[str, LedgerEntry] = field(default_factory=dict)
    engagements: set[Engagement] = field(default_factory=set)

    def take(self, folder: Path) -> None:
        with check_export(folder) as checked:
            assert checked.faults == []
            assert checked.currency == "CHF"
            self.friends |= {friend.friend_id: friend for friend in checked.friends()}
            self.engagements |= set(checked.engagements())
            for _, entries in checked.ledger(ZURICH):
                self.entries |= {entry.source: entry for entry in entries}

    def verdicts(self) -> list[Verdict]:
        rule = Qualification()
        ledger: dict[str, list[LedgerEntry]] = defaultdict(list)
        for entry in self.entries.values():
            ledger[entry.friend_id].append(entry)
        figures = [
            figures_for(
                friend.friend_id,
                active=friend.active,
                region=friend.region,
                months=replay(ledger[friend.friend_id]),
                roles=self.roles(friend.friend_id),
                year=YEAR,
                rule=rule,
            )
            for friend in self.friends.values()
        ]
        cohorts = fix_cutoffs([(own.region, own.cents) for own in figures if own.in_population], rule)
        by_name = {cohort.name: cohort for cohort in cohorts}
        return [judge(own, by_name, rule) for own in figures]

    def roles(self, friend_id: str) -> tuple[Role, ...]:
        own = [held for held in self.engagements if held.friend_id == friend_id]
        return roles_held(own, YEAR, Qualification().engagement_roles)


@pytest.fixture(scope="module", params=["export", "export and corrections"])
def marketplace(request: pytest.FixtureRequest) -> Iterator[Marketplace]:
    made = Marketplace()
    made.take(COMMITTED)
    if request.param != "export":
        made.take(COMMITTED / "corrections")
    yield made


def test_the_committed_sample_is_what_the_generator_writes(tmp_path: Path) -> None:
    counts = write_sample(tmp_path)
    assert bytes_of(tmp_path) == bytes_of(COMMITTED)
    assert counts == SampleCounts(
        friends=600,
        areas=97,
        engagements=14,
        jobs=6025,
        ratings=4822,
        corrected_jobs=13,
        corrected_ratings=13,
    )


def test_another_seed_makes_another_marketplace(tmp_path: Path) -> None:
    write_sample(tmp_path, seed=7)
    made, committed = bytes_of(tmp_path), bytes_of(COMMITTED)
    assert made.keys() == committed.keys()
    assert {name for name in made if made[name] == committed[name]} == {"README.md"}


@pytest.mark.parametrize("friends", [20, 50])
def test_a_small_marketplace_is_an_export_too(tmp_path: Path, friends: int) -> None:
    counts = write_sample(tmp_path, friends=friends)
    assert counts.friends == friends
    for folder in (tmp_path, tmp_path / "corrections"):
        with check_export(folder) as checked:
            assert checked.faults == []
            assert checked.counts.jobs > 0
            assert checked.counts.ratings > 0


def test_a_marketplace_too_small_for_its_story_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 20 Friends, not 19"):
        write_sample(tmp_path / "sample", friends=19)
    assert not (tmp_path / "sample").exists()


def test_progress_ends_with_every_row_written(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    counts = write_sample(tmp_path, friends=20, on_progress=lambda *step: told.append(step))
    rows = counts.friends + counts.areas + counts.engagements + counts.jobs + counts.ratings
    assert told[-1] == ("ratings.csv", rows, rows)


def test_the_year_has_as_many_nominees_as_fit_on_a_page(marketplace: Marketplace) -> None:
    verdicts = marketplace.verdicts()
    assert 15 <= sum(one.nominated for one in verdicts) <= 40
    assert 12 <= sum(one.by_figures for one in verdicts) <= 22
    assert 1 <= sum(one.by_figures and one.by_engagement for one in verdicts) <= 2


def test_some_of_the_top_by_revenue_miss_on_average_or_count(marketplace: Marketplace) -> None:
    missed = Counter(one.missed for one in marketplace.verdicts() if one.active and one.revenue_met)
    assert missed[("rating_average",)] >= 1
    assert missed[("ratings",)] >= 1
    assert missed.total() - missed[()] >= 3


def test_roles_are_held_by_a_few_and_by_one_who_has_left(marketplace: Marketplace) -> None:
    engaged = [one for one in marketplace.verdicts() if one.roles]
    assert 8 <= len(engaged) <= 12
    assert sum(not one.active for one in engaged) == 1
    assert {role for one in engaged for role in one.roles} == set(Qualification().engagement_roles)
    assert any(held.held_until and held.held_until.year < YEAR for held in marketplace.engagements)
    assert any(held.held_from.year > YEAR for held in marketplace.engagements)


def test_nominees_speak_every_language(marketplace: Marketplace) -> None:
    nominees = [one.friend_id for one in marketplace.verdicts() if one.nominated]
    assert {marketplace.friends[friend_id].language for friend_id in nominees} == set(LANGUAGES)


def test_one_or_two_nominees_cannot_be_reached(marketplace: Marketplace) -> None:
    nominees = {one.friend_id for one in marketplace.verdicts() if one.nominated}
    bouncing = {
        friend_id
        for friend_id, friend in marketplace.friends.items()
        if friend.email == f"bounce+{friend_id}@simulator.amazonses.com"
    }
    assert 1 <= len(nominees & bouncing) <= 2
    assert 10 <= len(bouncing) <= 20


def test_addresses_are_of_reserved_domains_and_nobody_elses(marketplace: Marketplace) -> None:
    addresses = [friend.email for friend in marketplace.friends.values()]
    assert len(set(addresses)) == len(addresses)
    ours = re.compile(r"[a-z]+\.[a-z]+\.\d{3}@friends\.example|bounce\+F\d{5}@simulator\.amazonses\.com")
    assert [address for address in addresses if not ours.fullmatch(address)] == []


def test_the_edge_of_the_year_is_there(marketplace: Marketplace) -> None:
    by_instant = {entry.at: entry for entry in marketplace.entries.values() if entry.cents}
    assert by_instant["2025-12-31T22:30:00Z"].month == "2025-12"
    assert by_instant["2025-12-31T23:10:00Z"].month == "2026-01"
    assert max(by_instant) < "2026-01-21"


def test_corrections_change_rows_that_were_there() -> None:
    before, after = Marketplace(), Marketplace()
    before.take(COMMITTED)
    after.take(COMMITTED / "corrections")
    assert after.friends.items() <= before.friends.items()
    assert after.engagements <= before.engagements
    pairs = [(before.entries[source], entry) for source, entry in after.entries.items()]
    assert all(old != new and old.friend_id == new.friend_id for old, new in pairs)
    assert sum(new.cents < old.cents for old, new in pairs) == 12
    assert sum(new.stars != old.stars for old, new in pairs) == 10
    assert sum(new.month != old.month for old, new in pairs) == 4
    assert sum(new.month > "2025-12" for _, new in pairs) == 1


def test_jobs_are_of_every_status_and_some_have_no_place() -> None:
    with check_export(COMMITTED) as checked:
        jobs = list(checked.jobs())
    shares = {status: count / len(jobs) for status, count in Counter(job.status for job in jobs).items()}
    assert shares[JobStatus.COMPLETED] == pytest.approx(0.8, abs=0.02)
    assert shares[JobStatus.POSTED] == pytest.approx(0.08, abs=0.02)
    assert shares[JobStatus.CANCELLED] == pytest.approx(0.08, abs=0.02)
    assert shares[JobStatus.ACCEPTED] == pytest.approx(0.04, abs=0.02)
    assert all(not job.friend_id for job in jobs if job.status is JobStatus.POSTED)
    assert 3 <= sum(job.latitude is None for job in jobs) <= 60


def test_every_canton_and_land_has_its_towns() -> None:
    regions = {place.name: place.region for country in ("CH", "DE") for place in reversed(towns(country))}
    assert len({place.region for place in towns("CH")}) == 26
    assert len({place.region for place in towns("DE")}) == 16
    known = {
        "Zürich": "Zürich",
        "Genève": "Genève",
        "Lausanne": "Vaud",
        "Lugano": "Ticino",
        "Sion": "Valais",
        "Chur": "Graubünden",
        "St. Gallen": "St. Gallen",
        "Delémont": "Jura",
        "Liestal": "Basel-Landschaft",
        "München": "Bayern",
        "Stuttgart": "Baden-Württemberg",
        "Wiesbaden": "Hessen",
        "Hannover": "Niedersachsen",
        "Düsseldorf": "Nordrhein-Westfalen",
        "Mainz": "Rheinland-Pfalz",
        "Kiel": "Schleswig-Holstein",
        "Potsdam": "Brandenburg",
        "Schwerin": "Mecklenburg-Vorpommern",
        "Dresden": "Sachsen",
        "Magdeburg": "Sachsen-Anhalt",
        "Erfurt": "Thüringen",
        "Saarbrücken": "Saarland",
        "Berlin": "Berlin",
        "Hamburg": "Hamburg",
        "Bremen": "Bremen",
    }
    assert {name: regions[name] for name in known} == known


def test_the_sample_says_where_its_places_come_from() -> None:
    readme = (COMMITTED / "README.md").read_text(encoding="utf-8")
    assert "GeoNames" in readme
    assert "CC BY 4.0" in readme
