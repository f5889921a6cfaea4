"""Badges on the embedded AWS: who may look and who may sign, checked by verifiers that are not ours."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import httpx
import jwt
import pytest
from openbadgeslib import baking
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from best_friends import bootstrap
from best_friends.application.links import STANDING
from best_friends.domain.badge import Addresses
from best_friends.domain.invitation import InvitationState
from best_friends.domain.letter import NO_YEAR
from ops.badges import finding, rotating
from ops.deployment import Deployment
from ops.rehearsal.badges import badges
from ops.rehearsal.rehearse import World
from tests.support import web
from tests.support.waiting import until
from tests.whole.closed_year.conftest import SCREEN, YEAR
from tests.whole.conftest import Command, Ended

pytestmark = [pytest.mark.whole]


@pytest.fixture(scope="module")
def holders(here: World, names: Deployment) -> list[str]:
    """The Best Friends, who have their badges now, as the rehearsal issues and tries them."""
    confirmed = sorted(bootstrap.invitations(names.invitations_table).best_friends(YEAR))
    assert len(confirmed) >= 3
    report = badges(names, here.pages_url, YEAR, SCREEN)
    assert (report.issued, report.passed, report.ended) == (len(confirmed), 2, True) and report.picture
    assert names.issue_badges_now() == 0
    return confirmed


def done(ended: Ended) -> str:
    assert ended.status == 0, ended.err
    return ended.out


def page_of(names: Deployment, friend_id: str) -> str:
    [badge] = finding(names).badges.of_friend(friend_id)
    return Addresses(names.pages_url).page(badge.public_id)


def got(url: str) -> httpx.Response:
    return web.get(url)


def fetched(url: str) -> bytes:
    """Fetch for a verifier: a did:web is always looked for by TLS, which there is none of on loopback."""
    reply = got(url.replace("https://127.0.0.1", "http://127.0.0.1"))
    reply.raise_for_status()
    return reply.content


def verified(issuer: str, token: str) -> Any:
    verifier = OB3Verifier.for_issuer_did(issuer, download=fetched)
    return verifier.verify(token, check_status=True, download=fetched)


def test_anybody_may_look_and_everything_checks_out(names: Deployment, holders: list[str]) -> None:
    page = page_of(names, holders[0])
    friend = bootstrap.friends(names.friends_table).get(holders[0])
    assert friend is not None
    shown = got(f"{page}?lang=fr")
    assert shown.status_code == 200 and f"est Best Friend {YEAR}" in shown.text
    assert holders[0] not in shown.text and friend.email not in shown.text
    picture = got(f"{page}.svg")
    assert picture.status_code == 200 and picture.headers["content-type"].startswith("image/svg+xml")
    assert web.head(page).status_code == 200

    token = got(f"{page}/credential").raise_for_status().text
    issuer = Addresses(names.pages_url).issuer
    credential = verified(issuer, token)
    assert (credential.issuer.id, credential.recipient_id) == (issuer, page)
    assert got(f"{page}/credential").text == token, "the same badge is the same credential"
    baked = got(f"{page}/badge.svg").raise_for_status()
    assert "attachment" in baked.headers["content-disposition"]
    assert baking.extract_svg(baked.content, element=baking.SVG_ELEMENT_OB3) == token
    told = json.dumps(jwt.decode(token, options={"verify_signature": False}))
    for secret in (friend.email, friend.display_name, f'"{friend.friend_id}"'):
        assert secret not in told

    # And by a second one, which knows nothing of badges.
    keys = jwt.PyJWKSet.from_dict(json.loads(fetched(f"{names.pages_url}/badges/keys")))
    kid = jwt.get_unverified_header(token)["kid"].partition("#")[2]
    assert jwt.decode(token, keys[kid].key, algorithms=["EdDSA"])["iss"] == issuer
    forged = token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB")
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(forged, keys[kid].key, algorithms=["EdDSA"])


def test_a_holder_has_one_letter_that_leads_to_the_page(
    here: World, names: Deployment, holders: list[str]
) -> None:
    assert names.issue_badges_now() == 0  # nobody is told again
    for holder in holders[:2]:
        friend, page = bootstrap.friends(names.friends_table).get(holder), page_of(names, holder)
        assert friend is not None

        def own(page: str = page) -> list[str]:
            return [one.to for one in here.postbox.letters() if page in one.text]

        assert until(own, what="the letter about a badge") == [friend.email]


def test_the_standing_leads_to_the_badge(names: Deployment, holders: list[str]) -> None:
    mint = bootstrap.mint_link(names.links_table)
    token = mint(STANDING, holders[0], NO_YEAR, datetime.now(UTC) + timedelta(hours=1))
    shown = got(f"{names.pages_url}/standing/{token}").raise_for_status().text
    assert f'href="/badges/{page_of(names, holders[0]).rsplit("/", 1)[1]}?lang=' in shown


def test_no_other_function_may_sign(here: World, names: Deployment, holders: list[str]) -> None:
    got(page_of(names, holders[0])).raise_for_status()
    policy = boto3.client("kms").get_key_policy(KeyId=names.badge_key, PolicyName="default")["Policy"]
    signs = [one for one in json.loads(policy)["Statement"] if "kms:Sign" in one["Action"]]
    assert [one["Sid"] for one in signs] == ["OneFunctionSigns"]
    with pytest.raises(Exception, match="AccessDenied"):
        as_role(here, "ShowBadge").sign(
            KeyId=names.badge_key, Message=b"x", SigningAlgorithm="ED25519_SHA_512"
        )
    assert as_role(here, "ShowBadge").get_public_key(KeyId=names.badge_key)["PublicKey"]


def as_role(here: World, function: str) -> Any:
    role = boto3.client("lambda").get_function(FunctionName=here.deployed.functions[function])
    taken = boto3.client("sts").assume_role(
        RoleArn=role["Configuration"]["Role"], RoleSessionName="as-the-function"
    )["Credentials"]
    return boto3.client(
        "kms",
        aws_access_key_id=taken["AccessKeyId"],
        aws_secret_access_key=taken["SecretAccessKey"],
        aws_session_token=taken["SessionToken"],
    )


def test_a_new_key_signs_and_the_old_badges_stay_good(
    names: Deployment, holders: list[str], command: Command
) -> None:
    page, issuer = page_of(names, holders[0]), Addresses(names.pages_url).issuer
    old = got(f"{page}/credential").text
    done(command.run("badge", "rotate-key"))
    new = got(f"{page}/credential").raise_for_status().text
    kids = [jwt.get_unverified_header(one)["kid"] for one in (old, new)]
    assert kids[0] != kids[1]
    # The old one by the key set; its status is signed by the new key, which the document names as well.
    keys = jwt.PyJWKSet.from_dict(json.loads(fetched(f"{names.pages_url}/badges/keys")))
    assert len(keys.keys) == 2
    for one, kid in zip((old, new), kids, strict=True):
        jwt.decode(one, keys[kid.partition("#")[2]].key, algorithms=["EdDSA"])
    assert verified(issuer, new).issuer.id == issuer
    assert OB3Verifier.for_issuer_did(issuer, download=fetched).verify(old).issuer.id == issuer
    rotating(names)(withdraw=True)
    with pytest.raises(OB3VerificationError):
        verified(issuer, new)
    known = json.loads(done(command.run("badge", "keys", "--json")))
    assert [one["withdrawn"] for one in known] == [True, True, False]


def test_a_withdrawal_and_operators_end_it(names: Deployment, holders: list[str], command: Command) -> None:
    page, issuer = page_of(names, holders[1]), Addresses(names.pages_url).issuer
    token = got(f"{page}/credential").text
    invitations = bootstrap.invitations(names.invitations_table)
    invitations.settle(holders[1], YEAR, InvitationState.DECLINED, datetime.now(UTC))
    assert [got(one).status_code for one in (page, f"{page}.svg", f"{page}/badge.svg")] == [410] * 3
    with pytest.raises(OB3VerificationError, match="revocation"):
        verified(issuer, token)
    invitations.settle(holders[1], YEAR, InvitationState.CONFIRMED, datetime.now(UTC))
    assert got(page).status_code == 200
    why = ("--year", str(YEAR), "--why", "Somebody else used the account.")
    done(command.run("badge", "revoke", holders[1], *why))
    assert got(page).status_code == 410
    [shown] = json.loads(done(command.run("badge", "show", holders[1], "--json")))
    assert (shown["state"], shown["page"]) == ("gone", page)
    noted = [one.action for one in names.trail().of_friend(holders[1])]
    assert noted.count("badge revoked") == 1


def test_whoever_is_erased_has_no_badge(names: Deployment, holders: list[str], command: Command) -> None:
    page, issuer = page_of(names, holders[2]), Addresses(names.pages_url).issuer
    token = got(f"{page}/credential").text
    done(command.run("friend", "erase", holders[2], "--why", "Asked for it.", "--yes"))
    assert [got(f"{page}{one}").status_code for one in ("", ".svg", "/credential", "/status")] == [404] * 4
    with pytest.raises(OB3VerificationError):
        verified(issuer, token)
    assert names.issue_badges_now() == 0  # nor does the pseudonym that its result goes under


def test_a_past_year_is_shown_as_past(names: Deployment, holders: list[str]) -> None:
    page, issuer = page_of(names, holders[0]), Addresses(names.pages_url).issuer
    token = got(f"{page}/credential").text
    bootstrap.programme(names.programme_table).announce(YEAR + 1)
    assert f"was a Best Friend {YEAR}" in got(f"{page}?lang=en").text
    assert "past" in got(f"{page}.svg?lang=en").text
    assert got(f"{page}/credential").status_code == 410
    with pytest.raises(OB3VerificationError, match="revocation"):
        verified(issuer, token)
    assert base64.urlsafe_b64decode(page.rsplit("/", 1)[1] + "==")  # 128 bits
