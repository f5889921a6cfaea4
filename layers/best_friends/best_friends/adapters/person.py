"""Where something of a person may lie, on DynamoDB. Most of it is scanned (see `ports_person`)."""

from collections.abc import Collection, Iterator
from functools import reduce
from operator import or_

from pynamodb.attributes import JSONAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from best_friends.adapters.changes import CORRECTION, NOTE, note_row
from best_friends.adapters.errors import condition_failed
from best_friends.adapters.jobs import WAVE, job_of
from best_friends.adapters.models import CorrectionRow, LetterRow, NoteRow
from best_friends.adapters.models_jobs import JobRow, WaveRow
from best_friends.application.ports_person import Row
from best_friends.domain.corrections import Correction, Note
from best_friends.domain.ledger import Job
from best_friends.domain.offer import Wave

SECRETS = frozenset({"task_token", "token_hash"})
"""Capabilities, and what they could be recognised by; no row is told with them."""

ACCOUNT = "friend_id"


class RowsOfPerson:
    """Implements `ports_person.Holdings` for any table whose rows have a `friend_id`."""

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        self._json = {name for name, one in model.get_attributes().items() if isinstance(one, JSONAttribute)}

    def of(self, accounts: Collection[str]) -> list[Row]:
        """The rows of these accounts, without secrets."""
        return [self._told(row) for row in self._rows(accounts)]

    def remove(self, accounts: Collection[str]) -> None:
        """Remove the rows of these accounts."""
        rows = list(self._rows(accounts))
        with self._model.batch_write() as batch:
            for row in rows:
                batch.delete(row)

    def _rows(self, accounts: Collection[str]) -> Iterator[Model]:
        model = self._model
        account = model.get_attributes()[ACCOUNT]
        if account.is_hash_key:
            for one in accounts:
                yield from model.query(one, consistent_read=True)
        else:
            yield from model.scan(account.is_in(*accounts), consistent_read=True)

    def _told(self, row: Model) -> Row:
        told: Row = row.to_simple_dict(force=True)
        told |= {name: getattr(row, name) for name in self._json if name in told}
        return {name: value for name, value in told.items() if name not in SECRETS and value is not None}


class LettersOfPerson(RowsOfPerson):
    """Also the rows that know only their id: a letter may be settled just after it was removed."""

    def __init__(self, model: type[LetterRow]) -> None:
        super().__init__(model)
        self._letters = model

    def _rows(self, accounts: Collection[str]) -> Iterator[Model]:
        model, endings = self._letters, tuple(f"#{account}" for account in accounts)
        known_by_id = reduce(or_, map(model.letter_id.contains, endings))
        wanted = model.friend_id.is_in(*accounts) | known_by_id
        for row in model.scan(wanted, consistent_read=True):
            if row.friend_id in accounts or row.letter_id.endswith(endings):
                yield row


class JobsOfPerson:
    """Implements `ports_person.Mentions` for jobs."""

    def __init__(self, model: type[JobRow]) -> None:
        self._model = model

    def naming(self, texts: Collection[str]) -> Iterator[Job]:
        """The jobs that were given to one of these Friends."""
        return map(job_of, self._model.scan(self._model.friend_id.is_in(*texts), consistent_read=True))

    def put(self, before: Job, after: Job) -> None:
        """Give the job to the other one; whatever else has become of it meanwhile stays."""
        model = self._model
        _update_if(
            model(before.job_id),
            [model.friend_id.set(after.friend_id)],
            model.friend_id == before.friend_id,
        )


class WavesOfPerson:
    """Implements `ports_person.Mentions` for waves."""

    def __init__(self, model: type[WaveRow]) -> None:
        self._model = model

    def naming(self, texts: Collection[str]) -> Iterator[Wave]:
        """The waves in whose draw one of these texts stands; a draw is one text to the table."""
        drawn = self._model.drawn
        wanted = reduce(or_, (drawn.contains(text) for text in texts))
        rows = self._model.scan(wanted, consistent_read=True)
        return (WAVE.validate_python(row.drawn) for row in rows)

    def put(self, before: Wave, after: Wave) -> None:
        """Write what was drawn anew; when it expires stays."""
        model = self._model
        drawn = WAVE.dump_python(after, mode="json")
        _update_if(model(before.job_id, before.number), [model.drawn.set(drawn)], model.job_id.exists())


class CorrectionsOfPerson:
    """Implements `ports_person.Mentions` for corrections."""

    def __init__(self, model: type[CorrectionRow]) -> None:
        self._model = model

    def naming(self, _: Collection[str], /) -> Iterator[Correction]:
        """Every correction; hundreds, and their words are to be looked at too."""
        return (CORRECTION.validate_python(row.correction) for row in self._model.scan(consistent_read=True))

    def put(self, before: Correction, after: Correction) -> None:
        """Write a correction of the same line anew."""
        model = self._model
        dumped = CORRECTION.dump_python(after, mode="json")
        _update_if(model(before.source), [model.correction.set(dumped)], model.source.exists())


class NotesOfPerson:
    """Implements `ports_person.Mentions` for the audit trails of others."""

    def __init__(self, model: type[NoteRow]) -> None:
        self._model = model

    def naming(self, _: Collection[str], /) -> Iterator[Note]:
        """Every note, since the words are to be looked at too."""
        return (NOTE.validate_python(row.note) for row in self._model.scan(consistent_read=True))

    def put(self, before: Note, after: Note) -> None:
        """Write the note under its new key, then remove the old one."""
        old, new = note_row(self._model, before), note_row(self._model, after)
        new.save()
        if old.noted != new.noted:
            old.delete()


def _update_if(row: Model, actions: list[Action], condition: Condition) -> None:
    """Update a row that is still there, as it was read."""
    try:
        row.update(actions=actions, condition=condition)
    except UpdateError as error:
        if not condition_failed(error):
            raise
