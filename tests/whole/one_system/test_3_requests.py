"""Areas and roles on the embedded AWS, where each function may do what its role allows and no more."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup

from ops.importing import checked, write
from ops.rehearsal.rehearse import World
from tests.support import web
from tests.support.waiting import until
from tests.whole.conftest import Command, Ended
from tests.whole.one_system.conftest import SCREEN

pytestmark = [pytest.mark.whole]

FRIENDS = (
    "friend_id,display_name,email,language,latitude,longitude,radius_km,skills,joined_on,active\n"
    "RUT,Rut,rut@friends.example,fr,47.37,8.54,20,printer,2024-01-01,true\n"
)
JOBS = (
    "job_id,friend_id,customer_id,skill,latitude,longitude,posted_at,completed_at,status,revenue,currency\n"
)
RATINGS = "rating_id,job_id,friend_id,stars,rated_at\n"
FORMS = {
    "areas": {"place": "Aarau", "radius": "15", "words": "le lundi"},
    "engagement": {"role": "mentor", "words": "J’aime expliquer"},
}
LISTS = {"areas": ("friend", "area", "requests"), "engagement": ("engagement", "applications")}


@pytest.fixture(scope="module")
def here(system: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A deployed stack with one Friend."""
    folder: Path = tmp_path_factory.mktemp("export")
    for name, content in (("friends", FRIENDS), ("jobs", JOBS), ("ratings", RATINGS)):
        (folder / f"{name}.csv").write_text(content)
    with checked(folder, SCREEN) as export:
        write(export, system.deployed.names, SCREEN)
    return system


def done(ended: Ended) -> str:
    assert ended.status == 0, ended.err
    return ended.out


def listed(command: Command, *arguments: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(done(command.run(*arguments, "--json")))
    return rows


def link_in_the_mail(here: World, command: Command, page: str) -> str:
    """The link that an operator has mailed."""
    pattern = re.compile(rf"{re.escape(here.pages_url)}/{page}/[\w-]+")
    said = done(command.run("friend", "link", "RUT", page))
    assert not pattern.search(said)
    found = until(lambda: [hit for one in here.postbox.letters() if (hit := pattern.search(one.text))])
    return str(found[-1].group())


def subjects(here: World) -> list[str]:
    return [one.subject for one in here.postbox.letters()]


@pytest.mark.parametrize("page", FORMS)
def test_a_friend_asks_once_and_operators_see_it(here: World, command: Command, page: str) -> None:
    link = link_in_the_mail(here, command, page)
    for _ in range(2):  # scanners open links
        web.get(link).raise_for_status()
        web.head(link).raise_for_status()
    assert command.run(*LISTS[page]).out == "None.\n"
    shown = BeautifulSoup(web.get(link).text, "html.parser")
    form = shown.select_one("form")
    assert form is not None and shown.html is not None and shown.html["lang"] == "fr"
    for _ in range(2):
        web.post(urljoin(link, str(form["action"])), data=FORMS[page]).raise_for_status()
    [row] = listed(command, *LISTS[page])
    assert row["friend_id"] == "RUT" and row["words"] == FORMS[page]["words"]
    assert web.post(link, data=FORMS[page] | {"words": "x" * 601}).status_code == 422


def test_an_accepted_area_and_a_declined_role_are_answered_by_mail(here: World, command: Command) -> None:
    [area] = listed(command, *LISTS["areas"])
    [role] = listed(command, *LISTS["engagement"])
    done(command.run("friend", "area", "accept", area["request_id"], "--at", "47.39,8.05"))
    done(command.run("engagement", "decline", role["request_id"], "--why", "Pas avant l’été."))
    until(lambda: len([one for one in subjects(here) if "Aarau" in one or "mentorat" in one]) == 2)
    assert [one["label"] for one in listed(command, "friend", "area", "list", "RUT")] == ["home", "Aarau"]
    assert "> Pas avant l’été." in "".join(one.text for one in here.postbox.letters())


def test_a_role_is_given_ended_and_withdrawn_by_hand(command: Command) -> None:
    why = ("--why", "asked by phone")
    done(command.run("engagement", "add", "RUT", "mentor", "--from", "2025-02-01", *why))
    done(command.run("engagement", "end", "RUT", "mentor", "--until", "2025-09-30", *why))
    done(command.run("engagement", "withdraw", "RUT", "mentor", "--from", "2025-02-01", *why))
    [row] = listed(command, "engagement", "list", "RUT")
    assert row["withdrawn"] is True
