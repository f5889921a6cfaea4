"""Events from the first registration to the last free place, with every call that can break breaking."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from best_friends.application.errors import Refusal
from best_friends.application.event_page import Act
from best_friends.application.hand_over import Sending
from best_friends.application.ports_letters import LetterOrder
from best_friends.application.settle_event import Busy
from best_friends.domain.letter import NO_YEAR, LetterKind
from best_friends.pages.event import EventState, Stands
from tests.unit.fakes_events import BY, CLOSES, FACTS, OPENS, STARTS, EventWorld
from tests.unit.line import Crash

SIX = ("F1", "F2", "F3", "F4", "F5", "F6")


@pytest.fixture
def world() -> EventWorld:
    """Six have registered; F5 is a Best Friend."""
    world = EventWorld()
    world.best_friend("F5")
    world.registered(*SIX)
    return world


def admitted(world: EventWorld) -> list[str]:
    return world.line_of(admitted=True)


def waiting(world: EventWorld) -> list[str]:
    return world.line_of(admitted=False)


def address(world: EventWorld, friend_id: str) -> str:
    return world.friends.rows[friend_id].email


def told(world: EventWorld, kind: LetterKind, *friend_ids: str) -> list[tuple[str, str]]:
    return sorted((str(kind), address(world, one)) for one in friend_ids)


# ------------------------------------------------------------ the whole of it
def test_a_best_friend_moves_up_is_admitted_and_each_is_told_once(world: EventWorld) -> None:
    assert sorted(world.deliver()) == told(world, LetterKind.EVENT_REGISTERED, *SIX)
    world.close()
    assert admitted(world) == ["F1", "F5", "F2"] and waiting(world) == ["F3", "F4", "F6"]
    expected = told(world, LetterKind.EVENT_ADMITTED, "F1", "F2", "F5")
    expected += told(world, LetterKind.EVENT_WAITING, "F3", "F4", "F6")
    assert sorted(world.deliver()) == sorted(expected)
    world.order()
    assert not world.deliver()
    page = world.press(None, "F5").page
    assert page.stands is Stands.ADMITTED and page.reason is not None and page.reason.moved_up == 3
    page = world.press(None, "F3").page
    assert page.reason is not None and (page.reason.position, page.reason.passed_by) == (1, 1)


def test_a_place_given_back_goes_to_the_next_at_once(world: EventWorld) -> None:
    world.close()
    world.deliver()
    shown = world.press(Act.CANCEL, "F2")
    assert shown.done is Act.CANCEL and shown.page.stands is Stands.NOT
    assert admitted(world) == ["F1", "F5", "F3"] and waiting(world) == ["F4", "F6"]
    left = sorted(world.deliver())
    assert left == sorted(
        told(world, LetterKind.EVENT_ADMITTED, "F3") + told(world, LetterKind.EVENT_WAITING, "F4", "F6")
    )
    assert world.press(Act.CANCEL, "F2").done is None


def test_who_registers_after_the_closing_waits_at_the_end(world: EventWorld) -> None:
    world.close()
    world.deliver()
    world.registered("F7")
    assert waiting(world) == ["F3", "F4", "F6", "F7"]
    assert world.deliver() == told(world, LetterKind.EVENT_REGISTERED, "F7")
    assert "Position 4" in world.mail.sent[-1].text
    world.press(Act.CANCEL, "F3")
    world.registered("F3")
    assert waiting(world) == ["F4", "F6", "F7", "F3"]


def test_pressing_twice_registers_once_and_cancelling_takes_back(world: EventWorld) -> None:
    again = world.press(Act.REGISTER, "F1")
    assert again.done is None and again.page.stands is Stands.REGISTERED
    assert len(world.registrations.rows) == 6
    world.press(Act.CANCEL, "F1")
    back = world.press(Act.REGISTER, "F1")
    assert back.done is Act.REGISTER and world.registrations.rows["grill", "F1"].turn == 2
    world.close()
    assert waiting(world)[-1] == "F1"


def test_looking_changes_nothing(world: EventWorld) -> None:
    rows, event = dict(world.registrations.rows), world.events.rows["grill"]
    world.queue.orders.clear()
    for one in (*SIX, "F1"):
        assert world.press(None, one).done is None
    assert (world.registrations.rows, world.events.rows["grill"]) == (rows, event)
    assert not world.queue.orders


@pytest.mark.parametrize(
    ("now", "stands"),
    [(OPENS - timedelta(hours=1), Stands.NOT), (STARTS - timedelta(seconds=10), Stands.NOT)],
)
def test_before_the_opening_and_after_the_start_nobody_registers(
    world: EventWorld, now: object, stands: Stands
) -> None:
    world.add("F9")
    world.clock.now = now  # type: ignore[assignment]
    shown = world.press(Act.REGISTER, "F9")
    assert shown.page.stands is stands and shown.done is None and len(world.registrations.rows) == 6


def test_who_is_not_active_cannot_register(world: EventWorld) -> None:
    world.friends.rows["F9"] = replace(world.add("F9"), active=False)
    shown = world.press(Act.REGISTER, "F9")
    assert shown.done is None and not shown.page.active


# ------------------------------------------------------------ accounts
def test_two_accounts_of_one_person_have_one_place_and_the_status_of_either(world: EventWorld) -> None:
    world.best_friend("OLD")
    world.add("OLD", merged_into="F6")
    world.registered("F7")
    world.friends.rows["F1"] = replace(world.friends.rows["F1"], merged_into="F7")
    world.close()
    # F1 and F7 are one person now, whose earlier registration counts; F6 holds OLD's status.
    assert admitted(world) == ["F1", "F5", "F6"] and waiting(world) == ["F2", "F3", "F4"]
    assert world.press(None, "F7").page.stands is Stands.ADMITTED
    world.press(Act.CANCEL, "F7")
    assert admitted(world) == ["F5", "F6", "F2"]


def test_a_registration_that_was_erased_frees_its_place(world: EventWorld) -> None:
    world.close()
    world.deliver()
    del world.registrations.rows["grill", "F1"], world.friends.rows["F1"]
    world.order()
    assert admitted(world) == ["F5", "F2", "F3"]
    assert ("event_admitted", address(world, "F3")) in world.deliver()


# ------------------------------------------------------------ links and letters
def test_a_link_is_for_one_event_and_one_friend(world: EventWorld) -> None:
    world.events.add(replace(world.events.rows["grill"], event_id="other"))
    token = world.token("F1", "other")
    assert world.show("grill", Act.CANCEL, {"token": [token]}, "de").page.state is EventState.UNKNOWN_LINK
    forged = world.show("grill", Act.REGISTER, {"token": ["forged"]}, "de").page
    assert forged.state is EventState.UNKNOWN_LINK and forged.facts is None
    world.clock.now = STARTS + timedelta(minutes=1)
    late = world.show("grill", Act.CANCEL, {"token": [world.token("F1")]}, "de").page
    assert late.state is EventState.EXPIRED_LINK
    assert world.show("nothing", None, {}, "de").page.state is EventState.UNKNOWN_EVENT


def test_the_form_says_and_does_the_same_for_everybody(world: EventWorld) -> None:
    world.queue.orders.clear()
    pages, orders = [], []
    for typed in (address(world, "F1"), "nobody@mailbox.example"):
        pages.append(world.show("grill", Act.ASK, {"address": [typed]}, "de").page)
        orders.append(list(world.queue.orders))
        world.queue.orders.clear()
    assert pages[0] == pages[1] and pages[0].state is EventState.ASKED
    assert [len(one) for one in orders] == [1, 1]
    world.queue.orders += orders[0] + orders[1]
    assert world.deliver() == told(world, LetterKind.EVENT_LINK, "F1")
    assert "https://pages.example/events/grill?token=" in world.mail.sent[-1].text
    assert world.show("grill", Act.ASK, {"address": ["x"]}, "de").page.state is EventState.FAULTY


def test_a_letter_that_is_not_so_any_more_is_not_sent(world: EventWorld) -> None:
    world.close()
    stale = list(world.queue.orders)
    world.press(Act.CANCEL, "F1")
    sent = [world.send_event(order) for order in stale if order.friend_id in ("F1", "F3")]
    assert set(sent) == {Sending.NOT_WANTED}
    assert world.deliver()


# ------------------------------------------------------------ operators
def test_a_cancelled_event_is_told_to_all_who_registered_with_the_reason(world: EventWorld) -> None:
    world.deliver()
    world.manage.cancel("grill", BY)
    world.manage.cancel("grill", BY)
    assert sorted(world.deliver()) == told(world, LetterKind.EVENT_CANCELLED, *SIX)
    assert "> Der Saal ist zu klein." in world.mail.sent[-1].text
    event = world.events.rows["grill"]
    assert event.finished and [one.action for one in event.notes] == ["cancelled"]
    with pytest.raises(Refusal):
        world.manage.places("grill", 5, BY)


def test_a_change_is_told_once_and_more_places_are_given(world: EventWorld) -> None:
    world.close()
    world.deliver()
    for _ in range(2):
        world.manage.move("grill", STARTS + timedelta(hours=1), "Bern", BY)
    assert sorted(world.deliver()) == told(world, LetterKind.EVENT_CHANGED, *SIX)
    world.manage.places("grill", 4, BY)
    assert admitted(world) == ["F1", "F5", "F2", "F3"]
    world.manage.places("grill", 1, BY)
    assert len(admitted(world)) == 4  # nobody loses a place
    assert [one.action for one in world.events.rows["grill"].notes] == ["changed", "4 places", "1 places"]


def test_closing_by_hand_orders_the_list_soon(world: EventWorld) -> None:
    world.manage.close("grill", BY)
    assert not admitted(world)
    world.clock.now += timedelta(minutes=1)
    world.order()
    assert admitted(world) == ["F1", "F5", "F2"]


@pytest.mark.parametrize("event_id", ["Grill", "", "a/b", "x" * 61, "-a"])
def test_an_id_that_is_no_address_is_refused(world: EventWorld, event_id: str) -> None:
    with pytest.raises(Refusal, match="an event's id"):
        world.manage.add(event_id, FACTS)


def test_what_cannot_be_is_refused_with_the_mend(world: EventWorld) -> None:
    for act in (
        lambda: world.manage.add("grill", FACTS),
        lambda: world.manage.add("past", replace(FACTS, opens_at=OPENS - timedelta(99), places=0)),
        lambda: world.manage.get("none"),
        lambda: world.manage.places("grill", 0, BY),
        lambda: world.manage.send_link("grill", "nobody"),
    ):
        with pytest.raises(Refusal):
            act()
    assert world.manage.send_link("grill", "F1") == "F1"
    assert world.queue.orders[-1].kind is LetterKind.EVENT_LINK


# ------------------------------------------------------------ what breaks
def played(world: EventWorld, tries: Callable[[Callable[[], object]], None]) -> None:
    """Close, give a place back and settle, each by way of `tries`."""
    for act in (world.close, lambda: world.press(Act.CANCEL, "F2"), world.order):
        tries(act)


def once(act: Callable[[], object]) -> None:
    """Do it, without a second try."""
    act()


def six_registered() -> EventWorld:
    """The same world as the fixture's, its calls counted from here."""
    world = EventWorld()
    world.best_friend("F5")
    world.registered(*SIX)
    world.line.calls.clear()
    return world


@pytest.mark.parametrize("after", [False, True])
def test_it_ends_the_same_wherever_it_breaks_off(after: bool) -> None:
    plain = six_registered()
    played(plain, once)
    calls, expected = len(plain.line.calls), (admitted(plain), waiting(plain))
    letters = sorted(plain.deliver())
    for number in range(1, calls + 1):
        scene = six_registered()
        scene.line.break_at(number, Crash(), after=after)

        def again(act: Callable[[], object], scene: EventWorld = scene) -> None:
            try:
                act()
            except Crash:
                scene.line.mend()
                act()

        played(scene, again)
        scene.line.mend()
        assert (admitted(scene), waiting(scene)) == expected
        assert sorted(scene.deliver()) == letters


def test_a_registration_that_broke_off_is_confirmed_by_the_schedule() -> None:
    world = EventWorld()
    world.add("F1")
    world.line.done = lambda name: _crash_at(name, "FakeRegistrations.put")
    with pytest.raises(Crash):
        world.press(Act.REGISTER, "F1")
    world.line.mend()
    assert not world.queue.orders
    world.order()
    assert world.deliver() == told(world, LetterKind.EVENT_REGISTERED, "F1")
    world.order()
    assert not world.queue.orders


def _crash_at(name: str, wanted: str) -> None:
    if name == wanted:
        raise Crash


def test_an_event_that_cannot_be_settled_holds_up_no_other(world: EventWorld) -> None:
    world.events.add(replace(world.events.rows["grill"], event_id="another"))
    failed: list[str] = []

    def fail(name: str) -> None:
        if name == "FakeRegistrations.of_event" and not failed:
            failed.append(name)
            raise RuntimeError

    world.line.turn = fail
    done = world.order()
    assert (done.settled, done.failed) == (1, 1) and len(world.failures) == 1


def test_who_keeps_losing_the_race_says_so(world: EventWorld) -> None:
    world.clock.now = CLOSES + timedelta(minutes=5)

    def race(name: str) -> None:
        if name == "FakeEvents.save":
            event = world.events.rows["grill"]
            world.events.rows["grill"] = replace(event, version=event.version + 1)

    world.line.turn = race
    with pytest.raises(Busy):
        world.settle("grill")


def test_orders_hold_ids_only(world: EventWorld) -> None:
    world.close()
    for order in world.queue.orders:
        assert isinstance(order, LetterOrder) and order.year == NO_YEAR and order.task_token is None
        assert order.about.startswith("grill#ticket")
