"""The tables of product tests and announcements as PynamoDB models; `bound` gives them their real names."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from best_friends.adapters.dynamodb import Row


class ProductTestRow(Row):
    """ProductTests: test_id. `test` is what never changes; the rest does."""

    test_id = UnicodeAttribute(hash_key=True)
    test = JSONAttribute()
    state = UnicodeAttribute()
    taken = NumberAttribute(default=0)
    cancelled = JSONAttribute(null=True)
    told = BooleanAttribute(null=True)
    rests_until = UnicodeAttribute(null=True)


class TesterRow(Row):
    """Testers: test_id + friend_id. `invited` is why and when the invitation came."""

    test_id = UnicodeAttribute(hash_key=True)
    friend_id = UnicodeAttribute(range_key=True)
    invited = JSONAttribute()
    state = UnicodeAttribute()
    answered_at = UnicodeAttribute(null=True)
    ordered = BooleanAttribute(null=True)


class AnnouncementRow(Row):
    """Announcements: announcement_id; the record is one document, with the number of its writes."""

    announcement_id = UnicodeAttribute(hash_key=True)
    revision = NumberAttribute()
    announcement = JSONAttribute()
