"""Once a day: the cut-off as of today and, on the policy's day, the letter of the last quarter."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from best_friends import bootstrap, bootstrap_standing
from best_friends.application.give_notice import GiveNotice
from best_friends.application.refresh_cutoffs import RefreshCutoffs
from best_friends.telemetry import count, log, observed

from .settings import Settings


@cache
def use_cases() -> tuple[RefreshCutoffs, GiveNotice]:
    """The refresh, and the notice that goes by it."""
    names = bootstrap.environment(Settings)
    figures = bootstrap_standing.figures_of_all(
        friends_table=names.friends_table,
        stats_table=names.stats_table,
        engagements_table=names.engagements_table,
    )
    refresh = bootstrap_standing.refresh_cutoffs(figures, names.programme_table)
    return refresh, bootstrap_standing.give_notice(refresh, names.invitations_table, names.letters_queue)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """In: nothing. Out: the years whose cut-offs were taken, and how many letters were ordered."""
    refresh, give_notice = use_cases()
    years = [taken.year for taken in refresh()]
    noticed = give_notice()
    log().info("cut-offs refreshed", years=years, noticed=noticed)
    count("CutoffsRefreshed", len(years))
    count("NoticesOrdered", noticed)
    return {"years": years, "noticed": noticed}
