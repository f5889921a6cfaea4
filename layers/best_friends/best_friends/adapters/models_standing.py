"""The tables of standing as PynamoDB models; `bound` of `models` gives them their real names."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from best_friends.adapters.dynamodb import Row


class VerdictRow(Row):
    """Verdicts: friend_id + year; `judged` is what was archived of the Friend."""

    friend_id = UnicodeAttribute(hash_key=True)
    year = NumberAttribute(range_key=True)
    judged = JSONAttribute()


class ChoiceRow(Row):
    """Choices: friend_id; `ended` are the streams of mail that it does without."""

    friend_id = UnicodeAttribute(hash_key=True)
    ended = UnicodeSetAttribute(null=True)


class CutoffsRow(Row):
    """Programme: `cutoffs#Y` and `noticed#Y`, beside the records of `ProgrammeRow`."""

    record_id = UnicodeAttribute(hash_key=True)
    cutoffs = JSONAttribute(null=True)
