"""`best-friends what-if`: what another policy would have changed about a year."""

import json
from pathlib import Path
from typing import Annotated

import typer

from best_friends.application.errors import Refusal
from best_friends.pages.what_if import render_what_if
from ops.console import Screen
from ops.deployment import Deployment
from ops.faults import Stop
from ops.grids import read_grid
from ops.paths import writable
from ops.policies import read_policy
from ops.what_if import run_grid
from ops.what_if_screen import what_if_document, what_if_screen


def what_if(
    year: Annotated[int, typer.Argument(help="The programme year.", min=2000, max=9000)],
    policy: Annotated[
        list[Path] | None,
        typer.Option("--policy", help="A TOML file, as for `policy set`; may be given several times."),
    ] = None,
    grid: Annotated[
        Path | None,
        typer.Option(help="A TOML file in which values are lists of values to try, all combinations."),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the report as one HTML file.")] = None,
    stack: Annotated[
        str, typer.Option(envvar="BEST_FRIENDS_STACK", help="The deployed stack.")
    ] = "best-friends",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Who would come in and go out by another policy, and why; nothing of the year is changed."""
    policies = [read_policy(path) for path in policy or ()]
    if grid:
        policies += read_grid(grid)
    if not policies:
        raise Stop("nothing to try; name a policy with --policy FILE, or a grid of them with --grid FILE")
    writable(report)
    screen = Screen(quiet=quiet or as_json)
    try:
        reports = run_grid(Deployment.of_stack(stack), year, policies, screen)
    except Refusal as refusal:
        raise Stop(str(refusal)) from None
    if report:
        report.write_text(render_what_if(reports), encoding="utf-8")
    if as_json:
        print(json.dumps(what_if_document(reports), indent=1, sort_keys=True, ensure_ascii=False))
        return
    for part in what_if_screen(reports):
        screen.out.print(part)
    if report:
        screen.out.print(f"Written: {report}", markup=False)


def register(app: typer.Typer) -> None:
    """Add this command to the operators' command."""
    app.command("what-if")(what_if)
