"""Where things go on a chart: percentages along its width, so that the text keeps its size."""

from collections.abc import Sequence
from dataclasses import dataclass

from best_friends.domain.report import Bin


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps 0..`top` to 0..`room` percent of a chart's width. An empty scale draws nothing."""

    top: float
    room: float = 100.0

    def __call__(self, value: float) -> float:
        """The length of a value; whatever is more than nothing stays visible."""
        if self.top <= 0 or value <= 0:
            return 0.0
        return max(round(value / self.top * self.room, 2), 0.5)


def place_among_bins(cents: int, bins: Sequence[Bin]) -> float:
    """Where an amount stands, in percent, when every bin is drawn equally wide."""
    if cents < bins[0].from_cents:
        return 0.0
    width = 100 / len(bins)
    for index, one in enumerate(bins):
        if cents < one.to_cents:
            within = (cents - one.from_cents) / (one.to_cents - one.from_cents)
            return round((index + within) * width, 2)
    return 100.0


def shares(counts: Sequence[int]) -> tuple[float, ...]:
    """Each count's part of their sum, in percent; all nothing when there is nothing."""
    total = sum(counts)
    return tuple(count / total * 100 if total else 0.0 for count in counts)
