"""The environment of `dispatch_job`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Whom to offer a job to, and the ways to the next wave and to send_notifications."""

    jobs_table: str
    friends_table: str
    waves_table: str
    programme_table: str
    archive_bucket: str
    jobs_queue: str
    notifications_queue: str
    wave_pace: int
