"""Announcements, who has which version of them, and all Friends in parts, on DynamoDB."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import batched
from typing import Any

from pydantic import TypeAdapter
from pynamodb.exceptions import PutError

from best_friends.adapters.errors import condition_failed, conflicts
from best_friends.adapters.marketplace import GET_BATCH, friend_of
from best_friends.adapters.models import FriendRow, LetterRow
from best_friends.adapters.models_news import AnnouncementRow
from best_friends.domain.announcements import Announcement
from best_friends.domain.friends import Friend
from best_friends.domain.letter import LetterState, announcement_letter_id

ANNOUNCEMENT = TypeAdapter(Announcement)
LEFT = frozenset({LetterState.SENDING, LetterState.SENT, LetterState.IN_DOUBT})
"""A letter that is on its way, or may be, counts: it must be corrected as well."""


class AnnouncementsTable:
    """Implements `ports_announcements.Announcements`."""

    def __init__(self, model: type[AnnouncementRow]) -> None:
        self._model = model

    def add(self, announcement: Announcement) -> bool:
        """Write a new announcement."""
        try:
            self._row(announcement).save(self._model.announcement_id.does_not_exist())
        except PutError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def get(self, announcement_id: str) -> Announcement | None:
        """One announcement."""
        try:
            return announcement_of(self._model.get(announcement_id, consistent_read=True))
        except self._model.DoesNotExist:
            return None

    def all(self) -> Iterator[Announcement]:
        """Every announcement there is; a few a month."""
        return map(announcement_of, self._model.scan(consistent_read=True))

    def save(self, announcement: Announcement) -> Announcement:
        """Write it as the next revision."""
        after = replace(announcement, revision=announcement.revision + 1)
        with conflicts():
            self._row(after).save(self._model.revision == announcement.revision)
        return after

    def _row(self, announcement: Announcement) -> AnnouncementRow:
        document: Any = ANNOUNCEMENT.dump_python(announcement, mode="json")
        return self._model(
            announcement.announcement_id, revision=announcement.revision, announcement=document
        )


def announcement_of(row: AnnouncementRow) -> Announcement:
    """An announcement from its row."""
    return replace(ANNOUNCEMENT.validate_python(row.announcement), revision=int(row.revision))


class ReadersOfLetters:
    """Implements `ports_announcements.Readers`, by the ids that letters about announcements have."""

    def __init__(self, model: type[LetterRow]) -> None:
        self._model = model

    def versions(self, announcement_id: str, newest: int, accounts: Collection[str]) -> Mapping[str, int]:
        """The newest version of each account."""
        ids = {
            announcement_letter_id(announcement_id, version, account): (account, version)
            for account in accounts
            for version in range(1, newest + 1)
        }
        found: dict[str, int] = {}
        for batch in batched(ids, GET_BATCH, strict=False):
            for row in self._model.batch_get(list(batch), consistent_read=True):
                account, version = ids[row.letter_id]
                if LetterState(row.state) in LEFT:
                    found[account] = max(version, found.get(account, 0))
        return found


class PagesOfFriends:
    """Implements `ports_announcements.FriendPages`; a moment old at most."""

    def __init__(self, model: type[FriendRow]) -> None:
        self._model = model

    def page(self, after: str | None, size: int) -> tuple[Sequence[Friend], str | None]:
        """A part of the Friends, in the order in which the table keeps them."""
        start: Any = None if after is None else {"friend_id": {"S": after}}
        found = self._model.scan(limit=size, page_size=size, last_evaluated_key=start)
        friends = [friend_of(row) for row in found]
        last = found.last_evaluated_key
        return friends, str(last["friend_id"]["S"]) if last and friends else None
