"""A line on which every call to a port can be counted, broken and interleaved with others."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import wraps
from threading import Semaphore, Thread, local
from typing import Concatenate

_HERE = local()


class Crash(BaseException):
    """The process ends here: no `except Exception` sees it."""


class Unreachable(Exception):
    """A service failed in a way that nobody has a word for."""


@dataclass(slots=True)
class Line:
    """What lies between a use case and its ports: it counts the calls and can break at one of them.

    `turn` is called before each call and `done` after it, both with the call's name; they may raise.
    """

    calls: list[str] = field(default_factory=list)
    turn: Callable[[str], None] = lambda _: None
    done: Callable[[str], None] = lambda _: None

    def begin(self, name: str) -> None:
        """Let a call through, once it is its actor's turn."""
        actor: Actor | None = getattr(_HERE, "actor", None)
        if actor is not None:
            actor.pause(name)
        self.calls.append(name)
        self.turn(name)

    def break_at(self, number: int, error: BaseException, *, after: bool = False) -> None:
        """Break once, at the `number`th call from now (counted from 1), before or after its effect."""
        left = number

        def count(_: str) -> None:
            nonlocal left
            left -= 1
            if not left:
                raise error

        if after:
            self.done = count
        else:
            self.turn = count

    def mend(self) -> None:
        """Let everything through again."""
        self.turn = self.done = lambda _: None


class Actor:
    """A use case that goes on by one call to a port whenever it is told to.

    It runs on a thread of its own, but never at the same time as whoever tells it to. With `at` it
    stands only before the calls of these names: those whose order can matter.
    """

    def __init__(self, work: Callable[[], object], at: Collection[str] = ()) -> None:
        self._work = work
        self._at = at
        self._go = Semaphore(0)
        self._paused = Semaphore(0)
        self.finished = False
        self.result: object = None
        self.error: BaseException | None = None
        Thread(target=self._run, daemon=True).start()
        self._paused.acquire()

    def step(self) -> None:
        """Make the call that it stands before, and come to the next or to the end."""
        self._go.release()
        self._paused.acquire()

    def finish(self) -> None:
        """Go on to the end."""
        while not self.finished:
            self.step()

    def pause(self, name: str) -> None:
        """Stand before a call until it is told to go on; called on its own thread."""
        if not self._at or name in self._at:
            self._paused.release()
            self._go.acquire()

    def _run(self) -> None:
        _HERE.actor = self
        try:
            self.result = self._work()
        except BaseException as error:
            self.error = error
        self.finished = True
        self._paused.release()


def every_order[Scene](begin: Callable[[], tuple[Scene, list[Actor]]]) -> Iterator[tuple[Scene, list[Actor]]]:
    """Play a scene in every order in which its actors' calls can follow one another.

    `begin` sets the scene anew; it is given back with its actors when all of them have finished.
    """
    choices: list[int] = []
    while True:
        scene, actors = begin()
        taken: list[tuple[int, int]] = []
        while running := [actor for actor in actors if not actor.finished]:
            chosen = choices[len(taken)] if len(taken) < len(choices) else 0
            taken.append((chosen, len(running)))
            running[chosen].step()
        yield scene, actors
        while taken and taken[-1][0] + 1 == taken[-1][1]:
            taken.pop()
        if not taken:
            return
        choices = [chosen for chosen, _ in taken]
        choices[-1] += 1


class OnLine:
    """A fake whose calls go over a line."""

    def __init__(self, line: Line) -> None:
        self.line = line


def call[S: OnLine, **P, R](method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Send a fake's method over its line."""

    @wraps(method)
    def over_the_line(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        name = f"{type(self).__name__}.{method.__name__}"
        self.line.begin(name)
        result = method(self, *args, **kwargs)
        self.line.done(name)
        return result

    return over_the_line
