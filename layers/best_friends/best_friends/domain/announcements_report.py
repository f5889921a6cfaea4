"""What an announcement came to, for the report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnnouncementReport:
    """How many letters arrived: with the announcement, with its correction, and when it was taken back.

    `days_before` is how many days before its publication Best Friends had it.
    """

    days_before: int
    announced: int
    corrected: int
    taken_back: int
