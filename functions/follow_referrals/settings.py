"""The environment of `follow_referrals`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What is followed, what is kept true, and where letters are ordered."""

    referrals_table: str
    friends_table: str
    stats_table: str
    engagements_table: str
    trail_table: str
    programme_table: str
    letters_queue: str
