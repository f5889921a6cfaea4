"""What a section of the report is made of."""

from dataclasses import dataclass

from best_friends.pages.charts import Bar


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure that stands on its own, and what it is."""

    value: str
    caption: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A named line across a chart, `x` percent from its left."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars under a title that is read aloud, the sentence that says what they show, perhaps a mark."""

    name: str
    title: str
    sentence: str
    bars: tuple[Bar, ...]
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head, the first cell of each its name; `folded` are the words that open it, if any."""

    label: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and what stands below it."""

    heading: str
    sentences: tuple[str, ...] = ()
    charts: tuple[BarChart, ...] = ()
    table: Table | None = None
