"""What the report says in sentences of dispatched jobs."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from best_friends.domain.dispatch_report import DispatchReport, Share
from best_friends.domain.offer import Ending
from best_friends.pages.report_figures import per_friend, portion, rate_of
from best_friends.pages.report_words import several
from best_friends.texts.figures import Figures

ENDINGS = {
    Ending.ACCEPTED: "Accepted by a Friend",
    Ending.CANCELLED: "Cancelled",
    Ending.COMPLETED: "Completed already",
    Ending.EXHAUSTED: "All candidates or waves used up",
    Ending.NO_CANDIDATE: "Nobody’s area covers the place",
    Ending.UNKNOWN_SKILL: "Nobody has the skill",
    Ending.NO_PLACE: "Posted without a place on the map",
    Ending.TOO_OLD: "Posted too long ago to be offered",
    Ending.UNKNOWN_JOB: "Not a job that is known",
}
NOT_OVER = "Not over yet"
NEVER_OFFERED = (Ending.NO_CANDIDATE, Ending.UNKNOWN_SKILL, Ending.NO_PLACE)
"""The endings of jobs that nobody may be offered; the others may end a dispatch after a wave, too."""
FEW_JOBS = 10
"""With fewer jobs than these, a reader is told that chance weighs heavily."""
NAMED_AT_MOST = 3
"""More regions than these are counted in a sentence rather than named."""


def what_happened(report: DispatchReport, figures: Figures) -> tuple[str, ...]:
    """How many jobs there were, and for how many there was anybody, in two or three sentences."""
    return tuple(_sentences(report, figures))


def _sentences(report: DispatchReport, figures: Figures) -> Iterator[str]:
    if not report.jobs:
        yield "No job was posted, so nobody was notified."
        return
    posted = several(report.jobs, "job was", "jobs were", figures) + " posted"
    who = "active Friends with the skill, one of whose areas covers the place"
    if not report.with_candidates:
        yield f"{posted}, and there were no candidates: {who}."
    elif report.with_candidates == report.jobs:
        yield f"{posted}, and {'it' if report.jobs == 1 else 'each'} had candidates: {who}."
    else:
        yield f"{posted}; {figures.integer(report.with_candidates)} of them had candidates: {who}."
    if not report.notifications:
        yield "Nobody was notified."
        return
    if report.with_candidates < FEW_JOBS:
        yield (
            f"{'This is one job' if report.with_candidates == 1 else 'These are few jobs'}, so chance weighs "
            "heavily in the figures below."
        )


def ending(name: str) -> str:
    """How a dispatch ended, in plain words."""
    known = {str(one): label for one, label in ENDINGS.items()}
    return known.get(name, name.replace("_", " ").capitalize())


def endings_sentence(report: DispatchReport, figures: Figures) -> str:
    """What the chart of endings shows."""
    accepted = report.endings.get(Ending.ACCEPTED, 0)
    never = sum(report.endings.get(one, 0) for one in NEVER_OFFERED)
    if report.jobs == 1:
        return (
            "The one job could be offered to nobody."
            if never
            else f"The one job was {'' if accepted else 'not '}accepted by a Friend."
        )
    taken = (
        f"{figures.integer(accepted) if accepted else 'none'} {'was' if accepted <= 1 else 'were'} accepted"
    )
    said = f"Of {figures.integer(report.jobs)} jobs, {taken}"
    return f"{said}; {figures.integer(never)} could be offered to nobody." if never else f"{said}."


def changed(report: DispatchReport, figures: Figures) -> str:
    """In how many jobs the status of Best Friends made a difference at the start."""
    jobs, differing = report.with_candidates, report.changed
    status = "the status of Best Friends"
    if jobs == 1:
        verb = "changed" if differing else "did not change"
        return f"In the one job with candidates, {status} {verb} who was notified first."
    if not differing:
        return (
            f"In none of the {figures.integer(jobs)} jobs with candidates did {status} change "
            "who was notified first."
        )
    where = (
        f"all {figures.integer(jobs)} jobs with candidates"
        if differing == jobs
        else f"{figures.integer(differing)} of the {figures.integer(jobs)} jobs with candidates "
        f"({portion(differing, jobs, figures)})"
    )
    return f"In {where}, {status} changed who was notified first."


def nothing_to_compare(report: DispatchReport, figures: Figures) -> str:
    """Why Best Friends cannot be compared with the others; empty when they can."""
    best, others = report.best_friends, report.others
    if not best.candidacies and Decimal(report.priority_best_friend) == 1:
        return "The policy gives everybody the same weight, so the draw did not tell Best Friends apart."
    if not best.friends:
        return "There was no Best Friend, so there is nothing to compare."
    if not others.friends:
        return "Everybody was a Best Friend, so there is nothing to compare."
    if best.candidacies:
        return ""
    who = (
        "The one Best Friend was not"
        if best.friends == 1
        else f"None of the {figures.integer(best.friends)} Best Friends was"
    )
    return f"{who} a candidate for any of these jobs."


def per_friend_sentence(report: DispatchReport, figures: Figures) -> str:
    """What the chart of notifications per Friend shows."""
    return (
        f"On average, a Best Friend was notified {per_friend(report.best_friends, figures)} times and "
        f"another Friend {per_friend(report.others, figures)} times. That alone says little: where Friends "
        "live and what they can do decides for how many jobs they are candidates."
    )


def notified_sentence(report: DispatchReport, figures: Figures) -> str:
    """What the chart of candidates who were notified shows, Best Friends beside the others."""
    best, others = report.best_friends, report.others
    often = portion(best.notifications, best.candidacies, figures)
    compared = (
        f"Best Friends were notified in {often} of these cases, the others in "
        f"{portion(others.notifications, others.candidacies, figures)}."
        if others.candidacies
        else f"None of the others was a candidate; Best Friends were notified in {often} of these cases."
    )
    return (
        "The fairer comparison counts only the jobs for which a Friend was a candidate. "
        f"{compared} {_weight(Decimal(report.priority_best_friend), figures)}"
    )


def _weight(more: Decimal, figures: Figures) -> str:
    if more == 1:
        return "The policy gives both the same weight in the draw."
    often = "twice" if more == 2 else f"{figures.decimal(more)} times"
    return (
        f"At the same distance and with the same ratings, a Best Friend has {often} the weight of another "
        "Friend in the draw."
    )


def newcomers_sentence(newcomers: Share, everybody: Share, figures: Figures) -> str:
    """What the chart of newcomers shows, and who they are."""
    return (
        "Newcomers are Friends with few ratings so far. They were "
        f"{portion(newcomers.candidacies, everybody.candidacies, figures)} of the candidates and "
        f"{portion(newcomers.notifications, everybody.notifications, figures)} of those who were notified, "
        "each counted once a job."
    )


def regions_sentence(regions: Sequence[Share], everybody: Share, left_out: int, figures: Figures) -> str:
    """What the chart of regions shows; `left_out` is how many it only shows together."""
    average = f"On average, a Friend was notified {per_friend(everybody, figures)} times."
    by_rate = sorted((share for share in regions if share.name), key=rate_of)
    if len(by_rate) < 2:
        return average
    written = [(share.name, per_friend(share, figures)) for share in by_rate]
    (_, lowest), (_, highest) = written[0], written[-1]
    top, bottom = (
        _places([name for name, rate in written if rate == end], figures) for end in (highest, lowest)
    )
    if highest == lowest:
        finding = "all regions have the same figure."
    elif not by_rate[0].notifications:
        finding = f"the most notifications per Friend went to {top}; nobody was notified in {bottom}."
    else:
        finding = f"the most notifications per Friend went to {top}, the fewest to {bottom}."
    among = "Among the regions with the most Friends, " if left_out else ""
    said = among + finding
    return f"{average} {said[0].upper()}{said[1:]}"


def _places(names: Sequence[str], figures: Figures) -> str:
    if len(names) > NAMED_AT_MOST:
        return f"{figures.integer(len(names))} regions"
    return figures.listing(names)


def region_name(name: str) -> str:
    """A region as the report calls it, also when it has no name."""
    return name or "Region not known"


def one_region(name: str) -> str:
    """Why regions are not compared when there is only one."""
    where = f"All Friends are in one region, {name}" if name else "No Friend’s region is known"
    return f"{where}, so there is nothing to compare."


def distances_sentence(bands: Sequence[tuple[str, Share]], figures: Figures) -> str:
    """What the chart of distances shows; the bands are the nearest first."""
    known = [(name, share) for name, share in bands if share.candidacies]
    measured = "The distance is from the job to the middle of the candidate’s nearest area that covers it."
    nearest, farthest = known[0][1], known[-1][1]
    first = portion(nearest.notifications, nearest.candidacies, figures)
    if len(known) == 1:
        return f"All candidates were in one band of distance, and {first} of them were notified. {measured}"
    last = portion(farthest.notifications, farthest.candidacies, figures)
    return (
        f"A whole bar is all candidates at that distance, the filled part those who were notified: {first} "
        f"in the nearest band, {last} in the farthest. {measured}"
    )


HOW_FAST = (
    "Counted from the posting of the job. Later waves leave later on purpose, and their notifications are "
    "counted too. “95% within” means that at most one in twenty took longer."
)
