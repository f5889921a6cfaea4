"""What later corrections would have changed about a year that is closed; nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from best_friends.application.errors import Refusal
from best_friends.application.ports import Invitations, Segment
from best_friends.application.survey import Survey
from best_friends.application.verdicts import archived_rows, cutoffs_of, judged_of
from best_friends.domain.accounts import surviving
from best_friends.domain.judged import CRITERIA, Judged
from best_friends.domain.policy import Policy
from best_friends.domain.programme import Run, YearRecord, YearState
from best_friends.domain.qualification import Cohort, Figures, Verdict, fix_cutoffs, judge

WHOLE = Segment(0, 1)


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody who would be a nominee and was none, or the other way round.

    `then` is None for somebody who was not surveyed, `now` for one who is no Friend any more. `aliases` are
    accounts that were merged into this one since; `then` may be the verdict on one of them. `state` is how
    an invitation that went out has ended, "" without one.
    """

    friend_id: str
    then: Judged | None
    now: Judged | None
    aliases: tuple[str, ...] = ()
    state: str = ""

    @property
    def comes_in(self) -> bool:
        """Whether it is nominated now and was not then."""
        return bool(self.now and self.now.verdict.nominated)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The criteria that were met and are not, or the other way round; all when there is one side only."""
        if not (self.then and self.now):
            return CRITERIA
        then, now = self.then.met, self.now.met
        return tuple(name for name in CRITERIA if then[name] != now[name])


@dataclass(frozen=True, slots=True)
class Review:
    """A closed year then and now.

    `figures_changed` counts those surveyed whose figures differ, `nominees_merged` the nominees of then that
    are part of another nominee's account now: it is by them that fewer may be in without anybody being out.
    """

    year: int
    currency: str
    policy: Policy
    cohorts_then: tuple[Cohort, ...]
    cohorts_now: tuple[Cohort, ...]
    nominees_then: int
    nominees_now: int
    nominees_merged: int
    figures_changed: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ReviewYear:
    """Judge a closed year again, by its own frozen policy, on what stats and engagements say today.

    Everything is still cut to the end of the year: what arrived late and is dated inside it counts.
    """

    survey: Survey
    invitations: Invitations

    def __call__(self, year: int) -> Review:
        """Compare today's verdicts with the archived ones.

        Raises:
            Refusal: when the year was not opened, or is not closed.
        """
        record = self.survey.runs.frozen(Run(year))
        if record.state is not YearState.CLOSED:
            raise Refusal(
                f"the year {year} is not closed but {record.state}; review it once it is closed: whatever was"
                f" corrected since it was judged is told then (`best-friends year show {year}`)"
            )
        aliases = dict(self.survey.friends.aliases(WHOLE))
        active_then = {
            row["friend_id"]: bool(row["active"]) for row in archived_rows(self.survey.archive, record)
        }
        # Who has left, or was erased, since is no correction: whoever was active then is judged as active.
        figures = [
            replace(one, active=active_then.get(one.friend_id, one.active))
            for one in self.survey.figures(record, WHOLE)
            if one.friend_id not in aliases
        ]
        now = _Now(record, figures)
        then = _Then(aliases, now)
        cutoffs = cutoffs_of(record)
        for row in archived_rows(self.survey.archive, record):
            then.add(judged_of(row, cutoffs))
        return Review(
            year=year,
            currency=record.currency,
            policy=record.policy,
            cohorts_then=record.cohorts,
            cohorts_now=now.cohorts,
            nominees_then=then.nominees,
            nominees_now=len(now.nominees),
            nominees_merged=then.nominees - len(then.nominated),
            figures_changed=then.changed,
            changes=self._changes(year, then, now),
        )

    def _changes(self, year: int, then: "_Then", now: "_Now") -> tuple[Change, ...]:
        nominated = then.nominated
        changed = sorted(nominated ^ now.nominees, key=lambda one: (one in nominated, one))
        invited = [then.told[one].figures.friend_id for one in changed if one in nominated]
        states = {one.friend_id: str(one.state) for one in self.invitations.get_many(invited, year)}
        return tuple(
            Change(
                friend_id=one,
                then=then.told.get(one),
                now=now.judged(one),
                aliases=tuple(sorted(then.merged.get(one, ()))),
                state=states.get(then.told[one].figures.friend_id, "") if one in nominated else "",
            )
            for one in changed
        )


class _Now:
    """Today's figures, cut-offs and nominees. All figures at once, since a cut-off comes after the last."""

    def __init__(self, record: YearRecord, figures: list[Figures]) -> None:
        self._rule = record.policy.qualification
        self.figures = {one.friend_id: one for one in figures}
        population = ((one.region, one.cents) for one in figures if one.in_population)
        self.cohorts = fix_cutoffs(population, self._rule)
        self._by_name = {cohort.name: cohort for cohort in self.cohorts}
        self.nominees = {one.friend_id for one in figures if self._verdict(one).nominated}

    def judged(self, friend_id: str) -> Judged | None:
        figures = self.figures.get(friend_id)
        if figures is None:
            return None
        verdict = self._verdict(figures)
        return Judged(figures, verdict, self._by_name[verdict.cohort].cutoff_cents)

    def _verdict(self, figures: Figures) -> Verdict:
        return judge(figures, self._by_name, self._rule)


class _Then:
    """The verdicts of then, each for the account that it counts for now; kept where they can matter."""

    def __init__(self, aliases: Mapping[str, str], now: _Now) -> None:
        self._aliases = aliases
        self._now = now
        self.told: dict[str, Judged] = {}
        self.merged: dict[str, list[str]] = {}
        self.nominees = 0
        self.changed = 0

    @property
    def nominated(self) -> set[str]:
        """The accounts of today that were nominated then, as themselves or as an alias."""
        return {account for account, told in self.told.items() if told.verdict.nominated}

    def add(self, then: Judged) -> None:
        own = then.figures.friend_id
        account = surviving(own, self._aliases)
        if own != account and then.figures.active:  # merged since: it was an account of its own then
            self.merged.setdefault(account, []).append(own)
        self.nominees += then.verdict.nominated
        today = self._now.figures.get(own)
        self.changed += then.figures.active if today is None else today != then.figures
        known = self.told.get(account)
        matters = then.verdict.nominated or account in self._now.nominees
        if matters and (known is None or _weight(then, account) > _weight(known, account)):
            self.told[account] = then


def _weight(then: Judged, account: str) -> tuple[bool, bool]:
    """Of several accounts that are one now, the verdict of a nominee counts, and the account's own first."""
    return then.verdict.nominated, then.figures.friend_id == account
