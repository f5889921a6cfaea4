"""Referrals: recorded once for ever, declined kindly, followed in any order, thanked once for each result."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from best_friends.application.correct_ledger import By
from best_friends.application.import_referrals import ExportedReferral
from best_friends.application.imported import Imported
from best_friends.application.ports_standing import Stream
from best_friends.domain.friends import Decided
from best_friends.domain.letter import LetterKind
from best_friends.domain.policy import Role
from best_friends.domain.referrals import MOST_A_DAY, Declined, Person, Stage
from best_friends.pages.referrals import Field, render_referrals_page
from best_friends.pages.requests import AskState
from tests.unit.fakes_referrals import MAX, ReferralWorld
from tests.unit.line import Crash

ALL = [
    LetterKind.REFERRAL_THANKS,
    LetterKind.REFERRAL_JOINED,
    LetterKind.REFERRAL_FIRST_JOB,
    LetterKind.REFERRAL_TENTH_JOB,
]


@pytest.fixture
def world() -> ReferralWorld:
    """ADA is a Friend."""
    return ReferralWorld()


def test_a_referral_is_followed_and_each_result_thanked_once(world: ReferralWorld) -> None:
    world.refer(name="Max M")
    world.clock.now += timedelta(seconds=7)
    world.stream()
    assert (world.kinds(), world.seconds) == ([LetterKind.REFERRAL_THANKS], [7.0])
    world.joins("MAX")
    world.works("MAX", "2026-03", 4)
    world.works("MAX", "2026-04", 6)
    for _ in range(3):
        world.works("MAX", "2026-04", 6)
        world.follow.friends_changed(["MAX"])
        world.follow.referred(list(world.referrals.rows))
        world.stream()
    assert sorted(world.kinds()) == sorted(ALL)
    assert all(one.to == "ada@friends.example" and "Max M" in one.text for one in world.mail.sent)
    assert not any("Max M" in one.subject for one in world.mail.sent)


def test_who_may_not_be_named_is_not(world: ReferralWorld) -> None:
    world.record("ADA", Person(MAX, "Max M", may_be_named=False))
    world.joins("MAX")
    world.stream()
    [referral] = world.referrals.rows.values()
    assert referral.name == "" and len(world.mail.sent) == 2
    assert not any("Max" in one.text or "Name of" in one.text.split("\n", 2)[2] for one in world.mail.sent)


def test_a_correction_takes_no_milestone_back_and_thanks_nobody_twice(world: ReferralWorld) -> None:
    world.refer()
    world.joins("MAX")
    world.works("MAX", "2026-03", 10)
    world.works("MAX", "2026-03", 0)
    world.works("MAX", "2026-03", 12)
    world.stream()
    assert sorted(world.kinds()) == sorted(ALL)


@pytest.mark.parametrize("reason", Declined)
def test_what_is_declined_is_recorded_and_said_kindly_once(world: ReferralWorld, reason: Declined) -> None:
    address = MAX
    match reason:
        case Declined.SELF:
            world.friends.rows["OLD"] = replace(world.add("OLD", merged_into="ADA"), email=MAX)
        case Declined.FRIEND:
            world.joins("MAX")
        case Declined.REFERRED:
            world.add("BEN")
            world.refer("BEN", MAX.upper())
            world.stream()
            world.mail.sent.clear()
        case Declined.SUPPRESSED:
            world.suppression.addresses.add(MAX)
    first = world.refer(address=address)
    again = world.refer(address=f" {address.upper()} ")
    assert (first.referral.declined, first.is_new, again.is_new) == (reason, True, False)
    assert again.referral.referral_id == first.referral.referral_id
    world.stream()
    assert [one for one in world.kinds() if one is LetterKind.REFERRAL_DECLINED] == world.kinds()
    assert len(world.mail.sent) == 1 and first.referral.name == ""


def test_the_same_friend_may_press_twice(world: ReferralWorld) -> None:
    assert world.refer().is_new and not world.refer().is_new
    world.stream()
    assert world.kinds() == [LetterKind.REFERRAL_THANKS]


def test_whoever_takes_on_the_address_is_not_its_own_referral(world: ReferralWorld) -> None:
    world.refer()
    world.joins("ADA", MAX)
    [referral] = world.referrals.rows.values()
    assert referral.stage is Stage.RECORDED


def three_work(world: ReferralWorld, jobs: int = 1) -> None:
    for one in ("MAX", "EVA", "TIM"):
        address = f"{one.lower()}@people.example"
        world.refer(address=address)
        world.joins(one, address)
        world.works(one, "2026-03", jobs)
    world.stream()


def ambassador(world: ReferralWorld) -> list[bool]:
    return [
        not one.withdrawn
        for one in world.roles.rows.values()
        if one.role is Role.BRAND_AMBASSADOR and one.held_in(2026) is not one.withdrawn
    ]


def test_three_friends_with_a_job_make_an_ambassador_and_corrections_unmake_it(world: ReferralWorld) -> None:
    three_work(world)
    assert ambassador(world) == [True]
    world.works("TIM", "2026-03", 0)
    world.stream()
    assert ambassador(world) == [False]
    world.works("TIM", "2026-05", 1)
    world.stream()
    assert ambassador(world) == [True]
    assert [one.action for one in world.trail.rows] == ["role earned", "role taken back", "role earned"]


def test_what_operators_withdrew_stays_withdrawn(world: ReferralWorld) -> None:
    three_work(world)
    [(key, one)] = world.roles.rows.items()
    world.roles.rows[key] = replace(one, withdrawn=True, decided=Decided())
    assert world.keep_ambassadors("ADA") == 0 and ambassador(world) == [False]


def test_a_merge_of_two_who_were_referred_counts_one_person(world: ReferralWorld) -> None:
    three_work(world)
    world.friends.rows["TIM"] = replace(world.friends.rows["TIM"], merged_into="EVA")
    world.update()
    assert ambassador(world) == [False]


def test_aliases_refer_for_their_account(world: ReferralWorld) -> None:
    three_work(world)
    world.add("BEN")
    world.friends.rows["ADA"] = replace(world.friends.rows["ADA"], merged_into="BEN")
    world.update()
    assert {one.friend_id for one in world.roles.rows.values() if not one.withdrawn} >= {"BEN"}


def calls_of_a_whole_story() -> int:
    world = ReferralWorld()
    story(world)
    return len(world.line.calls)


def story(world: ReferralWorld) -> None:
    three_work(world, 10)


@pytest.mark.parametrize("after", [False, True])
def test_it_may_break_anywhere_and_comes_to_the_same_end(after: bool) -> None:
    whole = ReferralWorld()
    story(whole)
    for number in range(1, len(whole.line.calls) + 1, 5):
        world = ReferralWorld()
        world.line.break_at(number, Crash(), after=after)
        with pytest.raises(Crash):
            story(world)
        world.line.mend()
        for one in ("MAX", "EVA", "TIM"):  # what the streams deliver again
            world.refer(address=f"{one.lower()}@people.example")
            if one not in world.friends.rows:
                world.joins(one, f"{one.lower()}@people.example")
            if not world.stats.rows.get(one):
                world.works(one, "2026-03", 10)
            world.follow.friends_changed([one])
            world.follow.stats_changed([one])
        world.referrals.changed = list(world.referrals.rows)
        world.stream()
        kinds = sorted(world.kinds())
        lost = [one for one in world.letters.rows.values() if one.state == "in_doubt"]
        # After a crash between claim and record nobody knows: such a letter is never sent again.
        assert len(kinds) + len(lost) >= 12 and all(kinds.count(one) <= 3 for one in ALL), number
        assert ambassador(world) == [True], number


def test_news_once_a_month_and_none_without(world: ReferralWorld) -> None:
    three_work(world)
    world.clock.now = datetime(2026, 4, 1, 7, tzinfo=UTC)
    assert world.update().ordered == 0  # their first jobs were told at once
    world.works("MAX", "2026-04", 2)
    world.clock.now = datetime(2026, 5, 1, 7, tzinfo=UTC)
    assert [world.update().ordered for _ in range(2)] == [1, 0]
    world.mail.sent.clear()
    [order] = [one for one in world.queue.orders if one.kind is LetterKind.REFERRAL_UPDATE]
    for _ in range(2):
        world.send_referral(order)
    [mail] = world.mail.sent
    assert "List-Unsubscribe-Post" in mail.headers and "April 2026" in mail.text
    assert "3 Friends you referred have completed a job in 2026" in mail.text


def test_whoever_ended_the_news_gets_none_but_thanks_come(world: ReferralWorld) -> None:
    world.choices.choose("ADA", Stream.NEWS, wanted=False)
    three_work(world)
    world.works("MAX", "2026-04", 2)
    world.clock.now = datetime(2026, 5, 1, 7, tzinfo=UTC)
    world.update()
    world.stream()
    assert len(world.mail.sent) == 9 and LetterKind.REFERRAL_UPDATE not in world.kinds()


def test_a_name_is_forgotten_in_time(world: ReferralWorld) -> None:
    world.refer(name="Max M")
    world.clock.now += timedelta(days=366)
    assert world.update().forgotten == 1 and world.update().forgotten == 0
    [referral] = world.referrals.rows.values()
    assert referral.name == ""


BY = By("operator", "objected by phone")


@pytest.mark.parametrize("name", ["", "Max M"])
def test_who_objected_joins_unseen(world: ReferralWorld, name: str) -> None:
    world.refer(name=name)
    assert world.forget(f" {MAX.upper()} ", BY) == 1 and world.forget(MAX, BY) == 0
    assert [(one.friend_id, one.action, one.why) for one in world.trail.rows] == [
        ("ADA", "referral forgotten", BY.why)
    ]
    world.joins("MAX")
    world.works("MAX", "2026-03", 10)
    world.stream()
    world.update()
    assert not world.mail.sent and not world.referrals.rows and not world.referrals.by_account


def test_who_objected_after_joining_counts_no_more(world: ReferralWorld) -> None:
    three_work(world)
    world.mail.sent.clear()
    assert world.forget("tim@people.example", BY) == 1
    assert ambassador(world) == [False] and "TIM" not in world.referrals.by_account
    world.works("TIM", "2026-04", 9)
    world.follow.friends_changed(["TIM"])
    world.stream()
    assert not world.mail.sent and len(world.referrals.rows) == 2 and ambassador(world) == [False]


def test_forgetting_may_break_anywhere_and_comes_to_the_same_end() -> None:
    whole = ReferralWorld()
    three_work(whole)
    before = len(whole.line.calls)
    whole.forget(MAX, BY)
    for number in range(1, len(whole.line.calls) - before + 1):
        for after in (False, True):
            world = ReferralWorld()
            three_work(world)
            world.line.break_at(number, Crash(), after=after)
            with pytest.raises(Crash):
                world.forget(MAX, BY)
            world.line.mend()
            world.forget(MAX, BY)
            assert ambassador(world) == [False] and "MAX" not in world.referrals.by_account, number
            assert "referral forgotten" in [one.action for one in world.trail.rows], number


def test_what_was_declined_is_forgotten_too(world: ReferralWorld) -> None:
    world.add("BEN")
    world.refer("BEN")
    world.refer("ADA")
    assert world.forget(MAX, BY) == 2 and not world.referrals.rows
    assert {one.friend_id for one in world.trail.rows} == {"ADA", "BEN"}


@pytest.mark.parametrize("language", ["de", "fr", "it", "en"])
def test_the_page_shows_a_declined_referral_like_one_that_waits(world: ReferralWorld, language: str) -> None:
    token = world.token_of("ADA")
    shown = []
    for address in (MAX, "ada@friends.example"):
        world.referrals.rows.clear()
        page, _ = world.page(token, {**FORM, "address": [address]}, language)
        shown.append(render_referrals_page(replace(page, language=language)))
    assert shown[0] == shown[1]


FORM = {"address": [MAX], "name": ["Max"], "consent": ["yes"], "may_be_named": ["yes"]}


def test_the_page_shows_and_takes_and_says_the_same_of_whatever_is_posted(world: ReferralWorld) -> None:
    token = world.token_of("ADA")
    page, recorded = world.page(token, None, "de")
    assert (page.state, recorded, world.referrals.rows) == (AskState.OPEN, None, {})
    page, recorded = world.page(token, {**FORM, "token": [token]}, "de")
    assert page.state is AskState.ASKED and recorded and recorded.is_new
    assert [one.name for one in page.referrals] == ["Max"]
    page, recorded = world.page(token, {**FORM, "address": ["ada@friends.example"]}, "de")
    assert page.state is AskState.ASKED and recorded and recorded.referral.declined is Declined.SELF
    assert world.page("forged", None, "fr")[0].state is AskState.UNKNOWN_LINK


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"address": ["nobody"]}, Field.ADDRESS),
        ({"consent": []}, Field.CONSENT),
        ({"name": [""]}, Field.NAME),
        ({"name": ["x" * 81]}, Field.NAME),
    ],
)
def test_a_faulty_form_records_nothing(
    world: ReferralWorld, changed: dict[str, list[str]], fault: Field
) -> None:
    page, recorded = world.page(world.token_of("ADA"), {**FORM, **changed}, "de")
    assert (page.state, recorded, page.faults) == (AskState.FAULTY, None, frozenset({fault}))


def test_nobody_can_try_address_after_address(world: ReferralWorld) -> None:
    token = world.token_of("ADA")
    for number in range(MOST_A_DAY):
        world.page(token, {**FORM, "address": [f"p{number}@people.example"]}, "de")
    assert world.page(token, FORM, "de")[0].state is AskState.TOO_MANY
    world.clock.now += timedelta(days=1, seconds=1)
    assert world.page(token, FORM, "de")[0].state is AskState.ASKED


def test_an_import_can_be_run_again_and_the_first_who_referred_has_it(world: ReferralWorld) -> None:
    world.add("BEN")
    world.friends.rows["MAX"] = replace(world.add("MAX"), email=MAX, joined_on=date(2026, 2, 1))
    zone = ZoneInfo("Europe/Zurich")
    rows = [
        ExportedReferral("BEN", Person(MAX), datetime(2026, 1, 20, tzinfo=UTC)),
        ExportedReferral("ADA", Person(MAX), datetime(2026, 1, 10, tzinfo=UTC)),
        ExportedReferral("ADA", Person("ben@friends.example"), datetime(2026, 1, 10, tzinfo=UTC)),
    ]
    for expected in ({"referrals": 3}, {}):
        done = Imported()
        world.import_referrals(rows, zone, done, lambda _, __: None)
        assert done.new == expected
        world.stream()
        world.clock.now += timedelta(days=1)
    stages = {(one.friend_id, one.declined, one.joined) for one in world.referrals.rows.values()}
    assert stages == {
        ("ADA", None, "MAX"),
        ("BEN", Declined.REFERRED, ""),
        ("ADA", Declined.FRIEND, ""),
    }
    assert len(world.mail.sent) == 4
    assert timedelta(0) <= timedelta(seconds=max(world.seconds))
