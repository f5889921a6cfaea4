"""The composition root's part that needs the others: all letters, and the page of the standing."""

from typing import Protocol

from best_friends import (
    bootstrap,
    bootstrap_badges,
    bootstrap_events,
    bootstrap_offers,
    bootstrap_referrals,
    bootstrap_requests,
    bootstrap_review,
    bootstrap_standing,
)
from best_friends.application.counted_lines import CountedLines
from best_friends.application.hand_over import HandOver
from best_friends.application.send_by_kind import Send, SendByKind
from best_friends.application.send_letter import SendLetter
from best_friends.application.send_notice import SendNotice
from best_friends.application.send_referral_letter import Thanked, nobody_measures
from best_friends.application.standing_page import ShowStandingPage
from best_friends.domain.letter import (
    ANNOUNCEMENT_LETTERS,
    ANSWER_LETTERS,
    EVENT_LETTERS,
    LINK_LETTERS,
    REFERRAL_LETTERS,
    REVIEW_LETTERS,
    TEST_LETTERS,
    LetterKind,
)


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
    badges_table: str,
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
        badges=bootstrap_badges.badges(badges_table),
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
    def referrals_table(self) -> str: ...
    @property
    def product_tests_table(self) -> str: ...
    @property
    def testers_table(self) -> str: ...
    @property
    def announcements_table(self) -> str: ...
    @property
    def events_table(self) -> str: ...
    @property
    def registrations_table(self) -> str: ...
    @property
    def badges_table(self) -> str: ...
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


def send_by_kind(names: LetterNames, thanked: Thanked = nobody_measures) -> SendByKind:
    """Every letter there is; `thanked` hears how long after a referral its thanks left, in seconds."""
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
    of_events = bootstrap_events.send_event_letter(of_years, names.events_table, names.registrations_table)
    news = bootstrap_offers.news(
        of_years, friends_table=names.friends_table, choices_table=names.choices_table
    )
    of_tests = bootstrap_offers.send_test_letter(
        of_years, news, names.product_tests_table, names.testers_table
    )
    of_announcements = bootstrap_offers.send_announcement(
        of_years, news, names.announcements_table, names.letters_table
    )
    of_referrals = bootstrap_referrals.send_referral_letter(
        of_years, standings, of_news.choices, names.referrals_table, thanked
    )
    writers: dict[LetterKind, Send] = {
        LetterKind.EARLY_NOTICE: of_news,
        LetterKind.REFERRAL_UPDATE: of_referrals,
        LetterKind.BADGE: bootstrap_badges.send_badge_letter(of_years, names.badges_table),
        **dict.fromkeys((*LINK_LETTERS, *ANSWER_LETTERS, *REVIEW_LETTERS), of_requests),
        **dict.fromkeys(EVENT_LETTERS, of_events),
        **dict.fromkeys(TEST_LETTERS, of_tests),
        **dict.fromkeys(ANNOUNCEMENT_LETTERS, of_announcements),
        **dict.fromkeys(REFERRAL_LETTERS, of_referrals),
    }
    return SendByKind(of_years, writers)
