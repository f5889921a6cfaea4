"""Announcements from the file to the letters: early, on the day, corrected, withdrawn, broken off."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from best_friends.application.correct_ledger import By
from best_friends.application.errors import Refusal, Throttled
from best_friends.application.hand_over import Sending
from best_friends.application.ports_letters import LetterOrder
from best_friends.application.ports_standing import Stream
from best_friends.domain.drafts import DraftError
from best_friends.domain.letter import NO_YEAR, LetterKind
from tests.unit.fakes_offers import START, OffersWorld, draft
from tests.unit.line import Crash

BY = By("Ada", "as planned")
DAY = date(2026, 11, 9)  # seven days after the world's
BEST = ["B1", "B2", "B3"]
EVERYBODY = [*BEST, "F1", "F2", "F3", "F4", "F5"]


@pytest.fixture
def world() -> OffersWorld:
    """An announcement that is out for Best Friends."""
    world = OffersWorld()
    world.handle_announcements.add(draft(DAY), BY)
    return world


def always() -> bool:
    return True


def run(world: OffersWorld) -> None:
    world.publish(always)
    world.deliver()


def correct(world: OffersWorld, what: str = "Mai, nicht April.") -> None:
    world.handle_announcements.correct("app", draft(DAY, text=what, corrected=what), BY)


def test_best_friends_first_everybody_on_the_day_each_once(world: OffersWorld) -> None:
    run(world)
    run(world)
    assert world.mailed_to() == BEST
    assert "vor allen anderen" in world.mail.sent[0].text
    world.clock.now += timedelta(days=7)
    run(world)
    run(world)
    assert world.mailed_to() == EVERYBODY
    assert "vor allen anderen" not in world.mail.sent[-1].text


def test_it_is_news(world: OffersWorld) -> None:
    world.choices.choose("B2", Stream.NEWS, wanted=False)
    run(world)
    assert world.mailed_to() == ["B1", "B3"]
    assert all("List-Unsubscribe" in one.headers for one in world.mail.sent)
    assert all(one.headers["List-Unsubscribe"].strip("<>") in one.html for one in world.mail.sent)


def test_a_correction_reaches_those_who_had_it_and_the_others_get_it_right_at_once(
    world: OffersWorld,
) -> None:
    run(world)
    correct(world)
    run(world)
    assert world.mailed_to("Berichtigt") == BEST
    assert "- Mai, nicht April." in world.mail.sent[-1].text
    world.clock.now += timedelta(days=7)
    run(world)
    assert world.mailed_to("Berichtigt") == BEST and len(world.mail.sent) == 3 + 3 + 5
    correct(world, "Juni, nicht Mai.")
    run(world)
    assert world.mailed_to("Berichtigt") == sorted(BEST + EVERYBODY)


def test_a_withdrawal_reaches_those_who_had_it_and_nobody_else(world: OffersWorld) -> None:
    run(world)
    world.handle_announcements.withdraw("app", By("Ada", "it was too early"))
    world.clock.now += timedelta(days=7)
    run(world)
    run(world)
    assert world.mailed_to("Zurückgenommen") == BEST and len(world.mail.sent) == 6
    assert "> it was too early" in world.mail.sent[-1].text
    with pytest.raises(Refusal, match="withdrawn"):
        correct(world)


def test_a_withdrawal_that_overtakes_its_letters_stops_them(world: OffersWorld) -> None:
    world.publish(always)
    world.handle_announcements.withdraw("app", BY)
    run(world)
    assert not world.mail.sent


@pytest.mark.parametrize("change", ["correct", "withdraw"])
def test_what_changes_while_a_letter_is_written_is_seen(world: OffersWorld, change: str) -> None:
    world.publish(always)
    order = world.queue.orders[0]

    def interfere(name: str) -> None:
        if name == "FakeLetters.claim":
            world.line.mend()
            if change == "correct":
                correct(world)
            else:
                world.handle_announcements.withdraw("app", BY)

    world.line.done = interfere
    sending = world.send_announcement(order)
    if change == "withdraw":
        assert sending is Sending.NOT_WANTED and not world.mail.sent
    else:
        assert sending is Sending.SENT and "nicht April" in world.mail.sent[0].text
        run(world)
        run(world)
        assert world.mailed_to() == BEST


def test_what_keeps_changing_is_delivered_again(world: OffersWorld) -> None:
    world.publish(always)
    numbers = iter(range(99))

    def interfere(name: str) -> None:
        if name == "FakeLetters.claim":
            correct(world, f"Nummer {next(numbers)}")

    world.line.done = interfere
    with pytest.raises(Throttled):
        world.send_announcement(world.queue.orders[0])


def scene(world: OffersWorld) -> None:
    """Early, a correction, the day, a withdrawal."""
    handle = world.handle_announcements
    run(world)
    handle.correct("app", draft(DAY, text="Mai.", corrected="Mai."), BY)
    run(world)
    world.clock.now = START + timedelta(days=7)
    run(world)
    if not handle.get("app").withdrawn:
        handle.withdraw("app", BY)
    run(world)


@pytest.mark.parametrize("after", [False, True])
def test_a_run_that_breaks_off_anywhere_is_finished_by_the_next(*, after: bool) -> None:
    def fresh() -> OffersWorld:
        world = OffersWorld()
        world.handle_announcements.add(draft(DAY), BY)
        world.line.calls.clear()
        return world

    plain = fresh()
    plain.publish(always)
    calls = len(plain.line.calls)
    plain.deliver()
    for number in range(1, calls + 1):
        world = fresh()
        world.line.break_at(number, Crash(), after=after)
        with pytest.raises(Crash):
            world.publish(always)
        world.line.mend()
        run(world)
        assert world.mailed_to() == BEST


def test_the_whole_story_leaves_each_letter_once(world: OffersWorld) -> None:
    scene(world)
    assert world.mailed_to("Berichtigt") == BEST
    assert world.mailed_to("Zurückgenommen") == EVERYBODY
    assert len(world.mail.sent) == 3 + 3 + 5 + 8


def test_a_run_without_time_goes_on_where_it_was(world: OffersWorld) -> None:
    runs = 0
    while world.announcements.rows["app"].done == ():
        left = iter([True, False])
        done = world.publish(lambda: next(left))  # noqa: B023 -- used at once
        runs += 1
        assert done.left == (world.announcements.rows["app"].done == ())
        assert runs < 20
    assert runs == 4  # eight Friends, two at a time
    world.deliver()
    assert world.mailed_to() == BEST


def test_accounts_that_became_one_get_one_letter_and_the_corrections_of_both(world: OffersWorld) -> None:
    run(world)
    world.friends.rows["B1"] = replace(world.friends.rows["B1"], merged_into="F1")
    correct(world)
    run(world)
    assert world.mailed_to("Berichtigt") == ["B2", "B3", "F1"]


def test_who_left_since_hears_of_a_correction_and_of_nothing_new(world: OffersWorld) -> None:
    run(world)
    for one in ("B1", "F1"):
        world.friends.rows[one] = replace(world.friends.rows[one], active=False)
    correct(world)
    run(world)
    world.clock.now += timedelta(days=7)
    run(world)
    assert world.mailed_to("Berichtigt") == BEST and "F1" not in world.mailed_to()


def test_a_day_that_moves_lets_best_friends_be_first_once_more(world: OffersWorld) -> None:
    run(world)
    later = DAY + timedelta(days=10)
    world.handle_announcements.correct("app", draft(later, corrected="Später."), BY)
    world.add("B4")
    run(world)
    assert world.mailed_to("Berichtigt") == BEST
    world.clock.now += timedelta(days=7)
    run(world)
    assert len(world.mail.sent) == 6
    world.clock.now += timedelta(days=10)
    run(world)
    assert len(world.mail.sent) == 6 + 6


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda it: it.add(draft(DAY), BY), "announcement correct"),
        (lambda it: it.correct("none", draft(DAY, corrected="x"), BY), "keeps its id"),
        (lambda it: it.correct("app", draft(DAY), BY), "corrected"),
        (lambda it: it.add(draft(DAY, corrected="x"), BY), "leave it out"),
        (lambda it: it.get("none"), "announcement list"),
        (lambda it: it.correct("app", draft(date(2026, 10, 1), corrected="x"), BY), "later day"),
    ],
)
def test_what_cannot_be_is_refused_with_its_mend(
    world: OffersWorld, act: Callable[[object], object], said: str
) -> None:
    with pytest.raises((Refusal, DraftError), match=said):
        act(world.handle_announcements)


def test_the_same_correction_twice_is_one(world: OffersWorld) -> None:
    correct(world)
    correct(world)
    assert world.announcements.rows["app"].version == 2


def test_an_order_for_nobody_sends_nothing(world: OffersWorld) -> None:
    for friend_id, about in (("NOBODY", "app"), ("B1", "none"), ("F1", "app")):
        order = LetterOrder(LetterKind.ANNOUNCEMENT, friend_id, NO_YEAR, about=about)
        assert world.send_announcement(order) is Sending.NOT_WANTED
