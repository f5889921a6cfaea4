"""Corrections and merges on the embedded AWS, as operators make them."""

import json
from collections.abc import Iterator

import pytest

from best_friends import bootstrap
from best_friends.application.ports import Segment
from best_friends.domain.stats import replay
from ops.console import Screen
from ops.deployment import Deployment
from ops.importing import checked, write
from ops.rehearsal.rehearse import wait_for_stats, world
from tests.whole.conftest import Command

pytestmark = [pytest.mark.whole]

FILES = {
    "friends": [
        "friend_id,display_name,email,language,latitude,longitude,radius_km,skills,joined_on,active",
        "ADA,Ada,ada@friends.example,de,47.37,8.54,20,printer,2024-01-01,true",
        "ADA2,Ada,ada2@friends.example,de,47.39,8.04,15,printer,2024-01-01,true",
        "BEA,Bea,bea@friends.example,de,47.37,8.54,20,printer,2024-01-01,true",
    ],
    "jobs": [
        "job_id,friend_id,customer_id,skill,latitude,longitude,posted_at,completed_at,status,revenue,currency",
        *(
            f"J{number},{friend},C1,printer,47.37,8.54,2025-03-01T10:00:00Z,2025-03-02T10:00:00Z,completed,80,CHF"
            for number, friend in enumerate(("ADA", "ADA", "ADA2", "BEA"), start=1)
        ),
    ],
    "ratings": [
        "rating_id,job_id,friend_id,stars,rated_at",
        *(
            f"R{number},J{number},{friend},{number},2025-03-03T10:00:00Z"
            for number, friend in enumerate(("ADA", "ADA", "ADA2", "BEA"), start=1)
        ),
    ],
}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A deployed stack with three accounts."""
    folder = tmp_path_factory.mktemp("export")
    for name, lines in FILES.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    screen = Screen(quiet=True)
    with checked(folder, screen) as export, world(screen) as here:
        write(export, here.deployed.names, screen)
        wait_for_stats(here.deployed.names)
        yield here.deployed.names


def ledger_of(names: Deployment, friend_id: str) -> set[tuple[str, int, int]]:
    """(source, stars, cents) of a Friend's lines."""
    lines = bootstrap.ledger(names.ledger_table).of_friend(friend_id)
    return {(line.source, line.stars, line.cents) for line in lines}


def test_a_merge_is_shown_made_and_taken_back_exactly(names: Deployment, command: Command) -> None:
    before = {one: ledger_of(names, one) for one in ("ADA", "ADA2")}
    shown = command.run("merge", "ADA2", "ADA", "--preview")
    assert shown.status == 0, shown.err
    assert "240.00" in shown.out and max(map(len, shown.out.splitlines())) <= 80
    assert ledger_of(names, "ADA2") == before["ADA2"]

    merged = command.run("merge", "ADA2", "ADA", "--why", "two accounts of one person")
    assert merged.status == 0, merged.err
    assert "2 lines of the ledger moved" in merged.out
    assert ledger_of(names, "ADA") == before["ADA"] | before["ADA2"]
    wait_for_stats(names)
    stats = bootstrap.stats(names.stats_table)
    assert stats.get("ADA").months == replay(bootstrap.ledger(names.ledger_table).of_friend("ADA"))
    assert stats.get("ADA2").months == {}
    active = {one: alive for one, alive, _ in bootstrap.friends(names.friends_table).scan(Segment(0, 1))}
    assert active == {"ADA": True, "ADA2": False, "BEA": True}

    assert command.run("unmerge", "ADA2", "--why", "they are two after all").status == 0
    assert {one: ledger_of(names, one) for one in ("ADA", "ADA2")} == before
    notes = [json.loads(line) for line in command.run("trail", "ADA2").out.splitlines()]
    assert [(note["action"], note["why"]) for note in notes] == [
        ("merged", "two accounts of one person"),
        ("unmerged", "they are two after all"),
    ]


def test_lines_are_corrected_refunded_and_withdrawn(names: Deployment, command: Command) -> None:
    for arguments in (
        ("correct", "rating", "R4", "--stars", "5", "--why", "the customer meant five"),
        ("refund", "J4", "--amount", "30.50", "--why", "a part was broken"),
        ("withdraw", "rating", "R1", "--why", "not about this job"),
    ):
        ended = command.run("ledger", *arguments)
        assert ended.status == 0, ended.err
    assert ledger_of(names, "BEA") == {("RATING#R4", 5, 0), ("JOB#J4", 0, 4950)}
    assert "RATING#R1" not in {source for source, _, _ in ledger_of(names, "ADA")}
    wait_for_stats(names)
    [march] = bootstrap.stats(names.stats_table).get("BEA").months.values()
    assert (march.stars, march.cents) == (5, 4950)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("merge", "ADA", "ADA", "--why", "x"), "cannot be merged into itself"),
        (("merge", "ADA", "NOBODY", "--why", "x"), "there is no Friend NOBODY"),
        (("merge", "ADA", "BEA"), "--why"),
        (("unmerge", "BEA", "--why", "x"), "BEA is not merged"),
        (("ledger", "correct", "rating", "R99", "--stars", "4", "--why", "x"), "there is no rating R99"),
        (("ledger", "correct", "rating", "R2", "--why", "x"), "nothing to correct"),
        (("ledger", "correct", "rating", "R2", "--revenue", "4", "--why", "x"), "a rating has none"),
        (("ledger", "refund", "J2", "--amount", "80.01", "--why", "x"), "refund at most"),
        (("ledger", "refund", "J2", "--amount", "-1", "--why", "x"), "such as 12.50"),
        (("ledger", "withdraw", "letter", "L1", "--why", "x"), "expected rating or job"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    names: Deployment, command: Command, arguments: tuple[str, ...], said: str
) -> None:
    before = {one: ledger_of(names, one) for one in ("ADA", "ADA2", "BEA")}
    ended = command.run(*arguments)
    assert ended.status == 2
    assert said in ended.err and "Traceback" not in ended.err
    assert {one: ledger_of(names, one) for one in ("ADA", "ADA2", "BEA")} == before
