"""The letters about cases and the link to the standing: four languages, words as they were written."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from best_friends.application.links import STANDING, hash_of
from best_friends.domain.letter import NO_YEAR, REVIEW_LETTERS, LetterKind
from best_friends.domain.policy import LANGUAGES
from best_friends.domain.requests import (
    AreaWish,
    Decision,
    Reply,
    Request,
    RequestState,
    ReviewResult,
    ReviewWish,
    Righted,
)
from best_friends.letters import (
    Letter,
    RequestView,
    ReviewView,
    render_request_letter,
    render_review_letter,
)
from tests.unit.fakes_requests import NOON, AskingWorld

WISH = ReviewWish(2025, date(2026, 3, 10), date(2026, 3, 17))
WORDS, REPLY, WHY = "One of my ratings is missing.", "We are asking the customer.", "You were right."
LINK = "https://pages.example/standing/abcDEF_123-456"
DATES = {
    "de": ("bis zum 10. März 2026", "Bis zum 17. März 2026 entscheiden wir"),
    "fr": ("d’ici au 10 mars 2026", "Nous prendrons une décision d’ici au 17 mars 2026"),
    "it": ("entro martedì 10 marzo 2026", "Decidiamo entro martedì 17 marzo 2026"),
    "en": ("by 10 March 2026", "By 17 March 2026 we decide"),
}
STANDS = {
    "de": "Es bleibt alles, wie es war.",
    "fr": "Tout reste comme avant.",
    "it": "Tutto resta com’era.",
    "en": "Everything stands as it was.",
}


def case(*righted: Righted, words: str = WORDS, reply: str = REPLY, why: str = WHY) -> Request:
    state = RequestState.ACCEPTED if righted else RequestState.DECLINED
    decision = Decision(state, NOON, "Ada", why, ReviewResult(righted))
    return Request("review-1", "F1", WISH, words, NOON, decision, Reply(NOON, "Ada", reply))


def letter_of(kind: LetterKind, language: str = "en", about: Request | None = None) -> Letter:
    return render_review_letter(kind, ReviewView("Mara", language, about or case()))


def parts(letter: Letter) -> tuple[str, str]:
    body = BeautifulSoup(letter.html, "html.parser").find(attrs={"role": "article"})
    assert body is not None
    html, text = body.get_text(" "), re.sub(r"(?m)^> ", "", letter.text)
    return " ".join(html.split()), " ".join(text.split())


@pytest.mark.parametrize("kind", REVIEW_LETTERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_letter_is_whole_short_and_says_the_same_in_both_parts(kind: LetterKind, language: str) -> None:
    letter = letter_of(kind, language, case(*Righted))
    assert letter.language == language and len(letter.subject.splitlines()) == 1 and "2025" in letter.subject
    for part in (letter.subject, *parts(letter)):
        assert part and "{" not in part and "None" not in part and "ß" not in part
    assert "http" not in letter.html and "http" not in letter.text
    assert all(len(line) <= 72 for line in letter.text.splitlines())
    html, text = parts(letter)
    for sentence in re.split(r"(?<=[.?!:]) ", text):
        assert sentence.casefold() in html.casefold()


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_asks_is_quoted_and_told_by_when_to_hear_from_people(language: str) -> None:
    opened, replied, decided = (parts(letter_of(kind, language)) for kind in REVIEW_LETTERS)
    for part in opened:
        assert WORDS in part and all(one in part.replace("\xa0", " ") for one in DATES[language])
        assert REPLY not in part and WHY not in part
    assert all(REPLY in part and "17" in part and WORDS not in part for part in replied)
    assert all(WHY in part and STANDS[language] in part for part in decided)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_was_put_right_is_named_and_nothing_else(language: str) -> None:
    plain = parts(letter_of(LetterKind.REVIEW_DECIDED, language))[1]
    sentences = set()
    for one in Righted:
        said = parts(letter_of(LetterKind.REVIEW_DECIDED, language, case(one)))[1]
        assert STANDS[language] not in said and said != plain
        sentences.add(said)
    both = parts(letter_of(LetterKind.REVIEW_DECIDED, language, case(Righted.FIGURES, Righted.NOMINATED)))[1]
    assert len(sentences) == len(Righted) and both not in sentences and "2025" in both


def test_the_invitation_comes_as_a_letter_of_its_own() -> None:
    said = parts(letter_of(LetterKind.REVIEW_DECIDED, "en", case(Righted.NOMINATED)))[1]
    assert "The invitation comes in a letter of its own." in said
    confirmed = parts(letter_of(LetterKind.REVIEW_DECIDED, "de", case(Righted.CONFIRMED)))[1]
    assert "Deine Zusage als Best Friend 2025 ist eingetragen." in confirmed


@given(
    odd=st.text(min_size=1, max_size=80) | st.sampled_from(["<b>x</b>", "{name}", "a\r\nBcc: x"]),
    kind=st.sampled_from(REVIEW_LETTERS),
    language=st.sampled_from(LANGUAGES),
)
def test_whatever_people_wrote_is_harmless(odd: str, kind: LetterKind, language: str) -> None:
    usual = letter_of(kind, language)
    about = case(words=odd, reply=odd, why=odd)
    letter = render_review_letter(kind, ReviewView(odd, language, about))
    assert len(letter.subject.splitlines()) == 1
    tags = [
        [tag.name for tag in BeautifulSoup(one.html, "html.parser").find_all(True)] for one in (usual, letter)
    ]
    assert tags[0] == tags[1]


def test_a_letter_about_something_that_is_not_so_cannot_be_written() -> None:
    for kind, about in (
        (LetterKind.REVIEW_OPENED, replace(case(), asked=AreaWish("Aarau", 5))),
        (LetterKind.REVIEW_REPLIED, replace(case(), reply=None)),
        (LetterKind.REVIEW_DECIDED, replace(case(), decision=None)),
    ):
        with pytest.raises(ValueError, match="review-1"):
            letter_of(kind, "de", about)


# ---------------------------------------------------------------- the link to the standing


@pytest.mark.parametrize(
    ("language", "how_long"),
    [("de", "gilt 24 Stunden"), ("fr", "valable 24 heures"), ("it", "vale 24 ore"), ("en", "for 24 hours")],
)
def test_the_link_to_the_standing_says_how_long_it_is_good(language: str, how_long: str) -> None:
    view = RequestView("Mara", language, LINK, date(2026, 4, 2), link_hours=24)
    letter = render_request_letter(LetterKind.STANDING_LINK, view)
    assert letter.html.count(LINK) == letter.text.count(LINK) == 1
    for part in parts(letter):
        assert how_long in part.replace("\xa0", " ") and "2026" not in part


def test_whoever_did_not_ask_for_it_can_leave_it() -> None:
    view = RequestView("Mara", "en", LINK, date(2026, 4, 2), link_hours=24)
    letters = {
        kind: render_request_letter(kind, view).text
        for kind in (LetterKind.STANDING_LINK, LetterKind.AREAS_LINK)
    }
    assert "You did not ask for this link?" in letters[LetterKind.STANDING_LINK]
    assert "You did not ask for this link?" not in letters[LetterKind.AREAS_LINK]


def test_a_link_to_the_standing_lives_for_hours_and_not_for_days() -> None:
    world = AskingWorld()
    world.add("F1")
    world.send_link("F1", LetterKind.STANDING_LINK)
    world.send(world.queue.orders[0])
    link = world.links.rows[hash_of("token-1")]
    assert (link.purpose, link.friend_id, link.year) == (STANDING, "F1", NO_YEAR)
    assert link.expires_at == NOON + timedelta(hours=24)
    assert "https://pages.example/standing/token-1" in world.mail.sent[0].text
