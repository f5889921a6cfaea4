"""Product tests and announcements on the embedded AWS: each function does what its role allows."""

import json
from pathlib import Path

import pytest

from best_friends import bootstrap
from best_friends.domain.invitation import Invitation, InvitationState, Reasons
from best_friends.domain.policy import Policy
from ops.deployment import Deployment
from ops.importing import checked
from ops.rehearsal.answers import Answers
from ops.rehearsal.offers import announcement, product_test
from ops.rehearsal.rehearse import Rehearsal, World, bring_in
from ops.sample import write_sample
from tests.support.marketplace import ANSWER_UNTIL
from tests.whole.conftest import Command, Ended
from tests.whole.one_system.conftest import SCREEN

pytestmark = [pytest.mark.whole]
YEAR = 2025
REASONS = Reasons(by_figures=True, roles=(), ratings=20, stars=98, cents=900_000, currency="CHF")


@pytest.fixture(scope="module")
def here(system: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A deployed stack with a marketplace; eight of its Friends are Best Friends."""
    folder: Path = tmp_path_factory.mktemp("marketplace")
    write_sample(folder, friends=60, seed=3)
    rehearsal = Rehearsal(folder, YEAR, Policy(), Answers(confirm=1.0, decline=0.0))
    with checked(folder, SCREEN) as export:
        bring_in(system, export, rehearsal, SCREEN)
    names = system.deployed.names
    able = [one for one in bootstrap.friends(names.friends_table).everybody() if one.may_be_notified]
    invitations = bootstrap.invitations(names.invitations_table)
    for one in sorted(able, key=lambda one: one.friend_id)[:8]:
        best = Invitation(one.friend_id, YEAR, InvitationState.OPEN, REASONS, ANSWER_UNTIL)
        invitations.create(best)
        invitations.settle(one.friend_id, YEAR, InvitationState.CONFIRMED, ANSWER_UNTIL)
    bootstrap.programme(names.programme_table).announce(YEAR)
    return system


@pytest.fixture(scope="module")
def names(here: World) -> Deployment:
    """The names of the stack."""
    return here.deployed.names


def done(ended: Ended) -> str:
    assert ended.status == 0, ended.err
    return ended.out


def test_a_test_is_filled_by_best_friends_first_and_by_others_then(
    here: World, names: Deployment, command: Command
) -> None:
    played = product_test(names, here.postbox, here.pages_url, SCREEN)
    assert (played.best_friends, played.taken, played.declined) == (8, 4, 6)
    assert played.others == 6 and played.too_late == 4 and played.invited_when_full == 0
    [test] = json.loads(done(command.run("product-test", "list", "--json")))
    assert (test["taken"], test["left"]) == (4, 0)
    shown = json.loads(done(command.run("product-test", "show", test["test_id"], "--json")))
    assert len(shown["testers"]) == 14 and "Friend" in done(
        command.run("product-test", "show", test["test_id"])
    )
    out = done(command.run("product-test", "cancel", test["test_id"], "--why", "no drills"))
    assert "4 who had said yes" in out
    assert names.invite_testers_now() == 0


def test_an_announcement_is_corrected_and_taken_back(
    here: World, names: Deployment, command: Command, tmp_path: Path
) -> None:
    played = announcement(names, here.postbox, SCREEN)
    assert (played.announced, played.corrected, played.taken_back) == (8, 8, 8)
    [known] = json.loads(done(command.run("announcement", "list", "--json")))
    assert known["state"] == "withdrawn" and known["version"] == 2
    assert "early" in done(command.run("announcement", "show", known["announcement_id"]))
    file = tmp_path / "new.toml"
    file.write_text('id = "later"\npublish_on = 2099-01-01\n[en]\nsubject = "x"\n')
    refused = command.run("announcement", "add", str(file))
    assert refused.status == 2 and f"{file}:3: en.text: is missing" in refused.err
    file.write_text('id = "later"\npublish_on = 2099-01-01\n[en]\nsubject = "x"\ntext = ["y"]\n')
    assert "2098-12-25" in done(command.run("announcement", "add", str(file)))
    assert "nobody had heard" in done(command.run("announcement", "withdraw", "later", "--why", "no"))
