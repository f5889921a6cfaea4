"""Asking, deciding, answering: over ports in memory, with breaks and two operators at once."""

from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from best_friends.application.decide_request import Granting
from best_friends.application.engagements import ChangeEngagement
from best_friends.application.errors import Refusal, Throttled
from best_friends.application.hand_over import Sending
from best_friends.application.links import AREAS, ENGAGEMENT, hash_of
from best_friends.application.ports_letters import LetterOrder
from best_friends.application.send_by_kind import SendByKind
from best_friends.application.send_letter import SendOrSetAside
from best_friends.domain.friends import ADDED, Area
from best_friends.domain.letter import (
    LINK_LETTERS,
    NO_YEAR,
    LetterKind,
)
from best_friends.domain.policy import Role
from best_friends.domain.requests import MOST_OPEN, AreaWish, Request, RequestKind, RequestState, RoleWish
from best_friends.pages.requests import AskState
from tests.unit.fakes_requests import BERN, BY, HOME, NOON, AskingWorld, day
from tests.unit.line import Actor, Crash, every_order

FORM = {"place": ["Aarau"], "radius": ["15"], "words": ["on Mondays"]}
APPLICATION = {"role": ["mentor"], "words": ["I like to explain"]}
AT_AARAU = Granting(47.39, 8.05)


@pytest.fixture
def world() -> AskingWorld:
    """Friend F1 of Zurich, who writes German."""
    world = AskingWorld()
    world.add("F1")
    return world


def token_for(world: AskingWorld, purpose: str, friend_id: str = "F1") -> str:
    return world.mint(purpose, friend_id, NO_YEAR, NOON + timedelta(days=30))


def asked(world: AskingWorld, friend_id: str = "F1") -> Request:
    """A request for Aarau."""
    return world.ask(friend_id, AreaWish("Aarau", 15), "on Mondays")[0]


def applied(world: AskingWorld, role: Role = Role.MENTOR) -> Request:
    """An application for a role."""
    return world.ask("F1", RoleWish(role), "I like to explain")[0]


# ---------------------------------------------------------------- asking


def test_looking_changes_nothing_and_pressing_twice_asks_once(world: AskingWorld) -> None:
    token = token_for(world, AREAS)
    before = world.content()
    page, new = world.areas_page(token, None, "en")
    assert (page.page.state, page.areas, new) == (AskState.OPEN, (HOME,), None)
    assert world.content() == before
    pages = [world.areas_page(token, FORM, "en") for _ in range(2)]
    assert [page.page.state for page, _ in pages] == [AskState.ASKED] * 2
    assert [new is not None for _, new in pages] == [True, False]
    assert [one.asked for one in world.requests.rows.values()] == [AreaWish("Aarau", 15)]
    assert pages[1][0].page.requests == pages[0][0].page.requests != ()


def test_the_same_wish_may_come_again_another_day(world: AskingWorld) -> None:
    asked(world)
    world.clock.now += timedelta(days=1)
    asked(world)
    assert len(world.requests.rows) == 2


def test_a_faulty_form_writes_nothing_and_is_shown_again(world: AskingWorld) -> None:
    for posted in ({}, FORM | {"radius": ["0"]}, FORM | {"place": ["a", "b"]}):
        page, new = world.areas_page(token_for(world, AREAS), posted, "en")
        assert (page.page.state, new) == (AskState.FAULTY, None)
    assert page.form.words == "on Mondays"
    assert not world.requests.rows


def test_nobody_fills_the_table(world: AskingWorld) -> None:
    token = token_for(world, AREAS)
    for number in range(MOST_OPEN):
        world.areas_page(token, FORM | {"place": [f"Place {number}"]}, "en")
    page, new = world.areas_page(token, FORM, "en")
    assert (page.page.state, new, len(world.requests.rows)) == (AskState.TOO_MANY, None, MOST_OPEN)
    same, _ = world.areas_page(token, FORM | {"place": ["Place 1"]}, "en")
    assert same.page.state is AskState.ASKED  # what is there already may be pressed again
    other, _ = world.engagement_page(token_for(world, ENGAGEMENT), APPLICATION, "en")
    assert other.page.state is AskState.ASKED


@pytest.mark.parametrize("purpose", ["answer", "accept", ENGAGEMENT])
def test_a_link_for_something_else_opens_nothing(world: AskingWorld, purpose: str) -> None:
    page, new = world.areas_page(token_for(world, purpose), FORM, "it")
    assert (page.page.state, page.page.language, page.areas, new) == (AskState.UNKNOWN_LINK, "it", (), None)
    assert not world.requests.rows


def test_a_link_is_good_for_many_uses_until_it_expires(world: AskingWorld) -> None:
    token = token_for(world, ENGAGEMENT)
    world.clock.now += timedelta(days=30)
    assert world.engagement_page(token, None, "de")[0].page.state is AskState.OPEN
    world.clock.now += timedelta(seconds=1)
    page, new = world.engagement_page(token, APPLICATION, "de")
    assert (page.page.state, new) == (AskState.EXPIRED_LINK, None)
    assert not world.requests.rows


def test_an_aliass_link_asks_for_the_account_that_it_means(world: AskingWorld) -> None:
    world.add("OLD", merged_into="F1")
    world.areas_page(token_for(world, AREAS, "OLD"), FORM, "de")
    assert [one.friend_id for one in world.requests.rows.values()] == ["F1"]


def test_a_role_that_is_held_cannot_be_applied_for(world: AskingWorld) -> None:
    world.change_engagement.add("F1", Role.MENTOR, day("2026-01-01"), None, BY)
    page, new = world.engagement_page(token_for(world, ENGAGEMENT), APPLICATION, "de")
    assert (page.page.state, page.held, new) == (AskState.FAULTY, (Role.MENTOR,), None)


# ---------------------------------------------------------------- deciding


def test_an_accepted_area_is_the_friends_noted_and_answered(world: AskingWorld) -> None:
    request = asked(world)
    decided = world.decide.accept_area(request.request_id, AT_AARAU, BY)
    assert world.friends.rows["F1"].areas == (HOME, Area(47.39, 8.05, 15, "Aarau", ADDED))
    assert (decided.state, decided.decision and decided.decision.granted) == (
        RequestState.ACCEPTED,
        AreaWish("Aarau", 15),
    )
    [note] = world.trail.rows
    assert (note.action, note.about, note.who, note.why) == (
        "area request accepted",
        request.request_id,
        BY.who,
        BY.why,
    )
    assert note.before == {"asked": {"place": "Aarau", "radius_km": 15}, "words": "on Mondays"}
    assert note.after and note.after["label"] == "Aarau"
    order = LetterOrder(LetterKind.AREA_ACCEPTED, "F1", NO_YEAR, about=request.request_id)
    assert world.queue.orders == [order]
    assert list(world.requests.open(RequestKind.AREA)) == []


def test_operators_may_give_another_radius_and_name(world: AskingWorld) -> None:
    granting = replace(AT_AARAU, radius_km=10.0, label="Aarau West")
    decided = world.decide.accept_area(asked(world).request_id, granting, BY)
    assert decided.decision and decided.decision.granted == AreaWish("Aarau West", 10.0)


def test_an_accepted_application_is_a_role_from_today_where_the_programme_lives(world: AskingWorld) -> None:
    world.clock.now = NOON.replace(hour=23, minute=30)  # in Zurich it is tomorrow
    world.decide.accept_role(applied(world).request_id, None, BY)
    [held] = world.roles.rows.values()
    assert (held.friend_id, held.role, held.held_from) == ("F1", Role.MENTOR, day("2026-03-04"))
    assert held.held_in(2026)
    assert [one.action for one in world.trail.rows] == ["application accepted"]
    assert [one.kind for one in world.queue.orders] == [LetterKind.ROLE_ACCEPTED]


def test_a_declined_request_changes_nothing_but_itself(world: AskingWorld) -> None:
    before = world.friends.rows["F1"]
    for request, kind in ((asked(world), RequestKind.AREA), (applied(world), RequestKind.ENGAGEMENT)):
        decided = world.decide.decline(request.request_id, kind, BY)
        assert decided.state is RequestState.DECLINED and decided.decision and decided.decision.why == BY.why
    assert world.friends.rows["F1"] == before and not world.roles.rows
    assert [one.action for one in world.trail.rows] == ["area request declined", "application declined"]


def test_a_decision_stands_and_its_letter_may_be_ordered_again(world: AskingWorld) -> None:
    request = asked(world)
    world.decide.accept_area(request.request_id, AT_AARAU, BY)
    world.decide.accept_area(request.request_id, AT_AARAU, BY)
    assert len(world.friends.rows["F1"].areas) == 2 and len(world.trail.rows) == 1
    sent = [world.send(order) for order in world.queue.orders * 2]
    assert sent[0] is Sending.SENT and set(sent[1:]) <= {Sending.ALREADY_DONE}
    with pytest.raises(Refusal, match="was accepted by Ada on 2026-03-03 already"):
        world.decide.decline(request.request_id, RequestKind.AREA, BY)


def test_a_decision_that_breaks_anywhere_is_whole_when_it_is_repeated() -> None:
    for number in range(1, 12):
        world = AskingWorld()
        world.add("F1")
        request = asked(world)
        world.line.break_at(number, Crash(), after=number % 2 == 0)
        with suppress(Crash):
            world.decide.accept_area(request.request_id, AT_AARAU, BY)
        world.line.mend()
        world.decide.accept_area(request.request_id, AT_AARAU, BY)
        assert len(world.friends.rows["F1"].areas) == 2 and len(world.trail.rows) == 1
        assert (
            LetterOrder(LetterKind.AREA_ACCEPTED, "F1", NO_YEAR, about=request.request_id)
            in world.queue.orders
        )


def test_of_two_operators_one_decides_in_whatever_order() -> None:
    def begin() -> tuple[tuple[AskingWorld, str], list[Actor]]:
        world = AskingWorld()
        world.add("F1")
        request_id = asked(world).request_id
        at = ("FakeRequests.get", "FakeDecisions.write")
        return (world, request_id), [
            Actor(lambda: world.decide.accept_area(request_id, AT_AARAU, BY), at),
            Actor(lambda: world.decide.decline(request_id, RequestKind.AREA, BY), at),
        ]

    for (world, request_id), actors in every_order(begin):
        errors = [actor.error for actor in actors if actor.error]
        assert len(errors) == 1 and isinstance(errors[0], Refusal)
        accepted = world.requests.rows[request_id].state is RequestState.ACCEPTED
        assert (len(world.friends.rows["F1"].areas) == 2) is accepted
        assert len(world.trail.rows) == len(world.queue.orders) == 1


@pytest.mark.parametrize(
    ("decide", "said"),
    [
        (lambda world: world.decide.accept_area("area-none", AT_AARAU, BY), "there is no request area-none"),
        (
            lambda world: world.decide.accept_area(applied(world).request_id, AT_AARAU, BY),
            "decide on it with `best-friends engagement`",
        ),
        (
            lambda world: world.decide.decline(asked(world).request_id, RequestKind.ENGAGEMENT, BY),
            "decide on it with `best-friends friend area`",
        ),
        (
            lambda world: world.decide.accept_area(
                asked(world).request_id, Granting(47.3769, 8.5417, 20.0), BY
            ),
            "has this area already",
        ),
    ],
)
def test_what_cannot_be_decided_is_refused_and_changes_nothing(
    world: AskingWorld, decide: Any, said: str
) -> None:
    friends = dict(world.friends.rows)
    with pytest.raises(Refusal, match=said):
        decide(world)
    assert world.friends.rows == friends and not world.trail.rows and not world.queue.orders


# ---------------------------------------------------------------- areas and engagement by hand


def test_areas_are_added_and_removed_with_a_note(world: AskingWorld) -> None:
    world.add("OLD", merged_into="F1")
    world.change_areas.add("OLD", BERN, BY)  # an alias means its account
    world.change_areas.remove("F1", "bern", BY)
    assert world.friends.rows["F1"].areas == (HOME,)
    assert [(one.friend_id, one.action, one.about) for one in world.trail.rows] == [
        ("F1", "area added", "Bern"),
        ("F1", "area removed", "Bern"),
    ]
    assert world.trail.rows[0].after == world.trail.rows[1].before


def test_unknown_friends_are_refused(world: AskingWorld) -> None:
    for act in (
        lambda: world.change_areas.add("F9", BERN, BY),
        lambda: world.change_engagement.add("F9", Role.MENTOR, day("2026-01-01"), None, BY),
        lambda: world.change_engagement.of("F9"),
        lambda: world.send_link("F9", LetterKind.AREAS_LINK),
    ):
        with pytest.raises(Refusal, match="there is no Friend F9"):
            act()


def test_an_area_that_somebody_else_changed_meanwhile_is_refused(world: AskingWorld) -> None:
    world.line.turn = lambda name: _elsewhere(world, name)
    with pytest.raises(Refusal, match="by somebody else just now"):
        world.change_areas.add("F1", BERN, BY)
    assert not world.trail.rows


def _elsewhere(world: AskingWorld, name: str) -> None:
    if name == "FakeDecisions.write":
        world.friends.rows["F1"] = replace(world.friends.rows["F1"], areas=())


def test_engagement_is_given_ended_and_withdrawn_with_a_note(world: AskingWorld) -> None:
    change: ChangeEngagement = world.change_engagement
    change.add("F1", Role.MENTOR, day("2025-02-01"), None, BY)
    change.end("F1", Role.MENTOR, day("2025-09-30"), BY)
    gone = change.withdraw("F1", Role.MENTOR, day("2025-02-01"), BY)
    assert not gone.held_in(2025) and change.of("F1") == [gone]
    assert [one.action for one in world.trail.rows] == ["role added", "role ended", "role withdrawn"]
    assert [one.about for one in world.trail.rows] == ["mentor#2025-02-01"] * 3
    befores, afters = [one.before for one in world.trail.rows], [one.after for one in world.trail.rows]
    assert befores == [None, *afters[:2]]  # the trail keeps what was there


def test_an_aliass_role_is_its_accounts(world: AskingWorld) -> None:
    world.add("OLD")
    world.change_engagement.add("OLD", Role.MENTOR, day("2025-02-01"), None, BY)
    world.add("OLD", merged_into="F1")
    with pytest.raises(Refusal, match="holds mentor from 2025-02-01 already"):
        world.change_engagement.add("F1", Role.MENTOR, day("2026-01-01"), None, BY)
    ended = world.change_engagement.end("F1", Role.MENTOR, day("2025-12-31"), BY)
    assert ended.friend_id == "OLD"  # the row stays where it is, so that a merge can be taken back
    assert world.trail.rows[-1].friend_id == "F1"


# ---------------------------------------------------------------- letters


def test_a_link_is_mailed_and_its_token_is_nowhere_else(world: AskingWorld) -> None:
    assert world.send_link("F1", LetterKind.AREAS_LINK) == "F1"
    [order] = world.queue.orders
    assert world.send(order) is Sending.SENT and world.send(order) is Sending.ALREADY_DONE
    [mailed] = world.mail.sent
    assert mailed.to == "f1@friends.example" and "https://pages.example/areas/token-1" in mailed.text
    link = world.links.rows[hash_of("token-1")]
    assert (link.purpose, link.friend_id, link.year) == (AREAS, "F1", NO_YEAR)
    assert link.expires_at == NOON.replace(month=4, day=2, hour=22)  # midnight where the programme lives
    assert "token-1" not in repr((world.queue.orders, world.letters.rows, world.links.rows))
    world.send_link("F1", LetterKind.AREAS_LINK)
    assert world.send(world.queue.orders[-1]) is Sending.SENT  # another command, another letter


def test_who_is_not_active_gets_no_link(world: AskingWorld) -> None:
    world.friends.rows["F1"] = replace(world.friends.rows["F1"], active=False)
    with pytest.raises(Refusal, match="not active"):
        world.send_link("F1", LetterKind.ENGAGEMENT_LINK)


def test_the_answer_quotes_the_reason_and_is_about_no_year(world: AskingWorld) -> None:
    by = replace(BY, why="Zurzeit haben wir dort genug Friends.")
    world.decide.decline(asked(world).request_id, RequestKind.AREA, by)
    assert world.send(world.queue.orders[0]) is Sending.SENT
    [mailed] = world.mail.sent
    assert "> Zurzeit haben wir dort genug Friends." in mailed.text
    assert mailed.tags == {"kind": "area_declined", "year": "0"}
    [row] = world.letters.rows.values()
    assert row.year == NO_YEAR  # a bounce of it ends no invitation


def test_a_letter_that_makes_no_sense_is_not_wanted(world: AskingWorld) -> None:
    request = asked(world)
    orders = [
        LetterOrder(LetterKind.AREA_ACCEPTED, "F1", NO_YEAR, about=request.request_id),  # it is open
        LetterOrder(LetterKind.AREA_DECLINED, "F1", NO_YEAR, about="area-none"),
        LetterOrder(LetterKind.AREAS_LINK, "F9", NO_YEAR, about="link-1"),
    ]
    assert {world.send(order) for order in orders} == {Sending.NOT_WANTED}
    assert not world.mail.sent and not world.letters.rows


def test_a_throttled_letter_is_free_again_and_then_set_aside_with_what_it_is_about(
    world: AskingWorld,
) -> None:
    world.send_link("F1", LetterKind.AREAS_LINK)
    [order] = world.queue.orders
    world.mail.errors = [Throttled(), Throttled()]
    send = SendOrSetAside(world.send, world.dead_letters, attempts=2)
    with pytest.raises(Throttled):
        send(order, 1)
    assert send(order, 2) is Sending.SET_ASIDE
    assert world.dead_letters.orders == [order] and order.about


def test_each_kind_goes_to_whoever_writes_it() -> None:
    went: dict[str, set[LetterKind]] = defaultdict(set)

    def of(name: str) -> Any:
        return lambda order: went[name].add(order.kind)

    send = SendByKind(of("years"), dict.fromkeys(LINK_LETTERS, of("requests")))
    for kind in (LetterKind.INVITATION, *LINK_LETTERS):
        send(LetterOrder(kind, "F1", NO_YEAR))
    assert went == {"years": {LetterKind.INVITATION}, "requests": {*LINK_LETTERS}}
