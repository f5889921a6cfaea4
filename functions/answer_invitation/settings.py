"""The environment of `answer_invitation`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What the page shows and where the answer goes."""

    friends_table: str
    programme_table: str
    invitations_table: str
    links_table: str
    letters_queue: str
