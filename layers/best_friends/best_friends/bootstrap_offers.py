"""The composition root's part about product tests and announcements."""

from best_friends import bootstrap, bootstrap_standing
from best_friends.adapters.announcements import AnnouncementsTable, PagesOfFriends, ReadersOfLetters
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.models import FriendRow, LetterRow
from best_friends.adapters.models_news import AnnouncementRow, ProductTestRow, TesterRow
from best_friends.adapters.product_tests import ProductTestsTable, TestersTable
from best_friends.application.announcements import HandleAnnouncements
from best_friends.application.invite_testers import InviteTesters, Whom
from best_friends.application.news import News
from best_friends.application.product_tests import HandleTests
from best_friends.application.publish_announcements import PublishAnnouncements
from best_friends.application.send_announcement import SendAnnouncement
from best_friends.application.send_letter import SendLetter
from best_friends.application.send_test_letter import SendTestLetter
from best_friends.application.test_page import ShowTestPage


def product_tests(table: str) -> ProductTestsTable:
    """Product tests, by the table's name."""
    return ProductTestsTable(bound(ProductTestRow, table))


def testers(product_tests_table: str, testers_table: str) -> TestersTable:
    """The invitations to product tests, by the tables' names."""
    return TestersTable(bound(ProductTestRow, product_tests_table), bound(TesterRow, testers_table))


def announcements(table: str) -> AnnouncementsTable:
    """Announcements, by the table's name."""
    return AnnouncementsTable(bound(AnnouncementRow, table))


def readers(letters_table: str) -> ReadersOfLetters:
    """Who has which version of an announcement, by the letters' table's name."""
    return ReadersOfLetters(bound(LetterRow, letters_table))


def whom(*, friends_table: str, invitations_table: str, programme_table: str) -> Whom:
    """Who may be invited to a product test."""
    return Whom(
        bootstrap.friends(friends_table),
        bootstrap.invitations(invitations_table),
        bootstrap.programme(programme_table),
    )


def invite_testers(
    *,
    product_tests_table: str,
    testers_table: str,
    friends_table: str,
    invitations_table: str,
    programme_table: str,
    choices_table: str,
    letters_queue: str,
) -> InviteTesters:
    """The invitations that are due."""
    return InviteTesters(
        tests=product_tests(product_tests_table),
        testers=testers(product_tests_table, testers_table),
        whom=whom(
            friends_table=friends_table,
            invitations_table=invitations_table,
            programme_table=programme_table,
        ),
        directory=bootstrap_standing.directory(friends_table),
        choices=bootstrap_standing.choices(choices_table),
        letters=bootstrap.letters_queue(letters_queue),
        clock=bootstrap.clock,
    )


def handle_tests(
    *,
    product_tests_table: str,
    testers_table: str,
    friends_table: str,
    invitations_table: str,
    programme_table: str,
    trail_table: str,
    letters_queue: str,
) -> HandleTests:
    """What operators do with product tests."""
    return HandleTests(
        tests=product_tests(product_tests_table),
        testers=testers(product_tests_table, testers_table),
        whom=whom(
            friends_table=friends_table,
            invitations_table=invitations_table,
            programme_table=programme_table,
        ),
        programme=bootstrap.programme(programme_table),
        letters=bootstrap.letters_queue(letters_queue),
        trail=bootstrap.trail(trail_table),
        clock=bootstrap.clock,
    )


def show_test_page(
    *,
    links_table: str,
    friends_table: str,
    product_tests_table: str,
    testers_table: str,
    programme_table: str,
    letters_queue: str,
) -> ShowTestPage:
    """The page behind an invitation to a product test."""
    return ShowTestPage(
        follow=bootstrap.follow_link(links_table),
        friends=bootstrap.friends(friends_table),
        directory=bootstrap_standing.directory(friends_table),
        tests=product_tests(product_tests_table),
        testers=testers(product_tests_table, testers_table),
        programme=bootstrap.programme(programme_table),
        letters=bootstrap.letters_queue(letters_queue),
        clock=bootstrap.clock,
    )


def handle_announcements(*, announcements_table: str, programme_table: str) -> HandleAnnouncements:
    """What operators do with announcements."""
    return HandleAnnouncements(
        announcements(announcements_table), bootstrap.programme(programme_table), bootstrap.clock
    )


def publish_announcements(
    *,
    announcements_table: str,
    letters_table: str,
    friends_table: str,
    invitations_table: str,
    programme_table: str,
    letters_queue: str,
) -> PublishAnnouncements:
    """The rounds of announcements that are due."""
    return PublishAnnouncements(
        announcements=announcements(announcements_table),
        readers=readers(letters_table),
        pages=PagesOfFriends(bound(FriendRow, friends_table)),
        friends=bootstrap.friends(friends_table),
        invitations=bootstrap.invitations(invitations_table),
        programme=bootstrap.programme(programme_table),
        letters=bootstrap.letters_queue(letters_queue),
        clock=bootstrap.clock,
    )


def news(of_years: SendLetter, *, friends_table: str, choices_table: str) -> News:
    """News, which leave by the same way as the letters of years."""
    return News(
        directory=bootstrap_standing.directory(friends_table),
        choices=bootstrap_standing.choices(choices_table),
        mint=of_years.mint,
        mail=of_years.mail,
        clock=of_years.clock,
        pages_url=of_years.pages_url,
    )


def send_test_letter(
    of_years: SendLetter, of_news: News, product_tests_table: str, testers_table: str
) -> SendTestLetter:
    """Letters about product tests."""
    return SendTestLetter(
        friends=of_years.friends,
        tests=product_tests(product_tests_table),
        testers=testers(product_tests_table, testers_table),
        programme=of_years.programme,
        hand_over=of_years.hand_over,
        news=of_news,
    )


def send_announcement(
    of_years: SendLetter, of_news: News, announcements_table: str, letters_table: str
) -> SendAnnouncement:
    """Letters about announcements."""
    return SendAnnouncement(
        friends=of_years.friends,
        announcements=announcements(announcements_table),
        readers=readers(letters_table),
        invitations=of_years.invitations,
        programme=of_years.programme,
        hand_over=of_years.hand_over,
        news=of_news,
    )
