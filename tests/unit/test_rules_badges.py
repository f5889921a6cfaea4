"""What a badge shows, under which addresses, and the form of keys and signatures."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.domain.badge import (
    PUBLIC_ID,
    Addresses,
    Badge,
    BadgeState,
    public_id,
    state_of,
    valid_until,
)
from best_friends.domain.badge_keys import (
    SPKI,
    NotEd25519,
    badge_key,
    compact,
    did_document,
    key_set,
    published,
    signing_input,
)
from best_friends.domain.invitation import Invitation, InvitationState
from tests.unit.fakes import ANSWER_UNTIL, REASONS

NOW = datetime(2026, 3, 1, tzinfo=UTC)
YEARS = st.integers(2020, 2040)


def invitation(state: InvitationState, year: int = 2025) -> Invitation:
    return Invitation("ADA", year, state, REASONS, ANSWER_UNTIL)


@given(
    year=YEARS,
    holds=st.none() | YEARS,
    state=st.none() | st.sampled_from(InvitationState),
    revoked=st.booleans(),
)
def test_a_badge_is_valid_only_for_a_standing_yes_of_the_year_that_holds_the_status(
    year: int, holds: int | None, state: InvitationState | None, revoked: bool
) -> None:
    badge = Badge("ADA", year, "x", NOW, NOW if revoked else None)
    found = state_of(badge, invitation(state, year) if state else None, holds)
    stands = state is InvitationState.CONFIRMED and not revoked
    assert (found is BadgeState.VALID) == (stands and holds == year)
    assert (found is BadgeState.PAST) == (stands and holds is not None and holds > year)


@given(YEARS)
def test_a_credential_outlives_the_next_announcement_at_the_latest(year: int) -> None:
    badge = Badge("F1", year, "x", datetime(year + 1, 3, 1, tzinfo=UTC))
    assert datetime(year + 2, 3, 1, tzinfo=UTC) < valid_until(badge) < datetime(year + 2, 7, 1, tzinfo=UTC)


@given(YEARS, st.integers(0, 40))
def test_a_credential_that_is_issued_late_is_good_for_a_year(year: int, later: int) -> None:
    badge = Badge("F1", year, "x", datetime(year + 1 + later, 12, 1, tzinfo=UTC))
    assert valid_until(badge) - badge.issued_at >= timedelta(days=365)


def test_public_ids_are_random_and_fit_into_an_address() -> None:
    ids = {public_id() for _ in range(200)}
    assert len(ids) == 200 and all(PUBLIC_ID.fullmatch(one) for one in ids)
    assert len(base64.urlsafe_b64decode(ids.pop() + "==")) == 16


@pytest.mark.parametrize(
    ("pages_url", "issuer"),
    [
        ("https://friends.example", "did:web:friends.example:badges"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000:badges"),
        ("https://example.com/best/friends", "did:web:example.com:best:friends:badges"),
    ],
)
def test_the_issuer_is_where_its_document_is(pages_url: str, issuer: str) -> None:
    assert Addresses(pages_url).issuer == issuer
    assert Addresses(pages_url).image("x") == f"{pages_url}/badges/x.svg"


def test_a_key_is_named_as_rfc_8037_names_its_example() -> None:
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"  # RFC 8037, appendix A.2 and A.3
    key = badge_key(SPKI + base64.urlsafe_b64decode(x + "="), "arn")
    assert (key.x, key.kid) == (x, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")


@given(st.binary(max_size=120).filter(lambda der: len(der) != 44 or not der.startswith(SPKI)))
def test_another_kind_of_key_is_refused(der: bytes) -> None:
    with pytest.raises(NotEd25519):
        badge_key(der, "arn")


def test_withdrawn_keys_are_not_published_and_the_one_in_use_comes_first() -> None:
    one, two, three = (badge_key(SPKI + bytes([number]) * 32, f"arn-{number}") for number in (1, 2, 3))
    from dataclasses import replace

    ring = (replace(one, withdrawn=True), two, three)
    assert published(ring) == [three, two]
    assert [each["kid"] for each in key_set(ring)["keys"]] == [three.kid, two.kid]
    document = did_document("did:web:x:badges", ring)
    assert document["assertionMethod"] == [f"did:web:x:badges#{each.kid}" for each in (three, two)]
    assert "arn" not in json.dumps([key_set(ring), document])


@given(
    st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=4),
    st.binary(min_size=64, max_size=64),
)
def test_a_compact_signature_holds_what_was_signed(payload: dict[str, str], signature: bytes) -> None:
    key = badge_key(SPKI + bytes(32), "arn")
    parts = compact(signing_input("did:web:x", key, payload), signature).split(".")
    header, body, mark = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts)
    assert json.loads(header)["kid"] == f"did:web:x#{key.kid}" and json.loads(header)["alg"] == "EdDSA"
    assert json.loads(body) == payload and mark == signature
