"""Open a year: freeze the policy and the calendar, once."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from best_friends.application.errors import Conflict
from best_friends.application.ports import Clock, Programme
from best_friends.application.run import Runs
from best_friends.domain.calendar import Pace, calendar_of, has_ended
from best_friends.domain.policy import Policy
from best_friends.domain.programme import Run, YearRecord, YearState, differences


@dataclass(frozen=True, slots=True)
class Start:
    """What a run is started with.

    `year` None means the year that had just ended when the schedule fired. `policy` None means the
    one in force. `opened_on` and `pace` belong to rehearsals. `resume` lets a run go on that failed.
    `against` names the what-if that another one is held against, "" for the year as it was run;
    `only_what_if` says that whoever runs this may open nothing else.
    """

    execution: str
    year: int | None = None
    scheduled_at: datetime | None = None
    policy: dict[str, Any] | None = None
    opened_on: date | None = None
    pace: Pace | None = None
    resume: bool = False
    what_if: str = ""
    against: str = ""
    only_what_if: bool = False


class Opening(StrEnum):
    """What became of a start."""

    OPENED = "opened"
    ALREADY_OPEN = "already_open"
    NOT_ENDED = "not_ended"
    OTHER_TIME_ZONE = "other_time_zone"
    UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Opened:
    """The outcome, with one sentence for whoever started it."""

    outcome: Opening
    run: Run
    message: str
    against: str = ""


@dataclass(frozen=True, slots=True)
class OpenYear:
    """The first step of the annual machine."""

    programme: Programme
    runs: Runs
    clock: Clock

    def __call__(self, start: Start) -> Opened:
        """Open the year, or say why nothing was changed.

        Raises:
            PolicyError: when the policy that was given cannot be used.
        """
        settings = self.programme.settings()
        policy = Policy.of(start.policy) if start.policy is not None else settings.policy
        now = self.clock()
        today = start.opened_on or now.astimezone(policy.programme.zone).date()
        fired = (start.scheduled_at or now).astimezone(policy.programme.zone).date()
        run = Run(start.year if start.year is not None else fired.year - 1, start.what_if)
        if start.only_what_if and not run.what_if:
            return Opened(Opening.UNNAMED, run, "A what-if needs a name; nothing was opened.")
        if not has_ended(run.year, today):
            return Opened(
                Opening.NOT_ENDED, run, f"The year {run.year} can be opened from 1 January {run.year + 1}."
            )
        if policy.programme.timezone != settings.policy.programme.timezone:
            dated = settings.policy.programme.timezone
            return Opened(
                Opening.OTHER_TIME_ZONE,
                run,
                f"The ledger is dated in {dated}; so is a year.",
            )
        record = YearRecord(
            run=run,
            state=YearState.OPEN,
            policy=policy,
            currency=settings.currency,
            calendar=calendar_of(today, policy.invitation),
            opened_at=now,
            opened_by=start.execution,
            pace=start.pace,
        )
        if run.what_if:
            self.runs.keep_what_if(record)
            message = f"The what-if {run.what_if} of {run.year} was opened."
            return Opened(Opening.OPENED, run, message, start.against)
        return self._open(record, start)

    def _open(self, record: YearRecord, start: Start) -> Opened:
        year = record.run.year
        try:
            self.programme.open(record)
            return Opened(Opening.OPENED, record.run, f"The year {year} was opened.")
        except Conflict:
            existing = self.runs.frozen(record.run)
        if existing.opened_by == start.execution:  # our own first try, whose reply was lost
            return Opened(Opening.OPENED, record.run, f"The year {year} was opened.")
        if start.resume and existing.state is not YearState.CLOSED:
            self.programme.update(year, state=YearState.OPEN, failure="")
            if existing.answer_until is None:
                # Nobody has been written to: the days are counted from now, not from the first try.
                self.programme.update(year, calendar=record.calendar)
            return Opened(Opening.OPENED, record.run, f"The year {year} goes on, with its own policy.")
        return Opened(Opening.ALREADY_OPEN, record.run, already_open(existing, record.policy))


def already_open(existing: YearRecord, given: Policy) -> str:
    """The sentence for a second start: since when, and in what the policy given would have differed."""
    sentence = (
        f"The year {existing.run.year} was opened on {existing.calendar.opened_on} and is "
        f"{existing.state}; nothing was changed."
    )
    differing = differences(existing.policy, given)
    return (
        f"{sentence} Its policy stays as it was frozen ({', '.join(differing)})." if differing else sentence
    )
