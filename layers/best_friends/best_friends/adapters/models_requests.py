"""The Requests table as a PynamoDB model; `bound` of `models` gives it its real name."""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from best_friends.adapters.dynamodb import Row


class FriendIndex(GlobalSecondaryIndex["RequestRow"]):
    """A Friend's requests by when it asked."""

    class Meta:
        """Names of template.yaml."""

        index_name = "by-friend"
        projection = KeysOnlyProjection()

    friend_id = UnicodeAttribute(hash_key=True)
    asked_at = UnicodeAttribute(range_key=True)
    request_id = UnicodeAttribute()


class OpenIndex(GlobalSecondaryIndex["RequestRow"]):
    """Only requests that are open carry `open_kind`, so the index is the list of what waits."""

    class Meta:
        """Names of template.yaml."""

        index_name = "open"
        projection = KeysOnlyProjection()

    open_kind = UnicodeAttribute(hash_key=True)
    asked_at = UnicodeAttribute(range_key=True)
    request_id = UnicodeAttribute()


class RequestRow(Row):
    """Requests: request_id, which is made of what was asked and when. `details` is what was asked for,
    `granted` what was given, `reply` the newest reply before the decision, `taken` who decides it."""

    request_id = UnicodeAttribute(hash_key=True)
    kind = UnicodeAttribute()
    friend_id = UnicodeAttribute()
    words = UnicodeAttribute(default="")
    details = JSONAttribute()
    asked_at = UnicodeAttribute()
    state = UnicodeAttribute()
    open_kind = UnicodeAttribute(null=True)
    granted = JSONAttribute(null=True)
    decided_at = UnicodeAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)
    why = UnicodeAttribute(null=True)
    reply = JSONAttribute(null=True)
    taken = JSONAttribute(null=True)
    by_friend = FriendIndex()
    open = OpenIndex()
