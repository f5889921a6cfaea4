"""The annual machine's steps, one call each, with the events that its definition gives them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from best_friends.application.select_nominees import nominees_of
from best_friends.domain.invitation import Answer, InvitationState
from best_friends.domain.policy import Policy
from tests.support.marketplace import YEAR, invitation, year_record
from tests.support.queues import SqsDriver
from tests.support.stack import Stack

Document = dict[str, Any]


@dataclass(slots=True)
class Steps:
    """Runs steps by hand; `run`, `segments` and `selection` are what the machine would carry along."""

    stack: Stack
    execution: str = "by-hand"
    run: Document = field(default_factory=lambda: {"year": YEAR, "what_if": ""})
    segments: list[Document] = field(default_factory=list)
    selection: Document = field(default_factory=dict)

    def open(self, execution: str = "", **begin: Any) -> Document:
        """OpenYear."""
        event = {"input": begin, "execution": execution or self.execution, "opens": "year"}
        opened: Document = self.stack.invoke("OpenYear", event)
        self.run, self.segments = opened["run"], opened["segments"]
        return opened

    def audit(self, attempt: int = 0) -> Document:
        """AuditStats over all segments, then ConcludeAudit."""
        parts = [self._step("AuditStats", segment=segment) for segment in self.segments]
        return self._step("ConcludeAudit", parts=parts, attempt=attempt)

    def repair(self) -> int:
        """RepairStats over all segments; how many Friends differed."""
        return sum(self._step("RepairStats", segment=one)["repaired"] for one in self.segments)

    def survey(self) -> int:
        """Survey over all segments; how many Friends there are."""
        return sum(self._step("SurveyFriends", segment=one)["friends"] for one in self.segments)

    def cutoff(self) -> list[Document]:
        """FixCutoff; the cohorts."""
        cohorts: list[Document] = self._step("FixCutoff", segment_count=len(self.segments))["cohorts"]
        return cohorts

    def select(self) -> Document:
        """SelectNominees."""
        self.selection = self._step("SelectNominees", segment_count=len(self.segments))
        return self.selection

    def selected(self, **begin: Any) -> list[str]:
        """All steps from the opening to the nominees."""
        begun: Document = {"year": YEAR, "opened_on": "2026-01-15"} | begin
        self.open(**begun)
        self.survey()
        self.cutoff()
        self.select()
        return self.nominees()

    def nominees(self) -> list[str]:
        """The Friend ids in the chunks."""
        chunks = self.selection["chunks"]
        return [friend_id for chunk in chunks for friend_id, _ in nominees_of(self.stack.archive, chunk)]

    def record_verdicts(self) -> int:
        """RecordVerdicts over all segments; how many there are."""
        return sum(self._step("RecordVerdicts", segment=one)["verdicts"] for one in self.segments)

    def invite(self) -> list[Document]:
        """InviteNominees, chunk by chunk."""
        return [self._step("InviteNominees", chunk=chunk) for chunk in self.selection["chunks"]]

    def remind(self, number: int) -> int:
        """RemindSilent, chunk by chunk; how many reminders were queued."""
        return sum(
            self._step("RemindSilent", chunk=chunk, number=number)["reminders"]
            for chunk in self.selection["chunks"]
        )

    def close_answers(self) -> int:
        """CloseAnswers, chunk by chunk; how many expired."""
        return sum(self._step("CloseAnswers", chunk=chunk)["expired"] for chunk in self.selection["chunks"])

    def close_year(self) -> Document:
        """CloseYear."""
        return self._step("CloseYear", chunks=self.selection["chunks"], segment_count=len(self.segments))

    def nominees_are(self, friend_ids: Iterable[str], *, policy: Policy | None = None) -> None:
        """Write what the steps up to SelectNominees leave behind, for these nominees."""
        self.stack.programme.open(year_record(policy=policy))
        rows = [{"friend_id": one, "reasons": REASONS_ROW} for one in sorted(friend_ids)]
        path = f"years/{YEAR}/nominees/000.jsonl.gz"
        self.stack.archive.write_rows(path, rows)
        self.selection = {"chunks": [path]}

    def _step(self, function: str, **more: Any) -> Document:
        event = {"run": self.run, "execution": self.execution, **more}
        reply: Document = self.stack.invoke(function, event)
        return reply


REASONS_ROW: Document = {
    "by_figures": True,
    "roles": [],
    "ratings": 20,
    "stars": 98,
    "cents": 900_000,
    "currency": "CHF",
}


def invited(stack: Stack, friend_id: str, *, token: str | None = None) -> None:
    """An open invitation whose workflow waits, or not."""
    stack.invitations.create(invitation(friend_id))
    if token:
        stack.invitations.keep_token(friend_id, YEAR, token)


def answered(stack: Stack, friend_id: str, answer: Answer, at: datetime) -> None:
    """An invitation that was answered, of which nobody was told."""
    seen = stack.invitations.get(friend_id, YEAR)
    assert seen
    stack.invitations.record_answer(seen, answer, at)


def state_of(stack: Stack, friend_id: str) -> InvitationState:
    """Where an invitation stands."""
    seen = stack.invitations.get(friend_id, YEAR)
    assert seen, f"{friend_id} has no invitation"
    return seen.state


def letter_sent(stack: Stack, queue: SqsDriver, friend_id: str, kind: str = "invitation", **more: Any) -> str:
    """Order a letter and send it; the token of its link."""
    order(stack, friend_id, kind, **more)
    queue.drain()
    mails = stack.postbox.to(f"{friend_id.lower()}@mailbox.example", kind)
    return mails[-1].token if kind != "welcome" else ""


def order(stack: Stack, friend_id: str, kind: str = "invitation", **more: Any) -> None:
    """Put a letter order into the queue, as the machine does."""
    body = {"letter": kind, "friend_id": friend_id, "year": YEAR, **more}
    stack.client("sqs").send_message(QueueUrl=stack.name("LettersQueue"), MessageBody=json.dumps(body))
