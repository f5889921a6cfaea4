"""Letters about referrals: thanks at once and for each result, a kind no, and what happened in a month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from best_friends.domain.letter import LetterKind
from best_friends.letters.compose import Block, BlockKind, Content, addressed
from best_friends.letters.render import Letter, rendered
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in

SEALS = {LetterKind.REFERRAL_FIRST_JOB: "1", LetterKind.REFERRAL_TENTH_JOB: "10"}
SEAL = "BF"


@dataclass(frozen=True)
class ReferralView:
    """One Friend and the `person` whom it referred, "" where that one is not to be named."""

    name: str
    language: str
    person: str = ""


@dataclass(frozen=True)
class UpdateView:
    """One Friend and what those whom it referred did in a month.

    `persons` are those who went on, "" for whoever is not to be named. `counted` of them have completed a
    job in the year; `needed` make a brand ambassador. `unsubscribe` is the Friend's own link to the news.
    """

    name: str
    language: str
    year: int
    month: int
    persons: tuple[str, ...]
    counted: int
    needed: int
    unsubscribe: str


def render_referral_letter(kind: LetterKind, view: ReferralView) -> Letter:
    """Write the letter of a kind to one Friend, in its language; it holds no link."""
    words = catalogue(view.language)
    section, person = f"letters.{kind}", addressed(view.person)
    values: dict[str, object] = {"name": addressed(view.name) or words.say("letters.nobody")}
    lead = words.say(f"{section}.lead_named", person=person) if person else words.say(f"{section}.lead")
    lines = [lead, words.say(f"{section}.next")]
    if kind is LetterKind.REFERRAL_DECLINED:
        lines.append(words.say(f"{section}.more"))
    own = Block(BlockKind.NOTE, (words.say("letters.referrals.own"),))
    return rendered(
        Content(
            language=view.language,
            seal=SEALS.get(kind, SEAL),
            subject=words.say(f"{section}.subject", **values),
            preheader=words.say(f"{section}.preheader"),
            greeting=words.say("letters.greeting", **values),
            blocks=(*(Block(BlockKind.PARAGRAPH, (line,)) for line in lines), own),
            closing=words.say("letters.closing"),
            signature=words.say("letters.signature"),
            link="",
        )
    )


def render_referral_update(view: UpdateView) -> Letter:
    """Write the month's news to one Friend, in its language; both parts hold the link that ends them once."""
    words, figures = catalogue(view.language), figures_in(view.language, "")
    month = format_date(date(view.year, view.month, 1), "MMMM y", locale=figures.locale)
    values: dict[str, object] = {"name": addressed(view.name) or words.say("letters.nobody")}
    section = f"letters.{LetterKind.REFERRAL_UPDATE}"
    return rendered(
        Content(
            language=view.language,
            seal=f"{view.month:02d}.{view.year % 100:02d}",
            subject=words.say(f"{section}.subject", **values),
            preheader=words.say(f"{section}.preheader", month=month),
            greeting=words.say("letters.greeting", **values),
            blocks=tuple(_news(view, section, month)),
            closing=words.say("letters.closing"),
            signature=words.say("letters.signature"),
            link="",
            unsubscribe=view.unsubscribe,
            unsubscribe_words=words.say(f"{section}.unsubscribe"),
        )
    )


def _news(view: UpdateView, section: str, month: str) -> Iterator[Block]:
    words = catalogue(view.language)
    named = sorted(person for one in view.persons if (person := addressed(one)))
    items = [words.say(f"{section}.item_named", person=person) for person in named]
    unnamed = len(view.persons) - len(named)
    if unnamed:
        items.append(words.count(f"{section}.items", unnamed, count=unnamed))
    yield Block(BlockKind.PARAGRAPH, (words.say(f"{section}.lead", month=month),))
    yield Block(BlockKind.ITEMS, tuple(items))
    if view.counted >= view.needed:
        values = {"count": view.counted, "year": view.year}
        reached = words.count("referrals.reached", view.counted, **values)
        yield Block(BlockKind.PARAGRAPH, (f"{reached} {words.say('reasons.roles_rule')}",))
    elif view.counted:
        values = {"count": view.counted, "year": view.year, "needed": view.needed}
        yield Block(BlockKind.PARAGRAPH, (words.count("referrals.counted", view.counted, **values),))
    yield Block(BlockKind.NOTE, (words.say(f"{section}.rule"),))
