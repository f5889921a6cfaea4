"""The environment of `show_badge`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What the page shows; `public_url` is empty where the pages have the API's own address."""

    badges_table: str
    invitations_table: str
    friends_table: str
    programme_table: str
    badge_key: str
    public_url: str
