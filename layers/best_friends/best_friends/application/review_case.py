"""The evidence of a case: what people look at before they decide."""

from collections.abc import Iterable
from dataclasses import dataclass

from best_friends.application.accounts import Accounts
from best_friends.application.counted_lines import CountedLines
from best_friends.application.errors import Refusal
from best_friends.application.ports import Friends
from best_friends.application.ports_changes import Trail
from best_friends.application.ports_requests import Requests
from best_friends.application.ports_review import StandingOfYear
from best_friends.domain.corrections import Note
from best_friends.domain.requests import Request, RequestKind
from best_friends.domain.review import wish_of
from best_friends.domain.standing import CountedLine, YearStanding


@dataclass(frozen=True, slots=True)
class Evidence:
    """A case with the Friend's standing in its year, the lines that count for it, the trail, other cases.

    `friend_id` is the account that the case is about now, after whatever was merged. `standing` is None for
    a Friend whom the year did not judge; `cutoff_cents` is its exact cut-off, for those who decide. `lines`
    and `others` come newest first, `trail` oldest first.
    """

    case: Request
    friend_id: str
    standing: YearStanding | None
    cutoff_cents: int | None
    lines: tuple[CountedLine, ...]
    trail: tuple[Note, ...]
    others: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class LookAtReview:
    """Gather the evidence; nothing is changed."""

    requests: Requests
    friends: Friends
    trail: Trail
    standings: StandingOfYear
    lines: CountedLines

    def __call__(self, request_id: str) -> Evidence:
        """Gather it.

        Raises:
            Refusal: when there is no such case, or its Friend has gone.
        """
        case = known_case(self.requests, request_id)
        friend = Accounts(self.friends).friend(case.friend_id)
        if friend is None:
            raise Refusal(f"the Friend of {request_id} is not here any more; there is nothing to look at")
        accounts = self.standings.accounts_of(friend.friend_id)
        standing = self.standings.in_year(friend, wish_of(case).year)
        return Evidence(
            case=case,
            friend_id=friend.friend_id,
            standing=standing,
            cutoff_cents=self._cutoff(standing) if standing else None,
            lines=tuple(self.lines(standing, accounts)) if standing else (),
            trail=tuple(
                sorted(
                    (note for one in accounts for note in self.trail.of_friend(one)), key=lambda one: one.at
                )
            ),
            others=tuple(one for one in cases_of(self.requests, accounts) if one.request_id != request_id),
        )

    def _cutoff(self, standing: YearStanding) -> int | None:
        record = self.lines.programme.year(standing.year)
        cohorts = {one.name: one.cutoff_cents for one in record.cohorts} if record else {}
        return cohorts.get(standing.verdict.cohort)


def known_case(requests: Requests, request_id: str) -> Request:
    """The case of this id.

    Raises:
        Refusal: when there is none.
    """
    request = requests.get(request_id)
    if request is None or request.kind is not RequestKind.REVIEW:
        raise Refusal(f"there is no case {request_id}; `best-friends review list` shows them")
    return request


def cases_of(requests: Requests, accounts: Iterable[str]) -> list[Request]:
    """Every case of these accounts, the newest first."""
    found = (one for account in accounts for one in requests.of_friend(account))
    cases = (one for one in found if one.kind is RequestKind.REVIEW)
    return sorted(cases, key=lambda one: (one.asked_at, one.request_id), reverse=True)
