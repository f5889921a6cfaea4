"""The tables as PynamoDB models. A model is bound to a table's real name by `dynamodb.bound`.

Numbers are integers (PynamoDB reads a number as int or float, exact only for the former), except
coordinates and radii, which are measures and not money.
"""

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from best_friends.adapters.dynamodb import Row


class AddressIndex(GlobalSecondaryIndex["FriendRow"]):
    """Accounts by their e-mail address, in lower case."""

    class Meta:
        """Names of template.yaml."""

        index_name = "by-address"
        projection = KeysOnlyProjection()

    address = UnicodeAttribute(hash_key=True)
    friend_id = UnicodeAttribute()


class AccountIndex(GlobalSecondaryIndex["FriendRow"]):
    """Only aliases carry `merged_into`, so the index holds the aliases of each account."""

    class Meta:
        """Names of template.yaml."""

        index_name = "by-account"
        projection = KeysOnlyProjection()

    merged_into = UnicodeAttribute(hash_key=True)
    friend_id = UnicodeAttribute()


class FriendRow(Row):
    """Friends: friend_id. `address` is the e-mail address as it is looked for."""

    friend_id = UnicodeAttribute(hash_key=True)
    display_name = UnicodeAttribute()
    email = UnicodeAttribute()
    language = UnicodeAttribute()
    areas = JSONAttribute()
    skills: ListAttribute[str] = ListAttribute()
    joined_on = UnicodeAttribute()
    active = BooleanAttribute()
    region = UnicodeAttribute(default="")
    postal_code = UnicodeAttribute(default="")
    channel = UnicodeAttribute(default="mail")
    paused = BooleanAttribute(default=False)
    merged_into = UnicodeAttribute(null=True)
    removed_areas = JSONAttribute(null=True)
    address = UnicodeAttribute(null=True)
    by_address = AddressIndex()
    by_account = AccountIndex()


class SourceIndex(GlobalSecondaryIndex["LedgerRow"]):
    """Where the line of a job or a rating is, whoever's it is and however it is dated."""

    class Meta:
        """Names of template.yaml."""

        index_name = "by-source"
        projection = KeysOnlyProjection()

    source = UnicodeAttribute(hash_key=True)
    friend_id = UnicodeAttribute()
    entry = UnicodeAttribute()


class LedgerRow(Row):
    """Ledger: friend_id + `YYYY-MM#JOB#id` or `YYYY-MM#RATING#id`."""

    friend_id = UnicodeAttribute(hash_key=True)
    entry = UnicodeAttribute(range_key=True)
    at = UnicodeAttribute()
    stars = NumberAttribute(default=0)
    cents = NumberAttribute(default=0)
    source = UnicodeAttribute()
    owner = UnicodeAttribute(null=True)
    by_source = SourceIndex()


class CorrectionRow(Row):
    """Corrections: the source of a line, `JOB#id` or `RATING#id`."""

    source = UnicodeAttribute(hash_key=True)
    correction = JSONAttribute()


class NoteRow(Row):
    """Trail: friend_id + `instant#action#about`."""

    friend_id = UnicodeAttribute(hash_key=True)
    noted = UnicodeAttribute(range_key=True)
    note = JSONAttribute()


class StatsRow(Row):
    """Stats: friend_id; months is `YYYY-MM` -> [ratings, stars, jobs, cents]."""

    friend_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute()
    months: MapAttribute[str, list[int]] = MapAttribute()


class EngagementRow(Row):
    """Engagements: friend_id + `role#from`."""

    friend_id = UnicodeAttribute(hash_key=True)
    engagement = UnicodeAttribute(range_key=True)
    role = UnicodeAttribute()
    held_from = UnicodeAttribute()
    held_until = UnicodeAttribute(null=True)
    withdrawn = BooleanAttribute(null=True)
    decided = JSONAttribute(null=True)
    earned = BooleanAttribute(null=True)


class ProgrammeRow(Row):
    """Programme: `programme` for what is in force, `year#Y` for a year.

    Structured fields are JSON text, so that decimals and nesting come back exactly.
    """

    record_id = UnicodeAttribute(hash_key=True)
    state = UnicodeAttribute(null=True)
    policy = JSONAttribute(null=True)
    currency = UnicodeAttribute(null=True)
    best_friends_of = NumberAttribute(null=True)
    ranking_since = UnicodeAttribute(null=True)
    run = JSONAttribute(null=True)
    calendar = JSONAttribute(null=True)
    opened_at = UnicodeAttribute(null=True)
    opened_by = UnicodeAttribute(null=True)
    pace = JSONAttribute(null=True)
    answer_until = UnicodeAttribute(null=True)
    cohorts = JSONAttribute(null=True)
    counts = JSONAttribute(null=True)
    digests = JSONAttribute(null=True)
    pseudonymised = JSONAttribute(null=True)
    audit = JSONAttribute(null=True)
    failure = UnicodeAttribute(null=True)


class BestFriendsIndex(GlobalSecondaryIndex["InvitationRow"]):
    """Only confirmed invitations carry `best_friend_of`, so the index is the list of a year."""

    class Meta:
        """Names of template.yaml."""

        index_name = "best-friends"
        projection = KeysOnlyProjection()

    best_friend_of = NumberAttribute(hash_key=True)
    friend_id = UnicodeAttribute(range_key=True)


class InvitationRow(Row):
    """Invitations: friend_id + year. `task_token` is a capability and never leaves the system."""

    friend_id = UnicodeAttribute(hash_key=True)
    year = NumberAttribute(range_key=True)
    state = UnicodeAttribute()
    reasons = JSONAttribute()
    answer_until = UnicodeAttribute()
    history: ListAttribute[MapAttribute[str, str]] = ListAttribute(of=MapAttribute, default=list)
    late = BooleanAttribute(null=True)
    task_token = UnicodeAttribute(null=True)
    best_friend_of = NumberAttribute(null=True)
    best_friends = BestFriendsIndex()


class LinkRow(Row):
    """Links: SHA-256 of the token; `expires` is the table's TTL, in epoch seconds."""

    token_hash = UnicodeAttribute(hash_key=True)
    purpose = UnicodeAttribute()
    friend_id = UnicodeAttribute()
    year = NumberAttribute()
    job_id = UnicodeAttribute(default="")
    expires_at = UnicodeAttribute()
    expires = NumberAttribute()


class MessageIndex(GlobalSecondaryIndex["LetterRow"]):
    """Letters by the mail service's message id."""

    class Meta:
        """Names of template.yaml."""

        index_name = "by-message"
        projection = KeysOnlyProjection()

    message_id = UnicodeAttribute(hash_key=True)
    letter_id = UnicodeAttribute()


class LetterRow(Row):
    """Letters: letter_id, which is deterministic: `invitation#2025#F1`."""

    letter_id = UnicodeAttribute(hash_key=True)
    friend_id = UnicodeAttribute()
    year = NumberAttribute()
    state = UnicodeAttribute()
    claimed_at = UnicodeAttribute()
    template = UnicodeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    events: ListAttribute[MapAttribute[str, str]] = ListAttribute(of=MapAttribute, default=list)
    by_message = MessageIndex()
