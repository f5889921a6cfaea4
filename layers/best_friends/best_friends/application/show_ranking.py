"""The public page of ranking parameters, made from the policy in force."""

from dataclasses import dataclass

from best_friends.application.ports import Programme
from best_friends.pages.ranking import RankingPage
from best_friends.texts.languages import language_from_accept


@dataclass(frozen=True, slots=True)
class ShowRanking:
    """What decides who is notified of a job, for everybody to read."""

    programme: Programme

    def __call__(self, wanted: str, accept_language: str) -> RankingPage:
        """The page in the language that was asked for, else in the most wanted that is spoken."""
        settings = self.programme.settings()
        languages = settings.policy.programme.languages
        since = settings.ranking_since
        return RankingPage(
            language=wanted if wanted in languages else language_from_accept(accept_language, languages),
            languages=languages,
            dispatch=settings.policy.dispatch,
            since=since.astimezone(settings.policy.programme.zone).date() if since else None,
        )
