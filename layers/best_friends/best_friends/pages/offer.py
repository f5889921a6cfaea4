"""The page behind a notification's link: it offers the job, and it says who got it."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from best_friends.domain.place import Direction
from best_friends.pages.seal import seal
from best_friends.pages.shell import page_headers, render_page
from best_friends.texts.catalogue import catalogue
from best_friends.texts.jobs import Whereabouts, skill_name, whereabouts
from best_friends.texts.reasons import Fact

__all__ = ["OfferPage", "OfferState", "page_headers", "render_offer_page"]


class OfferState(StrEnum):
    """What the page has to say. `accepted` is for the one who got the job, whenever it is opened again."""

    OPEN = "open"
    ACCEPTED = "accepted"
    TAKEN = "taken"
    OVER = "over"
    UNKNOWN_LINK = "unknown_link"
    EXPIRED_LINK = "expired_link"

    @property
    def http_status(self) -> int:
        """The status that goes with the page."""
        return {OfferState.UNKNOWN_LINK: 404, OfferState.EXPIRED_LINK: 410}.get(self, 200)


NO_LINK = (OfferState.UNKNOWN_LINK, OfferState.EXPIRED_LINK)


@dataclass(frozen=True)
class OfferPage:
    """What the page shows. Without a known link only `state` and `language` are needed.

    `distance_km` and `direction` are those from the Friend's area with the label `area` (or empty, or
    "home") to the job. `token` is the link's own; the form sends it back, so that no address of a
    request that changes something holds it.
    """

    state: OfferState
    language: str
    name: str = ""
    skill: str = ""
    distance_km: float | None = None
    direction: Direction | None = None
    area: str = ""
    job_id: str = ""
    token: str = ""


def render_offer_page(page: OfferPage) -> str:
    """The page as HTML, in the page's language."""
    words = catalogue(page.language)
    known = page.state not in NO_LINK
    name = (page.name.strip() or words.say("letters.nobody")) if known else ""

    def say(key: str) -> str:
        return words.say(f"offers.{page.state}.{key}", name=name)

    # A link that leads nowhere is met with the same words, whatever it was to lead to.
    lost = page.state is OfferState.UNKNOWN_LINK
    next_heading, following = _next(page)
    return render_page(
        "offer.html.j2",
        page.language,
        "answer",
        seal=seal(),
        say=say,
        title=say("title"),
        heading=say("heading"),
        lead=words.say("pages.unknown_link.lead") if lost else say("lead"),
        facts=_facts(page) if page.state in (OfferState.OPEN, OfferState.ACCEPTED) else (),
        action=f"/jobs/{quote(page.job_id, safe='')}/accept" if page.state is OfferState.OPEN else "",
        token=page.token,
        was_about=_was_about(page) if page.state in (OfferState.TAKEN, OfferState.OVER) else "",
        next_heading=next_heading,
        next=following,
        private=known,
    )


def _next(page: OfferPage) -> tuple[str, str]:
    words = catalogue(page.language)
    heading = words.say("pages.confirmed.next_heading")
    match page.state:
        case OfferState.OPEN:
            return "", ""
        case OfferState.ACCEPTED:
            return heading, words.say("offers.accepted.next")
        case OfferState.UNKNOWN_LINK:
            return "", words.say("pages.unknown_link.next")
        case _:
            return heading, words.say("offers.next")


def _where(page: OfferPage) -> Whereabouts | None:
    if page.distance_km is None:
        return None
    return whereabouts(page.language, page.distance_km, page.direction, page.area)


def _facts(page: OfferPage) -> tuple[Fact, ...]:
    skill, where = skill_name(page.language, page.skill), _where(page)
    facts = [Fact(_raised(skill), catalogue(page.language).say("offers.skill"))] if skill else []
    if where:
        facts.append(Fact(_raised(where.distance), where.bearing))
    return tuple(facts)


def _was_about(page: OfferPage) -> str:
    skill, where = skill_name(page.language, page.skill), _where(page)
    if not skill or not where:
        return ""
    return catalogue(page.language).say("offers.was_about", skill=skill, where=where.phrase)


def _raised(phrase: str) -> str:
    """A phrase that stands on its own, with a capital letter."""
    return phrase[:1].upper() + phrase[1:]
