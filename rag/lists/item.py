"""One item of a list, as a rule finds it in a text."""

from dataclasses import dataclass

from citeback.index.records import Span


@dataclass(frozen=True, slots=True)
class Item:
    """A span of a text and the value that it stands for; equal values are one item of a list."""

    span: Span
    value: str
