"""Inviting, reminding, closing, and what the mail service says afterwards."""

from collections import Counter

import pytest

from best_friends.application.close_year import CloseYear
from best_friends.application.errors import Refusal
from best_friends.application.hand_over import Sending
from best_friends.application.invite_nominees import Invited, InviteNominees
from best_friends.application.ports_letters import LetterOrder
from best_friends.application.record_delivery import DeliveryEvent, RecordDelivery, UnknownMessage
from best_friends.application.report_year import ReportYear
from best_friends.application.select_nominees import verdicts_path
from best_friends.application.silent import RemindSilent
from best_friends.domain.invitation import Answer, InvitationState
from best_friends.domain.letter import LetterKind, LetterState
from best_friends.domain.programme import Settings, YearState
from best_friends.domain.report import InvitationCounts
from tests.unit.fakes import (
    ANSWER_UNTIL,
    CHUNK,
    REASONS,
    RUN,
    YEAR,
    World,
    answer_invitation,
    close_answers,
    go_on,
    invited,
    runs_of,
    selected,
    work_off,
)
from tests.unit.line import Crash, Unreachable


def invite(world: World, failures: list[str] | None = None) -> Invited:
    seen: list[str] = [] if failures is None else failures
    return InviteNominees(
        world.archive,
        world.invitations,
        world.workflows,
        runs_of(world),
        lambda friend_id, error: seen.append(f"{friend_id} {type(error).__name__}"),
    )(RUN, CHUNK)


def remind(world: World, number: int = 1) -> int:
    return RemindSilent(world.archive, world.invitations, world.queue)(RUN, CHUNK, number)


def say(world: World, token: str, answer: Answer) -> None:
    answer_invitation(world)(token, answer)


# ---------------------------------------------------------------- inviting


def test_every_nominee_of_the_chunk_is_invited_with_its_reasons() -> None:
    world = selected("F1", "F2", "F3")
    assert invite(world) == Invited(3, ())
    assert world.workflows.started == [("F1", YEAR), ("F2", YEAR), ("F3", YEAR)]
    invitation = world.invitations.get("F2", YEAR)
    assert invitation is not None
    assert (invitation.state, invitation.reasons) == (InvitationState.OPEN, REASONS)
    assert invitation.answer_until == ANSWER_UNTIL


def test_inviting_twice_starts_nothing_twice() -> None:
    world = selected("F1", "F2")
    invite(world)
    before = world.content()
    assert invite(world) == Invited(0, ())
    assert world.content() == before


def test_one_that_fails_does_not_cost_the_others_their_letter_and_is_invited_the_next_time() -> None:
    world = selected("F1", "F2", "F3")
    world.workflows.failing = {"F2"}
    failures: list[str] = []
    assert invite(world, failures) == Invited(2, ("F2",))
    assert failures == ["F2 Unreachable"]
    world.workflows.failing = set()
    assert invite(world) == Invited(1, ())
    assert Counter(friend_id for friend_id, _ in world.workflows.started) == Counter(["F1", "F2", "F3"])


def test_an_invitation_breaks_off_anywhere_and_is_complete_when_it_is_tried_again() -> None:
    whole = selected("F1", "F2")
    invite(whole)
    for number in range(1, len(whole.line.calls) + 1):
        for after in (False, True):
            world = selected("F1", "F2")
            world.line.break_at(number, Crash(), after=after)
            with pytest.raises(Crash):
                invite(world)
            world.line.mend()
            invite(world)
            assert Counter(world.workflows.started) == Counter(whole.workflows.started)
            assert len(world.queue.orders) == 2


def test_an_answered_invitation_is_not_started_again_though_its_workflow_is_forgotten() -> None:
    world = invited("F1")
    say(world, "token-1", Answer.DECLINE)
    world.workflows.started.clear()  # names are free again after 90 days
    assert invite(world) == Invited(0, ())
    assert world.workflows.started == []


def test_nobody_is_invited_before_the_nominees_are_selected() -> None:
    world = selected("F1")
    world.programme.years[YEAR]["answer_until"] = None
    with pytest.raises(Refusal, match="have not been selected"):
        invite(world)


# ---------------------------------------------------------------- reminding


def test_only_the_silent_are_reminded() -> None:
    world = invited("F1", "F2", "F3", "F4")
    say(world, "token-1", Answer.CONFIRM)
    say(world, "token-2", Answer.DECLINE)
    world.invitations.end("F3", YEAR, InvitationState.UNDELIVERABLE, world.clock.now)
    assert remind(world, 2) == 1
    assert world.queue.orders == [LetterOrder(LetterKind.REMINDER, "F4", YEAR, 2)]


def test_who_answers_after_a_reminder_was_queued_does_not_get_it() -> None:
    world = invited("F1", "F2")
    assert remind(world) == 2
    say(world, "token-1", Answer.DECLINE)
    assert Counter(work_off(world)) == Counter([Sending.NOT_WANTED, Sending.SENT])
    assert [mailed.to for mailed in world.mail.sent[2:]] == ["f2@friends.example"]


def test_a_reminder_queued_twice_goes_out_once() -> None:
    world = invited("F1")
    assert (remind(world), remind(world)) == (1, 1)
    assert work_off(world) == [Sending.SENT, Sending.ALREADY_DONE]
    assert remind(world, 2) == 1
    assert work_off(world) == [Sending.SENT]


def test_somebody_who_was_never_invited_is_not_reminded() -> None:
    assert remind(selected("F1")) == 0


# ---------------------------------------------------------------- closing the answers


def test_the_silent_expire_and_every_workflow_goes_on() -> None:
    world = invited("F1", "F2", "F3")
    say(world, "token-1", Answer.CONFIRM)
    assert close_answers(world)(RUN, CHUNK) == 2
    states = [world.invitations.state(one, YEAR) for one in ("F1", "F2", "F3")]
    assert states == [InvitationState.CONFIRMED, InvitationState.EXPIRED, InvitationState.EXPIRED]
    assert world.workflows.waiting == {}
    assert all(row.task_token is None for row in world.invitations.rows.values())


def test_closing_twice_changes_nothing() -> None:
    world = invited("F1", "F2")
    close_answers(world)(RUN, CHUNK)
    before = world.content()
    assert close_answers(world)(RUN, CHUNK) == 0
    assert world.content() == before


def test_closing_that_breaks_off_anywhere_ends_the_same_when_it_is_tried_again() -> None:
    whole = invited("F1", "F2")
    close_answers(whole)(RUN, CHUNK)
    for number in range(1, len(whole.line.calls) + 1):
        for error in (Crash(), Unreachable()):
            world = invited("F1", "F2")
            world.line.break_at(number, error, after=True)
            with pytest.raises((Crash, Unreachable)):
                close_answers(world)(RUN, CHUNK)
            world.line.mend()
            close_answers(world)(RUN, CHUNK)
            assert world.content() == whole.content()
            assert world.workflows.waiting == {}


@pytest.mark.parametrize("fate", ["confirm", "decline", "silence", "bounce"])
def test_every_invitation_ends_as_exactly_one_of_four(fate: str) -> None:
    world = invited("F1")
    if fate == "bounce":
        record(world)(DeliveryEvent("message-1", "bounce", True, "2026-01-15T07:00:00Z"))
    elif fate != "silence":
        say(world, "token-1", Answer(fate))
    close_answers(world)(RUN, CHUNK)
    ends = {"confirm": "confirmed", "decline": "declined", "silence": "expired", "bounce": "undeliverable"}
    assert world.invitations.state("F1", YEAR) == ends[fate]
    assert world.invitations.rows["F1", YEAR].history == [ends[fate]]


# ---------------------------------------------------------------- after the letter was handed over


def record(world: World) -> RecordDelivery:
    return RecordDelivery(world.letters, world.invitations, world.workflows, world.clock)


BOUNCE = DeliveryEvent("message-1", "bounce", True, "2026-01-15T07:00:00Z")


def test_a_permanent_bounce_ends_the_invitation_as_undeliverable_and_its_workflow_goes_on() -> None:
    world = invited("F1")
    assert record(world)(BOUNCE) is True
    assert world.invitations.state("F1", YEAR) is InvitationState.UNDELIVERABLE
    assert world.workflows.told == [(f"task {YEAR} F1", InvitationState.UNDELIVERABLE)]
    assert world.letters.rows[f"invitation#{YEAR}#F1"].events == [("bounce", BOUNCE.at)]


@pytest.mark.parametrize("kind", ["delivery", "complaint", "bounce"])
def test_any_other_event_is_noted_and_ends_nothing(kind: str) -> None:
    world = invited("F1")
    assert record(world)(DeliveryEvent("message-1", kind, False, BOUNCE.at)) is False
    assert world.invitations.state("F1", YEAR) is InvitationState.OPEN
    assert world.letters.rows[f"invitation#{YEAR}#F1"].events == [(kind, BOUNCE.at)]


def test_a_bounce_after_the_answer_takes_no_answer_away() -> None:
    world = invited("F1")
    say(world, "token-1", Answer.CONFIRM)
    assert record(world)(BOUNCE) is False
    assert world.invitations.state("F1", YEAR) is InvitationState.CONFIRMED


def test_a_bounce_delivered_twice_ends_the_invitation_once() -> None:
    world = invited("F1")
    assert [record(world)(BOUNCE), record(world)(BOUNCE)] == [True, False]
    assert world.invitations.rows["F1", YEAR].history == [InvitationState.UNDELIVERABLE]


def test_a_bounce_that_breaks_off_anywhere_and_is_delivered_again_leaves_nobody_waiting() -> None:
    whole = invited("F1")
    record(whole)(BOUNCE)
    for number in range(1, len(whole.line.calls) + 1):
        world = invited("F1")
        world.line.break_at(number, Crash(), after=True)
        with pytest.raises(Crash):
            record(world)(BOUNCE)
        world.line.mend()
        record(world)(BOUNCE)
        close_answers(world)(RUN, CHUNK)
        assert world.invitations.state("F1", YEAR) is InvitationState.UNDELIVERABLE
        assert world.workflows.waiting == {}


def test_an_event_that_is_faster_than_our_own_record_is_to_be_delivered_again() -> None:
    world = invited("F1")
    before = world.content()
    with pytest.raises(UnknownMessage):
        record(world)(DeliveryEvent("message-99", "bounce", True, BOUNCE.at))
    assert world.content() == before


# ---------------------------------------------------------------- closing the year


def closed(world: World, chunks: int = 1) -> InvitationCounts:
    report = ReportYear(world.archive, world.invitations, world.letters, runs_of(world))
    return CloseYear(world.programme, world.archive, report)(RUN, [CHUNK][:chunks], 1)


def with_verdicts(world: World) -> World:
    rows = [
        {
            "friend_id": friend_id,
            "active": True,
            "region": "Bern",
            "ratings": 15,
            "stars": 75,
            "cents": 12_345,
            "roles": [],
            "cohort": "all",
            "by_figures": True,
            "by_engagement": False,
            "rating_ok": True,
            "revenue_met": True,
            "missed": [],
        }
        for friend_id in world.friends.rows
    ]
    world.archive.write_rows(verdicts_path(RUN, 0), rows)
    world.programme.update(YEAR, counts={"nominees": len(rows)})
    return world


def test_a_closed_year_is_counted_published_and_announced() -> None:
    world = with_verdicts(invited("F1", "F2", "F3", "F4"))
    say(world, "token-1", Answer.CONFIRM)
    say(world, "token-2", Answer.DECLINE)
    remind(world)
    go_on(world)
    work_off(world)
    record(world)(DeliveryEvent("message-3", "bounce", True, BOUNCE.at))
    close_answers(world)(RUN, CHUNK)
    counts = closed(world)
    assert counts == InvitationCounts(
        sent=4, reminders=2, confirmed=1, declined=1, expired=1, undeliverable=1, still_open=0
    )
    year = world.programme.year(YEAR)
    assert year is not None and year.state is YearState.CLOSED
    assert (year.counts["nominees"], year.counts["confirmed"]) == (4, 1)
    assert world.programme.in_force.best_friends_of == YEAR
    assert list(world.invitations.best_friends(YEAR)) == ["F1"]


def test_closing_a_year_twice_publishes_the_same_bytes() -> None:
    world = with_verdicts(invited("F1"))
    close_answers(world)(RUN, CHUNK)
    first = closed(world)
    before = world.content()
    assert closed(world) == first
    assert world.content() == before


def test_a_year_that_breaks_off_while_closing_is_closed_when_it_is_tried_again() -> None:
    whole = with_verdicts(invited("F1"))
    whole.line.calls.clear()
    closed(whole)
    for number in range(1, len(whole.line.calls) + 1):
        world = with_verdicts(invited("F1"))
        world.line.break_at(number, Crash(), after=True)
        with pytest.raises(Crash):
            closed(world)
        world.line.mend()
        closed(world)
        assert world.content() == whole.content()


@pytest.mark.parametrize(("held", "then"), [(None, YEAR), (YEAR - 1, YEAR), (YEAR + 1, YEAR + 1)])
def test_the_status_passes_on_and_never_back(held: int | None, then: int) -> None:
    world = with_verdicts(invited("F1"))
    world.programme.in_force = Settings(currency="CHF", best_friends_of=held)
    closed(world)
    assert world.programme.in_force.best_friends_of == then


def test_a_year_without_nominees_is_closed_like_any_other() -> None:
    world = with_verdicts(selected())
    assert closed(world, chunks=0) == InvitationCounts()
    year = world.programme.year(YEAR)
    assert year is not None and year.state is YearState.CLOSED


def test_a_letter_in_doubt_is_not_counted_as_sent() -> None:
    world = with_verdicts(invited("F1"))
    world.letters.rows[f"invitation#{YEAR}#F1"].state = LetterState.IN_DOUBT
    assert closed(world).sent == 0
