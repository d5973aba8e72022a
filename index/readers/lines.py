"""The lines of a page, as they were set, to text: broken words made whole, what is no text taken out.

Must never know formats. Lines end in line feeds. A word hyphenated at a line's end is joined, but keeps its
hyphen where the same document writes it with one within a line ("dual-encoder").
"""

import re
from collections.abc import Iterator, Sequence, Set

from index.readers.edits import Edit, Edited, edited
from index.records import Span

# Whatever may need an edit. One set of characters and two patterns that begin with one are searched for by
# scanning; as one pattern of alternatives they take nine times as long. pdfium writes U+FFFE for a hyphen
# and the line's end after it.
_SPECIAL = (
    re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u2010\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"),
    re.compile("\n(?<=[ \t\u00a0]\n)"),
    re.compile("-(?=[\r\n])"),
)
_HYPHENS, _ENDS, _BLANKS = "-\u2010\u00ad", "\r\n\f\u2028\u2029", " \t\u00a0"
_LONGEST_WORD = 50
_WORD = re.compile(rf"\w{{,{_LONGEST_WORD}}}")
# A hyphen comes first: words before it would be looked at one by one, of which few have one.
_WITHIN_WORD = re.compile(r"-(?=\w)")


def compounds(text: str) -> Iterator[str]:
    """Yield the words of a text that are written with a hyphen, in lower case."""
    for found in _WITHIN_WORD.finditer(text):
        if before := _before(text, found.start()):
            yield f"{before}-{_after(text, found.end())}".lower()


def unwrapped(
    text: str, running: Sequence[Span], hyphenated: Set[str], more: str = "", broken: bool = False
) -> Edited:
    """Return a page as it is read, without the lines that run and white space at its ends.

    `hyphenated` are the compounds of its document, `more` what is put below the page. `broken` tells that the
    word at its end goes on over the page, so that its hyphen goes.
    """
    shown = text
    for span in running:
        shown = shown[: span.start] + " " * len(span) + shown[span.end :]
    first, last = len(shown) - len(shown.lstrip()), len(shown.rstrip())
    if first > last:
        return edited(text, [Edit(0, len(text), more)])
    if broken and last - first > 1 and shown[last - 1] in _HYPHENS + "\ufffe":
        last -= 1
    special = sorted(at for pattern in _SPECIAL for at in _offsets(pattern, shown, first, last))
    inner = [edit for at in special if (edit := _edit(shown, at, hyphenated))]
    return edited(text, [Edit(0, first, ""), *inner, Edit(last, len(text), f"\n\n{more}" if more else "")])


def of_picture(text: str) -> Edited:
    """Return what was read from the picture of a page as it is read, knowing no other page."""
    return unwrapped(text, (), set(compounds(text)))


def _offsets(pattern: re.Pattern[str], text: str, first: int, last: int) -> Iterator[int]:
    return (found.start() for found in pattern.finditer(text, first, last))


def _edit(text: str, start: int, hyphenated: Set[str]) -> Edit | None:
    """Return what is done to a line's end, a broken word or what is no text; None for nothing."""
    end, char = start + 1, text[start]
    if char in _ENDS:
        while start and text[start - 1] in _BLANKS:
            start -= 1
        return Edit(start, end, "\n")
    if char == "\ufffe":
        return _rejoined(text, start, end, hyphenated)
    if char in _HYPHENS and text[end : end + 1] in ("\r", "\n"):
        return _rejoined(text, start, end + 1, hyphenated)
    if char in "-\u2010":
        return None
    return Edit(start, end, "\ufffd" if "\ud800" <= char <= "\udfff" else "")


def _rejoined(text: str, start: int, end: int, hyphenated: Set[str]) -> Edit | None:
    """Return the edit that makes a word whole which a line's end may have broken between two offsets."""
    first, second = _before(text, start), _after(text, end)
    if not first or not second or (end > start + 1 and not second.islower()):
        kept = start + 1 if text[start] in "-\u2010" else start
        return Edit(kept, end, "\n" if end > start + 1 else "")
    return Edit(start, end, "-" if f"{first}-{second}".lower() in hyphenated else "")


def _before(text: str, end: int) -> str:
    """Return the letters and figures that stand right before an offset, no more than a word has."""
    start = end
    while start > max(0, end - _LONGEST_WORD) and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    return text[start:end]


def _after(text: str, start: int) -> str:
    found = _WORD.match(text, start)
    return found[0] if found else ""
