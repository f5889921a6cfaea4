"""The letter of the last quarter: to those who are near, and to Best Friends who would lose the status."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from best_friends.domain.standing import Notice, YearStanding
from best_friends.letters.compose import Block, BlockKind, Content, addressed
from best_friends.letters.render import Letter, rendered
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import Figures, figures_in
from best_friends.texts.reasons import rule_in_words


@dataclass(frozen=True)
class NoticeView:
    """One Friend and its standing in the running year.

    `page` is where it can ask for its link to the standing; `unsubscribe` is its own link to the page of
    news, which the letter names at its end. `zone` is the programme's: days are told in it.
    """

    name: str
    language: str
    notice: Notice
    standing: YearStanding
    page: str
    unsubscribe: str
    zone: tzinfo = UTC


def render_notice(view: NoticeView) -> Letter:
    """Write the letter in the Friend's language.

    Both parts hold each of the two links exactly once.
    """
    words, section = catalogue(view.language), f"letters.early_notice.{view.notice}"
    year = view.standing.year
    name = addressed(view.name) or words.say("letters.nobody")
    return rendered(
        Content(
            language=view.language,
            seal=str(year),
            subject=words.say(f"{section}.subject", name=name, year=year),
            preheader=words.say(f"{section}.preheader"),
            greeting=words.say("letters.greeting", name=name),
            blocks=tuple(_blocks(view, section)),
            closing=words.say("letters.closing"),
            signature=words.say("letters.signature"),
            link=view.page,
            unsubscribe=view.unsubscribe,
            unsubscribe_words=words.say("letters.early_notice.unsubscribe"),
        )
    )


def _blocks(view: NoticeView, section: str) -> Iterator[Block]:
    words, standing = catalogue(view.language), view.standing
    figures = figures_in(view.language, standing.currency)
    last_day = figures.date(date(standing.year, 12, 31))

    def own(key: str, **values: object) -> str:
        return words.say(f"letters.early_notice.{key}", **values)

    yield Block(BlockKind.PARAGRAPH, (words.say(f"{section}.lead", year=standing.year),))
    yield Block(BlockKind.HEADING, (own("heading"),))
    yield Block(BlockKind.ITEMS, (_average(view, figures), _ratings(view, figures), _revenue(view, figures)))
    if standing.as_of:
        yield Block(
            BlockKind.NOTE, (own("as_of", date=figures.date(standing.as_of.astimezone(view.zone).date())),)
        )
    yield Block(BlockKind.PARAGRAPH, (rule_in_words(view.language, standing.currency, standing.rule),))
    yield Block(BlockKind.PARAGRAPH, (own("until", last_day=last_day),))
    if standing.rule.engagement_roles:
        yield Block(BlockKind.PARAGRAPH, (own("roles", year=standing.year),))
    yield Block(BlockKind.BUTTON, (own("button"),))
    yield Block(BlockKind.NOTE, (own("page"),))


def _average(view: NoticeView, figures: Figures) -> str:
    words, standing = catalogue(view.language), view.standing
    own, lacks = standing.figures, standing.missing.five_stars
    values: dict[str, object] = {
        "label": words.say("letters.early_notice.average"),
        "average": figures.average(own.stars, own.ratings),
        "minimum": figures.decimal(standing.rule.rating_average_min),
    }
    if not own.ratings:
        return words.say("letters.early_notice.average_none", **values)
    if lacks is None:
        return words.say("letters.early_notice.average_far", **values)
    if not lacks:
        return words.say("letters.early_notice.average_met", **values)
    return words.count("letters.early_notice.average_missed", lacks, more=figures.integer(lacks), **values)


def _ratings(view: NoticeView, figures: Figures) -> str:
    words, standing = catalogue(view.language), view.standing
    rule, lacks = standing.rule, standing.missing.ratings
    values: dict[str, object] = {
        "label": words.say(f"letters.early_notice.ratings.{rule.ratings_window}", year=standing.year),
        "ratings": figures.integer(standing.figures.ratings),
        "minimum": figures.integer(rule.ratings_min),
    }
    if not lacks:
        return words.say("letters.early_notice.ratings.met", **values)
    return words.count("letters.early_notice.ratings.missed", lacks, more=figures.integer(lacks), **values)


def _revenue(view: NoticeView, figures: Figures) -> str:
    words, standing = catalogue(view.language), view.standing
    lacks, cutoff = standing.missing.cents, standing.cutoff
    window = standing.rule.revenue_window
    values: dict[str, object] = {
        "label": words.say(f"letters.early_notice.revenue.{window}", year=standing.year),
        "revenue": figures.money(standing.figures.cents),
    }
    if standing.verdict.revenue_met:
        return words.say("letters.early_notice.revenue_met", **values)
    if cutoff.withheld:
        return words.say("letters.early_notice.revenue_withheld", **values)
    if cutoff.cents is None or lacks is None:
        return words.say("letters.early_notice.revenue_unknown", **values)
    values |= {"cutoff": figures.money(cutoff.cents), "missing": figures.money(lacks)}
    return words.say("letters.early_notice.revenue_missed", **values)
