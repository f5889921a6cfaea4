"""Product tests from the invitation to the answer: crashes, repeats, the last place, ended news."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from best_friends.application.correct_ledger import By
from best_friends.application.errors import Refusal
from best_friends.application.hand_over import Sending
from best_friends.application.ports_letters import LetterOrder
from best_friends.application.ports_standing import Stream
from best_friends.domain.drafts import DraftError, ProductTestDraft
from best_friends.domain.letter import NO_YEAR, LetterKind
from best_friends.domain.product_tests import TesterState as State
from best_friends.domain.product_tests import chance_of
from best_friends.pages.product_test import ProductTestPageState
from tests.unit.fakes_offers import START, OffersWorld, drill
from tests.unit.line import Actor, Crash, every_order

BY = By("Ada", "the drills are late")
HEAD_START = timedelta(hours=48)


@pytest.fixture
def world() -> OffersWorld:
    """A test with two places."""
    world = OffersWorld()
    world.tests.rows["drill"] = drill()
    return world


def invited(world: OffersWorld) -> list[str]:
    return sorted(friend_id for _, friend_id in world.testers.rows)


def press(world: OffersWorld, token: str, answer: str) -> ProductTestPageState:
    return world.page(token, {"answer": [answer]}, "de").page.state


def token_of(world: OffersWorld, friend_id: str) -> str:
    """The newest token that names a Friend's invitation."""
    mail = [one for one in world.mail.sent if one.to.startswith(friend_id.lower()) and "/tests/" in one.text]
    return mail[-1].text.partition("/tests/")[2].split()[0]


def test_best_friends_are_invited_first_and_everybody_else_after_the_head_start(world: OffersWorld) -> None:
    assert world.invite().invited == 3
    assert invited(world) == ["B1", "B2", "B3"] and world.invite().invited == 0
    world.clock.now = START + HEAD_START
    assert world.invite().invited == 5
    assert invited(world)[3:] == ["F1", "F2", "F3", "F4", "F5"]
    world.deliver()
    assert world.mailed_to() == invited(world)


def test_of_many_those_come_first_whom_the_draw_names(world: OffersWorld) -> None:
    world.tests.rows["drill"] = drill(1, others_from=START)
    assert world.invite().invited == 3
    everybody = sorted(world.friends.rows, key=lambda one: chance_of("drill", one))
    assert set(invited(world)) == set(everybody[:3])
    world.clock.now += timedelta(hours=24)  # silence makes room for the next three
    world.invite()
    assert set(invited(world)) == set(everybody[:6])


def test_an_invitation_is_news(world: OffersWorld) -> None:
    world.choices.choose("B1", Stream.NEWS, wanted=False)
    world.invite()
    assert invited(world) == ["B2", "B3"]
    world.choices.choose("B2", Stream.NEWS, wanted=False)  # after it was ordered
    assert sorted(world.deliver()) == sorted([Sending.NOT_WANTED, Sending.SENT])
    [mail] = world.mail.sent
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.headers["List-Unsubscribe"].strip("<>") in mail.text


def test_nothing_is_sent_after_the_places_are_gone(world: OffersWorld) -> None:
    world.invite()
    world.tests.rows["drill"] = drill(taken=2)
    assert set(world.deliver()) == {Sending.NOT_WANTED} and not world.mail.sent
    assert world.invite().invited == 0


def test_a_place_that_goes_while_the_letter_is_written_stops_it(world: OffersWorld) -> None:
    world.invite()

    def take(name: str) -> None:
        if name == "FakeLetters.claim":
            world.tests.rows["drill"] = drill(taken=2)

    world.line.done = take
    order = world.queue.orders[0]
    assert world.send_test(order) is Sending.NOT_WANTED and not world.mail.sent


def test_a_yes_takes_a_place_and_a_letter_says_what_comes_next(world: OffersWorld) -> None:
    world.invite()
    world.deliver()
    token = token_of(world, "B1")
    assert world.page(token, None, "de").page.state is ProductTestPageState.OPEN
    for _ in range(2):
        assert press(world, token, "accept") is ProductTestPageState.ACCEPTED
    assert world.tests.rows["drill"].taken == 1
    assert world.deliver() == [Sending.SENT, Sending.ALREADY_DONE]
    assert "Sie kommt mit der Post." in world.mail.sent[-1].text and not world.mail.sent[-1].headers


def test_whoever_is_too_late_is_told_kindly_and_a_place_given_back_is_free_again(world: OffersWorld) -> None:
    world.invite()
    world.deliver()
    tokens = {one: token_of(world, one) for one in ("B1", "B2", "B3")}
    press(world, tokens["B1"], "accept")
    press(world, tokens["B2"], "accept")
    assert press(world, tokens["B3"], "accept") is ProductTestPageState.FULL
    assert press(world, tokens["B3"], "decline") is ProductTestPageState.DECLINED
    assert world.testers.rows["drill", "B3"].state is State.DECLINED
    assert world.tests.rows["drill"].taken == 2
    assert press(world, tokens["B1"], "decline") is ProductTestPageState.DECLINED
    assert world.tests.rows["drill"].taken == 1
    assert press(world, tokens["B3"], "accept") is ProductTestPageState.ACCEPTED


@pytest.mark.parametrize(
    "posted", [None, {}, {"answer": ["accept", "decline"]}, {"answer": ["x"]}, {"a": ["accept"]}]
)
def test_looking_changes_nothing(world: OffersWorld, posted: dict[str, Sequence[str]] | None) -> None:
    world.invite()
    world.deliver()
    token, before = token_of(world, "B1"), world.content()
    assert world.page(token, posted, "de").answered is None
    assert world.content() == before


def test_forged_and_old_links_open_nothing(world: OffersWorld) -> None:
    assert press(world, "forged", "accept") is ProductTestPageState.UNKNOWN_LINK
    world.invite()
    world.deliver()
    token = token_of(world, "B1")
    world.clock.now = drill().answer_until + timedelta(seconds=1)
    assert press(world, token, "accept") is ProductTestPageState.OVER
    world.clock.now += timedelta(days=91)
    assert press(world, token, "accept") is ProductTestPageState.EXPIRED_LINK
    assert world.tests.rows["drill"].taken == 0


def test_the_last_place_is_taken_once_whoever_comes_in_which_order() -> None:
    def begin() -> tuple[OffersWorld, list[Actor]]:
        world = OffersWorld()
        world.tests.rows["drill"] = drill(1)
        world.invite()
        world.deliver()
        at = ("FakeTesters.answer", "FakeTests.get")
        actors = [
            Actor(lambda one=one: world.page(token_of(world, one), {"answer": ["accept"]}, "de"), at)  # type: ignore[misc]
            for one in ("B1", "B2")
        ]
        return world, actors

    for world, actors in every_order(begin):
        assert not [one.error for one in actors if one.error]
        states = [one.state for one in world.testers.rows.values()]
        assert states.count(State.ACCEPTED) == world.tests.rows["drill"].taken == 1


def finished(world: OffersWorld) -> OffersWorld:
    for _ in range(3):
        world.invite()
        world.deliver(keep=True)
    return world


@pytest.mark.parametrize("after", [False, True])
def test_a_run_that_breaks_off_anywhere_is_finished_by_the_next(*, after: bool) -> None:
    plain = OffersWorld()
    plain.tests.rows["drill"] = drill()
    plain.invite()
    calls = len(plain.line.calls)
    wanted = (invited(finished(plain)), plain.mailed_to())
    for number in range(1, calls + 1):
        world = OffersWorld()
        world.tests.rows["drill"] = drill()
        world.line.break_at(number, Crash(), after=after)
        with pytest.raises(Crash):
            world.invite()
        world.line.mend()
        finished(world)
        assert (invited(world), world.mailed_to()) == wanted


def test_a_test_that_is_off_is_told_to_those_who_said_yes(world: OffersWorld) -> None:
    world.invite()
    world.deliver()
    press(world, token_of(world, "B1"), "accept")
    world.deliver()
    world.line.break_at(4, Crash())
    with pytest.raises(Crash):
        world.handle.cancel("drill", BY)
    world.line.mend()
    world.handle.cancel("drill", BY)
    world.invite()
    with pytest.raises(Refusal, match="already"):
        world.handle.cancel("drill", BY)
    world.deliver(keep=True)
    world.deliver(keep=True)
    assert world.mailed_to("findet nicht statt") == ["B1"]
    assert "> the drills are late" in world.mail.sent[-1].text
    assert {(one.friend_id, one.about) for one in world.notes.rows} == {("B1", "drill")}
    assert press(world, token_of(world, "B2"), "accept") is ProductTestPageState.CANCELLED


def test_accounts_that_became_one_are_one_tester(world: OffersWorld) -> None:
    world.invite()
    world.deliver()
    for one in ("B1", "B2"):
        world.friends.rows[one] = replace(world.friends.rows[one], merged_into="F1")
    assert press(world, token_of(world, "B1"), "accept") is ProductTestPageState.ACCEPTED
    assert press(world, token_of(world, "B2"), "accept") is ProductTestPageState.ACCEPTED
    assert world.tests.rows["drill"].taken == 1
    world.clock.now = START + HEAD_START
    world.invite()
    assert "F1" not in invited(world)


def test_a_letter_about_what_is_not_known_is_not_sent(world: OffersWorld) -> None:
    for friend_id, about in (("B1", "other"), ("NOBODY", "drill"), ("B1", "drill")):
        order = LetterOrder(LetterKind.TEST_INVITATION, friend_id, NO_YEAR, about=about)
        assert world.send_test(order) is Sending.NOT_WANTED


FILE = """id = "saw"
places = 3
skills = ["repair"]
answer_by = 2026-11-30
[de]
title = "eine Säge"
text = ["Zum Ausprobieren."]
next = "Sie kommt mit der Post."
"""


def test_an_operator_adds_a_test_by_a_file_and_sees_its_order(world: OffersWorld) -> None:
    world.friends.rows["F2"] = replace(world.friends.rows["F2"], skills=("repair",))
    test = world.handle.add(ProductTestDraft.from_toml(FILE))
    assert test.others_from - test.starts_at == HEAD_START and test.left == 3
    world.clock.now = test.others_from
    looked = world.handle.look("saw")
    assert [(one.friend_id, one.matching) for one in looked.waiting] == [("F2", ("repair",))]
    with pytest.raises(DraftError, match="id: there is a product test saw already"):
        world.handle.add(ProductTestDraft.from_toml(FILE))
    with pytest.raises(DraftError, match=r"answer_by: is 2026-11-01.*later day"):
        world.handle.add(ProductTestDraft.from_toml(FILE.replace("2026-11-30", "2026-11-01")))
    with pytest.raises(Refusal, match="product-test list"):
        world.handle.look("none")


def test_a_skill_that_nobody_has_is_refused_with_those_there_are(world: OffersWorld) -> None:
    world.friends.rows["F2"] = replace(world.friends.rows["F2"], skills=("repair", "wifi"))
    world.friends.rows["F3"] = replace(world.friends.rows["F3"], skills=("flying",), active=False)
    known = sorted({skill for one in world.friends.rows.values() if one.active for skill in one.skills})
    for skills, said in (
        ('"flying"', "flying: no Friend has this skill"),
        ('"flying", "repair", "diving"', "flying, diving: no Friend has these skills"),
    ):
        with pytest.raises(DraftError) as refused:
            world.handle.add(ProductTestDraft.from_toml(FILE.replace('"repair"', skills)))
        assert str(refused.value) == f"skills: {said}; known: {', '.join(known)}"
    assert {"repair", "wifi"} <= set(known) and "saw" not in world.tests.rows


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"saw"', '"S A W"', "small letters"),
        ("places = 3", "places = 0", "places"),
        ("places = 3", "", "missing"),
        ("places", "palces", "unknown key"),
        ("[de]", "[xx]", "unknown key"),
        ('next = "Sie kommt mit der Post."', "", "de.next: is missing"),
        ("answer_by = 2026-11-30", "answer_by = 2026-11-30\nstarts_at = 2026-11-03T09:00:00Z", "offset"),
        ("[de]", "[de", "not TOML"),
        ("places = 3", "places = 0", r"places: expected 1 or more \(found 0\)"),
        ("places = 3", 'places = "3"', "places: expected a whole number"),
        ('["Zum Ausprobieren."]', "[]", r"de.text: expected at least one paragraph \(found \[\]\)"),
        ('["Zum Ausprobieren."]', '"x"', "de.text: expected a list of paragraphs"),
        ('["repair"]', "[5]", "skills.0: expected text in quotes"),
        ("2026-11-30", '"soon"', "answer_by: expected a date such as 2027-03-20"),
        ("2026-11-30", "2026-11-30T10:00:00", "answer_by: expected a date such as"),
        ('"eine Säge"', f'"{"x" * 130}"', "de.title: expected 120 characters at most"),
        ("[de]", 'starts_at = "x"\n[de]', "starts_at: expected a day and a time such as"),
    ],
)
def test_a_fault_in_a_file_names_its_key_and_the_mend(before: str, after: str, said: str) -> None:
    with pytest.raises(DraftError, match=said):
        ProductTestDraft.from_toml(FILE.replace(before, after, 1))
