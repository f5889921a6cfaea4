"""The annual machine: a whole year in a few seconds, and every way in which it may go wrong."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from best_friends.adapters.errors import UNSENDABLE
from best_friends.adapters.workflows import execution_name
from best_friends.domain.invitation import InvitationState
from best_friends.domain.policy import Role
from best_friends.domain.programme import YearState
from best_friends.domain.stats import Totals
from tests.support.fixtures import Printed
from tests.support.machines import Machines
from tests.support.marketplace import YEAR, Marketplace, address_of
from tests.support.pages import press
from tests.support.stack import Clock, Stack
from tests.support.steps import state_of
from tests.support.waiting import until

BEGIN = {
    "year": YEAR,
    "opened_on": "2026-01-15",
    "pace": {"seconds_a_day": 0.12, "seconds_a_nominee": 0.1},
}
QUICK = BEGIN | {"pace": {"seconds_a_day": 0.02, "seconds_a_nominee": 0}}
MENTORS = ("M1", "M2", "M3", "M4")
NOMINEES = ("F01", *MENTORS)
"""F01 by its figures, the only place among six; the others by their role."""


@pytest.fixture
def stack(real_stack: Stack) -> Stack:
    """These machines wait for instants, so time has to pass."""
    return real_stack


@pytest.fixture
def year(machines: Machines, marketplace: Marketplace) -> Marketplace:
    """Six Friends with revenue, of whom one is in the top 5 %, and four mentors without any.

    However slow this computer is, the answers are not closed before the letters have gone out.
    """
    machines.hooks["CloseAnswers"] = lambda: until(
        machines.every_invitation_has_its_letter, what="the letters"
    )
    for number in range(1, 7):
        marketplace.star(f"F{number:02d}", 1_000_000 - number * 1_000)
    for mentor in MENTORS:
        marketplace.has(mentor).engaged(mentor, Role.MENTOR, date(2025, 3, 1))
    return marketplace.settle()


class Friends:
    """Read their mail as it comes, and answer as they are told to, once."""

    def __init__(self, stack: Stack, answers: dict[str, str]) -> None:
        self.stack = stack
        self.answers = dict(answers)

    def __call__(self) -> None:
        for friend_id, answer in list(self.answers.items()):
            if mails := self.stack.postbox.to(address_of(friend_id), "invitation"):
                press(self.stack, mails[0].token, answer)
                del self.answers[friend_id]


def letters_to(stack: Stack, friend_id: str) -> list[str]:
    return [mail.kind for mail in stack.postbox.to(address_of(friend_id))]


def output(ended: dict[str, Any]) -> dict[str, Any]:
    assert ended["status"] == "SUCCEEDED", ended
    document: dict[str, Any] = json.loads(ended["output"])
    return document


@pytest.fixture
def attended(machines: Machines, stack: Stack, year: Marketplace, clock: Clock) -> dict[str, Any]:
    """A whole year: one confirms, one declines, two are silent, one cannot be reached.

    The use cases' clock stands still and the machine is held at each date until everybody has done what
    it does by then, so that nobody is late because this computer is slow.
    """
    stack.wire.refuse("sesv2.SendEmail", UNSENDABLE, about=address_of("M4"), times=None)
    friends = Friends(stack, {"F01": "confirm", "M1": "decline"})

    def first_letters_are_out() -> bool:
        return not friends.answers and state_of(stack, "M4") is InvitationState.UNDELIVERABLE

    def letters_are_out(kind: str, number: int) -> bool:
        return stack.postbox.kinds().count(kind) == number

    machines.hooks["RemindSilent"] = lambda: until(
        lambda: first_letters_are_out() and letters_are_out("invitation", 4), what="the answers"
    )
    machines.hooks["CloseAnswers"] = lambda: until(
        lambda: letters_are_out("reminder", 4), what="the reminders"
    )
    ended = machines.finished(machines.start("AnnualMachine", QUICK, "year"), meanwhile=friends)
    machines.all_invitations_ended()
    return ended


def test_whole_year_ends_every_invitation_as_exactly_one_thing(
    machines: Machines, stack: Stack, attended: dict[str, Any]
) -> None:
    assert {one: str(state_of(stack, one)) for one in NOMINEES} == {
        "F01": "confirmed",
        "M1": "declined",
        "M2": "expired",
        "M3": "expired",
        "M4": "undeliverable",
    }
    assert {one: letters_to(stack, one) for one in NOMINEES} == {
        "F01": ["invitation", "welcome"],
        "M1": ["invitation"],
        "M2": ["invitation", "reminder", "reminder"],
        "M3": ["invitation", "reminder", "reminder"],
        "M4": [],
    }
    assert output(attended)["result"] == {
        "sent": 4,
        "reminders": 4,
        "confirmed": 1,
        "declined": 1,
        "expired": 2,
        "undeliverable": 1,
        "still_open": 0,
    }
    assert {machines.state_of(one)["status"] for one in machines.invitations()} == {"SUCCEEDED"}


def test_closed_year_is_recorded_announced_and_published(
    machines: Machines, stack: Stack, attended: dict[str, Any]
) -> None:
    record = stack.programme.year(YEAR)
    assert record
    assert (record.state, record.opened_by, record.audit["equal"]) == (YearState.CLOSED, "year", True)
    assert (record.counts["population"], record.counts["nominees"], record.counts["confirmed"]) == (6, 5, 1)
    assert [(one.places, one.cutoff_cents, one.top) for one in record.cohorts] == [(1, 999_000, 1)]
    assert stack.programme.settings().best_friends_of == YEAR
    assert list(stack.invitations.best_friends(YEAR)) == ["F01"]
    report = stack.objects()[f"years/{YEAR}/report.html"].decode()
    assert "2025" in report
    assert "mailbox.example" not in report


def test_answer_after_the_year_was_closed_is_too_late(
    machines: Machines, stack: Stack, year: Marketplace
) -> None:
    machines.finished(machines.start("AnnualMachine", QUICK, "year"))
    machines.all_invitations_ended()
    [mail] = stack.postbox.to(address_of("M2"), "invitation")
    page = press(stack, mail.token, "confirm")
    assert page["statusCode"] == 200
    assert "<form" not in page["body"]
    assert state_of(stack, "M2") is InvitationState.EXPIRED
    assert letters_to(stack, "M2")[-1] != "welcome"


def test_second_start_of_a_closed_year_changes_nothing(
    machines: Machines, stack: Stack, year: Marketplace
) -> None:
    machines.finished(machines.start("AnnualMachine", QUICK, "first"))
    machines.all_invitations_ended()
    before, archived, mails = stack.dump(), stack.objects(), len(stack.postbox.mails)
    other = BEGIN | {"policy": {"qualification": {"revenue_top_percent": "50"}}}
    second = machines.start("AnnualMachine", other, "second")
    told = output(machines.finished(second))
    assert told["outcome"] == "already_open"
    assert "qualification.revenue_top_percent: 5 -> 50" in told["message"]
    assert machines.states_visited(second) == ["OpenYear", "IsOpened", "AlreadyOpen"]
    assert (stack.dump(), stack.objects(), len(stack.postbox.mails)) == (before, archived, mails)


def test_two_starts_at_once_run_the_year_once(machines: Machines, stack: Stack, year: Marketplace) -> None:
    both = [machines.start("AnnualMachine", QUICK, name) for name in ("one", "other")]
    outcomes = sorted(output(machines.finished(one))["outcome"] for one in both)
    machines.all_invitations_ended()
    assert outcomes == ["already_open", "opened"]
    assert [len(stack.postbox.to(address_of(one), "invitation")) for one in NOMINEES] == [1] * 5


def test_year_that_has_not_ended_is_not_opened(machines: Machines, stack: Stack, year: Marketplace) -> None:
    early = BEGIN | {"opened_on": "2025-12-31"}
    ended = machines.finished(machines.start("AnnualMachine", early, "early"))
    assert (ended["status"], ended["error"]) == ("FAILED", "YearNotOpened")
    assert stack.programme.year(YEAR) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"policy": {"qualification": {"ratings_minimum": 3}}},
        {"policy": {"programme": {"timezone": "America/Lima"}}},
        {"opened_on": "the ides of March"},
        {"pace": {"seconds_a_month": 1}},
        {"year": "last"},
    ],
)
def test_start_that_cannot_be_used_fails_without_a_record(
    machines: Machines, stack: Stack, wrong: dict[str, Any]
) -> None:
    ended = machines.finished(machines.start("AnnualMachine", BEGIN | wrong, "wrong"))
    assert (ended["status"], ended["error"]) == ("FAILED", "YearNotOpened")
    assert stack.items("ProgrammeTable") == []


def test_one_nominee_that_cannot_be_invited_does_not_cost_the_others_their_letter(
    machines: Machines, stack: Stack, year: Marketplace, printed: Printed
) -> None:
    name = execution_name("M2", YEAR)
    stack.wire.refuse("sfn.StartExecution", "AccessDeniedException", times=None, about=name)
    ended = machines.finished(machines.start("AnnualMachine", QUICK, "year"))
    machines.all_invitations_ended()
    assert output(ended)["invited"] == [{"incomplete": True}]
    assert sorted(mail.to for mail in stack.postbox.mails if mail.kind == "invitation") == [
        address_of(one) for one in NOMINEES if one != "M2"
    ]
    assert {line["friend_id"] for line in printed.said("invitation not started")} == {"M2"}
    assert printed.metric("InvitationsNotStarted") == 4
    record = stack.programme.year(YEAR)
    assert record
    assert record.state is YearState.CLOSED


def test_nominee_whose_start_failed_at_first_is_invited_once_with_the_next_try(
    machines: Machines, stack: Stack, year: Marketplace
) -> None:
    stack.wire.refuse("sfn.StartExecution", "AccessDeniedException", about=execution_name("M2", YEAR))
    output(machines.finished(machines.start("AnnualMachine", QUICK, "year")))
    machines.all_invitations_ended()
    assert machines.invoked.count("InviteNominees") == 2
    assert len(machines.invitations()) == 5
    assert [len(stack.postbox.to(address_of(one), "invitation")) for one in NOMINEES] == [1] * 5


def test_stats_that_differ_are_repaired_before_anybody_is_ranked(
    machines: Machines, stack: Stack, year: Marketplace
) -> None:
    wrong = {"2025-06": Totals(ratings=15, stars=75, jobs=1, cents=99_000_000)}
    stack.stats.put("F06", wrong, read_at=1)
    stack.stats.put("gone", wrong, read_at=0)
    execution = machines.start("AnnualMachine", QUICK, "year")
    output(machines.finished(execution))
    machines.all_invitations_ended()
    record = stack.programme.year(YEAR)
    assert record
    assert record.audit["equal"]
    assert record.audit["attempt"] == 2
    assert record.cohorts[0].cutoff_cents == 999_000
    assert stack.stats.get("F06").months["2025-06"].cents == 994_000
    assert stack.stats.get("gone").months == {}
    assert machines.states_visited(execution).count("RepairStats") == 1


def test_stats_that_keep_differing_stop_the_year_before_any_letter(
    machines: Machines, stack: Stack, year: Marketplace
) -> None:
    def spoil() -> None:
        version = stack.stats.get("F06").version
        stack.stats.put("F06", {"2025-06": Totals(cents=1)}, read_at=version)

    machines.hooks["AuditStats"] = spoil
    execution = machines.start("AnnualMachine", QUICK, "year")
    ended = machines.finished(execution)
    assert (ended["status"], ended["error"]) == ("FAILED", "YearFailed")
    assert machines.states_visited(execution).count("RepairStats") == 2
    record = stack.programme.year(YEAR)
    assert record
    assert (record.state, record.failure) == (YearState.FAILED, "AuditDiffers")
    assert stack.items("InvitationsTable") == []
    assert stack.postbox.mails == []


def test_failed_year_goes_on_with_its_own_policy_when_it_is_resumed(
    machines: Machines, stack: Stack, year: Marketplace
) -> None:
    stack.wire.refuse("s3.PutObject", "AccessDenied", 403, times=None)
    machines.finished(machines.start("AnnualMachine", QUICK, "first"))
    failed = stack.programme.year(YEAR)
    assert failed
    assert failed.state is YearState.FAILED
    assert failed.failure
    stack.wire.mend()
    again = QUICK | {"resume": True, "policy": {"qualification": {"engagement_roles": []}}}
    output(machines.finished(machines.start("AnnualMachine", again, "second")))
    machines.all_invitations_ended()
    record = stack.programme.year(YEAR)
    assert record
    assert (record.state, record.failure, record.policy) == (YearState.CLOSED, "", failed.policy)
    assert record.counts["nominees"] == 5


def test_step_that_fails_twice_is_tried_again(machines: Machines, stack: Stack, year: Marketplace) -> None:
    failures = iter([True, True, False])

    def fail() -> None:
        if next(failures, False):
            raise RuntimeError("out of memory")

    machines.hooks["FixCutoff"] = fail
    output(machines.finished(machines.start("AnnualMachine", QUICK, "year")))
    assert machines.invoked.count("FixCutoff") == 3


def test_reminders_that_fail_do_not_keep_the_year_from_closing(
    machines: Machines, stack: Stack, year: Marketplace
) -> None:
    stack.wire.refuse("sqs.SendMessageBatch", "AccessDenied", times=None, about="reminder")
    output(machines.finished(machines.start("AnnualMachine", QUICK, "year")))
    machines.all_invitations_ended()
    assert set(stack.postbox.kinds()) == {"invitation"}
    assert {str(state_of(stack, one)) for one in NOMINEES} == {"expired"}


def test_year_without_anybody_is_closed(machines: Machines, stack: Stack) -> None:
    ended = output(machines.finished(machines.start("AnnualMachine", QUICK, "year")))
    assert set(ended["result"].values()) == {0}
    record = stack.programme.year(YEAR)
    assert record
    assert record.state is YearState.CLOSED


def test_schedule_opens_the_year_that_has_just_ended(
    machines: Machines, stack: Stack, year: Marketplace
) -> None:
    target = stack.template.properties("YearlySchedule")["Target"]
    fired = target["Input"].replace("<aws.scheduler.scheduled-time>", "2026-01-15T05:00:00Z")
    execution = machines.start("AnnualMachine", json.loads(fired), "scheduled")
    until(lambda: "WaitForReminder" in machines.states_visited(execution), what="the first wait")
    record = stack.programme.year(YEAR)
    assert record
    assert record.pace is None
    assert record.answer_until
    assert record.answer_until > datetime.now(UTC)
    assert machines.state_of(execution)["status"] == "RUNNING"
