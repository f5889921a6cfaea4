"""What an import changed, and how it tells its progress."""

from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[str, int], None]
"""Called with the name of a step and how many more rows of it are done."""


@dataclass(slots=True)
class Imported:
    """What an import changed: rows new, changed, removed and unchanged, by table."""

    new: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)

    @property
    def nothing_changed(self) -> bool:
        """Whether the tables were as the export says already."""
        return not (self.new or self.changed or self.removed)

    def count(self, what: dict[str, int], table: str, rows: int = 1) -> None:
        """Count rows of a table."""
        if rows:
            what[table] = what.get(table, 0) + rows
