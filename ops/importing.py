"""`best-friends import`: check an export, then write it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from best_friends import bootstrap, bootstrap_referrals
from best_friends.application.errors import Refusal
from best_friends.application.imported import Imported
from best_friends.domain.policy import Policy
from ops.console import Screen
from ops.deployment import Deployment
from ops.export import CheckedExport, check_export
from ops.faults import Stop


@contextmanager
def checked(folder: Path, screen: Screen, *, skip_bad: bool = False) -> Iterator[CheckedExport]:
    """Check a folder and yield it.

    Raises:
        Stop: with a line for each of the first 50 faults and the count of the rest, unless bad rows
            are to be skipped and only rows are bad.
    """
    with screen.bar(f"Checking {folder}", None) as advance:
        done = 0

        def progress(_: str, bytes_done: int, __: int) -> None:
            nonlocal done
            advance(bytes_done - done)
            done = bytes_done

        export = check_export(folder, on_progress=progress, keep_rejected=skip_bad)
    with export:
        if export.fault_count and not (skip_bad and export.readable):
            raise Stop(_faults(export))
        yield export


def _faults(export: CheckedExport) -> str:
    lines = [str(fault) for fault in export.faults]
    more = export.fault_count - len(lines)
    if more:
        lines.append(f"... and {more:,} more faults")
    mend = (
        "Mend these rows; `import` can leave them out with --skip-bad."
        if export.readable
        else "Mend the folder."
    )
    lines.append(f"Nothing was written. {mend}")
    return "\n".join(lines)


def write(export: CheckedExport, deployment: Deployment, screen: Screen) -> Imported:
    """Write a checked export where it differs.

    Raises:
        Stop: when the programme refuses it.
    """
    counts = export.counts
    rows = counts.friends + counts.engagements + counts.jobs + counts.referrals
    # The ledger's own rows are not counted beforehand: the total grows by what a zone makes of them.
    with screen.bar("Writing", rows + counts.jobs + counts.ratings) as advance:
        try:
            use_case = deployment.import_marketplace()
            done = use_case(export, lambda _, done: advance(done))
        except Refusal as refusal:
            raise Stop(str(refusal)) from None
        if counts.referrals:  # last, so that it is known who is a Friend already
            zone = use_case.programme.settings().policy.programme.zone
            referrals = bootstrap_referrals.import_referrals(
                referrals_table=deployment.referrals_table,
                friends_table=deployment.friends_table,
                erasures=use_case.erasures.keys(),
            )
            referrals(export.referrals(), zone, done, lambda _, rows: advance(rows))
    return done


def told(done: Imported) -> str:
    """What an import did, in a sentence."""
    if done.nothing_changed:
        return "Nothing changed: everything was there already."
    parts = [
        f"{sum(what.values()):,} {name} ({', '.join(f'{table} {rows:,}' for table, rows in what.items())})"
        for name, what in (("new", done.new), ("changed", done.changed), ("removed", done.removed))
        if what
    ]
    return f"Imported: {'; '.join(parts)}; {sum(done.unchanged.values()):,} unchanged."


def put_policy_in_force(deployment: Deployment, policy: Policy) -> None:
    """Make a policy the one in force; a year that is open keeps its own."""
    use_case = deployment.import_marketplace()
    programme = use_case.programme
    dated = programme.settings().policy.programme.timezone
    if policy.programme.timezone != dated and not use_case.ledger.is_empty():
        raise Stop(f"programme.timezone: the ledger is dated in {dated}; keep that time zone in the policy")
    programme.save_settings(programme.settings().with_policy(policy, bootstrap.clock()))
