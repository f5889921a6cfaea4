"""The environment of `show_event`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What the page shows and what it takes."""

    events_table: str
    registrations_table: str
    links_table: str
    friends_table: str
    invitations_table: str
    programme_table: str
    letters_queue: str
