"""`best-friends badge ...`: the use cases of a deployed stack, and what is shown."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from best_friends import bootstrap, bootstrap_badges
from best_friends.adapters.kms import KmsSigner
from best_friends.application.accounts import Accounts
from best_friends.application.badges import FindBadge, FoundBadge
from best_friends.application.change_badges import RevokeBadge, RotateKey
from best_friends.domain.badge import Addresses
from best_friends.domain.badge_keys import BadgeKey
from ops.deployment import Deployment


def finding(names: Deployment) -> FindBadge:
    """What badges show now."""
    return bootstrap_badges.find_badge(
        badges_table=names.badges_table,
        invitations_table=names.invitations_table,
        friends_table=names.friends_table,
        programme_table=names.programme_table,
    )


def revoking(names: Deployment) -> RevokeBadge:
    """Taking badges back."""
    return RevokeBadge(
        bootstrap_badges.badges(names.badges_table),
        Accounts(bootstrap.friends(names.friends_table)),
        bootstrap.trail(names.trail_table),
        bootstrap.clock,
    )


def rotating(names: Deployment) -> RotateKey:
    """Another key."""
    keys = bootstrap_badges.keys_in_use(names.programme_table, names.badge_key)
    return RotateKey(keys, KmsSigner(bootstrap.kms()), bootstrap.clock)


def badges_of(names: Deployment, friend_id: str) -> list[FoundBadge]:
    """A Friend's badges, oldest year first.

    Raises:
        Refusal: when there is no such Friend.
    """
    find = finding(names)
    Accounts(find.friends).known(friend_id)
    found = (find(one.public_id) for one in find.badges.of_friend(friend_id))
    return [one for one in found if one is not None]


def badge_document(found: FoundBadge, names: Deployment) -> dict[str, Any]:
    """A badge as JSON-ready data."""
    badge = found.badge
    return {
        "friend_id": badge.friend_id,
        "year": badge.year,
        "state": str(found.state),
        "page": Addresses(names.pages_url).page(badge.public_id),
        "issued_at": badge.issued_at.isoformat(),
        "revoked_at": badge.revoked_at.isoformat() if badge.revoked_at else None,
    }


def badge_table(found: Sequence[FoundBadge], names: Deployment) -> Table:
    """Badges, with the page that anybody may look at."""
    table = Table("year", "state", "page")
    for one in found:
        page = Addresses(names.pages_url).page(one.badge.public_id)
        table.add_row(str(one.badge.year), str(one.state), page)
    return table


def key_document(key: BadgeKey) -> dict[str, Any]:
    """A key as JSON-ready data."""
    since = key.since.isoformat() if key.since else None
    return {"kid": key.kid, "key_arn": key.key_arn, "since": since, "withdrawn": key.withdrawn}


def key_table(keys: Sequence[BadgeKey]) -> Table:
    """The keys, the one that signs last."""
    table = Table()
    table.add_column("key", no_wrap=True)
    for heading in ("since", "state"):
        table.add_column(heading)
    for one in keys:
        state = "withdrawn" if one.withdrawn else "signs" if one is keys[-1] else "published"
        table.add_row(one.kid, f"{one.since:%Y-%m-%d %H:%M}" if one.since else "the beginning", state)
    return table
