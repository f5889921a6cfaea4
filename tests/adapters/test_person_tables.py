"""A person in every table and in the archive: found, told without secrets, and erased."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from best_friends import bootstrap, bootstrap_person, bootstrap_referrals, bootstrap_requests
from best_friends.adapters.archive_versions import S3Files
from best_friends.adapters.dynamodb import bound
from best_friends.adapters.models import LetterRow
from best_friends.application.correct_ledger import By
from best_friends.application.errors import Conflict
from best_friends.application.links import ANSWER, hash_of
from best_friends.application.ports import Link
from best_friends.application.ports_changes import Move
from best_friends.application.ports_person import FileVersion
from best_friends.application.ports_requests import Decided
from best_friends.application.report_year import ReportYear
from best_friends.bootstrap_requests import requests
from best_friends.domain.corrections import Correction, Note
from best_friends.domain.erasure import LONG_AGO, NOBODY, Erasure, key_of
from best_friends.domain.friends import Engagement
from best_friends.domain.invitation import Answer, InvitationState
from best_friends.domain.ledger import Job, JobStatus
from best_friends.domain.letter import NO_YEAR, LetterKind, LetterState, letter_id_of, notification_id_of
from best_friends.domain.offer import PassedOver, Pick, Wave
from best_friends.domain.policy import Policy, Role
from best_friends.domain.programme import Run
from best_friends.domain.referrals import Referral
from best_friends.domain.requests import AreaWish, Reply, Request, ReviewWish, requested
from best_friends.domain.stats import replay, totals_of
from tests.support.marketplace import YEAR, Marketplace, friend
from tests.support.stack import Stack
from tests.support.steps import Steps, answered, invited
from tests.support.template import Template

ADA, ALIAS, OTHER = "F-ada", "F-ada-old", "F-xeno"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY = By("olga", "a letter of 1 March")
NAMES = {f"{name.lower()}_table": f"{name}Table" for name in (
    "Friends", "Ledger", "Stats", "Jobs", "Waves", "Corrections", "Trail", "Engagements", "Requests",
    "Programme", "Invitations", "Links", "Letters", "Erasures", "Verdicts", "Choices", "Referrals",
    "Testers", "ProductTests", "Announcements", "Badges", "Events", "Registrations",
)}  # fmt: skip
TABLES = Template().of_type("AWS::DynamoDB::Table")


@pytest.fixture
def names(stack: Stack) -> SimpleNamespace:
    """The names of the stack."""
    return SimpleNamespace(
        archive_bucket=stack.name("ArchiveBucket"), **{name: stack.name(one) for name, one in NAMES.items()}
    )


@pytest.fixture
def person(stack: Stack, marketplace: Marketplace, steps: Steps) -> Stack:
    """Ada, with an alias, in a year that was selected twice, and everywhere else."""
    marketplace.star(ADA, 900_000).star(OTHER, 800_000).has(ALIAS).rated("F-idle", 3).has("F-idle")
    marketplace.engaged(ALIAS, Role.MENTOR, date(2025, 1, 1)).settle()
    stack.friends.alias(ALIAS, ADA, was="")
    stack.stats.put(ALIAS, {}, read_at=0)
    steps.selected()
    for one in (ADA, OTHER):
        invited(stack, one, token=f"task of {one}")
        stack.letters.claim(letter_id_of(LetterKind.INVITATION, YEAR, one), one, YEAR, NOW)
        stack.letters.settle(
            letter_id_of(LetterKind.INVITATION, YEAR, one), LetterState.SENT, message_id=f"message of {one}"
        )
        stack.letters.claim(notification_id_of("J9", one), one, NO_YEAR, NOW)
        links = bootstrap.mint_link(stack.name("LinksTable")).links
        links.put(hash_of(f"token of {one}"), Link(ANSWER, one, YEAR, NOW))
        requests(stack.name("RequestsTable")).ask(
            Request(f"ask {one}", one, AreaWish("Aarau", 9), "please", NOW)
        )
    answered(stack, OTHER, Answer.CONFIRM, NOW)
    _referrals(stack)
    _jobs(stack)
    _corrections(stack)
    return stack


def _referrals(stack: Stack) -> None:
    """Ada has referred somebody under its alias, and was referred itself."""
    table = bootstrap_referrals.referrals(stack.name("ReferralsTable"))
    for number, (who, whom) in enumerate(((ALIAS, OTHER), (OTHER, ADA)), start=1):
        table.add(Referral(f"ref-{number}", who, NOW, name="Noa of Aarau"))
        read = table.get(f"ref-{number}")
        assert read and table.join(read, whom, NOW)


def _jobs(stack: Stack) -> None:
    posted = Job("J9", "", "C1", "wifi", 47.4, 8.5, NOW, None, JobStatus.ACCEPTED, 0, "CHF")
    stack.jobs.put_many([replace(posted, friend_id=ALIAS), replace(posted, job_id="J8", friend_id=OTHER)])
    picks = tuple(
        Pick(one, rank, 2.5, 0.7, 0.9, 1.0, 0.1, newcomer=False) for rank, one in ((1, OTHER), (2, ADA))
    )
    wave = Wave("J9", 1, NOW, "wifi", 47.4, 8.5, "v1", Policy().dispatch, 3, picks)
    stack.waves.freeze(wave)
    stack.waves.freeze(replace(wave, number=2, picks=(), passed_over=(PassedOver(ALIAS, "merged"),)))
    stack.waves.freeze(replace(wave, job_id="J8", picks=picks[:1]))


def _corrections(stack: Stack) -> None:
    moves = bootstrap.ledger_moves(*map(stack.name, ("LedgerTable", "CorrectionsTable", "TrailTable")))
    [first, *_] = stack.ledger.of_friend(ADA)
    [others, *_] = stack.ledger.of_friend(OTHER)
    for line, why in ((first, f"a call of {ADA}"), (others, "a call of the customer")):
        after = replace(line, cents=line.cents + 1)
        note = Note(
            line.friend_id, NOW, "job corrected", line.source, "olga", why, asdict(line), asdict(after)
        )
        moves.correct(Correction(line, after, NOW, "olga", why), Move(line, after), note)
    bootstrap.trail(stack.name("TrailTable")).note(
        [
            Note(OTHER, NOW, "unmerged", ADA, "olga", "a mistake"),
            Note(ADA, NOW, "merged", ALIAS, "olga", "one"),
        ]
    )


def everything(stack: Stack) -> str:
    """All items of all tables and all versions of all files but the roster's, in words."""
    files = S3Files(stack.client("s3"), stack.name("ArchiveBucket"))
    kept = {f"{one.path} {one.version}": list(files.lines(one)) for one in files.versions()}
    return json.dumps([stack.dump(), kept], ensure_ascii=False)


def stream(stack: Stack) -> Iterator[str]:
    """What `update_stats` has done by the time of a pause: it found accounts with nothing, once."""
    for one in (ADA, ALIAS):
        stack.stats.put(one, {}, read_at=stack.stats.get(one).version)
    yield "the stream has come"
    while True:
        yield "quiet"


def test_nothing_names_the_person_and_the_results_stay(person: Stack, names: Any) -> None:
    archive, report = bootstrap.archive(names.archive_bucket), names.programme_table
    gather = ReportYear(
        archive, person.invitations, person.letters, bootstrap.runs(report, names.archive_bucket)
    )
    chunks = [f"years/{YEAR}/nominees/000.jsonl.gz"]
    before = gather(Run(YEAR), chunks, 2, closed=False)
    total = totals_of(line for one in (ADA, OTHER, "F-idle") for line in person.ledger.of_friend(one))
    assert ADA in everything(person)

    settling = stream(person)
    erased = bootstrap_person.erase_person(names, lambda: print(next(settling)))(ALIAS, BY)

    text = everything(person)
    assert [word for word in (ADA, ALIAS, ADA.lower(), f"Mara {ADA}") if word in text] == []
    assert OTHER in text
    assert erased.lines == 16 and erased.accounts == 2 and erased.unfinished_jobs == ("J9",)
    [pseudonym] = {one.friend_id for one in person.friends.everybody() if not (one.email or one.merged_into)}
    assert totals_of(
        line for one in (pseudonym, OTHER, "F-idle") for line in person.ledger.of_friend(one)
    ) == total  # fmt: skip
    assert person.stats.get(pseudonym).months == replay(person.ledger.of_friend(pseudonym))
    after = gather(Run(YEAR), chunks, 2, closed=False)
    ended = replace(before.invitations, still_open=0, expired=1)
    assert after == replace(before, invitations=ended)
    assert person.invitations.get(pseudonym, YEAR).state is InvitationState.EXPIRED
    assert list(person.invitations.best_friends(YEAR)) == [OTHER]
    assert person.jobs.get("J9").friend_id.startswith("erased-") and person.jobs.get("J8").friend_id == OTHER
    assert [one.friend_id for one in person.waves.of_job("J9")[0].picks] == [OTHER, NOBODY]
    record = person.programme.year(YEAR)
    assert chunks[0] in record.pseudonymised and set(record.pseudonymised) <= set(record.digests)
    for path, digest in record.digests.items():
        assert digest == bootstrap.archive(names.archive_bucket).write_rows(
            "again.jsonl.gz", person.archive.read_rows(path)
        )


def test_run_again_it_changes_nothing(person: Stack, names: Any) -> None:
    erase = bootstrap_person.erase_person(names, lambda: None)
    first = erase(ADA, BY)
    after = everything(person)
    for one in (ADA, ALIAS):
        again = erase(one, BY)
        assert again.nothing_left and again.erased_on == first.erased_on
    assert everything(person) == after


def test_an_export_tells_every_table_and_no_secret(person: Stack, names: Any) -> None:
    document = json.loads(json.dumps(bootstrap_person.export_person(names)(ADA)))
    assert document["aliases"] == [ALIAS]
    held = (
        "profiles",
        "ledger",
        "stats",
        "engagements",
        "requests",
        "referrals",
        "invitations",
        "letters",
        "links",
        "trail",
    )
    assert [
        name for name in (*held, "jobs", "notifications", "corrections", "archive") if not document[name]
    ] == []
    assert document["invitations"][0]["reasons"]["ratings"] == 20
    assert document["requests"][0]["words"] == "please"
    assert {one["message_id"] for one in document["letters"] if "message_id" in one} == {f"message of {ADA}"}
    text = json.dumps(document)
    assert "task of" not in text and hash_of(f"token of {ADA}") not in text and OTHER not in text


def test_a_case_is_told_with_its_reply_and_goes_with_the_person(person: Stack, names: Any) -> None:
    table = requests(names.requests_table)
    case = requested(ADA, ReviewWish(YEAR, NOW.date(), NOW.date()), "I miss a rating", NOW, NOW.date())
    table.ask(case)
    decisions = bootstrap_requests.decisions(
        friends_table=names.friends_table,
        engagements_table=names.engagements_table,
        requests_table=names.requests_table,
        trail_table=names.trail_table,
    )
    replied = replace(case, reply=Reply(NOW, "olga", "we ask the customer"))
    note = Note(ADA, NOW, "review replied", case.request_id, "olga", "we ask the customer")
    decisions.write(Decided(note, request=replied))
    told = bootstrap_person.export_person(names)(ADA)
    [found] = [one for one in told["requests"] if one["kind"] == "review"]
    assert found["words"] == "I miss a rating" and found["details"]["year"] == YEAR
    assert found["reply"]["words"] == "we ask the customer" and found["reply"]["who"] == "olga"
    settling = stream(person)
    bootstrap_person.erase_person(names, lambda: print(next(settling)))(ADA, BY)
    text = everything(person)
    assert not [one for one in (case.request_id, "I miss a rating", "we ask the customer") if one in text]


def test_every_table_is_looked_at() -> None:
    assert set(NAMES.values()) == set(TABLES), "a table that may hold something of a person: see person.Held"


def test_a_letter_that_knows_only_its_id_is_found(stack: Stack, names: Any) -> None:
    bound(LetterRow, names.letters_table)(notification_id_of("J1", ADA)).update(
        actions=[LetterRow.state.set("sent")]
    )
    letters = bootstrap_person.held(names).rows["letters"]
    assert len(letters.of([ADA])) == 1
    letters.remove([ADA])
    assert letters.of([ADA]) == [] and stack.items("LettersTable") == []


def test_an_erasure_is_begun_once_and_drops_what_leads_to_the_pseudonym(stack: Stack, names: Any) -> None:
    erasures = bootstrap_person.erasures(names.erasures_table)
    begun = Erasure(date(2026, 3, 1), "olga", "asked", {ADA: "erased-1", ALIAS: "erased-2"})
    assert erasures.get(ADA) is None and erasures.keys() == frozenset()
    for _ in range(2):
        erasures.begin(begun)
    with pytest.raises(Conflict):
        erasures.begin(replace(begun, pseudonyms={ALIAS: "erased-3"}))
    assert erasures.get(ALIAS) == begun and not begun.done
    erasures.conclude(begun)
    assert erasures.get(ADA) == replace(begun, pseudonyms={})
    assert erasures.keys() == {key_of(ADA), key_of(ALIAS)}
    assert "erased-" not in json.dumps(stack.items("ErasuresTable"))
    erasures.begin(replace(begun, pseudonyms={ADA: "erased-4"}))  # something came back


def test_the_latest_version_of_a_file_is_never_removed(stack: Stack) -> None:
    files = S3Files(stack.client("s3"), stack.name("ArchiveBucket"))
    for number in range(3):
        files.rewrite("years/2025/x.jsonl.gz", [f'{{"n":{number}}}\n'])
    stack.archive.write("years/2025/report.html", "<p>", "text/html")
    kept = list(files.versions())
    assert [one.latest for one in kept].count(True) == 1 and len(kept) == 3
    files.remove(kept)
    [left] = files.versions()
    assert (
        list(files.lines(left)) == ['{"n":2}\n'] == list(files.lines(FileVersion(left.path, "", latest=True)))
    )
    assert list(stack.archive.read_rows("years/2025/x.jsonl.gz")) == [{"n": 2}]


def test_who_stands_for_the_erased_comes_back_from_its_table(stack: Stack) -> None:
    nameless = replace(
        friend("erased-1"), display_name="", email="", language="", areas=(), skills=(), region="",
        postal_code="", joined_on=LONG_AGO.date(), active=False,
    )  # fmt: skip
    stack.friends.put_many([nameless])
    assert stack.friends.get("erased-1") == nameless
    stack.engagements.put_many([Engagement("erased-1", Role.MENTOR, date(2025, 1, 1))])
