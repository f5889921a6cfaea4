"""`best-friends review ...`: the queue, the evidence, replies and decisions, and what is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from best_friends import bootstrap_review, bootstrap_standing
from best_friends.domain.invitation import InvitationState
from best_friends.domain.judged import Judged
from best_friends.domain.policy import Qualification
from best_friends.domain.programme import YearState
from best_friends.domain.qualification import Cohort, Figures, judge
from tests.support.commands import Command, Said, as_operator
from tests.support.deployed import deployment_of
from tests.support.marketplace import YEAR, Marketplace, invitation, year_record
from tests.support.stack import Clock, Stack
from tests.support.wire import reply

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:invitation"


@pytest.fixture
def best_friends(
    stack: Stack, clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run the command on a closed year as the operator Ada; F1 has 15 ratings and a job, F2 one of each."""
    started = {"executionArn": f"{MACHINE}:1", "startDate": 0}
    stack.wire.answers["sfn.StartExecution"] = lambda request: reply(request, 200, started)
    Marketplace(stack).star("F1", 500_000).has("F2").rated("F2", 1).earned("F2", 100).settle()
    stack.programme.open(year_record(state=YearState.CLOSED))
    cohort = Cohort("all", 100, 5, 600_000, 5)
    stack.programme.update(YEAR, cohorts=(cohort,))
    stack.programme.announce(YEAR)
    figures = Figures("F1", True, "ZH", 15, 75, 500_000)
    verdict = judge(figures, {"all": cohort}, Qualification())
    judged = Judged(figures, verdict, cohort.cutoff_cents)
    bootstrap_standing.verdicts(stack.name("VerdictsTable")).put_many(YEAR, [judged])

    return as_operator(replace(deployment_of(stack), invitation_machine=MACHINE), monkeypatch, capsys)


@pytest.fixture
def asks(stack: Stack) -> Callable[..., str]:
    """Lets F1 ask for a check, or another Friend."""
    open_review = bootstrap_review.open_review(
        requests_table=stack.name("RequestsTable"),
        programme_table=stack.name("ProgrammeTable"),
        letters_queue_url=stack.name("LettersQueue"),
    )

    def ask(words: str = "please check", year: int = YEAR, friend_id: str = "F1") -> str:
        return open_review(friend_id, year, words)[0].request_id

    return ask


def done(said: Said) -> str:
    assert said.status == 0, said.err
    return said.out


def as_json(said: Said) -> Any:
    return json.loads(done(said))


def letters(stack: Stack) -> list[str]:
    return sorted(one["letter"] for one in stack.messages("LettersQueue"))


def test_the_queue_shows_what_is_due_first_at_the_top_and_marks_what_is_overdue(
    best_friends: Command, asks: Callable[..., str], clock: Clock
) -> None:
    assert done(best_friends("review", "list")) == "None.\n"
    first = asks("first")
    clock.move(days=2)
    second = asks("second")
    rows = as_json(best_friends("review", "list", "--json"))
    assert [one["case_id"] for one in rows] == [first, second]
    assert rows[0] | {"case_id": ""} == {
        "case_id": "",
        "friend_id": "F1",
        "year": YEAR,
        "asked_at": "2026-01-15T05:00:00+00:00",
        "words": "first",
        "reply_by": "2026-01-22",
        "reply": None,
        "decide_by": "2026-01-29",
        "decision": None,
        "overdue": [],
    }
    done(best_friends("review", "reply", first, "--words", "we look"))
    assert [one["case_id"] for one in as_json(best_friends("review", "list", "--json"))] == [second, first]
    clock.move(days=9)
    table = done(best_friends("review", "list"))
    assert max(map(len, table.splitlines())) <= 80 and first in table and "replied" in table
    assert table.count("overdue") == 1
    assert as_json(best_friends("review", "list", "--json"))[0]["overdue"] == ["reply"]


def test_a_case_is_shown_with_its_evidence(best_friends: Command, asks: Callable[..., str]) -> None:
    other = asks("before that")
    done(best_friends("review", "decide", other, "--why", "all is right"))
    case_id = asks("my [b]job[/b] is missing")
    screen = done(best_friends("review", "show", case_id))
    assert max(map(len, screen.splitlines())) <= 80
    for said in ("my [b]job[/b] is missing", "2026-01-22", "5,000.00", "6,000.00", "1,000.00", "5.00", other):
        assert said in screen
    assert "not nominated" in screen and "There is no invitation." in screen and "16 lines" in screen
    assert "review decided" in screen and "decided on 2026-01-15, everything stands" in screen
    document = as_json(best_friends("review", "show", case_id, "--json"))
    assert document["case"]["words"] == "my [b]job[/b] is missing"
    assert len(document["lines"]) == 16 and document["standing"]["figures"]["cents"] == 500_000
    assert [one["case_id"] for one in document["others"]] == [other]
    assert [one["action"] for one in document["trail"]] == ["review decided"]


def test_a_case_of_a_year_that_did_not_judge_the_friend_is_shown_too(
    best_friends: Command, asks: Callable[..., str]
) -> None:
    screen = done(best_friends("review", "show", asks(friend_id="F2")))
    assert "please check" in screen and "The year 2025 did not judge F2." in screen


def test_figures_are_put_right_and_the_friend_is_told(
    stack: Stack, best_friends: Command, asks: Callable[..., str]
) -> None:
    case_id = asks()
    rated, earned = (
        next(one.source.partition("#")[2] for one in stack.ledger.of_friend("F1") if kind in one.entry)
        for kind in ("RATING", "JOB")
    )
    command = (
        *("review", "decide", case_id, "--why", "you were right"),
        *("--rating", rated, "--stars", "3", "--job", earned, "--amount", "6100.50"),
    )
    assert "is decided (figures); a letter tells F1 why" in done(best_friends(*command))
    months = stack.stats.get("F1").months.values()
    assert (sum(one.stars for one in months), sum(one.cents for one in months)) == (73, 610_050)
    assert letters(stack) == ["review_decided", "review_opened"]
    again = stack.dump()
    done(best_friends(*command))
    assert stack.dump() == again
    otherwise = best_friends("review", "decide", case_id, "--why", "no")
    assert otherwise.status == 2 and "was decided by Ada on 2026-01-15 already" in otherwise.err
    assert as_json(best_friends("review", "list", "--json")) == []


def test_lines_are_refunded_and_withdrawn_in_one_decision(
    stack: Stack, best_friends: Command, asks: Callable[..., str]
) -> None:
    sources = [one.source.split("#") for one in stack.ledger.of_friend("F1")]
    [earned] = [one for kind, one in sources if kind == "JOB"]
    rated = [one for kind, one in sources if kind == "RATING"]
    withdrawn = ("--withdraw-rating", rated[0], "--withdraw-rating", rated[1])
    done(best_friends("review", "decide", asks(), "--why", "x", *withdrawn, "--refund-job", earned))
    total = stack.stats.get("F1").months.values()
    assert (sum(one.ratings for one in total), sum(one.cents for one in total)) == (13, 0)
    assert sum(one.jobs for one in total) == 1


def test_somebody_is_invited_after_all(stack: Stack, best_friends: Command, asks: Callable[..., str]) -> None:
    case_id = asks()
    said = done(best_friends("review", "decide", case_id, "--why", "we were wrong", "--outcome", "nominated"))
    assert "(nominated)" in said and stack.wire.calls.count("sfn.StartExecution") == 1
    found = stack.invitations.get("F1", YEAR)
    assert found and found.late and found.state is InvitationState.OPEN and found.reasons.ratings == 15
    assert "which a review brought" in done(best_friends("review", "show", case_id))


def test_an_answer_that_came_too_late_is_set(
    stack: Stack, best_friends: Command, asks: Callable[..., str]
) -> None:
    stack.invitations.create(invitation("F1", state=InvitationState.EXPIRED))
    done(best_friends("review", "decide", asks(), "--why", "our fault", "--outcome", "confirmed"))
    assert list(stack.invitations.best_friends(YEAR)) == ["F1"]
    assert letters(stack) == ["review_decided", "review_opened", "welcome"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("review show review-none", "`best-friends review list` shows them"),
        ("review reply review-none --words x", "there is no case review-none"),
        ("review decide review-none --why x", "there is no case review-none"),
        ("review decide CASE --why x --rating R1", "--rating and --stars go together"),
        ("review decide CASE --why x --stars 4", "--rating and --stars go together"),
        ("review decide CASE --why x --job J1", "--job and --amount go together"),
        ("review decide CASE --why x --job J1 --amount much", "such as 12.50"),
        ("review decide CASE --why x --job J1 --amount -1", "such as 12.50"),
        ("review decide CASE --why x --refund-job J1 --withdraw-job J1", "the job J1 is named twice"),
        ("review decide CASE --why x --withdraw-rating R#1", "no '#'"),
        ("review decide CASE --why x --outcome expired", "name one of nominated, confirmed, declined"),
        ("review decide CASE --why x --outcome declined", "`--outcome nominated` makes one"),
        ("review decide CASE --why x --withdraw-rating R99", "there is no rating R99 in the ledger"),
        ("review decide CASE --why x --withdraw-job J9 --outcome nominated", "there is no completed job J9"),
        ("review decide EARLIER --why x --outcome nominated", "the year 2024 has not been judged yet"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(
    stack: Stack, best_friends: Command, asks: Callable[..., str], arguments: str, sentence: str
) -> None:
    filled = arguments.replace("CASE", asks()).replace("EARLIER", asks(year=2024))
    before = stack.dump()
    said = best_friends(*filled.split())
    assert said.status == 2 and sentence in said.err and said.err.count("\n") == 1
    assert stack.dump() == before and set(letters(stack)) == {"review_opened"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("reply", "--words", " "), "--words: is empty"),
        (("decide", "--why", " "), "--why: is empty"),
        (("reply", "--words", "w" * 2001), "has 2,001 characters"),
        (("decide", "--why", "x", "--rating", "", "--stars", "4"), "--rating: is empty"),
    ],
)
def test_words_and_ids_are_wanted(
    best_friends: Command, asks: Callable[..., str], arguments: tuple[str, ...], sentence: str
) -> None:
    said = best_friends("review", arguments[0], asks(), *arguments[1:])
    assert said.status == 2 and sentence in said.err
