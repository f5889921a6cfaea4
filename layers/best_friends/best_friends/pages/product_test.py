"""The page behind an invitation to a product test."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from best_friends.domain.product_tests import ProductTestWords
from best_friends.pages.seal import seal
from best_friends.pages.shell import render_page, safe_headers
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in

SHEETS = ("answer", "asking", "standing")


class ProductTestPageState(StrEnum):
    """What the page has to say: where the invitation stands, or that no link leads here."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    FULL = "full"
    OVER = "over"
    CANCELLED = "cancelled"
    UNKNOWN_LINK = "unknown_link"
    EXPIRED_LINK = "expired_link"

    @property
    def http_status(self) -> int:
        """The status that goes with the page."""
        return {ProductTestPageState.UNKNOWN_LINK: 404, ProductTestPageState.EXPIRED_LINK: 410}.get(self, 200)


NO_LINK = (ProductTestPageState.UNKNOWN_LINK, ProductTestPageState.EXPIRED_LINK)
NO_WORDS = ProductTestWords("", (), "")


@dataclass(frozen=True)
class ProductTestPage:
    """The page; without a known link only `state` and `language` are needed.

    `open` is whether an answer is still taken, `just` whether one was given just now; `left` of `places` are
    free; `why` is why the test was cancelled.
    """

    state: ProductTestPageState
    language: str
    name: str = ""
    words: ProductTestWords = NO_WORDS
    places: int = 0
    left: int = 0
    answer_by: date = date.min
    open: bool = False
    just: bool = False
    why: str = ""


def render_product_test_page(page: ProductTestPage) -> str:
    """The page as HTML. Its buttons post `answer=accept` and `answer=decline`."""
    lost = page.state in NO_LINK
    return render_page(
        "product_test.html.j2",
        page.language,
        *SHEETS,
        seal=seal(),
        **_said(page),
        words=page.words,
        about=_capital(page.words.title),
        state=str(page.state),
        why=page.why,
        first=page.state is ProductTestPageState.OPEN,
        accept=page.open and page.left > 0 and page.state is ProductTestPageState.DECLINED,
        decline=page.open and page.state in (ProductTestPageState.ACCEPTED, ProductTestPageState.FULL),
        lost=lost,
        private=not lost,
    )


@lru_cache
def product_test_headers() -> Mapping[str, str]:
    """The page's headers: nobody keeps or indexes it, and it posts to itself only."""
    return safe_headers(*SHEETS, forms="'self'") | {
        "cache-control": "no-store",
        "x-robots-tag": "noindex",
    }


def _said(page: ProductTestPage) -> dict[str, str]:
    words, figures = catalogue(page.language), figures_in(page.language, "")
    if page.state in NO_LINK:
        own = (
            "pages.unknown_link"
            if page.state is ProductTestPageState.UNKNOWN_LINK
            else "product_test.expired_link"
        )
        return {
            "title": words.say(f"requests.{page.state}.title"),
            "heading": words.say(f"requests.{page.state}.heading"),
            "lead": words.say(f"{own}.lead"),
            "next": words.say(f"{own}.next"),
        }
    values: dict[str, object] = {
        "name": page.name.strip() or words.say("letters.nobody"),
        "title": page.words.title,
        "date": figures.date(page.answer_by),
        "left": figures.integer(page.left),
        "places": figures.integer(page.places),
    }
    section = f"product_test.{page.state}"
    following = (
        words.count("product_test.open.next", page.left, **values)
        if page.state is ProductTestPageState.OPEN
        else ""
    )
    return {
        "title": _capital(page.words.title),
        "heading": words.say(f"{section}.heading", **values),
        "lead": words.say(f"{section}.lead", **values),
        "next": following,
    }


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]
