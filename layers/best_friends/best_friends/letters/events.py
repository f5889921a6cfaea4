"""Letters about events: a link, a registration, a place, a position, a change, the end of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from best_friends.domain.events import Facts
from best_friends.domain.letter import LetterKind
from best_friends.domain.waiting_list import Reason
from best_friends.letters.compose import Block, BlockKind, Content, addressed
from best_friends.letters.render import Letter, rendered
from best_friends.texts.catalogue import catalogue
from best_friends.texts.events import at, reason_in_words, rule_in_words

SEAL = "BF"
ORDERED = (LetterKind.EVENT_ADMITTED, LetterKind.EVENT_WAITING)
WITH_REASON = (LetterKind.EVENT_CHANGED, LetterKind.EVENT_CANCELLED)


@dataclass(frozen=True)
class EventView:
    """One Friend and one event, its instants in the programme's zone.

    `reason` is why it stands where it stands, None before the list is ordered; `late` is whether the list
    was ordered when the letter is written. `why` is the operators' reason for a change or a cancellation.
    The letter of a cancellation has no `link`.
    """

    name: str
    language: str
    facts: Facts
    link: str
    reason: Reason | None = None
    late: bool = False
    why: str = ""
    places_up: int = 3


def render_event_letter(kind: LetterKind, view: EventView) -> Letter:
    """Write the letter to one Friend, in its language; both parts hold its link exactly once."""
    words, values = catalogue(view.language), _values(view)
    return rendered(
        Content(
            language=view.language,
            seal=SEAL,
            subject=words.say(f"letters.{kind}.subject", **values),
            preheader=words.say(f"letters.{kind}.preheader", **values),
            greeting=words.say("letters.greeting", **values),
            blocks=tuple(_blocks(kind, view, values)),
            closing=words.say("letters.closing"),
            signature=words.say("letters.signature"),
            link=view.link,
        )
    )


def _values(view: EventView) -> dict[str, object]:
    facts = view.facts
    return {
        "name": addressed(view.name) or catalogue(view.language).say("letters.nobody"),
        "title": facts.title(view.language),
        "place": facts.place,
        "places": facts.places,
        "when": at(view.language, facts.starts_at),
        "closes": at(view.language, facts.closes_at),
        "position": view.reason.position if view.reason else 0,
    }


def _blocks(kind: LetterKind, view: EventView, values: dict[str, object]) -> Iterator[Block]:
    words = catalogue(view.language)

    def paragraph(key: str) -> Block:
        return Block(BlockKind.PARAGRAPH, (words.say(key, **values),))

    yield paragraph(f"letters.{kind}.lead")
    facts = [words.say(f"letters.events.{key}", **values) for key in ("when", "where")]
    if kind not in WITH_REASON:
        facts.append(words.count("letters.events.places", view.facts.places, **values))
    yield Block(BlockKind.ITEMS, tuple(facts))
    if kind in WITH_REASON and view.why:
        yield paragraph(f"letters.{kind}.reason")
        yield Block(BlockKind.QUOTE, (addressed(view.why),))
    if kind in ORDERED and view.reason:
        yield Block(BlockKind.HEADING, (words.say("letters.events.why_heading"),))
        yield Block(BlockKind.ITEMS, reason_in_words(view.language, view.reason))
        yield Block(BlockKind.NOTE, (rule_in_words(view.language, view.places_up),))
    if kind is LetterKind.EVENT_REGISTERED:
        waits = view.late and view.reason is not None and view.reason.position
        yield paragraph(f"letters.{kind}.{'next_late' if waits else 'next'}")
    elif kind is not LetterKind.EVENT_LINK:
        yield paragraph(f"letters.{kind}.next")
    if kind is LetterKind.EVENT_CANCELLED:
        return
    yield Block(BlockKind.BUTTON, (words.say(f"letters.{kind}.button"),))
    if kind is LetterKind.EVENT_LINK:  # anybody who knows an address can order it
        yield Block(BlockKind.NOTE, (words.say("letters.event_link.unasked"),))
    yield Block(BlockKind.NOTE, (words.say("letters.events.private"),))
