"""The keys that badges are signed with: their public halves, their names, and compact signatures.

EdDSA with Ed25519 (RFC 8037); a key is named by its thumbprint (RFC 7638).
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

RAW = 32
SPKI = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of an Ed25519 key in its DER form."""


class NotEd25519(ValueError):
    """Another kind of key."""


@dataclass(frozen=True, slots=True)
class BadgeKey:
    """A key: `x` is its public half as base64url, `key_arn` where the private one is kept.

    `withdrawn` keys are not published: what they signed counts no more.
    """

    kid: str
    x: str
    key_arn: str
    since: datetime | None = None
    withdrawn: bool = False

    @property
    def jwk(self) -> dict[str, str]:
        """The public key as a JSON Web Key."""
        return {"kty": "OKP", "crv": "Ed25519", "x": self.x, "kid": self.kid, "alg": "EdDSA", "use": "sig"}


def badge_key(der: bytes, key_arn: str, since: datetime | None = None) -> BadgeKey:
    """A key by its public half in DER.

    Raises:
        NotEd25519: when it is of another kind.
    """
    if len(der) != len(SPKI) + RAW or not der.startswith(SPKI):
        raise NotEd25519
    x = unpadded(der[len(SPKI) :])
    # RFC 7638: the members that make the key, in the order of their names, without spaces.
    members = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"))
    return BadgeKey(unpadded(hashlib.sha256(members.encode()).digest()), x, key_arn, since)


def published(keys: Sequence[BadgeKey]) -> list[BadgeKey]:
    """The keys that others may check by, the one in use first."""
    return [one for one in reversed(keys) if not one.withdrawn]


def key_set(keys: Sequence[BadgeKey]) -> dict[str, Any]:
    """The published keys as a JSON Web Key Set."""
    return {"keys": [one.jwk for one in published(keys)]}


def did_document(issuer: str, keys: Sequence[BadgeKey]) -> dict[str, Any]:
    """What the issuer's did:web resolves to."""
    names = [f"{issuer}#{one.kid}" for one in published(keys)]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"],
        "id": issuer,
        "verificationMethod": [
            {"id": name, "type": "JsonWebKey2020", "controller": issuer, "publicKeyJwk": one.jwk}
            for name, one in zip(names, published(keys), strict=True)
        ],
        "assertionMethod": names,
    }


def signing_input(issuer: str, key: BadgeKey, payload: Mapping[str, Any]) -> bytes:
    """The bytes to sign: header and payload of a compact JWS, which names its key twice over.

    `kid` leads to the issuer's document; `jwk` is for verifiers that follow no did:web.
    """
    header = {"alg": "EdDSA", "typ": "JWT", "kid": f"{issuer}#{key.kid}", "jwk": key.jwk}
    return ".".join(_packed(part) for part in (header, payload)).encode()


def compact(signed: bytes, signature: bytes) -> str:
    """The compact JWS."""
    return f"{signed.decode()}.{unpadded(signature)}"


def unpadded(octets: bytes) -> str:
    """Base64url without padding, as JWS has it."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _packed(part: Mapping[str, Any]) -> str:
    return unpadded(json.dumps(part, separators=(",", ":"), ensure_ascii=False).encode())
