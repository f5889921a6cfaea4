"""Letters about what Friends ask for: the link to a page, and the answer to a request."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from best_friends.domain.letter import LINK_LETTERS, LetterKind
from best_friends.domain.requests import (
    AreaWish,
    Request,
    RequestState,
    ReviewResult,
    ReviewWish,
    RoleWish,
    Wish,
)
from best_friends.letters.compose import Block, BlockKind, Content, addressed
from best_friends.letters.render import Letter, rendered
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import Figures, figures_in

SEAL = "BF"


@dataclass(frozen=True)
class RequestView:
    """One Friend, and either a link that is good for some time or a request that was decided.

    The link is good until the end of the day `link_until`, or for `link_hours` if that is not 0.
    `nominates` is whether the role that was given leads to a nomination by itself.
    """

    name: str
    language: str
    link: str
    link_until: date
    request: Request | None = None
    nominates: bool = False
    link_hours: int = 0


def render_request_letter(kind: LetterKind, view: RequestView) -> Letter:
    """Write the letter to one Friend, in its language.

    Both parts of a letter with a link hold it exactly once; the answers hold none.
    """
    words = catalogue(view.language)
    values = _values(view)
    return rendered(
        Content(
            language=view.language,
            seal=str(values.get("km", SEAL)),
            subject=words.say(f"letters.{kind}.subject", **values),
            preheader=words.say(f"letters.{kind}.preheader", **values),
            greeting=words.say("letters.greeting", **values),
            blocks=tuple(_blocks(kind, view, values)),
            closing=words.say("letters.closing"),
            signature=words.say("letters.signature"),
            link=view.link if kind in LINK_LETTERS else "",
        )
    )


def _values(view: RequestView) -> dict[str, object]:
    words, figures = catalogue(view.language), figures_in(view.language, "")
    values: dict[str, object] = {"name": addressed(view.name) or words.say("letters.nobody")}
    decision = view.request.decision if view.request else None
    if view.request is None or decision is None:
        duration = figures.duration(view.link_hours * 3600)
        return values | {"date": figures.date(view.link_until), "duration": duration}
    return values | _about(decision.granted or view.request.asked, view.language, figures)


def _about(wish: Wish, language: str, figures: Figures) -> dict[str, object]:
    match wish:
        case AreaWish():
            place = addressed(wish.place)
            return {"place": place, "label": place, "km": figures.km(Decimal(f"{wish.radius_km:g}"))}
        case RoleWish():
            role = catalogue(language).say(f"roles.{wish.role}")
            return {"role": role, "date": figures.date(wish.held_from) if wish.held_from else ""}
        case ReviewWish() | ReviewResult():
            raise ValueError("what Friends hear of a review is written by `reviews`")


def _blocks(kind: LetterKind, view: RequestView, values: dict[str, object]) -> Iterator[Block]:
    words = catalogue(view.language)
    yield Block(BlockKind.PARAGRAPH, (words.say(f"letters.{kind}.lead", **values),))
    if kind in LINK_LETTERS:
        yield Block(BlockKind.BUTTON, (words.say(f"letters.{kind}.button"),))
        until = "letters.standing_link" if kind is LetterKind.STANDING_LINK else "letters.requests"
        yield Block(BlockKind.NOTE, (words.say(f"{until}.until", **values),))
        if kind is LetterKind.STANDING_LINK:  # anybody who knows an address can order it
            yield Block(BlockKind.NOTE, (words.say("letters.standing_link.unasked"),))
        yield Block(BlockKind.NOTE, (words.say("letters.invitation.private"),))
        return
    decision = view.request.decision if view.request else None
    if decision and decision.state is RequestState.DECLINED:
        yield Block(BlockKind.PARAGRAPH, (words.say("letters.requests.reason"),))
        yield Block(BlockKind.QUOTE, (addressed(decision.why),))
    if view.nominates:
        yield Block(BlockKind.PARAGRAPH, (words.say("reasons.roles_rule"),))
    yield Block(BlockKind.PARAGRAPH, (words.say(f"letters.{kind}.next"),))
