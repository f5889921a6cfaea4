"""The letter about a badge: it is there, what one can do with it, and that it follows the status."""

from dataclasses import dataclass

from best_friends.domain.letter import LetterKind
from best_friends.letters.compose import Block, BlockKind, Content, addressed
from best_friends.letters.render import Letter, rendered
from best_friends.texts.catalogue import catalogue


@dataclass(frozen=True)
class BadgeLetterView:
    """One Friend and the badge of a year; `link` leads to the badge's public page."""

    name: str
    language: str
    year: int
    link: str


def render_badge_letter(view: BadgeLetterView) -> Letter:
    """Write the letter to one Friend, in its language; both parts hold the link exactly once."""
    words, section = catalogue(view.language), f"letters.{LetterKind.BADGE}"
    values: dict[str, object] = {
        "name": addressed(view.name) or words.say("letters.nobody"),
        "year": view.year,
    }

    def block(kind: BlockKind, key: str) -> Block:
        return Block(kind, (words.say(f"{section}.{key}", **values),))

    return rendered(
        Content(
            language=view.language,
            seal=str(view.year),
            subject=words.say(f"{section}.subject", **values),
            preheader=words.say(f"{section}.preheader"),
            greeting=words.say("letters.greeting", **values),
            blocks=(
                block(BlockKind.PARAGRAPH, "lead"),
                block(BlockKind.PARAGRAPH, "page"),
                block(BlockKind.BUTTON, "button"),
                block(BlockKind.PARAGRAPH, "itself"),
                block(BlockKind.NOTE, "public"),
            ),
            closing=words.say("letters.closing"),
            signature=words.say("letters.signature"),
            link=view.link,
        )
    )
