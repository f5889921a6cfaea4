"""Badges are issued once, shown as they stand, signed while they are valid, and end."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from openbadgeslib import baking
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from best_friends.application.correct_ledger import By
from best_friends.application.errors import Refusal
from best_friends.application.hand_over import Sending
from best_friends.application.ports_letters import LetterOrder
from best_friends.domain.badge import BadgeState
from best_friends.domain.badge_keys import did_document
from best_friends.domain.erasure import pseudonymous
from best_friends.domain.invitation import InvitationState
from best_friends.domain.letter import LetterKind
from tests.unit.fakes_badges import AT, BadgeWorld
from tests.unit.line import Crash

BY = By("olga", "The account was used by somebody else.")


@pytest.fixture
def world() -> BadgeWorld:
    """Badges of 2025 are issued today: verifiers ask the real clock, so the programme goes by it as well."""
    world = BadgeWorld()
    world.clock.now = datetime.now(UTC)
    world.issue()
    return world


def holders(world: BadgeWorld) -> list[str]:
    return sorted(friend_id for friend_id, _ in world.badges.rows)


def addresses(world: BadgeWorld) -> list[str]:
    return sorted(world.whole.friends.rows[one].email for one in holders(world))


def fetch(world: BadgeWorld, url: str) -> bytes:
    """What the issuer serves, for a verifier."""
    if url.endswith("/badges/did.json"):
        return json.dumps(did_document(AT.issuer, world.keys())).encode()
    public_id, file = url.removeprefix(f"{AT.pages_url}/badges/").split("/")
    content, _ = world.sign(public_id, file, AT)
    if not content:
        raise LookupError(url)
    return content.encode()


def verified(world: BadgeWorld, token: str) -> Any:
    verifier = OB3Verifier.for_issuer_did(AT.issuer, download=lambda url: fetch(world, url))
    return verifier.verify(token, check_status=True, download=lambda url: fetch(world, url))


def test_who_confirmed_has_one_badge_whatever_runs_twice(world: BadgeWorld) -> None:
    before = dict(world.badges.rows)
    assert holders(world) == ["ADA", "BEA"]
    again = world.issue()
    assert (again.year, again.best_friends, again.new) == (2025, 2, 0)
    assert world.badges.rows == before


def test_a_late_yes_gets_one_too_and_a_no_that_is_taken_back(world: BadgeWorld) -> None:
    world.answers("CLEO", InvitationState.CONFIRMED)
    assert world.issue().new == 1 and holders(world) == ["ADA", "BEA", "CLEO"]


def test_before_the_announcement_nobody_has_one() -> None:
    world = BadgeWorld()
    world.holds(None)
    assert world.issue().year is None and not world.badges.rows


def test_a_pseudonym_gets_none(world: BadgeWorld) -> None:
    world.badges.rows.clear()
    world.whole.friends.rows["ADA"] = pseudonymous("ADA", {"ADA": "ADA"})
    assert world.issue().best_friends == 1 and holders(world) == ["BEA"]


def test_wherever_issuing_breaks_off_it_ends_the_same() -> None:
    whole = BadgeWorld()
    before = len(whole.whole.line.calls)
    whole.issue()
    for number in range(1, len(whole.whole.line.calls) - before + 1):
        for after in (False, True):
            world = BadgeWorld()
            world.whole.line.break_at(number, Crash(), after=after)
            with pytest.raises(Crash):
                world.issue()
            world.whole.line.mend()
            world.issue()
            assert holders(world) == ["ADA", "BEA"]
            world.deliver()
            assert sorted(one.to for one in world.whole.mail.sent) == addresses(world)
            assert world.issue().told == 0


def test_who_gets_a_badge_is_told_once(world: BadgeWorld) -> None:
    orders = [LetterOrder(LetterKind.BADGE, one, 2025) for one in ("ADA", "BEA")]
    assert world.whole.queue.orders == orders
    assert world.issue().told == 0 and world.whole.queue.orders == orders
    assert world.deliver() == [Sending.SENT, Sending.SENT]
    assert sorted(one.to for one in world.whole.mail.sent) == addresses(world)
    assert [world.send(one) for one in orders] == [Sending.ALREADY_DONE, Sending.ALREADY_DONE]


def test_who_had_a_badge_before_there_were_letters_is_told_of_it(world: BadgeWorld) -> None:
    world.whole.queue.orders.clear()
    world.badges.rows["ADA", 2025] = replace(world.badges.rows["ADA", 2025], told_at=None)
    assert (issued := world.issue()).new == 0 and issued.told == 1
    assert [one.friend_id for one in world.whole.queue.orders] == ["ADA"]


@pytest.mark.parametrize("end", ["past", "declined", "revoked", "erased", "pseudonymous"])
def test_nobody_is_told_of_a_badge_that_does_not_count(world: BadgeWorld, end: str) -> None:
    rows = world.badges.rows
    rows["ADA", 2025] = replace(rows["ADA", 2025], told_at=None)
    if end == "past":
        world.holds(2026)
    elif end == "declined":
        world.answers("ADA", InvitationState.DECLINED)
    elif end == "revoked":
        world.revoke("ADA", 2025, BY)
    elif end == "erased":
        del rows["ADA", 2025]
    else:
        world.whole.friends.rows["ADA"] = pseudonymous("ADA", {"ADA": "ADA"})
    assert world.send(LetterOrder(LetterKind.BADGE, "ADA", 2025)) is Sending.NOT_WANTED
    assert not world.whole.mail.sent and not world.whole.letters.rows
    if end != "erased":  # the fake's invitation stays, so that Ada would get another one
        assert world.issue().told == 0


def test_a_badge_that_is_erased_while_its_letter_is_ordered_stays_erased(world: BadgeWorld) -> None:
    del world.badges.rows["ADA", 2025]
    assert not world.badges.note_told("ADA", 2025, world.clock.now)
    assert holders(world) == ["BEA"]


def test_the_letter_leads_to_the_page_in_its_own_language(world: BadgeWorld) -> None:
    friends = world.whole.friends.rows
    friends["ADA"] = replace(friends["ADA"], language="it")
    world.deliver()
    [own] = [one for one in world.whole.mail.sent if one.to == friends["ADA"].email]
    assert f"{AT.page(world.id_of('ADA'))}?lang=it" in own.text
    assert "2025" in own.subject and own.tags == {"kind": "badge", "year": "2025"}


def test_who_said_yes_with_two_accounts_that_are_one_now_gets_one_letter(world: BadgeWorld) -> None:
    rows = world.whole.friends.rows
    rows["ADA"] = replace(rows["ADA"], merged_into="BEA")
    assert world.deliver() == [Sending.SENT, Sending.ALREADY_DONE]
    assert [one.to for one in world.whole.mail.sent] == [rows["BEA"].email]


def test_the_page_shows_what_stands(world: BadgeWorld) -> None:
    ada = world.id_of("ADA")
    page = world.show(ada, "fr", AT)
    assert (page.state, page.year, page.language, page.http_status) == (BadgeState.VALID, 2025, "fr", 200)
    world.holds(2026)
    assert world.show(ada, "fr", AT).state is BadgeState.PAST
    world.answers("ADA", InvitationState.DECLINED)
    assert world.show(ada, "fr", AT).http_status == 410
    del world.badges.rows["ADA", 2025]
    assert world.show(ada, "fr", AT).http_status == 404
    assert world.show("../../x", "fr", AT).http_status == 404


def test_the_name_is_that_of_the_account_that_it_was_merged_into(world: BadgeWorld) -> None:
    rows = world.whole.friends.rows
    rows["ADA"] = replace(rows["ADA"], merged_into="BEA")
    assert world.show(world.id_of("ADA"), "de", AT).name == rows["BEA"].display_name


def test_a_credential_is_signed_names_nobody_and_passes_another_verifier(world: BadgeWorld) -> None:
    ada = world.id_of("ADA")
    token, state = world.sign(ada, "credential", AT)
    assert state is BadgeState.VALID
    assert world.sign(ada, "credential", AT) == (token, state)
    credential = verified(world, token)
    assert (credential.issuer.id, credential.recipient_id) == (AT.issuer, AT.page(ada))
    told = json.dumps(jwt.decode(token, options={"verify_signature": False}))
    friend = world.whole.friends.rows["ADA"]
    assert friend.email not in told and friend.display_name not in told and '"ADA"' not in told
    baked, _ = world.sign(ada, "badge.svg", AT)
    assert baking.extract_svg(baked.encode(), element=baking.SVG_ELEMENT_OB3) == token


def test_nothing_but_the_three_files_is_signed(world: BadgeWorld) -> None:
    before = world.kms.signed
    assert world.sign(world.id_of("ADA"), "anything", AT) == ("", BadgeState.VALID)
    assert world.sign("z" * 22, "credential", AT) == ("", None)
    assert world.kms.signed == before


@pytest.mark.parametrize("end", ["past", "declined", "revoked", "erased"])
def test_whatever_ends_a_badge_fails_the_check_of_its_credential(world: BadgeWorld, end: str) -> None:
    ada = world.id_of("ADA")
    token, _ = world.sign(ada, "credential", AT)
    verified(world, token)
    if end == "past":
        world.holds(2026)
    elif end == "declined":
        world.answers("ADA", InvitationState.DECLINED)
    elif end == "revoked":
        world.revoke("ADA", 2025, BY)
    else:
        del world.badges.rows["ADA", 2025]
    with pytest.raises(OB3VerificationError):
        verified(world, token)
    assert world.sign(ada, "credential", AT)[0] == "" == world.sign(ada, "badge.svg", AT)[0]


def test_an_old_status_brings_no_badge_back_for_long(world: BadgeWorld) -> None:
    status, _ = world.sign(world.id_of("ADA"), "status", AT)
    told = jwt.decode(status, options={"verify_signature": False})
    assert told["exp"] - told["nbf"] == timedelta(hours=1).total_seconds()


def test_a_new_key_signs_and_what_the_old_one_signed_stays_good(world: BadgeWorld) -> None:
    old, _ = world.sign(world.id_of("ADA"), "credential", AT)
    key = world.rotate()
    new, _ = world.sign(world.id_of("ADA"), "credential", AT)
    assert jwt.get_unverified_header(new)["kid"] == f"{AT.issuer}#{key.kid}"
    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]
    did = json.loads(fetch(world, "https://pages.example/badges/did.json"))
    assert len(did["verificationMethod"]) == 2
    verifier = OB3Verifier.for_issuer_did(AT.issuer, download=lambda url: fetch(world, url))
    assert verifier.verify(old).issuer.id == verifier.verify(new).issuer.id == AT.issuer
    world.rotate(withdraw=True)
    with pytest.raises(OB3VerificationError):
        verified(world, new)


def test_of_two_who_rotate_at_once_one_is_told_and_leaves_no_key_behind(world: BadgeWorld) -> None:
    made = world.kms.make_like

    def and_another(key_arn: str) -> str:
        world.kms.make_like = made  # type: ignore[method-assign]
        world.rotate()
        return made(key_arn)

    world.kms.make_like = and_another  # type: ignore[method-assign]
    with pytest.raises(Refusal, match="somebody else"):
        world.rotate()
    assert len(world.ring.row) == 2 and world.kms.discarded == ["arn:key-2"]


def test_revoking_is_noted_once_and_final(world: BadgeWorld) -> None:
    for _ in range(2):
        assert world.revoke("ADA", 2025, BY).revoked_at == world.clock.now
    assert [(one.action, one.why) for one in world.trail.notes] == [("badge revoked", BY.why)]
    world.issue()
    assert world.show(world.id_of("ADA"), "de", AT).state is BadgeState.GONE
    for friend_id in ("CLEO", "NOBODY"):
        with pytest.raises(Refusal):
            world.revoke(friend_id, 2025, BY)
