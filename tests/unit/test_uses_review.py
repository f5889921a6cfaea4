"""Cases: opened once, replied to, decided with everything put right, whatever breaks off in between."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from best_friends.application.ask import TooMany
from best_friends.application.correct_ledger import By
from best_friends.application.errors import Refusal
from best_friends.application.hand_over import Sending
from best_friends.application.overdue_reviews import Waiting
from best_friends.application.ports_letters import LetterOrder
from best_friends.application.send_by_kind import SendByKind
from best_friends.domain.invitation import InvitationState
from best_friends.domain.letter import NO_YEAR, REVIEW_LETTERS, LetterKind
from best_friends.domain.programme import YearState
from best_friends.domain.requests import MOST_OPEN, Request, RequestState, ReviewResult, Righted
from best_friends.domain.review import Act, Changes, LineChange
from tests.unit.fakes import YEAR, send_letter
from tests.unit.fakes_review import BY, ReviewWorld
from tests.unit.line import Actor, Crash, every_order

R1 = LineChange("RATING#R1", Act.CORRECT, stars=5)
GONE = LineChange("RATING#R1", Act.WITHDRAW)
J1 = LineChange("JOB#J1", Act.CORRECT, cents=60_000)
REFUND = LineChange("JOB#J1", Act.REFUND)


@pytest.fixture
def world() -> ReviewWorld:
    """F1 and F2 in a year that is closed."""
    return ReviewWorld()


def decided(world: ReviewWorld, case_id: str) -> Request:
    return world.requests.rows[case_id]


def mailed(world: ReviewWorld, *, times: int = 2) -> list[str]:
    """The kinds of the letters that leave when every order is delivered so many times."""
    send = SendByKind(send_letter(world), dict.fromkeys(REVIEW_LETTERS, world.send))
    orders = [*world.queue.orders] * times
    world.queue.orders.clear()
    for order in orders:
        send(order)
    return sorted(one.tags["kind"] for one in world.mail.sent)


# ---------------------------------------------------------------- opening


def test_the_same_words_on_a_day_are_one_case_and_one_letter(world: ReviewWorld) -> None:
    first, again = (world.open_review("F1", YEAR, "please  check") for _ in range(2))
    assert (first[1], again[1]) == (True, False) and first[0] == again[0]
    assert (
        len(world.requests.rows) == 1
        and world.queue.orders
        == [LetterOrder(LetterKind.REVIEW_OPENED, "F1", NO_YEAR, about=first[0].request_id)] * 2
    )
    assert mailed(world) == ["review_opened"]
    [letter] = world.mail.sent
    said = " ".join(letter.text.replace("\xa0", " ").split())
    assert "> please check" in said and "10. März 2026" in said and "17. März 2026" in said
    assert [row.year for row in world.letters.rows.values()] == [NO_YEAR]  # a bounce ends no invitation


def test_a_case_whose_letter_was_not_ordered_is_thanked_for_when_it_is_asked_again(
    world: ReviewWorld,
) -> None:
    for number in range(1, 8):
        for after in (False, True):
            world = ReviewWorld()
            world.line.break_at(number, Crash(), after=after)
            with suppress(Crash):
                world.asked()
            world.line.mend()
            world.asked()
            assert len(world.requests.rows) == 1 and mailed(world) == ["review_opened"]


def test_nobody_opens_more_cases_than_people_can_look_at(world: ReviewWorld) -> None:
    for number in range(MOST_OPEN):
        world.asked(f"check {number}")
    with pytest.raises(TooMany):
        world.asked("check once more")
    assert len(world.requests.rows) == len(world.queue.orders) == MOST_OPEN


# ---------------------------------------------------------------- replying


def test_a_reply_is_mailed_and_noted_and_the_case_stays_open(world: ReviewWorld) -> None:
    case_id = world.asked()
    for _ in range(2):
        world.review.reply(case_id, "We are\nlooking into it.", By("Ada", "We are looking into it."))
    case = decided(world, case_id)
    assert case.state is RequestState.OPEN and case.reply and case.reply.words == "We are looking into it."
    assert [(one.action, one.about, one.who) for one in world.trail.rows] == [
        ("review replied", case_id, "Ada")
    ]
    assert mailed(world) == ["review_opened", "review_replied"]
    assert "> We are looking into it." in world.mail.sent[-1].text


def test_a_newer_reply_takes_the_place_of_the_last_one_and_is_a_letter_of_its_own(world: ReviewWorld) -> None:
    case_id = world.asked()
    world.review.reply(case_id, "first", BY)
    assert mailed(world) == ["review_opened", "review_replied"]
    world.clock.now += timedelta(minutes=5)
    world.review.reply(case_id, "second", BY)
    assert mailed(world) == ["review_opened", "review_replied", "review_replied"]
    assert [one.after for one in world.trail.rows] == [{"words": "first"}, {"words": "second"}]
    reply = decided(world, case_id).reply
    assert reply and reply.words == "second"


def test_a_reply_that_breaks_anywhere_is_whole_when_it_is_repeated() -> None:
    for world, case_id, again in every_break(lambda world, one: world.review.reply(one, "we look", BY)):
        again()
        reply = decided(world, case_id).reply
        assert reply and reply.words == "we look" and len(world.trail.rows) == 1
        assert mailed(world) == ["review_opened", "review_replied"]


@pytest.mark.parametrize("words", ["", " \u200b "])
def test_a_reply_without_words_is_none(world: ReviewWorld, words: str) -> None:
    with pytest.raises(Refusal, match="no words"):
        world.review.reply(world.asked(), words, BY)
    assert not world.trail.rows


# ---------------------------------------------------------------- deciding


def test_figures_are_put_right_with_a_note_that_names_the_case(world: ReviewWorld) -> None:
    case_id = world.asked()
    before = world.stats.months("F1")
    world.review.decide(case_id, BY, Changes((R1, J1)))
    assert sum(one.stars for one in before.values()) == 6
    assert sum(one.stars for one in world.stats.months("F1").values()) == 10  # also before the stream
    assert world.stats.months("F1")["2025-03"].cents == 60_000
    assert [one.action for one in world.trail.rows] == [
        "rating corrected",
        "job corrected",
        "review decided",
    ]
    assert [case_id in one.why for one in world.trail.rows[:2]] == [True, True]
    decision = decided(world, case_id).decision
    assert decision and decision.why == BY.why and decision.state is RequestState.ACCEPTED
    assert decision.granted == ReviewResult((Righted.FIGURES,))
    assert mailed(world) == ["review_decided"]  # who has the decision needs no thanks for having asked
    assert f"> {BY.why}" in world.mail.sent[0].text and "berichtigt" in world.mail.sent[0].text


def test_a_decision_may_let_everything_stand(world: ReviewWorld) -> None:
    case_id, before = world.asked(), repr(world.ledger.rows)
    world.review.decide(case_id, BY, Changes())
    assert decided(world, case_id).state is RequestState.DECLINED and repr(world.ledger.rows) == before
    assert mailed(world) == ["review_decided"] and "Es bleibt alles, wie es war." in world.mail.sent[0].text


def test_a_decision_stands_and_another_one_is_refused(world: ReviewWorld) -> None:
    case_id = world.asked()
    world.review.decide(case_id, BY, Changes((R1,)))
    world.review.decide(case_id, BY, Changes((R1,)))
    assert len(world.trail.rows) == 2 and mailed(world) == ["review_decided"]
    with pytest.raises(Refusal, match="decided by Ada on 2026-03-03 already"):
        world.review.decide(case_id, BY, Changes())
    with pytest.raises(Refusal, match="nothing to reply to"):
        world.review.reply(case_id, "late", BY)


FIGURES: list[tuple[LineChange, ...]] = [(R1,), (GONE,), (J1,), (REFUND,), (GONE, J1), (R1, REFUND)]


@pytest.mark.parametrize("lines", FIGURES)
def test_figures_that_break_off_anywhere_are_right_when_the_command_is_repeated(
    lines: Sequence[LineChange],
) -> None:
    changes = Changes(tuple(lines))
    whole = ReviewWorld()
    whole.review.decide(whole.asked(), BY, changes)
    for world, _, again in every_break(lambda world, one: world.review.decide(one, BY, changes)):
        again()
        same(world, whole)
        assert mailed(world) == ["review_decided"]


OUTCOMES = [
    (None, Righted.NOMINATED, ["invitation", "review_decided"]),
    (InvitationState.EXPIRED, Righted.CONFIRMED, ["review_decided", "welcome"]),
    (InvitationState.DECLINED, Righted.CONFIRMED, ["review_decided", "welcome"]),
    (InvitationState.CONFIRMED, Righted.DECLINED, ["review_decided"]),
]


@pytest.mark.parametrize("state", [YearState.OPEN, YearState.CLOSED])
@pytest.mark.parametrize(("before", "outcome", "letters"), OUTCOMES)
def test_an_outcome_that_breaks_off_anywhere_is_right_when_the_command_is_repeated(
    state: YearState, before: InvitationState | None, outcome: Righted, letters: list[str]
) -> None:
    changes = Changes((R1,), outcome)

    def begin() -> ReviewWorld:
        world = ReviewWorld(state)
        if before:
            world.invited(before)
        return world

    whole = begin()
    whole.review.decide(whole.asked(), BY, changes)
    for world, _, again in every_break(lambda world, one: world.review.decide(one, BY, changes), begin):
        again()
        same(world, whole)
        assert mailed(world) == letters


def test_of_two_who_decide_otherwise_one_wins_and_the_other_is_told() -> None:
    def begin() -> tuple[tuple[ReviewWorld, str], list[Actor]]:
        world = ReviewWorld()
        case_id = world.asked()
        at = ("FakeRequests.get", "FakeDecisions.write", "FakeMoves.correct")
        return (world, case_id), [
            Actor(lambda: world.review.decide(case_id, BY, Changes((R1,))), at),
            Actor(lambda: world.review.decide(case_id, By("Bob", "no"), Changes()), at),
        ]

    for (world, case_id), actors in every_order(begin):
        errors = [actor.error for actor in actors if actor.error]
        assert len(errors) == 1 and isinstance(errors[0], Refusal)
        assert "already" in str(errors[0]) or "began to decide" in str(errors[0])
        assert sum(one.action == "review decided" for one in world.trail.rows) == 1
        decision = decided(world, case_id).decision
        assert decision
        # Who was too late has put nothing right either.
        righted = sum(one.action == "rating corrected" for one in world.trail.rows)
        assert righted == (1 if decision.why == BY.why else 0)


def test_another_reason_or_another_line_is_another_decision(world: ReviewWorld) -> None:
    case_id = world.asked()
    world.review.decide(case_id, BY, Changes((R1,)))
    before = world.content()
    for by, changes in ((By("Ada", "else"), Changes((R1,))), (BY, Changes((replace(R1, stars=2),)))):
        with pytest.raises(Refusal, match="otherwise than this, and nothing was changed"):
            world.review.decide(case_id, by, changes)
    assert world.content() == before


def test_a_decision_that_was_begun_is_finished_by_the_same_command_or_later_by_another(
    world: ReviewWorld,
) -> None:
    case_id = world.asked()

    def at_the_line(name: str) -> None:
        if name == "FakeMoves.correct":
            raise Crash

    world.line.turn = at_the_line
    with pytest.raises(Crash):
        world.review.decide(case_id, BY, Changes((R1,)))
    world.line.mend()
    with pytest.raises(Refusal, match="Ada began to decide"):
        world.review.decide(case_id, By("Bob", "no"), Changes())
    world.clock.now += timedelta(minutes=15)
    world.review.decide(case_id, By("Bob", "no"), Changes())
    decision = decided(world, case_id).decision
    assert decision and decision.who == "Bob"


def test_a_reply_that_comes_while_it_is_decided_is_not_lost() -> None:
    def begin() -> tuple[tuple[ReviewWorld, str], list[Actor]]:
        world = ReviewWorld()
        case_id = world.asked()
        at = ("FakeRequests.get", "FakeDecisions.write")
        return (world, case_id), [
            Actor(lambda: world.review.decide(case_id, BY, Changes()), at),
            Actor(lambda: world.review.reply(case_id, "we look", By("Bob", "we look")), at),
        ]

    for (world, case_id), actors in every_order(begin):
        assert actors[0].error is None and decided(world, case_id).decision
        replied = any(one.action == "review replied" for one in world.trail.rows)
        assert (actors[1].error is None) is replied is (decided(world, case_id).reply is not None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (Changes((LineChange("RATING#R7", Act.WITHDRAW),)), "there is no rating R7 in the ledger"),
        (Changes((LineChange("JOB#J7", Act.REFUND),)), "there is no completed job J7 in the ledger"),
        (Changes((LineChange("RATING#R9", Act.WITHDRAW),)), "rating R9 is of F2"),
        (Changes((replace(R1, stars=1),)), "rating R1 is so already"),
        (Changes((replace(J1, cents=50_000),)), "completed job J1 is so already"),
        (Changes((R1,), Righted.CONFIRMED), "F1 has no invitation for 2025"),
    ],
)
def test_what_cannot_be_put_right_is_refused_before_anything_is_written(
    world: ReviewWorld, changes: Changes, said: str
) -> None:
    case_id = world.asked()
    before = world.content()
    with pytest.raises(Refusal, match=said):
        world.review.decide(case_id, BY, changes)
    assert world.content() == before


def test_a_line_that_was_withdrawn_before_is_not_the_cases_doing(world: ReviewWorld) -> None:
    world.review.decide(world.asked("the first"), BY, Changes((GONE,)))
    with pytest.raises(Refusal, match="was withdrawn by Ada"):
        world.review.decide(world.asked("the second"), BY, Changes((GONE,)))


def test_only_cases_are_decided_here(world: ReviewWorld) -> None:
    with pytest.raises(Refusal, match="there is no case review-none"):
        world.review.decide("review-none", BY, Changes())
    case_id = world.asked()
    del world.friends.rows["F1"]
    with pytest.raises(Refusal, match="not here any more"):
        world.review.decide(case_id, BY, Changes())


# ---------------------------------------------------------------- looking


def test_the_evidence_is_the_standing_its_lines_the_trail_and_other_cases(world: ReviewWorld) -> None:
    first, second = world.asked("first"), world.asked("second")
    world.review.decide(first, BY, Changes((R1,)))
    before = world.content()
    found = world.look(second)
    assert world.content() == before
    assert found.standing and found.standing.figures.stars == 10
    assert [one.identifier for one in found.lines] == ["R2", "R1", "J1"]
    assert [one.request_id for one in found.others] == [first]
    assert [one.action for one in found.trail] == ["rating corrected", "review decided"]


def test_a_merged_accounts_case_is_its_survivors(world: ReviewWorld) -> None:
    case_id = world.asked()
    world.friends.rows["F1"] = replace(world.friends.rows["F1"], merged_into="F2")
    found = world.look(case_id)
    assert (found.case.request_id, found.friend_id) == (case_id, "F2")
    assert {one.identifier for one in found.lines} == {"R1", "R2", "R9", "J1"}


# ---------------------------------------------------------------- waiting


def test_cases_that_wait_too_long_are_counted(world: ReviewWorld) -> None:
    world.asked("first")
    replied, closed = world.asked("second"), world.asked("third")
    world.review.reply(replied, "we look", BY)
    world.review.decide(closed, BY, Changes())
    assert world.overdue() == Waiting(2, 0, 0, 0)
    world.clock.now += timedelta(days=7, hours=10, minutes=59)  # the last minute of the day in Zurich
    assert world.overdue() == Waiting(2, 0, 0, 0)
    world.clock.now += timedelta(minutes=1)
    assert world.overdue() == Waiting(2, 1, 0, 1)
    world.clock.now += timedelta(days=7)
    assert world.overdue() == Waiting(2, 1, 2, 2)


# ---------------------------------------------------------------- letters that make no sense any more


def test_a_letter_about_a_case_leaves_only_while_it_is_true(world: ReviewWorld) -> None:
    case_id = world.asked()
    kinds = (LetterKind.REVIEW_REPLIED, LetterKind.REVIEW_DECIDED)
    orders = [LetterOrder(kind, "F1", NO_YEAR, about=case_id) for kind in kinds]
    assert [world.send(one) for one in orders] == [Sending.NOT_WANTED] * 2
    world.review.reply(case_id, "we look", BY)
    world.review.decide(case_id, BY, Changes())
    assert [world.send(one) for one in world.queue.orders] == [
        Sending.NOT_WANTED,
        Sending.NOT_WANTED,
        Sending.SENT,
    ]


def every_break(
    act: Callable[[ReviewWorld, str], Any], begin: Callable[[], ReviewWorld] = ReviewWorld
) -> Any:
    """A world in which an act broke off, at each of its calls and after it, with the way to repeat it."""
    whole = begin()
    case_id = whole.asked()
    whole.line.calls.clear()
    act(whole, case_id)
    for number in range(1, len(whole.line.calls) + 1):
        for after in (False, True):
            world = begin()
            world.asked()
            world.line.break_at(number, Crash(), after=after)
            with pytest.raises(Crash):
                act(world, case_id)
            world.line.mend()
            yield world, case_id, lambda world=world: act(world, case_id)


def same(world: ReviewWorld, whole: ReviewWorld) -> None:
    """Whether two worlds have come to the same end; orders may be there twice, since their ids are single."""
    for held in ("ledger", "corrections", "invitations", "requests"):
        assert repr(getattr(world, held).rows) == repr(getattr(whole, held).rows), held
    assert Counter(map(repr, world.trail.rows)) == Counter(map(repr, whole.trail.rows))
    assert {one: world.stats.months(one) for one in ("F1", "F2")} == {
        one: whole.stats.months(one) for one in ("F1", "F2")
    }
    assert set(world.queue.orders) == set(whole.queue.orders)
    assert world.workflows.started == whole.workflows.started
