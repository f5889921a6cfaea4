"""The policies that a rehearsal tries on the year that it has just run."""

from decimal import Decimal
from itertools import product

from best_friends.domain.policy import Policy
from best_friends.domain.what_if import WhatIf
from ops.console import Screen
from ops.deployment import Deployment
from ops.what_if import run_grid

PERCENTS = (Decimal(3), Decimal(5), Decimal(10))
COHORTS = ("all", "region")
"""How many are honoured, and whether each region has a percentage of its own."""


def try_policies(deployment: Deployment, year: int, policy: Policy, screen: Screen) -> tuple[WhatIf, ...]:
    """What a grid around a policy would have changed about a year that was run.

    Raises:
        Stop: when a what-if fails.
    """
    rule = policy.qualification
    grid = [
        policy.model_copy(
            update={
                "qualification": rule.model_copy(
                    update={"revenue_top_percent": percent, "revenue_cohort": cohort}
                )
            }
        )
        for cohort, percent in product(COHORTS, PERCENTS)
    ]
    return tuple(run_grid(deployment, year, grid, screen))
