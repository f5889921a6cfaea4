"""The environment of `order_events`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """The events, who registered, who holds the status, and where letters are ordered."""

    events_table: str
    registrations_table: str
    friends_table: str
    invitations_table: str
    programme_table: str
    letters_queue: str
