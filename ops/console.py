"""What the command shows while it works: one bar a long step, quiet when asked to be."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

Advance = Callable[[int], None]


class Screen:
    """Standard error for progress, standard output for results."""

    def __init__(self, *, quiet: bool = False) -> None:
        # What people have written (labels, words, reasons) is shown as it is, never read as markup.
        self.out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
        self.progress = Console(stderr=True, quiet=quiet, highlight=False)
        self.errors = Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, sentence: str) -> None:
        """A line of progress."""
        self.progress.print(sentence)

    @contextmanager
    def step(self, caption: str) -> Iterator[None]:
        """A step of unknown length: a spinner on a terminal, and a line when it is done."""
        with self.progress.status(caption):
            yield
        self.progress.print(f"[green]✓[/green] {caption}")

    @contextmanager
    def bar(self, caption: str, total: int | None) -> Iterator[Advance]:
        """A step of known length, with counts and the time left."""
        columns = (
            SpinnerColumn(finished_text="[green]✓[/green]"),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
        )
        if not self.progress.is_terminal:
            yield lambda _: None
            self.progress.print(f"✓ {caption}")
            return
        with Progress(*columns, console=self.progress) as progress:
            task = progress.add_task(caption, total=total)
            yield lambda done: progress.advance(task, done)
