"""A verdict with what it rests on, as two of them are compared."""

from dataclasses import dataclass

from best_friends.domain.qualification import Figures, Verdict

BY_FIGURES = ("active", "rating_average", "ratings", "revenue")
"""What the figures are held against, by the names that an archived verdict gives them."""

ENGAGEMENT = "engagement"
CRITERIA = (*BY_FIGURES, ENGAGEMENT)
"""What a verdict is made of."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A Friend's figures, the verdict on them, and the cut-off that they were held against."""

    figures: Figures
    verdict: Verdict
    cutoff_cents: int | None

    @property
    def met(self) -> dict[str, bool]:
        """Each criterion by name, and whether it was met."""
        missed = self.verdict.missed
        return {name: name not in missed for name in CRITERIA} | {ENGAGEMENT: bool(self.figures.roles)}
