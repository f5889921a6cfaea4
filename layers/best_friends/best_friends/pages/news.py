"""The page behind the link with which a Friend ends or takes up again the programme's news."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from best_friends.pages.seal import seal
from best_friends.pages.shell import render_page, safe_headers
from best_friends.texts.catalogue import catalogue

SHEETS = ("answer", "asking", "standing")


class NewsState(StrEnum):
    """What the page has to say: `on` and `off` what stands, `stopped` and `taken_up` what was just done."""

    ON = "on"
    OFF = "off"
    STOPPED = "stopped"
    TAKEN_UP = "taken_up"
    UNKNOWN_LINK = "unknown_link"
    EXPIRED_LINK = "expired_link"

    @property
    def http_status(self) -> int:
        """The status that goes with the page."""
        return {NewsState.UNKNOWN_LINK: 404, NewsState.EXPIRED_LINK: 410}.get(self, 200)


NO_LINK = (NewsState.UNKNOWN_LINK, NewsState.EXPIRED_LINK)
GETS_NEWS = (NewsState.ON, NewsState.TAKEN_UP)
JUST_DONE = (NewsState.STOPPED, NewsState.TAKEN_UP)


@dataclass(frozen=True)
class NewsPage:
    """The page; without a known link only `state` and `language` are needed."""

    state: NewsState
    language: str
    name: str = ""


def render_news_page(page: NewsPage) -> str:
    """The page as HTML. Its buttons post `choice=stop` and `choice=take_up`."""
    lost = page.state in NO_LINK
    return render_page(
        "news.html.j2",
        page.language,
        *SHEETS,
        seal=seal(),
        **_said(page),
        choice="" if lost else "stop" if page.state in GETS_NEWS else "take_up",
        done=page.state in JUST_DONE,
        private=not lost,
    )


@lru_cache
def news_headers() -> Mapping[str, str]:
    """The page's headers: nobody keeps or indexes it, and it posts to itself only."""
    return safe_headers(*SHEETS, forms="'self'") | {
        "cache-control": "no-store",
        "x-robots-tag": "noindex",
    }


def _said(page: NewsPage) -> dict[str, str]:
    words = catalogue(page.language)
    if page.state in NO_LINK:
        # A link that was never ours needs the advice for any link, one that is too old its own.
        own = "pages.unknown_link" if page.state is NewsState.UNKNOWN_LINK else "news.expired_link"
        return {
            "title": words.say(f"requests.{page.state}.title"),
            "heading": words.say(f"requests.{page.state}.heading"),
            "lead": words.say(f"{own}.lead"),
            "next": words.say(f"{own}.next"),
        }
    name = page.name.strip() or words.say("letters.nobody")
    return {
        "title": words.say("news.title"),
        "heading": words.say(f"news.{page.state}.heading", name=name),
        "lead": words.say(f"news.{page.state}.lead"),
        "next": words.say("news.unaffected"),
    }
