"""Figures in the reader's own form, by the Unicode locale data that Babel carries.

Nothing is a float on the way: money is integer cents, an average two integers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

NBSP = "\u00a0"
HOME = {"de": "DE", "fr": "FR", "it": "IT", "en": "GB"}
"""The country whose forms a language takes when the currency says nothing else."""
TERRITORY_OF_CURRENCY = {"CHF": "CH"}


@dataclass(frozen=True)
class Figures:
    """Writes figures for one language and one currency (ISO 4217)."""

    language: str
    currency: str
    locale: Locale

    def money(self, cents: int, *, whole: bool = False) -> str:
        """An amount of integer cents; `.00` is left out, and with `whole` any cents, rounded down."""
        amount = Decimal(cents) / 100
        if whole or cents % 100 == 0:
            whole_amount = amount.to_integral_value(rounding=ROUND_DOWN)
            pattern = self.locale.currency_formats["standard"].pattern.replace(".00", "")
            return format_currency(
                whole_amount, self.currency, pattern, locale=self.locale, currency_digits=False
            )
        return self.exact(cents)

    def exact(self, cents: int) -> str:
        """An amount with its cents always, for columns in which many stand under each other."""
        return format_currency(Decimal(cents) / 100, self.currency, locale=self.locale)

    def average(self, stars: int, ratings: int) -> str:
        """stars / ratings with one or two decimals, rounded down: it never says more than is true.

        >>> figures_in("en", "CHF").average(67, 15)
        '4.46'
        """
        hundredths = stars * 100 // ratings if ratings else 0
        return format_decimal(Decimal(hundredths) / 100, "0.0#", locale=self.locale)

    def decimal(self, value: Decimal) -> str:
        """A decimal such as a threshold, with the places that it has."""
        return format_decimal(value, locale=self.locale, decimal_quantization=False)

    def percent(self, value: Decimal) -> str:
        """A percentage given in percent: 5 is five in a hundred."""
        return format_percent(value / 100, locale=self.locale, decimal_quantization=False)

    def integer(self, value: int) -> str:
        """A whole number, grouped."""
        return format_decimal(value, locale=self.locale)

    def weekday(self, day: date) -> str:
        """A day near at hand, by its weekday and without the year: Wednesday 4 March."""
        german = self.language == "de"
        name = format_date(day, "EEEE," if german else "EEEE", locale=self.locale)
        written = format_date(day, "d. MMMM" if german else "d MMMM", locale=self.locale)
        return f"{name} {self._held(written, day.day)}"

    def day(self, day: date) -> str:
        """The short form, for tables and lists in which many stand under each other."""
        return format_date(day, "medium", locale=self.locale).replace(" ", NBSP)

    def date(self, day: date) -> str:
        """The long form. Day and month never part at a line's end.

        Italian names the weekday: a bare date would need an article that changes with the number
        (`entro il 7`, `entro l'8`), a weekday needs none.
        """
        if self.language == "it":
            return format_date(day, f"EEEE d'{NBSP}'MMMM y", locale=self.locale)
        return self._held(format_date(day, "long", locale=self.locale), day.day)

    def clock(self, at: time) -> str:
        """A time of day; the word that goes with it (Uhr, ore) is the sentence's."""
        if self.language == "fr":
            return format_time(at, f"H'{NBSP}h{NBSP}'mm" if at.minute else f"H'{NBSP}h'", locale=self.locale)
        return format_time(at, "short", locale=self.locale)

    def duration(self, seconds: int) -> str:
        """A short time, in hours or minutes when it is several whole ones, else in seconds."""
        unit, size = "second", 1
        for larger, its_size in (("minute", 60), ("hour", 3600)):
            if seconds % its_size == 0 and seconds > its_size:
                unit, size = larger, its_size
        written = format_unit(seconds // size, f"duration-{unit}", "long", locale=self.locale)
        return written.replace(" ", NBSP)

    def km(self, value: Decimal) -> str:
        """A distance; number and unit never part."""
        return f"{self.decimal(value)}{NBSP}km"

    def listing(self, items: Sequence[str]) -> str:
        """Several things as one phrase: a, b and c."""
        return format_list(items, locale=self.locale)

    def _held(self, written: str, day_of_month: int) -> str:
        """A date whose day and month stay together."""
        if self.language == "fr" and day_of_month == 1:
            written = written.replace("1 ", "1er ", 1)  # the locale data lacks the French ordinal
        return written.replace(" ", NBSP, 1)


@lru_cache
def figures_in(language: str, currency: str) -> Figures:
    """The forms for a language: Switzerland's when money is francs, else the language's own country's."""
    territory = TERRITORY_OF_CURRENCY.get(currency, HOME[language])
    return Figures(language, currency, Locale(language, territory))
