"""Which of the programme's languages a reader gets."""

from collections.abc import Sequence


def best_language(wanted: str, languages: Sequence[str]) -> str:
    """The language for a wish such as `de`, `de-CH` or `DE_ch`; the first one when it is not spoken.

    >>> best_language("fr-CH", ["de", "fr"]), best_language("rm", ["de", "fr"])
    ('fr', 'de')
    """
    primary = _primary(wanted)
    return primary if primary in languages else languages[0]


def language_from_accept(header: str, languages: Sequence[str]) -> str:
    """The most wanted language of an Accept-Language header that is spoken, else the first.

    Whatever cannot be read in the header is passed over: it comes from outside.

    >>> language_from_accept("en;q=0.3, it-CH;q=0.9, *;q=0.1", ["de", "it", "en"])
    'it'
    """
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:1000].split(",")):
        tag, *parameters = part.split(";")
        weight = _weight(parameters)
        if weight > 0 and _primary(tag) in languages:
            wishes.append((-weight, place, _primary(tag)))
    return min(wishes)[2] if wishes else languages[0]


def _primary(tag: str) -> str:
    return tag.strip().replace("_", "-").split("-")[0].lower()


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            # Not a number compares false with everything, so it is refused here as well.
            return weight if 0 <= weight <= 1 else 0.0
    return 1.0
