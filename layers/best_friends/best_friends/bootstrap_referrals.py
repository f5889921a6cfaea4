"""The composition root's part about referrals."""

from typing import TYPE_CHECKING

import boto3

from best_friends import bootstrap, bootstrap_standing
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.marketplace import EngagementsTable
from best_friends.adapters.models import EngagementRow, FriendRow, NoteRow
from best_friends.adapters.models_referrals import ReferralRow
from best_friends.adapters.models_requests import RequestRow
from best_friends.adapters.referrals import ReferralsTable, SesSuppression
from best_friends.adapters.requests import DecisionTransactions
from best_friends.application.ambassadors import KeepAmbassadors
from best_friends.application.follow_referrals import FollowReferrals
from best_friends.application.forget_referral import ForgetReferral
from best_friends.application.import_referrals import ImportReferrals
from best_friends.application.ports_standing import Choices
from best_friends.application.record_referral import RecordReferral
from best_friends.application.referrals_page import ShowReferralsPage
from best_friends.application.send_letter import SendLetter
from best_friends.application.send_referral_letter import SendReferralLetter, Thanked
from best_friends.application.standing import Standings
from best_friends.application.update_referrers import UpdateReferrers

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


def referrals(table: str) -> ReferralsTable:
    """Referrals, by the table's name."""
    return ReferralsTable(bound(ReferralRow, table))


def suppression_client() -> "SESV2Client":
    """A client of its own: unlike the one that sends letters, it may ask again."""
    return boto3.client("sesv2")


def record_referral(*, referrals_table: str, friends_table: str) -> RecordReferral:
    """Recording referrals."""
    return RecordReferral(
        referrals(referrals_table),
        bootstrap.friends(friends_table),
        bootstrap_standing.directory(friends_table),
        SesSuppression(suppression_client()),
        bootstrap.clock,
    )


def show_referrals_page(
    *, links_table: str, friends_table: str, programme_table: str, referrals_table: str
) -> ShowReferralsPage:
    """The page of a Friend's referrals."""
    return ShowReferralsPage(
        bootstrap.follow_link(links_table),
        record_referral(referrals_table=referrals_table, friends_table=friends_table),
        bootstrap.programme(programme_table),
    )


def follow_referrals(
    *,
    referrals_table: str,
    friends_table: str,
    stats_table: str,
    engagements_table: str,
    trail_table: str,
    programme_table: str,
    letters_queue: str,
) -> FollowReferrals:
    """Following referrals."""
    table, friends = referrals(referrals_table), bootstrap.friends(friends_table)
    ambassadors = KeepAmbassadors(
        referrals=table,
        friends=friends,
        directory=bootstrap_standing.directory(friends_table),
        roles=EngagementsTable(bound(EngagementRow, engagements_table)),
        programme=bootstrap.programme(programme_table),
        decisions=DecisionTransactions(
            bound(FriendRow, friends_table),
            bound(EngagementRow, engagements_table),
            RequestRow,  # no request is decided here: its table needs no name
            bound(NoteRow, trail_table),
        ),
        clock=bootstrap.clock,
    )
    return FollowReferrals(
        table,
        friends,
        bootstrap.stats(stats_table),
        bootstrap.letters_queue(letters_queue),
        ambassadors,
        bootstrap.clock,
    )


def send_referral_letter(
    of_years: SendLetter, standings: Standings, choices: Choices, referrals_table: str, thanked: Thanked
) -> SendReferralLetter:
    """Letters about referrals, which leave by the same way as those of years."""
    return SendReferralLetter(
        referrals(referrals_table),
        of_years.friends,
        standings.directory,
        choices,
        of_years.programme,
        of_years.hand_over,
        of_years.mint,
        of_years.mail,
        of_years.clock,
        of_years.pages_url,
        thanked,
    )


def forget_referral(follow: FollowReferrals, trail_table: str) -> ForgetReferral:
    """Forgetting whoever was referred."""
    return ForgetReferral(follow.referrals, follow.ambassadors, bootstrap.trail(trail_table), follow.clock)


def update_referrers(follow: FollowReferrals) -> UpdateReferrers:
    """What is due once a day."""
    return UpdateReferrers(
        follow.referrals, follow, follow.ambassadors.programme, follow.letters, follow.clock
    )


def import_referrals(
    *, referrals_table: str, friends_table: str, erasures: frozenset[str]
) -> ImportReferrals:
    """The import of referrals; `erasures` are the keys of those who were erased."""
    record = record_referral(referrals_table=referrals_table, friends_table=friends_table)
    return ImportReferrals(record, erasures)
