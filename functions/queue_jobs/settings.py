"""The environment of `queue_jobs`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What is too old to be offered, and the way to dispatch_job."""

    programme_table: str
    jobs_queue: str
