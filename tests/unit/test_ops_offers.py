"""What operators are told about product tests and announcements."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from best_friends.application.errors import Refusal
from best_friends.domain.announcements import Announcement
from best_friends.domain.drafts import DraftError
from ops import offers
from ops.cli_offers import _or_stop
from ops.faults import Stop
from ops.offers import goes_out, minute
from tests.unit.fakes_offers import drill

ZURICH = ZoneInfo("Europe/Zurich")
TODAY = date(2026, 11, 23)


def test_days_of_tests_are_told_in_the_zone_of_the_programme() -> None:
    assert minute(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), ZURICH) == "2026-07-02 00:30"
    console = Console(file=StringIO(), width=140)
    console.print(offers.test_table([drill()], ZURICH))
    assert "2026-11-02 10:00" in console.file.getvalue()  # type: ignore[attr-defined]


def test_an_early_day_that_is_over_means_at_once() -> None:
    one = Announcement("app", date(2026, 11, 25), date(2026, 11, 18), {}, ())
    assert goes_out(one, TODAY) == "goes to Best Friends at once, to everybody else on 2026-11-25"
    assert "there are no Best Friends yet" in goes_out(one, TODAY, status_runs=False)
    later = replace(one, early_on=TODAY)
    assert goes_out(later, TODAY) == "goes to Best Friends on 2026-11-23, to everybody else on 2026-11-25"


def test_what_the_stack_knows_better_than_the_file_is_told_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "saw.toml"
    file.write_text('id = "saw"\nplaces = 3\nskills = ["flying"]\n', encoding="utf-8")

    def refuse() -> None:
        raise DraftError([("skills", "flying: no Friend has this skill; known: repair")])

    with pytest.raises(Stop) as stopped:
        _or_stop(refuse, file)
    assert str(stopped.value) == f"{file}:3: skills: flying: no Friend has this skill; known: repair"

    def unknown() -> None:
        raise Refusal("there is none")

    with pytest.raises(Stop, match="there is none"):
        _or_stop(unknown, file)
