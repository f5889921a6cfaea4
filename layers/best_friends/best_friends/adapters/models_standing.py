"""The tables of standing as PynamoDB models; `bound` of `models` gives them their real names."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.models import Model

from best_friends.adapters.models import UNBOUND


class VerdictRow(Model):
    """Verdicts: friend_id + year; `judged` is what was archived of the Friend."""

    class Meta:
        """Bound later."""

        table_name = UNBOUND
        max_retry_attempts = 5

    friend_id = UnicodeAttribute(hash_key=True)
    year = NumberAttribute(range_key=True)
    judged = JSONAttribute()


class ChoiceRow(Model):
    """Choices: friend_id; `ended` are the streams of mail that it does without."""

    class Meta:
        """Bound later."""

        table_name = UNBOUND
        max_retry_attempts = 5

    friend_id = UnicodeAttribute(hash_key=True)
    ended = UnicodeSetAttribute(null=True)


class CutoffsRow(Model):
    """Programme: `cutoffs#Y` and `noticed#Y`, beside the records of `ProgrammeRow`."""

    class Meta:
        """Bound later."""

        table_name = UNBOUND
        max_retry_attempts = 5

    record_id = UnicodeAttribute(hash_key=True)
    cutoffs = JSONAttribute(null=True)
