"""Builds what signs badges, apart from `bootstrap_badges`: openbadgeslib takes half a second to load."""

from best_friends import bootstrap, bootstrap_badges
from best_friends.adapters.kms import KmsSigner
from best_friends.adapters.open_badges import OpenBadges
from best_friends.application.sign_badge import SignBadge


def sign_badge(
    *,
    badges_table: str,
    invitations_table: str,
    friends_table: str,
    programme_table: str,
    badge_key: str,
) -> SignBadge:
    """Credential, status and the picture that carries its credential."""
    return SignBadge(
        bootstrap_badges.find_badge(
            badges_table=badges_table,
            invitations_table=invitations_table,
            friends_table=friends_table,
            programme_table=programme_table,
        ),
        bootstrap_badges.keys_in_use(programme_table, badge_key),
        KmsSigner(bootstrap.kms()),
        OpenBadges(),
        bootstrap.clock,
    )
