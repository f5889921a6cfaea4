"""The public page of a badge: what the status means, of which year, and whether it holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from best_friends.domain.badge import BadgeState
from best_friends.pages.badge_image import badge_image, image_headers, no_image
from best_friends.pages.shell import render_page, safe_headers
from best_friends.texts.catalogue import catalogue

SHEETS = ("answer", "badge")


@dataclass(frozen=True)
class BadgePage:
    """What the page shows; without a state there is no such badge.

    `holds` is the year whose Best Friends hold the status now. `page_url` and `image_url` are where this
    badge is found; `languages` are those of the programme.
    """

    language: str
    languages: Sequence[str]
    state: BadgeState | None = None
    name: str = ""
    year: int = 0
    holds: int | None = None
    page_url: str = ""
    image_url: str = ""

    @property
    def http_status(self) -> int:
        """The status that goes with page and picture."""
        if self.state is None:
            return 404
        return 200 if self.state.shown else 410


def render_badge_page(page: BadgePage) -> str:
    """The page as HTML, in the page's language."""
    words = catalogue(page.language)
    shown = page.state is not None and page.state.shown
    others = [(one, catalogue(one).say("ranking.language")) for one in page.languages if one != page.language]
    return render_page(
        "badge.html.j2",
        page.language,
        *SHEETS,
        others=others,
        shown=shown,
        valid=page.state is BadgeState.VALID,
        picture=_picture(page) if shown else "",
        title=words.say("badge.title", year=page.year) if shown else words.say("badge.lost_title"),
        **_said(page),
        snippet=_snippet(page) if shown else "",
        page_url=page.page_url,
        private=False,
    )


def badge_headers(page: BadgePage) -> dict[str, str]:
    """Public for five minutes, so that an end shows; not for search engines, since it names a Friend."""
    keep = 300 if page.http_status == 200 else 60
    return safe_headers(*SHEETS, forms="'none'") | {
        "cache-control": f"public, max-age={keep}",
        "content-language": page.language,
        "vary": "accept-language",
        "x-robots-tag": "noindex",
    }


def picture_of(page: BadgePage) -> tuple[dict[str, str], str]:
    """The headers and the SVG of the picture that others embed."""
    shown = page.state is not None and page.state.shown
    picture = badge_image(page.year, page.state, page.language) if shown and page.state else no_image()
    return image_headers(shown), picture


def _picture(page: BadgePage) -> Markup:
    assert page.state is not None
    return Markup(badge_image(page.year, page.state, page.language, inline=True))  # noqa: S704 -- made by us


def _said(page: BadgePage) -> dict[str, str]:
    words = catalogue(page.language)
    key = f"badge.{page.state or 'unknown'}"
    values: dict[str, object] = {}
    if page.state is not None and page.state.shown:
        name = page.name.strip() or words.say("letters.nobody")
        values = {"name": name, "year": page.year, "next": page.year + 1, "holds": page.holds}
    said = {one: words.say(f"{key}.{one}", **values) for one in ("heading", "lead", "next")}
    return said | {"word": words.say(f"{key}.word") if values else ""}


def _snippet(page: BadgePage) -> str:
    """What goes into a profile; the picture says by itself when it is past."""
    alt = catalogue(page.language).say("badge.image.valid", year=page.year)
    return (
        f'<a href="{page.page_url}?lang={page.language}">\n'
        f'  <img src="{page.image_url}?lang={page.language}" width="120" height="120" alt="{alt}">\n</a>'
    )
