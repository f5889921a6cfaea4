"""The form of Open Badges 3.0, by openbadgeslib; only `sign_badge` loads it, since it is slow to load."""

from datetime import datetime
from typing import Any

from openbadgeslib import baking
from openbadgeslib.ob3.credential import Achievement, Issuer, OpenBadgeCredential
from openbadgeslib.ob3.status_list import build_status_list_credential, status_entry

from best_friends.application.ports_badges import CredentialWords
from best_friends.domain.badge import Addresses, Badge, valid_until

REVOCATION = "revocation"
ONLY = 0
"""A badge has a list of its own: a shared one would need a row of every badge, erased ones included."""


class OpenBadges:
    """Implements `ports_badges.CredentialForm`."""

    def credential(self, badge: Badge, at: Addresses, words: CredentialWords) -> dict[str, Any]:
        """The credential as the payload of a JWT. Its subject is the badge's page: no name, no address."""
        return OpenBadgeCredential(
            issuer=Issuer(at.issuer, words.issuer, url=at.pages_url),
            recipient_id=at.page(badge.public_id),
            achievement=Achievement(
                id=at.achievement(badge.year),
                name=words.name,
                description=words.description,
                criteria_narrative=words.criteria,
                image_url=at.image(badge.public_id),
                achievement_type="Award",
            ),
            id=at.credential(badge.public_id),
            issuance_date=badge.issued_at.replace(microsecond=0),
            expiration_date=valid_until(badge),
            credential_status=[status_entry(at.status(badge.public_id), REVOCATION, ONLY)],
        ).to_jwt_payload()

    def status_list(
        self, badge: Badge, at: Addresses, *, revoked: bool, now: datetime, until: datetime
    ) -> dict[str, Any]:
        """The status list as the payload of a JWT."""
        url = at.status(badge.public_id)
        document = build_status_list_credential(
            at.issuer, url, REVOCATION, [ONLY] if revoked else [], issued=now, valid_until=until
        )
        issued, ends = int(now.timestamp()), int(until.timestamp())
        return document | {"iss": at.issuer, "jti": url, "nbf": issued, "exp": ends}

    def baked(self, svg: str, token: str) -> str:
        """The picture with the credential in its `openbadges:credential` element."""
        whole = baking.bake_svg(
            svg.encode(), token, element=baking.SVG_ELEMENT_OB3, namespace=baking.SVG_NS_OB3
        )
        return whole.decode()
