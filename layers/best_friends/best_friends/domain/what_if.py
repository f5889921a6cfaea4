"""What another policy would have changed about a year: the report of a what-if."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from best_friends.domain.judged import Judged
from best_friends.domain.policy import Policy, Window
from best_friends.domain.qualification import Cohort

MERGED, NO_FRIEND = "merged", "no_friend"
"""Reasons beside the criteria: it is part of another account now; it was judged on one side only."""


class Against(StrEnum):
    """What a what-if is held against: the year as it was run, the policy in force, or nothing but itself."""

    AS_RUN = "as_run"
    IN_FORCE = "in_force"
    ITSELF = "itself"


@dataclass(frozen=True, slots=True)
class Moves:
    """Nominees of a group: after = before + comes_in - goes_out."""

    before: int
    comes_in: int
    goes_out: int
    after: int

    @classmethod
    def of(cls, counts: Counter[str]) -> "Moves":
        """Moves from how many stay, come in and go out."""
        stay, into, out = counts["stay"], counts["in"], counts["out"]
        return cls(stay + out, into, out, stay + into)


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody who comes in or goes out, and why: the criteria that flip, or MERGED, or NO_FRIEND.

    `corrected` says that its own figures, where they can be compared, are others than in the baseline: it
    may be no effect of the policy. `aliases` are nominees of before that are part of this account now.
    """

    friend_id: str
    comes_in: bool
    region: str
    newcomer: bool
    reasons: tuple[str, ...]
    corrected: bool
    before: Judged | None
    after: Judged | None
    aliases: tuple[str, ...] = ()

    @property
    def cents(self) -> int:
        """The revenue that it is told by, in cents: the later figure."""
        side = self.after or self.before
        return side.figures.cents if side else 0


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes. Accounts count: `merged` nominees of before are part of another nominee's account now.

    `regions` are by name, "" for none. `figures_differ` counts the Friends whose figures, in windows that
    both policies share, are others than in the baseline: corrections since, not the policy.
    """

    nominees: Moves
    merged: int
    newcomers: Moves
    others: Moves
    regions: dict[str, Moves]
    figures_differ: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is compared with: `newcomers_below` ratings in `newcomers_window` make a newcomer."""

    against: Against
    policy: Policy
    newcomers_below: int
    newcomers_window: Window

    @classmethod
    def of(cls, against: Against, policy: Policy) -> "Baseline":
        """A baseline; who is a newcomer is one question for a whole grid, so its policy answers it."""
        policy = canonical(policy)
        below, window = policy.dispatch.newcomer_ratings_below, policy.qualification.ratings_window
        return cls(against, policy, below, window)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The report of a what-if. Money is integer cents; the same inputs give the same report."""

    year: int
    name: str
    currency: str
    policy: Policy
    baseline: Baseline
    cohorts_before: tuple[Cohort, ...]
    cohorts_after: tuple[Cohort, ...]
    difference: Difference

    @property
    def is_control(self) -> bool:
        """Whether the policy is the baseline's own: what changes is by corrections alone."""
        return self.policy.qualification == self.baseline.policy.qualification


def name_of(policy: Policy, against: str) -> str:
    """A what-if's name: the same for the same policy (4.50 is 4.5) against the same baseline."""
    told = json.dumps([canonical(policy).document(), against], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def canonical(policy: Policy) -> Policy:
    """The policy with every decimal written the shortest way, so that equal policies are equal bytes."""
    return Policy.of(_plain(policy.model_dump()))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value
