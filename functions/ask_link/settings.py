"""The environment of `ask_link`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Who is known by which address, and where letters are ordered."""

    friends_table: str
    letters_queue: str
    programme_table: str
