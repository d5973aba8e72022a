"""Joins the lines of a page into text: hyphenated words are joined, and non-text characters removed.

Lines end in line feeds. A word divided at a line end keeps its hyphen if the document also writes it with a
hyphen within a line ("dual-encoder").
"""

import re
from collections.abc import Iterator, Sequence, Set

from citeback.index.readers.common.offset_map import Edit, EditedText, apply_edits
from citeback.index.records import Span

# Characters that may need an edit. Each pattern begins with a character set, so the regex engine can scan for
# it; one pattern with alternatives takes nine times as long. U+FFFE is pdfium's mark for a hyphen and the
# line end after it.
_SPECIAL = (
    re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u2010\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"),
    re.compile("\n(?<=[ \t\u00a0]\n)"),
    re.compile("-(?=[\r\n])"),
)
_HYPHENS, _ENDS, _BLANKS = "-\u2010\u00ad", "\r\n\f\u2028\u2029", " \t\u00a0"
_LONGEST_WORD = 50
_WORD = re.compile(rf"\w{{,{_LONGEST_WORD}}}")
# The hyphen comes first: few words have one, and matching from their start would try every word.
_WITHIN_WORD = re.compile(r"-(?=\w)")


def hyphenated_words(text: str) -> Iterator[str]:
    """Yield a text's hyphenated compounds in lower case."""
    for match in _WITHIN_WORD.finditer(text):
        if before := _before(text, match.start()):
            yield f"{before}-{_after(text, match.end())}".lower()


def unwrap_lines(
    text: str, running: Sequence[Span], hyphenated: Set[str], more: str = "", broken: bool = False
) -> EditedText:
    """Return a page's text without running lines and surrounding white space, its words joined.

    `hyphenated` holds the compounds of the document, `more` is text to append. `broken` tells whether the
    last word continues on the next page, so that its hyphen is removed.
    """
    shown = text
    for span in running:
        shown = shown[: span.start] + " " * len(span) + shown[span.end :]
    first, last = len(shown) - len(shown.lstrip()), len(shown.rstrip())
    while 0 < first <= last and shown[first - 1] == "\t":  # of empty cells in a table's first row
        first -= 1
    if first > last:
        return apply_edits(text, [Edit(start=0, end=len(text), replacement=more)])
    if broken and last - first > 1 and shown[last - 1] in _HYPHENS + "\ufffe":
        last -= 1
    # Most pages hold nothing but lines of ASCII, and need not be searched for other characters.
    is_plain = shown.isascii() and shown.replace("\n", "").isprintable()
    patterns = _SPECIAL[1:] if is_plain else _SPECIAL
    special = sorted(at for pattern in patterns for at in _offsets(pattern, shown, first, last))
    inner = [edit for at in special if (edit := _edit(shown, at, hyphenated))]
    return apply_edits(
        text,
        [
            Edit(start=0, end=first, replacement=""),
            *inner,
            Edit(start=last, end=len(text), replacement=f"\n\n{more}" if more else ""),
        ],
    )


def of_picture(text: str) -> EditedText:
    """Return recognized text with its words joined; running lines are not detected."""
    return unwrap_lines(text, (), set(hyphenated_words(text)))


def _offsets(pattern: re.Pattern[str], text: str, first: int, last: int) -> Iterator[int]:
    return (match.start() for match in pattern.finditer(text, first, last))


def _edit(text: str, start: int, hyphenated: Set[str]) -> Edit | None:
    """Return the edit for a line end, a divided word or a non-text character; None to leave it."""
    end, char = start + 1, text[start]
    if char in _ENDS:
        while start and text[start - 1] in _BLANKS:
            start -= 1
        return Edit(start=start, end=end, replacement="\n")
    if char == "\ufffe":
        return _rejoin_edit(text, start, end, hyphenated)
    if char in _HYPHENS and text[end : end + 1] in ("\r", "\n"):
        return _rejoin_edit(text, start, end + 1, hyphenated)
    if char in "-\u2010":
        return None
    return Edit(start=start, end=end, replacement="\ufffd" if "\ud800" <= char <= "\udfff" else "")


def _rejoin_edit(text: str, start: int, end: int, hyphenated: Set[str]) -> Edit | None:
    """Return the edit that joins a word which may be divided between two offsets."""
    first, second = _before(text, start), _after(text, end)
    if not first or not second or (end > start + 1 and not second.islower()):
        kept = start + 1 if text[start] in "-\u2010" else start
        return Edit(start=kept, end=end, replacement="\n" if end > start + 1 else "")
    return Edit(start=start, end=end, replacement="-" if f"{first}-{second}".lower() in hyphenated else "")


def _before(text: str, end: int) -> str:
    """Return the word characters directly before an offset, up to the longest word's length."""
    start = end
    while start > max(0, end - _LONGEST_WORD) and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    return text[start:end]


def _after(text: str, start: int) -> str:
    match = _WORD.match(text, start)
    return match[0] if match else ""
