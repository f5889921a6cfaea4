"""The tables of badges as PynamoDB models; `bound` of `models` gives them their real names."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from best_friends.adapters.dynamodb import Row


class PublicIdIndex(GlobalSecondaryIndex["BadgeRow"]):
    """Badges by the id that everybody may know."""

    class Meta:
        """Names of template.yaml."""

        index_name = "by-public-id"
        projection = KeysOnlyProjection()

    public_id = UnicodeAttribute(hash_key=True)
    friend_id = UnicodeAttribute()
    year = NumberAttribute()


class BadgeRow(Row):
    """Badges: friend_id + year, so that there is one a Friend and year."""

    friend_id = UnicodeAttribute(hash_key=True)
    year = NumberAttribute(range_key=True)
    public_id = UnicodeAttribute()
    issued_at = UnicodeAttribute()
    revoked_at = UnicodeAttribute(null=True)
    told_at = UnicodeAttribute(null=True)
    by_public_id = PublicIdIndex()


class BadgeKeysRow(Row):
    """Programme: `badge-keys`, the public keys, beside the records of `ProgrammeRow`."""

    record_id = UnicodeAttribute(hash_key=True)
    badge_keys = JSONAttribute(null=True)
