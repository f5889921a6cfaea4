"""The tables of events and registrations as PynamoDB models; `bound` of `models` gives them their names."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from best_friends.adapters.dynamodb import Row


class LiveIndex(GlobalSecondaryIndex["EventRow"]):
    """Only events that are not finished carry `live`, so the index is the list of what is looked after."""

    class Meta:
        """Names of template.yaml."""

        index_name = "live"
        projection = KeysOnlyProjection()

    live = UnicodeAttribute(hash_key=True)
    starts_at = UnicodeAttribute(range_key=True)
    event_id = UnicodeAttribute()


class EventRow(Row):
    """Events: event_id; `event` is all of it, its list with tickets and no Friend's id."""

    event_id = UnicodeAttribute(hash_key=True)
    event = JSONAttribute()
    version = NumberAttribute()
    starts_at = UnicodeAttribute()
    live = UnicodeAttribute(null=True)
    by_live = LiveIndex()


class RegistrationRow(Row):
    """Registrations: event_id + friend_id."""

    event_id = UnicodeAttribute(hash_key=True)
    friend_id = UnicodeAttribute(range_key=True)
    ticket = UnicodeAttribute()
    turn = NumberAttribute()
    registered_at = UnicodeAttribute()
    cancelled_at = UnicodeAttribute(null=True)
    told = BooleanAttribute(default=False)
