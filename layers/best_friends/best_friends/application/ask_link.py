"""A link to the standing, asked for by anybody, mailed to the address on file and shown to nobody."""

import re
from dataclasses import dataclass

from best_friends.application.ports import Clock, Programme
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.application.ports_standing import Directory
from best_friends.domain.letter import NO_YEAR, LetterKind
from best_friends.pages.standing_link import AskLinkPage, AskLinkState
from best_friends.texts.languages import best_language

ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
NOBODY = "#nobody"
"""For whom the letter is ordered when nobody has the address, so that asking takes as long and does as much
whether or not the address is known. No account has an id with a `#`."""

MOST_ACCOUNTS = 10
"""So many accounts of one address get a letter; one request to the queue holds them all."""


@dataclass(frozen=True, slots=True)
class AskLink:
    """Order the letter with a link, and say the same to everybody."""

    directory: Directory
    letters: LettersQueue
    programme: Programme
    clock: Clock

    def __call__(self, address: str | None, language: str) -> AskLinkPage:
        """The page that follows; `address` is None when nothing was posted yet."""
        policy = self.programme.settings().policy
        state = AskLinkState.OPEN
        if address is not None and ADDRESS.fullmatch(address.strip()):
            self._order(address.strip())
            state, address = AskLinkState.ASKED, None
        elif address is not None:
            state = AskLinkState.FAULTY
        language = best_language(language, policy.programme.languages)
        return AskLinkPage(state, language, (address or "")[:320], policy.standing.link_hours)

    def _order(self, address: str) -> None:
        # One letter an hour: whoever knows an address cannot fill its mailbox.
        hour = f"{self.clock():%Y-%m-%dT%H}"
        known = self.directory.by_address(address) or (NOBODY,)
        orders = [LetterOrder(LetterKind.STANDING_LINK, one, NO_YEAR, about=hour) for one in known]
        self.letters.put(orders[:MOST_ACCOUNTS])
