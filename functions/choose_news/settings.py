"""The environment of `choose_news`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Whose choice it is, and where it is kept."""

    links_table: str
    friends_table: str
    choices_table: str
    programme_table: str
