"""A Friend asks for its data and then to be forgotten, on the embedded AWS after a whole year."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from best_friends import bootstrap
from best_friends.adapters.archive_versions import S3Files
from best_friends.application.ports import Segment
from best_friends.domain.policy import Policy
from best_friends.domain.stats import replay, totals_of
from ops.console import Screen
from ops.deployment import Deployment
from ops.importing import checked
from ops.rehearsal.answers import Answers
from ops.rehearsal.outcome import outcome_of
from ops.rehearsal.rehearse import SEGMENTS, Rehearsal, attend, bring_in, start_year, world
from tests.whole.conftest import Command

pytestmark = [pytest.mark.whole]

YEAR = 2025
FRIENDS = [
    "friend_id,display_name,email,language,latitude,longitude,radius_km,skills,joined_on,active",
    *(f"{one},{one.title()} Muster,{one.lower()}@friends.example,de,47.37,8.54,20,printer,2024-01-01,true"
      for one in ("ADA", "BEA", "CIA")),
]  # fmt: skip
ONES = list(enumerate(("ADA", "ADA", "BEA", "CIA"), start=1))
JOBS = [
    "job_id,friend_id,customer_id,skill,latitude,longitude,posted_at,completed_at,status,revenue,currency",
    *(
        f"J{number},{one},C1,printer,47.37,8.54,2025-03-01T10:00:00Z,2025-03-02T10:00:00Z,completed,80,CHF"
        for number, one in ONES
    ),
]
RATINGS = [
    "rating_id,job_id,friend_id,stars,rated_at",
    *(f"R{number},J{number},{one},5,2025-03-03T10:00:00Z" for number, one in ONES),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The marketplace's export."""
    folder = tmp_path_factory.mktemp("export")
    for name, lines in (("friends", FRIENDS), ("jobs", JOBS), ("ratings", RATINGS)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="module")
def names(folder: Path) -> Iterator[Deployment]:
    """A deployed stack after a year in which ADA became the Best Friend."""
    policy = Policy.of({"qualification": {"ratings_min": 1}})
    rehearsal = Rehearsal(folder, YEAR, policy, Answers(confirm=1.0, decline=0.0))
    screen = Screen(quiet=True)
    with checked(folder, screen) as export, world(screen) as here:
        bring_in(here, export, rehearsal, screen)
        attend(here, rehearsal, start_year(here, rehearsal), screen)
        yield here.deployed.names


def everything(names: Deployment) -> str:
    """Every item of every table, and every version of every archived file but the roster's."""
    tables = [value for name, value in names_of(names).items() if name.endswith("_table")]
    client = boto3.client("dynamodb")
    pages = [page for one in tables for page in client.get_paginator("scan").paginate(TableName=one)]
    files = S3Files(bootstrap.s3(), names.archive_bucket)
    kept = {f"{one.path} {one.version}": list(files.lines(one)) for one in files.versions()}
    return json.dumps([[page["Items"] for page in pages], kept], ensure_ascii=False)


def names_of(names: Deployment) -> dict[str, str]:
    """The names as a dictionary."""
    return {name: getattr(names, name) for name in names.__dataclass_fields__}


def result(names: Deployment) -> Any:
    """The year's report, gathered anew, and what ledger and stats add up to."""
    whole = Segment(0, 1)
    ledger = list(bootstrap.ledger(names.ledger_table).scan(whole))
    stats = {one: months for one, months in bootstrap.stats(names.stats_table).scan(whole) if months}
    lines = [[line for line in ledger if line.friend_id == one] for one in stats]
    assert stats == {own[0].friend_id: replay(own) for own in lines}
    return outcome_of(names, YEAR, SEGMENTS, {}).report, totals_of(ledger)


def test_who_is_erased_is_nowhere_and_the_year_stays(
    names: Deployment, command: Command, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "ada.json"
    told = command.run("friend", "export", "ADA", "--out", str(out))
    assert told.status == 0, told.err
    assert "Best Friend of 2025: confirmed" in told.out
    document = json.loads(out.read_text(encoding="utf-8"))
    assert {one["state"] for one in document["letters"]} == {"sent"} and document["archive"]
    assert len(document["ledger"]) == 4 and "BEA" not in out.read_text(encoding="utf-8")

    before = result(names)
    assert "--yes" in command.run("friend", "erase", "ADA", "--why", "asked for it").err
    assert "ADA" in everything(names)
    erased = command.run("friend", "erase", "ADA", "--why", "asked for it", "--yes")
    assert erased.status == 0, erased.err
    assert "4 lines of the ledger" in erased.out and "ADA" not in erased.out
    after = everything(names)
    assert [word for word in ("ADA", "Ada Muster", "ada@") if word in after] == []
    assert "BEA" in after
    assert result(names) == before

    again = command.run("friend", "erase", "ADA", "--why", "asked for it", "--yes")
    assert again.status == 0 and "was erased on" in again.out
    assert "was erased on" in command.run("friend", "export", "ADA").err


def test_an_old_export_brings_nobody_back(names: Deployment, command: Command, folder: Path) -> None:
    before = everything(names)
    again = command.run("import", str(folder))
    assert again.status == 0, again.err
    assert "Nothing changed" in again.out
    assert everything(names) == before


def test_nobody_is_erased_for_an_unknown_id_or_without_a_reason(names: Deployment, command: Command) -> None:
    for arguments, said in (
        (("erase", "NOBODY", "--why", "asked", "--yes"), "there is no Friend NOBODY"),
        (("erase", "BEA", "--why", " ", "--yes"), "--why"),
        (("erase", "BEA", "--why", "Bea Muster asked", "--yes"), "names the person"),
        (("export", "NOBODY"), "there is no Friend NOBODY"),
    ):
        ended = command.run("friend", *arguments)
        assert ended.status == 2 and said in ended.err, ended.err
        assert len(ended.err.strip().splitlines()) == 1
