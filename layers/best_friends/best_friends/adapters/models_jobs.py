"""The tables of jobs as PynamoDB models; `bound` of `models` gives them their real names."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from best_friends.adapters.dynamodb import Row


class JobRow(Row):
    """Jobs: job_id."""

    job_id = UnicodeAttribute(hash_key=True)
    friend_id = UnicodeAttribute(default="")
    customer_id = UnicodeAttribute(default="")
    skill = UnicodeAttribute(default="")
    latitude = NumberAttribute(null=True)
    longitude = NumberAttribute(null=True)
    posted_at = UnicodeAttribute()
    completed_at = UnicodeAttribute(null=True)
    status = UnicodeAttribute()
    accepted_at = UnicodeAttribute(null=True)
    cancelled_here = BooleanAttribute(null=True)
    revenue_cents = NumberAttribute(default=0)
    currency = UnicodeAttribute(default="")


class WaveRow(Row):
    """Waves: job_id + wave from 1; wave 0 is how the dispatch ended. `expires` is the table's TTL.

    What was drawn is JSON text: it is written once, read as a whole, and its floats come back exactly.
    """

    job_id = UnicodeAttribute(hash_key=True)
    wave = NumberAttribute(range_key=True)
    at = UnicodeAttribute()
    ending = UnicodeAttribute(null=True)
    waves = NumberAttribute(null=True)
    notified = NumberAttribute(null=True)
    drawn = JSONAttribute(null=True)
    expires = NumberAttribute()
