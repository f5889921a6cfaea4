"""The letter of the last quarter, the choice to do without it, and the form that never tells an address."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from best_friends.application.hand_over import Sending
from best_friends.application.ports_letters import LetterOrder
from best_friends.application.ports_standing import Stream
from best_friends.domain.friends import Engagement
from best_friends.domain.invitation import Invitation, InvitationState
from best_friends.domain.letter import LetterKind
from best_friends.domain.policy import Policy, Role
from best_friends.domain.programme import YearState
from best_friends.pages.news import NewsState
from best_friends.pages.standing_link import AskLinkState
from tests.unit.fakes import ANSWER_UNTIL, REASONS
from tests.unit.fakes_standing import StandingWorld
from tests.unit.line import Crash

ON = Policy.of({"early_notice": {"on": "10-15"}})
OFF = Policy()


@pytest.fixture
def world() -> StandingWorld:
    """NEAR lacks 500 of revenue, FAR everything; LAST is a Best Friend of 2025 without any revenue since."""
    world = StandingWorld()
    world.programme.in_force = replace(world.programme.in_force, policy=ON)
    world.crowd(2026)
    world.has("NEAR", 2026, cents=3_750_000)
    world.has("FAR", 2026, ratings=2, stars=8, cents=100)
    world.add("LAST")
    world.judged(2025, YearState.CLOSED)
    world.invitations.create(Invitation("LAST", 2025, InvitationState.CONFIRMED, REASONS, ANSWER_UNTIL))
    world.refresh()
    return world


def ordered(world: StandingWorld) -> list[str]:
    return sorted(order.friend_id for order in world.queue.orders)


def test_those_who_are_near_and_those_who_would_lose_the_status_get_one_letter(world: StandingWorld) -> None:
    assert world.give_notice() == 2
    assert ordered(world) == ["LAST", "NEAR"]
    assert {(one.kind, one.year) for one in world.queue.orders} == {(LetterKind.EARLY_NOTICE, 2026)}
    assert world.give_notice() == 0  # the next day, and every day after it


@pytest.mark.parametrize("now", [datetime(2026, 10, 14, 12, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)])
def test_before_the_day_nobody_hears(world: StandingWorld, now: datetime) -> None:
    world.clock.now = now
    assert world.give_notice() == 0


def test_the_policy_turns_it_on(world: StandingWorld) -> None:
    world.programme.in_force = replace(world.programme.in_force, policy=OFF)
    assert world.give_notice() == 0 and not world.queue.orders


def test_an_order_that_broke_off_is_made_again_and_the_letter_leaves_once(world: StandingWorld) -> None:
    world.line.break_at(world_calls(world), Crash())
    with pytest.raises(Crash):
        world.give_notice()
    world.line.mend()
    world.give_notice()
    outcomes = [world.send_notice(order) for order in world.queue.orders]
    assert outcomes.count(Sending.SENT) == 2 == len(world.mail.sent)
    assert outcomes.count(Sending.ALREADY_DONE) == len(outcomes) - 2


def world_calls(world: StandingWorld) -> int:
    """The number of the call that notes that the letters were ordered."""
    before = len(world.line.calls)
    probe = StandingWorld.__dict__["give_notice"].fget(world)
    probe()
    number = len(world.line.calls) - before
    world.cutoffs.noticed_in.clear()
    return number


def send(world: StandingWorld, friend_id: str, year: int = 2026) -> Sending:
    return world.send_notice(LetterOrder(LetterKind.EARLY_NOTICE, friend_id, year))


def test_the_letter_can_be_ended_by_one_click(world: StandingWorld) -> None:
    assert send(world, "NEAR") is Sending.SENT
    [mail] = world.mail.sent
    link = "https://pages.example/news/token-1"
    assert mail.headers == {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert link in mail.text and link in mail.html
    page, friend_id = world.choose_news("token-1", {"List-Unsubscribe": ["One-Click"]}, "de")
    assert (page.state, friend_id) == (NewsState.STOPPED, "NEAR")
    assert not world.choices.wants(["NEAR"], Stream.NEWS)


def test_whoever_has_ended_the_news_gets_none_under_any_account(world: StandingWorld) -> None:
    world.add("ALIAS", merged_into="NEAR")
    world.choices.choose("ALIAS", Stream.NEWS, wanted=False)
    assert send(world, "NEAR") is Sending.NOT_WANTED
    world.choices.choose("ALIAS", Stream.NEWS, wanted=True)
    assert send(world, "NEAR") is Sending.SENT


def test_a_letter_that_is_not_true_any_more_does_not_leave(world: StandingWorld) -> None:
    world.roles.put_many([Engagement("NEAR", Role.MENTOR, date(2026, 5, 1))])
    assert send(world, "NEAR") is Sending.NOT_WANTED  # nominated by the role
    world.has("LAST", 2026, cents=9_000_000)
    assert send(world, "LAST") is Sending.NOT_WANTED  # qualified since
    assert send(world, "FAR") is send(world, "NOBODY") is Sending.NOT_WANTED
    assert not world.mail.sent


def test_a_letter_of_last_year_that_was_delivered_late_does_not_leave(world: StandingWorld) -> None:
    assert send(world, "NEAR", 2025) is Sending.NOT_WANTED


def test_looking_at_the_page_changes_nothing_and_the_buttons_do(world: StandingWorld) -> None:
    send(world, "NEAR")
    for posted, state in [
        (None, NewsState.ON),
        ({}, NewsState.ON),
        ({"choice": ["stop", "take_up"]}, NewsState.ON),
        ({"List-Unsubscribe": ["One-Click"], "choice": ["take_up"]}, NewsState.TAKEN_UP),
        ({"choice": ["stop"]}, NewsState.STOPPED),
        (None, NewsState.OFF),
        ({"choice": ["stop"]}, NewsState.STOPPED),
        ({"choice": ["take_up"]}, NewsState.TAKEN_UP),
        (None, NewsState.ON),
    ]:
        page, _ = world.choose_news("token-1", posted, "de")
        assert page.state is state


def test_a_forged_link_ends_nothing(world: StandingWorld) -> None:
    page, friend_id = world.choose_news("forged", {"choice": ["stop"]}, "fr")
    assert (page.state, page.language, friend_id) == (NewsState.UNKNOWN_LINK, "fr", "")
    assert not world.choices.ended


def test_the_form_does_the_same_whether_or_not_an_address_is_known(world: StandingWorld) -> None:
    pages, calls, orders = [], [], []
    for address in ("near@friends.example", "nobody@friends.example"):
        world.line.calls.clear()
        world.queue.orders.clear()
        pages.append(world.ask_link(address, "it"))
        calls.append(list(world.line.calls))
        orders.append(list(world.queue.orders))
    assert pages[0] == pages[1] and pages[0].state is AskLinkState.ASKED and not pages[0].address
    assert calls[0] == calls[1]
    assert [len(one) for one in orders] == [1, 1]
    assert orders[0][0].friend_id == "NEAR" and world.friends.get(orders[1][0].friend_id) is None


def test_the_address_is_found_however_it_is_written(world: StandingWorld) -> None:
    world.ask_link("  Near@Friends.EXAMPLE ", "de")
    assert ordered(world) == ["NEAR"]


@pytest.mark.parametrize("typed", ["", "near", "a b@c", "@", "x" * 400 + "@y"])
def test_what_is_no_address_is_shown_again(world: StandingWorld, typed: str) -> None:
    page = world.ask_link(typed, "de")
    assert page.state is AskLinkState.FAULTY and page.address == typed[:320]
    assert not world.queue.orders
    assert world.ask_link(None, "de").state is AskLinkState.OPEN
