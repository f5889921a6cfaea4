"""What the pages share: their frame, their headers and the style, one inline sheet per page."""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from best_friends.texts.catalogue import catalogue
from best_friends.texts.templates import environment

TEMPLATES = Path(__file__).parent / "templates"


@lru_cache
def style_of(*sheets: str) -> str:
    """The palette and the page's own sheets as one text; the page's digest is taken of it."""
    return "".join((TEMPLATES / f"{name}.css").read_text("utf-8") for name in ("palette", *sheets))


def render_page(template: str, language: str, *sheets: str, **values: object) -> str:
    """A page in a language, with `text` at hand to say whatever the catalogue has."""
    words = catalogue(language)
    return (
        environment(TEMPLATES)
        .get_template(template)
        .render(
            values,
            language=language,
            text=words.say,
            programme=words.say("pages.programme"),
            style=Markup(style_of(*sheets)),  # noqa: S704 -- our own files
        )
    )


@lru_cache
def page_headers() -> dict[str, str]:
    """The headers of every page that is meant for one Friend, and of the problem pages."""
    return safe_headers("answer", forms="'self'") | {
        "cache-control": "no-store",
        "x-robots-tag": "noindex",
    }


def safe_headers(*sheets: str, forms: str) -> dict[str, str]:
    """The headers of any page.

    The policy allows the page's own inline style, by its digest, and posting to `forms`; nothing else
    loads.
    """
    digest = base64.b64encode(hashlib.sha256(style_of(*sheets).encode()).digest()).decode()
    return {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action {forms}; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "strict-transport-security": "max-age=63072000; includeSubDomains",
        "cross-origin-opener-policy": "same-origin",
    }
