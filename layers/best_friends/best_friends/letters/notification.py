"""The letter that offers a job: what it is, roughly where, and the link to accept it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from best_friends.domain.place import Direction
from best_friends.letters.compose import Block, BlockKind, Content, addressed
from best_friends.letters.render import Letter, rendered
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in
from best_friends.texts.jobs import skill_name, whereabouts


@dataclass(frozen=True)
class NotificationView:
    """One Friend, one job. `language` is one of the catalogues, `skill` the marketplace's id.

    `distance_km` and `direction` are those from the Friend's area with the label `area` (or empty, or
    "home") to the job. `open_until` is aware and in the programme's time zone.
    """

    name: str
    language: str
    skill: str
    distance_km: float
    direction: Direction
    area: str
    link: str
    open_until: datetime


def render_notification(view: NotificationView) -> Letter:
    """Write the letter that offers a job to one Friend, in its language.

    Both parts hold the link exactly once. Neither holds the customer's address or the job's coordinates:
    they are told to whoever gets the job, by the marketplace.
    """
    words = catalogue(view.language)
    skill = addressed(skill_name(view.language, view.skill))
    where = whereabouts(view.language, view.distance_km, view.direction, addressed(view.area))
    return rendered(
        Content(
            language=view.language,
            seal=where.short,
            subject=words.say("letters.notification.subject", skill=skill, distance=where.distance),
            preheader=words.say("letters.notification.preheader"),
            greeting=words.say("letters.greeting", name=addressed(view.name) or words.say("letters.nobody")),
            blocks=tuple(_blocks(view, skill, where.phrase)),
            closing=words.say("letters.closing"),
            signature=words.say("letters.signature"),
            link=view.link,
        )
    )


def _blocks(view: NotificationView, skill: str, where: str) -> Iterator[Block]:
    words, figures = catalogue(view.language), figures_in(view.language, "")
    day, time = figures.weekday(view.open_until.date()), figures.clock(view.open_until.time())
    yield Block(BlockKind.PARAGRAPH, (words.say("letters.notification.lead"),))
    yield Block(
        BlockKind.ITEMS,
        (
            words.say("letters.notification.what", skill=skill),
            words.say("letters.notification.where", where=where),
            words.say("letters.notification.until", day=day, time=time),
        ),
    )
    yield Block(BlockKind.PARAGRAPH, (words.say("letters.notification.first"),))
    yield Block(BlockKind.BUTTON, (words.say("letters.notification.button"),))
    yield Block(BlockKind.NOTE, (words.say("letters.invitation.private"),))
