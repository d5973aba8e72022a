"""Terminal output: safe text, consoles, progress bars and error messages.

Text from documents is untrusted: all of it passes through `safe_text` or `safe_line`, and none is parsed as
markup.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from typer.core import TyperGroup

from citeback import wire
from citeback.index.errors import CitebackError

if TYPE_CHECKING:
    from citeback.index.sync import report

# Control characters, which a terminal obeys; bidirectional overrides, which make a line read as another one;
# and lone surrogates, which cannot be encoded.
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_UNWRAPPED = 10**6  # columns, for output that need not wrap


def safe_text(text: str) -> str:
    r"""Replace each character that controls a terminal with U+FFFD.

    >>> safe_text("a\x1b[2Jb\r\n")
    'a�[2Jb\n'
    """
    return _OBEYED.sub("\ufffd", text.replace("\r\n", "\n"))


def safe_line(text: str) -> str:
    """Return the text on one line, made safe."""
    return safe_text(" ".join(text.split()))


def console(*, stderr: bool = False) -> Console:
    """Return a console that prints text literally and wraps lines only on a terminal."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = _UNWRAPPED
    return made


def print_result(
    value: Mapping[str, Any], json: object, render: Callable[..., RenderableType], *arguments: object
) -> None:
    """Print a result as JSON, or as rendered by `render` from the arguments."""
    if json:
        typer.echo(wire.dumps(value))
    else:
        console().print(render(*arguments))


@contextmanager
def progress_bars() -> "Iterator[Callable[[report.Progress], None]]":
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

    def watch(notice: "report.Progress") -> None:
        bars.start()  # not earlier: until then, the user may be asked a question
        if notice.stage not in stages:
            stages[notice.stage] = bars.add_task(notice.stage, unit=notice.unit, item="", pace="")
        item, speed = safe_line(notice.item)[:40], format_speed(notice)
        bars.update(stages[notice.stage], completed=notice.done, total=notice.total, item=item, pace=speed)

    try:
        yield watch
    finally:
        bars.stop()


@contextmanager
def counted(total: int, unit: str) -> Iterator[Callable[[], None]]:
    """Yield a function to call after each of `total` steps; a bar shows them if there is a terminal."""
    shown = console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn(unit, markup=False))
    with Progress(*columns, console=shown, transient=True, disable=not shown.is_terminal) as bars:
        task = bars.add_task(unit, total=total)
        yield lambda: bars.advance(task)


@contextmanager
def stop_on_interrupt(message: str, status: int = 0) -> Iterator[None]:
    """Treat Ctrl-C as the end of the block: print a message on standard error and exit with `status`."""
    try:
        yield
    except KeyboardInterrupt:
        console(stderr=True).print(message)
        raise typer.Exit(status) from None


def format_speed(notice: "report.Progress") -> str:
    """Return the rate of a stage and the time left, or "" while they are unknown."""
    if notice.rate is None or notice.remaining is None or not notice.remaining:
        return ""
    minutes, seconds = divmod(round(notice.remaining), 60)
    return f", {notice.rate:,.1f} per second, {minutes}:{seconds:02} left"


class ErrorReportingGroup(TyperGroup):
    """A command group that prints errors with their remedy instead of a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; exit with status 1 if it fails."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # the reader of our output closed the pipe: typer exits silently
        except (CitebackError, OSError) as error:
            notice = console(stderr=True)
            notice.print(f"citeback: {safe_line(getattr(error, 'message', str(error)))}", style="red")
            if remedy := getattr(error, "remedy", ""):
                notice.print(f"Next: {safe_line(remedy)}")
            raise typer.Exit(1) from error
