"""The Referrals table as a PynamoDB model; `bound` of `models` gives it its real name."""

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from best_friends.adapters.dynamodb import Row


class ReferrerIndex(GlobalSecondaryIndex["ReferralRow"]):
    """What a Friend has referred, by when it was recorded."""

    class Meta:
        """Names of template.yaml."""

        index_name = "by-friend"
        projection = KeysOnlyProjection()

    friend_id = UnicodeAttribute(hash_key=True)
    recorded_at = UnicodeAttribute(range_key=True)
    referral_id = UnicodeAttribute()


class ReferralRow(Row):
    """Referrals: `ref-` and a digest of the address, `dec-` and a digest for what was declined.

    Beside them `joined#FRIEND` names the referral by which an account joined (`of`), and `updated#YYYY-MM`
    says that the letters about a month were ordered; neither has a `friend_id`, so no index holds them.
    """

    referral_id = UnicodeAttribute(hash_key=True)
    friend_id = UnicodeAttribute(null=True)
    recorded_at = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    declined = UnicodeAttribute(null=True)
    joined = UnicodeAttribute(null=True)
    joined_at = UnicodeAttribute(null=True)
    first_job_at = UnicodeAttribute(null=True)
    tenth_job_at = UnicodeAttribute(null=True)
    months: ListAttribute[str] = ListAttribute(null=True)
    version = NumberAttribute(null=True)
    of = UnicodeAttribute(null=True)
    by_friend = ReferrerIndex()
