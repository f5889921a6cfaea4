"""The environment of `send_notifications`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Whom to notify of what, by whom, and where the links lead."""

    friends_table: str
    jobs_table: str
    programme_table: str
    letters_table: str
    links_table: str
    sender: str
    configuration_set: str
    pages_url: str
