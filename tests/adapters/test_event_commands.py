"""`best-friends event ...`: what it says, what it refuses; and what a person's export and erasure find."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from best_friends import bootstrap, bootstrap_events
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.models_events import RegistrationRow
from best_friends.adapters.person import RowsOfPerson
from best_friends.application.erase_person import GONE_FIRST
from best_friends.application.errors import Conflict
from best_friends.domain.events import Registration
from ops.events import instant_in, titles_in
from ops.faults import Stop
from tests.support.commands import Command, as_operator
from tests.support.deployed import deployment_of
from tests.support.marketplace import friend
from tests.support.stack import Clock, Stack

TIMES = ("--opens", "2026-01-10T09:00", "--closes", "2026-01-20T18:00", "--starts", "2026-02-10T18:30")
ADD = ("event", "add", "grill", "--title", "de=Grillabend", "--place", "Zürich", "--places", "2", *TIMES)
WHY = ("--why", "the hall is larger")


@pytest.fixture
def best_friends(
    stack: Stack, clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run the command as the operator Ada, on a stack with one Friend."""
    stack.friends.put_many([friend("F1")])

    return as_operator(deployment_of(stack), monkeypatch, capsys)


def listed(best_friends: Command) -> Any:
    return json.loads(best_friends("event", "list", "--json").out)


def test_an_event_is_announced_listed_changed_and_cancelled(best_friends: Command) -> None:
    assert best_friends("event", "list").out == "None.\n"
    assert "/events/grill" in best_friends(*ADD).out
    [one] = listed(best_friends)
    assert (one["state"], one["places"], one["titles"]) == ("open", 2, {"de": "Grillabend"})
    assert one["starts_at"] == "2026-02-10T18:30:00+01:00"
    assert "Grillabend" in best_friends("event", "list").out
    assert "3 places" in best_friends("event", "places", "grill", "3", *WHY).out
    assert best_friends("event", "move", "grill", "--place", "Bern", *WHY).status == 0
    assert best_friends("event", "close", "grill", *WHY).status == 0
    assert "on its way to F1" in best_friends("event", "link", "grill", "F1").out
    shown = best_friends("event", "show", "grill").out
    assert "closed" in shown and "Ada: 3 places (the hall is larger)" in shown
    assert best_friends("event", "cancel", "grill", *WHY).status == 0
    [one] = listed(best_friends)
    assert one["state"] == "cancelled" and one["place"] == "Bern"
    assert [note["action"] for note in one["notes"]] == ["3 places", "changed", "closed", "cancelled"]


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        (ADD, "choose another id"),
        (("event", "show", "none"), "event list"),
        (("event", "places", "grill", "0", *WHY), "1 to 5000"),
        (("event", "close", "grill", "--why", " "), "--why: is empty"),
        (("event", "move", "grill", *WHY), "give --starts"),
        (("event", "move", "grill", "--starts", "soon", *WHY), "such as 2026-03-01T18:30"),
        (("event", "link", "grill", "F9"), "look the id up"),
        (("event", "add", "Grill", *ADD[3:]), "such as barbecue-2026"),
        (("event", "add", "x", "--title", "Grill", *ADD[5:]), "de=Grillabend"),
        (("event", "add", "x", "--title", "xx=Grill", *ADD[5:]), "name one of de"),
    ],
)
def test_bad_input_is_one_sentence_that_names_the_mend(
    best_friends: Command, arguments: tuple[str, ...], mend: str
) -> None:
    best_friends(*ADD)
    said = best_friends(*arguments)
    assert said.status == 2 and mend in said.err and not said.out
    assert len(listed(best_friends)) == 1


def test_times_and_titles_are_read_as_they_are_typed() -> None:
    zurich = ZoneInfo("Europe/Zurich")
    assert instant_in("--opens", "2026-07-01 09:00", zurich) == datetime(2026, 7, 1, 9, tzinfo=zurich)
    assert titles_in(["de=A = B", "en= C "]) == {"de": "A = B", "en": "C"}
    with pytest.raises(Stop, match="named twice"):
        titles_in(["de=A", "de=B"])


def test_a_registration_is_written_once_told_cancelled_and_goes_with_its_person(stack: Stack) -> None:
    table = bootstrap_events.registrations(stack.name("RegistrationsTable"))
    now = bootstrap.clock()
    first = Registration("grill", "F1", "abc", now)
    table.put(first, None)
    with pytest.raises(Conflict):
        table.put(first, None)
    with pytest.raises(Conflict):
        table.put(Registration("grill", "F1", "abc", now, 2), first)  # it was not cancelled
    table.note_told(first)
    table.cancel(first, now)
    table.cancel(first, now.replace(year=2027))
    [gone] = table.of("grill", ["F1", "F2"])
    assert gone.cancelled_at == now and gone.told
    second = Registration("grill", "F1", "abc", now, 2)
    table.put(second, gone)
    table.cancel(first, now)  # of another turn: nothing happens
    assert table.of_event("grill") == [second]
    table.put(Registration("grill", "F2", "def", now), None)

    held = RowsOfPerson(bound(RegistrationRow, stack.name("RegistrationsTable")))
    [row] = held.of(["F1"])
    assert (row["event_id"], row["friend_id"], row["turn"]) == ("grill", "F1", 2)
    held.remove(["F1"])
    assert [one.friend_id for one in table.of_event("grill")] == ["F2"]
    assert "registrations" in GONE_FIRST
