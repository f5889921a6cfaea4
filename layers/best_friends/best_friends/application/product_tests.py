"""Product tests as operators handle them: added, looked at, cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from best_friends.application.correct_ledger import By
from best_friends.application.errors import Refusal
from best_friends.application.invite_testers import Whom, tell_cancelled
from best_friends.application.ports import Clock, Programme
from best_friends.application.ports_changes import Trail
from best_friends.application.ports_letters import LettersQueue
from best_friends.application.ports_product_tests import ProductTests, Testers
from best_friends.domain.corrections import Note
from best_friends.domain.drafts import DraftError, ProductTestDraft
from best_friends.domain.product_tests import (
    Cancelled,
    Candidate,
    ProductTest,
    ProductTestState,
    Tester,
    TesterState,
    Wave,
    may_test,
)


@dataclass(frozen=True, slots=True)
class Looked:
    """A test with its invitations, and who comes next in the order of the wave that goes on."""

    test: ProductTest
    testers: tuple[Tester, ...]
    wave: Wave
    waiting: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class HandleTests:
    """What operators do with product tests."""

    tests: ProductTests
    testers: Testers
    whom: Whom
    programme: Programme
    letters: LettersQueue
    trail: Trail
    clock: Clock

    def add(self, draft: ProductTestDraft) -> ProductTest:
        """Add a test; its waves follow by themselves.

        Raises:
            DraftError: when there is one of this id, its days do not fit together, or nobody has a skill.
        """
        policy, now = self.programme.settings().policy, self.clock()
        zone = policy.programme.zone
        starts = draft.starts_at.replace(tzinfo=zone).astimezone(UTC) if draft.starts_at else now
        until = datetime.combine(draft.answer_by + timedelta(days=1), time(), zone).astimezone(UTC)
        if until <= max(now, starts):
            said = f"is {draft.answer_by}, when the test has not begun or the day is over; name a later day"
            raise DraftError([("answer_by", said)])
        self._known(draft.skills)
        test = ProductTest(
            test_id=draft.id,
            skills=draft.skills,
            places=draft.places,
            starts_at=starts,
            others_from=starts + timedelta(hours=policy.benefits.head_start_hours),
            answer_until=until - timedelta(seconds=1),
            words=draft.words,
        )
        if not self.tests.add(test):
            said = f"there is a product test {draft.id} already; give this one another id"
            raise DraftError([("id", said)])
        return test

    def all(self) -> list[ProductTest]:
        """Every test, the newest first."""
        return sorted(self.tests.all(), key=lambda one: (one.starts_at, one.test_id), reverse=True)

    def look(self, test_id: str) -> Looked:
        """A test, its invitations in their order, and those who come next.

        Raises:
            Refusal: when there is no such test.
        """
        test, now = self._get(test_id), self.clock()
        testers = self.testers.of_test(test_id)
        wave = Wave.BEST_FRIENDS if now < test.others_from else Wave.EVERYBODY
        invited = self.whom.surviving(testers)
        waiting = (one for one in self.whom(test, wave) if one.friend_id not in invited)
        goes_on = test.takes_answers_at(now)
        return Looked(test, tuple(sorted(testers, key=_in_order)), wave, tuple(waiting) if goes_on else ())

    def cancel(self, test_id: str, by: By) -> tuple[ProductTest, int]:
        """Cancel a test and write to those who had accepted; how many. Repeating it finishes it.

        Raises:
            Refusal: when there is no such test, or it is cancelled already.
        """
        test = self._get(test_id)
        if test.state is ProductTestState.OPEN:
            self.tests.cancel(test_id, Cancelled(self.clock(), by.who, by.why))
            test = self._get(test_id)
        elif test.cancelled and test.cancelled.told:
            raise Refusal(f"{test_id} was cancelled on {test.cancelled.at:%Y-%m-%d} already")
        off = test.cancelled
        if off is not None:
            self.trail.note(
                [
                    Note(one.friend_id, off.at, "product test cancelled", test_id, off.who, off.why)
                    for one in self.testers.of_test(test_id)
                    if one.state is TesterState.ACCEPTED
                ]
            )
        return test, tell_cancelled(self.tests, self.testers, self.letters, test)

    def _known(self, skills: Sequence[str]) -> None:
        """Refuse skills that nobody has who may be invited; a slip in one would let nobody be."""
        if not skills:
            return
        known = {skill for one in self.whom.friends.everybody() if may_test(one, ()) for skill in one.skills}
        lacking = [one for one in skills if one not in known]
        if lacking:
            these = "this skill" if len(lacking) == 1 else "these skills"
            said = f"{', '.join(lacking)}: no Friend has {these}; known: {', '.join(sorted(known)) or 'none'}"
            raise DraftError([("skills", said)])

    def _get(self, test_id: str) -> ProductTest:
        test = self.tests.get(test_id)
        if test is None:
            raise Refusal(
                f"there is no product test {test_id}; `best-friends product-test list` names those there are"
            )
        return test


def _in_order(tester: Tester) -> tuple[datetime, int, float, str]:
    return tester.invited_at, -len(tester.matching), tester.drawn, tester.friend_id
