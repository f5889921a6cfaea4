"""A world with cases: the requests' world with a ledger that can be corrected and a year that was judged."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from best_friends.application import ports_changes, ports_review
from best_friends.application.accounts import Accounts
from best_friends.application.correct_ledger import By, CorrectLedger
from best_friends.application.counted_lines import CountedLines
from best_friends.application.decide_review import DecideReview
from best_friends.application.errors import Conflict
from best_friends.application.open_review import OpenReview
from best_friends.application.overdue_reviews import OverdueReviews
from best_friends.application.ports_changes import Move
from best_friends.application.refresh_stats import RefreshStats
from best_friends.application.review_case import LookAtReview
from best_friends.application.review_lines import RightLines
from best_friends.application.review_outcome import SettleOutcome
from best_friends.domain.calendar import calendar_of
from best_friends.domain.corrections import Correction, Note
from best_friends.domain.friends import Friend
from best_friends.domain.invitation import Invitation, InvitationState, Reasons
from best_friends.domain.ledger import LedgerEntry
from best_friends.domain.policy import Policy
from best_friends.domain.programme import YearRecord, YearState
from best_friends.domain.qualification import Figures, Verdict, judge_without_cutoff
from best_friends.domain.standing import (
    ShownCutoff,
    Stage,
    YearStanding,
    missing,
)
from tests.unit.fakes import ANSWER_UNTIL, REASONS, RUN, YEAR, FakeFriends, FakeLedger, FakeStats
from tests.unit.fakes_requests import AskingWorld, FakeTrail
from tests.unit.line import Line, OnLine, call

BY = By("Ada", "You were right.")
LINES = (
    LedgerEntry("F1", "2025-03#JOB#J1", "2025-03-04T10:00:00Z", cents=50_000),
    LedgerEntry("F1", "2025-03#RATING#R1", "2025-03-05T10:00:00Z", stars=1),
    LedgerEntry("F1", "2025-06#RATING#R2", "2025-06-05T10:00:00Z", stars=5),
    LedgerEntry("F2", "2025-03#RATING#R9", "2025-03-05T10:00:00Z", stars=2),
)


class FakeCorrections(OnLine, ports_changes.Corrections):
    """Corrections by line."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.rows: dict[str, Correction] = {}

    @call
    def all(self) -> Iterator[Correction]:
        return iter(list(self.rows.values()))

    @call
    def get(self, source: str) -> Correction | None:
        return self.rows.get(source)

    @call
    def drop(self, source: str) -> None:
        self.rows.pop(source, None)


class FakeMoves(OnLine, ports_changes.LedgerMoves):
    """A correction with its line and its note, all at once or not at all."""

    def __init__(
        self, line: Line, ledger: FakeLedger, corrections: FakeCorrections, trail: FakeTrail
    ) -> None:
        super().__init__(line)
        self._ledger, self._corrections, self._trail = ledger, corrections, trail

    @call
    def correct(self, correction: Correction, move: Move, note: Note) -> None:
        before, after, rows = move.before, move.after, self._ledger.rows
        if before and rows.get(before.friend_id, {}).get(before.entry) != before:
            raise Conflict
        if before:
            del rows[before.friend_id][before.entry]
        if after:
            rows.setdefault(after.friend_id, {})[after.entry] = after
        self._corrections.rows[correction.source] = correction
        self._trail.rows.append(note)

    def move(self, moves: Sequence[Move]) -> None:
        raise NotImplementedError


class FakeStandings(OnLine, ports_review.StandingOfYear):
    """Standing by the stats as they are, without any cut-off; everybody's accounts by what was merged."""

    def __init__(self, line: Line, friends: FakeFriends, stats: FakeStats) -> None:
        super().__init__(line)
        self._friends, self._stats = friends, stats

    @call
    def in_year(self, friend: Friend, year: int) -> YearStanding | None:
        if year != YEAR:
            return None
        rule, figures = Policy().qualification, self._figures(friend)
        verdict: Verdict = judge_without_cutoff(figures, rule)
        lacks = missing(figures, verdict, rule, ShownCutoff(None))
        return YearStanding(year, Stage.CLOSED, figures, verdict, rule, "CHF", ShownCutoff(None), lacks)

    @call
    def reasons(self, friend: Friend, year: int) -> Reasons:
        own = self._figures(friend)
        return replace(REASONS, ratings=own.ratings, stars=own.stars, cents=own.cents)

    @call
    def accounts_of(self, friend_id: str) -> tuple[str, ...]:
        aliases = (one.friend_id for one in self._friends.rows.values() if one.merged_into == friend_id)
        return (friend_id, *aliases)

    def _figures(self, friend: Friend) -> Figures:
        months = self._stats.months(friend.friend_id).values()
        return Figures(
            friend.friend_id,
            friend.active,
            friend.region,
            sum(one.ratings for one in months),
            sum(one.stars for one in months),
            sum(one.cents for one in months),
        )


class ReviewWorld(AskingWorld):
    """Friends F1 and F2 in the year 2025, which was judged: F1 asked for a check of it."""

    def __init__(self, state: YearState = YearState.CLOSED) -> None:
        super().__init__()
        for one in ("F1", "F2"):
            self.add(one)
        self.corrections = FakeCorrections(self.line)
        self.moves = FakeMoves(self.line, self.ledger, self.corrections, self.trail)
        self.standings = FakeStandings(self.line, self.friends, self.stats)
        for line in LINES:
            self.ledger.rows.setdefault(line.friend_id, {})[line.entry] = line
        self.programme.open(
            YearRecord(
                run=RUN,
                state=state,
                policy=Policy(),
                currency="CHF",
                calendar=calendar_of(date(2026, 1, 15), Policy().invitation),
                opened_at=datetime(2026, 1, 15, 5, tzinfo=UTC),
                opened_by="first",
                answer_until=ANSWER_UNTIL,
            )
        )
        for friend_id, months in (("F1", ("2025-03", "2025-06")), ("F2", ("2025-03",))):
            self.refresh(friend_id, months)
        if state is YearState.CLOSED:
            self.programme.announce(YEAR)
        self.line.calls.clear()

    def refresh(self, friend_id: str, months: Collection[str]) -> None:
        """Add up the months of an account anew."""
        RefreshStats(self.ledger, self.stats)(friend_id, months)

    def invited(self, state: InvitationState, friend_id: str = "F1") -> Invitation:
        """An invitation of the year, as it has ended."""
        invitation = Invitation(friend_id, YEAR, state, REASONS, ANSWER_UNTIL)
        self.invitations.create(invitation)
        return invitation

    def asked(self, words: str = "my rating of March is missing", year: int = YEAR) -> str:
        """F1's case."""
        return self.open_review("F1", year, words)[0].request_id

    @property
    def open_review(self) -> OpenReview:
        """Opens cases."""
        return OpenReview(self.ask, self.programme, self.queue, self.clock)

    @property
    def overdue(self) -> OverdueReviews:
        """Counts them."""
        return OverdueReviews(self.requests, self.programme, self.clock)

    @property
    def look(self) -> LookAtReview:
        """The evidence."""
        lines = CountedLines(self.ledger, self.programme)
        return LookAtReview(self.requests, self.friends, self.trail, self.standings, lines)

    @property
    def review(self) -> DecideReview:
        """Replies and decisions."""
        correct = CorrectLedger(
            self.ledger, self.corrections, self.moves, Accounts(self.friends), self.programme, self.clock
        )
        outcomes = SettleOutcome(
            self.requests,
            self.friends,
            self.programme,
            self.invitations,
            self.workflows,
            self.trail,
            self.queue,
            self.standings,
            self.clock,
        )
        return DecideReview(
            self.requests,
            self.decisions,
            self.friends,
            RightLines(correct, self.refresh),
            outcomes,
            self.queue,
            self.clock,
        )
