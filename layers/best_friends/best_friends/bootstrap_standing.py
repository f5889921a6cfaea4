"""The composition root's part about standing, its cut-offs, and the news."""

from best_friends import bootstrap
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.marketplace import EngagementsTable
from best_friends.adapters.models import EngagementRow, FriendRow
from best_friends.adapters.models_standing import ChoiceRow, CutoffsRow, VerdictRow
from best_friends.adapters.standing import AccountsIndexes, ChoicesTable, CutoffsTable, VerdictsTable
from best_friends.application.ask_link import AskLink
from best_friends.application.choose_news import ChooseNews
from best_friends.application.give_notice import GiveNotice
from best_friends.application.record_verdicts import RecordVerdicts
from best_friends.application.refresh_cutoffs import RefreshCutoffs
from best_friends.application.standing import Standings
from best_friends.application.survey import FiguresOfAll


def verdicts(table: str) -> VerdictsTable:
    """Verdicts, by the table's name."""
    return VerdictsTable(bound(VerdictRow, table))


def choices(table: str) -> ChoicesTable:
    """Which mail Friends do without, by the table's name."""
    return ChoicesTable(bound(ChoiceRow, table))


def cutoffs(programme_table: str) -> CutoffsTable:
    """The cut-offs as of today, by the table's name."""
    return CutoffsTable(bound(CutoffsRow, programme_table))


def directory(friends_table: str) -> AccountsIndexes:
    """Accounts by address and by what they were merged into, by the table's name."""
    return AccountsIndexes(bound(FriendRow, friends_table))


def standings(
    *,
    friends_table: str,
    stats_table: str,
    engagements_table: str,
    programme_table: str,
    verdicts_table: str,
    invitations_table: str,
) -> Standings:
    """Where Friends stand."""
    return Standings(
        friends=bootstrap.friends(friends_table),
        directory=directory(friends_table),
        stats=bootstrap.stats(stats_table),
        roles=EngagementsTable(bound(EngagementRow, engagements_table)),
        programme=bootstrap.programme(programme_table),
        cutoffs=cutoffs(programme_table),
        verdicts=verdicts(verdicts_table),
        invitations=bootstrap.invitations(invitations_table),
        clock=bootstrap.clock,
    )


def figures_of_all(*, friends_table: str, stats_table: str, engagements_table: str) -> FiguresOfAll:
    """What every Friend is judged by."""
    return FiguresOfAll(
        bootstrap.friends(friends_table),
        bootstrap.stats(stats_table),
        bootstrap.engagements(engagements_table),
    )


def refresh_cutoffs(figures: FiguresOfAll, programme_table: str) -> RefreshCutoffs:
    """The cut-offs as of today."""
    return RefreshCutoffs(
        figures, bootstrap.programme(programme_table), cutoffs(programme_table), bootstrap.clock
    )


def give_notice(refresh: RefreshCutoffs, invitations_table: str, letters_queue: str) -> GiveNotice:
    """The letter of the last quarter."""
    return GiveNotice(
        refresh.figures,
        refresh.programme,
        refresh.cutoffs,
        bootstrap.invitations(invitations_table),
        bootstrap.letters_queue(letters_queue),
        bootstrap.clock,
    )


def record_verdicts(*, programme_table: str, archive_bucket: str, verdicts_table: str) -> RecordVerdicts:
    """Verdicts where their Friends can look them up."""
    return RecordVerdicts(bootstrap.runs(programme_table, archive_bucket), verdicts(verdicts_table))


def ask_link(*, friends_table: str, letters_queue: str, programme_table: str) -> AskLink:
    """The public form that mails a link to the standing."""
    return AskLink(
        directory(friends_table),
        bootstrap.letters_queue(letters_queue),
        bootstrap.programme(programme_table),
        bootstrap.clock,
    )


def choose_news(
    *, links_table: str, friends_table: str, choices_table: str, programme_table: str
) -> ChooseNews:
    """The page with which the news end."""
    return ChooseNews(
        bootstrap.follow_link(links_table),
        bootstrap.friends(friends_table),
        choices(choices_table),
        bootstrap.programme(programme_table),
    )
