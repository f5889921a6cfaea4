"""A year and its dispatched jobs, as a report shows them."""

import math
from datetime import date

from best_friends.domain.dispatch_report import DispatchReport, Share
from best_friends.domain.policy import Role
from best_friends.domain.qualification import Cohort
from best_friends.domain.report import InvitationCounts, RegionRow, YearReport, revenue_bins
from best_friends.domain.stats import Totals

REVENUES = [20_000 + 7_000 * index for index in range(200)]
YEAR = YearReport(
    year=2025,
    currency="CHF",
    opened_on=date(2026, 1, 25),
    answer_by=date(2026, 2, 15),
    closed=True,
    timezone="Europe/Zurich",
    rating_average_min="4.5",
    ratings_min=15,
    revenue_top_percent="5",
    friends=260,
    active=240,
    population=200,
    cohorts=(Cohort("all", 200, 10, 1_350_000, 10),),
    rating_ok=60,
    by_figures=7,
    by_engagement=5,
    nominees=11,
    roles={Role.MENTOR: 3, Role.PRODUCT_TESTER: 2},
    missed={"rating_average": 2, "ratings": 2},
    invitations=InvitationCounts(11, 6, 7, 2, 1, 1, 0),
    revenue_bins=revenue_bins(REVENUES),
    regions=(
        RegionRow("Zürich", 140, 120, 8, 5),
        RegionRow("Appenzell Ausserrhoden", 60, 50, 3, 2),
        RegionRow("", 40, 30, 0, 0),
    ),
    ledger=Totals(900, 4100, 1000, 143_300_000),
    stats=Totals(900, 4100, 1000, 143_300_000),
    timings={"Survey": 7.43},
)
JOBS = DispatchReport(
    jobs=24,
    with_candidates=21,
    changed=14,
    endings={"accepted": 15, "exhausted": 4, "no_candidate": 2, "unknown_skill": 1},
    waves=35,
    notifications=310,
    priority_best_friend="2.0",
    best_friends=Share("Best Friends", 34, 82, 63),
    others=Share("others", 526, 1_298, 247),
    newcomers=Share("newcomers", 120, 290, 71),
    regions=(
        Share("Zürich", 260, 700, 182),
        Share("Appenzell Ausserrhoden", 180, 500, 108),
        Share("Jura", 80, 100, 16),
        Share("", 40, 80, 4),
    ),
    distances=(
        (0.0, 2.0, Share("0", 0, 50, 31)),
        (2.0, 5.0, Share("1", 0, 330, 129)),
        (5.0, 10.0, Share("2", 0, 0, 0)),
        (10.0, 20.0, Share("3", 0, 1_000, 150)),
        (20.0, math.inf, Share("4", 0, 0, 0)),
    ),
    notified_after=tuple(1.0 + index / 100 for index in range(200)) + tuple(61.0 for _ in range(110)),
    accepted_after=tuple(12.0 + 10 * index for index in range(15)),
)
