"""Edits of a text that map every span of the result back to the original."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.records import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces `original[start:end]`."""

    start: int
    end: int
    instead: str


@dataclass(frozen=True, slots=True)
class Edited:
    r"""The result of edits, and the ranges kept: (offset in the result, offset in the original, length).

    >>> edited("a-\nb c", [Edit(1, 3, "")]).text
    'ab c'
    >>> list(edited("a-\nb c", [Edit(1, 3, "")]).origins(Span(0, 2)))
    [Span(start=0, end=1), Span(start=3, end=4)]
    """

    text: str
    kept: tuple[tuple[int, int, int], ...]

    def origins(self, span: Span) -> Iterator[Span]:
        """Yield the spans of the original that a span of the result comes from."""
        for _, start, length in self.within(span):
            yield Span(start, start + length)

    def within(self, span: Span) -> Iterator[tuple[int, int, int]]:
        """Yield the parts of the unchanged ranges within a span of the result, in the form of `kept`."""
        first = max(0, bisect_right(self.kept, span.start, key=lambda part: part[0]) - 1)
        for there, here, length in self.kept[first:]:
            start, end = max(span.start, there), min(span.end, there + length)
            if there >= span.end:
                return
            if start < end:
                yield start, here + start - there, end - start

    def after(self, before: "Edited") -> "Edited":
        """Compose with earlier edits, so that the result maps back to their original.

        >>> edited("ab", [Edit(0, 1, "")]).after(edited("xab", [Edit(0, 1, "")])).kept
        ((0, 2, 1),)
        """
        kept: list[tuple[int, int, int]] = []
        for there, here, length in self.kept:
            for start, first, size in before.within(Span(here, here + length)):
                kept.append((there + start - here, first, size))
        return Edited(self.text, tuple(kept))


def edited(original: str, edits: Iterable[Edit]) -> Edited:
    """Apply edits, given in order; one that overlaps the edit before it is skipped."""
    parts: list[str] = []
    kept: list[tuple[int, int, int]] = []
    at = length = 0
    for edit in [*edits, Edit(len(original), len(original), "")]:
        if edit.start < at:
            continue
        if edit.start > at:
            kept.append((length, at, edit.start - at))
        parts += (original[at : edit.start], edit.instead)
        length += edit.start - at + len(edit.instead)
        at = edit.end
    return Edited("".join(parts), tuple(kept))
