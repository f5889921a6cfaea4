"""An event on the embedded AWS: six register for three places, a Best Friend moves up, one gives it back."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from best_friends import bootstrap, bootstrap_events
from best_friends.domain.invitation import Invitation, InvitationState, Reasons
from ops.events import registration_documents, standing_in
from ops.importing import checked, write
from ops.rehearsal.rehearse import World
from tests.support import web
from tests.support.waiting import until
from tests.whole.conftest import Command, Ended
from tests.whole.one_system.conftest import SCREEN

pytestmark = [pytest.mark.whole]

LANGUAGES = ("de", "fr", "it", "en", "de", "fr")
FRIENDS = (
    "friend_id,display_name,email,language,latitude,longitude,radius_km,skills,joined_on,active\n"
    + "".join(
        f"F{number},Name{number},f{number}@friends.example,{language},47.37,8.54,20,printer,2024-01-01,true\n"
        for number, language in enumerate(LANGUAGES, start=1)
    )
)
JOBS = (
    "job_id,friend_id,customer_id,skill,latitude,longitude,posted_at,completed_at,status,revenue,currency\n"
)
RATINGS = "rating_id,job_id,friend_id,stars,rated_at\n"
WHY = ("--why", "asked by phone")
EVENT = "barbecue"


@pytest.fixture(scope="module")
def here(system: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A deployed stack with six Friends; F5 is a Best Friend of 2025."""
    folder: Path = tmp_path_factory.mktemp("export")
    for name, content in (("friends", FRIENDS), ("jobs", JOBS), ("ratings", RATINGS)):
        (folder / f"{name}.csv").write_text(content)
    names = system.deployed.names
    with checked(folder, SCREEN) as export:
        write(export, names, SCREEN)
    reasons = Reasons(by_figures=True, roles=(), ratings=20, stars=99, cents=1, currency="CHF")
    bootstrap.invitations(names.invitations_table).create(
        Invitation("F5", 2025, InvitationState.CONFIRMED, reasons, datetime(2026, 2, 1, tzinfo=UTC))
    )
    bootstrap.programme(names.programme_table).announce(2025)
    return system


def done(ended: Ended) -> str:
    assert ended.status == 0, ended.err
    return ended.out


def listed(here: World) -> list[dict[str, Any]]:
    names = here.deployed.names
    event = bootstrap_events.events(names.events_table).get(EVENT)
    assert event is not None
    return registration_documents(event, standing_in(names, EVENT))


def standing(here: World, state: str) -> list[str]:
    return sorted(one["friend_id"] for one in listed(here) if one["state"] == state)


def letters_to(here: World, number: int) -> list[str]:
    return [one.text for one in here.postbox.letters() if one.to == f"f{number}@friends.example"]


def link_of(here: World, number: int) -> str:
    """The address in the first letter to a Friend."""
    pattern = re.compile(rf"{re.escape(here.pages_url)}/events/{EVENT}\?token=[\w-]+")
    [text, *_] = until(lambda: letters_to(here, number))
    found = pattern.search(text)
    assert found
    return found.group()


def post(here: World, act: str, link: str) -> str:
    token = link.partition("token=")[2]
    answer = web.post(f"{here.pages_url}/events/{EVENT}/{act}", data={"token": token})
    return answer.raise_for_status().text


def test_an_event_from_its_announcement_to_a_place_that_becomes_free(here: World, command: Command) -> None:
    now = datetime.now(UTC)
    times = {
        "--opens": now - timedelta(hours=1),
        "--closes": now + timedelta(hours=1),
        "--starts": now + timedelta(days=3),
    }
    done(
        command.run(
            *("event", "add", EVENT, "--title", "de=Grillabend", "--title", "en=Barbecue"),
            *("--place", "Zürich", "--places", "3"),
            *(part for option, at in times.items() for part in (option, at.isoformat(timespec="seconds"))),
        )
    )
    page = f"{here.pages_url}/events/{EVENT}"
    for number in range(1, 7):  # by the public form; the letter brings the link
        web.post(page, data={"address": f"f{number}@friends.example"}).raise_for_status()
    links = [link_of(here, number) for number in range(1, 7)]
    for link in links:
        web.get(link).raise_for_status()  # scanners open links
    assert listed(here) == []
    for link in links:
        post(here, "register", link)
    assert len(standing(here, "registered")) == 6

    # Its time is over, as if an hour had passed; then the schedule comes twice.
    names = here.deployed.names
    events = bootstrap_events.events(names.events_table)
    event = events.get(EVENT)
    assert event is not None
    events.save(replace(event, facts=replace(event.facts, closes_at=now - timedelta(minutes=2))))
    assert names.order_events_now() == names.order_events_now() == 1
    assert standing(here, "admitted") == ["F1", "F2", "F5"]
    assert standing(here, "waiting") == ["F3", "F4", "F6"]
    document = json.loads(done(command.run("event", "show", EVENT, "--json")))
    [moved] = [one for one in document["registrations"] if one["friend_id"] == "F5"]
    assert (moved["number"], moved["moved_up"]) == (5, 3)
    until(lambda: all(len(letters_to(here, number)) == 3 for number in range(1, 7)))
    assert "um 3 Plätze aufgerückt" in letters_to(here, 5)[-1]
    assert "position 2" in letters_to(here, 4)[-1]

    # A place given back goes to the next at once, by the page's own role.
    post(here, "cancel", links[0])
    assert standing(here, "admitted") == ["F2", "F3", "F5"]
    until(lambda: len(letters_to(here, 3)) == len(letters_to(here, 4)) == 4)
    assert len(letters_to(here, 5)) == 3 and len(letters_to(here, 1)) == 3

    done(command.run("event", "places", EVENT, "4", *WHY))
    assert standing(here, "waiting") == ["F6"]
    done(command.run("event", "cancel", EVENT, "--why", "The hall is closed."))
    until(lambda: "The hall is closed." in letters_to(here, 6)[-1])
    assert "The hall is closed." not in letters_to(here, 1)[-1]
    ended = command.run("event", "places", EVENT, "9", *WHY)
    assert ended.status == 2 and "cancelled" in ended.err
