"""Letters about product tests: the invitation, what happens after a yes, and that a test is off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from best_friends.domain.letter import LetterKind
from best_friends.domain.product_tests import ProductTestWords, Wave
from best_friends.letters.compose import Block, BlockKind, Content, addressed
from best_friends.letters.render import Letter, rendered
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in
from best_friends.texts.jobs import skill_name

SEAL = "BF"


@dataclass(frozen=True)
class ProductTestView:
    """One Friend and a test, in one language.

    `matching` are the wanted skills that the Friend has. `unsubscribe` is "" in letters that are service;
    `why` is why the test was cancelled.
    """

    name: str
    language: str
    words: ProductTestWords
    wave: Wave
    matching: tuple[str, ...]
    places: int
    answer_by: date
    link: str
    unsubscribe: str = ""
    why: str = ""


def render_test_letter(kind: LetterKind, view: ProductTestView) -> Letter:
    """Write the letter in the Friend's language; both parts hold each of its links exactly once."""
    words = catalogue(view.language)
    values = _values(view)
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
            unsubscribe=view.unsubscribe,
            unsubscribe_words=words.say("letters.early_notice.unsubscribe") if view.unsubscribe else "",
        )
    )


def _values(view: ProductTestView) -> dict[str, object]:
    words, figures = catalogue(view.language), figures_in(view.language, "")
    return {
        "name": addressed(view.name) or words.say("letters.nobody"),
        "title": addressed(view.words.title),
        "date": figures.date(view.answer_by),
        "places": figures.integer(view.places),
        "skills": figures.listing([skill_name(view.language, one) for one in view.matching]),
    }


def _blocks(kind: LetterKind, view: ProductTestView, values: dict[str, object]) -> Iterator[Block]:
    words = catalogue(view.language)

    def own(key: str) -> str:
        return words.say(f"letters.{kind}.{key}", **values)

    yield Block(BlockKind.PARAGRAPH, (own("lead"),))
    if kind is LetterKind.TEST_WITHDRAWN:
        yield Block(BlockKind.PARAGRAPH, (own("reason"),))
        yield Block(BlockKind.QUOTE, (addressed(view.why),))
        yield Block(BlockKind.PARAGRAPH, (own("next"),))
        return
    if kind is LetterKind.TEST_ACCEPTED:
        yield Block(BlockKind.HEADING, (own("next_heading"),))
        yield Block(BlockKind.PARAGRAPH, (addressed(view.words.next),))
        yield Block(BlockKind.BUTTON, (own("button"),))
        yield Block(BlockKind.NOTE, (own("change"),))
        return
    title = addressed(view.words.title)
    yield Block(BlockKind.HEADING, (title[:1].upper() + title[1:],))
    for paragraph in view.words.text:
        yield Block(BlockKind.PARAGRAPH, (addressed(paragraph),))
    yield Block(BlockKind.HEADING, (own("ask_heading"),))
    yield Block(BlockKind.PARAGRAPH, (words.count(f"letters.{kind}.ask", view.places, **values),))
    yield Block(BlockKind.BUTTON, (own("button"),))
    first = own("early") if view.wave is Wave.BEST_FRIENDS else own("everybody")
    matching = words.count(f"letters.{kind}.skills", len(view.matching), **values) if view.matching else ""
    yield Block(BlockKind.NOTE, (f"{first} {matching}".strip(),))
    yield Block(BlockKind.NOTE, (words.say("letters.invitation.private"),))
