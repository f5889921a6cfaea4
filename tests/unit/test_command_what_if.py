"""`best-friends what-if`: what it asks for, what it prints, and how it says no before anything is started."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from best_friends.application.report_what_if import REPORT
from best_friends.domain.policy import Policy
from best_friends.domain.what_if import Against, Baseline, WhatIf
from ops import cli_what_if
from ops.faults import Stop
from ops.grids import MOST, distinct, read_grid
from ops.what_if import check
from tests.support.commands import Command, in_process
from tests.support.what_ifs import FRIENDS, GRID, OTHERS, reports_of


@dataclass
class Asked:
    """What the machine was asked for, and what it answers."""

    reports: Sequence[WhatIf]
    policies: Sequence[Policy] = ()
    year: int = 0


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """A stack that answers with the reports given."""
    asked = Asked(reports_of(OTHERS[:1]))

    def run_grid(deployment: object, year: int, policies: Sequence[Policy], screen: object) -> list[WhatIf]:
        asked.year, asked.policies = year, policies
        return list(asked.reports)

    monkeypatch.setattr(cli_what_if, "run_grid", run_grid)
    monkeypatch.setattr(cli_what_if.Deployment, "of_stack", lambda name: name)
    return asked


@pytest.fixture
def best_friends(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command."""
    return partial(in_process(monkeypatch, capsys), "what-if")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a policy file."""

    def write(text: str, name: str = "policy.toml") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


# ---------------------------------------------------------------- a grid


def test_a_grid_is_every_combination_of_its_values(file: Callable[..., Path]) -> None:
    grid = file("[qualification]\nrevenue_top_percent = [3, 5]\nratings_min = [10, 15, 20]\n")
    found = [
        (str(one.qualification.revenue_top_percent), one.qualification.ratings_min) for one in read_grid(grid)
    ]
    assert found == [("3", 10), ("3", 15), ("3", 20), ("5", 10), ("5", 15), ("5", 20)]


def test_a_value_that_is_a_list_itself_is_tried_in_a_list_of_lists(file: Callable[..., Path]) -> None:
    one = read_grid(file('[qualification]\nengagement_roles = ["mentor", "product_tester"]\n'))
    several = read_grid(file('[qualification]\nengagement_roles = [["mentor"], []]\n'))
    none = read_grid(file("[qualification]\nengagement_roles = []\n"))
    assert [[len(p.qualification.engagement_roles) for p in found] for found in (one, several, none)] == [
        [2],
        [1, 0],
        [0],
    ]


def test_a_grid_without_a_list_is_one_policy_and_an_empty_one_is_the_default(
    file: Callable[..., Path],
) -> None:
    assert read_grid(file("[qualification]\nratings_min = 20\n"))[0].qualification.ratings_min == 20
    assert read_grid(file("")) == [Policy()]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[qualification]\nratings_min = [10, 0]\n", ":2: qualification.ratings_min: "),
        (
            "[qualification]\n\nratings_mini = [10, 12]\n",
            ":3: qualification.ratings_mini: unknown key; did you",
        ),
        ("[qualification]\nratings_min = []\n", ":2: qualification.ratings_min: names no value; write at"),
        ("[qualification]\nratings_min = [10\n", ": this is not TOML"),
        ("[qualify]\nratings_min = [10]\n", ":1: qualify: unknown key"),
        ("qualification = [1, 2]\n", ":1: qualification: "),
        (
            "[invitation]\nanswer_days = [5, 21]\nreminder_days = [[7], [1, 3]]\n",
            ":1: invitation: reminder_days",
        ),
        (
            '[qualification]\nengagement_roles = [["mentor"], "x"]\n',
            ":2: qualification.engagement_roles: is a list, so",
        ),
    ],
)
def test_a_fault_is_told_once_with_file_line_and_mend(
    best_friends: Command, asked: Asked, file: Callable[..., Path], text: str, told: str
) -> None:
    path = file(text, "grid.toml")
    said = best_friends(2025, "--grid", path)
    assert (said.status, said.out) == (2, "")
    assert said.err.count(told) == 1
    assert all(line.startswith(f"{path}:") for line in said.err.splitlines())
    assert asked.year == 0


def test_a_grid_that_is_too_large_is_refused_with_its_size(
    best_friends: Command, asked: Asked, file: Callable[..., Path]
) -> None:
    values = ", ".join(map(str, range(1, 16)))
    path = file(f"[qualification]\nratings_min = [{values}]\nrevenue_top_percent = [1, 2, 3, 4, 5]\n")
    said = best_friends(2025, "--grid", path)
    assert said.status == 2
    assert f"asks for 75 policies (15 x 5), and one call tries {MOST} at most" in said.err


def test_too_many_files_are_refused_and_equal_policies_are_one() -> None:
    policies = [Policy.of({"qualification": {"ratings_min": number}}) for number in range(1, MOST + 2)]
    with pytest.raises(Stop, match="61 policies are asked for"):
        distinct(policies)
    same = [Policy.of({"qualification": {"rating_average_min": one}}) for one in ("4.5", "4.50")]
    assert len(distinct([*policies[:-1], *same, policies[3]])) == MOST


# ---------------------------------------------------------------- saying no


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "nothing to try; name a policy with --policy FILE, or a grid of them with --grid FILE"),
        (("--policy", "/nowhere/p.toml"), "/nowhere/p.toml: cannot be read (No such file or directory)"),
        (("--grid", "/nowhere/g.toml"), "/nowhere/g.toml: cannot be read (No such file or directory)"),
    ],
)
def test_wrong_input_is_one_sentence(
    best_friends: Command, asked: Asked, arguments: tuple[str, ...], told: str
) -> None:
    said = best_friends(2025, *arguments)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(told) and len(said.err.splitlines()) == 1


def test_a_report_that_cannot_be_written_is_refused_before_anything_runs(
    best_friends: Command, asked: Asked, file: Callable[..., Path], tmp_path: Path
) -> None:
    policy = file("[qualification]\nratings_min = 20\n")
    for report, told in (
        (tmp_path / "no" / "r.html", "does not exist; make it first"),
        (tmp_path, "is a folder"),
    ):
        said = best_friends(2025, "--policy", policy, "--report", report)
        assert said.status == 2 and told in said.err
    assert asked.year == 0


def test_nothing_is_written_when_a_what_if_fails(
    best_friends: Command,
    monkeypatch: pytest.MonkeyPatch,
    asked: Asked,
    file: Callable[..., Path],
    tmp_path: Path,
) -> None:
    def fail(*_: object) -> list[WhatIf]:
        raise Stop("the what-if of the policy with qualification.ratings_min: 15 -> 20 failed: no memory")

    monkeypatch.setattr(cli_what_if, "run_grid", fail)
    policy = file("[qualification]\nratings_min = 20\n")
    said = best_friends(2025, "--policy", policy, "--report", tmp_path / "r.html")
    assert (said.status, said.out) == (2, "")
    assert "qualification.ratings_min: 15 -> 20 failed: no memory" in said.err
    assert not (tmp_path / "r.html").exists()


def test_what_the_machine_would_refuse_is_told_before_it_is_started() -> None:
    with pytest.raises(Stop, match="the year 8999 has not ended; what-ifs can be run from 1 January 9000"):
        check(8999, [Policy()], Policy())
    lima = Policy.of({"programme": {"timezone": "America/Lima"}})
    with pytest.raises(Stop, match=r'the ledger is dated in America/Lima.*timezone = "America/Lima"'):
        check(2025, [Policy()], lima)


# ---------------------------------------------------------------- what is printed


def test_files_and_a_grid_go_together_in_their_order(
    best_friends: Command, asked: Asked, file: Callable[..., Path]
) -> None:
    one, other = (file(f"[qualification]\nratings_min = {n}\n", f"{n}.toml") for n in (20, 30))
    grid = file("[qualification]\nratings_min = [1, 2]\n", "grid.toml")
    said = best_friends(2025, "--policy", one, "--policy", other, "--grid", grid, "--quiet")
    assert (said.status, said.err, asked.year) == (0, "", 2025)
    assert [policy.qualification.ratings_min for policy in asked.policies] == [20, 30, 1, 2]


@pytest.mark.parametrize("rules", [OTHERS[2:], OTHERS, GRID], ids=["one", "some", "a grid"])
def test_tables_fit_80_columns(
    best_friends: Command, asked: Asked, file: Callable[..., Path], rules: list[dict[str, object]]
) -> None:
    long = {"F00007": "8a7d0a3e-5a0f-4a9e-9f5e-0a6d8d2a4c11"}
    friends = [replace(one, friend_id=long.get(one.friend_id, one.friend_id)) for one in FRIENDS]
    asked.reports = reports_of(rules, before=friends, after=friends)
    said = best_friends(2025, "--policy", file(""))
    assert said.status == 0
    assert max(len(line) for line in said.out.splitlines() if set(line) & set("│┃┏└├")) <= 80
    assert "What another policy would have changed about 2025" in said.out
    assert "Nothing was changed, and nobody was written to." in said.out
    assert ("Who comes in, and who goes out" in said.out) is (len(rules) == 1)
    assert ("newcomers" in said.out) and "\x1b[" not in said.out


def test_a_single_policy_tells_everybody_and_why(
    best_friends: Command, asked: Asked, file: Callable[..., Path]
) -> None:
    [report] = asked.reports = reports_of([{"revenue_top_percent": "12.5", "engagement_roles": []}])
    said = best_friends(2025, "--policy", file(""))
    assert report.difference.changes
    for change in report.difference.changes:
        assert change.friend_id in said.out
    assert "cut-off" in said.out and "the role does not count" in said.out
    assert "By region, and by newcomer or not" in said.out


def test_corrections_since_are_told_apart(
    best_friends: Command, asked: Asked, file: Callable[..., Path]
) -> None:
    corrected = [
        replace(one, cents=one.cents + 90_000_000) if one.friend_id == "F00011" else one for one in FRIENDS
    ]
    asked.reports = reports_of([OTHERS[0], {}], after=corrected)
    said = best_friends(2025, "--policy", file(""))
    assert "1 Friend has other figures than when the year was run" in said.out
    assert "the year’s own policy, today" in said.out


def test_a_policy_that_decides_nothing_else_says_so(
    best_friends: Command, asked: Asked, file: Callable[..., Path]
) -> None:
    asked.reports = reports_of([{}])
    said = best_friends(2025, "--policy", file(""))
    assert "Nothing in what was tried decides who is nominated" in said.out


def test_json_holds_everything_and_is_the_same_every_time(
    best_friends: Command, asked: Asked, file: Callable[..., Path]
) -> None:
    asked.reports = reports_of(OTHERS)
    first, again = (best_friends(2025, "--policy", file(""), "--json") for _ in range(2))
    assert first == again
    assert first.err == ""
    document = json.loads(first.out)
    assert [one["label"] for one in document["what_ifs"]] == [
        "a cut-off by region",
        "no role counts",
        "average 4.3, 10 ratings, top 12.5%, roles: mentor",
    ]
    assert [REPORT.validate_python(one["report"]) for one in document["what_ifs"]] == list(asked.reports)


def test_a_year_that_was_never_run_is_told_so(
    best_friends: Command, asked: Asked, file: Callable[..., Path]
) -> None:
    asked.reports = reports_of(OTHERS[:1], against=Against.IN_FORCE)
    said = best_friends(2025, "--policy", file(""))
    assert "the policy in force" in said.out
    assert Baseline.of(Against.IN_FORCE, Policy()) == asked.reports[0].baseline


def test_the_report_is_written_beside_what_is_printed(
    best_friends: Command, asked: Asked, file: Callable[..., Path], tmp_path: Path
) -> None:
    report = tmp_path / "what-if.html"
    said = best_friends(2025, "--policy", file(""), "--report", report)
    assert f"Written: {report}" in said.out
    assert "What another policy would have changed about 2025" in report.read_text()
