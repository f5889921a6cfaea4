"""What a letter says, block by block; how it looks is the renderers' matter."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from best_friends.domain.letter import LetterKind
from best_friends.letters.view import LetterView
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in
from best_friends.texts.reasons import benefits, why


class BlockKind(StrEnum):
    """How a block reads."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEMS = "items"
    BUTTON = "button"
    NOTE = "note"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading, a list of items, a button, a note, or what somebody wrote."""

    kind: BlockKind
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """A letter before it is rendered. `seal` is what stands in its round seal: a year, a distance.

    News end with `unsubscribe_words` and the address `unsubscribe`; in all other letters both are empty.
    """

    language: str
    seal: str
    subject: str
    preheader: str
    greeting: str
    blocks: tuple[Block, ...]
    closing: str
    signature: str
    link: str
    unsubscribe: str = ""
    unsubscribe_words: str = ""


def compose(kind: LetterKind, view: LetterView) -> Content:
    """Write a letter of a kind for one Friend."""
    words = catalogue(view.language)
    values: dict[str, object] = {
        "name": addressed(view.name) or words.say("letters.nobody"),
        "year": view.year,
        "date": figures_in(view.language, view.reasons.currency).date(view.answer_by),
    }
    body = {LetterKind.INVITATION: _invitation, LetterKind.REMINDER: _reminder, LetterKind.WELCOME: _welcome}
    return Content(
        language=view.language,
        seal=str(view.year),
        subject=words.say(f"letters.{kind}.subject", **values),
        preheader=words.say(f"letters.{kind}.preheader", **values),
        greeting=words.say("letters.greeting", **values),
        blocks=tuple(body[kind](view, values)),
        closing=words.say("letters.closing"),
        signature=words.say("letters.signature"),
        link="" if kind is LetterKind.WELCOME else view.link,
    )


def addressed(name: str) -> str:
    """A name on one line: control characters must not reach a mail's headers."""
    printable = (char for char in name if unicodedata.category(char) != "Cf")
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in printable).split())


def _invitation(view: LetterView, values: dict[str, object]) -> Iterator[Block]:
    words = catalogue(view.language)
    reasons = why(view.language, view.reasons, view.qualification, view.year)
    yield Block(BlockKind.PARAGRAPH, (words.say("letters.invitation.lead", **values),))
    if view.late:
        yield Block(BlockKind.PARAGRAPH, (words.say("letters.invitation.late"),))
    if reasons.facts or reasons.role:
        yield Block(BlockKind.HEADING, (words.say("reasons.heading"),))
    if reasons.facts:
        yield Block(BlockKind.ITEMS, tuple(str(fact) for fact in reasons.facts))
        yield Block(BlockKind.PARAGRAPH, (reasons.facts_rule,))
    if reasons.role:
        yield Block(BlockKind.PARAGRAPH, (f"{reasons.role} {reasons.role_rule}",))
    yield Block(BlockKind.HEADING, (words.say("benefits.heading"),))
    yield Block(BlockKind.ITEMS, benefits(view.language))
    yield Block(BlockKind.HEADING, (words.say("letters.invitation.ask_heading"),))
    yield Block(BlockKind.PARAGRAPH, (words.say("letters.invitation.ask", **values),))
    yield Block(BlockKind.BUTTON, (words.say("letters.invitation.button"),))
    yield Block(BlockKind.PARAGRAPH, (words.say("letters.invitation.silence", **values),))
    yield Block(BlockKind.NOTE, (words.say("letters.invitation.private"),))


def _reminder(view: LetterView, values: dict[str, object]) -> Iterator[Block]:
    words = catalogue(view.language)
    if view.days_left > 0:
        ask = words.count("letters.reminder.days", view.days_left, days=view.days_left, **values)
    else:
        ask = words.say("letters.reminder.ask", **values)
    yield Block(BlockKind.PARAGRAPH, (words.say("letters.reminder.lead", **values),))
    yield Block(BlockKind.PARAGRAPH, (f"{ask} {words.say('letters.reminder.free')}",))
    yield Block(BlockKind.BUTTON, (words.say("letters.reminder.button"),))
    yield Block(BlockKind.NOTE, (words.say("letters.invitation.private"),))


def _welcome(view: LetterView, values: dict[str, object]) -> Iterator[Block]:
    words = catalogue(view.language)
    yield Block(BlockKind.PARAGRAPH, (words.say("letters.welcome.lead", **values),))
    yield Block(BlockKind.HEADING, (words.say("letters.welcome.next_heading"),))
    yield Block(BlockKind.PARAGRAPH, (words.say(welcome_next(view.late, view.announced), **values),))
    yield Block(BlockKind.HEADING, (words.say("benefits.heading"),))
    yield Block(BlockKind.ITEMS, benefits(view.language))
    if view.can_change:
        yield Block(BlockKind.NOTE, (words.say("letters.welcome.change", **values),))


def welcome_next(late: bool, announced: bool) -> str:
    """The key of the sentence that tells whoever said yes when the status begins."""
    if announced:
        return "letters.welcome.announced"
    return "letters.welcome.late" if late else "letters.welcome.next"
