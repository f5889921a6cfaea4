"""The page of an event and its ordering, as deployed: from the letter with the link to the place."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from best_friends import bootstrap, bootstrap_events
from best_friends.application.correct_ledger import By
from best_friends.domain.events import Event, Facts
from ops.deployment import Deployment
from ops.events import managing
from tests.support.deployed import deployment_of
from tests.support.marketplace import address_of, friend
from tests.support.pages import http_event
from tests.support.queues import SqsDriver
from tests.support.stack import Stack

BY = By("Ada", "too small")


@pytest.fixture
def names(stack: Stack) -> Deployment:
    """The names that operators' commands work with; three Friends and an event of one place."""
    stack.friends.put_many([friend("F1"), friend("F2"), friend("F3")])
    names = deployment_of(stack)
    managing(names).add("grill", facts(bootstrap.clock()))
    return names


def facts(now: datetime) -> Facts:
    """An event whose registration is open."""
    opens, hour = now - timedelta(hours=1), timedelta(hours=1)
    return Facts({"de": "Grillabend"}, "Zürich", 1, opens, now + hour, now + 24 * hour)


def asked(stack: Stack, method: str = "GET", act: str = "", **fields: str) -> dict[str, Any]:
    """A request to the page."""
    route = f"/events/{{event_id}}{act}"
    query = urlencode(fields) if method != "POST" else ""
    body = urlencode(fields) if method == "POST" else None
    event = http_event(route, method, {"event_id": "grill"}, query=query, body=body)
    answer: dict[str, Any] = stack.invoke("ShowEvent", event)
    return answer


def mailed_token(stack: Stack, names: Deployment, queue: SqsDriver, friend_id: str) -> str:
    """The token in the letter that an operator ordered."""
    managing(names).send_link("grill", friend_id)
    queue.drain()
    letter = next(one for one in reversed(stack.postbox.mails) if one.to == address_of(friend_id))
    found = re.search(r"https://\S+/events/grill\?token=([\w-]+)", letter.text)
    assert found
    return found[1]


def test_looking_changes_nothing_and_pressing_twice_registers_once(
    stack: Stack, names: Deployment, letters_queue: SqsDriver
) -> None:
    token = mailed_token(stack, names, letters_queue, "F1")
    before = stack.dump()
    shown, headed = asked(stack, token=token), asked(stack, "HEAD", token=token)
    assert (shown["statusCode"], headed["statusCode"], headed["body"]) == (200, 200, "")
    assert 'action="/events/grill/register"' in shown["body"] and f'value="{token}"' in shown["body"]
    assert asked(stack, "GET", "/register", token=token)["statusCode"] == 200
    assert stack.dump() == before
    pressed = [asked(stack, "POST", "/register", token=token) for _ in range(2)]
    assert [one["statusCode"] for one in pressed] == [200, 200]
    assert pressed[0]["body"] == pressed[1]["body"]
    [row] = stack.items("RegistrationsTable")
    assert row["friend_id"] == {"S": "F1"} and row["told"] == {"BOOL": True}
    letters_queue.drain()
    assert stack.postbox.mails[-1].kind == "event_registered"
    assert "F1" not in str(stack.items("EventsTable"))


def test_the_list_is_ordered_and_a_place_given_back_goes_on(
    stack: Stack, names: Deployment, letters_queue: SqsDriver
) -> None:
    tokens = {one: mailed_token(stack, names, letters_queue, one) for one in ("F1", "F2", "F3")}
    for token in tokens.values():
        asked(stack, "POST", "/register", token=token)
    events = bootstrap_events.events(names.events_table)
    event = events.get("grill")
    assert event is not None
    closes = bootstrap.clock() - timedelta(minutes=5)
    events.save(replace(event, facts=replace(event.facts, closes_at=closes)))
    assert stack.invoke("OrderEvents", {}) == {"settled": 1, "failed": 0}
    assert stack.invoke("OrderEvents", {}) == {"settled": 1, "failed": 0}
    letters_queue.drain()
    told = sorted(
        (one.kind, one.to) for one in stack.postbox.mails if one.kind.startswith(("event_a", "event_w"))
    )
    assert told == [
        ("event_admitted", address_of("F1")),
        ("event_waiting", address_of("F2")),
        ("event_waiting", address_of("F3")),
    ]
    page = asked(stack, "POST", "/cancel", token=tokens["F1"])
    assert page["statusCode"] == 200
    letters_queue.drain()
    assert ("event_admitted", address_of("F2")) in [(one.kind, one.to) for one in stack.postbox.mails]


def test_anybody_sees_what_it_is_and_the_form_tells_nothing(
    stack: Stack, names: Deployment, letters_queue: SqsDriver
) -> None:
    public = asked(stack)
    assert public["statusCode"] == 200 and "Grillabend" in public["body"] and "Mara" not in public["body"]
    answers = [asked(stack, "POST", address=one) for one in (address_of("F1"), "nobody@mailbox.example")]
    assert answers[0] == answers[1]
    letters_queue.drain()
    assert [one.to for one in stack.postbox.mails] == [address_of("F1")]
    assert asked(stack, "POST", address="x")["statusCode"] == 422


@pytest.mark.parametrize("act", ["/register", "/cancel"])
@pytest.mark.parametrize("fields", [{}, {"token": "forged"}, {"token": ""}])
def test_a_forged_link_does_nothing(
    stack: Stack, names: Deployment, act: str, fields: dict[str, str]
) -> None:
    asked(stack, "POST", act, **fields)
    assert not stack.items("RegistrationsTable") and not stack.messages("LettersQueue")


def test_what_breaks_is_a_page_and_tells_no_token(
    stack: Stack, names: Deployment, letters_queue: SqsDriver, capsys: pytest.CaptureFixture[str]
) -> None:
    token = mailed_token(stack, names, letters_queue, "F1")
    stack.client("dynamodb").delete_table(TableName=stack.name("RegistrationsTable"))
    capsys.readouterr()
    answer = asked(stack, "POST", "/register", token=token)
    printed = capsys.readouterr()
    assert answer["statusCode"] == 500 and token not in answer["body"]
    assert "EventPagesFailed" in printed.out and token not in printed.out + printed.err


def test_an_event_comes_back_whole_and_a_stale_write_is_refused(stack: Stack, names: Deployment) -> None:
    events = bootstrap_events.events(names.events_table)
    event = events.get("grill")
    assert event is not None and isinstance(event, Event) and not events.add(event)
    after = events.save(replace(event, numbered=7, finished=True))
    assert events.get("grill") == after and after.version == event.version + 1
    assert list(events.live()) == [] and [one.event_id for one in events.everything()] == ["grill"]
    with pytest.raises(Exception, match="somebody else"):
        events.save(event)
