"""What-ifs as reports show them: policies on a made-up year, judged by the rules themselves."""

from collections.abc import Sequence
from typing import Any

from best_friends.domain.compare_verdicts import compare
from best_friends.domain.judged import Judged
from best_friends.domain.policy import Policy, Role
from best_friends.domain.qualification import Cohort, Figures, fix_cutoffs, judge
from best_friends.domain.what_if import Against, Baseline, WhatIf, canonical, name_of

YEAR = 2025
REGIONS = ("Zürich", "Mecklenburg-Vorpommern", "Genève", "Appenzell Ausserrhoden", "")
FRIENDS = [
    Figures(
        friend_id=f"F{number:05d}",
        active=number % 17 != 0,
        region=REGIONS[number % 5],
        ratings=8 + number * 7 % 30,
        stars=(8 + number * 7 % 30) * (5 if number % 3 else 4),
        cents=20_000 + number * 7_919 % 900_000,
        roles=(Role.MENTOR,) if number % 23 == 1 else (),
    )
    for number in range(1, 201)
]
GRID = [
    {"revenue_top_percent": percent, "ratings_min": ratings}
    for percent in ("3", "5", "12.5", "40")
    for ratings in (10, 15, 20)
]
OTHERS: list[dict[str, Any]] = [
    {"revenue_cohort": "region"},
    {"engagement_roles": []},
    {
        "rating_average_min": "4.3",
        "ratings_min": 10,
        "revenue_top_percent": "12.5",
        "engagement_roles": ["mentor"],
    },
]


def reports_of(
    rules: Sequence[dict[str, Any]],
    *,
    against: Against = Against.AS_RUN,
    before: Sequence[Figures] = tuple(FRIENDS),
    after: Sequence[Figures] = tuple(FRIENDS),
) -> list[WhatIf]:
    """The report of each rule against the default policy."""
    baseline = Baseline.of(against, Policy())
    then, cohorts = _judged(before, baseline.policy)
    reports = []
    for rule in rules:
        policy = canonical(Policy.of({"qualification": rule}))
        now, found = _judged(after, policy)
        pairs = [(then.get(one), now.get(one)) for one in {*then, *now}]
        difference = compare(pairs, baseline, policy)
        name = name_of(policy, against)
        reports.append(WhatIf(YEAR, name, "CHF", policy, baseline, cohorts, found, difference))
    return reports


def _judged(friends: Sequence[Figures], policy: Policy) -> tuple[dict[str, Judged], tuple[Cohort, ...]]:
    rule = policy.qualification
    seen = [
        Figures(
            *(one.friend_id, one.active, one.region, one.ratings, one.stars, one.cents),
            tuple(role for role in one.roles if role in rule.engagement_roles),
        )
        for one in friends
    ]
    cohorts = fix_cutoffs(((one.region, one.cents) for one in seen if one.in_population), rule)
    by_name = {cohort.name: cohort for cohort in cohorts}
    judged = {}
    for one in seen:
        verdict = judge(one, by_name, rule)
        judged[one.friend_id] = Judged(one, verdict, by_name[verdict.cohort].cutoff_cents)
    return judged, cohorts
