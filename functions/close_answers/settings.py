"""The environment of `close_answers`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Whose answers are closed."""

    archive_bucket: str
    invitations_table: str
    letters_queue: str
