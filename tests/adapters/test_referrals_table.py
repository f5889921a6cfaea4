"""Referrals on DynamoDB: one a person for ever, joins as a whole, versions, and what erasing leaves."""

from dataclasses import replace

import pytest

from best_friends import bootstrap, bootstrap_referrals
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.models_referrals import ReferralRow
from best_friends.adapters.referrals import ReferralsOfPerson, ReferralsTable, SesSuppression
from best_friends.domain.referrals import NOBODY, Declined, Referral
from tests.support.stack import SIX_IN_ZURICH, Stack
from tests.support.wire import reply

NEW = Referral("ref-1", "ADA", SIX_IN_ZURICH, name="Max M")


@pytest.fixture
def table(stack: Stack) -> ReferralsTable:
    """The referrals."""
    return bootstrap_referrals.referrals(stack.name("ReferralsTable"))


def test_the_first_has_a_referral_for_ever(table: ReferralsTable) -> None:
    assert table.add(NEW) and not table.add(replace(NEW, friend_id="BEN"))
    assert table.get("ref-1") == replace(NEW, version=1)
    assert table.of_friends(["ADA", "BEN"]) == [replace(NEW, version=1)]
    assert table.get("ref-2") is None


def test_only_what_was_read_is_written_over(table: ReferralsTable) -> None:
    table.add(NEW)
    read = table.get("ref-1")
    assert read and table.put(replace(read, first_job_at=SIX_IN_ZURICH, months=("2026-01",)))
    assert not table.put(replace(read, months=()))
    assert (stands := table.get("ref-1")) and stands.months == ("2026-01",)


def test_an_account_joins_by_one_referral_and_a_referral_leads_to_one_account(table: ReferralsTable) -> None:
    other = replace(NEW, referral_id="ref-2")
    for one in (NEW, other):
        table.add(one)
    first, second = table.get("ref-1"), table.get("ref-2")
    assert first and second and table.join(first, "MAX", SIX_IN_ZURICH)
    assert not table.join(first, "EVA", SIX_IN_ZURICH) and not table.join(second, "MAX", SIX_IN_ZURICH)
    assert table.joined(["MAX", "EVA"]) == {"MAX": "ref-1"}
    assert sorted(one.joined for one in table.everything()) == ["", "MAX"]


def test_the_letters_about_a_month_are_ordered_once(table: ReferralsTable) -> None:
    assert not table.updated("2026-03")
    table.note_updated("2026-03")
    assert table.updated("2026-03") and not list(table.everything())


def test_a_person_is_told_of_and_erased_from_both_sides(stack: Stack, table: ReferralsTable) -> None:
    table.add(NEW)
    table.add(replace(NEW, referral_id="dec-1", declined=Declined.SELF, name=""))
    read = table.get("ref-1")
    assert read and table.join(read, "MAX", SIX_IN_ZURICH)
    held = ReferralsOfPerson(bound(ReferralRow, stack.name("ReferralsTable")))
    assert [one["referral_id"] for one in held.of(["ADA"])] == ["dec-1", "ref-1"]
    assert "MAX" not in str(held.of(["ADA"]))
    [of_max] = held.of(["MAX"])
    assert of_max["name"] == "Max M" and "ADA" not in str(of_max)
    held.remove(["MAX"])
    assert held.of(["MAX"]) == [] and table.joined(["MAX"]) == {}
    assert (left := table.get("ref-1")) and (left.name, left.joined, left.joined_at) == (
        "",
        "",
        SIX_IN_ZURICH,
    )
    held.remove(["ADA"])
    assert held.of(["ADA"]) == [] and (nobodys := table.get("ref-1")) and nobodys.friend_id == NOBODY
    assert not table.add(NEW)  # the person was referred once, which counts for ever


def test_a_referral_is_removed_with_what_stands_beside_the_account(table: ReferralsTable) -> None:
    table.add(NEW)
    read = table.get("ref-1")
    assert read and table.join(read, "MAX", SIX_IN_ZURICH)
    assert not table.remove(read)  # it joined in between
    assert (joined := table.get("ref-1")) and table.remove(joined)
    assert table.get("ref-1") is None and table.joined(["MAX"]) == {} and table.of_friends(["ADA"]) == []
    assert not table.remove(joined)
    assert not table.put(joined) and not table.join(read, "MAX", SIX_IN_ZURICH)
    assert table.add(NEW) and (again := table.get("ref-1")) and table.remove(again)


def test_the_mail_service_says_which_addresses_it_does_not_write_to(stack: Stack) -> None:
    suppression = SesSuppression(bootstrap.ses())
    operation = "sesv2.GetSuppressedDestination"
    stack.wire.refuse(operation, "NotFoundException", 404)
    assert not suppression.holds("max@people.example")
    stack.wire.answers[operation] = lambda request: reply(
        request, 200, {"SuppressedDestination": {"EmailAddress": "x", "Reason": "BOUNCE"}}
    )
    assert suppression.holds("max@people.example")
