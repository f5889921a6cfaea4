"""The composition root's part about badges; what signs them is in `bootstrap_signing`."""

from typing import Protocol

from best_friends import bootstrap
from best_friends.adapters.badges import BadgesTable, KeyRingTable
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.kms import KmsSigner
from best_friends.adapters.models import InvitationRow
from best_friends.adapters.models_badges import BadgeKeysRow, BadgeRow
from best_friends.application.badges import FindBadge, KeysInUse
from best_friends.application.issue_badges import IssueBadges
from best_friends.application.send_badge_letter import SendBadgeLetter
from best_friends.application.send_letter import SendLetter
from best_friends.application.show_badge import ShowBadge
from best_friends.domain.badge import public_id


def badges(table: str, invitations_table: str = "") -> BadgesTable:
    """Badges, by the table's name; issuing takes that of the invitations too."""
    return BadgesTable(
        bound(BadgeRow, table), bound(InvitationRow, invitations_table) if invitations_table else None
    )


def find_badge(
    *, badges_table: str, invitations_table: str, friends_table: str, programme_table: str
) -> FindBadge:
    """What a badge shows now."""
    return FindBadge(
        badges(badges_table),
        bootstrap.invitations(invitations_table),
        bootstrap.friends(friends_table),
        bootstrap.programme(programme_table),
    )


def keys_in_use(programme_table: str, badge_key: str) -> KeysInUse:
    """The public keys."""
    return KeysInUse(
        KeyRingTable(bound(BadgeKeysRow, programme_table)), KmsSigner(bootstrap.kms()), badge_key
    )


class BadgeNames(Protocol):
    """What looking at a badge needs to know."""

    @property
    def badges_table(self) -> str: ...
    @property
    def invitations_table(self) -> str: ...
    @property
    def friends_table(self) -> str: ...
    @property
    def programme_table(self) -> str: ...


def show_badge(names: BadgeNames) -> ShowBadge:
    """The public page."""
    find = find_badge(
        badges_table=names.badges_table,
        invitations_table=names.invitations_table,
        friends_table=names.friends_table,
        programme_table=names.programme_table,
    )
    return ShowBadge(find, find.programme)


def issue_badges(
    *,
    badges_table: str,
    invitations_table: str,
    friends_table: str,
    programme_table: str,
    letters_queue: str,
) -> IssueBadges:
    """A badge for everybody whose status runs."""
    return IssueBadges(
        badges(badges_table, invitations_table),
        bootstrap.invitations(invitations_table),
        bootstrap.friends(friends_table),
        bootstrap.programme(programme_table),
        bootstrap.letters_queue(letters_queue),
        bootstrap.clock,
        public_id,
    )


def send_badge_letter(of_years: SendLetter, badges_table: str) -> SendBadgeLetter:
    """The letter about a badge, which leaves by the same way as those of years."""
    find = FindBadge(badges(badges_table), of_years.invitations, of_years.friends, of_years.programme)
    return SendBadgeLetter(find, of_years.hand_over, of_years.mail, of_years.pages_url)
