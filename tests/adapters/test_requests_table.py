"""Requests and decisions on DynamoDB: written once, all of it or nothing, and readable by what was before."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest

from best_friends import bootstrap, bootstrap_requests
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.models import FriendRow
from best_friends.adapters.queues import decode_order, encode_order
from best_friends.adapters.requests import DecisionTransactions, RequestsTable
from best_friends.application.errors import Conflict
from best_friends.application.ports_letters import LetterOrder
from best_friends.application.ports_requests import Change, Decided
from best_friends.domain.corrections import Note
from best_friends.domain.friends import ADDED, Area, Engagement
from best_friends.domain.friends import Decided as ByOperators
from best_friends.domain.letter import NO_YEAR, LetterKind
from best_friends.domain.policy import Role
from best_friends.domain.requests import (
    AreaWish,
    Decision,
    RequestKind,
    RequestState,
    RoleWish,
    Wish,
    requested,
)
from tests.support.marketplace import friend
from tests.support.stack import SIX_IN_ZURICH, Stack

NOTE = Note("F1", SIX_IN_ZURICH, "area added", "Aarau", "Ada", "asked by phone")
AARAU = Area(47.39, 8.05, 15.0, "Aarau", ADDED)
MENTOR = Engagement("F1", Role.MENTOR, date(2025, 3, 1))
ASKED = requested("F1", AreaWish("Aarau", 15), "on Mondays", SIX_IN_ZURICH, date(2026, 1, 15))


def decision(granted: Wish | None = None) -> Decision:
    state = RequestState.ACCEPTED if granted else RequestState.DECLINED
    return Decision(state, SIX_IN_ZURICH, "Ada", "enough there", granted)


@pytest.fixture
def requests(stack: Stack) -> RequestsTable:
    """The requests."""
    return bootstrap_requests.requests(stack.name("RequestsTable"))


@pytest.fixture
def decisions(stack: Stack) -> DecisionTransactions:
    """What is written as a whole."""
    names = ("FriendsTable", "EngagementsTable", "RequestsTable", "TrailTable")
    friends, engagements, asked, trail = (stack.name(name) for name in names)
    return bootstrap_requests.decisions(
        friends_table=friends, engagements_table=engagements, requests_table=asked, trail_table=trail
    )


def test_a_request_is_written_once_and_found_by_everybody_who_looks(requests: RequestsTable) -> None:
    role = requested("F1", RoleWish(Role.MENTOR), "", SIX_IN_ZURICH + timedelta(hours=1), date(2026, 1, 15))
    assert requests.ask(ASKED) and requests.ask(role)
    assert not requests.ask(replace(ASKED, words="changed"))
    assert requests.get(ASKED.request_id) == ASKED
    assert requests.get("area-none") is None
    assert requests.of_friend("F1") == [role, ASKED] and requests.of_friend("F2") == []
    assert list(requests.open(RequestKind.AREA)) == [ASKED]
    assert list(requests.open(RequestKind.ENGAGEMENT)) == [role]


@pytest.mark.parametrize(
    "granted", [None, AreaWish("Aarau West", 10.5), RoleWish(Role.MENTOR, date(2026, 2, 1))]
)
def test_a_decided_request_is_open_no_more(
    stack: Stack, requests: RequestsTable, decisions: DecisionTransactions, granted: Wish | None
) -> None:
    requests.ask(ASKED)
    decided = replace(ASKED, decision=decision(granted))
    decisions.write(Decided(NOTE, request=decided))
    assert requests.get(ASKED.request_id) == decided
    assert list(requests.open(RequestKind.AREA)) == [] and requests.of_friend("F1") == [decided]
    with pytest.raises(Conflict):
        decisions.write(Decided(replace(NOTE, about="again"), request=decided))
    assert bootstrap.trail(stack.name("TrailTable")).of_friend("F1") == [NOTE]


def test_areas_engagement_and_request_are_written_together_or_not_at_all(
    stack: Stack, requests: RequestsTable, decisions: DecisionTransactions
) -> None:
    requests.ask(ASKED)
    before = friend("F1")
    stack.friends.put_many([before])
    whole = Decided(
        NOTE,
        areas=Change(before, replace(before, areas=(*before.areas, AARAU), removed_areas=(before.areas[1],))),
        engagement=Change(None, replace(MENTOR, decided=ByOperators())),
        request=replace(ASKED, decision=decision(AreaWish("Aarau", 15))),
    )
    trail = bootstrap.trail(stack.name("TrailTable"))

    def nothing_is_written() -> bool:
        unchanged = requests.get(ASKED.request_id) == ASKED and not trail.of_friend("F1")
        return unchanged and MENTOR not in stack.engagements.all()

    stack.friends.put_many([replace(before, areas=before.areas[:1])])
    with pytest.raises(Conflict):
        decisions.write(whole)
    assert nothing_is_written()
    stack.friends.put_many([before])
    stack.engagements.put_many([replace(MENTOR, held_until=date(2025, 4, 1))])
    with pytest.raises(Conflict):
        decisions.write(whole)
    assert nothing_is_written() and stack.friends.get("F1") == before

    stack.client("dynamodb").delete_item(
        TableName=stack.name("EngagementsTable"),
        Key={"friend_id": {"S": "F1"}, "engagement": {"S": "mentor#2025-03-01"}},
    )
    decisions.write(whole)
    assert whole.areas and stack.friends.get("F1") == whole.areas.after
    assert list(stack.engagements.all()) == [replace(MENTOR, decided=ByOperators())]
    assert trail.of_friend("F1") == [NOTE]


def test_areas_that_an_older_version_wrote_can_be_changed(
    stack: Stack, decisions: DecisionTransactions
) -> None:
    before = friend("F1")
    stack.friends.put_many([before])
    model = bound(FriendRow, stack.name("FriendsTable"))
    old = [{k: v for k, v in asdict(area).items() if k != "origin"} for area in before.areas]
    model("F1").update(actions=[model.areas.set(old)])
    after = replace(before, areas=(*before.areas, AARAU))
    decisions.write(Decided(NOTE, areas=Change(before, after)))
    assert stack.friends.get("F1") == after


@pytest.mark.parametrize(
    "change",
    [
        lambda one: replace(one, held_until=date(2025, 9, 30), decided=ByOperators(True, None)),
        lambda one: replace(one, withdrawn=True, decided=ByOperators(True, date(2025, 12, 31))),
        lambda one: one,
    ],
)
def test_an_engagement_comes_back_as_it_was_written(
    stack: Stack, decisions: DecisionTransactions, change: Callable[[Engagement], Engagement]
) -> None:
    stack.engagements.put_many([MENTOR])
    after = change(MENTOR)
    decisions.write(Decided(NOTE, engagement=Change(MENTOR, after)))
    assert stack.engagements.of_friend("F1") == list(stack.engagements.all()) == [after]
    if after != MENTOR:
        with pytest.raises(Conflict):
            decisions.write(Decided(replace(NOTE, about="late"), engagement=Change(MENTOR, after)))


def test_an_order_keeps_what_it_is_about_and_old_orders_are_about_nothing() -> None:
    order = LetterOrder(LetterKind.AREA_DECLINED, "F1", NO_YEAR, about="area-1")
    assert decode_order(encode_order(order)) == order
    assert decode_order('{"letter": "welcome", "friend_id": "F1", "year": 2025}').about == ""
    assert "about" not in encode_order(replace(order, about=""))
