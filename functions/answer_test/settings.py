"""The environment of `answer_test`, as template.yaml gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Whose answer it is, to which test, and where the letter that follows is ordered."""

    links_table: str
    friends_table: str
    product_tests_table: str
    testers_table: str
    programme_table: str
    letters_queue: str
