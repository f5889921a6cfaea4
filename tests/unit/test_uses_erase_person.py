"""Who is erased is nowhere any more, the figures stay, and a crash changes nothing about the end."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from best_friends.application.correct_ledger import By
from best_friends.application.errors import Refusal
from best_friends.application.report_year import ReportYear
from best_friends.application.run import Runs
from best_friends.application.without_erased import WithoutErased
from best_friends.domain.erasure import LEFT_OUT, NOBODY, Words, key_of
from best_friends.domain.friends import Engagement, Friend
from best_friends.domain.invitation import InvitationState
from best_friends.domain.ledger import Job, LedgerEntry
from best_friends.domain.letter import LetterKind, LetterState, letter_id_of
from best_friends.domain.programme import YearState
from best_friends.domain.report import YearReport
from best_friends.domain.stats import Totals, replay, totals_of
from tests.unit.fakes_person import BY, CLOSED, OPEN, SECRETS, Person, settled
from tests.unit.line import Crash

ONE, TWO = "erased-one", "erased-two"


class FromFiles:
    """The archive as the report reads it, over the latest versions."""

    def __init__(self, here: Person) -> None:
        self._files = here.files.files

    def read_rows(self, path: str) -> Iterator[dict[str, Any]]:
        return map(json.loads, self._files[path][-1][1])


def report(here: Person, year: int) -> YearReport:
    """The report of a year, gathered anew."""
    archive = FromFiles(here)
    run = {CLOSED.year: CLOSED, OPEN.year: OPEN}[year]
    gather = ReportYear(archive, here.invitations, here.letters, Runs(here.programme, archive))  # type: ignore[arg-type]
    return gather(run, [f"{run.prefix}/nominees/000.jsonl.gz"], 1, closed=year == CLOSED.year)


def total(here: Person) -> Totals:
    """What the whole ledger adds up to."""
    return totals_of(line for own in here.ledger.rows.values() for line in own.values())


def test_nothing_names_the_person_any_more() -> None:
    here = settled()
    before = repr(here.content())
    assert all(secret in before for secret in SECRETS)
    here.erase("F1")
    here.deliver()  # nothing is left in the stream that brings the account back
    after = repr(here.content())
    assert [secret for secret in SECRETS if secret in after] == []
    assert "Xeno" in after and "wants Bern" in after


def test_an_alias_means_the_whole_person() -> None:
    here, other = settled(), settled()
    here.erase("F1")
    other.erase("F2")
    assert here.content() == other.content()


def test_figures_stay_under_pseudonyms_and_stats_follow_the_ledger() -> None:
    here = settled()
    before, reports = total(here), [report(here, year) for year in (2024, 2025)]
    erased = here.erase("F1")
    assert total(here) == before
    assert erased.lines == 3
    assert {one: dict(stored.months) for one, stored in here.stats.rows.items()} == {
        one: replay(here.ledger.entries(one)) for one in (ONE, "X")
    }
    assert report(here, 2024) == reports[0]
    was, now = reports[1].invitations, report(here, 2025).invitations
    assert now == replace(was, still_open=was.still_open - 1, expired=was.expired + 1)


def test_who_stands_for_the_person_is_never_invited_and_never_notified() -> None:
    here = settled()
    here.erase("F1")
    for pseudonym, into in ((ONE, ""), (TWO, ONE)):
        friend = here.friends.rows[pseudonym]
        assert (friend.active, friend.areas, friend.email, friend.merged_into) == (False, (), "", into)
        assert not friend.may_be_notified
    assert here.invitations.state(ONE, 2025) is InvitationState.EXPIRED
    assert here.invitations.state(ONE, 2024) is InvitationState.CONFIRMED


def test_an_open_invitation_ends_and_its_workflow_is_told() -> None:
    here = settled()
    here.erase("F1")
    assert here.workflows.told == [("task F1", InvitationState.EXPIRED)]
    assert set(here.workflows.waiting) == {"task X"}


def test_a_nominee_who_was_not_invited_yet_never_will_be() -> None:
    here = settled()
    del here.invitations.rows["F1", 2025]
    here.erase("F1")
    assert here.invitations.state(ONE, 2025) is InvitationState.EXPIRED


def test_who_is_surveyed_and_not_yet_judged_cannot_be_nominated() -> None:
    here = settled()
    here.programme.years[2025]["counts"] = {}
    here.erase("F1")
    rows = [json.loads(line) for line in here.files.files[f"{OPEN.prefix}/survey/000.jsonl.gz"][-1][1]]
    assert {row["friend_id"]: row["active"] for row in rows} == {ONE: False, TWO: False, "X": True}


def test_the_years_letters_are_counted_still_and_the_others_are_gone() -> None:
    here = settled()
    here.erase("F1")
    kept = letter_id_of(LetterKind.INVITATION, 2024, ONE)
    assert here.letters.rows[kept].state is LetterState.SENT
    assert not here.letters.rows[kept].message_id
    assert not [one for one in here.letters.rows if one.endswith(ONE) and "notification" in one]


def test_waves_keep_the_ranks_of_the_others_and_no_distance_of_the_erased() -> None:
    here = settled()
    here.erase("F1")
    first, second = here.waves.rows["J4", 1], here.waves.rows["J4", 2]
    assert [(one.friend_id, one.rank) for one in first.picks] == [("X", 1), (NOBODY, 2)]
    assert first.picks[0].distance_km == 3.5 and first.picks[1].distance_km == 0
    assert [one.friend_id for one in second.passed_over] == [NOBODY]


def test_words_about_the_person_go_and_other_words_stay() -> None:
    here = settled()
    here.erase("F1")
    assert {note.action: note.why for note in here.notes.rows.values()} == {
        "job corrected": LEFT_OUT,
        "unmerged": LEFT_OUT,
        "rating corrected": "as Xeno said",
    }
    assert here.corrections.rows["RATING#R3"].why == "as Xeno said"
    assert here.corrections.rows["JOB#J3"].corrected.friend_id == TWO


def test_a_years_digest_is_that_of_its_rows_now_and_the_record_says_so() -> None:
    here = settled()
    tampered = f"{CLOSED.prefix}/nominees/000.jsonl.gz"
    here.programme.years[2024]["digests"][tampered] = "0" * 64
    here.erase("F1")
    record = here.programme.year(2024)
    assert record is not None and record.state is YearState.CLOSED
    path = f"{CLOSED.prefix}/verdicts/000.jsonl.gz"
    assert record.digests[path] == here.files.keep(path, here.files.files[path][-1][1])
    assert record.pseudonymised == (path,)
    assert record.digests[tampered] == "0" * 64  # what did not match before is not made to match


def test_a_crash_anywhere_ends_the_same_when_it_is_run_again() -> None:
    whole = settled()
    whole.erase("F1")
    calls = len(whole.line.calls)
    for number in count(1):
        for again, after in (("F1", False), ("F1", True), ("F2", False)):
            here = settled()
            here.line.break_at(number, Crash(), after=after)
            try:
                here.erase("F1")
            except Crash:
                here.line.mend()
                here.deliver()
                here.erase(again)
            here.line.mend()
            assert here.content() == whole.content(), (number, after, here.line.calls[number - 1])
        if number > calls:
            return


def test_two_crashes_end_the_same_too() -> None:
    whole = settled()
    whole.erase("F1")
    for number in range(1, len(whole.line.calls), 3):
        here = settled()
        for one in (number, number // 2 + 1):
            here.line.break_at(one, Crash())
            try:
                here.erase("F1")
            except Crash:
                here.line.mend()
        here.line.mend()
        here.erase("F1")
        assert here.content() == whole.content()


def test_run_again_it_says_when_and_changes_nothing() -> None:
    here = settled()
    first = here.erase("F1")
    after = here.content()
    for friend_id in ("F1", "F2"):
        again = here.erase(friend_id, By("otto", "once more"))
        assert again.nothing_left and again.erased_on == first.erased_on == date(2026, 3, 1)
    assert here.content() == after


def test_what_came_back_since_is_erased_when_it_is_run_again() -> None:
    here = settled()
    here.erase("F1")
    late = LedgerEntry("F1", "2025-09#RATING#R9", "2025-09-01T10:00:00Z", stars=4)
    here.ledger.rows["F1"] = {late.entry: late}
    here.stats.rows["F1"] = here.stats.rows["X"]
    assert here.erase("F1").lines == 1
    assert [secret for secret in SECRETS if secret in repr(here.content())] == []
    assert all(one.done for one in here.erasures.rows.values())


def test_the_record_that_remains_holds_no_id() -> None:
    here = settled()
    here.erase("F1")
    assert set(here.erasures.rows) == {key_of("F1"), key_of("F2")}
    [record] = set(map(repr, here.erasures.rows.values()))
    assert BY.why in record and ONE not in record


@pytest.mark.parametrize(
    "why", ["Ada wrote", "a letter of LOVELACE, Ada Lovelace", "f1 asked", "ada@other.example"]
)
def test_a_reason_that_names_the_person_is_refused(why: str) -> None:
    here = settled()
    before = here.content()
    with pytest.raises(Refusal, match="names the person"):
        here.erase("F1", By("olga", why))
    assert here.content() == before


def test_nobody_is_refused_in_one_sentence() -> None:
    with pytest.raises(Refusal, match="there is no Friend NOBODY"):
        settled().erase("NOBODY")


def test_jobs_that_nobody_does_now_are_told() -> None:
    assert settled().erase("F1").unfinished_jobs == ("J4",)


class Old:
    """The export from before the erasure."""

    currency = "CHF"

    def __init__(self, here: Person) -> None:
        self._friends = list(here.friends.rows.values())
        self._engagements = list(here.engagements.values())
        self._ledger = [(one, here.ledger.entries(one)) for one in here.ledger.rows]
        self._jobs = [*here.jobs.rows.values(), replace(here.jobs.rows["J3"], job_id="J9", friend_id="")]

    def friends(self) -> Iterator[Friend]:
        return iter(self._friends)

    def engagements(self) -> Iterator[Engagement]:
        return iter(self._engagements)

    def ledger(self, zone: ZoneInfo) -> Iterator[tuple[str, list[LedgerEntry]]]:
        return iter(self._ledger)

    def jobs(self) -> Iterator[Job]:
        return iter(self._jobs)


def test_an_old_export_brings_nobody_back() -> None:
    here = settled()
    old = Old(here)
    assert list(WithoutErased(old, here.erasures.keys()).friends()) == list(old.friends())
    here.erase("F1")
    rest = WithoutErased(old, here.erasures.keys())
    assert rest.currency == "CHF"
    assert [one.friend_id for one in rest.friends()] == ["X"]
    assert list(rest.engagements()) == []
    assert [one for one, _ in rest.ledger(ZoneInfo("Europe/Zurich"))] == ["X"]
    assert [one.job_id for one in rest.jobs()] == ["J3", "J9"]


def test_an_export_holds_everything_and_no_token() -> None:
    document = settled().export("F2")
    assert (document["friend_id"], document["aliases"]) == ("F1", ["F2"])
    assert [one["friend_id"] for one in document["profiles"]] == ["F1", "F2"]
    assert len(document["ledger"]) == 3 and len(document["jobs"]) == 2 and len(document["letters"]) == 3
    assert {one["year"] for one in document["invitations"]} == {2024, 2025}
    assert [(one["job_id"], one["notified"]) for one in document["notifications"]] == [
        ("J4", True),
        ("J4", False),
    ]
    text = json.dumps(document)
    assert "task F1" not in text and "hash-1" not in text  # neither a workflow's token nor a link's hash
    assert "C1" not in text and "Xeno" not in text and '"X"' not in text  # nor anybody else
    summary = " ".join(document["summary"])
    assert "Ada Lovelace" in summary and "Best Friend of 2024: confirmed" in summary
    assert "2 completed jobs with a revenue of 150.00, and 1 rating with 5.00 stars" in summary


def test_an_export_changes_nothing_and_ends_with_the_erasure() -> None:
    here = settled()
    before = here.content()
    here.export("F1")
    assert here.content() == before
    here.erase("F1")
    for friend_id, said in (("F1", "was erased on 2026-03-01"), ("F2", "was erased"), ("F9", "no Friend F9")):
        with pytest.raises(Refusal, match=said):
            here.export(friend_id)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("planned", False),
        ("Ann said", True),
        ("by ann.", True),
        ("Joanna", False),
        ("F12", False),
        ("F1!", True),
    ],
)
def test_names_are_found_as_whole_words(text: str, found: bool) -> None:
    assert Words(["Ann", "F1", "", "x"]).occur_in(text) is found
