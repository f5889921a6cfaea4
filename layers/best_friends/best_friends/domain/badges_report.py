"""What a report says of badges: the figures behind it, without any words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BadgesReport:
    """The badges of a year, and what came of trying one of them.

    `picture` is its SVG; `passed` counts the verifiers that were not ours and found its credential good,
    `ended` says whether the same credential failed once the badge was taken back. `seconds` is how long
    the signing took as whoever asked saw it, the start of the function included.
    """

    year: int
    issued: int
    picture: str = ""
    passed: int = 0
    ended: bool = False
    seconds: float = 0.0
