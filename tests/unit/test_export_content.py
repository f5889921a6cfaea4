"""What a checked export gives back: the content of the files as domain objects."""

import csv
from datetime import date, datetime, timedelta, timezone
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.friends import Area, Channel, Engagement, Friend
from best_friends.domain.ledger import (
    Job,
    JobStatus,
    LedgerEntry,
    Rating,
    entry_of_job,
    entry_of_rating,
)
from best_friends.domain.policy import Role
from ops.export import Counts, check_export
from ops.sample.writing import Content, write_export

ZURICH = ZoneInfo("Europe/Zurich")
FRIENDS = "friend_id,display_name,email,language,latitude,longitude,radius_km,skills,joined_on,active"
ANNA = "F1,Anna,anna@friends.example,de,47.3,8.5,15,tv;printer,2024-01-31,true"
JOBS = "job_id,friend_id,customer_id,skill,latitude,longitude,posted_at,completed_at,status,revenue,currency"
DONE = "J1,F1,C1,tv,47.3,8.5,2025-01-01T10:00:00+01:00,2025-01-02T10:00:00+01:00,completed,80.5,CHF"
RATINGS = "rating_id,job_id,friend_id,stars,rated_at"
FIVE = "R1,J1,F1,5,2025-01-03T10:00:00Z"

text = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"], exclude_characters="#;@"),
    min_size=1,
    max_size=20,
)
latitudes = st.integers(-9_000_000, 9_000_000).map(lambda number: number / 100_000)
longitudes = st.integers(-18_000_000, 18_000_000).map(lambda number: number / 100_000)
radii = st.integers(1, 400).map(float)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.builds(datetime.fromtimestamp, st.integers(0, 4_000_000_000), offsets)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@st.composite
def friends(draw: st.DrawFn, friend_id: str) -> Friend:
    home = Area(draw(latitudes), draw(longitudes), draw(radii))
    further = st.builds(Area, latitudes, longitudes, radii, text)
    return Friend(
        friend_id=friend_id,
        display_name=draw(text),
        email=f"{draw(text)}@friends.example",
        language=draw(st.sampled_from(["de", "fr", "it", "en", "pt", "de-CH", "gsw"])),
        areas=(home, *draw(st.lists(further, max_size=2, unique=True))),
        skills=tuple(draw(st.lists(text, max_size=3, unique=True))),
        joined_on=draw(days),
        active=draw(st.booleans()),
        region=draw(st.just("") | text),
        postal_code=draw(st.just("") | text),
    )


@st.composite
def jobs(draw: st.DrawFn, job_id: str, friend_ids: list[str]) -> Job:
    status = draw(st.sampled_from(JobStatus))
    done = status is JobStatus.COMPLETED
    taken = done or status is JobStatus.ACCEPTED
    latitude, longitude = draw(st.just((None, None)) | st.tuples(latitudes, longitudes))
    return Job(
        job_id=job_id,
        friend_id=draw(st.sampled_from(friend_ids if taken else ["", *friend_ids])),
        customer_id=draw(text),
        skill=draw(text),
        latitude=latitude,
        longitude=longitude,
        posted_at=draw(instants),
        completed_at=draw(instants) if done else None,
        status=status,
        revenue_cents=draw(st.integers(0, 10**9)) if done else 0,
        currency="CHF" if done else "",
    )


@st.composite
def contents(draw: st.DrawFn) -> Content:
    ids = draw(st.lists(text, min_size=1, max_size=4, unique=True))
    number = st.integers(0, 6)
    engagements = st.builds(
        lambda friend_id, role, since, length: Engagement(
            friend_id, role, since, None if length is None else since + timedelta(days=length)
        ),
        st.sampled_from(ids),
        st.sampled_from(Role),
        days,
        st.none() | st.integers(0, 1000),
    )
    ratings = [
        Rating(f"R{index}", draw(text), draw(st.sampled_from(ids)), draw(st.integers(1, 5)), draw(instants))
        for index in range(draw(number))
    ]
    return Content(
        friends=[draw(friends(friend_id)) for friend_id in ids],
        engagements=draw(st.lists(engagements, max_size=4, unique=True)),
        jobs=[draw(jobs(f"J{index}", ids)) for index in range(draw(number))],
        ratings=ratings,
    )


def ledger_of(content: Content) -> list[tuple[str, list[LedgerEntry]]]:
    earned = (entry for job in content.jobs if (entry := entry_of_job(job, ZURICH)))
    rated = (entry_of_rating(rating, ZURICH) for rating in content.ratings)
    entries = sorted([*earned, *rated], key=lambda entry: entry.friend_id)
    return [(friend_id, list(own)) for friend_id, own in groupby(entries, key=lambda entry: entry.friend_id)]


@given(contents())
def test_what_is_written_is_read_back(content: Content) -> None:
    with TemporaryDirectory() as folder:
        write_export(Path(folder), content)
        with check_export(Path(folder)) as checked:
            assert checked.faults == []
            assert list(checked.friends()) == sorted(content.friends, key=lambda friend: friend.friend_id)
            assert list(checked.engagements()) == content.engagements
            assert list(checked.jobs()) == content.jobs
            assert list(checked.ledger(ZURICH)) == ledger_of(content)
            assert checked.counts == Counts(
                friends=len(content.friends),
                jobs=len(content.jobs),
                ratings=len(content.ratings),
                areas=len(content.further_areas),
                engagements=len(content.engagements),
            )


def write(folder: Path, **files: str) -> Path:
    contents = {
        "friends": f"{FRIENDS}\n{ANNA}\n",
        "jobs": f"{JOBS}\n{DONE}\n",
        "ratings": f"{RATINGS}\n{FIVE}\n",
    }
    for table, content in (contents | files).items():
        (folder / f"{table}.csv").write_bytes(content.encode())
    return folder


def test_a_byte_order_mark_crlf_and_blank_lines_do_not_matter(tmp_path: Path) -> None:
    write(tmp_path, friends=f"\ufeff{FRIENDS}\r\n\r\n{ANNA}\r\n\r\n", jobs=f"{JOBS}\r\n{DONE}")
    with check_export(tmp_path) as checked:
        assert checked.faults == []
        assert (checked.counts.friends, checked.counts.jobs) == (1, 1)


def test_columns_come_in_any_order_and_others_are_ignored(tmp_path: Path) -> None:
    write(
        tmp_path,
        ratings="rated_at,note,stars,friend_id,job_id,rating_id\n2025-01-03T10:00:00Z,x,5,F1,J1,R1\n",
    )
    with check_export(tmp_path) as checked:
        assert checked.faults == []
        ((_, entries),) = checked.ledger(ZURICH)
    assert entries[1] == LedgerEntry("F1", "2025-01#RATING#R1", "2025-01-03T10:00:00Z", stars=5)


def test_a_column_is_not_read_by_another_name(tmp_path: Path) -> None:
    write(tmp_path, engagements="friend_id,role,held_from,until\nF1,mentor,2025-01-01,\n")
    with check_export(tmp_path) as checked:
        assert [str(fault) for fault in checked.faults] == [
            "engagements.csv:1: expected a column from in the header"
        ]


def test_a_line_number_is_that_of_the_start_of_the_record(tmp_path: Path) -> None:
    rows = [
        'R1,"J\n\n1",F1,5,2025-01-03T10:00:00Z,"first\nsecond\r\nthird"',
        'R2,J1,F1,6,2025-01-03T10:00:00Z,"first\nsecond"',
        "",
        "R3,J1,F1,7,2025-01-03T10:00:00Z,",
    ]
    write(tmp_path, ratings="\n".join([f"{RATINGS},note", *rows]))
    with check_export(tmp_path) as checked:
        places = [(fault.line, fault.column) for fault in checked.faults]
    assert places == [(2, "job_id"), (7, "stars"), (10, "stars")]


def test_quoted_line_breaks_in_a_name_become_spaces(tmp_path: Path) -> None:
    write(tmp_path, friends=f"{FRIENDS}\n{ANNA.replace('Anna', '"Anna\nMaria  ""A."" "')}\n")
    with check_export(tmp_path) as checked:
        assert checked.faults == []
        assert [friend.display_name for friend in checked.friends()] == ['Anna Maria "A."']


def test_a_friend_says_how_and_whether_it_is_notified(tmp_path: Path) -> None:
    rows = [f"{ANNA},app,TRUE", ANNA.replace("F1", "F2") + ",,", ANNA.replace("F1", "F3") + ",mail,false"]
    write(tmp_path, friends="\n".join([FRIENDS + ",channel,paused", *rows]))
    with check_export(tmp_path) as checked:
        assert checked.faults == []
        assert [(one.channel, one.paused) for one in checked.friends()] == [
            (Channel.APP, True),
            (Channel.MAIL, False),
            (Channel.MAIL, False),
        ]


def test_the_same_row_twice_counts_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        friends=f"{FRIENDS}\n{ANNA}\n{ANNA}\n",
        jobs=f"{JOBS}\n{DONE}\n{DONE.replace('80.5', '80.50').replace('T10:00:00+01:00', 'T10:00+01:00')}\n",
        ratings=f"{RATINGS}\n{FIVE}\n{FIVE}\n",
        areas="friend_id,latitude,longitude,radius_km,label\n" + "F1,47.4,8,10,Aarau\n" * 2,
        engagements="friend_id,role,from,until\n" + "F1,mentor,2025-01-01,\n" * 2,
    )
    with check_export(tmp_path) as checked:
        assert checked.faults == []
        assert checked.counts == Counts(friends=1, jobs=1, ratings=1, areas=1, engagements=1)


def test_a_job_completed_before_it_was_posted_is_no_fault(tmp_path: Path) -> None:
    write(tmp_path, jobs=f"{JOBS}\n{DONE.replace('2025-01-02', '2024-12-31')}\n")
    with check_export(tmp_path) as checked:
        assert checked.faults == []


def test_a_friend_without_coordinates_has_no_home_but_its_further_areas(tmp_path: Path) -> None:
    write(
        tmp_path,
        friends=f"{FRIENDS}\n{ANNA.replace('47.3,8.5,15', ',,0')}\n",
        areas="friend_id,latitude,longitude,radius_km,label\nF1,47.4,8,10,Aarau\n",
    )
    with check_export(tmp_path) as checked:
        assert [friend.areas for friend in checked.friends()] == [(Area(47.4, 8.0, 10.0, "Aarau"),)]


def test_files_without_rows_are_an_export_without_content(tmp_path: Path) -> None:
    write(tmp_path, friends=FRIENDS, jobs=JOBS, ratings=RATINGS)
    with check_export(tmp_path) as checked:
        assert (checked.fault_count, checked.currency, checked.counts) == (0, None, Counts())
        assert list(checked.ledger(ZURICH)) == []


def test_progress_ends_at_the_size_of_all_files(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    write(tmp_path)
    with check_export(tmp_path, on_progress=lambda *step: told.append(step)):
        total = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert told[-1] == ("ratings.csv", total, total)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_an_interrupted_check_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class StoppedError(Exception):
        pass

    def interrupt(*_: object) -> None:
        raise StoppedError

    staging = tmp_path / "staging"
    staging.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(staging))
    folder = tmp_path / "export"
    folder.mkdir()
    with pytest.raises(StoppedError):
        check_export(write(folder), on_progress=interrupt)
    assert list(staging.iterdir()) == []


def test_the_real_sample_is_clean() -> None:
    folder = Path(__file__).parents[3] / "shared" / "data" / "olist_sample"
    if not folder.is_dir():
        pytest.skip("the real marketplace sample is not on this machine: its licence keeps it out of here")
    with check_export(folder) as checked:
        assert checked.faults == []
        assert checked.counts == Counts(friends=1610, jobs=7433, ratings=7508)
        assert checked.currency == "BRL"
        with (folder / "jobs.csv").open(encoding="utf-8", newline="") as source:
            completed = sum(row["status"] == "completed" for row in csv.DictReader(source))
        assert sum(len(entries) for _, entries in checked.ledger(ZURICH)) == completed + 7508
