"""The report's section about dispatched jobs: which figures it shows, in which order, as which shapes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from best_friends.domain.dispatch_report import DispatchReport, Share
from best_friends.domain.offer import Ending
from best_friends.pages import report_dispatch_words as words
from best_friends.pages.charts import Bar, bars
from best_friends.pages.report_figures import band, per_friend, portion, rate_of, within
from best_friends.pages.report_parts import BarChart, KeyFigure, Mark, Part, Table
from best_friends.pages.report_words import several
from best_friends.pages.scale import Scale
from best_friends.texts.figures import Figures

REGIONS_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class DispatchSection:
    """What the section shows, from top to bottom."""

    sentences: tuple[str, ...]
    key_figures: tuple[KeyFigure, ...]
    parts: tuple[Part, ...]


def dispatch_section(report: DispatchReport, figures: Figures) -> DispatchSection:
    """The section for these figures; whatever there was none of is told in a sentence or left out."""
    return DispatchSection(
        words.what_happened(report, figures),
        _key_figures(report, figures) if report.jobs else (),
        tuple(_parts(report, figures)) if report.jobs else (),
    )


def _key_figures(report: DispatchReport, figures: Figures) -> tuple[KeyFigure, ...]:
    rows = (
        (report.jobs, "job posted", "jobs posted"),
        (report.with_candidates, "job with candidates", "jobs with candidates"),
        (report.waves, "wave", "waves"),
        (report.notifications, "notification", "notifications"),
    )
    return tuple(KeyFigure(figures.integer(count), one if count == 1 else many) for count, one, many in rows)


def _parts(report: DispatchReport, figures: Figures) -> Iterator[Part]:
    yield Part("How the dispatches ended", charts=(_endings(report, figures),))
    everybody = _sum((report.best_friends, report.others))
    if report.notifications and everybody.candidacies:
        yield _best_friends(report, figures)
        yield _newcomers(report.newcomers, everybody, figures)
        if report.regions:
            yield _regions(report.regions, everybody, figures)
        if any(share.candidacies for *_, share in report.distances):
            yield _distances(report, figures)
    if report.notified_after or report.accepted_after:
        yield _speed(report, figures)


def _endings(report: DispatchReport, figures: Figures) -> BarChart:
    rows = [(words.ending(name), count) for name, count in report.endings.items() if count]
    if (left := report.jobs - sum(report.endings.values())) > 0:
        rows.append((words.NOT_OVER, left))
    return BarChart(
        "endings",
        "The jobs by how their dispatch ended",
        words.endings_sentence(report, figures),
        bars(rows, figures, top=report.jobs, strong=words.ending(Ending.ACCEPTED)),
    )


def _best_friends(report: DispatchReport, figures: Figures) -> Part:
    heading, changed = "Best Friends and the others", words.changed(report, figures)
    if silent := words.nothing_to_compare(report, figures):
        return Part(heading, (changed, silent))
    return Part(heading, (changed,), (_each(report, figures), _notified(report, figures)))


def _each(report: DispatchReport, figures: Figures) -> BarChart:
    best, others = report.best_friends, report.others
    scale = Scale(max(rate_of(best), rate_of(others)))
    best_label = several(best.friends, "Best Friend", "Best Friends", figures)
    others_label = several(others.friends, "other Friend", "other Friends", figures)
    rows = (
        Bar(best_label, f"{per_friend(best, figures)} each", scale(rate_of(best)), strong=True),
        Bar(others_label, f"{per_friend(others, figures)} each", scale(rate_of(others))),
    )
    return BarChart(
        "per-friend", "Notifications per Friend", words.per_friend_sentence(report, figures), rows
    )


def _notified(report: DispatchReport, figures: Figures) -> BarChart:
    best, others = report.best_friends, report.others
    rows = (
        _share_bar("Best Friends", best.notifications, best.candidacies, figures, strong=True),
        _share_bar("Others", others.notifications, others.candidacies, figures),
    )
    title = "How often candidates were notified"
    return BarChart("notified", title, words.notified_sentence(report, figures), rows)


def _share_bar(label: str, part: int, whole: int, figures: Figures, *, strong: bool = False) -> Bar:
    if not whole:
        return Bar(label, "none", 0.0, strong)
    counts = f"{figures.integer(part)} of {figures.integer(whole)}"
    return Bar(label, portion(part, whole, figures), Scale(whole)(part), strong, counts)


def _newcomers(newcomers: Share, everybody: Share, figures: Figures) -> Part:
    heading = "The share of newcomers"
    if not (newcomers.friends or newcomers.candidacies):
        return Part(heading, ("There was no newcomer: everybody had enough ratings.",))
    rows = (
        _share_bar("Of the Friends", newcomers.friends, everybody.friends, figures),
        _share_bar("Of the candidates", newcomers.candidacies, everybody.candidacies, figures),
        _share_bar(
            "Of those notified", newcomers.notifications, everybody.notifications, figures, strong=True
        ),
    )
    sentence = words.newcomers_sentence(newcomers, everybody, figures)
    return Part(heading, charts=(BarChart("newcomers", heading, sentence, rows),))


def _regions(regions: tuple[Share, ...], everybody: Share, figures: Figures) -> Part:
    heading = "Notifications per Friend, by region"
    if len(regions) == 1:
        return Part(heading, (words.one_region(regions[0].name),))
    shown, left = _largest(regions)
    rows = [(words.region_name(share.name), share) for share in shown]
    if left:
        rows.append((f"{figures.integer(len(left))} other regions", _sum(left)))
    average = rate_of(everybody)
    scale = Scale(max(average, *(rate_of(share) for _, share in rows)))
    chart = BarChart(
        "by-region",
        heading,
        words.regions_sentence(shown, everybody, len(left), figures),
        tuple(
            Bar(
                name,
                per_friend(share, figures),
                scale(rate_of(share)),
                strong=True,
                note=several(share.friends, "Friend", "Friends", figures),
            )
            for name, share in rows
        ),
        Mark(scale(average), f"All Friends {per_friend(everybody, figures)}"),
    )
    return Part(heading, charts=(chart,), table=_regions_table(regions, figures))


def _largest(regions: Sequence[Share]) -> tuple[list[Share], list[Share]]:
    """The regions with the most Friends, the highest rate first, and those that are left out."""
    by_size = sorted(regions, key=lambda share: (-share.friends, share.name))
    # "1 other region" would take the room of the region itself.
    end = len(by_size) if len(by_size) == REGIONS_AT_MOST + 1 else REGIONS_AT_MOST
    return sorted(by_size[:end], key=lambda share: -rate_of(share)), by_size[end:]


def _sum(shares: Sequence[Share]) -> Share:
    return Share(
        "",
        sum(share.friends for share in shares),
        sum(share.candidacies for share in shares),
        sum(share.notifications for share in shares),
    )


def _regions_table(regions: tuple[Share, ...], figures: Figures) -> Table:
    return Table(
        "Notifications by region",
        ("Region", "Friends", "Times candidate", "Times notified", "Per Friend"),
        tuple(
            (
                words.region_name(share.name),
                figures.integer(share.friends),
                figures.integer(share.candidacies),
                figures.integer(share.notifications),
                per_friend(share, figures),
            )
            for share in regions
        ),
        folded=f"All {figures.integer(len(regions))} regions as a table",
    )


def _distances(report: DispatchReport, figures: Figures) -> Part:
    peopled = [at for at, (*_, share) in enumerate(report.distances) if share.candidacies]
    bands = [
        (band(begin, end, figures), share)
        for begin, end, share in report.distances[peopled[0] : peopled[-1] + 1]
    ]
    rows = tuple(
        _share_bar(name, share.notifications, share.candidacies, figures, strong=True)
        for name, share in bands
    )
    heading = "Candidates who were notified, by distance"
    sentence = words.distances_sentence(bands, figures)
    return Part(
        heading,
        charts=(BarChart("by-distance", heading, sentence, rows),),
    )


def _speed(report: DispatchReport, figures: Figures) -> Part:
    rows = (("notification", report.notified_after), ("acceptance", report.accepted_after))
    return Part(
        "How fast",
        (words.HOW_FAST,),
        table=Table(
            "Times from the posting of a job",
            ("Posting to", "Number", "Half within", "95% within"),
            tuple(
                (
                    name,
                    figures.integer(len(times)),
                    within(times, 50, figures),
                    within(times, 95, figures),
                )
                for name, times in rows
                if times
            ),
        ),
    )
