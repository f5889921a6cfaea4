"""Taking a job: the first one wins, looking takes nothing, and a link does one thing for one Friend."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from best_friends.application.accept_job import AcceptJob, Offer
from best_friends.application.links import ACCEPT, ANSWER, ExpiredLink, MintLink, UnknownLink
from best_friends.application.offer_page import STATES, ShowOfferPage, page_of
from best_friends.domain.ledger import JobStatus
from best_friends.domain.letter import NO_YEAR
from best_friends.domain.offer import Standing, offered_until
from best_friends.domain.place import Direction
from best_friends.pages.offer import OfferPage, OfferState
from tests.unit.fakes_dispatch import (
    ELEVEN_IN_ZURICH,
    DispatchWorld,
    accept_offer,
    area,
    helper,
    job_of,
)
from tests.unit.line import Actor, Crash, every_order


def offered(*friend_ids: str) -> DispatchWorld:
    """A world in which these Friends have a link to J1 each: token-1 is the first's, and so on."""
    world = DispatchWorld()
    world.jobs.rows["J1"] = job_of()
    until = offered_until(ELEVEN_IN_ZURICH, world.policy)
    for one in friend_ids:
        world.friends.rows[one] = helper(one, area(12, label="work"))
        MintLink(world.links, world.tokens)(ACCEPT, one, NO_YEAR, until, "J1")
    world.line.calls.clear()
    return world


@pytest.fixture
def world() -> DispatchWorld:
    return offered("F1", "F2")


def holder(world: DispatchWorld, job_id: str = "J1") -> str:
    return world.jobs.rows[job_id].friend_id


# ---------------------------------------------------------------- the first one wins


def test_a_friend_who_accepts_has_the_job_and_it_is_known_since_when(world: DispatchWorld) -> None:
    world.later(seconds=42)
    offer = accept_offer(world)("J1", "token-1")
    assert (offer.standing, offer.accepted_after) == (Standing.YOURS, 42.0)
    job = world.jobs.rows["J1"]
    assert (job.status, job.friend_id, job.accepted_at) == (JobStatus.ACCEPTED, "F1", world.clock.now)


def test_the_same_friend_again_has_it_still_and_took_it_once(world: DispatchWorld) -> None:
    accept_offer(world)("J1", "token-1")
    taken = world.jobs.rows["J1"]
    world.later(seconds=30)
    again = accept_offer(world)("J1", "token-1")
    assert (again.standing, again.accepted_after) == (Standing.YOURS, None)
    assert world.jobs.rows["J1"] == taken


def test_whoever_comes_later_was_too_late(world: DispatchWorld) -> None:
    accept_offer(world)("J1", "token-1")
    late = accept_offer(world)("J1", "token-2")
    assert (late.standing, late.accepted_after, holder(world)) == (Standing.TAKEN, None, "F1")


def test_of_two_at_once_one_has_it_and_both_are_told_the_truth() -> None:
    def begin() -> tuple[DispatchWorld, list[Actor]]:
        world = offered("F1", "F2")
        calls = ["FakeJobs.get", "FakeJobs.accept"]
        return world, [
            Actor(lambda token=token: accept_offer(world)("J1", token), calls)  # type: ignore[misc]
            for token in ("token-1", "token-2")
        ]

    winners = set()
    for world, actors in every_order(begin):
        assert [actor.error for actor in actors] == [None, None]
        offers = {friend: actor.result for friend, actor in zip(("F1", "F2"), actors, strict=True)}
        for friend, offer in offers.items():
            assert isinstance(offer, Offer)
            mine = holder(world) == friend
            assert offer.standing is (Standing.YOURS if mine else Standing.TAKEN)
            assert (offer.accepted_after is not None) is mine
        winners.add(holder(world))
    assert winners == {"F1", "F2"}


def test_a_cancellation_and_an_acceptance_at_once_leave_one_that_the_page_knows() -> None:
    def begin() -> tuple[DispatchWorld, list[Actor]]:
        world = offered("F1")
        return world, [
            Actor(lambda: accept_offer(world)("J1", "token-1"), ["FakeJobs.get", "FakeJobs.accept"]),
            Actor(lambda: world.jobs.cancel("J1"), ["FakeJobs.cancel"]),
        ]

    for world, [friend, _] in every_order(begin):
        assert isinstance(friend.result, Offer)
        assert world.jobs.rows["J1"].status is JobStatus.CANCELLED
        assert friend.result.standing in (Standing.YOURS, Standing.OVER)
        assert accept_offer(world).look("J1", "token-1").standing is Standing.OVER


@pytest.mark.parametrize("after", [False, True])
def test_an_acceptance_that_breaks_off_anywhere_can_be_made_again(after: bool) -> None:
    whole = offered("F1")
    accept_offer(whole)("J1", "token-1")
    for number in range(1, len(whole.line.calls) + 1):
        world = offered("F1")
        world.line.break_at(number, Crash(), after=after)
        with pytest.raises(Crash):
            accept_offer(world)("J1", "token-1")
        world.line.mend()
        assert accept_offer(world)("J1", "token-1").standing is Standing.YOURS
        assert holder(world) == "F1"


@given(st.lists(st.tuples(st.sampled_from(["F1", "F2", "F3"]), st.booleans()), min_size=1, max_size=12))
def test_whatever_is_opened_and_pressed_only_the_first_press_takes_the_job(
    clicks: list[tuple[str, bool]],
) -> None:
    world = offered("F1", "F2", "F3")
    offers = accept_offer(world)
    for friend_id, pressed in clicks:
        token = f"token-{friend_id[1]}"
        if pressed:
            offers("J1", token)
        else:
            offers.look("J1", token)
    presses = [friend_id for friend_id, pressed in clicks if pressed]
    assert holder(world) == (presses[0] if presses else "")


# ---------------------------------------------------------------- what cannot be taken


@pytest.mark.parametrize("status", [JobStatus.CANCELLED, JobStatus.COMPLETED, JobStatus.ACCEPTED])
def test_a_job_that_is_not_posted_any_more_is_not_taken(world: DispatchWorld, status: JobStatus) -> None:
    world.jobs.rows["J1"] = job_of(status=status, friend_id="F9")
    before = world.content()
    offer = accept_offer(world)("J1", "token-1")
    assert offer.standing is (Standing.OVER if status is JobStatus.CANCELLED else Standing.TAKEN)
    assert world.content() == before


def test_who_has_left_takes_nothing(world: DispatchWorld) -> None:
    world.change("F1", active=False)
    before = world.content()
    assert accept_offer(world)("J1", "token-1").standing is Standing.OVER
    assert world.content() == before
    assert AcceptJob(world.jobs, world.clock)(world.jobs.rows["J1"], world.friends.rows["F1"])[1] is None


def test_who_has_a_pause_may_still_take_what_was_offered_before(world: DispatchWorld) -> None:
    world.change("F1", paused=True)
    assert accept_offer(world)("J1", "token-1").standing is Standing.YOURS


def forged(world: DispatchWorld) -> tuple[str, str]:
    return "J1", "nobody-drew-this"


def of_another_purpose(world: DispatchWorld) -> tuple[str, str]:
    token = MintLink(world.links, world.tokens)(ANSWER, "F1", 2025, world.clock.now + timedelta(days=9), "J1")
    return "J1", token


def of_another_job(world: DispatchWorld) -> tuple[str, str]:
    world.jobs.rows["J2"] = job_of("J2")
    return "J2", "token-1"


def of_no_job(world: DispatchWorld) -> tuple[str, str]:
    token = MintLink(world.links, world.tokens)(ACCEPT, "F1", 2025, world.clock.now + timedelta(days=9))
    return "", token


def of_a_job_that_has_gone(world: DispatchWorld) -> tuple[str, str]:
    world.jobs.rows.clear()
    return "J1", "token-1"


def of_a_friend_who_has_gone(world: DispatchWorld) -> tuple[str, str]:
    world.friends.rows.clear()
    return "J1", "token-1"


def empty(world: DispatchWorld) -> tuple[str, str]:
    return "J1", ""


LINKS: list[Callable[[DispatchWorld], tuple[str, str]]] = [
    forged,
    of_another_purpose,
    of_another_job,
    of_no_job,
    of_a_job_that_has_gone,
    of_a_friend_who_has_gone,
    empty,
]


@pytest.mark.parametrize("link", LINKS)
def test_a_link_that_is_not_for_this_takes_nothing_and_shows_nothing(
    world: DispatchWorld, link: Callable[[DispatchWorld], tuple[str, str]]
) -> None:
    job_id, token = link(world)
    before = world.content()
    for use in (accept_offer(world), accept_offer(world).look):
        with pytest.raises(UnknownLink):
            use(job_id, token)
    assert world.content() == before


def test_a_link_takes_a_job_until_it_expires_and_not_a_moment_longer(world: DispatchWorld) -> None:
    world.clock.now = offered_until(ELEVEN_IN_ZURICH, world.policy) + timedelta(microseconds=1)
    before = world.content()
    for use in (accept_offer(world), accept_offer(world).look):
        with pytest.raises(ExpiredLink):
            use("J1", "token-1")
    assert world.content() == before
    world.clock.now -= timedelta(microseconds=1)
    assert accept_offer(world)("J1", "token-1").standing is Standing.YOURS


# ---------------------------------------------------------------- the page


STANDS: dict[str, tuple[Callable[[DispatchWorld], object], OfferState]] = {
    "open": (lambda world: None, OfferState.OPEN),
    "own": (lambda world: world.jobs.accept("J1", "F1", world.clock.now), OfferState.ACCEPTED),
    "taken": (lambda world: world.jobs.accept("J1", "F2", world.clock.now), OfferState.TAKEN),
    "cancelled": (lambda world: world.jobs.cancel("J1"), OfferState.OVER),
    "left": (lambda world: world.change("F1", active=False), OfferState.OVER),
}


@pytest.mark.parametrize(("happened", "state"), STANDS.values(), ids=STANDS.keys())
@pytest.mark.parametrize("pressed", [[], [""], ["yes"], ["ACCEPT"], ["accept", "accept"], ["x", "accept"]])
def test_looking_changes_nothing_ever_whatever_a_scanner_posts(
    world: DispatchWorld,
    pressed: list[str],
    happened: Callable[[DispatchWorld], object],
    state: OfferState,
) -> None:
    happened(world)
    before = world.content()
    page, offer = ShowOfferPage(accept_offer(world))("J1", "token-1", pressed, "en")
    assert (page.state, world.content()) == (state, before)
    assert offer is not None and offer.accepted_after is None


def test_the_button_takes_the_job(world: DispatchWorld) -> None:
    show = ShowOfferPage(accept_offer(world))
    pages = [show("J1", token, ["accept"], "en")[0].state for token in ("token-1", "token-1", "token-2")]
    assert pages == [OfferState.ACCEPTED, OfferState.ACCEPTED, OfferState.TAKEN]


def test_the_page_says_roughly_where_the_job_is_in_the_friends_language(world: DispatchWorld) -> None:
    world.change("F1", language="fr-CH")
    page, _ = ShowOfferPage(accept_offer(world))("J1", "token-1", [], "en")
    assert page == OfferPage(
        state=OfferState.OPEN,
        language="fr",
        name="Mara F1",
        skill="computer",
        distance_km=page.distance_km,
        direction=Direction.SOUTH,
        area="work",
        job_id="J1",
        token="token-1",
    )
    assert page.distance_km == pytest.approx(12)


def test_who_has_moved_since_still_finds_the_page(world: DispatchWorld) -> None:
    world.change("F1", areas=())
    page, _ = ShowOfferPage(accept_offer(world))("J1", "token-1", [], "en")
    assert (page.state, page.distance_km, page.direction, page.area) == (OfferState.OPEN, None, None, "")


def test_a_job_that_has_lost_its_place_is_shown_without_one(world: DispatchWorld) -> None:
    world.jobs.rows["J1"] = replace(world.jobs.rows["J1"], latitude=None)
    page, _ = ShowOfferPage(accept_offer(world))("J1", "token-1", [], "en")
    assert (page.state, page.distance_km) == (OfferState.OPEN, None)


@pytest.mark.parametrize("pressed", [[], ["accept"]])
def test_a_link_that_does_not_open_is_told_in_the_readers_language_without_a_name(
    world: DispatchWorld, pressed: list[str]
) -> None:
    show = ShowOfferPage(accept_offer(world))
    assert show("J1", "forged", pressed, "it") == (OfferPage(OfferState.UNKNOWN_LINK, "it"), None)
    world.later(days=2)
    assert show("J1", "token-1", pressed, "fr") == (OfferPage(OfferState.EXPIRED_LINK, "fr"), None)


@pytest.mark.parametrize("standing", Standing)
def test_every_standing_has_its_page(world: DispatchWorld, standing: Standing) -> None:
    offer = replace(accept_offer(world).look("J1", "token-1"), standing=standing)
    assert page_of(offer, "token-1").state is STATES[standing]
    assert len(set(STATES.values())) == len(Standing)
