"""The public form that mails a Friend a link to its standing; it never tells whether an address is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from best_friends.domain.policy import LANGUAGES
from best_friends.pages.seal import seal
from best_friends.pages.shell import render_page, safe_headers
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in

SHEETS = ("answer", "asking", "standing")


class AskLinkState(StrEnum):
    """What the page has to say. `asked` is said to everybody alike, known or not."""

    OPEN = "open"
    ASKED = "asked"
    FAULTY = "faulty"

    @property
    def http_status(self) -> int:
        """The status that goes with the page."""
        return 422 if self is AskLinkState.FAULTY else 200


@dataclass(frozen=True)
class AskLinkPage:
    """The form, or what follows it. `address` is what was typed, shown again only when it is faulty.

    `languages` are those of the programme, this page's among them; the page links to the others.
    """

    state: AskLinkState
    language: str
    address: str = ""
    link_hours: int = 24
    languages: tuple[str, ...] = LANGUAGES


def render_ask_link_page(page: AskLinkPage) -> str:
    """The page as HTML, in the page's language, with links to itself in the other languages."""
    faulty = page.state is AskLinkState.FAULTY
    return render_page(
        "standing_link.html.j2",
        page.language,
        *SHEETS,
        seal=seal(),
        others=[
            (code, catalogue(code).say("ranking.language"))
            for code in page.languages
            if code != page.language
        ],
        asked=page.state is AskLinkState.ASKED,
        faulty=faulty,
        address=page.address if faulty else "",
        time=figures_in(page.language, "").duration(page.link_hours * 3600),
        private=False,
    )


@lru_cache
def ask_link_headers() -> Mapping[str, str]:
    """The page's headers: public, and kept by nobody, since what it says follows what was posted."""
    return safe_headers(*SHEETS, forms="'self'") | {
        "cache-control": "no-store",
        "x-robots-tag": "noindex",
    }
