"""A draw is still explained to the others when one of those drawn was erased since."""

from dataclasses import replace
from datetime import UTC, datetime

from best_friends.application.why import recomputed
from best_friends.domain.dispatch import draw, wave
from best_friends.domain.erasure import NOBODY, nameless_wave
from best_friends.domain.offer import Wave
from best_friends.domain.picks import pick_of
from tests.support.rosters import POLICY, crowd, job, roster_of

ROSTER = roster_of(crowd(40, every=3))
PLACE = job()
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def waves() -> list[Wave]:
    """Three waves of a job, as the dispatcher freezes them."""
    made: list[Wave] = []
    for number in (1, 2, 3):
        passed = {pick.friend_id for one in made for pick in one.picks}
        race = draw(ROSTER, PLACE, POLICY, wanted=POLICY.wave_size + len(passed))
        picks = tuple(pick_of(race, entry) for entry in wave(race, POLICY, passed))
        made.append(
            Wave(PLACE.job_id, number, NOW, PLACE.skill, PLACE.latitude, PLACE.longitude, "v1", POLICY,
                 race.candidates, picks)
        )  # fmt: skip
    return made


def test_waves_come_out_of_their_roster_again_with_nobody_in_the_place_of_the_erased() -> None:
    whole = waves()
    assert recomputed(ROSTER, whole)
    for place in (0, 4, len(whole[0].picks) - 1):
        erased = whole[0].picks[place].friend_id
        without = [nameless_wave(one, {erased}) for one in whole]
        assert without[0].picks[place].friend_id == NOBODY
        assert recomputed(ROSTER, without)


def test_another_in_the_place_of_one_who_was_not_erased_is_seen() -> None:
    first, *rest = waves()
    swapped = replace(first, picks=(first.picks[1], first.picks[0], *first.picks[2:]))
    assert not recomputed(ROSTER, [swapped, *rest])
    erased = nameless_wave(swapped, {first.picks[5].friend_id})
    assert not recomputed(ROSTER, [erased, *rest])
