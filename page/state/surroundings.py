"""What stands before and after cited words in their document, so that no citation is read out of context."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from citeback.index.records import Source, Span

REACH = 240  # characters on each side that are shown at most
CLAUSE = 5  # words; fewer say nothing on their own
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n|\f")
_SENTENCE_END = re.compile(r"[.!?][\"'”’»)\]]{0,3}(?=\s)")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The text before and after a citation; "" where the paragraph begins or ends.

    `needed` is true if the citation says nothing without it.
    """

    before: str = ""
    after: str = ""
    needed: bool = False


NOWHERE = Surroundings()
ByNumber = Mapping[int, Surroundings]


def is_fragment(quote: str) -> bool:
    """Return whether a quotation is shorter than a clause, such as a heading or a cell of a table."""
    return len(quote.split(maxsplit=CLAUSE)) < CLAUSE


def surroundings(source: Source, span: Span) -> Surroundings:
    """Return the sentence before and after a span; for a fragment, also across the end of its paragraph."""
    before = source.text[max(0, span.start - REACH) : span.start]
    after = source.text[span.end : span.end + REACH]
    fragment = is_fragment(span.of(source.text))
    if "\t" in _line(before, after):  # a row of a table is read as a whole
        left, right = before.rpartition("\n")[2].lstrip(), after.partition("\n")[0].rstrip()
        return Surroundings(before=left, after=right, needed=fragment)
    cut = len(after) == REACH
    following = _first_sentence(after, over_blank=fragment, cut=cut)
    return Surroundings(before=_last_sentence(before), after=following, needed=fragment)


def _line(before: str, after: str) -> str:
    return before.rpartition("\n")[2] + after.partition("\n")[0]


def _last_sentence(before: str) -> str:
    paragraph = _BLANK_LINE.split(before)[-1]
    ends = [match.end() for match in _SENTENCE_END.finditer(paragraph)]
    if ends and not paragraph[ends[-1] :].strip():
        ends.pop()
    begin = ends[-1] if ends else 0
    if not ends and paragraph == before and len(before) == REACH:
        return "… " + before.partition(" ")[2]
    return paragraph[begin:].lstrip()


def _first_sentence(after: str, over_blank: bool, cut: bool) -> str:
    start = len(after) - len(after.lstrip()) if over_blank else 0
    paragraph = after[:start] + _BLANK_LINE.split(after[start:], maxsplit=1)[0]
    end = _SENTENCE_END.search(paragraph, start)
    if end:
        return paragraph[: end.end()].rstrip()
    if cut and len(paragraph) == len(after):
        return paragraph.rpartition(" ")[0] + " …"
    return paragraph.rstrip()
