"""What operators type by hand: ids, amounts, times and days; and what people wrote, shown as it is."""

from datetime import UTC, date, datetime

import pytest

from best_friends.domain.friends import Area
from best_friends.domain.requests import AreaWish, Request
from ops import cli, cli_changes
from ops.console import Screen
from ops.faults import Stop
from ops.friends import area_table, day_in, request_table


def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one sentence of a refusal; nothing may be asked of AWS before it."""
    monkeypatch.setattr("sys.argv", ["best-friends", *arguments])
    monkeypatch.setattr("ops.deployment.Deployment.of_stack", lambda _: pytest.fail("AWS was asked"))
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    [sentence] = capsys.readouterr().err.strip().splitlines()
    return sentence


@pytest.mark.parametrize("identifier", ["", "  ", "x" * 101, "a#b", "a\nb"])
@pytest.mark.parametrize(
    "command",
    [
        ("job", "cancel", "ID"),
        ("why", "ID", "F1"),
        ("why", "J1", "ID"),
        ("trail", "ID"),
        ("merge", "ID", "F1", "--why", "x"),
        ("unmerge", "ID", "--why", "x"),
        ("ledger", "withdraw", "rating", "ID", "--why", "x"),
        ("friend", "area", "list", "ID"),
        ("friend", "link", "ID", "areas"),
    ],
    ids=" ".join,
)
def test_an_id_that_no_table_could_hold_is_refused(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    identifier: str,
) -> None:
    given = [identifier if one == "ID" else one for one in command]
    assert "name an id" in (said := refused(monkeypatch, capsys, *given)) or "an id has at most" in said


@pytest.mark.parametrize("text", ["", "12,50", "1e3", "-1", "1.234", "٣", "1" * 12, "NaN"])
def test_an_amount_is_plain(text: str) -> None:
    with pytest.raises(Stop, match=r"such as 12\.50"):
        cli_changes.cents_in(text)


@pytest.mark.parametrize(("text", "cents"), [("12.50", 1250), ("12.5", 1250), ("12", 1200), ("0", 0)])
def test_an_amount_is_read_exactly(text: str, cents: int) -> None:
    assert cli_changes.cents_in(text) == cents


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("yesterday", "expected a time with an offset"),
        ("2025-03-01T10:00:00", "expected a time with an offset"),
        ("0001-01-01T00:00:00+14:00", "expected a time with an offset"),
        ("2999-03-01T10:00:00Z", "lies in the future"),
    ],
)
def test_a_line_is_dated_in_the_past(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], at: str, said: str
) -> None:
    arguments = ("ledger", "correct", "rating", "R1", "--at", at, "--why", "x")
    assert said in refused(monkeypatch, capsys, *arguments)


@pytest.mark.parametrize("text", ["1800-01-01", "9999-12-31", "20260301", "soon", ""])
def test_a_day_is_one_that_can_be_meant(text: str) -> None:
    with pytest.raises(Stop, match="such as 2026-03-01"):
        day_in("--from", text)
    assert day_in("--from", "2026-03-01") == date(2026, 3, 1)


def test_what_people_wrote_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    wish = AreaWish("[bold]Olten[/x]", 15.0)
    request = Request("area-0123456789abcdef", "F1", wish, "ich bin [/gut] :smile:", datetime.now(UTC))
    screen = Screen()
    screen.out.print(request_table([request]))
    screen.out.print(area_table([Area(47.0, 8.0, 5.0, "[/x]")]))
    shown = capsys.readouterr().out
    assert "area-0123456789abcdef" in shown
    for text in ("[/x]", "[/gut]"):
        assert text in shown.replace("│\n│", "").replace(" ", "") or text in shown
