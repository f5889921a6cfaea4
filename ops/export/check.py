"""Checking an export: every row is held against its model and against the rows before it."""

from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from ops.export.checked import CheckedExport
from ops.export.fault import Fault
from ops.export.reading import CsvFile, Record
from ops.export.rows import (
    AnyRow,
    AreaRow,
    EngagementRow,
    FriendRow,
    JobRow,
    RatingRow,
    ReferralRow,
    needed_columns,
)
from ops.export.staging import Staging

OnProgress = Callable[[str, int, int], None]

# Friends come first: every other file names them.
_MODELS: dict[str, type[AnyRow]] = {
    "friends": FriendRow,
    "areas": AreaRow,
    "engagements": EngagementRow,
    "jobs": JobRow,
    "ratings": RatingRow,
    "referrals": ReferralRow,
}
_OPTIONAL = ("areas", "engagements", "referrals")
_PROGRESS_BYTES = 1 << 20


def check_export(
    folder: Path, *, on_progress: OnProgress | None = None, keep_rejected: bool = False
) -> CheckedExport:
    """Check every row of an export and stage the good ones.

    Parameters:
        folder: where friends.csv, jobs.csv and ratings.csv lie, with areas.csv, engagements.csv and
            referrals.csv when there are any.
        on_progress: called now and then with the name of the file that is being read and the bytes
            done and to do, over all files.
        keep_rejected: whether `CheckedExport.write_rejected` will be asked for.

    Returns:
        What was found, never an error: a folder that does not exist is a fault like any other.

    Example:
        with check_export(Path("sample")) as checked:
            for fault in checked.faults:
                print(fault)
    """
    staging = Staging()
    try:
        checked = CheckedExport(staging, keep_rejected=keep_rejected)
        _Check(folder, staging, checked, on_progress).run()
    except BaseException:
        staging.close()
        raise
    return checked


class _Check:
    """One run over the files of an export."""

    def __init__(
        self, folder: Path, staging: Staging, checked: CheckedExport, on_progress: OnProgress | None
    ) -> None:
        self._folder = folder
        self._staging = staging
        self._checked = checked
        self._on_progress = on_progress
        self._bytes_before = 0
        self._bytes_total = 0
        self._friends_readable = True

    def run(self) -> None:
        if not self._folder.is_dir():
            what = "a folder with friends.csv, jobs.csv and ratings.csv"
            self._unreadable((Fault(self._folder.name or str(self._folder), 0, "", "", what),))
            return
        paths = {table: self._folder / f"{table}.csv" for table in _MODELS}
        self._bytes_total = sum(path.stat().st_size for path in paths.values() if path.is_file())
        for table, path in paths.items():
            if not path.exists() and table in _OPTIONAL:
                continue
            readable = self._file(table, path)
            if table == "friends":
                self._friends_readable = readable

    def _file(self, table: str, path: Path) -> bool:
        try:
            file = CsvFile(path, needed_columns(_MODELS[table]))
        except FileNotFoundError:
            return self._unreadable((Fault(path.name, 0, "", "", "this file in the folder"),))
        except OSError as error:
            why = error.strerror or type(error).__name__
            return self._unreadable((Fault(path.name, 0, "", "", f"a file that can be read ({why})"),))
        with file:
            if file.header_faults:
                return self._unreadable(file.header_faults)
            self._records(table, file)
            self._bytes_before += file.bytes_done
        self._tell(path.name, 0)
        return True

    def _unreadable(self, faults: tuple[Fault, ...]) -> bool:
        self._checked.readable = False
        self._checked.reject(faults, None)
        return False

    def _records(self, table: str, file: CsvFile) -> None:
        good = 0
        tell_at = 0
        for record in file.records():
            if file.bytes_done >= tell_at:
                self._tell(file.name, file.bytes_done)
                tell_at = file.bytes_done + _PROGRESS_BYTES
            added, faults = self._record(table, file.name, record)
            good += added
            if faults:
                self._checked.reject(faults, file.raw())
        setattr(self._checked.counts, table, good)

    def _tell(self, name: str, bytes_done: int) -> None:
        if self._on_progress:
            self._on_progress(name, self._bytes_before + bytes_done, self._bytes_total)

    def _record(self, table: str, file: str, record: Record) -> tuple[int, tuple[Fault, ...]]:
        """How many rows a record adds (0 or 1), and its faults."""
        if record.faults:
            return 0, record.faults
        try:
            row = _MODELS[table].model_validate(record.cells)
        except ValidationError as error:
            return 0, _faults_of(error, file, record)
        if table != "friends" and (faults := self._beside_others(row, file, record.line)):
            return 0, faults
        staged = row.staged()
        if self._staging.add(table, staged):
            return 1, ()
        if not row.key or self._staging.same_is_there(table, staged):
            return 0, ()
        what = f"a {row.key} of its own, or the very same row again"
        return 0, (Fault(file, record.line, row.key, record.cells[row.key], what),)

    def _beside_others(self, row: AnyRow, file: str, line: int) -> tuple[Fault, ...]:
        """Hold a row against what earlier rows have settled: the Friends and the currency."""
        faults = []
        # When friends.csv cannot be read, that is the fault; every other row would only repeat it.
        if row.friend_id and self._friends_readable and not self._staging.knows_friend(row.friend_id):
            faults.append(
                Fault(file, line, "friend_id", row.friend_id, "the friend_id of a good row of friends.csv")
            )
        if isinstance(row, JobRow) and row.completed:
            settled = self._checked.currency or row.currency
            if row.currency != settled:
                what = f"{settled}, the currency of the completed jobs before"
                faults.append(Fault(file, line, "currency", row.currency, what))
            elif not faults:
                self._checked.currency = settled
        return tuple(faults)


def _faults_of(error: ValidationError, file: str, record: Record) -> tuple[Fault, ...]:
    found = []
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        column = str(one["loc"][0])
        found.append(Fault(file, record.line, column, record.cells.get(column, ""), one["msg"]))
    return tuple(found)
