"""The page of a Friend's standing: it shows, hands out the file, and takes a "please check this"."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from best_friends.application.ask import TooMany
from best_friends.application.counted_lines import CountedLines
from best_friends.application.links import STANDING, ExpiredLink, FollowLink, UnknownLink
from best_friends.application.ports import Friends, Programme
from best_friends.application.ports_badges import Badges
from best_friends.application.ports_requests import Requests
from best_friends.application.request_pages import behind, lost_page
from best_friends.application.standing import StandingOf, Standings
from best_friends.domain.friends import Friend
from best_friends.domain.requests import Field, Request, RequestKind, ReviewForm
from best_friends.domain.standing import YearStanding
from best_friends.pages.requests import AskState, PageOfRequests
from best_friends.pages.standing import ShownYear, StandingPage
from best_friends.pages.standing_csv import csv_of
from best_friends.texts.languages import best_language

OpenReview = Callable[[str, int, str], tuple[Request, bool]]
"""Opens a case for a Friend, a year and its words, and says whether it is new. Raises TooMany."""


@dataclass(frozen=True, slots=True)
class Csv:
    """A file to download."""

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class ShowStandingPage:
    """Show a Friend its standing (which changes nothing, ever), or open the case that it asks for."""

    follow: FollowLink
    friends: Friends
    standings: Standings
    lines: CountedLines
    requests: Requests
    programme: Programme
    open_review: OpenReview
    badges: Badges | None = None

    def __call__(
        self, token: str, posted: Mapping[str, Sequence[str]] | None, language: str
    ) -> tuple[StandingPage, Request | None]:
        """The page, and the case if one is new; `posted` is None when nothing was posted."""
        try:
            friend = behind(self.follow, self.friends, token, STANDING)
        except (UnknownLink, ExpiredLink) as lost:
            return self._lost(lost, language), None
        found = self.standings(friend)
        form = ReviewForm() if posted is None else ReviewForm(_one(posted, "year"), _one(posted, "words"))
        years = frozenset(one.year for one in found.years)
        faults = frozenset[Field]() if posted is None else form.faults(years)
        state, new, stands = AskState.OPEN, None, None
        if posted is not None and faults:
            state = AskState.FAULTY
        elif posted is not None:
            try:
                stands, is_new = self.open_review(friend.friend_id, int(form.year), form.words)
                state, new = AskState.ASKED, stands if is_new else None
            except TooMany:
                state = AskState.TOO_MANY
        return self._page(friend, found, token, state, stands, form, faults), new

    def csv(self, token: str, year: int) -> Csv | None:
        """The file of a year; None when no link or no such year is behind it."""
        try:
            friend = behind(self.follow, self.friends, token, STANDING)
        except (UnknownLink, ExpiredLink):
            return None
        found = self.standings(friend)
        standing = next((one for one in found.years if one.year == year), None)
        if standing is None:
            return None
        lines = self.lines(standing, (friend.friend_id,))
        language = best_language(friend.language, self.programme.settings().policy.programme.languages)
        return Csv(f"best-friends-{year}.csv", csv_of(lines, standing.currency, language))

    def _page(
        self,
        friend: Friend,
        found: StandingOf,
        token: str,
        state: AskState,
        stands: Request | None,
        form: ReviewForm,
        faults: frozenset[Field],
    ) -> StandingPage:
        policy = self.programme.settings().policy
        zone = policy.programme.zone
        known = {
            one.request_id: one
            for one in self.requests.of_friend(friend.friend_id)
            if one.kind is RequestKind.REVIEW
        }
        if stands is not None:  # the index that finds a Friend's requests may be a moment behind
            known = {stands.request_id: stands} | known
        local = tuple(replace(one, asked_at=one.asked_at.astimezone(zone)) for one in known.values())
        return StandingPage(
            page=PageOfRequests(
                state=state,
                language=best_language(friend.language, policy.programme.languages),
                name=friend.display_name,
                requests=local,
                token=token,
            ),
            years=tuple(self._shown(one, friend) for one in found.years),
            engagements=found.engagements,
            last_cutoff=found.last_cutoff,
            best_friend_of=found.best_friend_of,
            badge_url=self._badge_url(friend, found.best_friend_of),
            cutoff_step=policy.standing.cutoff_step,
            link_hours=policy.standing.link_hours,
            reply_days=policy.review.first_reply_days,
            decision_days=policy.review.decision_days,
            form=form,
            faults=faults,
        )

    def _badge_url(self, friend: Friend, year: int | None) -> str:
        """Where the badge of the status is; "" while there is none."""
        if self.badges is None or year is None:
            return ""
        found = self.badges.of(self.standings.accounts_of(friend.friend_id), year)
        return next((f"/badges/{one.public_id}" for one in found if one.revoked_at is None), "")

    def _shown(self, standing: YearStanding, friend: Friend) -> ShownYear:
        lines = self.lines(standing, (friend.friend_id,))
        zone = self.programme.settings().policy.programme.zone
        local = replace(standing, as_of=standing.as_of.astimezone(zone) if standing.as_of else None)
        return ShownYear(local, tuple(lines))

    def _lost(self, lost: UnknownLink | ExpiredLink, language: str) -> StandingPage:
        hours = self.programme.settings().policy.standing.link_hours
        return StandingPage(lost_page(lost, language), link_hours=hours)


def _one(posted: Mapping[str, Sequence[str]], name: str) -> str:
    values = posted.get(name, ())
    return values[0] if len(values) == 1 else ""
