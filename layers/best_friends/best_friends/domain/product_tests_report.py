"""What a product test came to, for the report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProductTestReport:
    """A test's figures: how many were invited in each wave, and what they answered.

    `too_late` counts those who said yes when all places were gone, `invited_when_full` whoever was still
    invited then, which must be nobody.
    """

    places: int
    taken: int
    best_friends: int
    others: int
    declined: int
    too_late: int
    invited_when_full: int
