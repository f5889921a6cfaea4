"""A what-if over fakes: its report, the same bytes on every run, and nothing of the year touched."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from best_friends.application.errors import Refusal
from best_friends.application.open_year import Opening, OpenYear, Start
from best_friends.application.ports import Segment
from best_friends.application.report_what_if import ReportWhatIf, report_of, report_path
from best_friends.application.run import Runs
from best_friends.application.select_nominees import FixCutoff, SelectNominees, verdicts_path
from best_friends.domain.friends import Engagement
from best_friends.domain.policy import Policy, Role
from best_friends.domain.programme import Run
from best_friends.domain.what_if import Against, WhatIf, name_of
from tests.unit.fakes_audit import AuditedWorld, job, rating
from tests.unit.test_uses_review_year import FOUR, POLICY, closed, marketplace, merged, survey_of

YEAR = 2025
SEGMENTS = 3
"""Other than the year's own: the segments of two runs need not be the same."""

THREE = {"qualification": {"ratings_min": 2, "revenue_top_percent": "75"}}


def what_if(
    world: AuditedWorld, policy: dict[str, Any], name: str = "try", against: str = "", execution: str = "one"
) -> WhatIf:
    """All steps of a what-if."""
    runs, run = Runs(world.programme, world.archive), Run(YEAR, name)
    start = Start(execution, year=YEAR, policy=policy, what_if=name, against=against, only_what_if=True)
    opened = OpenYear(world.programme, runs, world.clock)(start)
    assert (opened.outcome, opened.against) == (Opening.OPENED, against)
    for number in range(SEGMENTS):
        survey_of(world)(run, Segment(number, SEGMENTS))
    FixCutoff(world.archive, world.programme, runs)(run, SEGMENTS)
    SelectNominees(world.archive, world.programme, runs, world.clock)(run, SEGMENTS)
    return ReportWhatIf(world.archive, world.friends, runs)(run, against)


def moved(report: WhatIf) -> tuple[set[str], set[str]]:
    changes = report.difference.changes
    return {one.friend_id for one in changes if one.comes_in}, {
        one.friend_id for one in changes if not one.comes_in
    }


def test_the_report_is_held_against_the_year_as_it_was_run() -> None:
    world = closed(marketplace(revenues=FOUR))
    report = what_if(world, THREE)
    assert (report.baseline.against, moved(report)) == (Against.AS_RUN, ({"C"}, set()))
    assert report.baseline.policy == Policy.of(POLICY)
    assert [one.cutoff_cents for one in (*report.cohorts_before, *report.cohorts_after)] == [300, 200]
    assert report_of(world.archive, Run(YEAR, "try")) == report


def test_the_same_policy_changes_nothing() -> None:
    assert moved(what_if(closed(marketplace(revenues=FOUR)), POLICY)) == (set(), set())


def test_the_same_inputs_give_the_same_bytes_whenever_and_by_whomever() -> None:
    world = closed(marketplace(revenues=FOUR))
    what_if(world, THREE)
    first = world.archive.files[report_path(Run(YEAR, "try"))]
    world.clock.now = world.clock.now.replace(month=11)
    what_if(world, THREE, execution="another")
    assert world.archive.files[report_path(Run(YEAR, "try"))] == first
    document = json.loads(first)
    assert first.decode() == json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert not {"opened_at", "opened_by"} & set(document)


def test_a_what_if_writes_below_its_own_path_alone() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.programme.update(YEAR, failure="")
    before, files, asked = world.content(), dict(world.archive.files), len(world.line.calls)
    what_if(world, THREE)
    after = world.content()
    assert {name for name in before if before[name] != after.get(name)} == {"archive.files"}
    new = {path for path in world.archive.files if world.archive.files[path] != files.get(path)}
    assert all(path.startswith("what-if/2025/try/") for path in new)
    calls = set(world.line.calls[asked:])
    assert {name for name in calls if name.split(".")[1] in ("update", "open", "put", "create")} == set()


def test_a_year_that_was_never_run_is_held_against_the_policy_in_force() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.programme.years.clear()
    base = name_of(Policy.of(POLICY), Against.ITSELF)
    own = what_if(world, POLICY, base)
    assert (own.baseline.against, own.is_control, moved(own)) == (Against.ITSELF, True, (set(), set()))
    report = what_if(world, THREE, against=base)
    assert (report.baseline.against, moved(report)) == (Against.IN_FORCE, ({"C"}, set()))


def test_a_year_that_is_open_and_not_yet_judged_is_no_baseline() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.programme.update(YEAR, digests={})
    assert what_if(world, THREE).baseline.against is Against.ITSELF


def test_corrections_since_are_counted_and_marked() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.put(job("B", 1, 150))
    report = what_if(world, POLICY)
    assert report.is_control
    assert moved(report) == ({"C"}, {"B"})
    assert report.difference.figures_differ == 1
    assert {one.friend_id: one.corrected for one in report.difference.changes} == {"B": True, "C": False}


def test_a_role_is_told_by_the_policy_or_by_the_record() -> None:
    world = marketplace(revenues=FOUR)
    world.engagements.put_many([Engagement("D", Role.MENTOR, date(2025, 5, 1))])
    report = what_if(
        closed(world), POLICY | {"qualification": {**POLICY["qualification"], "engagement_roles": []}}
    )
    [change] = report.difference.changes
    assert (change.friend_id, change.reasons, change.corrected) == ("D", ("engagement",), False)


def test_a_nominee_that_was_merged_since_counts_for_its_account() -> None:
    world = merged(closed(marketplace(revenues=FOUR)), "A", "C")
    report = what_if(world, POLICY)
    assert moved(report) == (set(), set())
    assert report.difference.nominees.before == 2
    assert report.difference.figures_differ > 0
    world = merged(closed(marketplace(revenues=FOUR)), "B", "A")
    assert what_if(world, POLICY).difference.merged == 1


def test_a_pseudonym_in_the_published_verdicts_is_no_friend_any_more() -> None:
    world = closed(marketplace(revenues=FOUR))
    for path, content in world.archive.files.items():
        rows = content.replace(b'"A"', b'"p-1"').splitlines(keepends=True)
        world.archive.files[path] = b"".join(sorted(rows, key=lambda row: json.loads(row)["friend_id"]))
    del world.friends.rows["A"]
    report = what_if(world, POLICY)
    out = next(one for one in report.difference.changes if not one.comes_in)
    assert (out.friend_id, out.reasons) == ("p-1", ("no_friend",))


def test_rows_that_are_not_sorted_are_refused_rather_than_compared_wrongly() -> None:
    world = closed(marketplace(revenues=FOUR))
    path = next(
        path
        for path in (verdicts_path(Run(YEAR), number) for number in range(2))
        if len(world.archive.files[path].splitlines()) > 1
    )
    rows = world.archive.files[path].splitlines(keepends=True)
    world.archive.files[path] = b"".join(reversed(rows))
    with pytest.raises(ValueError, match="is not sorted by Friend"):
        what_if(world, THREE)


def test_a_report_that_is_not_there_is_refused_in_one_sentence() -> None:
    world = closed(marketplace(revenues=FOUR))
    with pytest.raises(Refusal, match="has no report; run it again"):
        report_of(world.archive, Run(YEAR, "never"))
    runs = Runs(world.programme, world.archive)
    record = world.programme.year(YEAR)
    assert record
    runs.keep_what_if(replace(record, run=Run(YEAR, "half"), digests={}))
    with pytest.raises(Refusal, match="has no verdicts yet"):
        ReportWhatIf(world.archive, world.friends, runs)(Run(YEAR, "half"), "")


def test_without_a_name_whoever_may_open_what_ifs_only_opens_nothing() -> None:
    world = closed(marketplace(revenues=FOUR))
    world.programme.years.clear()
    before = world.content()
    runs = Runs(world.programme, world.archive)
    opened = OpenYear(world.programme, runs, world.clock)(Start("one", year=YEAR, only_what_if=True))
    assert opened.outcome is Opening.UNNAMED
    assert "needs a name" in opened.message
    assert world.content() == before


def test_one_more_rating_is_enough_to_tell_by_which_criterion() -> None:
    world = marketplace(revenues=FOUR)
    world.put(rating("A", 50))
    report = what_if(closed(world), {"qualification": {"ratings_min": 3, "revenue_top_percent": "50"}})
    assert {one.friend_id: one.reasons for one in report.difference.changes} == {"B": ("ratings",)}
