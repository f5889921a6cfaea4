"""The outcome of a year put right in a case: a nomination after all, or an answer that is set by people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from best_friends.application.correct_ledger import By
from best_friends.application.errors import Refusal
from best_friends.application.ports import Clock, Friends, Invitations, Programme, Workflows
from best_friends.application.ports_changes import Trail
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.application.ports_requests import Requests
from best_friends.application.ports_review import StandingOfYear
from best_friends.application.review_case import cases_of
from best_friends.domain.calendar import last_instant_of
from best_friends.domain.corrections import Note
from best_friends.domain.friends import Friend
from best_friends.domain.invitation import Invitation, InvitationState
from best_friends.domain.ledger import business_date
from best_friends.domain.letter import LetterKind
from best_friends.domain.programme import YearRecord, YearState
from best_friends.domain.requests import Request, ReviewResult, Righted
from best_friends.domain.review import wish_of

STATES = {Righted.CONFIRMED: InvitationState.CONFIRMED, Righted.DECLINED: InvitationState.DECLINED}
INVITED, SETTLED = "invited after a review", "answer settled by a review"


@dataclass(frozen=True, slots=True)
class SettleOutcome:
    """Invite somebody after all, or set the answer of an invitation. Run again, it does nothing twice."""

    requests: Requests
    friends: Friends
    programme: Programme
    invitations: Invitations
    workflows: Workflows
    trail: Trail
    letters: LettersQueue
    standings: StandingOfYear
    clock: Clock

    def check(self, case: Request, friend: Friend, outcome: Righted) -> None:
        """See that the outcome can be put right; nothing is written.

        Raises:
            Refusal: when the year was not judged, or the invitation is missing, or there is one.
        """
        year, record = wish_of(case).year, self._judged(case)
        accounts = self.standings.accounts_of(friend.friend_id)
        invitation = self._invitation(accounts, year)
        if outcome in STATES:
            if invitation is None:
                raise Refusal(
                    f"{friend.friend_id} has no invitation for {year}; `--outcome nominated` makes one"
                )
            return
        if invitation is not None and not self._ours(case, accounts, invitation):
            raise Refusal(
                f"{friend.friend_id} has an invitation for {year}, which is {invitation.state}; set its"
                " answer with `--outcome confirmed` or `--outcome declined`"
            )
        if not friend.active:
            raise Refusal(f"{friend.friend_id} is not active; activate the account in the marketplace first")
        if self._over(record):
            raise Refusal(
                f"the status of {year} has passed on to the next Best Friends, so nobody can be invited to"
                " it; leave `--outcome` out and say so in the reason"
            )

    def __call__(self, case: Request, friend: Friend, outcome: Righted, by: By) -> None:
        """Put it right.

        Raises:
            Refusal: as `check`.
        """
        self.check(case, friend, outcome)
        if outcome in STATES:
            self._settle(case, friend, STATES[outcome], by)
        else:
            self._nominate(case, friend, by)

    def _nominate(self, case: Request, friend: Friend, by: By) -> None:
        year, record, now = wish_of(case).year, self._judged(case), self.clock()
        policy = record.policy
        last_day = business_date(now, policy.programme.zone) + timedelta(days=policy.invitation.answer_days)
        existing = self._invitation(self.standings.accounts_of(friend.friend_id), year)
        if existing is None:
            existing = Invitation(
                friend_id=friend.friend_id,
                year=year,
                state=InvitationState.OPEN,
                reasons=self.standings.reasons(friend, year),
                answer_until=last_instant_of(last_day, policy.programme),
                late=True,
            )
            self._note_once(
                case, friend, INVITED, by, None, {"year": year, "answer_by": last_day.isoformat()}
            )
            self.invitations.create(existing)
        if existing.state is InvitationState.OPEN:  # else it was answered since a try that broke off
            self.workflows.start_invitation(existing.friend_id, year)

    def _settle(self, case: Request, friend: Friend, state: InvitationState, by: By) -> None:
        year = wish_of(case).year
        invitation = self._invitation(self.standings.accounts_of(friend.friend_id), year)
        if invitation is None:
            return
        account, before = invitation.friend_id, invitation.state
        if before is not state:
            told = ({"year": year, "state": str(before)}, {"year": year, "state": str(state)})
            self._note_once(case, friend, SETTLED, by, *told)
            self.invitations.settle(account, year, state, self.clock())
        pending = self.invitations.pending(account, year)
        token = pending.task_token if pending else None
        heard = bool(token) and self.workflows.tell(str(token), state)
        if token:
            self.invitations.forget_token(account, year, token)
        if not heard and state is InvitationState.CONFIRMED and not self._over(self._judged(case)):
            # The workflow has ended, so nobody else orders the letter; its id keeps it single.
            self.letters.put([LetterOrder(LetterKind.WELCOME, account, year)])

    def _judged(self, case: Request) -> YearRecord:
        year = wish_of(case).year
        record = self.programme.year(year)
        if record is not None and record.state is YearState.FAILED:
            raise Refusal(
                f"the year {year} has stopped; resume it with `best-friends year start {year} --resume`,"
                " then decide"
            )
        if record is None or record.answer_until is None:
            raise Refusal(
                f"the year {year} has not been judged yet, so it has no outcome; leave `--outcome` out:"
                " figures that are corrected now count when it is judged"
            )
        return record

    def _over(self, record: YearRecord) -> bool:
        """Whether a later year's Best Friends hold the status by now."""
        holds = self.programme.settings().best_friends_of
        return holds is not None and holds > record.run.year

    def _invitation(self, accounts: Sequence[str], year: int) -> Invitation | None:
        found = {one.friend_id: one for one in self.invitations.get_many(accounts, year)}
        return next((found[account] for account in accounts if account in found), None)

    def _ours(self, case: Request, accounts: Sequence[str], invitation: Invitation) -> bool:
        """Whether an earlier try of this very case has made the invitation, and no other case has."""
        return invitation.late and not any(self._nominating(case, accounts))

    def _nominating(self, case: Request, accounts: Sequence[str]) -> Iterator[bool]:
        for one in cases_of(self.requests, accounts):
            granted = one.decision.granted if one.decision else None
            if one.request_id != case.request_id and wish_of(one).year == wish_of(case).year:
                yield isinstance(granted, ReviewResult) and Righted.NOMINATED in granted.righted

    def _note_once(self, case: Request, friend: Friend, action: str, by: By, before: Any, after: Any) -> None:
        """Note it before it is done: the trail never lacks a change, whatever breaks off."""
        about = case.request_id
        known = self.trail.of_friend(friend.friend_id)
        if not any((one.action, one.about) == (action, about) for one in known):
            note = Note(friend.friend_id, self.clock(), action, about, by.who, by.why, before, after)
            self.trail.note([note])
