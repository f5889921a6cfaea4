"""A Friend of the rehearsal refers a person, who joins and completes a job; each is thanked for by letter."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import httpx

from best_friends import bootstrap
from best_friends.application.send_link import SendLink
from best_friends.domain.friends import Friend
from best_friends.domain.ledger import Job, JobStatus, entry_of_job
from best_friends.domain.letter import LetterKind, LetterState, letter_id_about
from best_friends.domain.referrals import Stage
from best_friends.domain.referrals_report import ReferralsReport
from ops.console import Screen
from ops.deployment import Deployment
from ops.local.postbox import SIMULATOR, Postbox, Received
from ops.referrals import referrals_in
from ops.rehearsal.waiting import until

WHO = "REFERRED-1"
ADDRESS = "referred@people.example"


def play_referrals(
    deployment: Deployment, postbox: Postbox, pages_url: str, screen: Screen
) -> ReferralsReport | None:
    """Play it on a deployed stack with Friends in it; None when there is nobody to refer anybody."""
    with screen.step("Thanking for a referral"):
        friend = _who_refers(deployment)
        if friend is None:
            return None
        play = _Play(deployment, postbox, friend)
        play.refer(pages_url)
        thanks = play.letter_after(LetterKind.REFERRAL_THANKS)
        play.join()
        joined = play.letter_after(LetterKind.REFERRAL_JOINED)
        play.work()
        result = play.letter_after(LetterKind.REFERRAL_FIRST_JOB)
        found = referrals_in(deployment, friend.friend_id)
        return ReferralsReport(
            recorded=sum(one.stage is not Stage.DECLINED for one in found),
            declined=sum(one.stage is Stage.DECLINED for one in found),
            thanks_seconds=thanks,
            joined_seconds=joined,
            result_seconds=result,
            letters=tuple(one.subject for one in play.new_letters()),
        )


class _Play:
    """One Friend, what it does, and what comes into its mailbox."""

    def __init__(self, deployment: Deployment, postbox: Postbox, friend: Friend) -> None:
        self._names, self._postbox, self._friend = deployment, postbox, friend
        self._before = len(self._own())
        self._since = datetime.now(UTC)

    def refer(self, pages_url: str) -> None:
        """Open the page by a mailed link, refer a person and the Friend itself."""
        names = self._names
        send = SendLink(bootstrap.friends(names.friends_table), bootstrap.letters_queue(names.letters_queue))
        send(self._friend.friend_id, LetterKind.REFERRALS_LINK)
        pattern = re.compile(re.escape(pages_url) + r"/referrals/([\w-]+)")
        links = until(
            lambda: [hit for one in self._own() if (hit := pattern.search(one.text))],
            "the letter with the link to the referrals did not come",
        )
        form = {"token": links[-1].group(1), "consent": "yes", "address": ADDRESS}
        self._before = len(self._own())
        with httpx.Client(timeout=60) as browser:
            self._since = datetime.now(UTC)
            browser.post(f"{pages_url}/referrals", data=form).raise_for_status()
            own = form | {"address": self._friend.email}
            browser.post(f"{pages_url}/referrals", data=own).raise_for_status()

    def join(self) -> None:
        """The person becomes a Friend."""
        self._since = datetime.now(UTC)
        friend = replace(self._friend, friend_id=WHO, email=ADDRESS, areas=(), display_name="Noa")
        bootstrap.friends(self._names.friends_table).put_many([friend])

    def work(self) -> None:
        """The new Friend completes a job."""
        self._since = now = datetime.now(UTC)
        settings = bootstrap.programme(self._names.programme_table).settings()
        job = Job(
            job_id=f"{WHO}-job",
            friend_id=WHO,
            customer_id="C1",
            skill="computer",
            latitude=None,
            longitude=None,
            posted_at=now,
            completed_at=now,
            status=JobStatus.COMPLETED,
            revenue_cents=5000,
            currency=settings.currency or "CHF",
        )
        entry = entry_of_job(job, settings.policy.programme.zone)
        bootstrap.ledger(self._names.ledger_table).write([entry] if entry else [], [])

    def letter_after(self, kind: LetterKind) -> float | None:
        """How many seconds after what was done last the letter of a kind was sent."""
        letters = bootstrap.letters(self._names.letters_table)
        own = referrals_in(self._names, self._friend.friend_id)
        referral = next((one for one in own if not one.declined), None)
        if referral is None:
            return None
        letter_id = letter_id_about(kind, referral.referral_id)
        until(lambda: letters.state(letter_id) is LetterState.SENT, f"the letter {kind} did not leave")
        new = self.new_letters()
        return max((one.sent_at - self._since).total_seconds() for one in new) if new else None

    def new_letters(self) -> list[Received]:
        """What has come since the Friend pressed the button."""
        return self._own()[self._before :]

    def _own(self) -> list[Received]:
        return [one for one in self._postbox.letters() if one.to == self._friend.email]


def _who_refers(deployment: Deployment) -> Friend | None:
    """An active Friend that can be written to, one that reads English if there is any."""
    able = [
        one
        for one in bootstrap.friends(deployment.friends_table).everybody()
        if one.active and one.email and not one.merged_into and not one.email.endswith(SIMULATOR)
    ]
    able.sort(key=lambda one: (one.language != "en", one.friend_id))
    return able[0] if able else None
