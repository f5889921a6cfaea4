"""Notifying a Friend of a job: at most once, if it still makes sense, and with nothing private on the way."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest

from best_friends.application.accept_job import Offer
from best_friends.application.errors import InDoubt, Refused, Throttled
from best_friends.application.hand_over import Sending
from best_friends.application.links import hash_of
from best_friends.application.ports import Link
from best_friends.application.ports_dispatch import NotificationOrder
from best_friends.application.send_notification import Notified
from best_friends.domain.friends import Channel
from best_friends.domain.ledger import JobStatus
from best_friends.domain.letter import LetterState
from best_friends.domain.offer import Standing
from best_friends.letters import TEMPLATE_VERSION
from tests.unit.fakes_dispatch import (
    ELEVEN_IN_ZURICH,
    DispatchWorld,
    accept_offer,
    area,
    helper,
    job_of,
    send_notification,
)
from tests.unit.line import Actor, Crash, Unreachable, every_order

ORDER = NotificationOrder("J1", "F1", 1)
LETTER = "notification#J1#F1"
both_channels = pytest.mark.parametrize("channel", Channel)


def picked(channel: Channel = Channel.MAIL, language: str = "de", **policy: Any) -> DispatchWorld:
    """A world in which F1 is to be notified of J1."""
    world = DispatchWorld(**policy)
    world.friends.rows["F1"] = helper("F1", area(12), channel=channel, language=language)
    world.jobs.rows["J1"] = job_of(customer_id="customer-4711")
    return world


def went_out(world: DispatchWorld) -> int:
    """How many notifications have left, whatever the way."""
    return len(world.mail.sent) + len(world.app.told)


# ---------------------------------------------------------------- what goes out


def test_a_notification_is_a_letter_with_a_link_for_this_job_and_friend() -> None:
    world = picked()
    assert send_notification(world)(ORDER) == Notified(Sending.SENT, Channel.MAIL)
    [mailed] = world.mail.sent
    assert (mailed.to, mailed.tags) == ("f1@friends.example", {"kind": "notification", "year": "0"})
    assert "https://pages.example/jobs/J1/accept?token=token-1" in mailed.text
    row = world.letters.rows[LETTER]
    assert (row.state, row.template, row.message_id) == (LetterState.SENT, TEMPLATE_VERSION, "message-1")
    until = ELEVEN_IN_ZURICH + timedelta(hours=24)
    assert world.links.rows == {hash_of("token-1"): Link("accept", "F1", 0, until, "J1")}


def test_the_link_opens_as_long_as_the_job_may_be_offered() -> None:
    world = picked(offer_hours=3)
    world.later(hours=2)
    send_notification(world)(ORDER)
    assert world.links.rows[hash_of("token-1")].expires_at == ELEVEN_IN_ZURICH + timedelta(hours=3)


@pytest.mark.parametrize("job_id", ["J-1", "a/b", "50 % & more?", "Grüezi#1", "../answers"])
def test_a_link_leads_to_its_job_whatever_its_id(job_id: str) -> None:
    world = picked()
    world.jobs.rows[job_id] = job_of(job_id)
    send_notification(world)(NotificationOrder(job_id, "F1", 1))
    [word] = [one for one in world.mail.sent[0].text.split() if one.startswith("https://pages.example")]
    path, _, query = word.removeprefix("https://pages.example/jobs/").partition("?")
    assert path.count("/") == 1 and "#" not in word and " " not in word
    assert query == "token=token-1"
    offer = accept_offer(world).look(job_id, "token-1")
    assert isinstance(offer, Offer) and offer.standing is Standing.OPEN


def test_a_letter_says_how_far_the_job_is_from_the_nearest_area_that_covers_it() -> None:
    world = picked()
    world.change("F1", areas=(area(40, 50, "lake"), area(17, 30, "work"), area(1, 0.5, "tiny")))
    send_notification(world)(ORDER)
    assert "17\N{NO-BREAK SPACE}km" in world.mail.sent[0].text
    assert "work" in world.mail.sent[0].text


def test_a_letter_holds_no_coordinates_and_no_customer() -> None:
    world = picked()
    send_notification(world)(ORDER)
    [mailed] = world.mail.sent
    written = mailed.subject + mailed.html + mailed.text
    assert [secret for secret in ("46.9", "7.44", "customer-4711") if secret in written] == []


def test_the_app_hears_ids_and_a_language_and_nothing_else() -> None:
    world = picked(Channel.APP, "fr-CH")
    assert send_notification(world)(ORDER) == Notified(Sending.SENT, Channel.APP)
    assert world.app.told == [(ORDER, "fr")]
    assert asdict(ORDER).keys() == {"job_id", "friend_id", "wave"}
    assert (world.mail.sent, world.links.rows) == ([], {}), "who uses the app is signed in there"
    assert world.letter("F1") is LetterState.SENT


@pytest.mark.parametrize(
    ("wanted", "spoken"), [("de", "de"), ("fr", "fr"), ("it-CH", "it"), ("EN_gb", "en"), ("rm", "de")]
)
def test_both_ways_speak_the_friends_language_or_the_policys_first(wanted: str, spoken: str) -> None:
    by_mail, plain = picked(language=wanted), picked(language=spoken)
    by_app = picked(Channel.APP, wanted)
    for world in (by_mail, plain, by_app):
        send_notification(world)(ORDER)
    assert by_mail.mail.sent == plain.mail.sent
    assert [language for _, language in by_app.app.told] == [spoken]


@both_channels
def test_it_is_told_how_long_after_its_posting_a_job_reached_the_friend(channel: Channel) -> None:
    world = picked(channel)
    world.later(seconds=12.5)
    world.line.turn = lambda name: world.later(seconds=2) if name.endswith((".send", ".notify")) else None
    assert send_notification(world)(ORDER).seconds == 14.5


# ---------------------------------------------------------------- what is not wanted any more


NOT_WANTED: dict[str, Callable[[DispatchWorld], object]] = {
    "the job is taken": lambda world: world.jobs.accept("J1", "F2", world.clock.now),
    "the friend has it": lambda world: world.jobs.accept("J1", "F1", world.clock.now),
    "the job is cancelled": lambda world: world.jobs.cancel("J1"),
    "the job is completed": lambda world: world.jobs.rows.update(J1=job_of(status=JobStatus.COMPLETED)),
    "the job has gone": lambda world: world.jobs.rows.clear(),
    "the job has lost its place": lambda world: world.jobs.rows.update(J1=job_of(latitude=None)),
    "the job is too old": lambda world: world.later(hours=24, seconds=1),
    "the friend has left": lambda world: world.change("F1", active=False),
    "the friend has a pause": lambda world: world.change("F1", paused=True),
    "the friend has gone": lambda world: world.friends.rows.clear(),
    "the friend has moved": lambda world: world.change("F1", areas=(area(300),)),
    "the friend has narrowed its area": lambda world: world.change("F1", areas=(area(12, 11.9),)),
    "the friend has no area any more": lambda world: world.change("F1", areas=()),
}


@both_channels
@pytest.mark.parametrize("happened", NOT_WANTED.values(), ids=NOT_WANTED.keys())
def test_a_notification_that_makes_no_sense_any_more_is_not_sent(
    channel: Channel, happened: Callable[[DispatchWorld], object]
) -> None:
    world = picked(channel)
    happened(world)
    assert send_notification(world)(ORDER).sending is Sending.NOT_WANTED
    assert (went_out(world), world.letters.rows, world.links.rows) == (0, {}, {})


# ---------------------------------------------------------------- at most once


@both_channels
def test_a_message_that_comes_again_notifies_nobody_again(channel: Channel) -> None:
    world = picked(channel)
    send_notification(world)(ORDER)
    before = world.content()
    assert send_notification(world)(ORDER).sending is Sending.ALREADY_DONE
    assert (world.content(), went_out(world)) == (before, 1)


@both_channels
def test_a_friend_is_notified_once_of_a_job_whatever_the_wave(channel: Channel) -> None:
    world = picked(channel)
    outcomes = [send_notification(world)(replace(ORDER, wave=wave)).sending for wave in (2, 1, 3)]
    assert outcomes == [Sending.SENT, Sending.ALREADY_DONE, Sending.ALREADY_DONE]
    assert went_out(world) == 1


@both_channels
def test_who_changes_the_channel_meanwhile_is_not_notified_by_the_other_too(channel: Channel) -> None:
    world = picked(channel)
    send_notification(world)(ORDER)
    [other] = [one for one in Channel if one is not channel]
    world.change("F1", channel=other)
    assert send_notification(world)(ORDER).sending is Sending.ALREADY_DONE
    assert went_out(world) == 1


def test_two_jobs_are_two_notifications_and_so_are_two_friends() -> None:
    world = picked()
    world.jobs.rows["J2"] = job_of("J2")
    world.friends.rows["F2"] = helper("F2")
    for job_id in ("J1", "J2"):
        for friend_id in ("F1", "F2"):
            assert send_notification(world)(NotificationOrder(job_id, friend_id, 1)).sending is Sending.SENT
    assert len({mailed.text for mailed in world.mail.sent}) == 4
    assert len(world.links.rows) == 4


@both_channels
def test_two_copies_of_a_message_at_once_notify_once(channel: Channel) -> None:
    def begin() -> tuple[DispatchWorld, list[Actor]]:
        world = picked(channel)
        calls = ["FakeLetters.claim", "FakeMail.send", "FakeApp.notify", "FakeLetters.settle"]
        return world, [Actor(lambda: send_notification(world)(ORDER), calls) for _ in range(2)]

    for world, copies in every_order(begin):
        assert [copy.error for copy in copies] == [None, None]
        assert went_out(world) == 1
        assert world.letter("F1") is LetterState.SENT, "a copy that only met it does not put it in doubt"


@both_channels
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [Crash, Unreachable])
def test_a_notification_goes_out_at_most_once_wherever_its_sender_breaks_off(
    error: type[BaseException], after: bool, channel: Channel
) -> None:
    whole = picked(channel)
    send_notification(whole)(ORDER)
    for number, name in enumerate(whole.line.calls, start=1):
        if after and error is Unreachable and name in ("FakeMail.send", "FakeApp.notify"):
            continue  # a reply that gets lost is told as doubt by the adapter
        world = picked(channel)
        world.line.break_at(number, error(), after=after)
        with pytest.raises(error):
            send_notification(world)(ORDER)
        world.line.mend()
        send_notification(world)(ORDER)
        assert send_notification(world)(ORDER).sending is Sending.ALREADY_DONE
        assert went_out(world) <= 1
        assert world.letter("F1") in (LetterState.SENT, LetterState.IN_DOUBT)
        assert went_out(world) == 1 or world.letter("F1") is LetterState.IN_DOUBT


# ---------------------------------------------------------------- what the ways out say


def answer(world: DispatchWorld, *errors: Exception, anyway: bool = False) -> None:
    world.mail.errors, world.app.errors = list(errors), list(errors)
    world.mail.sends_anyway = world.app.hears_anyway = anyway


@both_channels
def test_a_throttled_notification_is_free_again_and_goes_out_later(channel: Channel) -> None:
    world = picked(channel)
    answer(world, Throttled(), Throttled())
    for _ in range(2):
        with pytest.raises(Throttled):
            send_notification(world)(ORDER)
        assert world.letter("F1") is LetterState.CREATED
    assert send_notification(world)(ORDER).sending is Sending.SENT
    assert went_out(world) == 1


@both_channels
def test_a_throttled_notification_is_dropped_when_the_job_is_taken_meanwhile(channel: Channel) -> None:
    world = picked(channel)
    answer(world, Throttled())
    with pytest.raises(Throttled):
        send_notification(world)(ORDER)
    world.jobs.accept("J1", "F2", world.clock.now)
    assert send_notification(world)(ORDER).sending is Sending.NOT_WANTED
    assert went_out(world) == 0


@both_channels
def test_a_refused_notification_has_failed_and_is_not_tried_again(channel: Channel) -> None:
    world = picked(channel)
    answer(world, Refused())
    assert [send_notification(world)(ORDER).sending for _ in range(2)] == [Sending.FAILED] * 2
    assert (world.letter("F1"), went_out(world)) == (LetterState.FAILED, 0)


@both_channels
@pytest.mark.parametrize("arrived", [False, True])
def test_a_notification_whose_reply_was_lost_is_in_doubt_and_never_sent_again(
    arrived: bool, channel: Channel
) -> None:
    world = picked(channel)
    answer(world, InDoubt(), anyway=arrived)
    assert send_notification(world)(ORDER).sending is Sending.IN_DOUBT
    assert world.letter("F1") is LetterState.IN_DOUBT
    assert send_notification(world)(ORDER).sending is Sending.ALREADY_DONE
    assert went_out(world) == arrived


def test_a_notification_in_doubt_has_a_link_that_works_should_it_have_arrived() -> None:
    world = picked()
    answer(world, InDoubt(), anyway=True)
    send_notification(world)(ORDER)
    assert accept_offer(world)("J1", "token-1").standing is Standing.YOURS
