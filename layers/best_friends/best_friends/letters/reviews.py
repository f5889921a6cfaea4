"""What a Friend hears after "please check this": that it has arrived, a first reply, the decision."""

from collections.abc import Iterator
from dataclasses import dataclass

from best_friends.domain.letter import LetterKind
from best_friends.domain.requests import Request, ReviewResult, ReviewWish
from best_friends.letters.compose import Block, BlockKind, Content, addressed
from best_friends.letters.render import Letter, rendered
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in


@dataclass(frozen=True)
class ReviewView:
    """One Friend and its case: a request with a `ReviewWish`."""

    name: str
    language: str
    case: Request


def render_review_letter(kind: LetterKind, view: ReviewView) -> Letter:
    """Write the letter of a kind to one Friend, in its language; it holds no link.

    What the Friend and the people who checked wrote is quoted as they wrote it.

    Raises:
        ValueError: when the request is no case, or nothing was replied or decided yet.
    """
    words, figures = catalogue(view.language), figures_in(view.language, "")
    asked = view.case.asked
    if not isinstance(asked, ReviewWish):
        raise ValueError(f"{view.case.request_id} is no case")
    values: dict[str, object] = {
        "name": addressed(view.name) or words.say("letters.nobody"),
        "year": asked.year,
        "reply_by": figures.date(asked.reply_by),
        "decide_by": figures.date(asked.decide_by),
    }
    return rendered(
        Content(
            language=view.language,
            seal=str(asked.year),
            subject=words.say(f"letters.{kind}.subject", **values),
            preheader=words.say(f"letters.{kind}.preheader", **values),
            greeting=words.say("letters.greeting", **values),
            blocks=tuple(_blocks(kind, view, values)),
            closing=words.say("letters.closing"),
            signature=words.say("letters.signature"),
            link="",
        )
    )


def _blocks(kind: LetterKind, view: ReviewView, values: dict[str, object]) -> Iterator[Block]:
    words, case = catalogue(view.language), view.case
    yield Block(BlockKind.PARAGRAPH, (words.say(f"letters.{kind}.lead", **values),))
    if kind is LetterKind.REVIEW_DECIDED:
        yield from _came_of_it(view, values)
    elif kind is LetterKind.REVIEW_REPLIED:
        if case.reply is None:
            raise ValueError(f"nobody has replied to {case.request_id} yet")
        yield Block(BlockKind.QUOTE, (addressed(case.reply.words),))
    else:
        yield Block(BlockKind.QUOTE, (addressed(case.words),))
    yield Block(BlockKind.PARAGRAPH, (words.say(f"letters.{kind}.next", **values),))


def _came_of_it(view: ReviewView, values: dict[str, object]) -> Iterator[Block]:
    words, decision = catalogue(view.language), view.case.decision
    if decision is None or not isinstance(decision.granted, ReviewResult):
        raise ValueError(f"{view.case.request_id} is not decided yet")
    righted = [f"righted.{one}" for one in decision.granted.righted]
    for what in righted or ["stands"]:
        yield Block(BlockKind.PARAGRAPH, (words.say(f"letters.review_decided.{what}", **values),))
    yield Block(BlockKind.PARAGRAPH, (words.say("letters.requests.reason"),))
    yield Block(BlockKind.QUOTE, (addressed(decision.why),))
