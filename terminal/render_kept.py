"""Renders saved answers that were checked again for the terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from citeback import wire
from citeback.terminal.screen import safe_line

if TYPE_CHECKING:
    from citeback.rag.kept_answer import CheckedAgain

_STYLES = {"computed": "green", "supported": "green", "stale": "yellow", "gone": "red"}


def checked_again(kept: wire.KeptAnswer, found: "CheckedAgain") -> RenderableType:
    """Return a saved answer with its verdict, and the old and new results if they differ."""
    head = Text(f"{found.verdict}: ", style=_STYLES.get(found.verdict, "dim"))
    head.append(safe_line(kept.question), style="default")
    lines = [Text(f"  {safe_line(reason)}") for reason in found.reasons]
    if kept.computed and found.result and found.verdict == "stale":
        was = kept.computed.result
        before = _joined_values(was if isinstance(was, tuple) else (was,))
        lines.append(Text(f"  was {before}, is {_joined_values(found.result)}"))
    return Group(head, *lines)


def counts(verdicts: Mapping[str, int]) -> RenderableType:
    """Return the number of answers with each verdict."""
    said = ", ".join(f"{number:,} {verdict}" for verdict, number in sorted(verdicts.items()))
    return Text(said or "no answers")


def _joined_values(values: Sequence[int | float | str]) -> str:
    return safe_line(", ".join(map(str, values)))
