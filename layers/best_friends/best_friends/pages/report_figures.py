"""Figures as the report writes them, in charts as in sentences: portions, rates, distances, times."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from babel.numbers import format_decimal

from best_friends.domain.dispatch_report import Share
from best_friends.texts.figures import NBSP, Figures

LONG = 300
"""From so many seconds on, people think in minutes."""


def fixed(value: Decimal, places: int, figures: Figures) -> str:
    """A number with so many places, also when they are zeros: in a column they line up."""
    pattern = f"#,##0.{'0' * places}" if places else "#,##0"
    return format_decimal(value, pattern, locale=figures.locale)


def portion(part: int, whole: int, figures: Figures) -> str:
    """A part in whole percent; what is neither nothing nor all never reads like it."""
    percent = round(Decimal(part) * 100 / whole) if whole else 0
    if percent == 0 and part:
        return f"under {figures.percent(Decimal(1))}"
    if percent == 100 and part < whole:
        return f"over {figures.percent(Decimal(99))}"
    return figures.percent(Decimal(percent))


def rate_of(share: Share) -> float:
    """Notifications per Friend; 0 when there is no Friend."""
    return share.notifications / share.friends if share.friends else 0.0


def rate_text(rate: float, figures: Figures) -> str:
    """A rate with two places; from ten on one says enough."""
    return fixed(Decimal(rate), 2 if rate < 10 else 1, figures)


def per_friend(share: Share, figures: Figures) -> str:
    """Notifications per Friend, as a figure."""
    return rate_text(rate_of(share), figures)


def band(begin: float, end: float, figures: Figures) -> str:
    """A band of distance in km: `Under 2 km`, `2 to 5 km`, `50 km or more`."""
    first = Decimal(str(begin))
    if end == float("inf"):
        return f"{figures.km(first)} or more" if begin else "Any distance"
    last = figures.km(Decimal(str(end)))
    return f"{figures.decimal(first)} to {last}" if begin else f"Under {last}"


def within(times: Sequence[float], percent: int, figures: Figures) -> str:
    """The time in which so many percent of the sorted times lie, rounded up: `2.1 s`, `302 s (5 min)`."""
    seconds = Decimal(str(times[-(-len(times) * percent // 100) - 1]))
    places = 1 if seconds < 10 else 0
    rounded = seconds.quantize(Decimal(1).scaleb(-places), ROUND_CEILING)
    written = f"{fixed(rounded, places, figures)}{NBSP}s"
    if seconds < LONG:
        return written
    if seconds < 7200:
        return f"{written} ({fixed(seconds / 60, 0, figures)}{NBSP}min)"
    return f"{written} ({fixed(seconds / 3600, 1, figures)}{NBSP}h)"
