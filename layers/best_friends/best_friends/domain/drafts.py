"""Product tests and announcements as operators write them, in up to four languages, before they are added."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from best_friends.domain.announcements import AnnouncementWords
from best_friends.domain.policy import LANGUAGES
from best_friends.domain.product_tests import ProductTestWords
from best_friends.domain.requests import one_line

IDENTIFIER = re.compile(r"[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?")
SHOWN = 60
"""So many characters of a value that cannot be are quoted."""
DAY = "expected a date such as 2027-03-20"
MOMENT = "expected a day and a time such as 2027-03-01T09:00:00"
EXPECTED = {
    "greater_than_equal": "expected {ge} or more",
    "less_than_equal": "expected {le} or less",
    "int_type": "expected a whole number without quotes",
    "too_short": "expected at least one {things}",
    "too_long": "expected {max_length} {things}s at most",
    "string_too_short": "is empty; write what people are to read",
    "string_too_long": "expected {max_length} characters at most",
    "string_type": "expected text in quotes",
    "tuple_type": "expected a list of {things}s in brackets",
    "model_type": "expected a table [{last}]",
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
}
"""What is said of a value, by the library's name of its fault."""
Line = Annotated[str, Field(min_length=1, max_length=120)]
Paragraph = Annotated[str, Field(min_length=1, max_length=2000)]
Paragraphs = Annotated[tuple[Paragraph, ...], Field(min_length=1, max_length=12)]


class DraftError(ValueError):
    """The draft cannot be used; `faults` holds (key, sentence) for each reason."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{key}: {sentence}" for key, sentence in faults))


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="after")
    @classmethod
    def _without_what_cannot_be_seen(cls, value: Any) -> Any:
        """Texts reach mail headers and terminals, so control characters go."""
        if isinstance(value, str):
            value = one_line(value)
        elif isinstance(value, tuple) and all(isinstance(one, str) for one in value):
            value = tuple(one_line(one) for one in value)
        if value == "" or (isinstance(value, tuple) and "" in value):
            raise ValueError("is empty; write what people are to read")
        return value


class _TestPart(_Part):
    title: Line
    text: Paragraphs
    next: Paragraph


class _AnnouncementPart(_Part):
    subject: Line
    text: Paragraphs
    corrected: Paragraph | None = None


class _Draft(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str

    @field_validator("id")
    @classmethod
    def _id(cls, value: str) -> str:
        if not IDENTIFIER.fullmatch(value):
            raise ValueError("an id has 1 to 60 characters: small letters, digits and hyphens in between")
        return value

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read an operator's TOML.

        Raises:
            DraftError: naming every unknown key and every impossible value, or the line that is no TOML.
        """
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise DraftError([("", f"this is not TOML: {error}")]) from None
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            faults = [_fault(cls, dict(one)) for one in error.errors(include_url=False)]
            raise DraftError(faults) from None

    @model_validator(mode="after")
    def _some_language(self) -> Self:
        if not any(getattr(self, one) for one in LANGUAGES):
            raise ValueError(f"there is no text; write a table for at least one of {', '.join(LANGUAGES)}")
        return self


class ProductTestDraft(_Draft):
    """A product test: `starts_at` and `answer_by` are local, without an offset; without `starts_at` it
    starts at once."""

    places: Annotated[int, Field(ge=1, le=10_000, strict=True)]
    answer_by: date
    starts_at: datetime | None = None
    skills: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = ()
    de: _TestPart | None = None
    fr: _TestPart | None = None
    it: _TestPart | None = None
    en: _TestPart | None = None

    @field_validator("starts_at")
    @classmethod
    def _local(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError("is told in the programme's time zone; leave the offset away")
        return value

    @field_validator("skills")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) < len(value):
            raise ValueError("names a skill twice; name each once")
        return value

    @property
    def words(self) -> Mapping[str, ProductTestWords]:
        """The texts by language."""
        parts: dict[str, _TestPart | None] = {one: getattr(self, one) for one in LANGUAGES}
        return {
            one: ProductTestWords(part.title, part.text, part.next) for one, part in parts.items() if part
        }


class AnnouncementDraft(_Draft):
    """An announcement; in a correction each language also says what is `corrected`."""

    publish_on: date
    de: _AnnouncementPart | None = None
    fr: _AnnouncementPart | None = None
    it: _AnnouncementPart | None = None
    en: _AnnouncementPart | None = None

    @property
    def _parts(self) -> dict[str, _AnnouncementPart]:
        parts: dict[str, _AnnouncementPart | None] = {one: getattr(self, one) for one in LANGUAGES}
        return {one: part for one, part in parts.items() if part}

    @property
    def words(self) -> Mapping[str, AnnouncementWords]:
        """The texts by language."""
        return {one: AnnouncementWords(part.subject, part.text) for one, part in self._parts.items()}

    @property
    def corrected(self) -> Mapping[str, str]:
        """What is corrected, by language."""
        return {one: part.corrected for one, part in self._parts.items() if part.corrected}

    def as_first(self) -> Self:
        """The draft as a first edition.

        Raises:
            DraftError: when it says that something is corrected.
        """
        faults = [(f"{one}.corrected", "belongs into a correction; leave it out") for one in self.corrected]
        return self._or(faults)

    def as_correction(self, announcement_id: str) -> Self:
        """The draft as a correction of an announcement.

        Raises:
            DraftError: when it is about another one, or a language does not say what is corrected.
        """
        faults = [
            (f"{one}.corrected", f"is missing; say in [{one}] what was corrected, the letter quotes it")
            for one in self._parts
            if one not in self.corrected
        ]
        if self.id != announcement_id:
            faults.append(("id", f"is {self.id!r}; a correction of {announcement_id} keeps its id"))
        return self._or(faults)

    def _or(self, faults: list[tuple[str, str]]) -> Self:
        if faults:
            raise DraftError(faults)
        return self


def _fault(draft: type[BaseModel], error: dict[str, Any]) -> tuple[str, str]:
    path = [str(part) for part in error["loc"]]
    key = ".".join(path)
    if error["type"] == "missing":
        return key, "is missing; write it"
    if error["type"] == "extra_forbidden":
        fields = draft.model_fields
        if len(path) > 1:
            part = _TestPart if draft is ProductTestDraft else _AnnouncementPart
            fields = part.model_fields
        return key, f"unknown key; known here: {', '.join(fields)}"
    said = _expected(path, error) or str(error["msg"]).removeprefix("Value error, ")
    return key, said if not path else f"{said} (found {_shown(error.get('input'))})"


def _expected(path: list[str], error: dict[str, Any]) -> str:
    """What the library says of a value, in words that operators read; "" when it is said already."""
    things = "skill" if path[-1:] == ["skills"] else "paragraph"
    pattern = EXPECTED.get(str(error["type"]), "")
    return pattern.format(**error.get("ctx", {}), things=things, last=path[-1] if path else "")


def _shown(value: object) -> str:
    """A value about as the file has it, cut where it is long."""
    if isinstance(value, date):
        return value.isoformat()
    shown = repr(value)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]} …"
