"""What a what-if says in words: what a policy changes, and why somebody comes in or goes out. In English."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from best_friends.domain.judged import ENGAGEMENT, Judged
from best_friends.domain.policy import Policy, Role
from best_friends.domain.what_if import MERGED, Against, Change, Moves, WhatIf
from best_friends.pages.report_figures import fixed
from best_friends.pages.report_words import several
from best_friends.texts.figures import Figures

Key = tuple[str, str]
"""Section and key of a policy."""

DECIDES = "qualification"
"""The section that decides who is nominated; no other one does."""

ROLE_NAMES = {role: role.value.replace("_", " ") for role in Role}
SHORT: Mapping[str, Callable[[Any], str]] = {
    "rating_average_min": lambda value: f"average {value}",
    "ratings_min": lambda value: "1 rating" if value == 1 else f"{value} ratings",
    "ratings_window": lambda value: "ratings of the year" if value == "year" else "ratings of all time",
    "revenue_top_percent": lambda value: f"top {value}%",
    "revenue_window": lambda value: "revenue of the year" if value == "year" else "revenue of all time",
    "revenue_cohort": lambda value: "a cut-off by region" if value == "region" else "one cut-off for all",
    "engagement_roles": lambda value: "roles: " + listed(value) if value else "no role counts",
}
BASELINES = {
    Against.AS_RUN: "as it was run",
    Against.IN_FORCE: "the policy in force",
    Against.ITSELF: "the policy in force",
}


def listed(roles: Sequence[str]) -> str:
    """Roles, one after the other."""
    return ", ".join(ROLE_NAMES[Role(role)] for role in roles)


def short(key: Key, value: Any) -> str:
    """A value of a policy in two or three words: `top 3%`."""
    section, name = key
    if section == DECIDES and name in SHORT:
        return SHORT[name](value)
    return f"{section}.{name} {value}"


def values_of(policy: Policy) -> dict[Key, Any]:
    """Every value of a policy by its key, in the document's order."""
    return {
        (section, name): value for section, keys in policy.document().items() for name, value in keys.items()
    }


def label(report: WhatIf) -> str:
    """What the policy changes: `top 3%, 20 ratings`; what is compared with, when it changes nothing."""
    before, after = values_of(report.baseline.policy), values_of(report.policy)
    changed = [short(key, value) for key, value in after.items() if before[key] != value]
    return ", ".join(changed) or same_policy(report)


def same_policy(report: WhatIf) -> str:
    """What a policy is called that changes nothing."""
    return (
        "the year’s own policy, today" if report.baseline.against is Against.AS_RUN else "the policy in force"
    )


def reasons(change: Change, report: WhatIf, figures: Figures) -> str:
    """Why somebody comes in or goes out, with the figure and what it is held against on both sides."""
    told = list(_reasons(change, report, figures))
    if change.corrected and change.before and change.after and "active" not in change.reasons:
        told.append("own figures changed since")
    return "; ".join(told)


def _reasons(change: Change, report: WhatIf, figures: Figures) -> Iterator[str]:
    before, after = change.before, change.after
    if MERGED in change.reasons:
        yield f"{', '.join(change.aliases)} was nominated and is part of this account since"
    elif before is None:
        yield "was not judged then"
    elif after is None:
        yield "is no Friend any more"
    else:
        for name in change.reasons:
            yield _flip(name, before, after, report, figures)


def _flip(name: str, before: Judged, after: Judged, report: WhatIf, figures: Figures) -> str:
    one, other = before.figures, after.figures
    then, now = report.baseline.policy.qualification, report.policy.qualification
    if name == "revenue":
        money = [_money(side.figures.cents, figures) for side in (before, after)]
        cutoffs = [_cutoff(side.cutoff_cents, figures) for side in (before, after)]
        return f"revenue {_turn(*money)}: cut-off {_turn(*cutoffs)}"
    if name == "ratings":
        counts = _turn(figures.integer(one.ratings), figures.integer(other.ratings))
        return f"ratings {counts}: at least {_turn(str(then.ratings_min), str(now.ratings_min))}"
    if name == "rating_average":
        averages = [
            figures.average(side.stars, side.ratings) if side.ratings else "none" for side in (one, other)
        ]
        least = [figures.decimal(rule.rating_average_min) for rule in (then, now)]
        return f"average {_turn(*averages)}: at least {_turn(*least)}"
    if name == ENGAGEMENT:
        return _role(change_in=bool(other.roles), before=before, after=after, report=report)
    return "active again" if other.active else "is not active any more"


def _role(*, change_in: bool, before: Judged, after: Judged, report: WhatIf) -> str:
    roles = (after if change_in else before).figures.roles
    rule = (report.baseline.policy if change_in else report.policy).qualification
    by_policy = not set(roles) & set(rule.engagement_roles)
    if change_in:
        return f"{listed(roles)}: " + ("the role counts" if by_policy else "the role was recorded since")
    return f"{listed(roles)}: " + ("the role does not count" if by_policy else "the role was withdrawn since")


def _turn(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _money(cents: int, figures: Figures) -> str:
    return fixed(Decimal(cents) / 100, 2, figures)


def _cutoff(cents: int | None, figures: Figures) -> str:
    return "none" if cents is None else _money(cents, figures)


def signed(moves: Moves, figures: Figures) -> str:
    """Who comes in and goes out: `+3 −2`, `no change`."""
    told = [
        f"{sign}{figures.integer(count)}"
        for sign, count in (("+", moves.comes_in), ("−", moves.goes_out))
        if count
    ]
    return " ".join(told) or "no change"


def regions_with(report: WhatIf, side: str) -> int:
    """How many regions have at least one nominee, `before` or `after`."""
    return sum(bool(getattr(moves, side)) for moves in report.difference.regions.values())


def outcome(report: WhatIf, figures: Figures) -> str:
    """What comes of a policy, in two sentences."""
    nominees, difference = report.difference.nominees, report.difference
    if not (nominees.comes_in or nominees.goes_out):
        return f"Nobody comes in and nobody goes out: {_nominees(nominees.after, figures)}."
    newcomers = difference.newcomers
    return (
        f"{_nominees(nominees.after, figures).capitalize()} instead of {figures.integer(nominees.before)}: "
        f"{_some(nominees.comes_in, 'comes', 'come', figures)} in, "
        f"{_some(nominees.goes_out, 'goes', 'go', figures)} out. "
        f"{_count(newcomers.after, 'newcomer', 'newcomers', figures)} "
        f"(before: {figures.integer(newcomers.before)}), "
        f"{_count(regions_with(report, 'after'), 'region', 'regions', figures, lower=True)} with a nominee "
        f"(before: {figures.integer(regions_with(report, 'before'))})."
    )


def _nominees(count: int, figures: Figures) -> str:
    return several(count, "nominee", "nominees", figures)


def _some(count: int, one: str, many: str, figures: Figures) -> str:
    return f"{figures.integer(count) if count else 'nobody'} {one if count <= 1 else many}"


def _count(count: int, one: str, many: str, figures: Figures, *, lower: bool = False) -> str:
    told = several(count, one, many, figures)
    return told if lower else told[0].upper() + told[1:]


def compared_with(report: WhatIf, figures: Figures) -> str:
    """What everything is compared with."""
    year, before = report.year, report.difference.nominees.before
    count, newcomers = _nominees(before, figures), report.difference.newcomers.before
    where = several(regions_with(report, "before"), "region", "regions", figures)
    these = f"{count} in {where}, {several(newcomers, 'newcomer', 'newcomers', figures)} among them"
    if report.baseline.against is Against.AS_RUN:
        return f"Compared with {year} as it was run: {these}."
    return f"{year} has not been run, so the comparison is with what the policy in force would give: {these}."


def newcomer_means(report: WhatIf) -> str:
    """Who counts as a newcomer here."""
    when = (
        f"in {report.year}"
        if report.baseline.newcomers_window == "year"
        else f"up to the end of {report.year}"
    )
    return f"A newcomer is a Friend with fewer than {report.baseline.newcomers_below} ratings {when}."


def corrections(reports: Sequence[WhatIf], figures: Figures) -> tuple[str, ...]:
    """What is no effect of any policy: figures that are others since, and merged nominees."""
    differ = max((one.difference.figures_differ for one in reports), default=0)
    told = []
    if differ:
        verb = "has" if differ == 1 else "have"
        sentence = (
            f"{several(differ, 'Friend', 'Friends', figures)} {verb} other figures than when the year "
            "was run (corrections, merges, departures)"
        )
        control = next((one for one in reports if one.is_control), None)
        told.append(f"{sentence}; {_control(control, figures)}" if control else f"{sentence}.")
    if merged := max((one.difference.merged for one in reports), default=0):
        verb = "is" if merged == 1 else "are"
        told.append(
            f"{_count(merged, 'nominee', 'nominees', figures)} of then {verb} part of another nominee's "
            "account now and counted once."
        )
    return tuple(told)


def _control(control: WhatIf, figures: Figures) -> str:
    moves = control.difference.nominees
    if not (moves.comes_in or moves.goes_out):
        return "by the year’s own policy the same Friends would be nominated today, so it changes nothing."
    return (
        f"by that alone, {_some(moves.comes_in, 'comes', 'come', figures)} in and "
        f"{_some(moves.goes_out, 'goes', 'go', figures)} out. What goes beyond it is the policy's doing."
    )
