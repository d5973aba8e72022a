"""The terminal itself: safe text, consoles, progress bars and how a failure is told. Must never know answers.

Text of documents is hostile: all of it goes through `safe` or `line`, and none is parsed as markup.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from typer.core import TyperGroup

from index.errors import CitebackError

if TYPE_CHECKING:
    from index import report

# Controls, which a terminal obeys; overrides of the writing direction, which make a line read as
# another one; and halves of surrogate pairs, which cannot be written.
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_UNWRAPPED = 10**6  # columns where nothing is there to be wrapped for


def safe(text: str) -> str:
    r"""Return the text with a replacement character for each one that a terminal would obey.

    >>> safe("a\x1b[2Jb\r\n")
    'a�[2Jb\n'
    """
    return _OBEYED.sub("\ufffd", text.replace("\r\n", "\n"))


def line(text: str) -> str:
    """Return the text, made safe, on one line."""
    return safe(" ".join(text.split()))


def console(*, stderr: bool = False) -> Console:
    """Return a console that takes text as it is; only on a terminal are lines wrapped."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = _UNWRAPPED
    return made


@contextmanager
def progress() -> "Iterator[Callable[[report.Progress], None]]":
    """Yield what a sync tells its progress to: bars on standard error, if that is a terminal."""
    shown = console(stderr=True)
    columns = (
        TextColumn("{task.description:<9}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}{task.fields[pace]} {task.fields[item]}", markup=False),
    )
    bars = Progress(*columns, console=shown, transient=True, disable=not shown.is_terminal)
    stages: dict[str, Any] = {}

    def watch(told: "report.Progress") -> None:
        bars.start()  # not before there is something to show: somebody may be asked until then
        if told.stage not in stages:
            stages[told.stage] = bars.add_task(told.stage, unit=told.unit, item="", pace="")
        item, speed = line(told.item)[:40], pace(told)
        bars.update(stages[told.stage], completed=told.done, total=told.total, item=item, pace=speed)

    try:
        yield watch
    finally:
        bars.stop()


@contextmanager
def stoppable(told: str, status: int = 0) -> Iterator[None]:
    """Take Ctrl-C as the end of the block: say so on standard error and end with this exit status."""
    try:
        yield
    except KeyboardInterrupt:
        console(stderr=True).print(told)
        raise typer.Exit(status) from None


def pace(told: "report.Progress") -> str:
    """Return how fast a stage is and how long it will still take; nothing while that is not known."""
    if told.rate is None or told.left is None or not told.left:
        return ""
    minutes, seconds = divmod(round(told.left), 60)
    return f", {told.rate:,.1f} a second, {minutes}:{seconds:02} left"


class Told(TyperGroup):
    """Commands of which a failing one ends with the reason and the next command, not with a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; exit status 1 where it fails."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # whoever reads our output has had enough: typer ends without a word
        except (CitebackError, OSError) as error:
            told = console(stderr=True)
            told.print(f"citeback: {line(getattr(error, 'message', str(error)))}", style="red")
            if remedy := getattr(error, "remedy", ""):
                told.print(f"Next: {line(remedy)}")
            raise typer.Exit(1) from error
