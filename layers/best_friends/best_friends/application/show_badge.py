"""The public page of a badge and its picture."""

from dataclasses import dataclass

from best_friends.application.badges import FindBadge
from best_friends.application.ports import Programme
from best_friends.domain.badge import Addresses
from best_friends.pages.badge import BadgePage
from best_friends.texts.languages import best_language


@dataclass(frozen=True, slots=True)
class ShowBadge:
    """What anybody may see of a badge. Looking changes nothing, ever."""

    find: FindBadge
    programme: Programme

    def __call__(self, public_id: str, language: str, at: Addresses) -> BadgePage:
        """The page, which also says what its picture shows; `badge` is None when there is none."""
        languages = self.programme.settings().policy.programme.languages
        spoken = best_language(language, languages)
        found = self.find(public_id)
        if found is None:
            return BadgePage(spoken, languages)
        page, image = at.page(public_id), at.image(public_id)
        name, year = found.friend.display_name, found.badge.year
        return BadgePage(spoken, languages, found.state, name, year, found.holds, page, image)
