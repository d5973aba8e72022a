"""Renders a source as a readable document: headings, paragraphs, lists, tables.

The text content of the HTML equals the text of the source, character for character (a property test holds it
to that). So a highlight needs no search, and nothing can be hidden or added.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from citeback.index.records import Source, Span
from citeback.page.views.highlights import Highlight, hidden, words
from citeback.page.views.html import tag
from citeback.page.views.source_blocks import MARKDOWN, Block, BlockKind, blocks
from citeback.page.views.speech import tr

_HASHES = re.compile(r"#+[ \t]+")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_BULLET = re.compile(r"[ \t]{0,12}(?:[-*+•][ \t]+)?")
_ITEM = re.compile(r"[ \t]{0,12}(?:[-*+•]|\d{1,9}[.)])\s")
_QUOTED = re.compile(r" {0,3}>? ?")
_RULE = re.compile(r"[ \t|:-]+\s*")
_CELLS = {True: re.compile(r"(?<!\\)\|"), False: re.compile(r"\t")}
_DEEPEST = 3  # levels of list indentation


def body(source: Source, marks: Sequence[Highlight] = ()) -> str:
    """Return the whole source as HTML, with the cited words marked.

    A mark that spans several blocks becomes one element in each.
    """
    drawn = _RenderedText(text=source.text, signs=source.kind == MARKDOWN, marks=marks)
    parts: list[str] = []
    comments: list[str] | None = None
    heading: Block | None = None  # one that is the head of the table below it
    for block, following in pairwise([*_without_gaps(blocks(source)), None]):
        if block is None:
            continue
        if block.comments and comments is None:
            comments = []
        if following and drawn.heads(block, following):
            heading = block
            continue
        (parts if comments is None else comments).append(drawn.block(block, heading))
        heading = None
    apart = (
        tag("section", *comments, class_="comments", aria_label=tr("Readers' comments")) if comments else ""
    )
    return "".join(parts) + apart


def _without_gaps(found: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks that have words; blank lines belong to the block above."""
    above: Block | None = None
    for block in found:
        if above and not block.inner and block.page is None and not block.comments:
            above = replace(above, span=Span(above.span.start, block.span.end))
            continue
        if above:
            yield above
        above = block
    if above:
        yield above


@dataclass(frozen=True, slots=True)
class _RenderedText:
    """Renders the blocks of a text; `signs` is true for Markdown."""

    text: str
    signs: bool
    marks: Sequence[Highlight]

    def heads(self, block: Block, following: Block) -> bool:
        """Return whether a heading names the columns of the table that follows."""
        below = following.kind == BlockKind.TABLE and following.page is None and not following.comments
        return (
            below and block.kind == BlockKind.HEADING and not self.signs and "\t" in block.inner.of(self.text)
        )

    def block(self, block: Block, heading: Block | None = None) -> str:
        """Render a block. Blank lines around it stay outside its element, where browsers collapse them.

        `heading` is the block above, if it is the head of a table.
        """
        if heading:
            head = Span(heading.inner.start, block.inner.start)
            before = self.plain(Span(heading.span.start, heading.inner.start))
            drawn = self.table(block.inner, self.row(head, "th"))
            return (
                _page_break(heading.page) + before + drawn + self.plain(Span(block.inner.end, block.span.end))
            )
        before = self.plain(Span(block.span.start, block.inner.start))
        after = self.plain(Span(block.inner.end, block.span.end))
        return _page_break(block.page) + before + (self.element(block) if block.inner else "") + after

    def table(self, span: Span, head: str = "") -> str:
        """Return a table, below a row that has been drawn already."""
        return tag("div", tag("table", head, *self.rows(span)), class_="grid", tabindex="0")

    def element(self, block: Block) -> str:
        """Return the element of a block."""
        match block.kind:
            case BlockKind.HEADING:
                return self.heading(block.inner, block.level)
            case BlockKind.LIST:
                return tag("ul", *map(self.item, self.items(block.inner)), class_="items")
            case BlockKind.TABLE:
                return self.table(block.inner)
            case BlockKind.QUOTE:
                return tag("blockquote", *map(self.quoted, self.lines(block.inner)), dir="auto")
            case BlockKind.CODE:
                return tag("p", self.plain(block.inner), class_="code", dir="auto")
            case _:
                return tag("p", self.words(block.inner), class_=block.kind, dir="auto")

    def words(self, span: Span) -> str:
        """Return text with the cited words marked."""
        return words(self.text, span, self.marks, self.signs)

    def plain(self, span: Span) -> str:
        """Return text with the cited words marked, without interpreting Markdown."""
        return words(self.text, span, self.marks)

    def hidden(self, span: Span) -> str:
        """Return a Markdown sign, kept in the text but not displayed."""
        return hidden(self.text, span, self.marks)

    def heading(self, inner: Span, level: int) -> str:
        """Return a heading, its `##` hidden."""
        sign = _HASHES.match(self.text, inner.start, inner.end)
        start = sign.end() if sign else inner.start
        name = f"h{min(level + 2, 6)}"
        return tag(
            name, self.hidden(Span(inner.start, start)), self.words(Span(start, inner.end)), dir="auto"
        )

    def lines(self, span: Span) -> Iterator[Span]:
        """Yield the lines of a span, including their line ends."""
        for match in _LINES.finditer(self.text, span.start, span.end):
            if match.end() > match.start():
                yield Span(match.start(), match.end())

    def items(self, span: Span) -> list[Span]:
        """Return the items of a list; a line without a marker belongs to the item before."""
        items: list[Span] = []
        for each in self.lines(span):
            if items and not _ITEM.match(self.text, each.start, each.end):
                items[-1] = Span(items[-1].start, each.end)
            else:
                items.append(each)
        return items

    def item(self, item: Span) -> str:
        """Return a list item; the style sheet draws bullets, while numbers stay in the text."""
        bullet = _BULLET.match(self.text, item.start, item.end)
        start = bullet.end() if bullet else item.start
        sign = Span(item.start, start).of(self.text)
        deep = min(len(sign) - len(sign.lstrip()), _DEEPEST * 2) // 2
        kind = f"deep-{deep} {'dot' if sign.strip() else 'numbered'}"
        return tag(
            "li",
            self.hidden(Span(item.start, start)),
            self.words(Span(start, item.end)),
            class_=kind,
            dir="auto",
        )

    def quoted(self, line: Span) -> str:
        """Return a line of a block quotation, its sign hidden."""
        sign = _QUOTED.match(self.text, line.start, line.end)
        start = sign.end() if sign else line.start
        return self.hidden(Span(line.start, start)) + self.words(Span(start, line.end))

    def rows(self, span: Span) -> Iterator[str]:
        """Yield the rows of a table; the rule below the header is hidden."""
        for n, each in enumerate(self.lines(span)):
            if self.signs and n == 1 and _RULE.fullmatch(each.of(self.text)):
                yield tag("tr", tag("td", self.plain(each)), class_="rule")
            else:
                yield self.row(each, "th" if n == 0 and self.signs else "td")

    def row(self, row: Span, name: str) -> str:
        """Return a row, whose cells are elements of this name."""
        return tag("tr", *(tag(name, self.cell(cell), dir="auto") for cell in self.cells(row)))

    def cells(self, row: Span) -> Iterator[Span]:
        """Yield the cells of a row, each with its closing separator."""
        start = row.start
        for match in _CELLS[self.signs].finditer(self.text, row.start, row.end):
            outer = not self.text[row.start : match.start()].strip() and self.signs
            if not outer and self.text[match.end() : row.end].strip():
                yield Span(start, match.end())
                start = match.end()
        yield Span(start, row.end)

    def cell(self, cell: Span) -> str:
        """Return the text of a cell; separators and white space around it are hidden."""
        words, edges = cell.of(self.text), "| \t\r\n" if self.signs else " \t\r\n"
        start = cell.start + len(words) - len(words.lstrip(edges))
        end = max(start, cell.end - (len(words) - len(words.rstrip(edges))))
        return (
            self.hidden(Span(cell.start, start))
            + self.words(Span(start, end))
            + self.hidden(Span(end, cell.end))
        )


def _page_break(number: int | None) -> str:
    # The style sheet draws the number: it is not in the source, so it must not be in the text.
    if number is None:
        return ""
    label = tr("Page {page}", page=number)
    return tag("div", class_="page-break", role="separator", aria_label=label, data_label=label)
