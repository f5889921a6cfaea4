"""`best-friends`, run in the test's own process."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ops import cli
from ops.deployment import Deployment


@dataclass(frozen=True)
class Said:
    """What a run of the command printed, and its exit status."""

    status: int
    out: str
    err: str


Command = Callable[..., Said]


def in_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, columns: int = 80
) -> Command:
    """The command on a terminal so wide; a traceback is never what it should print."""
    monkeypatch.setenv("COLUMNS", str(columns))

    def run(*arguments: object) -> Said:
        monkeypatch.setattr("sys.argv", ["best-friends", *map(str, arguments)])
        capsys.readouterr()
        status = 0
        try:
            cli.main()
        except SystemExit as end:
            status = int(end.code or 0)
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return Said(status, printed.out, printed.err)

    return run


def as_operator(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The command as the operator Ada types it, on a deployment."""
    monkeypatch.setattr(Deployment, "of_stack", lambda _: deployment)
    monkeypatch.setenv("BEST_FRIENDS_OPERATOR", "Ada")
    return in_process(monkeypatch, capsys, columns=120)
