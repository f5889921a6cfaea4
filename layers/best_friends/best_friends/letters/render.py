"""A letter's two parts: HTML for the mailbox, text that reads as well."""

import hashlib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from best_friends.domain.letter import LetterKind
from best_friends.letters.compose import Block, BlockKind, Content, compose
from best_friends.letters.view import LetterView
from best_friends.texts.catalogue import FOLDER as CATALOGUES
from best_friends.texts.templates import environment

TEMPLATES = Path(__file__).parent / "templates"
COLUMNS = 72


@dataclass(frozen=True)
class Letter:
    """A letter ready to be sent."""

    subject: str
    html: str
    text: str
    language: str


def render(kind: LetterKind, view: LetterView) -> Letter:
    """Write a letter of a kind for one Friend, in its language.

    Both parts hold the link exactly once (a welcome none) and no other address.
    """
    return rendered(compose(kind, view))


def rendered(content: Content) -> Letter:
    """Both parts of a letter."""
    html = environment(TEMPLATES).get_template("letter.html.j2").render(letter=content)
    return Letter(content.subject, html, _text(content), content.language)


def _version() -> str:
    digest = hashlib.sha256()
    here = Path(__file__).parent
    code = sorted(here.glob("*.py"))
    for path in (*sorted(CATALOGUES.glob("*.toml")), *sorted(TEMPLATES.glob("*")), *code):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _text(content: Content) -> str:
    parts = [content.greeting]
    for block in content.blocks:
        parts.extend(_plain(block, content.link))
    parts.append(f"{content.closing}\n{content.signature}")
    if content.unsubscribe:
        parts.append(f"{_wrapped(content.unsubscribe_words)}\n{content.unsubscribe}")
    return "\n\n".join(parts) + "\n"


def _plain(block: Block, link: str) -> Iterator[str]:
    match block.kind:
        case BlockKind.HEADING:
            yield block.lines[0].upper()
        case BlockKind.ITEMS:
            yield "\n".join(_wrapped(line, first="- ", rest="  ") for line in block.lines)
        case BlockKind.BUTTON:
            # The address stands on a line of its own: mail programs then turn all of it into a link.
            yield f"{block.lines[0]}\n{link}"
        case BlockKind.QUOTE:
            yield _wrapped(block.lines[0], first="> ", rest="> ")
        case _:
            yield _wrapped(block.lines[0])


def _wrapped(line: str, *, first: str = "", rest: str = "") -> str:
    return textwrap.fill(
        line,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


TEMPLATE_VERSION = _version()
"""Recorded with every letter sent: a digest that changes whenever a sentence or the form does."""
