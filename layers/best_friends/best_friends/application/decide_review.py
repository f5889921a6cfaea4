"""People reply to a case and decide it; the Friend hears of both by letter."""

from dataclasses import dataclass, replace
from typing import Any

from best_friends.application.accounts import Accounts
from best_friends.application.correct_ledger import By
from best_friends.application.errors import Conflict, Refusal
from best_friends.application.ports import Clock, Friends
from best_friends.application.ports_letters import LetterOrder, LettersQueue
from best_friends.application.ports_requests import Decided, Decisions, Requests
from best_friends.application.review_case import known_case
from best_friends.application.review_lines import RightLines
from best_friends.application.review_outcome import SettleOutcome
from best_friends.domain.corrections import Note
from best_friends.domain.letter import NO_YEAR, LetterKind
from best_friends.domain.requests import (
    Decision,
    Reply,
    Request,
    RequestState,
    ReviewResult,
    Taken,
    one_line,
    told,
)
from best_friends.domain.review import TAKEN_FOR, Changes, digest_of

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class DecideReview:
    """Reply to a case, and decide it.

    A decision first looks whether everything can be put right, then takes the case, so that nobody else
    decides it otherwise meanwhile, then puts it right step by step, each of which may be repeated; the
    decision itself, with its note, comes last. Whatever breaks off is finished by the same command.
    """

    requests: Requests
    decisions: Decisions
    friends: Friends
    lines: RightLines
    outcomes: SettleOutcome
    letters: LettersQueue
    clock: Clock

    def reply(self, case_id: str, words: str, by: By) -> Request:
        """Write to the Friend before there is a decision; a newer reply takes the place of the last one.

        Each reply is a letter of its own and a note in the trail. The same words again are the same reply.

        Raises:
            Refusal: when there is no such case, it is decided, or there are no words.
        """
        said = one_line(words)
        if not said:
            raise Refusal("there are no words to write to the Friend")
        for _ in range(ATTEMPTS):
            case = known_case(self.requests, case_id)
            if case.decision:
                raise Refusal(f"{_decided_already(case)}, so there is nothing to reply to any more")
            if case.reply is None or case.reply.words != said:
                now = self.clock()
                before = {"words": case.reply.words} if case.reply else None
                note = self._note(case, "review replied", by, before, {"words": said})
                replied = replace(case, reply=Reply(now, by.who, said))
                try:
                    self.decisions.write(Decided(note, request=replied))
                except Conflict:
                    continue
                case = replied
            return self._tell(case, LetterKind.REVIEW_REPLIED)
        raise Refusal(f"{case_id} kept changing while it was being replied to; try again")

    def decide(self, case_id: str, by: By, changes: Changes) -> Request:
        """Put right what there is to put right, and decide; the letter quotes the reason.

        A case that was decided in the same way is not decided again; its letter is ordered once more, in
        case that broke off, and leaves once.

        Raises:
            Refusal: when there is no such case, it was decided otherwise, or something cannot be put right.
        """
        case = known_case(self.requests, case_id)
        digest = digest_of(by.why, changes)
        if case.decision:
            return self._settled(case, digest)
        friend = Accounts(self.friends).friend(case.friend_id)
        if friend is None:
            raise Refusal(f"the Friend of {case_id} is not here any more; there is nothing to decide")
        self.lines.check(case_id, friend.friend_id, changes.lines)
        if changes.outcome:
            self.outcomes.check(case, friend, changes.outcome)
        case = self._take(case, digest, by)
        if case.decision:
            return self._settled(case, digest)
        self.lines(case_id, friend.friend_id, changes.lines, by)
        if changes.outcome:
            self.outcomes(case, friend, changes.outcome, by)
        return self._decide(case_id, ReviewResult(changes.righted), digest, by)

    def _take(self, case: Request, digest: str, by: By) -> Request:
        """Begin to decide, so that nobody else puts anything right in this case at the same time.

        Raises:
            Refusal: when somebody has begun to decide it otherwise, a moment ago.
        """
        now = self.clock()
        for _ in range(ATTEMPTS):
            held = case.taken
            if held and held.digest != digest and now - held.at < TAKEN_FOR:
                raise Refusal(
                    f"{held.who} began to decide {case.request_id} at {held.at:%H:%M} UTC with the reason"
                    f" {held.why[:60]!r}; look at it again when that is done, at the latest in 15 minutes"
                )
            taken = Taken(now, by.who, by.why, digest)
            if self.requests.take(case.request_id, taken, was=held):
                return replace(case, taken=taken)
            case = known_case(self.requests, case.request_id)
            if case.decision:
                return case
        raise Refusal(f"{case.request_id} kept changing while it was being decided; try again")

    def _decide(self, case_id: str, result: ReviewResult, digest: str, by: By) -> Request:
        for _ in range(ATTEMPTS):
            case = known_case(self.requests, case_id)
            if case.decision:  # by somebody else, just now
                return self._settled(case, digest)
            if case.taken is None or case.taken.digest != digest:
                raise Refusal(f"{case_id} is being decided otherwise by now; look at it again")
            state = RequestState.ACCEPTED if result.righted else RequestState.DECLINED
            decided = replace(case, decision=Decision(state, self.clock(), by.who, by.why, result))
            asked = {"asked": told(case.asked), "words": case.words}
            note = self._note(case, "review decided", by, asked, told(result))
            try:
                self.decisions.write(Decided(note, request=decided))
            except Conflict:  # somebody has replied meanwhile, or decided
                continue
            return self._tell(decided, LetterKind.REVIEW_DECIDED)
        raise Refusal(f"{case_id} kept changing while it was being decided; try again")

    def _settled(self, case: Request, digest: str) -> Request:
        if case.taken is None or case.taken.digest != digest:
            raise Refusal(
                f"{_decided_already(case)}, otherwise than this, and nothing was changed now; `best-friends"
                f" review show {case.request_id}` says what was put right, `best-friends ledger` puts lines"
                " right, and another outcome takes another case"
            )
        return self._tell(case, LetterKind.REVIEW_DECIDED)

    def _tell(self, case: Request, kind: LetterKind) -> Request:
        self.letters.put([LetterOrder(kind, case.friend_id, NO_YEAR, about=case.request_id)])
        return case

    def _note(self, case: Request, action: str, by: By, before: Any, after: Any) -> Note:
        account = Accounts(self.friends).surviving(case.friend_id)
        return Note(account, self.clock(), action, case.request_id, by.who, by.why, before, after)


def _decided_already(case: Request) -> str:
    made = case.decision
    by = f" by {made.who} on {made.at:%Y-%m-%d}" if made else ""
    return f"{case.request_id} was decided{by} already"
