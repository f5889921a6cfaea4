"""The environment of `update_referrers`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What is looked at again, what is kept true, and where letters are ordered."""

    referrals_table: str
    friends_table: str
    stats_table: str
    engagements_table: str
    trail_table: str
    programme_table: str
    letters_queue: str
