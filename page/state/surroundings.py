"""What stands before and after cited words in their document, so that no citation is read out of context."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from citeback.index.records import Source, Span

REACH = 240  # characters on each side that are shown at most
CLAUSE = 5  # words; fewer say nothing on their own
FAR = 20_000  # characters between a row and the first one of its table
ABOVE = 6_000  # characters before a citation in which the line of its clause is looked for
CLAUSE_LINE = re.compile(
    r"^[ \t]{0,8}(?:(?:§|Art\.|Article|Section|Clause|Paragraph)[ \t]?\d[\w.]{0,8}"
    r"|\d{1,3}(?:\.\d{1,3}){1,3}[.)]?|\d{1,3}[.)])[ \t]{1,4}[A-ZÀ-Þ][^\n\t.;:!?]{2,60}$",
    re.MULTILINE,
)
"""The line of a numbered clause, as in "6. Repairs", which many PDFs have instead of headings."""
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n|\f")
_SENTENCE_END = re.compile(r"[.!?][\"'”’»)\]]{0,3}(?=\s)")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The text before and after a citation; "" where the paragraph begins or ends.

    `needed` is true if the citation says nothing without it. `title` is that of the document, and `heading`
    the heading or the clause that the citation stands under; "" where there is none. `head` is the first row
    of the table in which it is a row, if it is not the first itself.
    """

    before: str = ""
    after: str = ""
    needed: bool = False
    title: str = ""
    heading: str = ""
    head: str = ""


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
    if _is_row(_line(before, span.of(source.text) + after)):  # a row of a table is read as a whole
        left, right = before.rpartition("\n")[2].lstrip(), after.partition("\n")[0].rstrip()
        return Surroundings(before=left, after=right, needed=fragment)
    cut = len(after) == REACH
    following = _first_sentence(after, over_blank=fragment, cut=cut)
    return Surroundings(before=_last_sentence(before), after=following, needed=fragment)


def located(source: Source, span: Span) -> Surroundings:
    """Return what stands around a span, with the title of its document and the heading or clause above it."""
    above = headings_above(source, span.start)
    heading = above[-1] if above else clause_above(source.text, span.start)
    head = table_head(source.text, span.start) or _heading_row(source, span)
    return replace(surroundings(source, span), title=source.title, heading=heading, head=head)


def headings_above(source: Source, offset: int) -> list[str]:
    """Return the text of the headings above an offset, outermost first; the heads of columns are none."""
    path: list[tuple[int, str]] = []
    for heading in source.headings:
        if heading.span.start > offset:
            break
        if "\t" in heading.span.of(source.text):
            continue
        path = [each for each in path if each[0] < heading.level]
        path.append((heading.level, " ".join(heading.span.of(source.text).split())))
    return [words for _, words in path]


def clause_above(text: str, offset: int) -> str:
    r"""Return the last line above an offset that names a numbered clause, or "".

    >>> clause_above("6. Repairs\nThe tenant keeps the windows in repair.", 11)
    '6. Repairs'
    """
    found = [match[0] for match in CLAUSE_LINE.finditer(text, max(0, offset - ABOVE), offset)]
    return " ".join(found[-1].split()) if found else ""


def table_head(text: str, offset: int) -> str:
    r"""Return the first row of the table in which an offset stands in a later row, or "".

    >>> table_head("Town\tShips\nKiel\t412\n", 12), table_head("Town\tShips\nKiel\t412\n", 0)
    ('Town\tShips', '')
    """
    line, head = text.rfind("\n", 0, offset) + 1, ""
    if not _is_row(_line_at(text, offset)):
        return ""
    while line > max(0, offset - FAR):
        above = text.rfind("\n", 0, line - 1) + 1
        row = text[above : line - 1]
        if not _is_row(row):
            break
        head, line = row, above
    return head


def _heading_row(source: Source, span: Span) -> str:
    """Return the heading above a row if that is the first row of its table, as in a CSV file; else ""."""
    if "\t" not in _line_at(source.text, span.start):
        return ""
    above = [each for each in source.headings if each.span.end <= span.start]
    words = above[-1].span.of(source.text) if above else ""
    return words if "\t" in words else ""


def _line_at(text: str, offset: int) -> str:
    end = text.find("\n", offset)
    return text[text.rfind("\n", 0, offset) + 1 : end if end >= 0 else len(text)]


def _is_row(line: str) -> bool:
    return "\t" in line or line.lstrip().startswith("|")


def _line(before: str, after: str) -> str:
    return before.rpartition("\n")[2] + after.partition("\n")[0]


def _last_sentence(before: str) -> str:
    paragraph = _BLANK_LINE.split(before)[-1]
    clause = max((match.end() for match in CLAUSE_LINE.finditer(paragraph)), default=0)
    paragraph = paragraph[clause:]  # the number of a clause ends no sentence, and its line is none
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
