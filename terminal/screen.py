"""Terminal output: safe text, consoles, progress bars and error messages.

Text from documents is untrusted: all of it passes through `safe` or `line`, and none is parsed as markup.
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

# Control characters, which a terminal obeys; bidirectional overrides, which make a line read as another one;
# and lone surrogates, which cannot be encoded.
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_UNWRAPPED = 10**6  # columns, for output that need not wrap


def safe(text: str) -> str:
    r"""Replace each character that a terminal would obey with U+FFFD.

    >>> safe("a\x1b[2Jb\r\n")
    'a�[2Jb\n'
    """
    return _OBEYED.sub("\ufffd", text.replace("\r\n", "\n"))


def line(text: str) -> str:
    """Return the text on one line, made safe."""
    return safe(" ".join(text.split()))


def console(*, stderr: bool = False) -> Console:
    """Return a console that prints text literally and wraps lines only on a terminal."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = _UNWRAPPED
    return made


@contextmanager
def progress() -> "Iterator[Callable[[report.Progress], None]]":
    """Yield a progress callback for a sync that draws bars on standard error, if that is a terminal."""
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
        bars.start()  # not earlier: until then, the user may be asked a question
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
    """Treat Ctrl-C as the end of the block: print a message on standard error and exit with `status`."""
    try:
        yield
    except KeyboardInterrupt:
        console(stderr=True).print(told)
        raise typer.Exit(status) from None


def pace(told: "report.Progress") -> str:
    """Return the rate of a stage and the time left, or "" while they are unknown."""
    if told.rate is None or told.left is None or not told.left:
        return ""
    minutes, seconds = divmod(round(told.left), 60)
    return f", {told.rate:,.1f} a second, {minutes}:{seconds:02} left"


class Told(TyperGroup):
    """A command group that prints errors with their remedy instead of a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; exit with status 1 if it fails."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # the reader of our output closed the pipe: typer exits silently
        except (CitebackError, OSError) as error:
            told = console(stderr=True)
            told.print(f"citeback: {line(getattr(error, 'message', str(error)))}", style="red")
            if remedy := getattr(error, "remedy", ""):
                told.print(f"Next: {line(remedy)}")
            raise typer.Exit(1) from error
