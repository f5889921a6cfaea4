"""The catalogues: one TOML file per language, nested tables of sentences with {placeholders}.

Sentences are plain text. Templates escape whatever they show, a Friend's name with `<b>` included.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale

FOLDER = Path(__file__).parent


class MissingTextError(KeyError):
    """A sentence or a value for one of its placeholders is missing."""


@dataclass(frozen=True)
class Catalogue:
    """The sentences of one language, by dotted key such as `letters.invitation.subject`."""

    language: str
    sentences: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The sentence as plain text, its placeholders filled.

        Raises:
            MissingTextError: when there is no such sentence, or a placeholder has no value.
        """
        try:
            sentence = self.sentences[key]
        except KeyError:
            raise MissingTextError(f"{self.language}: no sentence {key!r}") from None
        try:
            return sentence.format(**values)
        except KeyError as missing:
            raise MissingTextError(f"{key}: no value for the placeholder {missing}") from None

    def count(self, key: str, number: int, **values: object) -> str:
        """The form of a sentence that goes with a number: its `one` or its `other`.

        The number chooses the form only; what is shown of it is one of the values.

        Raises:
            MissingTextError: as `say`.
        """
        form = Locale(self.language).plural_form(number)
        return self.say(f"{key}.{form if f'{key}.{form}' in self.sentences else 'other'}", **values)


@lru_cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of one of the programme's languages, read once.

    Raises:
        MissingTextError: when there is none for this language.
    """
    path = FOLDER / f"{language}.toml"
    if not language.isalpha() or not path.is_file():
        raise MissingTextError(f"no catalogue for the language {language!r}")
    return Catalogue(language, dict(_flat(tomllib.loads(path.read_text("utf-8")))))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield f"{prefix}{name}", value
        else:
            yield from _flat(value, f"{prefix}{name}.")
