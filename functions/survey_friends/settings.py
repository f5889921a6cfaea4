"""The environment of `survey_friends`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What is joined, and where it goes."""

    friends_table: str
    stats_table: str
    engagements_table: str
    programme_table: str
    archive_bucket: str
