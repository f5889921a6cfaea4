"""Jobs on the embedded AWS, as an operator posts them and as Friends take them."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from bs4 import BeautifulSoup

from best_friends import bootstrap
from best_friends.domain.letter import LetterState, notification_id_of
from ops.console import Screen
from ops.deployment import Deployment
from ops.importing import checked, write
from ops.rehearsal.dispatching import until_ended, until_notified
from ops.rehearsal.rehearse import World, world
from tests.support import web
from tests.whole.conftest import Command, Ended

pytestmark = [pytest.mark.whole]

HEADER = (
    "friend_id,display_name,email,language,latitude,longitude,radius_km,skills,joined_on,active"
    ",channel,paused"
)
FRIENDS = [
    "ADA,Ada,ada@friends.example,de,47.37,8.54,20,printer,2024-01-01,true,,",
    "BEA,Béa,bea@friends.example,fr,47.38,8.55,20,printer,2024-01-01,true,mail,false",
    "APP,Ann,app@friends.example,en,47.36,8.53,20,printer;tv,2024-01-01,true,app,",
    "FAR,Fay,far@friends.example,en,46.95,7.44,20,printer,2024-01-01,true,,",
    "TVS,Tim,tvs@friends.example,en,47.37,8.54,20,tv,2024-01-01,true,,",
    "OFF,Ole,off@friends.example,en,47.37,8.54,20,printer,2024-01-01,true,,true",
]
HERE = "47.40,8.54"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A deployed stack with six Friends and their roster; a wave takes a second."""
    folder = tmp_path_factory.mktemp("export")
    (folder / "friends.csv").write_text("\n".join([HEADER, *FRIENDS]) + "\n")
    (folder / "jobs.csv").write_text(
        "job_id,friend_id,customer_id,skill,latitude,longitude,posted_at,completed_at,status,revenue,currency\n"
    )
    (folder / "ratings.csv").write_text("rating_id,job_id,friend_id,stars,rated_at\n")
    screen = Screen(quiet=True)
    with checked(folder, screen) as export, world(screen, wave_pace=60) as deployed:
        write(export, deployed.deployed.names, screen)
        assert deployed.deployed.names.build_roster_now() == 5
        yield deployed


@pytest.fixture
def names(here: World) -> Deployment:
    """The names of the stack."""
    return here.deployed.names


@pytest.fixture
def posted(command: Command, names: Deployment) -> Callable[..., str]:
    """Posts a job and waits until its dispatch has ended."""

    def post(*options: str, skill: str = "printer", at: str = HERE) -> str:
        ended = command.run("job", "post", "--skill", skill, "--at", at, *options)
        assert ended.status == 0, ended.err
        until_ended(names, [ended.out.strip()])
        until_notified(names, [ended.out.strip()])
        return ended.out.strip()

    return post


def letters_about(here: World, job_id: str) -> dict[str, str]:
    """The link in the notification of a job, by the address that it went to."""
    found = {
        letter.to: re.search(rf"{re.escape(here.pages_url)}/jobs/{job_id}/accept\?token=[\w-]+", letter.text)
        for letter in here.postbox.letters()
    }
    return {to: link.group() for to, link in found.items() if link}


def pressed(link: str) -> httpx.Response:
    """Open the link and press the button."""
    page = BeautifulSoup(web.get(link).raise_for_status().text, "html.parser")
    form = page.select_one("form")
    assert form is not None and "?" not in str(form["action"])
    data = {
        "token": str(form.select_one("input[name=token]")["value"]),
        "answer": str(form.select_one("button")["value"]),
    }
    return web.post(httpx.URL(link).join(str(form["action"])), data=data).raise_for_status()


def explained(command: Command, job_id: str, friend_id: str) -> Any:
    """What `why` says, as JSON."""
    ended = command.run("why", job_id, friend_id, "--json")
    assert ended.status == 0, ended.err
    return json.loads(ended.out)


def refused(ended: Ended) -> str:
    """The one sentence of a refusal."""
    assert ended.status == 2
    assert "Traceback" not in ended.err
    [sentence] = ended.err.strip().splitlines()
    return sentence


def test_the_first_to_accept_gets_the_job_and_the_other_hears_so(
    here: World, names: Deployment, command: Command, posted: Callable[..., str]
) -> None:
    job_id = posted()
    links = letters_about(here, job_id)
    assert set(links) == {"ada@friends.example", "bea@friends.example"}  # each once; Ann's app hears itself
    assert bootstrap.letters(names.letters_table).state(notification_id_of(job_id, "APP")) is LetterState.SENT

    jobs = bootstrap.jobs(names.jobs_table)
    for link in links.values():  # scanners open links
        web.get(link).raise_for_status()
        web.head(link).raise_for_status()
    assert jobs.get(job_id).status == "posted"

    won = BeautifulSoup(pressed(links["bea@friends.example"]).text, "html.parser")
    assert won.html["lang"] == "fr"
    job = jobs.get(job_id)
    assert (job.status, job.friend_id) == ("accepted", "BEA")

    late = BeautifulSoup(web.get(links["ada@friends.example"]).text, "html.parser")
    assert late.html["lang"] == "de"
    assert late.select_one("form button[value=accept]") is None
    assert "BEA" in refused(command.run("job", "accept", job_id, "ADA"))


def test_why_says_who_was_notified_and_what_kept_the_others_out(
    command: Command, posted: Callable[..., str]
) -> None:
    job_id = posted()
    verdicts = {friend: explained(command, job_id, friend) for friend in ("ADA", "FAR", "TVS", "OFF")}
    assert {friend: found["verdict"] for friend, found in verdicts.items()} == {
        "ADA": "notified",
        "FAR": "outside",
        "TVS": "without_skill",
        "OFF": "not_in_roster",
    }
    assert verdicts["ADA"]["wave"] == 1 and verdicts["ADA"]["letter"] == "sent"
    assert all(found["matches"] for found in verdicts.values())
    missing = verdicts["FAR"]["distance_km"] - verdicts["FAR"]["radius_km"]
    assert missing <= verdicts["FAR"]["change"]["radius_km"] <= missing + 0.2
    told = command.run("why", job_id, "FAR")
    assert "Excluded by the radius" in told.out
    assert max(map(len, told.out.splitlines())) <= 100


@pytest.mark.parametrize(
    ("skill", "at", "ending"),
    [("time_travel", HERE, "unknown_skill"), ("printer", "0,-30", "no_candidate")],
)
def test_a_job_that_nobody_can_be_offered_is_recorded_with_its_reason(
    names: Deployment, posted: Callable[..., str], skill: str, at: str, ending: str
) -> None:
    assert bootstrap.waves(names.waves_table).ended(posted(skill=skill, at=at)).ending == ending


def test_a_cancelled_job_is_over(here: World, command: Command, posted: Callable[..., str]) -> None:
    job_id = posted("--id", "J-CANCELLED")
    assert "cancelled" in command.run("job", "cancel", job_id).out
    assert "cancelled already" in refused(command.run("job", "cancel", job_id))
    link = letters_about(here, job_id)["ada@friends.example"]
    page = BeautifulSoup(web.get(link).raise_for_status().text, "html.parser")
    assert page.select_one("form button[value=accept]") is None
    assert "already" in refused(command.run("job", "post", "--skill", "tv", "--at", HERE, "--id", job_id))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("job", "post", "--skill", "tv", "--at", "Zürich"), "such as 47.05,8.31"),
        (("job", "post", "--skill", "tv", "--at", "95,8"), "such as 47.05,8.31"),
        (("job", "post", "--skill", " ", "--at", HERE), "name the skill"),
        (("job", "accept", "J-NONE", "ADA"), "there is no job J-NONE"),
        (("job", "cancel", "J-NONE"), "there is no job J-NONE"),
        (("why", "J-NONE", "ADA"), "there is no job J-NONE"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    here: World, command: Command, arguments: tuple[str, ...], said: str
) -> None:
    assert said in refused(command.run(*arguments))


def test_everybody_can_read_what_decides(here: World) -> None:
    for language in ("de", "fr", "it", "en"):
        reply = web.get(f"{here.pages_url}/ranking-parameters", params={"lang": language})
        assert reply.raise_for_status().headers["content-language"] == language
        assert BeautifulSoup(reply.text, "html.parser").html["lang"] == language
    asked = web.get(f"{here.pages_url}/ranking-parameters", headers={"accept-language": "it-CH"})
    assert asked.headers["content-language"] == "it"
    assert web.post(f"{here.pages_url}/ranking-parameters").status_code >= 400


def test_an_export_that_is_still_posted_does_not_take_an_accepted_job_back(
    names: Deployment, command: Command, posted: Callable[..., str], tmp_path: Path
) -> None:
    job_id = posted()
    assert command.run("job", "accept", job_id, "ADA").status == 0
    (tmp_path / "friends.csv").write_text("\n".join([HEADER, *FRIENDS]) + "\n")
    (tmp_path / "ratings.csv").write_text("rating_id,job_id,friend_id,stars,rated_at\n")
    (tmp_path / "jobs.csv").write_text(
        "job_id,friend_id,customer_id,skill,latitude,longitude,posted_at,completed_at,status,revenue,currency\n"
        f"{job_id},,operator,printer,47.40,8.54,2026-11-23T10:00:00+01:00,,posted,,\n"
    )
    assert command.run("import", str(tmp_path)).status == 0
    job = bootstrap.jobs(names.jobs_table).get(job_id)
    assert (job.status, job.friend_id) == ("accepted", "ADA")
