"""A personal link for a Friend: ordered by operators, written into a letter, never shown to anybody else."""

import uuid
from dataclasses import dataclass

from best_friends.application.accounts import Accounts
from best_friends.application.errors import Refusal
from best_friends.application.ports import Friends
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.domain.letter import NO_YEAR, LetterKind


@dataclass(frozen=True, slots=True)
class SendLink:
    """Order the letter that brings a link."""

    friends: Friends
    letters: LettersQueue

    def __call__(self, friend_id: str, kind: LetterKind) -> str:
        """Order it, and return the id of the Friend who gets it.

        Raises:
            Refusal: when there is no such Friend, or it is not active.
        """
        friend = Accounts(self.friends).friend(friend_id)
        if friend is None:
            raise Refusal(f"there is no Friend {friend_id}; look the id up in the marketplace")
        if not friend.active:
            raise Refusal(f"{friend.friend_id} is not active; activate the account in the marketplace first")
        # Each command is a letter of its own; the queue may deliver its order twice, and it leaves once.
        about = f"link-{uuid.uuid4().hex[:12]}"
        self.letters.put([LetterOrder(kind, friend.friend_id, NO_YEAR, about=about)])
        return friend.friend_id
