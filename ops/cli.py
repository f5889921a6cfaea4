"""`best-friends`: what operators type."""

import json
import signal
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException
from rich.console import Console

from best_friends import bootstrap
from best_friends.application.errors import Refusal
from best_friends.domain.ledger import business_date
from best_friends.domain.policy import Policy
from ops import (
    cli_audit,
    cli_badge,
    cli_changes,
    cli_events,
    cli_friends,
    cli_offers,
    cli_person,
    cli_referrals,
    cli_review,
    cli_what_if,
)
from ops.console import Screen
from ops.deployment import Deployment
from ops.faults import Stop
from ops.ids import identifier
from ops.importing import checked, put_policy_in_force, told, write
from ops.jobs import accept_job, cancel_job, post_job
from ops.paths import writable
from ops.policies import read_policy
from ops.rehearsal.answers import Answers
from ops.sample import write_sample
from ops.why import document_of, screen_of
from ops.years import start_year, year_table

HELP = {"help_option_names": ["-h", "--help"]}
app = typer.Typer(
    help="The yearly Best Friends programme of a crowd marketplace.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings=HELP,
)
year_app = typer.Typer(help="The programme years of a deployed stack.", no_args_is_help=True)
policy_app = typer.Typer(help="The policy in force on a deployed stack.", no_args_is_help=True)
app.add_typer(year_app, name="year")
app.add_typer(policy_app, name="policy")
job_app = typer.Typer(help="The jobs of a deployed stack.", no_args_is_help=True)
app.add_typer(job_app, name="job")
cli_changes.register(app)
cli_events.register(app)
cli_friends.register(app)
cli_person.register(cli_friends.friend_app)
cli_audit.register(app, year_app)
cli_review.register(app)
cli_referrals.register(app)
cli_offers.register(app)
cli_badge.register(app)
cli_what_if.register(app)

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
Folder = Annotated[Path, typer.Argument(help="The folder of the marketplace's export.")]
PolicyFile = Annotated[Path | None, typer.Option("--policy", help="A TOML file that overrides the policy.")]
Stack = Annotated[str, typer.Option(envvar="BEST_FRIENDS_STACK", help="The deployed stack.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Year = Annotated[int, typer.Argument(help="The programme year.", min=2000, max=9000)]
JobId = Annotated[str, typer.Argument(help="The job's id.", callback=identifier)]
FriendId = Annotated[str, typer.Argument(help="The Friend's id.", callback=identifier)]
YearOption = Annotated[int, typer.Option(help="The programme year.", min=2000, max=9000)]


@app.command("import")
def import_(
    folder: Folder,
    stack: Stack = "best-friends",
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave bad rows out and list them in rejected.csv.")
    ] = False,
    rejected: Annotated[Path, typer.Option(help="Where the bad rows go.")] = Path("rejected.csv"),
    quiet: Quiet = False,
) -> None:
    """Check a marketplace's export as a whole, then write what differs."""
    screen = Screen(quiet=quiet)
    writable(rejected if skip_bad else None)
    with checked(folder, screen, skip_bad=skip_bad) as export:
        deployment = Deployment.of_stack(stack)
        done = write(export, deployment, screen)
        with screen.step("Building the roster"):
            deployment.build_roster_now()
        if skip_bad and export.fault_count:
            rows = export.write_rejected(rejected)
            screen.out.print(f"{rows:,} rows were left out; {rejected} says why.", markup=False)
    screen.out.print(told(done), markup=False)


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(help="Where the export is written.")],
    friends: Annotated[int, typer.Option(help="How many Friends.", min=20, max=1_000_000)] = 600,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 2025,
    quiet: Quiet = False,
) -> None:
    """Make up a marketplace: an export to try the programme with."""
    if folder.is_dir() and any(folder.iterdir()):
        raise Stop(f"{folder}: is not empty; name a new folder, so that nothing is overwritten")
    screen = Screen(quiet=quiet)
    with screen.step(f"Writing a marketplace of {friends:,} Friends to {folder}"):
        try:
            counts = write_sample(folder, friends=friends, seed=seed)
        except OSError as error:
            raise Stop(f"{folder}: cannot be written ({error.strerror}); name another folder") from None
    screen.out.print(f"{counts.friends:,} Friends, {counts.jobs:,} jobs, {counts.ratings:,} ratings.")


@app.command()
def rehearse(
    folder: Folder,
    year: YearOption,
    policy: PolicyFile = None,
    answers: Annotated[str, typer.Option(help="How the nominees answer.")] = "confirm=0.7,decline=0.1",
    seed: Annotated[int, typer.Option(help="Decides who answers what.")] = 1,
    jobs: Annotated[int, typer.Option(help="How many jobs are dispatched at the end.", min=0, max=500)] = 24,
    what_ifs: Annotated[
        bool, typer.Option("--what-ifs/--no-what-ifs", help="Try a grid of other policies at the end.")
    ] = True,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the outcome as JSON.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write the report as one HTML file.")] = None,
    quiet: Quiet = False,
) -> None:
    """Run a whole programme year on the embedded AWS, in minutes."""
    from ops.rehearsal.rehearse import Rehearsal  # noqa: PLC0415 - the emulator is not for operators on AWS
    from ops.rehearsal.rehearse import rehearse as run  # noqa: PLC0415

    screen = Screen(quiet=quiet)
    wanted = Rehearsal(
        folder,
        year,
        read_policy(policy),
        Answers.of(answers),
        seed,
        jobs=jobs,
        what_ifs=what_ifs,
        standing=True,
        benefits=True,
    )
    writable(json_file, report)
    outcome = run(wanted, screen)
    if json_file:
        json_file.write_text(json.dumps(outcome.document(), indent=1) + "\n")
    if report:
        report.write_text(outcome.report_html(), encoding="utf-8")
    screen.out.print(outcome.table())
    for path in filter(None, (json_file, report)):
        screen.out.print(f"Written: {path}", markup=False)


@app.command()
def up(
    folder: Annotated[Path | None, typer.Argument(help="An export; the sample without one.")] = None,
    year: YearOption = 2025,
    policy: PolicyFile = None,
    answers: Annotated[str, typer.Option(help="Who answers by itself; the rest is yours.")] = "confirm=0.3",
    port: Annotated[int, typer.Option(help="The loopback port.", min=1, max=65535)] = 8000,
    seconds_a_day: Annotated[float, typer.Option(help="How long a day takes.", min=0.1)] = 30.0,
    quiet: Quiet = False,
) -> None:
    """Run a year slowly and serve its mailbox, pages and report on http://127.0.0.1:8000."""
    from ops.rehearsal.rehearse import Rehearsal  # noqa: PLC0415 - as above
    from ops.rehearsal.up import stay_up  # noqa: PLC0415

    wanted = Rehearsal(
        folder or Path("sample"), year, read_policy(policy), Answers.of(answers), seconds_a_day=seconds_a_day
    )
    stay_up(wanted, port, Screen(quiet=quiet))


@year_app.command("start")
def start(
    year: Year,
    policy: PolicyFile = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a year that failed.")] = False,
    stack: Stack = "best-friends",
) -> None:
    """Open a year, as the schedule does on 15 January; a year that is open stays as it is."""
    given = read_policy(policy) if policy else None
    print(start_year(Deployment.of_stack(stack), year, given, resume=resume))


@year_app.command("show")
def show(year: Year, stack: Stack = "best-friends") -> None:
    """Where a year stands."""
    Screen().out.print(year_table(Deployment.of_stack(stack), year))


@policy_app.command("show")
def show_policy(stack: Stack = "best-friends") -> None:
    """The policy in force, as JSON."""
    settings = Deployment.of_stack(stack).import_marketplace().programme.settings()
    print(json.dumps(settings.policy.document(), indent=1))


@policy_app.command("set")
def set_policy(
    file: Annotated[Path, typer.Argument(help="A TOML file; what it leaves out is the default.")],
    stack: Stack = "best-friends",
) -> None:
    """Put a policy in force: what runs every day follows at once, a year that is open keeps its own."""
    policy = read_policy(file)
    put_policy_in_force(Deployment.of_stack(stack), policy)
    print(in_force(file, policy, business_date(bootstrap.clock(), policy.programme.zone)))


def in_force(file: Path, policy: Policy, today: date) -> str:
    """What a policy that was just put in force changes, and when."""
    said = (
        f"The policy of {file} is in force: dispatch, the standing, reviews, benefits and the early notice"
        " follow at once; qualification and invitation hold for the years that are opened from now on."
    )
    notice = policy.early_notice.day(today.year)
    if notice is None or today < notice:
        return said
    letters = "unless this year's early notices are out, they go out at the next daily count."
    return f"{said}\n{notice} has come: {letters}"


@job_app.command("post")
def post(
    skill: Annotated[str, typer.Option(help="The skill that the job needs, such as computer.")],
    at: Annotated[str, typer.Option(help="Latitude,longitude in degrees, such as 47.05,8.31.")],
    job_id: Annotated[
        str, typer.Option("--id", help="The job's id; made up without one.", callback=identifier)
    ] = "",
    customer: Annotated[str, typer.Option(help="The customer's id.")] = "operator",
    stack: Stack = "best-friends",
) -> None:
    """Post a job and print its id; its waves begin at once."""
    print(post_job(Deployment.of_stack(stack), job_id, skill, at, customer))


@job_app.command("accept")
def accept(job_id: JobId, friend_id: FriendId, stack: Stack = "best-friends") -> None:
    """Give a posted job to a Friend, as the link in its notification does."""
    print(accept_job(Deployment.of_stack(stack), job_id, friend_id))


@job_app.command("cancel")
def cancel(job_id: JobId, stack: Stack = "best-friends") -> None:
    """Cancel a job; no further wave of it is sent."""
    print(cancel_job(Deployment.of_stack(stack), job_id))


@app.command()
def why(job_id: JobId, friend_id: FriendId, stack: Stack = "best-friends", as_json: AsJson = False) -> None:
    """Why a Friend was notified of a job or was not, and the smallest change that would have helped."""
    try:
        found = Deployment.of_stack(stack).explain_dispatch()(job_id, friend_id)
    except Refusal as refusal:
        raise Stop(str(refusal)) from None
    if as_json:
        print(json.dumps(document_of(found), indent=1))
    else:
        Screen().out.print(screen_of(found))


def main() -> None:
    """Run the command; a refusal is one sentence and exit status 2."""
    # Also `kill` ends what was started: an exit unwinds the stack, a signal by itself would not.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        app()
    except Stop as stop:
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(stop), markup=False)
        sys.exit(2)
    except (BotoCoreError, ClientError, PynamoDBException) as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            f"AWS says: {str(error).rstrip('.')}. Check the region, the credentials and the stack.",
            markup=False,
        )
        sys.exit(2)
    except KeyboardInterrupt:
        Console(stderr=True).print("Stopped, and everything that was started with it.")
        sys.exit(130)
