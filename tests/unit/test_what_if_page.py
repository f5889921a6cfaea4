"""The page of what-ifs: what it shows, that it stands on its own, and what it says of each policy."""

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from best_friends.domain.what_if import Against, Moves, WhatIf
from best_friends.pages.what_if import MOST_PEOPLE, grid_section, render_what_if
from best_friends.pages.what_if_chart import heat_of, move_chart
from best_friends.pages.what_if_words import label, outcome, reasons
from best_friends.texts.figures import figures_in
from tests.support.what_ifs import FRIENDS, GRID, OTHERS, reports_of

FIGURES = figures_in("en", "CHF")


def page_of(reports: list[WhatIf]) -> BeautifulSoup:
    return BeautifulSoup(render_what_if(reports), "html.parser")


@pytest.mark.parametrize("rules", [GRID, OTHERS, OTHERS[2:], [{}]], ids=["grid", "some", "one", "the same"])
def test_the_page_stands_on_its_own_and_is_the_same_every_time(rules: list[dict[str, object]]) -> None:
    reports = reports_of(rules)
    html = render_what_if(reports)
    assert html == render_what_if(reports)
    page = BeautifulSoup(html, "html.parser")
    assert not page.select("script, link[href], img, iframe, [onclick], [style]")
    assert not re.findall(r"(?:src|href)=[\"']?https?:", html)
    assert "{{" not in html and "None" not in page.get_text()
    ids = [one["id"] for one in page.select("[id]")]
    assert len(ids) == len(set(ids))
    assert all(page.find(id=one["aria-labelledby"]) for one in page.select("[aria-labelledby]"))
    assert [one.name for one in page.select("h1, h2")][:2] == ["h1", "h2"]


def test_two_values_that_vary_are_a_grid_with_a_cell_for_each_policy() -> None:
    reports = reports_of(GRID)
    heat = heat_of(reports, FIGURES)
    assert heat
    assert heat.columns == ("10 ratings", "15 ratings", "20 ratings")
    assert [name for name, _ in heat.rows] == ["top 3%", "top 5%", "top 12.5%", "top 40%"]
    shown = [cell.nominees for _, cells in heat.rows for cell in cells]
    assert shown == [str(one.difference.nominees.after) for one in reports]
    assert [cell.own for _, cells in heat.rows for cell in cells] == [one.is_control for one in reports]
    levels = [cell.level for _, cells in heat.rows for cell in cells]
    assert (min(levels), max(levels)) == (0, 5)
    table = page_of(reports).select_one("table.heat")
    assert table and len(table.select("tbody td")) == 12


def test_what_is_no_full_grid_of_two_values_is_bars() -> None:
    assert heat_of(reports_of(OTHERS), FIGURES) is None
    assert heat_of(reports_of(GRID[:-1]), FIGURES) is None
    page = page_of(reports_of(OTHERS))
    assert page.select("ul.moves") and not page.select("table.heat")


def test_the_years_own_policy_beside_a_grid_leaves_it_a_grid() -> None:
    corrected = [replace(FRIENDS[0], cents=90_000_000), *FRIENDS[1:]]
    tried = [one for one in GRID if one["revenue_top_percent"] != "5"]
    reports = reports_of([*tried, {}], after=corrected)
    assert page_of(reports).select("table.heat")
    assert (
        "have other figures" in page_of(reports).get_text()
        or "has other figures" in page_of(reports).get_text()
    )


def test_bars_keep_clear_of_the_edges_and_meet_the_middle() -> None:
    rows = [
        ("one", Moves(9, 4, 2, 11), "11"),
        ("other", Moves(9, 0, 9, 0), "0"),
        ("none", Moves(9, 0, 0, 9), "9"),
    ]
    chart = move_chart(rows, FIGURES)
    for bar in chart.bars:
        assert chart.middle - bar.out_width >= 13.9 and chart.middle + bar.in_width <= 86.1
    assert chart.bars[1].out_width / chart.bars[0].out_width == pytest.approx(4.5, abs=0.01)
    assert [(bar.out_label, bar.in_label) for bar in chart.bars] == [("−2", "+4"), ("−9", ""), ("", "")]
    assert move_chart([], FIGURES).bars == ()


def test_everybody_is_told_with_region_and_why() -> None:
    [report] = reports_of(OTHERS[2:])
    page = page_of([report]).get_text(" ", strip=True)
    for change in report.difference.changes:
        assert change.friend_id in page
        assert reasons(change, report, FIGURES) in page
    assert "Mecklenburg-Vorpommern" in page and "newcomer" in page


def test_a_long_list_says_how_many_are_left_out() -> None:
    [report] = reports_of([{"revenue_top_percent": "100", "ratings_min": 1, "rating_average_min": "1"}])
    coming = report.difference.nominees.comes_in
    assert coming > MOST_PEOPLE
    page = page_of([report])
    assert len(page.select("ul.who li")) == MOST_PEOPLE
    assert f"And {coming - MOST_PEOPLE} more with less revenue; --json lists everybody." in page.get_text()


def test_a_section_without_people_names_nobody() -> None:
    reports = reports_of(OTHERS)
    html = grid_section(reports, people=False)
    assert not re.search(r"F\d{5}", html)
    assert "What another policy would have changed" in html
    assert grid_section([]) == ""


def test_ids_and_regions_are_escaped() -> None:
    odd = [replace(one, region="<b>Uri</b>", friend_id=f"<i>{one.friend_id}") for one in FRIENDS]
    html = render_what_if(reports_of(OTHERS[2:], before=odd, after=odd))
    assert "<b>Uri" not in html and "<i>F" not in html
    assert "&lt;b&gt;Uri" in html


def test_a_policy_is_called_by_what_it_changes() -> None:
    rules = [
        {},
        {"ratings_window": "year", "revenue_window": "total"},
        {"ratings_min": 1, "rating_average_min": "4.50"},
        {"engagement_roles": ["mentor", "product_tester"]},
    ]
    assert [label(one) for one in reports_of(rules)] == [
        "the year’s own policy, today",
        "ratings of the year, revenue of all time",
        "1 rating",
        "roles: mentor, product tester",
    ]
    assert label(reports_of([{}], against=Against.IN_FORCE)[0]) == "the policy in force"


def test_what_comes_of_a_policy_is_said_in_plain_sentences() -> None:
    same, role = reports_of([{}, {"engagement_roles": []}])
    assert outcome(same, FIGURES).startswith("Nobody comes in and nobody goes out: ")
    assert "nobody comes in" in outcome(role, FIGURES)
    assert re.search(r"^\d+ nominees instead of \d+: .*region", outcome(role, FIGURES))
