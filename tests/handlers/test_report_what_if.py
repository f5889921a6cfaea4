"""report_what_if: what it answers, whom it asks about, and what it keeps to itself."""

import json
from dataclasses import replace
from typing import Any

import pytest

from best_friends.application.report_what_if import report_of
from best_friends.domain.policy import Policy
from best_friends.domain.programme import Run
from tests.support.fixtures import Printed
from tests.support.marketplace import YEAR, Marketplace
from tests.support.stack import Stack
from tests.support.steps import Steps

HALF = {"qualification": {"revenue_top_percent": "50"}}


@pytest.fixture
def judged(steps: Steps, marketplace: Marketplace) -> Steps:
    """Four Friends of whom one was nominated, and a what-if of the better half."""
    for number in range(1, 5):
        marketplace.star(f"F{number}", 1_000 - number, region="UR" if number > 1 else "ZH")
    marketplace.settle()
    assert steps.selected() == ["F1"]
    return steps


def reported(steps: Steps, policy: dict[str, Any] | None = HALF) -> dict[str, Any]:
    if policy is not None:
        steps.selected(what_if="half", policy=policy)
    event = {"run": steps.run, "execution": steps.execution, "against": ""}
    answer: dict[str, Any] = steps.stack.invoke("ReportWhatIf", event)
    return answer


def test_it_answers_with_the_path_and_the_counts(stack: Stack, judged: Steps, printed: Printed) -> None:
    assert reported(judged) == {
        "report": f"what-if/{YEAR}/half/report.json",
        "nominees": {"before": 1, "comes_in": 1, "goes_out": 0, "after": 2},
    }
    assert printed.metric("WhatIfsReported") == 1
    report = report_of(stack.archive, Run(YEAR, "half"))
    assert {name: one.after for name, one in report.difference.regions.items()} == {"UR": 1, "ZH": 1}
    assert report.policy == Policy.of(HALF)
    assert "mailbox.example" not in printed.text and "F2" not in printed.text


def test_again_it_writes_the_same_bytes(stack: Stack, judged: Steps) -> None:
    reported(judged)
    first = stack.objects()
    reported(judged, policy=None)
    assert stack.objects() == first
    text = first[f"what-if/{YEAR}/half/report.json"].decode()
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def test_it_asks_which_account_a_nominee_of_then_is_today(
    stack: Stack, judged: Steps, marketplace: Marketplace
) -> None:
    stack.friends.put_many([replace(marketplace.friends["F1"], merged_into="F2")])
    answer = reported(judged, {"qualification": {"revenue_top_percent": "5"}})
    assert answer["nominees"] == {"before": 1, "comes_in": 0, "goes_out": 0, "after": 1}
