"""The environment of `refresh_cutoffs`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What is surveyed, and where letters are ordered."""

    friends_table: str
    stats_table: str
    engagements_table: str
    programme_table: str
    invitations_table: str
    letters_queue: str
