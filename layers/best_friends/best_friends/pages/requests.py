"""What the two pages have in common on which Friends ask: their states, their list of requests, headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from best_friends.domain.requests import (
    LARGEST_RADIUS_KM,
    PLACE_LENGTH,
    SMALLEST_RADIUS_KM,
    WORDS_LENGTH,
    AreaWish,
    Field,
    Request,
    RequestState,
    RoleWish,
    Wish,
)
from best_friends.pages.seal import seal
from best_friends.pages.shell import render_page, safe_headers
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in

SHEETS = ("answer", "asking")
SHOWN = 8
"""So many requests are listed, the newest first."""
FIELDS = {"areas": (Field.PLACE, Field.RADIUS, Field.WORDS), "engagement": (Field.ROLE, Field.WORDS)}
LIMITS = {
    "place_length": PLACE_LENGTH,
    "words_length": WORDS_LENGTH,
    "low": SMALLEST_RADIUS_KM,
    "high": LARGEST_RADIUS_KM,
}


class AskState(StrEnum):
    """What the page has to say. `asked` is for whoever has just asked, `faulty` for a form to be mended."""

    OPEN = "open"
    ASKED = "asked"
    FAULTY = "faulty"
    TOO_MANY = "too_many"
    UNKNOWN_LINK = "unknown_link"
    EXPIRED_LINK = "expired_link"

    @property
    def http_status(self) -> int:
        """The status that goes with the page."""
        statuses = {
            AskState.FAULTY: 422,
            AskState.TOO_MANY: 409,
            AskState.UNKNOWN_LINK: 404,
            AskState.EXPIRED_LINK: 410,
        }
        return statuses.get(self, 200)


NO_LINK = (AskState.UNKNOWN_LINK, AskState.EXPIRED_LINK)
WITH_FORM = (AskState.OPEN, AskState.FAULTY)


@dataclass(frozen=True)
class PageOfRequests:
    """What both pages show. Without a known link only `state` and `language` are needed.

    `requests` are the Friend's own of this kind, the newest first; `token` is the link's.
    """

    state: AskState
    language: str
    name: str = ""
    requests: tuple[Request, ...] = ()
    token: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A request in the list: what was asked for, when, and what became of it."""

    what: str
    asked: str
    state: str
    reason: str


def render_asking_page(
    template: str, section: str, page: PageOfRequests, faults: frozenset[Field], **values: object
) -> str:
    """A page of either kind as HTML; `section` is where its own sentences are."""
    words = catalogue(page.language)
    name = page.name.strip() or words.say("letters.nobody")
    lost = page.state in NO_LINK
    own = section if page.state in WITH_FORM else f"{section}.{page.state}"
    part = f"requests.{page.state}" if lost else own
    if page.state is AskState.UNKNOWN_LINK:
        lead, following = words.say("pages.unknown_link.lead"), words.say("pages.unknown_link.next")
    else:
        lead, following = words.say(f"{part}.lead"), words.say(f"{part}.next") if lost else ""
    return render_page(
        template,
        page.language,
        *SHEETS,
        seal=seal(),
        title=words.say(f"{part}.title"),
        heading=words.say(f"{part}.heading", **({} if lost else {"name": name})),
        lead=lead,
        next=following,
        with_form=page.state in WITH_FORM,
        faulty=page.state is AskState.FAULTY,
        faults={
            str(one): words.say(f"{section}.faults.{one}", **LIMITS) if one in faults else ""
            for one in FIELDS[section]
        },
        limits=LIMITS,
        lines=[] if lost else [line(one, page.language) for one in page.requests[:SHOWN]],
        again=f"/{section}/{page.token}" if page.state is AskState.ASKED else "",
        private=not lost,
        lost=lost,
        **values,
    )


def asking_headers() -> Mapping[str, str]:
    """The headers of both pages: nobody keeps or indexes them, and they post to themselves only."""
    return safe_headers(*SHEETS, forms="'self'") | {
        "cache-control": "no-store",
        "x-robots-tag": "noindex",
    }


def line(request: Request, language: str) -> Line:
    """A request in the reader's language; the reason stands as it was written."""
    words, figures = catalogue(language), figures_in(language, "")
    decision = request.decision
    granted = decision.granted if decision else None
    return Line(
        what=what(granted or request.asked, language),
        asked=words.say("requests.asked", date=figures.date(request.asked_at.date())),
        state=words.say(f"requests.states.{request.state}"),
        reason=decision.why if decision and request.state is RequestState.DECLINED else "",
    )


def what(wish: Wish, language: str) -> str:
    """What was asked for or given, in a few words."""
    words = catalogue(language)
    match wish:
        case AreaWish(place, radius_km):
            km = figures_in(language, "").km(Decimal(f"{radius_km:g}"))
            return words.say("areas.what", place=place, km=km)
        case RoleWish(role):
            name = words.say(f"roles.{role}")
            return name[:1].upper() + name[1:]
        case _:
            # The list of reviews has more to tell of each than a line; `standing_cases` writes it.
            raise TypeError(f"{type(wish).__name__} is not asked for on the pages of areas and of roles")
