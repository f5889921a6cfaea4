"""What a report says of a referral that was played: the figures behind it, without any words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReferralsReport:
    """One Friend referred one person, who joined and completed a job; and itself, which was declined.

    `thanks_seconds` lie between the recording and the mail service, `result_seconds` between the completed
    job and the letter about it; None where no letter came in time. `letters` are the subjects, in order.
    """

    recorded: int
    declined: int
    thanks_seconds: float | None
    joined_seconds: float | None
    result_seconds: float | None
    letters: tuple[str, ...]
