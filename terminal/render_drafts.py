"""Renders the check of a draft for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from citeback.terminal.render import counted, indented, numbered
from citeback.terminal.screen import safe_line

if TYPE_CHECKING:
    from citeback.rag.drafts.checked_claim import CheckedClaim, Difference

_STYLES = {"supported": "green", "partly": "yellow", "contradicted": "bold red", "not said": "red"}


def checked_claim(claim: CheckedClaim) -> RenderableType:
    """Return a sentence of a draft with its verdict, the differences, and the cited words."""
    sure = "" if claim.verdict == "no claim" else f" ({claim.confidence:.2f})"
    head = Text(f"{claim.verdict}{sure}: ", style=_STYLES.get(claim.verdict, "dim"))
    differences = (_difference(each) for each in claim.differences)
    return Group(
        head.append(safe_line(claim.text), style="default"),
        *(indented(each) for each in differences),
        *(indented(safe_line(reason)) for reason in claim.reasons),
        *(numbered(each.n, each, f"“{safe_line(each.quote)}”") for each in claim.citations),
    )


def verdict_counts(counts: Mapping[str, int], documents: int) -> RenderableType:
    """Return the number of sentences with each verdict, and the number of documents."""
    parts = ", ".join(f"{number:,} {verdict}" for verdict, number in counts.items())
    sentences = sum(counts.values())
    return Text(f"{counted(sentences, 'sentence')} against {counted(documents, 'document')}: {parts}.")


def _difference(difference: Difference) -> str:
    instead = f"the source has “{safe_line(difference.source)}”" if difference.source else "not in the source"
    return f"“{safe_line(difference.claim)}”: {instead}"
