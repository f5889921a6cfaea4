"""Notify a Friend of a job: claim, then send, by the channel and in the language that the Friend wants."""

from dataclasses import dataclass
from urllib.parse import quote

from best_friends.application.hand_over import HandOver, Sending, mailed
from best_friends.application.links import ACCEPT, MintLink
from best_friends.application.ports import Clock, Friends, Jobs, Programme
from best_friends.application.ports_dispatch import App, NotificationOrder
from best_friends.application.ports_letters import Mail
from best_friends.domain.friends import Area, Channel, Friend
from best_friends.domain.ledger import Job
from best_friends.domain.letter import NO_YEAR, LetterKind, notification_id_of
from best_friends.domain.offer import nearest_area, offered_until, place_of, unfit
from best_friends.domain.place import direction
from best_friends.domain.policy import Policy
from best_friends.letters import Letter, NotificationView, render_notification
from best_friends.texts.languages import best_language


@dataclass(frozen=True, slots=True)
class Notified:
    """What became of a notification, and how many seconds after the job was posted it left."""

    sending: Sending
    channel: Channel = Channel.MAIL
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class SendNotification:
    """Send one notification at most once, unless it is not wanted any more."""

    friends: Friends
    jobs: Jobs
    programme: Programme
    hand_over: HandOver
    mint: MintLink
    mail: Mail
    app: App
    clock: Clock
    pages_url: str

    def __call__(self, order: NotificationOrder) -> Notified:
        """Send it, or say why not.

        Raises:
            Throttled: nothing was sent; the order is to be delivered once more.
        """
        job = self.jobs.get(order.job_id)
        friend = self.friends.get(order.friend_id)
        policy = self.programme.settings().policy
        # Somebody may have been faster, or the Friend may have left, since the wave was frozen.
        if job is None or unfit(job, self.clock(), policy.dispatch):
            return Notified(Sending.NOT_WANTED)
        if friend is None or not friend.may_be_notified:
            return Notified(Sending.NOT_WANTED)
        near = nearest_area(friend, *(place_of(job) or (0.0, 0.0)))
        if near is None:  # the Friend has moved or narrowed its areas since the roster was built
            return Notified(Sending.NOT_WANTED)

        def by_mail() -> str:
            return mailed(
                self.mail, LetterKind.NOTIFICATION, NO_YEAR, friend, self._written(friend, job, near, policy)
            )

        def by_app() -> str:
            self.app.notify(order, best_language(friend.language, policy.programme.languages))
            return ""

        letter_id = notification_id_of(order.job_id, order.friend_id)
        send = by_app if friend.channel is Channel.APP else by_mail
        sending = self.hand_over(letter_id, order.friend_id, NO_YEAR, send)
        return Notified(sending, friend.channel, (self.clock() - job.posted_at).total_seconds())

    def _written(self, friend: Friend, job: Job, near: tuple[Area, float], policy: Policy) -> Letter:
        area, distance = near
        open_until = offered_until(job.posted_at, policy.dispatch)
        token = self.mint(ACCEPT, friend.friend_id, NO_YEAR, open_until, job.job_id)
        view = NotificationView(
            name=friend.display_name,
            language=best_language(friend.language, policy.programme.languages),
            skill=job.skill,
            distance_km=distance,
            direction=direction(
                area.latitude, area.longitude, float(job.latitude or 0), float(job.longitude or 0)
            ),
            area=area.label,
            link=f"{self.pages_url}/jobs/{quote(job.job_id, safe='')}/accept?token={token}",
            open_until=open_until.astimezone(policy.programme.zone),
        )
        return render_notification(view)
