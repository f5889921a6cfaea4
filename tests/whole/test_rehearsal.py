"""The rehearsal, as an operator runs it: the real template on the embedded AWS."""

import json
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.whole.conftest import SAMPLE, Command, Ended

pytestmark = [pytest.mark.whole]


@pytest.fixture(scope="module")
def rehearsed(command: Command, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Any, str]:
    """One rehearsal of the sample: how it ended, its JSON, its report."""
    folder = tmp_path_factory.mktemp("rehearsed")
    ended = command.run(
        *("rehearse", str(SAMPLE), "--year", "2025"),
        *("--json", str(folder / "outcome.json"), "--report", str(folder / "report.html")),
    )
    assert ended.status == 0, ended.err
    return ended, json.loads((folder / "outcome.json").read_text()), (folder / "report.html").read_text()


def test_the_outcome_says_all_that_is_promised(rehearsed: tuple[Ended, Any, str]) -> None:
    _, outcome, _ = rehearsed
    assert outcome["year"] == 2025
    assert outcome["policy"]["qualification"]["rating_average_min"] == "4.5"
    assert outcome["currency"] == "CHF"
    assert outcome["qualified"] == sorted(outcome["qualified"])
    assert outcome["engaged"] == sorted(outcome["engaged"])
    assert outcome["nominees"] == len({*outcome["qualified"], *outcome["engaged"]})
    assert 15 <= outcome["nominees"] <= 40
    assert outcome["top"] >= outcome["places"] > 0
    steps = {"start", "deploy", "import", "stats", "year", "dispatch", "what-ifs", "standing", "benefits"}
    assert set(outcome["timings"]) == steps


def test_the_stats_are_what_the_ledger_says(rehearsed: tuple[Ended, Any, str]) -> None:
    _, outcome, _ = rehearsed
    assert outcome["audit"]["equal"] is True
    assert outcome["audit"]["ledger"] == outcome["audit"]["stats"]
    assert outcome["audit"]["ledger"]["jobs"] > 4000


def test_the_report_shows_other_policies_and_what_a_friend_sees(
    rehearsed: tuple[Ended, Any, str],
) -> None:
    _, outcome, report = rehearsed
    tried = {one["label"]: one["report"]["difference"]["nominees"] for one in outcome["what_ifs"]}
    assert len(tried) == 6 and tried["top 10%"]["comes_in"] > 0 and tried["top 3%"]["goes_out"] > 0
    page = BeautifulSoup(report, "html.parser")
    assert "What another policy would have changed" in page.get_text()
    framed = BeautifulSoup(str(page.select("iframe")[0]["srcdoc"]), "html.parser")
    said = " ".join(framed.get_text(" ").split())
    assert "You were not nominated for 2025" in said and "cut-off" in said


def test_the_other_benefits_and_referrals_are_played_and_shown(rehearsed: tuple[Ended, Any, str]) -> None:
    ended, outcome, report = rehearsed
    played = outcome["benefits"]
    assert (
        played["badges"]["issued"] == outcome["invitations"]["confirmed"] and played["badges"]["passed"] == 2
    )
    assert played["event"] and played["product_test"] and played["announcement"]
    assert (played["referrals"]["recorded"], played["referrals"]["declined"]) == (1, 1)
    said = BeautifulSoup(report, "html.parser").get_text(" ")
    for heading in (
        "How an event was filled",
        "A product test",
        "An announcement",
        "The badges",
        "referrals",
    ):
        assert heading in said
    assert "Badges issued" in ended.out


def test_every_invitation_ends_exactly_once(rehearsed: tuple[Ended, Any, str]) -> None:
    _, outcome, _ = rehearsed
    letters = outcome["invitations"]
    ends = [letters[end] for end in ("confirmed", "declined", "expired", "undeliverable")]
    assert sum(ends) == letters["sent"] == outcome["nominees"]
    # The sample and the seed have some of each, so that every way is gone.
    assert all(ends)
    assert letters["reminders"] > 0


def test_the_report_stands_on_its_own(rehearsed: tuple[Ended, Any, str]) -> None:
    _, outcome, report = rehearsed
    page = BeautifulSoup(report, "html.parser")
    [framed] = page.select("iframe")  # the page of a standing, which is in the report as well
    for one in (page, BeautifulSoup(str(framed["srcdoc"]), "html.parser")):
        assert not one.select("script, link[href], img:not([src^='data:']), iframe[src]")
    assert not re.findall(r"(?:src|href)=[\"']?https?:", report + str(framed["srcdoc"]))
    assert len(page.select("svg")) >= 3
    words = page.get_text(" ", strip=True)
    assert f"{outcome['invitations']['confirmed']} Best Friends" in words
    assert "2’247" in words or "2'247" in words


def test_the_table_fits_a_terminal(rehearsed: tuple[Ended, Any, str]) -> None:
    ended, outcome, _ = rehearsed
    assert f"Best Friends {outcome['year']}" in ended.out
    assert max(map(len, ended.out.splitlines()[:-2])) <= 80
    assert "\x1b[" not in ended.out


def test_no_token_and_no_address_is_shown(rehearsed: tuple[Ended, Any, str]) -> None:
    ended, _, report = rehearsed
    for text in (ended.out, ended.err, report):
        assert "/answers/" not in text
        assert not re.search(r"\w@\w", text)


def test_jobs_are_dispatched_and_every_dispatch_ends(rehearsed: tuple[Ended, Any, str]) -> None:
    _, outcome, report = rehearsed
    dispatched = outcome["dispatch"]
    assert dispatched["jobs"] == 27 and dispatched["with_candidates"] == 24
    assert sum(dispatched["endings"].values()) == 27
    for nobody in ("unknown_skill", "no_candidate", "no_place"):
        assert dispatched["endings"][nobody] == 1
    assert dispatched["endings"]["accepted"] > 0
    groups = [dispatched["best_friends"], dispatched["others"]]
    for figure in ("notifications", "candidacies"):
        assert sum(group[figure] for group in groups) == sum(one[figure] for one in dispatched["regions"])
    assert dispatched["notifications"] == sum(group["notifications"] for group in groups)
    assert "How jobs reached the Friends" in report


def test_nothing_is_left_running(rehearsed: tuple[Ended, Any, str]) -> None:
    ended, _, _ = rehearsed
    assert ended.left_behind == []


@pytest.mark.parametrize(("how", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_and_kill_stop_everything_that_was_started(
    command: Command, how: signal.Signals, status: int
) -> None:
    process = command.start("rehearse", str(SAMPLE), "--year", "2025")
    assert process.stderr is not None
    for line in process.stderr:
        if "Deploying" in line:
            break
    assert any("ministack" in one for one in command.descendants())
    ended = command.interrupt(process, how)
    assert ended.status == status
    assert "Traceback" not in ended.err
    assert ended.left_behind == []


def test_bad_data_is_one_line_a_fault_and_starts_nothing(
    command: Command, export: Callable[..., Path]
) -> None:
    folder = export(ratings="rating_id,job_id,friend_id,stars,rated_at\nR1,J1,F1,6,2025-03-01T10:00:00Z\n")
    ended = command.run("rehearse", str(folder), "--year", "2025")
    assert ended.status == 2
    assert ended.out == ""
    assert "ratings.csv:2: stars: '6'" in ended.err
    assert "Traceback" not in ended.err
    assert "embedded AWS" not in ended.err


def test_a_year_without_any_revenue_has_no_best_friends(
    command: Command, export: Callable[..., Path], tmp_path: Path
) -> None:
    outcome = tmp_path / "outcome.json"
    ended = command.run("rehearse", str(export()), "--year", "2025", "--json", str(outcome))
    assert ended.status == 0, ended.err
    came_out = json.loads(outcome.read_text())
    assert (came_out["population"], came_out["places"], came_out["cutoff_cents"]) == (0, 0, None)
    assert came_out["nominees"] == came_out["invitations"]["sent"] == 0
