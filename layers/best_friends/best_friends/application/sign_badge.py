"""What is signed of a badge: its credential, the picture that carries it, and its status."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from best_friends.application.badges import FindBadge, FoundBadge, KeysInUse
from best_friends.application.ports import Clock
from best_friends.application.ports_badges import CredentialForm, CredentialWords, Signer
from best_friends.domain.badge import Addresses, BadgeState
from best_friends.domain.badge_keys import compact, signing_input
from best_friends.pages.badge_image import badge_image
from best_friends.texts.catalogue import catalogue

STATUS_GOOD_FOR = timedelta(hours=1)
"""An old status list must not bring a badge back for longer than that."""

CREDENTIAL, STATUS, PICTURE = "credential", "status", "badge.svg"


@dataclass(frozen=True, slots=True)
class SignBadge:
    """Sign what is asked for. A credential names nobody: it leads to the page, which does while it may."""

    find: FindBadge
    keys: KeysInUse
    signer: Signer
    form: CredentialForm
    clock: Clock

    def __call__(self, public_id: str, file: str, at: Addresses) -> tuple[str, BadgeState | None]:
        """The file (empty when there is none), and the badge's state (None when there is no badge).

        A status is told of every badge there is; credential and picture only of one that is valid.
        """
        found = self.find(public_id)
        if found is None:
            return "", None
        if file == STATUS:
            return self._status(found, at), found.state
        if file not in (CREDENTIAL, PICTURE) or found.state is not BadgeState.VALID:
            return "", found.state
        token = self._signed(self.form.credential(found.badge, at, _words(found.badge.year)), at)
        if file == CREDENTIAL:
            return token, found.state
        return self.form.baked(badge_image(found.badge.year, found.state, "en"), token), found.state

    def _status(self, found: FoundBadge, at: Addresses) -> str:
        now = self.clock()
        revoked = found.state is not BadgeState.VALID
        document = self.form.status_list(
            found.badge, at, revoked=revoked, now=now, until=now + STATUS_GOOD_FOR
        )
        return self._signed(document, at)

    def _signed(self, payload: dict[str, Any], at: Addresses) -> str:
        key = self.keys()[-1]
        message = signing_input(at.issuer, key, payload)
        return compact(message, self.signer.sign(key.key_arn, message))


def _words(year: int) -> CredentialWords:
    words = catalogue("en")
    return CredentialWords(
        issuer=words.say("pages.programme"),
        name=words.say("badge.title", year=year),
        description=words.say("badge.credential.description", year=year),
        criteria=words.say("badge.credential.criteria", year=year),
    )
