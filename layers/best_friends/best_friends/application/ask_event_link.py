"""A personal link to an event, asked for by anybody, mailed to the address on file and shown to nobody."""

from dataclasses import dataclass

from best_friends.application.ask_link import ADDRESS, MOST_ACCOUNTS, NOBODY
from best_friends.application.ports import Clock
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.application.ports_standing import Directory
from best_friends.domain.letter import NO_YEAR, LetterKind


@dataclass(frozen=True, slots=True)
class AskEventLink:
    """Order the letter with a link; known and unknown addresses take the same steps."""

    directory: Directory
    letters: LettersQueue
    clock: Clock

    def __call__(self, event_id: str, address: str) -> bool:
        """Whether the address is one, so that the letter was ordered if anybody has it."""
        if not ADDRESS.fullmatch(address.strip()):
            return False
        # One letter an hour and event: whoever knows an address cannot fill its mailbox.
        about = f"{event_id}#{self.clock():%Y-%m-%dT%H}"
        known = self.directory.by_address(address.strip()) or (NOBODY,)
        orders = [LetterOrder(LetterKind.EVENT_LINK, one, NO_YEAR, about=about) for one in known]
        self.letters.put(orders[:MOST_ACCOUNTS])
        return True
