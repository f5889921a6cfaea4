"""The page of an event: what it is for anybody, and behind a personal link where one stands, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from best_friends.domain.events import TAKES, Facts, Phase
from best_friends.domain.policy import LANGUAGES
from best_friends.domain.waiting_list import Reason
from best_friends.pages.seal import seal
from best_friends.pages.shell import render_page, safe_headers
from best_friends.texts.catalogue import catalogue
from best_friends.texts.events import at, reason_in_words, rule_in_words

SHEETS = ("answer", "asking", "standing", "event")


class EventState(StrEnum):
    """Whom the page speaks to. `asked` is said to everybody alike, known or not."""

    PUBLIC = "public"
    ASKED = "asked"
    FAULTY = "faulty"
    OWN = "own"
    UNKNOWN_EVENT = "unknown_event"
    UNKNOWN_LINK = "unknown_link"
    EXPIRED_LINK = "expired_link"

    @property
    def http_status(self) -> int:
        """The status that goes with the page."""
        lost = {EventState.UNKNOWN_EVENT: 404, EventState.UNKNOWN_LINK: 404, EventState.EXPIRED_LINK: 410}
        return 422 if self is EventState.FAULTY else lost.get(self, 200)


class Stands(StrEnum):
    """Where a Friend stands."""

    NOT = "not"
    REGISTERED = "registered"
    WAITING = "waiting"
    ADMITTED = "admitted"


LOST = (EventState.UNKNOWN_EVENT, EventState.UNKNOWN_LINK, EventState.EXPIRED_LINK)


@dataclass(frozen=True)
class EventPage:
    """The page; of an event that nobody knows, or behind a lost link, only the first three are needed.

    Instants are in the programme's zone. `ordered` is whether there is a list; `reason` is why the Friend
    stands where it stands on it. `token` is the link's own, which the forms send back; `address` is what was
    typed, shown again only when it is faulty.
    """

    state: EventState
    language: str
    event_id: str = ""
    facts: Facts | None = None
    phase: Phase = Phase.ANNOUNCED
    ordered: bool = False
    places_up: int = 3
    languages: tuple[str, ...] = LANGUAGES
    address: str = ""
    name: str = ""
    active: bool = True
    stands: Stands = Stands.NOT
    registered_at: datetime | None = None
    reason: Reason | None = None
    token: str = ""


def render_event_page(page: EventPage) -> str:
    """The page as HTML, in the page's language."""
    words = catalogue(page.language)
    path = f"/events/{page.event_id}"
    if page.facts is None:
        return render_page(
            "event.html.j2",
            page.language,
            *SHEETS,
            seal=seal(),
            lost=True,
            others=[],
            title=words.say(f"events.lost.{page.state}"),
            lead=words.say(f"events.lost.{page.state}_lead"),
            way=path if page.event_id else "",
            private=False,
        )
    own = page.state is EventState.OWN
    shown = page.facts
    values = _values(page, shown)
    heading, lead = _own(page, values) if own else ("", "")
    return render_page(
        "event.html.j2",
        page.language,
        *SHEETS,
        seal=seal(),
        lost=False,
        title=shown.title(page.language),
        heading=heading,
        lead=lead,
        phase=words.say(f"events.phase.{page.phase}", **values) if _tells_phase(page) else "",
        facts=[
            (words.say("events.when"), values["when"]),
            (words.say("events.where"), shown.place),
            (words.count("events.places", shown.places), shown.places),
        ],
        reasons=reason_in_words(page.language, page.reason) if page.reason else (),
        rule=rule_in_words(page.language, page.places_up) if page.phase not in ENDED else "",
        others=[] if own else _others(page),
        path=path,
        token=page.token,
        register=_register(page),
        cancel=_cancel(page),
        asks=not own and page.phase not in ENDED,
        asked=page.state is EventState.ASKED,
        faulty=page.state is EventState.FAULTY,
        address=page.address if page.state is EventState.FAULTY else "",
        private=own,
    )


ENDED = (Phase.OVER, Phase.CANCELLED)


def _values(page: EventPage, facts: Facts) -> dict[str, object]:
    return {
        "name": page.name.strip() or catalogue(page.language).say("letters.nobody"),
        "when": at(page.language, facts.starts_at),
        "opens": at(page.language, facts.opens_at),
        "closes": at(page.language, facts.closes_at),
        "registered": at(page.language, page.registered_at) if page.registered_at else "",
        "position": page.reason.position if page.reason else 0,
    }


def _own(page: EventPage, values: dict[str, object]) -> tuple[str, str]:
    words = catalogue(page.language)
    if page.phase in ENDED:
        was = "ended_registered" if page.stands is not Stands.NOT else "off"
        return words.say(f"events.own.{was}", **values), ""
    if page.stands is Stands.NOT:
        may = page.active and page.phase in TAKES
        lead = "" if page.active else words.say("events.not_active")
        return words.say(f"events.own.{'none' if may else 'off'}", **values), lead
    key = str(page.stands)
    if page.stands is Stands.REGISTERED and page.phase is Phase.CLOSED:
        key = "registered_late"
    heading = words.say(f"events.own.{page.stands}", **values)
    return heading, words.say(f"events.own.{key}_lead", **values)


def _tells_phase(page: EventPage) -> bool:
    """Whoever is registered knows until when one could."""
    return page.phase in ENDED or page.stands is Stands.NOT


def _register(page: EventPage) -> str:
    if page.state is not EventState.OWN or page.stands is not Stands.NOT or page.phase not in TAKES:
        return ""
    if not page.active:
        return ""
    late = page.phase is Phase.CLOSED
    return catalogue(page.language).say("events.register_late" if late else "events.register")


def _cancel(page: EventPage) -> dict[str, str] | None:
    if page.stands is Stands.NOT or page.phase not in TAKES:
        return None
    words = catalogue(page.language)
    button = "events.give_back" if page.stands is Stands.ADMITTED else "events.cancel"
    return {"text": words.say(f"events.cancel_{page.stands}"), "button": words.say(button)}


def _others(page: EventPage) -> list[tuple[str, str]]:
    return [
        (code, catalogue(code).say("ranking.language")) for code in page.languages if code != page.language
    ]


@lru_cache
def event_headers() -> Mapping[str, str]:
    """The page's headers: kept by nobody, since what it says follows who looks and when."""
    return safe_headers(*SHEETS, forms="'self'") | {
        "cache-control": "no-store",
        "x-robots-tag": "noindex",
    }
