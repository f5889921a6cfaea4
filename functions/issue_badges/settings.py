"""The environment of `issue_badges`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Whose status runs, where badges are kept, and where letters are ordered."""

    badges_table: str
    invitations_table: str
    friends_table: str
    programme_table: str
    letters_queue: str
