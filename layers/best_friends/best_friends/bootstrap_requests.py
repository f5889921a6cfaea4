"""The composition root's part about requests, areas and engagement."""

from best_friends import bootstrap
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.models import EngagementRow, FriendRow, NoteRow
from best_friends.adapters.models_requests import RequestRow
from best_friends.adapters.requests import DecisionTransactions, RequestsTable
from best_friends.application.areas import ChangeAreas
from best_friends.application.ask import Ask
from best_friends.application.engagements import ChangeEngagement
from best_friends.application.request_pages import ShowAreasPage, ShowEngagementPage
from best_friends.application.send_letter import SendLetter
from best_friends.application.send_request_letter import SendRequestLetter


def requests(table: str) -> RequestsTable:
    """Requests, by the table's name."""
    return RequestsTable(bound(RequestRow, table))


def decisions(
    *, friends_table: str, engagements_table: str, requests_table: str, trail_table: str
) -> DecisionTransactions:
    """Changes that are written with their note, by the tables' names."""
    return DecisionTransactions(
        bound(FriendRow, friends_table),
        bound(EngagementRow, engagements_table),
        bound(RequestRow, requests_table),
        bound(NoteRow, trail_table),
    )


def change_areas(friends_table: str, written: DecisionTransactions) -> ChangeAreas:
    """Changes of areas."""
    return ChangeAreas(bootstrap.friends(friends_table), written, bootstrap.clock)


def change_engagement(
    friends_table: str, engagements_table: str, written: DecisionTransactions
) -> ChangeEngagement:
    """Changes of engagement."""
    return ChangeEngagement(
        bootstrap.friends(friends_table), bootstrap.engagements(engagements_table), written, bootstrap.clock
    )


def send_request_letter(of_years: SendLetter, requests_table: str) -> SendRequestLetter:
    """Letters about requests, which leave by the same way as those of years."""
    return SendRequestLetter(
        of_years.friends,
        requests(requests_table),
        of_years.programme,
        of_years.hand_over,
        of_years.mint,
        of_years.mail,
        of_years.clock,
        of_years.pages_url,
    )


def show_areas_page(
    *, links_table: str, friends_table: str, programme_table: str, requests_table: str
) -> ShowAreasPage:
    """The page of a Friend's areas."""
    programme, table = bootstrap.programme(programme_table), requests(requests_table)
    ask = Ask(table, programme, bootstrap.clock)
    return ShowAreasPage(bootstrap.follow_link(links_table), bootstrap.friends(friends_table), ask)


def show_engagement_page(
    *,
    links_table: str,
    friends_table: str,
    programme_table: str,
    requests_table: str,
    engagements_table: str,
) -> ShowEngagementPage:
    """The page on which a Friend applies for a role."""
    programme, table = bootstrap.programme(programme_table), requests(requests_table)
    ask = Ask(table, programme, bootstrap.clock)
    return ShowEngagementPage(
        bootstrap.follow_link(links_table),
        bootstrap.friends(friends_table),
        bootstrap.engagements(engagements_table),
        ask,
    )
