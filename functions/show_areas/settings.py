"""The environment of `show_areas`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What the page shows and what it takes."""

    links_table: str
    friends_table: str
    programme_table: str
    requests_table: str
