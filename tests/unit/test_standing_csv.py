"""The file of what counts: whole, exact, and harmless in a spreadsheet."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.policy import LANGUAGES
from best_friends.domain.standing import CountedLine
from best_friends.pages.standing_csv import FORMULA, csv_of

LINES = (
    CountedLine("rating", "R1", date(2026, 3, 3), stars=4),
    CountedLine("job", "J1", date(2026, 3, 2), cents=123_405, account="F-0815"),
    CountedLine("job", "J2", date(2026, 3, 1), cents=-50),
)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_file_holds_every_line_exactly() -> None:
    text = csv_of(LINES, "CHF", "en")
    assert text.startswith("\ufeffdate,kind,id,stars,amount,currency,account\r\n")
    assert rows(text)[1:] == [
        ["2026-03-03", "Rating", "R1", "4", "", "", ""],
        ["2026-03-02", "Job", "J1", "", "1234.05", "CHF", "F-0815"],
        ["2026-03-01", "Job", "J2", "", "-0.50", "CHF", ""],
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headings_are_the_readers(language: str) -> None:
    [headings, *_] = rows(csv_of((), "CHF", language))
    assert len(headings) == len(set(headings)) == 7
    assert rows(csv_of((), "CHF", "de"))[0][0] == "Datum"


@pytest.mark.parametrize("start", FORMULA)
def test_no_cell_is_taken_for_a_formula(start: str) -> None:
    odd = f"{start}HYPERLINK(1)"
    line = CountedLine("job", odd, date(2026, 3, 1), cents=1, account=f"  {odd}")
    [row] = rows(csv_of([line], "CHF", "en"))[1:]
    assert row[2] == f"'{odd}" and row[6] == f"'  {odd}"


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_whatever_an_id_holds_it_stays_one_cell(odd: str) -> None:
    [row] = rows(csv_of([CountedLine("rating", odd, date(2026, 3, 1), stars=5)], "CHF", "fr"))[1:]
    assert row[2] in (odd, f"'{odd}") and not row[2].startswith(FORMULA)
