"""Reading a CSV file record by record, so that a broken record costs that record and no other."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from ops.export.fault import Fault

_BOM = b"\xef\xbb\xbf"
_LONGEST_LINE = 1 << 20
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Record:
    """A record by column, or the faults for which it has no columns."""

    line: int
    cells: dict[str, str]
    faults: tuple[Fault, ...] = ()


class _Lines:
    """The physical lines of a file, decoded one at a time; `held` are those of the current record.

    An iterator rather than a generator: the reader goes on after an error.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.number = 0
        self.bytes_done = 0
        self.held: list[str] = []
        self.undecodable = False

    def begin_record(self) -> None:
        self.held.clear()
        self.undecodable = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._read()
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) >= _LONGEST_LINE:
            while not line.endswith(b"\n") and (line := self._read()):
                pass
            raise csv.Error(f"line longer than {_LONGEST_LINE} bytes")
        text = self._decoded(line.removeprefix(_BOM) if self.number == 1 else line)
        self.held.append(text)
        return text

    def _read(self) -> bytes:
        line = self._source.readline(_LONGEST_LINE)
        self.bytes_done += len(line)
        return line

    def _decoded(self, line: bytes) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError:
            self.undecodable = True
            return line.decode(errors="replace")


class CsvFile:
    """A CSV file of the export, open for reading.

    Either `header_faults` says why it cannot be read by column, or `records` yields every record.
    """

    def __init__(self, path: Path, needed: tuple[str, ...]) -> None:
        self.name = path.name
        self._source = path.open("rb")
        self._lines = _Lines(self._source)
        self._reader = csv.reader(self._lines, strict=True)
        self._header: list[str] = []
        self.header_faults = self._read_header(needed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._source.close()

    @property
    def bytes_done(self) -> int:
        """How much of the file has been read."""
        return self._lines.bytes_done

    def raw(self) -> str:
        """The text of the record that was read last, as it stands in the file."""
        return "".join(self._lines.held).rstrip("\r\n")

    def records(self) -> Iterator[Record]:
        """Every record but the header and blank lines; a faulty one carries its faults."""
        header, lines = self._header, self._lines
        while True:
            lines.begin_record()
            line = lines.number + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Record(line, {}, (self._malformed(line, error),))
                continue
            if lines.undecodable:
                yield Record(line, {}, self._undecodable(line, cells))
            elif len(cells) == len(header):
                yield Record(line, dict(zip(header, cells, strict=True)))
            elif cells:
                fault = Fault(
                    self.name, line, "", f"{len(cells)} fields", f"{len(header)} fields, as in the header"
                )
                yield Record(line, {}, (fault,))

    def _read_header(self, needed: tuple[str, ...]) -> tuple[Fault, ...]:
        try:
            while not self._header:
                self._header = [cell.strip() for cell in next(self._reader)]
        except StopIteration:
            return (Fault(self.name, 1, "", "", "a header row, but the file is empty"),)
        except csv.Error as error:
            return (self._malformed(1, error),)
        if self._lines.undecodable:
            return (Fault(self.name, 1, "", "", "UTF-8 text"),)
        return self._columns_at_fault(needed)

    def _columns_at_fault(self, needed: tuple[str, ...]) -> tuple[Fault, ...]:
        header = self._header
        if len(header) == 1 and len(needed) > 1:
            return (Fault(self.name, 1, "", header[0], "a header row with commas between the columns"),)
        missing = [
            Fault(self.name, 1, "", "", f"a column {name} in the header")
            for name in needed
            if name not in header
        ]
        doubled = [
            Fault(self.name, 1, "", "", f"the column {name} once in the header")
            for name in dict.fromkeys(header)
            if name and header.count(name) > 1
        ]
        return (*missing, *doubled)

    def _malformed(self, line: int, error: csv.Error) -> Fault:
        return Fault(self.name, line, "", "", f"well-formed CSV (RFC 4180), found: {error}")

    def _undecodable(self, line: int, cells: list[str]) -> tuple[Fault, ...]:
        if len(cells) != len(self._header):
            return (Fault(self.name, line, "", "", "UTF-8 text"),)
        return tuple(
            Fault(self.name, line, column, cell, "UTF-8 text")
            for column, cell in zip(self._header, cells, strict=True)
            if _REPLACEMENT in cell
        )
