"""In which of its languages somebody reads what operators wrote."""

from collections.abc import Collection, Sequence

from best_friends.domain.policy import LANGUAGES
from best_friends.texts.languages import best_language


def reading_language(wanted: str, written: Collection[str], programme: Sequence[str]) -> str:
    """The reader's own if it is written in it, else the programme's first that it is written in.

    >>> reading_language("fr", ["de", "fr"], ["de"]), reading_language("rm", ["en", "it"], ["de", "it", "en"])
    ('fr', 'it')
    """
    order = [one for one in (*programme, *LANGUAGES) if one in written]
    return best_language(wanted, order)
