"""The picture of a badge: the programme's seal with the year in it, drawn so that no typeface is needed.

It stands on other people's pages, so it brings its own colours. A past year is an outline with a band
across it: one sees that it is over without seeing colours.
"""

import base64
import hashlib

from markupsafe import Markup

from best_friends.domain.badge import BadgeState
from best_friends.pages.seal import edge
from best_friends.texts.catalogue import catalogue

GREEN, PAPER, GREY = "#1d5a40", "#ffffff", "#5d6862"
DIGITS = {
    "0": "M10 1C3.5 1 1 8 1 16S3.5 31 10 31 19 24 19 16 16.5 1 10 1Z",
    "1": "M4 7.5L12 1V31",
    "2": "M1.5 9C1.5 4 5 1 10 1S18.5 4.2 18.5 9C18.5 16 4 22 1.5 31H19",
    "3": (
        "M2 5C4 2.3 7 1 10 1C15 1 18 4 18 8.2S15 15 9.5 15C15.5 15 19 18.3 19 23"
        "S15.5 31 10 31C6.5 31 3.5 29.6 1.5 27"
    ),
    "4": "M14.5 31V1L1 22.5H19.5",
    "5": (
        "M17.5 1H4.5L3 14.5C5 13 7.5 12.2 10 12.2C15.5 12.2 19 16 19 21.5"
        "S15.5 31 10 31C6.5 31 3.5 29.6 1.5 27.2"
    ),
    "6": (
        "M16.5 3C14.5 1.6 12.8 1 11 1C4.5 1 1 9 1 20C1 27 4.5 31 10 31"
        "S19 27 19 21.5 15.5 12.5 10.5 12.5C5.5 12.5 1.7 16 1.1 20"
    ),
    "7": "M1 1H19C13 9 9 19 8 31",
    "8": (
        "M10 15C5 15 2.2 12 2.2 8S5 1 10 1 17.8 4 17.8 8 15 15 10 15C4.5 15 1 18.5 1 23"
        "S4.5 31 10 31 19 27.5 19 23 15.5 15 10 15Z"
    ),
    "9": (
        "M3.5 29C5.5 30.4 7.2 31 9 31C15.5 31 19 23 19 12C19 5 15.5 1 10 1"
        "S1 5 1 10.5 4.5 19.5 9.5 19.5C14.5 19.5 18.3 16 18.9 12"
    ),
}
"""Each in a box of 20 by 32, as the middle line of a stroke."""

STEP, SIZE = 22.8, 0.93
STYLE = (
    "@media (max-width:56px){.fine{display:none}"
    ".year{transform:translate(60px,60px) scale(1.03,1.55) translate(-60px,-60px);stroke-width:5px}}"
)
"""Small, the words would be dust: they go, and the year takes their room."""


def badge_image(year: int, state: BadgeState, language: str, *, inline: bool = False) -> str:
    """The picture as SVG. `inline` is for our own page, whose style it must not bring along."""
    words, past = catalogue(language), state is BadgeState.PAST
    name = words.say("badge.image.past" if past else "badge.image.valid", year=year)
    return str(
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120" width="240" height="240"'
            ' role="img" aria-labelledby="badge-name"><title id="badge-name">{name}</title>{style}{seal}'
            '<g class="fine">{fine}</g><g class="year" fill="none" stroke="{ink}" stroke-width="{weight}"'
            ' stroke-linecap="round" stroke-linejoin="round">{digits}</g></svg>'
        ).format(
            name=name,
            style="" if inline else Markup("<style>{}</style>").format(Markup(STYLE)),  # noqa: S704 -- our own
            seal=_seal(past=past),
            fine=_fine(words.say("pages.programme"), words.say("badge.image.word") if past else ""),
            ink=GREY if past else PAPER,
            weight="4.4" if past else "5.6",
            digits=_digits(year),
        )
    )


def no_image() -> str:
    """What stands in the place of a picture that is gone: nothing that one could see."""
    return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" width="1" height="1"/>'


def image_headers(found: bool) -> dict[str, str]:
    """Others embed it; nobody keeps it for longer than five minutes, so that an end shows."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return {
        "content-type": "image/svg+xml; charset=utf-8",
        "cache-control": "public, max-age=300" if found else "public, max-age=60",
        "content-security-policy": f"default-src 'none'; style-src 'sha256-{digest}'; sandbox",
        "cross-origin-resource-policy": "cross-origin",
        "access-control-allow-origin": "*",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex",
        "strict-transport-security": "max-age=63072000; includeSubDomains",
        "vary": "accept-language",
    }


def _seal(*, past: bool) -> Markup:
    look = f'fill="{PAPER}" stroke="{GREY}" stroke-width="2.5"' if past else f'fill="{GREEN}"'
    return Markup('<path d="{}" {}/>').format(edge(), Markup(look))  # noqa: S704 -- our own


def _fine(programme: str, word: str) -> Markup:
    """The two arcs and what stands along them: the programme above, a star or that it is past below."""
    ink = GREY if word else PAPER
    upper, lower = "M24.7 38A41.6 41.6 0 0 1 95.3 38", "M24.7 82A41.6 41.6 0 0 0 95.3 82"
    below = (
        Markup('<text x="60" y="91" font-size="10.5" font-style="italic">{}</text>').format(word)
        if word
        else Markup('<path d="{}"/>').format(_star(60, 88, 6.4))
    )
    return Markup(
        '<g fill="none" stroke="{ink}" stroke-width="1.3" stroke-linecap="round"><path d="{upper}"/>'
        '<path d="{lower}"/></g><g fill="{ink}" text-anchor="middle"'
        ' font-family="Iowan Old Style, Palatino Linotype, Palatino, Georgia, serif" font-weight="600">'
        '<text x="60" y="38" font-size="10" letter-spacing=".2">{programme}</text>{below}</g>'
    ).format(ink=ink, upper=upper, lower=lower, programme=programme, below=below)


def _star(x: float, y: float, reach: float) -> str:
    """A star with four points, its sides drawn in."""
    return (
        f"M{x} {y - reach}Q{x} {y} {x + reach} {y}Q{x} {y} {x} {y + reach}"
        f"Q{x} {y} {x - reach} {y}Q{x} {y} {x} {y - reach}Z"
    )


def _digits(year: int) -> Markup:
    text = f"{year:04}"
    left, top = 60 - (STEP * (len(text) - 1) + 20 * SIZE) / 2, 60 - 16 * SIZE
    return Markup("").join(
        Markup('<path d="{}" transform="translate({:.1f} {:.1f}) scale({})"/>').format(
            DIGITS[one], left + STEP * place, top, SIZE
        )
        for place, one in enumerate(text)
    )
