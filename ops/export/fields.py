"""The kinds of cell an export has: each turns a cell's text into a value or says what it expected."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

LONGEST_ID = 100
LONGEST_TEXT = 200
LONGEST_RADIUS_KM = 20_000

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DECIMAL = re.compile(r"-?[0-9]{1,5}(\.[0-9]{1,30})?")
_AMOUNT = re.compile(r"(-?)([0-9]{1,13})(?:\.([0-9]+))?")
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def expected(what: str) -> PydanticCustomError:
    """The error of a cell; its message is what should have stood there."""
    return PydanticCustomError("expected", "{what}", {"what": what})


def _id(text: str) -> str:
    if not text or len(text) > LONGEST_ID or "#" in text or _CONTROL.search(text):
        raise expected(f"an id of 1 to {LONGEST_ID} characters without '#' or control characters")
    return text


def _text(text: str) -> str:
    # A name ends up in the header of a letter, where a line break would start another header.
    tidy = " ".join(text.split())
    if len(tidy) > LONGEST_TEXT or _CONTROL.search(tidy):
        raise expected(f"a text of at most {LONGEST_TEXT} characters without control characters")
    return tidy


def _name(text: str) -> str:
    tidy = _text(text)
    if not tidy:
        raise expected(f"a text of 1 to {LONGEST_TEXT} characters")
    return tidy


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise expected("an address with one @ and no whitespace")
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise expected("a language of two or three lower-case letters, such as de or de-CH")
    return text


def _decimal_within(low: float, high: float) -> Callable[[str], float]:
    def degrees(text: str) -> float:
        if not _DECIMAL.fullmatch(text) or not low <= float(text) <= high:
            raise expected(f"a decimal from {low:g} to {high:g}, such as 8.54")
        return float(text)

    return degrees


_latitude = _decimal_within(-90, 90)
_longitude = _decimal_within(-180, 180)


def _or_empty[T](parse: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda text: parse(text) if text else None


def radius_km(text: str) -> float:
    """A radius in kilometres, above 0."""
    if not _DECIMAL.fullmatch(text) or not 0 < float(text) <= LONGEST_RADIUS_KM:
        raise expected(f"a decimal above 0 and at most {LONGEST_RADIUS_KM} (km), such as 15")
    return float(text)


def _skills(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(skill for part in text.split(";") if (skill := _text(part))))


def _flag(text: str) -> bool:
    # Spreadsheets write TRUE and FALSE.
    if text.lower() not in ("true", "false"):
        raise expected("true or false")
    return text.lower() == "true"


def _day(text: str) -> date:
    # fromisoformat alone would take 20250131 and 2025-W05-5 as well.
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise expected("a date, such as 2025-01-31")


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    # The first and the last year cannot be moved to every other time zone.
    if instant is None or instant.tzinfo is None or not 1 < instant.year < 9999:
        raise expected("a time with an offset, such as 2025-01-31T17:45:00+01:00")
    return instant


def _cents(text: str) -> int:
    parts = _AMOUNT.fullmatch(text)
    if not parts:
        raise expected("a decimal with a point, such as 12.50")
    sign, whole, decimals = parts[1], parts[2], parts[3] or ""
    if len(decimals) > 2:
        raise expected("at most two decimals, such as 12.50")
    cents = int(whole) * 100 + int(decimals.ljust(2, "0"))
    if sign and cents:
        raise expected("an amount of 0 or more, such as 12.50")
    return cents


def _currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text):
        raise expected("a currency of three capitals (ISO 4217), such as CHF")
    return text


def _stars(text: str) -> int:
    if text not in ("1", "2", "3", "4", "5"):
        raise expected("an integer from 1 to 5")
    return int(text)


Id = Annotated[str, PlainValidator(_id)]
IdOrEmpty = Annotated[str, PlainValidator(lambda text: _id(text) if text else "")]
Text = Annotated[str, PlainValidator(_text)]
Name = Annotated[str, PlainValidator(_name)]
Email = Annotated[str, PlainValidator(_email)]
Language = Annotated[str, PlainValidator(_language)]
Latitude = Annotated[float, PlainValidator(_latitude)]
Longitude = Annotated[float, PlainValidator(_longitude)]
LatitudeOrEmpty = Annotated[float | None, PlainValidator(_or_empty(_latitude))]
LongitudeOrEmpty = Annotated[float | None, PlainValidator(_or_empty(_longitude))]
Radius = Annotated[float, PlainValidator(radius_km)]
Skills = Annotated[tuple[str, ...], PlainValidator(_skills)]
Flag = Annotated[bool, PlainValidator(_flag)]
FlagOrEmpty = Annotated[bool, PlainValidator(lambda text: _flag(text) if text else False)]
Day = Annotated[date, PlainValidator(_day)]
DayOrEmpty = Annotated[date | None, PlainValidator(_or_empty(_day))]
Instant = Annotated[datetime, PlainValidator(_instant)]
InstantOrEmpty = Annotated[datetime | None, PlainValidator(_or_empty(_instant))]
Cents = Annotated[int, PlainValidator(_cents)]
CentsOrEmpty = Annotated[int | None, PlainValidator(_or_empty(_cents))]
CurrencyOrEmpty = Annotated[str, PlainValidator(lambda text: _currency(text) if text else "")]
Stars = Annotated[int, PlainValidator(_stars)]
