"""A deployed stack: its names, and the use cases built on them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import boto3
from botocore.exceptions import ClientError

from best_friends import bootstrap, bootstrap_person
from best_friends.adapters.changes import TrailTable
from best_friends.application.accounts import Accounts
from best_friends.application.audit_ledger import AuditLedger, RepairLedger
from best_friends.application.correct_ledger import CorrectLedger
from best_friends.application.import_marketplace import ImportMarketplace
from best_friends.application.merge_accounts import MergeAccounts
from best_friends.application.preview_merge import PreviewMerge
from best_friends.application.refresh_stats import RefreshStats
from best_friends.application.report_year import ReportYear
from best_friends.application.review_year import ReviewYear
from best_friends.application.rosters import Rosters
from best_friends.application.survey import Survey
from best_friends.application.why import ExplainDispatch
from best_friends.domain.programme import Run
from ops.faults import Stop


@dataclass(frozen=True, slots=True)
class Deployment:
    """The names of a stack, as its outputs give them."""

    friends_table: str
    ledger_table: str
    stats_table: str
    jobs_table: str
    waves_table: str
    corrections_table: str
    trail_table: str
    engagements_table: str
    programme_table: str
    invitations_table: str
    links_table: str
    letters_table: str
    requests_table: str
    verdicts_table: str
    choices_table: str
    referrals_table: str
    product_tests_table: str
    testers_table: str
    announcements_table: str
    badges_table: str
    events_table: str
    registrations_table: str
    erasures_table: str
    archive_bucket: str
    annual_machine: str
    invitation_machine: str
    what_if_machine: str
    letters_queue: str
    deliveries_queue: str
    build_roster: str
    issue_badges: str
    badge_key: str
    refresh_cutoffs: str
    invite_testers: str
    publish_announcements: str
    check_reviews: str
    update_referrers: str
    order_events: str
    pages_url: str

    @classmethod
    def of(cls, outputs: Mapping[str, str]) -> Self:
        """Read the names from outputs such as `FriendsTable`."""
        return cls(**{field.name: outputs[_camel(field.name)] for field in fields(cls)})

    @classmethod
    def of_stack(cls, name: str) -> Self:
        """Read the names of a deployed stack.

        Raises:
            Stop: when there is no such stack, or no way to ask.
        """
        try:
            stack = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise Stop(
                f"the stack {name} cannot be read ({code}); deploy it with `make deploy`, or name another"
                " with --stack"
            ) from None
        return cls.of({one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])})

    def import_marketplace(self) -> ImportMarketplace:
        """The import."""
        return ImportMarketplace(
            bootstrap.friends(self.friends_table),
            bootstrap.engagements(self.engagements_table),
            bootstrap.ledger(self.ledger_table),
            bootstrap.jobs(self.jobs_table),
            bootstrap.programme(self.programme_table),
            bootstrap.corrections(self.corrections_table),
            bootstrap.trail(self.trail_table),
            bootstrap.clock,
            bootstrap_person.erasures(self.erasures_table),
        )

    def correct_ledger(self) -> CorrectLedger:
        """Corrections of single lines."""
        return CorrectLedger(
            bootstrap.ledger(self.ledger_table),
            bootstrap.corrections(self.corrections_table),
            bootstrap.ledger_moves(self.ledger_table, self.corrections_table, self.trail_table),
            Accounts(bootstrap.friends(self.friends_table)),
            bootstrap.programme(self.programme_table),
            bootstrap.clock,
        )

    def merge_accounts(self) -> MergeAccounts:
        """Merges of accounts, and taking them back."""
        return MergeAccounts(
            bootstrap.friends(self.friends_table),
            bootstrap.ledger(self.ledger_table),
            bootstrap.ledger_moves(self.ledger_table, self.corrections_table, self.trail_table),
            bootstrap.trail(self.trail_table),
            bootstrap.clock,
        )

    def preview_merge(self) -> PreviewMerge:
        """What a merge would come to."""
        return PreviewMerge(
            self.merge_accounts(),
            bootstrap.engagements(self.engagements_table),
            bootstrap.programme(self.programme_table),
            bootstrap.clock,
        )

    def trail(self) -> TrailTable:
        """The audit trail."""
        return bootstrap.trail(self.trail_table)

    def audit_ledger(self, pause: Callable[[], None]) -> AuditLedger:
        """The audit of ledger and stats; `pause` lets the stream catch up."""
        return AuditLedger(
            bootstrap.friends(self.friends_table),
            bootstrap.ledger(self.ledger_table),
            bootstrap.stats(self.stats_table),
            pause,
        )

    def repair_ledger(self, audit: AuditLedger) -> RepairLedger:
        """The repair of what an audit found."""
        return RepairLedger(audit, self.merge_accounts(), RefreshStats(audit.ledger, audit.stats))

    def review_year(self) -> ReviewYear:
        """What corrections would have changed about a closed year."""
        survey = Survey(
            bootstrap.friends(self.friends_table),
            bootstrap.stats(self.stats_table),
            bootstrap.engagements(self.engagements_table),
            bootstrap.archive(self.archive_bucket),
            bootstrap.runs(self.programme_table, self.archive_bucket),
        )
        return ReviewYear(survey, bootstrap.invitations(self.invitations_table))

    def report_year(self) -> ReportYear:
        """The report of a year, closed or not."""
        return ReportYear(
            bootstrap.archive(self.archive_bucket),
            bootstrap.invitations(self.invitations_table),
            bootstrap.letters(self.letters_table),
            bootstrap.runs(self.programme_table, self.archive_bucket),
        )

    def explain_dispatch(self) -> ExplainDispatch:
        """Why a Friend was notified of a job, or was not."""
        return ExplainDispatch(
            bootstrap.jobs(self.jobs_table),
            bootstrap.friends(self.friends_table),
            bootstrap.waves(self.waves_table),
            bootstrap.letters(self.letters_table),
            bootstrap.programme(self.programme_table),
            Rosters(bootstrap.rosters(self.archive_bucket)),
            bootstrap.clock,
        )

    def build_roster_now(self) -> int:
        """Have the roster built, as the schedule does; how many rows it has.

        Raises:
            Stop: when the function fails.
        """
        return int(_invoked(self.build_roster, "build_roster")["rows"])

    def refresh_cutoffs_now(self) -> list[int]:
        """Have the cut-offs as of today taken, as the schedule does; of which years.

        Raises:
            Stop: when the function fails.
        """
        return [int(year) for year in _invoked(self.refresh_cutoffs, "refresh_cutoffs")["years"]]

    def order_events_now(self) -> int:
        """Have all events settled, as the schedule does; how many were.

        Raises:
            Stop: when the function fails.
        """
        return int(_invoked(self.order_events, "order_events")["settled"])

    def issue_badges_now(self) -> int:
        """Have badges issued, as the schedule does; how many are new.

        Raises:
            Stop: when the function fails.
        """
        return int(_invoked(self.issue_badges, "issue_badges")["new"])

    def invite_testers_now(self) -> int:
        """Have Friends invited to product tests, as the schedule does; how many were.

        Raises:
            Stop: when the function fails.
        """
        return int(_invoked(self.invite_testers, "invite_testers")["invited"])

    def publish_announcements_now(self) -> int:
        """Have announcements gone on with, as the schedule does; how many letters were ordered.

        Raises:
            Stop: when the function fails.
        """
        return int(_invoked(self.publish_announcements, "publish_announcements")["ordered"])

    def update_referrers_now(self) -> dict[str, int]:
        """Have referrals looked at again, as the schedule does; what was done.

        Raises:
            Stop: when the function fails.
        """
        return _invoked(self.update_referrers, "update_referrers")

    def chunks_of(self, year: int) -> list[str]:
        """The paths of a year's nominees in the archive; none before they are selected."""
        pages = (
            bootstrap.s3()
            .get_paginator("list_objects_v2")
            .paginate(Bucket=self.archive_bucket, Prefix=f"{Run(year).prefix}/nominees/")
        )
        return sorted(found["Key"] for page in pages for found in page.get("Contents", []))


def _invoked(function: str, name: str) -> dict[str, Any]:
    reply = boto3.client("lambda").invoke(FunctionName=function, Payload=b"{}")
    answer = json.loads(reply["Payload"].read() or b"null")
    if reply.get("FunctionError") or not isinstance(answer, dict):
        raise Stop(f"the function {name} failed; its log says why")
    return answer


def _camel(name: str) -> str:
    return "".join(part.title() for part in name.split("_"))
