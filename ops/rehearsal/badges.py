"""Badges are issued, and one of them is checked as a stranger would, then taken back."""

import json
import time
from collections.abc import Sequence

import httpx
import jwt
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from best_friends import bootstrap
from best_friends.application.accounts import Accounts
from best_friends.domain.badge import Addresses, Badge
from best_friends.domain.badges_report import BadgesReport
from best_friends.domain.invitation import InvitationState
from best_friends.domain.letter import LetterKind, LetterState, letter_id_of
from ops.badges import finding
from ops.console import Screen
from ops.deployment import Deployment
from ops.faults import Stop
from ops.rehearsal.waiting import until

OUT = (LetterState.SENT, LetterState.FAILED, LetterState.IN_DOUBT)


def badges(deployment: Deployment, pages_url: str, year: int, screen: Screen) -> BadgesReport:
    """Issue the badges of a closed year and try the first of them; everything is as before at the end.

    Raises:
        Stop: when a page or a signature is not what it should be.
    """
    with screen.step("Issuing badges and checking one"):
        issued = deployment.issue_badges_now()
        holders = sorted(bootstrap.invitations(deployment.invitations_table).best_friends(year))
        found = finding(deployment).badges.of(holders, year) if holders else []
        found = sorted((one for one in found if one.revoked_at is None), key=lambda one: one.friend_id)
        if not found:
            return BadgesReport(year, issued)
        _wait_for_letters(deployment, found)
        at = Addresses(pages_url)
        page, issuer = at.page(found[0].public_id), at.issuer
        with httpx.Client(timeout=60) as browser:
            picture = _got(browser, f"{page}.svg")
            begun = time.monotonic()
            token = _got(browser, f"{page}/credential")
            seconds = time.monotonic() - begun
            passed = _by_badges(browser, pages_url, issuer, token) + _by_keys(browser, pages_url, token)
            ended = _fails_once_given_back(
                deployment, browser, pages_url, issuer, token, found[0].friend_id, year
            )
        if passed != 2:
            raise Stop("a badge's credential was refused by a verifier; look at the log of sign_badge")
        return BadgesReport(year, issued, picture, passed, ended, seconds)


def _wait_for_letters(deployment: Deployment, badges: Sequence[Badge]) -> None:
    """Wait until all are out: whoever gives its yes back meanwhile would never get its own."""
    accounts = Accounts(bootstrap.friends(deployment.friends_table))
    letters = bootstrap.letters(deployment.letters_table)
    ids = {letter_id_of(LetterKind.BADGE, one.year, accounts.surviving(one.friend_id)) for one in badges}
    until(lambda: all(letters.state(one) in OUT for one in ids), "the letters about badges did not leave")


def _got(browser: httpx.Client, url: str) -> str:
    reply = browser.get(url)
    if not reply.is_success:
        raise Stop(f"a badge's file was answered with {reply.status_code}; look at the functions' logs")
    return reply.text


def _by_badges(browser: httpx.Client, pages_url: str, issuer: str, token: str) -> bool:
    """Whether openbadgeslib takes the credential, its issuer and its status for good."""

    def fetch(url: str) -> bytes:
        # A did:web is always looked for by TLS, which there is none of on loopback.
        plain = pages_url.startswith("http://")
        reply = browser.get(url.replace("https://", "http://", 1) if plain else url)
        return reply.raise_for_status().content

    try:
        OB3Verifier.for_issuer_did(issuer, download=fetch).verify(token, check_status=True, download=fetch)
    except OB3VerificationError:
        return False
    return True


def _by_keys(browser: httpx.Client, pages_url: str, token: str) -> bool:
    """Whether PyJWT, which knows nothing of badges, finds the signature good by the published keys."""
    keys = jwt.PyJWKSet.from_dict(json.loads(_got(browser, f"{pages_url}/badges/keys")))
    kid = str(jwt.get_unverified_header(token)["kid"]).partition("#")[2]
    try:
        jwt.decode(token, keys[kid].key, algorithms=["EdDSA"])
    except jwt.PyJWTError:
        return False
    return True


def _fails_once_given_back(
    deployment: Deployment,
    browser: httpx.Client,
    pages_url: str,
    issuer: str,
    token: str,
    friend_id: str,
    year: int,
) -> bool:
    """Let the Friend take its yes back for a moment, and see whether the credential fails."""
    invitations = bootstrap.invitations(deployment.invitations_table)
    invitations.settle(friend_id, year, InvitationState.DECLINED, bootstrap.clock())
    try:
        return not _by_badges(browser, pages_url, issuer, token)
    finally:
        invitations.settle(friend_id, year, InvitationState.CONFIRMED, bootstrap.clock())
