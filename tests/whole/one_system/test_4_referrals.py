"""Referrals on the embedded AWS: thanks at once, milestones, an ambassador, by the functions' own roles."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from best_friends import bootstrap, bootstrap_standing
from best_friends.application.ports import Segment
from best_friends.domain.policy import Policy, Role
from best_friends.domain.qualification import judge_without_cutoff
from ops.importing import checked, write
from ops.rehearsal.rehearse import World
from tests.support import web
from tests.support.waiting import until
from tests.whole.conftest import Command, Ended
from tests.whole.one_system.conftest import SCREEN

pytestmark = [pytest.mark.whole]

FRIENDS = "friend_id,display_name,email,language,latitude,longitude,radius_km,skills,joined_on,active\n"
ADA = "ADA,Ada,ada@friends.example,en,47.37,8.54,20,printer,2024-01-01,true\n"
JOBS = (
    "job_id,friend_id,customer_id,skill,latitude,longitude,posted_at,completed_at,status,revenue,currency\n"
)
RATINGS = "rating_id,job_id,friend_id,stars,rated_at\n"
YEAR = datetime.now(UTC).year - 1
"""The last whole year, so that nothing in the export lies ahead."""

REFERRALS = (
    "friend_id,email,consent,referred_at,may_be_named,name\n"
    f"ADA,eva@people.example,true,{YEAR}-01-05T12:00:00+01:00,true,Eva E\n"
    f"ADA,tim@people.example,true,{YEAR}-01-05T12:00:00+01:00,,\n"
)
WHO = ("MAX", "EVA", "TIM")
WHY = ("--why", "told us by phone")


def export(folder: Path, *, joined: bool) -> None:
    """ADA alone, with two referrals; or also those who were referred, MAX with ten jobs."""
    friends, jobs = FRIENDS + ADA, JOBS
    for one in WHO if joined else ():
        friends += f"{one},{one.title()},{one.lower()}@people.example,de,,,,printer,{YEAR}-02-01,true\n"
        for number in range(10 if one == "MAX" else 1):
            at = f"{YEAR}-02-{number + 10}T10:00:00+01:00"
            jobs += f"J-{one}-{number},{one},C1,printer,,,{at},{at},completed,50.00,CHF\n"
    files = {"friends": friends, "jobs": jobs, "ratings": RATINGS, "referrals": REFERRALS}
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("export")


@pytest.fixture(scope="module")
def here(system: World, folder: Path) -> World:
    """A deployed stack with ADA and what it has referred elsewhere."""
    export(folder, joined=False)
    with checked(folder, SCREEN) as found:
        write(found, system.deployed.names, SCREEN)
    return system


def done(ended: Ended) -> str:
    assert ended.status == 0, ended.err
    return ended.out


def subjects(here: World, about: str) -> list[str]:
    return [one.subject for one in here.postbox.letters() if about in one.subject]


def listed(command: Command) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(done(command.run("referral", "list", "ADA", "--json")))
    return rows


def test_a_friend_refers_on_its_page_and_is_thanked_at_once(here: World, command: Command) -> None:
    done(command.run("friend", "link", "ADA", "referrals"))
    pattern = re.compile(rf"{re.escape(here.pages_url)}/referrals/([\w-]+)")
    [found] = until(lambda: [hit for one in here.postbox.letters() if (hit := pattern.search(one.text))])
    for _ in range(2):  # scanners open links
        web.get(found.group()).raise_for_status()
        web.head(found.group()).raise_for_status()
    form = {"token": found.group(1), "address": "max@people.example", "name": "Max M"}
    url = f"{here.pages_url}/referrals"
    assert web.post(url, data=form).status_code == 422
    ticked = form | {"consent": "yes", "may_be_named": "yes"}
    for _ in range(2):
        web.post(url, data=ticked).raise_for_status()
    web.post(url, data=ticked | {"address": "ada@friends.example"}).raise_for_status()
    until(lambda: len(subjects(here, "thank you for your referral")) == 3)
    until(lambda: len(subjects(here, "about your referral")) == 1)
    stages = sorted((one["stage"], one["declined"]) for one in listed(command))
    assert stages == [("declined", "self"), *[("recorded", None)] * 3]


def test_those_who_join_are_followed_and_make_an_ambassador(
    here: World, folder: Path, command: Command
) -> None:
    export(folder, joined=True)
    with checked(folder, SCREEN) as found:
        write(found, here.deployed.names, SCREEN)
    until(lambda: len(subjects(here, "ten jobs")) == 1)
    until(lambda: len(subjects(here, "the first job")) == 3 and len(subjects(here, "a new Friend")) == 3)
    names = here.deployed.names
    roles = bootstrap.engagements(names.engagements_table)
    [held] = until(lambda: roles.of_friend("ADA"))
    assert held.earned and held.held_in(YEAR)
    figures = bootstrap_standing.figures_of_all(
        friends_table=names.friends_table,
        stats_table=names.stats_table,
        engagements_table=names.engagements_table,
    )
    # What the annual survey reads: the role is among what Ada is judged by.
    surveyed = figures(YEAR, Policy().qualification, Segment(0, 1))
    [own] = [one for one in surveyed if one.friend_id == "ADA"]
    assert own.roles == (Role.BRAND_AMBASSADOR,)
    assert judge_without_cutoff(own, Policy().qualification).nominated


def test_a_day_makes_up_for_nothing_and_a_person_is_forgotten(here: World, command: Command) -> None:
    updated = here.deployed.names.update_referrers_now()
    assert (updated["made_up"], updated["forgotten"]) == (0, 0)
    assert "0 joined and 0 came along" in done(command.run("referral", "settle"))
    for expected in ("The referral is removed", "No referral of this address is kept."):
        assert expected in done(command.run("referral", "forget", "max@people.example", *WHY))
    assert not [one for one in listed(command) if one["stage"] == "tenth_job"]
    [held] = bootstrap.engagements(here.deployed.names.engagements_table).of_friend("ADA")
    assert not held.held_in(YEAR)
    exported = json.loads(done(command.run("friend", "export", "ADA")))
    assert len(exported["referrals"]) == 3
    assert any("3 referrals" in line for line in exported["summary"])
    done(command.run("friend", "erase", "EVA", "--yes", "--why", "asked to be forgotten"))
    assert len(subjects(here, "thank you for your referral")) == 3
