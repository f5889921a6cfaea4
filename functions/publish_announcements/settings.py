"""The environment of `publish_announcements`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What is announced, who has it already, whom it concerns, and where letters are ordered."""

    announcements_table: str
    letters_table: str
    friends_table: str
    invitations_table: str
    programme_table: str
    letters_queue: str
