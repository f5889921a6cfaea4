"""The composition root's part about cases: "please check this", and what people decide."""

from typing import Protocol

from best_friends import bootstrap, bootstrap_requests
from best_friends.application.accounts import Accounts
from best_friends.application.ask import Ask
from best_friends.application.correct_ledger import CorrectLedger
from best_friends.application.counted_lines import CountedLines
from best_friends.application.decide_review import DecideReview
from best_friends.application.open_review import OpenReview
from best_friends.application.overdue_reviews import OverdueReviews
from best_friends.application.ports_review import StandingOfYear
from best_friends.application.refresh_stats import RefreshStats
from best_friends.application.review_case import LookAtReview
from best_friends.application.review_lines import RightLines
from best_friends.application.review_outcome import SettleOutcome


class Names(Protocol):
    """The names of a stack's resources that a decision needs; `letters_queue` is a URL."""

    @property
    def friends_table(self) -> str: ...
    @property
    def ledger_table(self) -> str: ...
    @property
    def stats_table(self) -> str: ...
    @property
    def corrections_table(self) -> str: ...
    @property
    def trail_table(self) -> str: ...
    @property
    def engagements_table(self) -> str: ...
    @property
    def programme_table(self) -> str: ...
    @property
    def invitations_table(self) -> str: ...
    @property
    def requests_table(self) -> str: ...
    @property
    def invitation_machine(self) -> str: ...
    @property
    def letters_queue(self) -> str: ...


def open_review(*, requests_table: str, programme_table: str, letters_queue_url: str) -> OpenReview:
    """Opens cases."""
    programme = bootstrap.programme(programme_table)
    ask = Ask(bootstrap_requests.requests(requests_table), programme, bootstrap.clock)
    return OpenReview(ask, programme, bootstrap.letters_queue(letters_queue_url), bootstrap.clock)


def overdue_reviews(*, requests_table: str, programme_table: str) -> OverdueReviews:
    """Counts the cases that wait."""
    requests = bootstrap_requests.requests(requests_table)
    return OverdueReviews(requests, bootstrap.programme(programme_table), bootstrap.clock)


def look_at_review(names: Names, standings: StandingOfYear) -> LookAtReview:
    """The evidence of a case."""
    return LookAtReview(
        bootstrap_requests.requests(names.requests_table),
        bootstrap.friends(names.friends_table),
        bootstrap.trail(names.trail_table),
        standings,
        CountedLines(bootstrap.ledger(names.ledger_table), bootstrap.programme(names.programme_table)),
    )


def decide_review(names: Names, standings: StandingOfYear) -> DecideReview:
    """Replies and decisions."""
    friends, ledger = bootstrap.friends(names.friends_table), bootstrap.ledger(names.ledger_table)
    programme = bootstrap.programme(names.programme_table)
    requests = bootstrap_requests.requests(names.requests_table)
    letters = bootstrap.letters_queue(names.letters_queue)
    correct = CorrectLedger(
        ledger,
        bootstrap.corrections(names.corrections_table),
        bootstrap.ledger_moves(names.ledger_table, names.corrections_table, names.trail_table),
        Accounts(friends),
        programme,
        bootstrap.clock,
    )
    return DecideReview(
        requests=requests,
        decisions=bootstrap_requests.decisions(
            friends_table=names.friends_table,
            engagements_table=names.engagements_table,
            requests_table=names.requests_table,
            trail_table=names.trail_table,
        ),
        friends=friends,
        lines=RightLines(correct, RefreshStats(ledger, bootstrap.stats(names.stats_table))),
        outcomes=SettleOutcome(
            requests=requests,
            friends=friends,
            programme=programme,
            invitations=bootstrap.invitations(names.invitations_table),
            workflows=bootstrap.workflows(names.invitation_machine),
            trail=bootstrap.trail(names.trail_table),
            letters=letters,
            standings=standings,
            clock=bootstrap.clock,
        ),
        letters=letters,
        clock=bootstrap.clock,
    )
