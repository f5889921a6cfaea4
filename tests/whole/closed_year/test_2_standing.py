"""Standing, review and news on the embedded AWS: each function may do what its role allows and no more."""

import csv
import io
import json
import re
from typing import Any

import boto3
import pytest
from bs4 import BeautifulSoup

from best_friends import bootstrap, bootstrap_standing
from best_friends.application.ports_letters import LetterOrder
from best_friends.application.ports_standing import Stream
from best_friends.application.select_nominees import verdicts_path
from best_friends.domain.invitation import InvitationState
from best_friends.domain.letter import LetterKind
from best_friends.domain.policy import Policy
from best_friends.domain.programme import Run
from ops.deployment import Deployment
from ops.importing import put_policy_in_force
from ops.local.postbox import Received
from ops.rehearsal.rehearse import (
    SEGMENTS,
    World,
)
from tests.support import web
from tests.support.waiting import until
from tests.whole.closed_year.conftest import YEAR
from tests.whole.conftest import Command, Ended

pytestmark = [pytest.mark.whole]
REACH = {"ratings_within": 1000, "five_stars_within": 1000, "revenue_percent_within": "100"}


@pytest.fixture(scope="module")
def missed(names: Deployment) -> dict[str, Any]:
    """The verdict of an active Friend with ratings that was not nominated, the one with the most revenue."""
    archive = bootstrap.archive(names.archive_bucket)
    rows = [row for number in range(SEGMENTS) for row in archive.read_rows(verdicts_path(Run(YEAR), number))]
    left = [one for one in rows if one["active"] and one["ratings"] and not one["by_figures"]]
    return max((one for one in left if not one["by_engagement"]), key=lambda one: one["cents"])


@pytest.fixture(scope="module")
def address(names: Deployment, missed: dict[str, Any]) -> str:
    """Its address."""
    friend = bootstrap.friends(names.friends_table).get(missed["friend_id"])
    assert friend is not None
    return friend.email


@pytest.fixture(scope="module")
def link(here: World, address: str) -> str:
    """The link to its standing, asked for on the public page."""
    for one in (address.upper(), "nobody@friends.example"):
        web.post(f"{here.pages_url}/standing", data={"address": one}).raise_for_status()
    return mailed(here, address, "standing")


def done(ended: Ended) -> str:
    assert ended.status == 0, ended.err
    return ended.out


def mailed(here: World, address: str, page: str) -> str:
    """The last link to a page that an address was sent."""
    pattern = re.compile(rf"{re.escape(here.pages_url)}/{page}/[\w-]+")
    found = until(lambda: [hit for one in letters_to(here, address) if (hit := pattern.search(one.text))])
    return str(found[-1].group())


def letters_to(here: World, address: str) -> list[Received]:
    return [one for one in here.postbox.letters() if one.to == address]


def got(link: str) -> str:
    return web.get(link).raise_for_status().text


def test_every_verdict_can_be_looked_up(names: Deployment, missed: dict[str, Any]) -> None:
    archive = bootstrap.archive(names.archive_bucket)
    rows = [row for number in range(SEGMENTS) for row in archive.read_rows(verdicts_path(Run(YEAR), number))]
    verdicts = bootstrap_standing.verdicts(names.verdicts_table)
    found = verdicts.of([row["friend_id"] for row in rows[:100]], YEAR)
    assert len(found) == min(100, len(rows))
    [own] = verdicts.of([missed["friend_id"]], YEAR)
    assert (own.figures.cents, own.verdict.missed) == (missed["cents"], tuple(missed["missed"]))


def test_the_page_and_the_file_say_what_was_judged(
    here: World, link: str, missed: dict[str, Any], address: str
) -> None:
    shown = got(link)
    assert web.head(link).status_code == 200
    said = " ".join(BeautifulSoup(shown, "html.parser").get_text(" ").split())
    assert str(YEAR) in said and address not in shown
    file = web.get(f"{link}/{YEAR}.csv").raise_for_status()
    rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))[1:]
    stars = [int(row[3]) for row in rows if row[3]]
    cents = [round(float(row[4]) * 100) for row in rows if row[4]]
    assert (len(stars), sum(stars), sum(cents)) == (missed["ratings"], missed["stars"], missed["cents"])
    assert not [one for one in here.postbox.letters() if one.to.startswith("nobody@")]


def test_a_case_is_opened_looked_at_replied_to_and_ends_with_a_nomination(
    here: World, names: Deployment, command: Command, link: str, missed: dict[str, Any], address: str
) -> None:
    form = {"year": str(YEAR), "words": "Please look at June again."}
    for _ in range(2):
        web.post(link, data=form).raise_for_status()
    [case] = json.loads(done(command.run("review", "list", "--json")))
    assert (case["friend_id"], case["words"]) == (missed["friend_id"], form["words"])
    case_id = case["case_id"]
    assert case_id in done(command.run("review", "list"))
    evidence = json.loads(done(command.run("review", "show", case_id, "--json")))
    assert evidence["standing"]["figures"]["cents"] == missed["cents"] and evidence["lines"]
    assert form["words"] in " ".join(done(command.run("review", "show", case_id)).split())
    done(command.run("review", "reply", case_id, "--words", "We are looking at it."))
    done(command.run("review", "decide", case_id, "--why", "You were right.", "--outcome", "nominated"))
    until(lambda: any("> You were right." in one.text for one in letters_to(here, address)))
    assert any("> We are looking at it." in one.text for one in letters_to(here, address))
    assert done(command.run("review", "list")) == "None.\n"

    invitation = mailed(here, address, "answers")
    web.post(invitation, data={"answer": "confirm"}).raise_for_status()
    table = bootstrap.invitations(names.invitations_table)
    friend_id = missed["friend_id"]
    until(lambda: friend_id in set(table.best_friends(YEAR)))
    own = table.get(friend_id, YEAR)
    assert own is not None and own.state is InvitationState.CONFIRMED and own.late
    assert "You were right." in got(link)
    assert case_id in done(command.run("trail", friend_id))


def test_a_decision_may_correct_the_ledger(
    here: World, names: Deployment, command: Command, link: str, missed: dict[str, Any]
) -> None:
    file = web.get(f"{link}/{YEAR}.csv").text
    rows = list(csv.reader(io.StringIO(file.removeprefix("\ufeff"))))[1:]
    rating = next(row[2] for row in rows if row[3])
    form = {"year": str(YEAR), "words": "This rating is not mine."}
    web.post(link, data=form).raise_for_status()
    [case] = json.loads(done(command.run("review", "list", "--json")))
    why = ("--why", "It was given by mistake.")
    done(command.run("review", "decide", case["case_id"], *why, "--withdraw-rating", rating))
    assert rating not in web.get(f"{link}/{YEAR}.csv").text
    verdicts = bootstrap_standing.verdicts(names.verdicts_table)
    [judged] = verdicts.of([missed["friend_id"]], YEAR)
    assert judged.figures.ratings == missed["ratings"]  # the verdict stays as it fell


def test_overdue_cases_are_counted_and_the_link_can_be_ordered_by_operators(
    here: World, names: Deployment, command: Command, missed: dict[str, Any], address: str
) -> None:
    reply = invoked(names.check_reviews)
    assert reply == {"open": 0, "overdue_reply": 0, "overdue_decision": 0, "overdue": 0}
    before = len(letters_to(here, address))
    done(command.run("friend", "link", missed["friend_id"], "standing"))
    until(lambda: len(letters_to(here, address)) > before)


def test_the_letter_of_the_last_quarter_leaves_with_a_way_to_end_it(here: World, names: Deployment) -> None:
    put_policy_in_force(names, Policy.of({"early_notice": {"on": "10-01", **REACH}}))
    running = max(names.refresh_cutoffs_now())
    friends = [
        one
        for one in bootstrap.friends(names.friends_table).everybody()
        if one.active and one.email and not bounces(one.email)
    ]
    orders = [LetterOrder(LetterKind.EARLY_NOTICE, one.friend_id, running) for one in friends[:20]]
    bootstrap.letters_queue(names.letters_queue).put(orders * 2)
    pattern = re.compile(rf"{re.escape(here.pages_url)}/news/[\w-]+")

    def noticed() -> list[tuple[str, str]]:
        found = ((one.to, pattern.search(one.text)) for one in here.postbox.letters())
        return [(to, hit.group()) for to, hit in found if hit]

    until(lambda: bool(noticed()))
    to, news = noticed()[0]
    assert web.get(news).status_code == web.head(news).status_code == 200
    choices = bootstrap_standing.choices(names.choices_table)
    friend_id = next(one.friend_id for one in friends if one.email == to)
    assert choices.wants([friend_id], Stream.NEWS)
    web.post(news, data={"List-Unsubscribe": "One-Click"}).raise_for_status()
    assert not choices.wants([friend_id], Stream.NEWS)
    sent = [one for one, _ in noticed()]
    assert len(set(sent)) == len(sent)


def bounces(address: str) -> bool:
    return address.endswith("@simulator.amazonses.com")


def invoked(function: str) -> Any:
    reply = boto3.client("lambda").invoke(FunctionName=function, Payload=b"{}")
    return json.loads(reply["Payload"].read())
