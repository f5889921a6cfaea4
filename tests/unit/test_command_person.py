"""`friend export` and `friend erase`: what is asked, told and refused."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from best_friends import bootstrap_person
from best_friends.application.erase_person import Erased
from best_friends.application.errors import Refusal
from ops import cli_person
from ops.deployment import Deployment
from ops.faults import Stop

DOCUMENT = {"summary": ["This is everything about F1.", "Also: Zoë."], "friend_id": "F1"}
Run = Callable[..., Result]


class Stack:
    """A deployment that counts its rosters."""

    rosters = 0

    def build_roster_now(self) -> int:
        self.rosters += 1
        return 1


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Stack:
    """The deployed stack."""
    stack = Stack()
    monkeypatch.setattr(Deployment, "of_stack", classmethod(lambda cls, name: stack))
    monkeypatch.setenv("BEST_FRIENDS_OPERATOR", "olga")
    return stack


@pytest.fixture
def run(stack: Stack) -> Run:
    """The command, without a terminal."""
    app = typer.Typer()
    cli_person.register(app)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return run


def erasing(monkeypatch: pytest.MonkeyPatch, erased: Erased | Refusal) -> list[tuple[str, Any]]:
    """Let an erasure come to this; what it was asked."""
    asked: list[tuple[str, Any]] = []

    def erase(friend_id: str, by: Any) -> Erased:
        asked.append((friend_id, by))
        if isinstance(erased, Refusal):
            raise erased
        return erased

    monkeypatch.setattr(bootstrap_person, "erase_person", lambda names, pause: erase)
    return asked


def test_an_export_is_json_on_the_screen_or_a_file_with_its_summary(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap_person, "export_person", lambda names: lambda friend_id: DOCUMENT)
    assert json.loads(run("export", "F1").stdout) == DOCUMENT
    told = run("export", "F1", "--out", str(tmp_path / "ada.json")).stdout
    assert json.loads((tmp_path / "ada.json").read_text(encoding="utf-8")) == DOCUMENT
    assert "This is everything about F1." in told and "ada.json" in told
    assert isinstance(run("export", "F1", "--out", str(tmp_path / "none" / "x")).exception, Stop)


def test_erasing_asks_for_a_word_and_refuses_without_anybody_to_ask(
    run: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = erasing(monkeypatch, Erased(date(2026, 3, 1), 2, lines=7, removed={"letters": 3}))
    refused = run("erase", "F1", "--why", "a letter")
    assert isinstance(refused.exception, Stop) and "--yes" in str(refused.exception)
    assert not asked and not stack.rosters
    done = run("erase", "F1", "--why", "a letter", "--yes")
    assert done.exit_code == 0 and [one for one, _ in asked] == ["F1"] and stack.rosters == 1
    assert "2 accounts" in done.stdout and "letters 3" in done.stdout and "7 lines" in done.stdout
    assert "35" in done.stdout and "90 days" in done.stdout
    assert "F1" not in done.stdout


@pytest.mark.parametrize(("word", "asked"), [("n\n", 0), ("y\n", 1)])
def test_on_a_terminal_the_word_decides(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, word: str, asked: int
) -> None:
    calls = erasing(monkeypatch, Erased(date(2026, 3, 1), 1, unfinished_jobs=("J4",)))
    monkeypatch.setattr(cli_person, "_terminal", lambda: True)
    app = typer.Typer()
    cli_person.register(app)
    done = CliRunner().invoke(app, ["erase", "F1", "--why", "a letter"], input=word)
    assert len(calls) == asked
    assert ("nobody's: J4" in done.stdout) is bool(asked)


def test_who_was_erased_before_is_told_so_and_no_roster_is_built(
    run: Run, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    erasing(monkeypatch, Erased(date(2026, 3, 1), 1, nothing_left=True))
    done = run("erase", "F1", "--why", "a letter", "--yes")
    assert done.exit_code == 0 and "was erased on 2026-03-01" in done.stdout and not stack.rosters


def test_a_refusal_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    erasing(monkeypatch, Refusal("there is no Friend F9"))
    assert str(run("erase", "F9", "--why", "a letter", "--yes").exception) == "there is no Friend F9"
    assert "--why" in str(run("erase", "F9", "--why", " ", "--yes").exception)
