"""Letters about announcements: what is new, what was corrected in it, and that it was withdrawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from best_friends.domain.announcements import AnnouncementWords, Next
from best_friends.letters.compose import Block, BlockKind, Content, addressed
from best_friends.letters.render import Letter, rendered
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in

SEAL = "BF"


@dataclass(frozen=True)
class AnnouncementView:
    """One Friend and what it is told, in one language.

    `early` is whether it is not published yet. `corrected` says what was corrected since the version that the
    Friend had, oldest first; `why` is why it was withdrawn.
    """

    name: str
    language: str
    words: AnnouncementWords
    publish_on: date
    early: bool
    unsubscribe: str
    corrected: tuple[str, ...] = ()
    why: str = ""


def render_announcement(said: Next, view: AnnouncementView) -> Letter:
    """Write the letter in the Friend's language; both parts hold the link with which the news end once."""
    words, section = catalogue(view.language), f"letters.announcements.{said}"
    name = addressed(view.name) or words.say("letters.nobody")
    subject = addressed(view.words.subject)
    plain = said is Next.ANNOUNCEMENT
    return rendered(
        Content(
            language=view.language,
            seal=SEAL,
            subject=subject if plain else words.say(f"{section}.subject", subject=subject),
            preheader=words.say(f"{section}.early" if plain and view.early else f"{section}.preheader"),
            greeting=words.say("letters.greeting", name=name),
            blocks=tuple(_blocks(said, view, section)),
            closing=words.say("letters.closing"),
            signature=words.say("letters.signature"),
            link="",
            unsubscribe=view.unsubscribe,
            unsubscribe_words=words.say("letters.early_notice.unsubscribe"),
        )
    )


def _blocks(said: Next, view: AnnouncementView, section: str) -> Iterator[Block]:
    words = catalogue(view.language)
    subject, day = addressed(view.words.subject), figures_in(view.language, "").date(view.publish_on)
    if said is Next.WITHDRAWAL:
        yield Block(BlockKind.PARAGRAPH, (words.say(f"{section}.lead", subject=subject),))
        yield Block(BlockKind.PARAGRAPH, (words.say(f"{section}.reason"),))
        yield Block(BlockKind.QUOTE, (addressed(view.why),))
        yield Block(BlockKind.PARAGRAPH, (words.say(f"{section}.next"),))
        return
    if said is Next.CORRECTION:
        yield Block(BlockKind.PARAGRAPH, (words.say(f"{section}.lead", subject=subject),))
        yield Block(BlockKind.ITEMS, tuple(map(addressed, view.corrected)))
        yield Block(BlockKind.PARAGRAPH, (words.say(f"{section}.now"),))
    yield Block(BlockKind.HEADING, (subject,))
    for paragraph in view.words.text:
        yield Block(BlockKind.PARAGRAPH, (addressed(paragraph),))
    if view.early:
        yield Block(BlockKind.NOTE, (words.say("letters.announcements.until", date=day),))
