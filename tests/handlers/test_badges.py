"""issue_badges, show_badge and sign_badge: what anybody gets for an address, and with which headers."""

import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from best_friends import bootstrap, bootstrap_badges
from best_friends.domain.badge import Addresses
from best_friends.domain.invitation import Invitation, InvitationState
from tests.support.kms import Kms
from tests.support.marketplace import address_of, friend
from tests.support.pages import http_event
from tests.support.queues import SqsDriver
from tests.support.stack import Stack
from tests.unit.fakes import ANSWER_UNTIL, REASONS

HOST = "pages.example"
KEYS = "/badges/keys"
Reply = dict[str, Any]


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Kms:
    """The key service."""
    client = Kms()
    monkeypatch.setattr(bootstrap, "kms", lambda: client)
    return client


def says_yes(stack: Stack, friend_id: str) -> None:
    """Let a Friend confirm 2025."""
    stack.friends.put_many([friend(friend_id)])
    stack.invitations.create(Invitation(friend_id, 2025, InvitationState.OPEN, REASONS, ANSWER_UNTIL))
    stack.invitations.settle(friend_id, 2025, InvitationState.CONFIRMED, ANSWER_UNTIL)


@pytest.fixture
def public_id(stack: Stack, kms: Kms) -> str:
    """The id of Ada's badge of 2025, whose Best Friends hold the status."""
    says_yes(stack, "ADA")
    stack.programme.announce(2025)
    assert stack.invoke("IssueBadges", {}) == {"year": 2025, "best_friends": 1, "new": 1, "told": 1}
    assert stack.invoke("IssueBadges", {}) == {"year": 2025, "best_friends": 1, "new": 0, "told": 0}
    [own] = bootstrap_badges.badges(stack.name("BadgesTable")).of_friend("ADA")
    return own.public_id


def asked(stack: Stack, path: str, method: str = "GET", query: dict[str, str] | None = None) -> Reply:
    """What API Gateway would answer."""
    parts = path.split("/")[2:]
    if path in (KEYS, "/badges/did.json"):
        function, route = "ShowBadge", path
    elif len(parts) == 1:
        function, route = "ShowBadge", "/badges/{public_id}"
    else:
        function, route = "SignBadge", "/badges/{public_id}/{file}"
    given = dict(zip(("public_id", "file"), parts, strict=False)) if "{" in route else {}
    event = http_event(route, method, given)
    event["requestContext"]["domainName"] = HOST
    event["queryStringParameters"] = query or {}
    reply: Reply = stack.invoke(function, event)
    return reply


def test_a_holder_has_one_letter_with_its_page(
    stack: Stack, public_id: str, letters_queue: SqsDriver
) -> None:
    assert letters_queue.waiting() == 1
    letters_queue.deliver(twice=True)
    stack.invoke("IssueBadges", {})
    assert not letters_queue.waiting()
    [mail] = stack.postbox.mails
    assert (mail.to, mail.tags) == (address_of("ADA"), {"kind": "badge", "year": "2025"})
    page = Addresses(stack.environment_of("SendLetters")["PAGES_URL"]).page(public_id)
    for part in (mail.html, mail.text):
        assert part.count(f"{page}?lang=de") == 1


@pytest.mark.parametrize("lost", ["sqs.SendMessageBatch", "dynamodb.UpdateItem"])
def test_a_letter_that_was_not_ordered_or_not_marked_is_made_good(
    stack: Stack, public_id: str, letters_queue: SqsDriver, lost: str
) -> None:
    says_yes(stack, "BEA")
    stack.wire.refuse(lost, "AccessDeniedException")
    with pytest.raises(Exception, match="AccessDenied"):
        stack.invoke("IssueBadges", {})
    stack.wire.mend()
    assert stack.invoke("IssueBadges", {}) == {"year": 2025, "best_friends": 2, "new": 0, "told": 1}
    letters_queue.drain()
    assert sorted(one.to for one in stack.postbox.mails) == [address_of("ADA"), address_of("BEA")]


def test_the_page_is_public_for_five_minutes_and_not_for_search_engines(stack: Stack, public_id: str) -> None:
    reply = asked(stack, f"/badges/{public_id}", query={"lang": "it"})
    assert reply["statusCode"] == 200 and "è Best Friend 2025" in reply["body"]
    headers = reply["headers"]
    assert headers["cache-control"] == "public, max-age=300" and headers["x-robots-tag"] == "noindex"
    assert f"https://{HOST}/badges/{public_id}.svg" in reply["body"]
    assert "ADA" not in reply["body"].replace("Mara ADA Muster", "")
    head = asked(stack, f"/badges/{public_id}", "HEAD")
    assert (head["statusCode"], head["body"]) == (200, "")


def test_the_picture_is_a_safe_svg_that_others_may_embed(stack: Stack, public_id: str) -> None:
    reply = asked(stack, f"/badges/{public_id}.svg")
    root = ET.fromstring(reply["body"])  # noqa: S314 - our own
    assert root.tag.endswith("svg") and "script" not in reply["body"]
    headers = reply["headers"]
    assert headers["content-type"].startswith("image/svg+xml")
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert asked(stack, f"/badges/{public_id}.png")["statusCode"] == 404


def test_what_is_signed_is_checked_by_the_published_keys(stack: Stack, public_id: str) -> None:
    reply = asked(stack, f"/badges/{public_id}/credential")
    assert reply["headers"]["content-type"] == "application/vc+jwt"
    keys = jwt.PyJWKSet.from_dict(json.loads(asked(stack, KEYS)["body"]))
    issuer = Addresses(f"https://{HOST}").issuer
    for file in ("credential", "status"):
        token = asked(stack, f"/badges/{public_id}/{file}")["body"]
        kid = jwt.get_unverified_header(token)["kid"].removeprefix(f"{issuer}#")
        told = jwt.decode(
            token, keys[kid].key, algorithms=["EdDSA"], options={"verify_exp": False, "verify_nbf": False}
        )
        assert told["iss"] == issuer
    document = json.loads(asked(stack, "/badges/did.json")["body"])
    assert document["id"] == issuer and document["verificationMethod"][0]["publicKeyJwk"]["crv"] == "Ed25519"
    baked = asked(stack, f"/badges/{public_id}/badge.svg")
    assert "openbadges:credential" in baked["body"]
    assert baked["headers"]["content-disposition"] == 'attachment; filename="best-friend-badge.svg"'


def test_an_end_is_410_and_an_unknown_badge_404(stack: Stack, public_id: str) -> None:
    files = ("", ".svg", "/credential", "/badge.svg", "/status")
    unknown = "A" * 22
    assert [asked(stack, f"/badges/{unknown}{one}")["statusCode"] for one in files] == [404] * 5
    assert asked(stack, f"/badges/{public_id}/secret")["statusCode"] == 404
    stack.invitations.settle("ADA", 2025, InvitationState.DECLINED, datetime(2026, 4, 1, tzinfo=UTC))
    statuses = [asked(stack, f"/badges/{public_id}{one}")["statusCode"] for one in files]
    assert statuses == [410, 410, 410, 410, 200]  # the status is there to be asked


@pytest.mark.parametrize("path", ["/badges/keys", "/badges/{}/credential"])
def test_a_fault_of_ours_is_counted_and_tells_nothing(
    stack: Stack, public_id: str, kms: Kms, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kms.broken = True
    reply = asked(stack, path.format(public_id))
    printed = capsys.readouterr().out
    assert reply["statusCode"] == 500 and "ConnectionError" in printed
    assert ("BadgesNotSigned" if "credential" in path else "BadgePagesFailed") in printed
    assert public_id not in printed
