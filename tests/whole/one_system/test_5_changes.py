"""Corrections and merges on the embedded AWS, as operators make them."""

import json

import pytest

from best_friends import bootstrap
from best_friends.application.ports import Segment
from best_friends.domain.stats import replay
from ops.deployment import Deployment
from ops.importing import checked, write
from ops.rehearsal.rehearse import World, wait_for_stats
from tests.whole.conftest import Command
from tests.whole.one_system.conftest import SCREEN

pytestmark = [pytest.mark.whole]

FILES = {
    "friends": [
        "friend_id,display_name,email,language,latitude,longitude,radius_km,skills,joined_on,active",
        "CLEO,Cleo,cleo@friends.example,de,47.37,8.54,20,printer,2024-01-01,true",
        "CLEO2,Cleo,cleo2@friends.example,de,47.39,8.04,15,printer,2024-01-01,true",
        "BERT,Bert,bert@friends.example,de,47.37,8.54,20,printer,2024-01-01,true",
    ],
    "jobs": [
        "job_id,friend_id,customer_id,skill,latitude,longitude,posted_at,completed_at,status,revenue,currency",
        *(
            f"J{number},{friend},C1,printer,47.37,8.54,2025-03-01T10:00:00Z,2025-03-02T10:00:00Z,completed,80,CHF"
            for number, friend in enumerate(("CLEO", "CLEO", "CLEO2", "BERT"), start=1)
        ),
    ],
    "ratings": [
        "rating_id,job_id,friend_id,stars,rated_at",
        *(
            f"R{number},J{number},{friend},{number},2025-03-03T10:00:00Z"
            for number, friend in enumerate(("CLEO", "CLEO", "CLEO2", "BERT"), start=1)
        ),
    ],
}


@pytest.fixture(scope="module")
def names(system: World, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """A deployed stack with three accounts."""
    folder = tmp_path_factory.mktemp("export")
    for name, lines in FILES.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    names = system.deployed.names
    with checked(folder, SCREEN) as export:
        write(export, names, SCREEN)
    wait_for_stats(names)
    return names


def ledger_of(names: Deployment, friend_id: str) -> set[tuple[str, int, int]]:
    """(source, stars, cents) of a Friend's lines."""
    lines = bootstrap.ledger(names.ledger_table).of_friend(friend_id)
    return {(line.source, line.stars, line.cents) for line in lines}


def test_a_merge_is_shown_made_and_taken_back_exactly(names: Deployment, command: Command) -> None:
    before = {one: ledger_of(names, one) for one in ("CLEO", "CLEO2")}
    shown = command.run("merge", "CLEO2", "CLEO", "--preview")
    assert shown.status == 0, shown.err
    assert "240.00" in shown.out and max(map(len, shown.out.splitlines())) <= 80
    assert ledger_of(names, "CLEO2") == before["CLEO2"]

    merged = command.run("merge", "CLEO2", "CLEO", "--why", "two accounts of one person")
    assert merged.status == 0, merged.err
    assert "2 lines of the ledger moved" in merged.out
    assert ledger_of(names, "CLEO") == before["CLEO"] | before["CLEO2"]
    wait_for_stats(names)
    stats = bootstrap.stats(names.stats_table)
    assert stats.get("CLEO").months == replay(bootstrap.ledger(names.ledger_table).of_friend("CLEO"))
    assert stats.get("CLEO2").months == {}
    active = {one: alive for one, alive, _ in bootstrap.friends(names.friends_table).scan(Segment(0, 1))}
    assert [active[one] for one in ("CLEO", "CLEO2", "BERT")] == [True, False, True]

    assert command.run("unmerge", "CLEO2", "--why", "they are two after all").status == 0
    assert {one: ledger_of(names, one) for one in ("CLEO", "CLEO2")} == before
    notes = [json.loads(line) for line in command.run("trail", "CLEO2").out.splitlines()]
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
    assert ledger_of(names, "BERT") == {("RATING#R4", 5, 0), ("JOB#J4", 0, 4950)}
    assert "RATING#R1" not in {source for source, _, _ in ledger_of(names, "CLEO")}
    wait_for_stats(names)
    [march] = bootstrap.stats(names.stats_table).get("BERT").months.values()
    assert (march.stars, march.cents) == (5, 4950)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("merge", "CLEO", "CLEO", "--why", "x"), "cannot be merged into itself"),
        (("merge", "CLEO", "NOBODY", "--why", "x"), "there is no Friend NOBODY"),
        (("merge", "CLEO", "BERT"), "--why"),
        (("unmerge", "BERT", "--why", "x"), "BERT is not merged"),
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
    before = {one: ledger_of(names, one) for one in ("CLEO", "CLEO2", "BERT")}
    ended = command.run(*arguments)
    assert ended.status == 2
    assert said in ended.err and "Traceback" not in ended.err
    assert {one: ledger_of(names, one) for one in ("CLEO", "CLEO2", "BERT")} == before
