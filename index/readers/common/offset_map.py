"""Edits of a text that map every span of the result back to the original."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from citeback.index.records import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces `original[start:end]`."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class EditedText:
    r"""The result of edits, and the ranges kept: (offset in the result, offset in the original, length).

    >>> apply_edits("a-\nb c", [Edit(1, 3, "")]).text
    'ab c'
    >>> list(apply_edits("a-\nb c", [Edit(1, 3, "")]).original_spans(Span(0, 2)))
    [Span(start=0, end=1), Span(start=3, end=4)]
    """

    text: str
    unchanged: tuple[tuple[int, int, int], ...]

    def original_spans(self, span: Span) -> Iterator[Span]:
        """Yield the spans of the original that a span of the result comes from."""
        for _, start, length in self.unchanged_within(span):
            yield Span(start, start + length)

    def unchanged_within(self, span: Span) -> Iterator[tuple[int, int, int]]:
        """Yield the parts of the unchanged ranges within a span of the result, in the form of `unchanged`."""
        first = max(0, bisect_right(self.unchanged, span.start, key=lambda part: part[0]) - 1)
        for there, here, length in self.unchanged[first:]:
            start, end = max(span.start, there), min(span.end, there + length)
            if there >= span.end:
                return
            if start < end:
                yield start, here + start - there, end - start

    def composed_with(self, before: "EditedText") -> "EditedText":
        """Compose with earlier edits, so that the result maps back to their original.

        >>> apply_edits("ab", [Edit(0, 1, "")]).composed_with(apply_edits("xab", [Edit(0, 1, "")])).unchanged
        ((0, 2, 1),)
        """
        kept: list[tuple[int, int, int]] = []
        for there, here, length in self.unchanged:
            for start, first, size in before.unchanged_within(Span(here, here + length)):
                kept.append((there + start - here, first, size))
        return EditedText(self.text, tuple(kept))


def apply_edits(original: str, edits: Iterable[Edit]) -> EditedText:
    """Apply edits, given in order; one that overlaps the edit before it is skipped."""
    parts: list[str] = []
    kept: list[tuple[int, int, int]] = []
    at = length = 0
    for edit in [*edits, Edit(start=len(original), end=len(original), replacement="")]:
        if edit.start < at:
            continue
        if edit.start > at:
            kept.append((length, at, edit.start - at))
        parts += (original[at : edit.start], edit.replacement)
        length += edit.start - at + len(edit.replacement)
        at = edit.end
    return EditedText("".join(parts), tuple(kept))
