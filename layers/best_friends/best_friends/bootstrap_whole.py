"""The composition root's part that needs the others: all letters, and the page of the standing."""

from typing import Protocol

from best_friends import bootstrap, bootstrap_requests, bootstrap_review, bootstrap_standing
from best_friends.application.counted_lines import CountedLines
from best_friends.application.hand_over import HandOver
from best_friends.application.send_by_kind import SendByKind
from best_friends.application.send_letter import SendLetter
from best_friends.application.send_notice import SendNotice
from best_friends.application.standing_page import ShowStandingPage


def show_standing_page(
    *,
    links_table: str,
    friends_table: str,
    stats_table: str,
    ledger_table: str,
    engagements_table: str,
    programme_table: str,
    verdicts_table: str,
    invitations_table: str,
    requests_table: str,
    letters_queue: str,
) -> ShowStandingPage:
    """The page of a Friend's standing."""
    standings = bootstrap_standing.standings(
        friends_table=friends_table,
        stats_table=stats_table,
        engagements_table=engagements_table,
        programme_table=programme_table,
        verdicts_table=verdicts_table,
        invitations_table=invitations_table,
    )
    return ShowStandingPage(
        follow=bootstrap.follow_link(links_table),
        friends=standings.friends,
        standings=standings,
        lines=CountedLines(bootstrap.ledger(ledger_table), standings.programme),
        requests=bootstrap_requests.requests(requests_table),
        programme=standings.programme,
        open_review=bootstrap_review.open_review(
            requests_table=requests_table,
            programme_table=programme_table,
            letters_queue_url=letters_queue,
        ),
    )


class LetterNames(Protocol):
    """What the one way out for mail needs to know: names of tables, who sends, where the pages are."""

    @property
    def friends_table(self) -> str: ...
    @property
    def stats_table(self) -> str: ...
    @property
    def engagements_table(self) -> str: ...
    @property
    def programme_table(self) -> str: ...
    @property
    def verdicts_table(self) -> str: ...
    @property
    def invitations_table(self) -> str: ...
    @property
    def requests_table(self) -> str: ...
    @property
    def choices_table(self) -> str: ...
    @property
    def letters_table(self) -> str: ...
    @property
    def links_table(self) -> str: ...
    @property
    def sender(self) -> str: ...
    @property
    def configuration_set(self) -> str: ...
    @property
    def pages_url(self) -> str: ...


def send_by_kind(names: LetterNames) -> SendByKind:
    """Every letter there is."""
    standings = bootstrap_standing.standings(
        friends_table=names.friends_table,
        stats_table=names.stats_table,
        engagements_table=names.engagements_table,
        programme_table=names.programme_table,
        verdicts_table=names.verdicts_table,
        invitations_table=names.invitations_table,
    )
    of_years = SendLetter(
        friends=standings.friends,
        programme=standings.programme,
        invitations=standings.invitations,
        hand_over=HandOver(bootstrap.letters(names.letters_table), bootstrap.clock),
        mint=bootstrap.mint_link(names.links_table),
        mail=bootstrap.mail(names.sender, names.configuration_set),
        workflows=bootstrap.workflows(),
        clock=bootstrap.clock,
        pages_url=names.pages_url,
    )
    of_news = SendNotice(
        of_years.friends,
        standings,
        bootstrap_standing.choices(names.choices_table),
        of_years.programme,
        of_years.hand_over,
        of_years.mint,
        of_years.mail,
        of_years.clock,
        of_years.pages_url,
    )
    of_requests = bootstrap_requests.send_request_letter(of_years, names.requests_table)
    return SendByKind(of_years, of_requests, of_news)
