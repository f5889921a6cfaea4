"""The charts of the report, as shapes with their labels; templates draw them as inline SVG.

Across, everything is in percent of the width; down, in pixels. So a chart fits a phone and a wide
screen without script, and its letters keep their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from best_friends.domain.report import Bin, RegionRow
from best_friends.pages.scale import Scale, place_among_bins, shares
from best_friends.texts.figures import Figures

NARROWEST = 320
"""The width in pixels for which labels are thinned out."""
DIGIT = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled bar; `strong` bars are what the chart is about. A note is left out on narrow screens."""

    label: str
    value: str
    width: float
    strong: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A bin of the distribution. `split` is where, in percent, the part that reaches the cut-off begins."""

    x: float
    width: float
    height: float
    split: float
    value: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A word under the axis."""

    x: float
    anchor: str
    label: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """Columns, the words under them, and the cut-off's place, None when there is no single one."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    cutoff: float | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A region's share of the active Friends beside its share of the nominees."""

    region: str
    friends: Bar
    nominees: Bar


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a whole. Its label hangs below the bar, or stands above it, `row` lines away."""

    name: str
    label: str
    x: float
    width: float
    above: bool
    row: int

    @property
    def centre(self) -> float:
        """Where the label's line starts."""
        return self.x + self.width / 2


def bars(rows: Sequence[tuple[str, int]], figures: Figures, *, top: int, strong: str = "") -> tuple[Bar, ...]:
    """One bar per (label, count), on a scale that ends at `top`."""
    scale = Scale(top)
    return tuple(Bar(label, figures.integer(count), scale(count), label == strong) for label, count in rows)


def distribution(
    bins: Sequence[Bin], cutoff_cents: int | None, figures: Figures, *, height: float
) -> Distribution:
    """The revenue distribution: each bin equally wide, since the bins widen like the revenues do."""
    if not bins:
        return Distribution((), (), None)
    cutoff = None if cutoff_cents is None else place_among_bins(cutoff_cents, bins)
    width, tallest = 100 / len(bins), max(one.friends for one in bins)
    room = NARROWEST / len(bins)
    columns = []
    for index, one in enumerate(bins):
        x = index * width
        value = figures.integer(one.friends)
        shown = one.friends and (len(value) * DIGIT <= room or one.friends == tallest)
        columns.append(
            Column(
                x=round(x, 2),
                width=round(width, 2),
                height=round(one.friends / tallest * height, 1) if tallest else 0.0,
                split=100.0 if cutoff is None else round(min(max(cutoff, x), x + width), 2),
                value=value if shown else "",
            )
        )
    return Distribution(tuple(columns), _ticks(bins, figures), cutoff)


def _ticks(bins: Sequence[Bin], figures: Figures) -> tuple[Tick, ...]:
    edges = [one.from_cents for one in bins] + [bins[-1].to_cents]
    step = -(-len(bins) // 4)
    chosen = range(0, len(edges), step)
    return tuple(
        Tick(
            x=round(index / len(bins) * 100, 2),
            anchor="start" if index == 0 else "end" if index == len(bins) else "middle",
            label=figures.integer(edges[index] // 100),
        )
        for index in chosen
    )


def region_pairs(
    rows: Sequence[RegionRow], figures: Figures, *, at_least: int = 8, at_most: int = 14
) -> tuple[tuple[Pair, ...], int]:
    """Pairs for the regions with nominees and the largest ones, largest first, and how many are left out.

    The left out ones end the list as one pair of their own.
    """
    active, nominees = sum(row.active for row in rows), sum(row.nominees for row in rows)
    by_weight = sorted(rows, key=lambda row: (row.nominees > 0, row.nominees, row.active), reverse=True)
    with_nominees = sum(row.nominees > 0 for row in rows)
    kept = by_weight[: min(max(with_nominees, at_least), at_most)]
    kept += sorted(by_weight[len(kept) :], key=lambda row: -row.active)[: max(0, at_least - len(kept))]
    left = [row for row in rows if row not in kept]
    if len(left) == 1:  # "1 other region" takes the room of the region itself
        kept, left = [*kept, *left], []
    shown = [
        (row.region or "Region not known", row.active, row.nominees)
        for row in sorted(kept, key=lambda row: (-row.active, row.region))
    ]
    if left:
        name = f"{figures.integer(len(left))} other regions"
        shown.append((name, sum(row.active for row in left), sum(row.nominees for row in left)))
    widest = max((max(_share(one, active), _share(other, nominees)) for _, one, other in shown), default=0.0)
    return tuple(
        Pair(
            name,
            _share_bar("Friends", one, active, widest, figures),
            _share_bar("nominees", other, nominees, widest, figures),
        )
        for name, one, other in shown
    ), len(left)


def _share(count: int, total: int) -> float:
    return count / total * 100 if total else 0.0


def _share_bar(word: str, count: int, total: int, widest: float, figures: Figures) -> Bar:
    # A third of the width is left for the words at the bar's end.
    share = _share(count, total)
    width = round(share / widest * 58, 2) if widest else 0.0
    label = f"{share:.1f}% of {word}" if count else f"no {word}"
    return Bar(label, figures.integer(count), width, word == "nominees")


def stacked(rows: Sequence[tuple[str, str, int]], figures: Figures) -> tuple[Segment, ...]:
    """One bar of (name, label, count) parts with a label each that cannot meet another.

    Labels of the left half hang below and run to the right, the leftmost lowest; those of the right
    half stand above and run to the left, the rightmost highest. So no line crosses a word.
    """
    present = [row for row in rows if row[2]]
    x, drawn = 0.0, []
    for (name, label, count), width in zip(present, shares([row[2] for row in present]), strict=True):
        drawn.append((name, f"{label} {figures.integer(count)} ({width:.0f}%)", x, width))
        x += width
    below = [index for index, (*_, x, width) in enumerate(drawn) if x + width / 2 < 50]
    above = [index for index in range(len(drawn)) if index not in below]
    rows_of = {index: len(below) - place for place, index in enumerate(below)}
    rows_of |= {index: place + 1 for place, index in enumerate(above)}
    return tuple(
        Segment(name, label, round(x, 2), round(width, 2), index in above, rows_of[index])
        for index, (name, label, x, width) in enumerate(drawn)
    )
