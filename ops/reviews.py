"""`best-friends review ...`: the use cases of a deployed stack, and what an operator has typed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from best_friends import bootstrap, bootstrap_requests, bootstrap_review, bootstrap_standing
from best_friends.application.decide_review import DecideReview
from best_friends.application.review_case import LookAtReview
from best_friends.application.standing import Standings
from best_friends.domain.ledger import business_date
from best_friends.domain.requests import Request, RequestKind, Righted
from best_friends.domain.review import Act, Changes, LineChange, due_on
from ops.cli_changes import cents_in
from ops.deployment import Deployment
from ops.faults import Stop

OUTCOMES = (Righted.NOMINATED, Righted.CONFIRMED, Righted.DECLINED)


def deciding(names: Deployment) -> DecideReview:
    """Replies and decisions."""
    return bootstrap_review.decide_review(names, _standings(names))


def looking_at(names: Deployment) -> LookAtReview:
    """The evidence of a case."""
    return bootstrap_review.look_at_review(names, _standings(names))


def waiting(names: Deployment) -> list[Request]:
    """The cases that are open, by the day on which people have to act next."""
    found = bootstrap_requests.requests(names.requests_table).open(RequestKind.REVIEW)
    return sorted(found, key=lambda one: (due_on(one), one.asked_at, one.request_id))


def today_in(names: Deployment) -> date:
    """Today, where the programme lives."""
    zone = bootstrap.programme(names.programme_table).settings().policy.programme.zone
    return business_date(bootstrap.clock(), zone)


def _standings(names: Deployment) -> Standings:
    return bootstrap_standing.standings(
        friends_table=names.friends_table,
        stats_table=names.stats_table,
        engagements_table=names.engagements_table,
        programme_table=names.programme_table,
        verdicts_table=names.verdicts_table,
        invitations_table=names.invitations_table,
    )


def changes_in(
    *,
    stars: Iterable[tuple[str, int]],
    amounts: Iterable[tuple[str, str]],
    withdrawn_ratings: Iterable[str],
    refunded_jobs: Iterable[str],
    withdrawn_jobs: Iterable[str],
    outcome: str,
) -> Changes:
    """What a decision puts right, as its options give it.

    Raises:
        Stop: when a line is named twice, an amount is none, or there is no such outcome.
    """
    lines = (
        *(LineChange(f"RATING#{one}", Act.CORRECT, stars=given) for one, given in stars),
        *(LineChange(f"RATING#{one}", Act.WITHDRAW) for one in withdrawn_ratings),
        *(LineChange(f"JOB#{one}", Act.CORRECT, cents=cents_in(given)) for one, given in amounts),
        *(LineChange(f"JOB#{one}", Act.REFUND) for one in refunded_jobs),
        *(LineChange(f"JOB#{one}", Act.WITHDRAW) for one in withdrawn_jobs),
    )
    [(source, named)] = Counter(one.source for one in lines).most_common(1) or [("", 1)]
    if named > 1:
        kind, _, identifier = source.partition("#")
        raise Stop(f"the {kind.lower()} {identifier} is named twice; say once what becomes of it")
    if outcome and outcome not in OUTCOMES:
        raise Stop(f"--outcome: {outcome!r}: there is no such outcome; name one of {', '.join(OUTCOMES)}")
    return Changes(lines, Righted(outcome) if outcome else None)


def paired[T](option: str, ids: Sequence[str], other: str, values: Sequence[T]) -> list[tuple[str, T]]:
    """Options that go together, in their order.

    Raises:
        Stop: when there are more of the one than of the other.
    """
    if len(ids) != len(values):
        raise Stop(f"{option} and {other} go together; give one {other} for each {option}")
    return list(zip(ids, values, strict=True))
