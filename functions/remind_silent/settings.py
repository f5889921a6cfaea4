"""The environment of `remind_silent`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Who is silent, and the way to send_letters."""

    archive_bucket: str
    invitations_table: str
    letters_queue: str
