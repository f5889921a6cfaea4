"""What all news have in common: they go to those who want them, with a way to end them by one click."""

from dataclasses import dataclass
from datetime import timedelta

from best_friends.application.links import NEWS, MintLink
from best_friends.application.ports import Clock
from best_friends.application.ports_letters import Mail
from best_friends.application.ports_standing import Choices, Directory, Stream
from best_friends.domain.friends import Friend
from best_friends.domain.letter import NO_YEAR, LetterKind
from best_friends.letters import Letter

LINK_LIVES = timedelta(days=400)
"""Somebody may want to end the news by the last letter, a year later."""


def one_click(unsubscribe: str) -> dict[str, str]:
    """The two headers with which a mail program ends a stream by one click (RFC 8058, section 3.1)."""
    return {
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def accounts_of(directory: Directory, friend_id: str) -> tuple[str, ...]:
    """A surviving account and every alias of it, however many merges lie between."""
    found = [friend_id]
    for one in found:  # grows while it is walked: the aliases of aliases
        found += [alias for alias in directory.aliases_of(one) if alias not in found]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class News:
    """Send what nobody has to have."""

    directory: Directory
    choices: Choices
    mint: MintLink
    mail: Mail
    clock: Clock
    pages_url: str

    def accounts(self, friend_id: str) -> tuple[str, ...]:
        """A surviving account and its aliases."""
        return accounts_of(self.directory, friend_id)

    def wanted(self, accounts: tuple[str, ...]) -> bool:
        """Whether none of these accounts has ended the news."""
        return self.choices.wants(accounts, Stream.NEWS)

    def unsubscribe(self, friend: Friend) -> str:
        """A new link with which this Friend ends the news."""
        token = self.mint(NEWS, friend.friend_id, NO_YEAR, self.clock() + LINK_LIVES)
        return f"{self.pages_url}/news/{token}"

    def mailed(self, kind: LetterKind, friend: Friend, letter: Letter, unsubscribe: str) -> str:
        """Hand a letter with its one-click headers over and return its message id; raises as `Mail.send`."""
        return self.mail.send(
            to=friend.email,
            subject=letter.subject,
            html=letter.html,
            text=letter.text,
            tags={"kind": kind, "year": str(NO_YEAR)},
            headers=one_click(unsubscribe),
        )
