"""The environment of `show_referrals`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What the page shows and what it takes."""

    links_table: str
    friends_table: str
    programme_table: str
    referrals_table: str
