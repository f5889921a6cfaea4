"""The local demo's mailbox: the letters that would have gone out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from best_friends.pages.shell import TEMPLATES, style_of
from best_friends.texts.templates import environment


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """A line of the mailbox; `number` is the letter's place in its address `/mailbox/{number}`."""

    number: int
    to: str
    subject: str
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter as it was handed to the mail service; either part may be empty."""

    number: int
    sender: str
    to: str
    subject: str
    html: str
    text: str
    sent_at: datetime | None = None


def render_mailbox(messages: Sequence[MailboxRow]) -> str:
    """The list of letters, in the order given."""
    return _page("mailbox.html.j2", messages=messages)


def render_mail(message: Mail) -> str:
    """One letter: its headers, the HTML part in a frame without script, the text part."""
    # Links must leave the frame, as they leave a mail program.
    head, found, rest = message.html.partition("<head>")
    framed = f'{head}{found}<base target="_top">{rest}' if found else message.html
    return _page("mail.html.j2", message=message, framed=framed)


def _page(template: str, **values: object) -> str:
    style = Markup(style_of("desk"))  # noqa: S704 -- our own file
    return environment(TEMPLATES).get_template(template).render(style=style, **values)
