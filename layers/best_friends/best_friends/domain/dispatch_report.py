"""What a report says of dispatched jobs: the figures behind it, without any words."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Share:
    """How often the Friends of a group were candidates, and how often they were notified.

    `friends` are those of the roster; `candidacies` and `notifications` are summed over the jobs.
    """

    name: str
    friends: int
    candidacies: int
    notifications: int


@dataclass(frozen=True, slots=True)
class DispatchReport:
    """Everything that a report shows of some jobs and how they were offered.

    Times are seconds after the posting, sorted. `changed` counts the jobs in which the first wave would
    have been another without the status of Best Friends. `endings` counts jobs by how their dispatch
    ended (`offer.Ending`), `distances` holds (from km, to km) bands.
    """

    jobs: int
    with_candidates: int
    changed: int
    endings: dict[str, int]
    waves: int
    notifications: int
    priority_best_friend: str
    best_friends: Share
    others: Share
    newcomers: Share
    regions: tuple[Share, ...]
    distances: tuple[tuple[float, float, Share], ...]
    notified_after: tuple[float, ...] = field(default=())
    accepted_after: tuple[float, ...] = field(default=())
