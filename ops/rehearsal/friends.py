"""The Friends of a rehearsal: they open the links of their letters and press a button, or do not."""

import re
from random import Random

import httpx
from bs4 import BeautifulSoup

from best_friends.domain.invitation import Answer
from ops.local.postbox import Postbox, Received
from ops.rehearsal.answers import Answers

AFTER_A_REMINDER = 0.25
"""The share of those who answer that wait for the first reminder."""


class RehearsedFriends:
    """Everybody's mind is made up by the seed and the address, whatever the order of the letters."""

    def __init__(
        self, answers: Answers, seed: int, postbox: Postbox, pages_url: str, reminders: int = 2
    ) -> None:
        self._answers = answers
        self._reminders = reminders
        self._seed = seed
        self._postbox = postbox
        self._link = re.compile(re.escape(pages_url) + r"/answers/[\w-]+")
        self._read: set[str] = set()
        self._letters: dict[str, int] = {}
        self._pages = httpx.Client(timeout=60)
        self.answered = 0

    def read_mail(self) -> None:
        """Read the letters that are new, and answer those that one would."""
        for letter in self._postbox.deliver():
            if letter.message_id in self._read:
                continue
            self._read.add(letter.message_id)
            self._letters[letter.to] = self._letters.get(letter.to, 0) + 1
            answer, after = self._mind(letter.to)
            if answer is not None and self._letters[letter.to] == after:
                self._answer(letter, answer)

    def _mind(self, address: str) -> tuple[Answer | None, int]:
        dice = Random(f"{self._seed} {address}")
        share = dice.random()
        after = 2 if dice.random() < AFTER_A_REMINDER and self._reminders else 1
        if share < self._answers.confirm:
            return Answer.CONFIRM, after
        if share < self._answers.confirm + self._answers.decline:
            return Answer.DECLINE, after
        return None, after

    def _answer(self, letter: Received, answer: Answer) -> None:
        found = self._link.search(letter.text)
        if found is None:
            return  # a letter without a link asks for nothing
        page = self._pages.get(found.group()).raise_for_status()
        button = BeautifulSoup(page.text, "html.parser").select_one(f"form button[value={answer}]")
        if button is None:
            return  # too late: the page says what stands, and offers no button
        self._pages.post(found.group(), data={str(button["name"]): str(button["value"])}).raise_for_status()
        self.answered += 1

    def close(self) -> None:
        """Close the connections."""
        self._pages.close()
