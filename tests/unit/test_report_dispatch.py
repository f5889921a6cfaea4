"""The report's section about dispatched jobs: it says what its charts show, whatever there was none of."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import example, given
from hypothesis import strategies as st

from best_friends.domain.dispatch_report import DispatchReport, Share
from best_friends.domain.offer import Ending
from best_friends.pages.report import render_report
from best_friends.pages.report_dispatch_words import ENDINGS
from tests.support.reports import JOBS, YEAR

NOBODY = Share("", 0, 0, 0)
NO_JOBS = DispatchReport(0, 0, 0, {}, 0, 0, "2.0", NOBODY, NOBODY, NOBODY, (), ())
ONE_JOB = DispatchReport(
    jobs=1,
    with_candidates=1,
    changed=1,
    endings={"accepted": 1},
    waves=1,
    notifications=1,
    priority_best_friend="2.0",
    best_friends=Share("Best Friends", 1, 1, 1),
    others=Share("others", 1, 1, 0),
    newcomers=NOBODY,
    regions=(Share("", 2, 2, 1),),
    distances=((0.0, math.inf, Share("0", 0, 2, 1)),),
    notified_after=(1.25,),
)
WRONG_PLURAL = re.compile(
    r"(?<![\d’.,])1 (jobs|Friends|Best Friends|other Friends|other regions|waves|were)\b"
)
WRONG_SINGULAR = re.compile(
    r"(?<![\d’.,])(0|[\d’]*[2-9]|[\d’]+[01]) (job|Friend|Best Friend|other Friend|was)\b"
)


def section_of(report: DispatchReport) -> Tag:
    found = BeautifulSoup(render_report(replace(YEAR, dispatch=report)), "html.parser").find(
        "section", attrs={"aria-labelledby": "dispatch"}
    )
    assert isinstance(found, Tag)
    return found


def words_of(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").replace("\xa0", " ").split())


def text_of(report: DispatchReport) -> str:
    return words_of(section_of(report))


def chart_of(report: DispatchReport, name: str) -> tuple[str, str]:
    """A chart's labels as they are read aloud, and the sentence under it."""
    description = section_of(report).find(id=f"dispatch-{name}-d")
    assert isinstance(description, Tag)
    figure = description.find_parent("figure")
    assert figure is not None and figure.figcaption is not None
    return words_of(description), words_of(figure.figcaption)


def sayings(section: Tag) -> Iterator[str]:
    for tag in section.find_all(["p", "figcaption", "text", "desc", "summary"]):
        yield words_of(tag)


@st.composite
def groups(draw: st.DrawFn, name: str = "") -> Share:
    notifications = draw(st.integers(0, 3))
    candidacies = notifications + draw(st.integers(0, 3))
    return Share(name, draw(st.integers(0, 3) | st.integers(0, 99_999)), candidacies, notifications)


@st.composite
def reports(draw: st.DrawFn) -> DispatchReport:
    jobs = draw(st.integers(0, 3) | st.integers(0, 99_999))
    with_candidates = draw(st.integers(0, jobs))
    endings, left = {}, jobs
    for name in draw(st.lists(st.sampled_from([str(one) for one in Ending] + ["lost_track"]), unique=True)):
        endings[name] = draw(st.integers(0, left))
        left -= endings[name]
    best, others = draw(groups()), draw(groups())
    names = draw(
        st.lists(st.sampled_from(["", *(f"Region {letter}" for letter in "ABCDEFGHIJKLMNOPQ")]), unique=True)
    )
    edges = [0.0, 2.5, 10.0, math.inf]
    times = st.lists(st.floats(0, 90_000), max_size=3).map(lambda found: tuple(sorted(found)))
    return DispatchReport(
        jobs=jobs,
        with_candidates=with_candidates,
        changed=draw(st.integers(0, with_candidates)),
        endings=endings,
        waves=draw(st.integers(0, 3)),
        notifications=best.notifications + others.notifications,
        priority_best_friend=draw(st.sampled_from(["1", "1.0", "1.5", "2", "2.0"])),
        best_friends=best,
        others=others,
        newcomers=draw(st.sampled_from([NOBODY, best, others])),
        regions=tuple(draw(groups(name)) for name in names),
        distances=tuple((begin, end, draw(groups())) for begin, end in pairwise(edges)),
        notified_after=draw(times),
        accepted_after=draw(times),
    )


@given(reports())
@example(NO_JOBS)
@example(ONE_JOB)
@example(JOBS)
def test_whatever_the_figures_are_the_section_reads_well(report: DispatchReport) -> None:
    section = section_of(report)
    for said in sayings(section):
        assert not WRONG_PLURAL.search(said) and not WRONG_SINGULAR.search(said), said
        assert not re.search(r"\b(nan|inf|Infinity|None)\b", said.replace("None of the", "")), said
    for figure in section.find_all("figure"):
        assert figure.figcaption and len(words_of(figure.figcaption).split()) > 5
        assert figure.desc and words_of(figure.desc) and figure.title and words_of(figure.title)
    widths = [float(str(bar["width"]).rstrip("%")) for bar in section.find_all("rect")]
    assert all(0 <= width <= 100 for width in widths)
    assert len(section.find_all("tr")) != 1  # no table is a head alone
    ids = [tag["id"] for tag in section.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_without_dispatched_jobs_there_is_no_section() -> None:
    assert "How jobs reached the Friends" not in render_report(YEAR)
    assert "How jobs reached the Friends" in render_report(replace(YEAR, dispatch=JOBS))


def test_the_section_begins_with_what_happened() -> None:
    section = section_of(JOBS)
    assert "24 jobs were posted; 21 of them had candidates" in words_of(section)
    keys = [(words_of(one.dt), words_of(one.dd)) for one in section.select(".keys div") if one.dt and one.dd]
    assert keys == [
        ("jobs posted", "24"),
        ("jobs with candidates", "21"),
        ("waves", "35"),
        ("notifications", "310"),
    ]


def test_no_job_is_one_sentence() -> None:
    section = section_of(NO_JOBS)
    assert [words_of(one) for one in section.find_all("p")] == ["No job was posted, so nobody was notified."]
    assert not section.find_all(["figure", "dl", "table", "h3"])


def test_jobs_that_nobody_could_be_offered_show_how_they_ended_and_nothing_more() -> None:
    report = replace(NO_JOBS, jobs=3, endings={"no_candidate": 2, "no_place": 1})
    text, section = text_of(report), section_of(report)
    assert "3 jobs were posted, and there were no candidates" in text and "Nobody was notified." in text
    assert len(section.find_all("figure")) == 1
    labels, sentence = chart_of(report, "endings")
    assert labels == "Nobody’s area covers the place: 2. Posted without a place on the map: 1."
    assert sentence == "Of 3 jobs, none was accepted; 3 could be offered to nobody."


def test_few_jobs_come_with_a_warning() -> None:
    assert "These are few jobs" in text_of(replace(JOBS, with_candidates=9, changed=3))
    assert "This is one job, so chance weighs heavily" in text_of(ONE_JOB)
    assert "chance" not in text_of(JOBS)


def test_every_ending_has_words_and_jobs_that_go_on_are_counted() -> None:
    assert set(ENDINGS) == set(Ending)
    labels, sentence = chart_of(JOBS, "endings")
    assert labels.startswith("Accepted by a Friend: 15. All candidates or waves used up: 4.")
    assert labels.endswith("Not over yet: 2.")
    assert sentence == "Of 24 jobs, 15 were accepted; 3 could be offered to nobody."


@pytest.mark.parametrize(
    ("jobs", "changed", "said"),
    [
        (21, 14, "In 14 of the 21 jobs with candidates (67%), the status of Best Friends changed"),
        (21, 1, "In 1 of the 21 jobs with candidates (5%), the status of Best Friends changed"),
        (21, 21, "In all 21 jobs with candidates, the status of Best Friends changed"),
        (21, 0, "In none of the 21 jobs with candidates did the status of Best Friends change"),
        (1, 1, "In the one job with candidates, the status of Best Friends changed"),
        (1, 0, "In the one job with candidates, the status of Best Friends did not change"),
    ],
)
def test_one_sentence_tells_how_often_the_status_changed_who_was_first(
    jobs: int, changed: int, said: str
) -> None:
    report = replace(JOBS, with_candidates=jobs, changed=changed)
    assert f"{said} who was notified first." in text_of(report)


def test_best_friends_stand_beside_the_others_per_friend_and_per_candidate() -> None:
    labels, sentence = chart_of(JOBS, "per-friend")
    assert labels == "34 Best Friends: 1.85 each. 526 other Friends: 0.47 each."
    assert "a Best Friend was notified 1.85 times and another Friend 0.47 times" in sentence
    labels, sentence = chart_of(JOBS, "notified")
    assert labels == "Best Friends, 63 of 82: 77%. Others, 247 of 1’298: 19%."
    assert "Best Friends were notified in 77% of these cases, the others in 19%." in sentence
    assert "a Best Friend has twice the weight of another Friend" in sentence


def test_the_weight_is_the_one_of_the_policy() -> None:
    assert "a Best Friend has 1.5 times the weight" in text_of(replace(JOBS, priority_best_friend="1.50"))
    assert "The policy gives both the same weight" in text_of(replace(JOBS, priority_best_friend="1.0"))


@pytest.mark.parametrize(
    ("best", "others", "priority", "said"),
    [
        (NOBODY, JOBS.others, "2.0", "There was no Best Friend, so there is nothing to compare."),
        (JOBS.best_friends, NOBODY, "2.0", "Everybody was a Best Friend, so there is nothing to compare."),
        (Share("", 34, 0, 0), JOBS.others, "2.0", "None of the 34 Best Friends was a candidate for any"),
        (Share("", 1, 0, 0), JOBS.others, "2.0", "The one Best Friend was not a candidate for any"),
        (Share("", 34, 0, 0), JOBS.others, "1.0", "the draw did not tell Best Friends apart."),
    ],
)
def test_where_nothing_can_be_compared_a_sentence_says_why(
    best: Share, others: Share, priority: str, said: str
) -> None:
    report = replace(JOBS, best_friends=best, others=others, priority_best_friend=priority)
    section = section_of(report)
    assert said in words_of(section)
    assert not section.find(id="dispatch-per-friend-d") and not section.find(id="dispatch-notified-d")


def test_newcomers_are_shown_among_friends_candidates_and_notified() -> None:
    labels, sentence = chart_of(JOBS, "newcomers")
    assert labels == (
        "Of the Friends, 120 of 560: 21%. Of the candidates, 290 of 1’380: 21%. "
        "Of those notified, 71 of 310: 23%."
    )
    assert "They were 21% of the candidates and 23% of those who were notified" in sentence
    assert "There was no newcomer" in text_of(ONE_JOB)


def test_regions_stand_in_the_order_of_their_rates_beside_the_average() -> None:
    labels, sentence = chart_of(JOBS, "by-region")
    assert labels == (
        "Zürich, 260 Friends: 0.70. Appenzell Ausserrhoden, 180 Friends: 0.60. Jura, 80 Friends: 0.20. "
        "Region not known, 40 Friends: 0.10. All Friends 0.55."
    )
    assert sentence == (
        "On average, a Friend was notified 0.55 times. The most notifications per Friend went to Zürich, "
        "the fewest to Jura."
    )


def test_regions_without_any_notification_are_said_to_have_none() -> None:
    regions = (*JOBS.regions, Share("Glarus", 9, 5, 0), Share("Uri", 5, 0, 0))
    sentence = chart_of(replace(JOBS, regions=regions), "by-region")[1]
    assert "went to Zürich; nobody was notified in Glarus and Uri." in sentence
    many = (*regions, *(Share(f"R{index}", 3, 1, 0) for index in range(4)))
    assert "nobody was notified in 6 regions." in chart_of(replace(JOBS, regions=many), "by-region")[1]


def test_equal_regions_are_said_to_be_equal() -> None:
    regions = (Share("Zürich", 400, 900, 201), Share("Jura", 2, 9, 1), Share("", 9, 9, 9))
    assert "All regions have the same figure." in chart_of(replace(JOBS, regions=regions), "by-region")[1]


@pytest.mark.parametrize(
    ("name", "said"),
    [("Zürich", "All Friends are in one region, Zürich, so"), ("", "No Friend’s region is known, so")],
)
def test_a_single_region_is_not_compared(name: str, said: str) -> None:
    report = replace(JOBS, regions=(Share(name, 560, 1380, 310),))
    assert said in text_of(report) and not section_of(report).find(id="dispatch-by-region-d")


@pytest.mark.parametrize(("count", "shown", "last"), [(13, 13, "R12"), (14, 13, "2 other regions")])
def test_the_smallest_regions_are_drawn_together_and_all_are_in_the_table(
    count: int, shown: int, last: str
) -> None:
    regions = tuple(Share(f"R{index:02}", 50 - index, 60, 50 - 2 * index) for index in range(count))
    report = replace(JOBS, regions=regions)
    labels, sentence = chart_of(report, "by-region")
    assert labels.count(" Friends: ") == shown and f" {last}, " in labels
    assert ("Among the regions with the most Friends," in sentence) == (count > shown)
    section = section_of(report)
    assert section.summary and words_of(section.summary) == f"All {count} regions as a table"
    assert [words_of(one) for one in section.select("details tbody th")] == [one.name for one in regions]


def test_region_names_are_escaped() -> None:
    regions = (Share("<i>Uri</i>", 300, 9, 9), Share("A & B", 260, 9, 1))
    html = render_report(replace(YEAR, dispatch=replace(JOBS, regions=regions)))
    assert "<i>" not in html and "&lt;i&gt;Uri" in html and "A &amp; B" in html


def test_distances_show_the_share_notified_and_leave_out_empty_ends() -> None:
    labels, sentence = chart_of(JOBS, "by-distance")
    assert labels == (
        "Under 2 km, 31 of 50: 62%. 2 to 5 km, 129 of 330: 39%. 5 to 10 km: none. "
        "10 to 20 km, 150 of 1’000: 15%."
    )
    assert "62% in the nearest band, 15% in the farthest" in sentence


def test_times_stand_in_a_table_where_there_are_any() -> None:
    table = section_of(JOBS).find(attrs={"aria-label": "Times from the posting of a job"})
    assert isinstance(table, Tag)
    rows = [[words_of(cell) for cell in row.find_all(["th", "td"])] for row in table.select("tbody tr")]
    assert rows == [["notification", "310", "2.6 s", "61 s"], ["acceptance", "15", "82 s", "152 s"]]
    silent = text_of(replace(JOBS, notified_after=(), accepted_after=()))
    assert "How fast" not in silent and "acceptance" not in text_of(replace(JOBS, accepted_after=()))
