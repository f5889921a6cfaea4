"""The table of a merge's preview."""

from rich.table import Table

from best_friends.application.preview_merge import Preview, Side


def preview_table(looked: Preview) -> Table:
    """Both sides before, and what is left after."""
    title = f"{looked.gone.friend_id} into {looked.kept.friend_id}: nothing is changed yet"
    table = Table(title=title, title_justify="left")
    table.add_column("", style="dim")
    sides = (looked.gone, looked.kept, looked.after)
    for heading, one in zip(("goes", "stays", "after"), sides, strict=True):
        table.add_column(f"{heading}: {one.friend_id}", justify="right")
    for label, row in (
        ("jobs, whole history", [f"{one.total.jobs:,}" for one in sides]),
        ("revenue, whole history", [f"{one.total.cents / 100:,.2f}" for one in sides]),
        (f"revenue {looked.year}", [f"{one.figures.cents / 100:,.2f}" for one in sides]),
        ("ratings that count", [f"{one.figures.ratings:,}" for one in sides]),
        ("average", [_average(one) for one in sides]),
        ("average and count met", [_yes(one.verdict.average_met and one.verdict.count_met) for one in sides]),
        (_cutoff(looked), [_yes(one.verdict.revenue_met) for one in sides]),
        (f"roles {looked.year}", [", ".join(one.figures.roles).replace("_", " ") or "none" for one in sides]),
        ("areas", [str(one.areas) for one in sides]),
    ):
        table.add_row(label, *row)
    return table


def _average(one: Side) -> str:
    # Rounded down, as everywhere: it never says more than is true.
    hundredths = one.figures.stars * 100 // one.figures.ratings if one.figures.ratings else 0
    return f"{hundredths / 100:.2f}" if one.figures.ratings else "none"


def _cutoff(looked: Preview) -> str:
    return f"reaches {looked.cutoff_of}'s cut-off" if looked.cutoff_of else "reaches a cut-off (none yet)"


def _yes(met: bool) -> str:
    return "yes" if met else "no"
