"""Faults: what is wrong with an export, one line each."""

from dataclasses import dataclass

FAULTS_KEPT = 50
LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where it stands and what is expected instead.

    `line` is the physical line on which the record starts, 0 for a fault of a whole file. `column`
    and `value` are "" where the fault is not about a single cell.
    """

    file: str
    line: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        """The line that people read, such as `jobs.csv:17: revenue: '12,5': expected ...`."""
        parts = [f"{self.file}:{self.line}" if self.line else self.file]
        if self.column:
            parts.append(self.column)
        if self.column or self.value:
            parts.append(repr(_shortened(self.value)))
        return ": ".join([*parts, f"expected {self.expected}"])


def _shortened(value: str) -> str:
    # An unclosed quote makes one cell of half a file; nobody wants to read that in a terminal.
    return value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"
