"""A Friend's standing: its figures against each criterion, as they are now or as they were judged."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from best_friends.application.ports import Clock, Friends, Invitations, Programme, Stats
from best_friends.application.ports_requests import Roles
from best_friends.application.ports_standing import CutoffRecords, Directory, Verdicts
from best_friends.domain.friends import Engagement, Friend, roles_held
from best_friends.domain.invitation import Invitation, InvitationState, Reasons
from best_friends.domain.judged import Judged
from best_friends.domain.ledger import business_date
from best_friends.domain.policy import Qualification
from best_friends.domain.programme import Settings, YearRecord, YearState
from best_friends.domain.qualification import (
    Cohort,
    Figures,
    Verdict,
    figures_for,
    judge,
    judge_without_cutoff,
)
from best_friends.domain.standing import (
    ShownCutoff,
    Stage,
    YearStanding,
    missing,
    shown_cutoff,
)
from best_friends.domain.stats import Months


@dataclass(frozen=True, slots=True)
class StandingOf:
    """A Friend's standing now and last year, and what else its page tells.

    `last` is None for a Friend whom that year did not judge. `closed` is the standing in the year whose Best
    Friends hold the status, where that is an earlier one still: until the last year is closed, and announced.
    `last_cutoff` is that year's cut-off for the Friend's cohort. `best_friend_of` is the year whose status it
    holds.
    """

    friend: Friend
    accounts: tuple[str, ...]
    running: YearStanding
    last: YearStanding | None
    closed: YearStanding | None
    engagements: tuple[Engagement, ...]
    last_cutoff: tuple[int, ShownCutoff] | None
    best_friend_of: int | None

    @property
    def years(self) -> tuple[YearStanding, ...]:
        """The running year, then those before it, the newest first."""
        return tuple(one for one in (self.running, self.last, self.closed) if one is not None)


@dataclass(frozen=True, slots=True)
class Standings:
    """Work out where a Friend stands."""

    friends: Friends
    directory: Directory
    stats: Stats
    roles: Roles
    programme: Programme
    cutoffs: CutoffRecords
    verdicts: Verdicts
    invitations: Invitations
    clock: Clock

    def __call__(self, friend: Friend) -> StandingOf:
        """The standing of a surviving account, in the running year and the last one."""
        looked = self._look(friend)
        running = self.running_year(looked.settings)
        closed = looked.settings.best_friends_of
        return StandingOf(
            friend=friend,
            accounts=looked.accounts,
            running=looked.running(running),
            last=looked.in_year(running - 1),
            closed=looked.in_year(closed) if closed is not None and closed < running - 1 else None,
            engagements=looked.engagements,
            last_cutoff=looked.last_cutoff(),
            best_friend_of=looked.best_friend_of(),
        )

    def in_year(self, friend: Friend, year: int) -> YearStanding | None:
        """The standing in one year; None for a Friend whom a judged year did not judge."""
        return self._look(friend).in_year(year)

    def reasons(self, friend: Friend, year: int) -> Reasons:
        """What a nomination for a year would rest on by the figures of now, whoever would judge it."""
        looked = self._look(friend)
        record = self.programme.year(year)
        rule = record.policy.qualification if record else looked.settings.policy.qualification
        cohorts = {one.name: one for one in record.cohorts} if record else {}
        figures = looked.figures(year, rule)
        return Reasons(
            by_figures=verdict_of(figures, cohorts, rule).by_figures,
            roles=figures.roles,
            ratings=figures.ratings,
            stars=figures.stars,
            cents=figures.cents,
            currency=looked.settings.currency,
        )

    def running_year(self, settings: Settings) -> int:
        """The programme year of today."""
        return business_date(self.clock(), settings.policy.programme.zone).year

    def accounts_of(self, friend_id: str) -> tuple[str, ...]:
        """A surviving account and every alias of it, however many merges lie between."""
        found = [friend_id]
        for one in found:  # grows while it is walked: the aliases of aliases
            found += [alias for alias in self.directory.aliases_of(one) if alias not in found]
        return tuple(found)

    def _look(self, friend: Friend) -> "_Looked":
        accounts = self.accounts_of(friend.friend_id)
        engagements = [one for account in accounts for one in self.roles.of_friend(account)]
        held = sorted((one for one in engagements if not one.withdrawn), key=lambda one: one.held_from)
        months = self.stats.get(friend.friend_id).months
        return _Looked(self, friend, accounts, self.programme.settings(), months, tuple(held))


@dataclass(frozen=True, slots=True)
class _Looked:
    """What is known of a Friend, read once for all its years."""

    at: Standings
    friend: Friend
    accounts: tuple[str, ...]
    settings: Settings
    months: Months
    engagements: tuple[Engagement, ...]

    def in_year(self, year: int) -> YearStanding | None:
        record = self.at.programme.year(year)
        if record is None or not record.cohorts:
            return self.running(year)
        judged = self._judged(year)
        if judged is not None:
            return self._judged_standing(record, judged)
        # While a year is being judged its verdicts come in one after the other.
        return None if record.state is YearState.CLOSED else self.running(year)

    def running(self, year: int) -> YearStanding:
        """The standing in a year that has not been judged, by the policy in force."""
        rule = self.settings.policy.qualification
        taken = self.at.cutoffs.get(year)
        known = taken if taken is not None and taken.rule == rule else None
        stage = Stage.ENDED if year < self.at.running_year(self.settings) else Stage.RUNNING
        return self._standing(
            year,
            stage,
            self.figures(year, rule),
            known.by_name() if known else {},
            rule,
            as_of=known.as_of if known else None,
        )

    def figures(self, year: int, rule: Qualification) -> Figures:
        return figures_for(
            self.friend.friend_id,
            active=self.friend.active,
            region=self.friend.region,
            months=self.months,
            roles=roles_held(self.engagements, year, rule.engagement_roles),
            year=year,
            rule=rule,
        )

    def last_cutoff(self) -> tuple[int, ShownCutoff] | None:
        closed = self.settings.best_friends_of
        record = self.at.programme.year(closed) if closed is not None else None
        if closed is None or record is None:
            return None
        rule = record.policy.qualification
        cohorts = {one.name: one for one in record.cohorts}
        name = verdict_of(self.figures(closed, rule), cohorts, rule).cohort
        return closed, shown_cutoff(cohorts.get(name), self.settings.policy.standing.step_cents)

    def best_friend_of(self) -> int | None:
        closed = self.settings.best_friends_of
        if closed is None:
            return None
        invitation = self._invitation(closed)
        confirmed = invitation is not None and invitation.state is InvitationState.CONFIRMED
        return closed if confirmed else None

    def _judged(self, year: int) -> Judged | None:
        """The verdict; of accounts that are one now a nominee's counts, and the account's own first."""
        own = self.friend.friend_id
        return max(
            self.at.verdicts.of(self.accounts, year),
            key=lambda one: (one.verdict.nominated, one.figures.friend_id == own),
            default=None,
        )

    def _judged_standing(self, record: YearRecord, judged: Judged) -> YearStanding:
        rule, step = record.policy.qualification, self.settings.policy.standing.step_cents
        cohorts = {one.name: one for one in record.cohorts}
        cutoff = shown_cutoff(cohorts.get(judged.verdict.cohort), step)
        invitation = self._invitation(record.run.year)
        if (
            invitation
            and invitation.state is InvitationState.OPEN
            and self.at.clock() > invitation.answer_until
        ):
            # What ends it may come a moment later, or, for one that came late, weeks later.
            invitation = replace(invitation, state=InvitationState.EXPIRED)
        return YearStanding(
            year=record.run.year,
            stage=Stage.CLOSED if record.state is YearState.CLOSED else Stage.OPEN,
            figures=judged.figures,
            verdict=judged.verdict,
            rule=rule,
            currency=record.currency,
            cutoff=cutoff,
            missing=missing(judged.figures, judged.verdict, rule, cutoff),
            invitation=invitation,
            answer_by=record.answer_by(invitation) if invitation else record.calendar.answer_by,
        )

    def _standing(
        self,
        year: int,
        stage: Stage,
        figures: Figures,
        cohorts: Mapping[str, Cohort],
        rule: Qualification,
        *,
        as_of: datetime | None,
    ) -> YearStanding:
        verdict = verdict_of(figures, cohorts, rule)
        cutoff = shown_cutoff(cohorts.get(verdict.cohort), self.settings.policy.standing.step_cents)
        return YearStanding(
            year=year,
            stage=stage,
            figures=figures,
            verdict=verdict,
            rule=rule,
            currency=self.settings.currency,
            cutoff=cutoff,
            missing=missing(figures, verdict, rule, cutoff),
            as_of=as_of,
        )

    def _invitation(self, year: int) -> Invitation | None:
        found = {one.friend_id: one for one in self.at.invitations.get_many(self.accounts, year)}
        return next((found[account] for account in self.accounts if account in found), None)


def verdict_of(figures: Figures, cohorts: Mapping[str, Cohort], rule: Qualification) -> Verdict:
    """The verdict; without any cohort nobody reaches the top revenue yet."""
    return judge(figures, cohorts, rule) if cohorts else judge_without_cutoff(figures, rule)
