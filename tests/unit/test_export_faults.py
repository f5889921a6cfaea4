"""Each kind of fault, and the exact line that it is told in."""

import csv
from pathlib import Path

import pytest

from ops.export import Fault, check_export

GOOD = {
    "friends.csv": [
        "friend_id,display_name,email,language,latitude,longitude,radius_km,skills,joined_on,active",
        "F1,Anna,anna@friends.example,de,47.3,8.5,15,tv;printer,2024-01-31,true",
        "F2,Luc,luc@friends.example,fr-CH,,,,tv,2024-02-29,false",
    ],
    "areas.csv": ["friend_id,latitude,longitude,radius_km,label", "F1,47.4,8.0,10,Aarau"],
    "engagements.csv": ["friend_id,role,from,until", "F1,mentor,2025-01-01,"],
    "jobs.csv": [
        "job_id,friend_id,customer_id,skill,latitude,longitude,posted_at,completed_at,status,revenue,currency",
        "J1,F1,C1,tv,47.3,8.5,2025-01-01T10:00:00+01:00,2025-01-02T10:00:00+01:00,completed,80.5,CHF",
        "J2,,C1,tv,,,2025-01-01T10:00:00+01:00,,posted,,",
        "J3,F2,C1,tv,,,2025-01-01T10:00:00+01:00,,accepted,,",
        "J4,,C1,tv,,,2025-01-01T10:00:00+01:00,,cancelled,,",
    ],
    "ratings.csv": [
        "rating_id,job_id,friend_id,stars,rated_at",
        "R1,J1,F1,5,2025-01-03T10:00:00Z",
        "R2,unknown,F2,4,2025-01-03T10:00:00Z",
    ],
}
ID = "expected an id of 1 to 100 characters without '#' or control characters"
TIME = "expected a time with an offset, such as 2025-01-31T17:45:00+01:00"
DATE = "expected a date, such as 2025-01-31"
AMOUNT = "expected a decimal with a point, such as 12.50"
LATITUDE = "expected a decimal from -90 to 90, such as 8.54"
LONGITUDE = "expected a decimal from -180 to 180, such as 8.54"
RADIUS = "expected a decimal above 0 and at most 20000 (km), such as 15"
EMAIL = "expected an address with one @ and no whitespace"
LANGUAGE = "expected a language of two or three lower-case letters, such as de or de-CH"
BOTH = "expected both latitude and longitude, or neither"
STARS = "expected an integer from 1 to 5"
UNKNOWN = "expected the friend_id of a good row of friends.csv"
CURRENCY = "expected a currency of three capitals (ISO 4217), such as CHF"


def write(folder: Path, files: dict[str, list[str]]) -> Path:
    for name, lines in files.items():
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
    return folder


def faults_of(folder: Path) -> list[str]:
    with check_export(folder) as checked:
        assert checked.fault_count == len(checked.faults)
        return [str(fault) for fault in checked.faults]


def friend(**cells: str) -> str:
    return row_with(GOOD["friends.csv"], friend_id="F9", **cells)


def job(**cells: str) -> str:
    return row_with(GOOD["jobs.csv"], **({"job_id": "J9"} | cells))


def rating(**cells: str) -> str:
    return row_with(GOOD["ratings.csv"], **({"rating_id": "R9"} | cells))


def row_with(lines: list[str], **cells: str) -> str:
    row = dict(zip(lines[0].split(","), lines[1].split(","), strict=True)) | cells
    return ",".join(f'"{cell}"' if "," in cell else cell for cell in row.values())


def test_a_good_export_has_no_faults(tmp_path: Path) -> None:
    assert faults_of(write(tmp_path, GOOD)) == []


def test_a_comma_in_revenue_is_one_fault_line(tmp_path: Path) -> None:
    files = GOOD | {"jobs.csv": [*GOOD["jobs.csv"], job(revenue="12,5")]}
    assert faults_of(write(tmp_path, files)) == [f"jobs.csv:6: revenue: '12,5': {AMOUNT}"]


@pytest.mark.parametrize(
    ("file", "row", "fault"),
    [
        ("friends.csv", friend(email="a b@x.ch"), f"email: 'a b@x.ch': {EMAIL}"),
        ("friends.csv", friend(email="a@b@x.ch"), f"email: 'a@b@x.ch': {EMAIL}"),
        ("friends.csv", friend(email=""), f"email: '': {EMAIL}"),
        ("friends.csv", friend(language="DE"), f"language: 'DE': {LANGUAGE}"),
        ("friends.csv", friend(language="german"), f"language: 'german': {LANGUAGE}"),
        (
            "friends.csv",
            friend(display_name=" "),
            "display_name: ' ': expected a text of 1 to 200 characters",
        ),
        ("friends.csv", friend(latitude="90.1"), f"latitude: '90.1': {LATITUDE}"),
        ("friends.csv", friend(latitude="nan"), f"latitude: 'nan': {LATITUDE}"),
        ("friends.csv", friend(longitude="-181"), f"longitude: '-181': {LONGITUDE}"),
        ("friends.csv", friend(longitude=""), f"longitude: '': {BOTH}"),
        ("friends.csv", friend(latitude=""), f"longitude: '8.5': {BOTH}"),
        ("friends.csv", friend(radius_km="0"), f"radius_km: '0': {RADIUS}"),
        ("friends.csv", friend(radius_km=""), f"radius_km: '': {RADIUS}"),
        ("friends.csv", friend(joined_on="31.01.2024"), f"joined_on: '31.01.2024': {DATE}"),
        ("friends.csv", friend(joined_on="2025-02-29"), f"joined_on: '2025-02-29': {DATE}"),
        ("friends.csv", friend(joined_on="20250131"), f"joined_on: '20250131': {DATE}"),
        ("friends.csv", friend(active="yes"), "active: 'yes': expected true or false"),
        ("areas.csv", "F1,,,10,Aarau", f"latitude: '': {LATITUDE}\nlongitude: '': {LONGITUDE}"),
        ("areas.csv", "F1,47.4,8,-1,Aarau", f"radius_km: '-1': {RADIUS}"),
        ("areas.csv", "F8,47.4,8,1,Aarau", f"friend_id: 'F8': {UNKNOWN}"),
        (
            "engagements.csv",
            "F1,boss,2025-01-01,",
            "role: 'boss': expected one of meetup_organiser, mentor, product_tester, brand_ambassador",
        ),
        ("engagements.csv", "F1,mentor,,", f"from: '': {DATE}"),
        (
            "engagements.csv",
            "F1,mentor,2025-02-01,2025-01-31",
            "until: '2025-01-31': expected a date not before 2025-02-01, or nothing",
        ),
        ("engagements.csv", "F8,mentor,2025-02-01,", f"friend_id: 'F8': {UNKNOWN}"),
        ("jobs.csv", job(job_id=""), f"job_id: '': {ID}"),
        ("jobs.csv", job(job_id="J#1"), f"job_id: 'J#1': {ID}"),
        ("jobs.csv", job(job_id="J\t1"), f"job_id: 'J\\t1': {ID}"),
        ("jobs.csv", job(job_id="J" * 101), f"job_id: '{'J' * 79}…': {ID}"),
        ("jobs.csv", job(friend_id="F8"), f"friend_id: 'F8': {UNKNOWN}"),
        (
            "jobs.csv",
            job(friend_id=""),
            "friend_id: '': expected the friend_id of the Friend who took the completed job",
        ),
        ("jobs.csv", job(longitude=""), f"longitude: '': {BOTH}"),
        ("jobs.csv", job(posted_at="2025-01-01T10:00:00"), f"posted_at: '2025-01-01T10:00:00': {TIME}"),
        ("jobs.csv", job(posted_at="2025-01-01"), f"posted_at: '2025-01-01': {TIME}"),
        ("jobs.csv", job(posted_at=""), f"posted_at: '': {TIME}"),
        (
            "jobs.csv",
            job(posted_at="0001-01-01T00:00:00+01:00"),
            f"posted_at: '0001-01-01T00:00:00+01:00': {TIME}",
        ),
        (
            "jobs.csv",
            job(status="done"),
            "status: 'done': expected one of posted, accepted, completed, cancelled",
        ),
        ("jobs.csv", job(completed_at=""), "completed_at: '': expected a value, since the job is completed"),
        ("jobs.csv", job(revenue=""), "revenue: '': expected a value, since the job is completed"),
        ("jobs.csv", job(currency=""), "currency: '': expected a value, since the job is completed"),
        ("jobs.csv", job(revenue="NaN"), f"revenue: 'NaN': {AMOUNT}"),
        ("jobs.csv", job(revenue="1e3"), f"revenue: '1e3': {AMOUNT}"),
        ("jobs.csv", job(revenue="1_000"), f"revenue: '1_000': {AMOUNT}"),
        ("jobs.csv", job(revenue="١٢"), f"revenue: '١٢': {AMOUNT}"),
        ("jobs.csv", job(revenue=" 12"), f"revenue: ' 12': {AMOUNT}"),
        ("jobs.csv", job(revenue="-5"), "revenue: '-5': expected an amount of 0 or more, such as 12.50"),
        (
            "jobs.csv",
            job(revenue="12.345"),
            "revenue: '12.345': expected at most two decimals, such as 12.50",
        ),
        ("jobs.csv", job(currency="chf"), f"currency: 'chf': {CURRENCY}"),
        (
            "jobs.csv",
            job(currency="EUR"),
            "currency: 'EUR': expected CHF, the currency of the completed jobs before",
        ),
        (
            "jobs.csv",
            job(job_id="J1", revenue="81"),
            "job_id: 'J1': expected a job_id of its own, or the very same row again",
        ),
        ("ratings.csv", rating(stars="0"), f"stars: '0': {STARS}"),
        ("ratings.csv", rating(stars="6"), f"stars: '6': {STARS}"),
        ("ratings.csv", rating(stars="4.5"), f"stars: '4.5': {STARS}"),
        ("ratings.csv", rating(friend_id=""), f"friend_id: '': {ID}"),
        ("ratings.csv", rating(friend_id="F8"), f"friend_id: 'F8': {UNKNOWN}"),
        ("ratings.csv", rating(rated_at="yesterday"), f"rated_at: 'yesterday': {TIME}"),
        (
            "ratings.csv",
            rating(rating_id="R1", stars="4"),
            "rating_id: 'R1': expected a rating_id of its own, or the very same row again",
        ),
        ("ratings.csv", "R9,J1,F1", "'3 fields': expected 5 fields, as in the header"),
        (
            "ratings.csv",
            "R9,J1,F1,5,2025-01-03T10:00:00Z,x",
            "'6 fields': expected 5 fields, as in the header",
        ),
        (
            "ratings.csv",
            'R9,"J1"1,F1,5,2025-01-03T10:00:00Z',
            "expected well-formed CSV (RFC 4180), found: ',' expected after '\"'",
        ),
        (
            "ratings.csv",
            'R9,"J1,F1,5,2025-01-03T10:00:00Z',
            "expected well-formed CSV (RFC 4180), found: unexpected end of data",
        ),
    ],
)
def test_a_bad_row_is_told_by_file_line_column_and_value(
    tmp_path: Path, file: str, row: str, fault: str
) -> None:
    lines = [*GOOD[file], row]
    told = [f"{file}:{len(lines)}: {one}" for one in fault.splitlines()]
    assert faults_of(write(tmp_path, GOOD | {file: lines})) == told


def test_every_faulty_cell_of_a_row_is_told(tmp_path: Path) -> None:
    bad = job(status="completed", posted_at="", revenue="x", currency="")
    assert faults_of(write(tmp_path, GOOD | {"jobs.csv": [*GOOD["jobs.csv"], bad]})) == [
        f"jobs.csv:6: posted_at: '': {TIME}",
        f"jobs.csv:6: revenue: 'x': {AMOUNT}",
        "jobs.csv:6: currency: '': expected a value, since the job is completed",
    ]


def test_faults_come_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    files = {name: [lines[0], "x,x", *lines[1:], "y,y,y"] for name, lines in GOOD.items()}
    places = [line.split(": ")[0] for line in faults_of(write(tmp_path, files))]
    assert places == [
        "friends.csv:2",
        "friends.csv:5",
        "areas.csv:2",
        "areas.csv:4",
        "engagements.csv:2",
        "engagements.csv:4",
        "jobs.csv:2",
        "jobs.csv:7",
        "ratings.csv:2",
        "ratings.csv:5",
    ]


def test_rows_that_name_a_rejected_friend_are_faults_too(tmp_path: Path) -> None:
    friends = [line.replace("anna@", "anna") for line in GOOD["friends.csv"]]
    assert faults_of(write(tmp_path, GOOD | {"friends.csv": friends})) == [
        f"friends.csv:2: email: 'annafriends.example': {EMAIL}",
        f"areas.csv:2: friend_id: 'F1': {UNKNOWN}",
        f"engagements.csv:2: friend_id: 'F1': {UNKNOWN}",
        f"jobs.csv:2: friend_id: 'F1': {UNKNOWN}",
        f"ratings.csv:2: friend_id: 'F1': {UNKNOWN}",
    ]


def test_a_second_friend_of_the_same_id_is_a_fault_and_the_first_stays(tmp_path: Path) -> None:
    friends = [*GOOD["friends.csv"], row_with(GOOD["friends.csv"], display_name="Hanna")]
    with check_export(write(tmp_path, GOOD | {"friends.csv": friends})) as checked:
        assert [str(fault) for fault in checked.faults] == [
            "friends.csv:4: friend_id: 'F1': expected a friend_id of its own, or the very same row again"
        ]
        assert [friend.display_name for friend in checked.friends()] == ["Anna", "Luc"]


def test_a_rejected_job_does_not_settle_the_currency(tmp_path: Path) -> None:
    header, *rows = GOOD["jobs.csv"]
    jobs = [header, job(friend_id="F8", currency="EUR"), *rows]
    with check_export(write(tmp_path, GOOD | {"jobs.csv": jobs})) as checked:
        assert checked.currency == "CHF"
        assert checked.fault_count == 1


def test_missing_files_are_told_one_by_one(tmp_path: Path) -> None:
    assert faults_of(tmp_path) == [
        "friends.csv: expected this file in the folder",
        "jobs.csv: expected this file in the folder",
        "ratings.csv: expected this file in the folder",
    ]


def test_without_friends_csv_the_other_rows_are_not_blamed(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "friends.csv").unlink()
    assert faults_of(tmp_path) == ["friends.csv: expected this file in the folder"]


@pytest.mark.parametrize("name", ["nowhere", "a_file"])
def test_a_folder_that_is_none_is_a_fault(tmp_path: Path, name: str) -> None:
    (tmp_path / "a_file").touch()
    what = "a folder with friends.csv, jobs.csv and ratings.csv"
    with check_export(tmp_path / name) as checked:
        assert checked.faults == [Fault(name, 0, "", "", what)]
        assert str(checked.faults[0]) == f"{name}: expected {what}"
        assert not checked.readable


def test_a_folder_in_the_place_of_a_file_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "jobs.csv").unlink()
    (tmp_path / "jobs.csv").mkdir()
    assert faults_of(tmp_path) == ["jobs.csv: expected a file that can be read (Is a directory)"]


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"", ["expected a header row, but the file is empty"]),
        (b"\xef\xbb\xbf\n\n", ["expected a header row, but the file is empty"]),
        (
            b"rating_id,job_id,friend_id\n",
            ["expected a column stars in the header", "expected a column rated_at in the header"],
        ),
        (
            b"rating_id;job_id;friend_id;stars;rated_at\n",
            [
                "'rating_id;job_id;friend_id;stars;rated_at': expected a header row with commas between the "
                "columns"
            ],
        ),
        (
            b"rating_id,job_id,friend_id,stars,rated_at,stars\n",
            ["expected the column stars once in the header"],
        ),
        ("rating_id,job_id".encode("utf-16"), ["expected UTF-8 text"]),
        (b'"rating_id', ["expected well-formed CSV (RFC 4180), found: unexpected end of data"]),
    ],
)
def test_a_header_that_cannot_be_used_is_told(tmp_path: Path, content: bytes, faults: list[str]) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "ratings.csv").write_bytes(content)
    with check_export(tmp_path) as checked:
        assert [str(fault) for fault in checked.faults] == [f"ratings.csv:1: {fault}" for fault in faults]
        assert not checked.readable
        assert checked.rejected_rows == 0


def test_bytes_that_are_not_utf8_are_told_with_their_column(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    row = friend(display_name="Müller").encode("latin-1") + b"\n"
    path = tmp_path / "friends.csv"
    path.write_bytes(path.read_bytes() + row)
    assert faults_of(tmp_path) == ["friends.csv:4: display_name: 'M\ufffdller': expected UTF-8 text"]


def test_an_endless_line_costs_that_line_only(tmp_path: Path) -> None:
    rows = [GOOD["ratings.csv"][0], "R9,J1,F1," + "5" * 3_000_000, *GOOD["ratings.csv"][1:]]
    with check_export(write(tmp_path, GOOD | {"ratings.csv": rows})) as checked:
        assert [str(fault) for fault in checked.faults] == [
            "ratings.csv:2: expected well-formed CSV (RFC 4180), found: line longer than 1048576 bytes"
        ]
        assert checked.counts.ratings == 2
        assert checked.rejected_rows == 1


def test_only_the_first_faults_are_kept_and_all_are_counted(tmp_path: Path) -> None:
    bad = [rating(rating_id=f"R{number}", stars="9") for number in range(100, 180)]
    with check_export(write(tmp_path, GOOD | {"ratings.csv": [*GOOD["ratings.csv"], *bad]})) as checked:
        assert len(checked.faults) == 50
        assert checked.faults[-1].line == 53
        assert checked.fault_count == checked.rejected_rows == 80
        assert checked.counts.ratings == 2


def test_rejected_rows_are_written_with_each_fault_and_their_text(tmp_path: Path) -> None:
    twice_bad = job(posted_at="", revenue="12,5")
    files = GOOD | {
        "jobs.csv": [*GOOD["jobs.csv"], twice_bad, job()],
        "ratings.csv": [*GOOD["ratings.csv"], 'R9,"J1\nJ2",F1,5,', 'R8,"J1'],
    }
    with check_export(write(tmp_path, files), keep_rejected=True) as checked:
        assert checked.write_rejected(tmp_path / "rejected.csv") == 3
        assert checked.counts.jobs == 5
    with (tmp_path / "rejected.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.reader(source))
    assert rows == [
        ["file", "line", "column", "value", "expected", "row"],
        ["jobs.csv", "6", "posted_at", "", TIME.removeprefix("expected "), twice_bad],
        ["jobs.csv", "6", "revenue", "12,5", AMOUNT.removeprefix("expected "), twice_bad],
        ["ratings.csv", "4", "job_id", "J1\nJ2", ID.removeprefix("expected "), 'R9,"J1\nJ2",F1,5,'],
        ["ratings.csv", "4", "rated_at", "", TIME.removeprefix("expected "), 'R9,"J1\nJ2",F1,5,'],
        [
            "ratings.csv",
            "6",
            "",
            "",
            "well-formed CSV (RFC 4180), found: unexpected end of data",
            'R8,"J1',
        ],
    ]


def test_rejected_rows_that_were_not_kept_cannot_be_written(tmp_path: Path) -> None:
    with (
        check_export(write(tmp_path, GOOD)) as checked,
        pytest.raises(ValueError, match="keep_rejected"),
    ):
        checked.write_rejected(tmp_path / "rejected.csv")
