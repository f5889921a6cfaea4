"""The desk of the local system: the mailbox, the report, the state of the year."""

from dataclasses import asdict

from flask import Flask, abort

from best_friends import bootstrap
from best_friends.domain.programme import Run, YearState
from best_friends.domain.report import YearReport
from best_friends.pages.desk import DeskView, render_desk
from best_friends.pages.mailbox import Mail, MailboxRow, render_mail, render_mailbox
from best_friends.pages.report import render_report
from ops.deployment import Deployment
from ops.local.postbox import Postbox


class Desk:
    """Views for people who look at a local system; none of this exists on AWS."""

    def __init__(self, deployment: Deployment, postbox: Postbox, year: int, segments: int) -> None:
        self._deployment = deployment
        self._programme = bootstrap.programme(deployment.programme_table)
        self._postbox = postbox
        self._year = year
        self._segments = segments

    def serve_on(self, app: Flask) -> None:
        """Add the desk's pages to an app."""
        app.add_url_rule("/", view_func=self.desk)
        app.add_url_rule("/mailbox", view_func=self.mailbox)
        app.add_url_rule("/mailbox/<int:number>", view_func=self.letter)
        app.add_url_rule("/report", view_func=self.report)

    def desk(self) -> str:
        """Where the year stands."""
        letters = len(self._postbox.letters())
        record = self._programme.year(self._year)
        if record is None:
            return render_desk(DeskView(letters=letters))
        counts = {name.replace("_", " "): number for name, number in record.counts.items()}
        if record.state is YearState.OPEN and self._chunks():
            states = asdict(self._report().invitations)
            counts |= {name.replace("_", " "): number for name, number in states.items()}
        return render_desk(
            DeskView(
                year=self._year,
                state=record.state,
                opened_on=record.calendar.opened_on,
                reminders_on=record.calendar.reminders_on,
                answer_by=record.calendar.answer_by,
                counts=tuple(counts.items()),
                letters=letters,
                has_report=bool(self._chunks()),
                failure=record.failure,
            )
        )

    def mailbox(self) -> str:
        """Every letter that went out, the newest first."""
        return render_mailbox(
            [
                MailboxRow(one.number, one.to, one.subject, one.sent_at)
                for one in reversed(self._postbox.letters())
            ]
        )

    def letter(self, number: int) -> str:
        """One letter as it would arrive."""
        for one in self._postbox.letters():
            if one.number == number:
                return render_mail(
                    Mail(one.number, one.sender, one.to, one.subject, one.html, one.text, one.sent_at)
                )
        abort(404)

    def report(self) -> str:
        """The report, of a year that may still be running."""
        if not self._chunks():
            abort(404)
        return render_report(self._report())

    def _report(self) -> YearReport:
        record = self._programme.year(self._year)
        closed = record is not None and record.state is YearState.CLOSED
        return self._deployment.report_year()(Run(self._year), self._chunks(), self._segments, closed=closed)

    def _chunks(self) -> list[str]:
        return self._deployment.chunks_of(self._year)
