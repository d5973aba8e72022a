"""A table of answers as it is shown: its rows, and which of them are found, sorted and paged."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from citeback.page.state.exchange import CitedPlace
from citeback.page.state.review.places import once_each
from citeback.rag.messages.catalogue import message
from citeback.rag.review.cell import TableCell

PAGE = 50  # rows at a time
UNSURE = 0.7  # confidence below which a cell is worth a look
_REF = re.compile(r"cell-([0-9]{1,6})-([0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of the grid; `stale` is true if its document has changed since it was answered, or is gone."""

    cell: TableCell
    stale: bool = False

    @property
    def unsure(self) -> bool:
        """Return whether the cell has an answer that is less sure than others."""
        return bool(self.cell.source) and self.cell.confidence < UNSURE

    @property
    def place(self) -> CitedPlace | None:
        """Return the words that the cell rests on, without a link, or None."""
        source = self.cell.source
        return (
            CitedPlace(ref="", document=self.cell.document, span=source.span, quote=source.quote)
            if source
            else None
        )


@dataclass(frozen=True, slots=True)
class GridRow:
    """A document with its cells, None where the question has not been answered yet."""

    document: str
    title: str
    cells: tuple[GridCell | None, ...]


Test = Callable[[GridCell | None], bool]
KINDS: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "": (message("All rows"), lambda _: True),
        "answered": (message("With an answer"), lambda cell: bool(cell and cell.cell.source)),
        "silent": (message("Does not say"), lambda cell: bool(cell and not cell.cell.source)),
        "unsure": (message("Less sure"), lambda cell: bool(cell and cell.unsure)),
        "wrong": (message("Judged wrong"), lambda cell: bool(cell and cell.cell.judged == "wrong")),
        "stale": (message("Out of date"), lambda cell: cell is None or cell.stale),
    }
)
"""Rows to show: the label, and the test that one of a row's cells must pass."""


@dataclass(frozen=True, slots=True)
class AnswerGrid:
    """A table of answers with its state: the words that are looked for, the kind of rows, order and page.

    `id` is "" if no table is open. `sort` is the number of a column, from 0, or None for the documents.
    """

    id: str = ""
    name: str = ""
    questions: tuple[str, ...] = ()
    within: str = ""
    rows: tuple[GridRow, ...] = ()
    wanted: str = ""
    kind: str = ""
    sort: int | None = None
    reverse: bool = False
    page: int = 0

    def find(self, wanted: str, kind: str) -> "AnswerGrid":
        """Return the grid with the rows that contain some words and pass a test of `KINDS`."""
        return replace(self, wanted=wanted, kind=kind if kind in KINDS else "", page=0)

    def order(self, sort: int | None) -> "AnswerGrid":
        """Return the grid sorted by a column; by the same column again, in reverse order."""
        if sort is not None and not 0 <= sort < len(self.questions):
            return self
        return replace(self, sort=sort, reverse=sort == self.sort and not self.reverse, page=0)

    def turn(self, page: int) -> "AnswerGrid":
        """Return another page of the grid."""
        return replace(self, page=max(0, page))

    def as_before(self, other: "AnswerGrid") -> "AnswerGrid":
        """Return this grid with the state of another one of the same table."""
        return replace(
            self,
            wanted=other.wanted,
            kind=other.kind,
            sort=other.sort,
            reverse=other.reverse,
            page=other.page,
        )

    @property
    def outdated(self) -> int:
        """Return the number of cells that are missing, or whose document has changed."""
        return sum(cell is None or cell.stale for row in self.rows for cell in row.cells)

    def matching(self) -> list[tuple[int, GridRow]]:
        """Return the rows that match, in order, each with its number from 0."""
        wanted, test = self.wanted.casefold(), KINDS[self.kind][1]
        rows = [
            (n, row)
            for n, row in enumerate(self.rows)
            if any(map(test, row.cells)) and wanted in _searched(row)
        ]
        column = self.sort
        if column is None:
            return rows[::-1] if self.reverse else rows
        said = [pair for pair in rows if _answer(pair[1], column)]
        silent = [pair for pair in rows if not _answer(pair[1], column)]
        said.sort(key=lambda pair: _sort_key(_answer(pair[1], column)), reverse=self.reverse)
        return said + silent

    def cell(self, ref: str) -> GridCell | None:
        """Return the cell that a link points to, or None. `ref` comes from a browser and is untrusted."""
        match = _REF.fullmatch(ref)
        if not match or int(match[1]) >= len(self.rows):
            return None
        cells = self.rows[int(match[1])].cells
        return cells[int(match[2])] if int(match[2]) < len(cells) else None

    def place(self, ref: str) -> CitedPlace | None:
        """Return the place that the words of a cell have in their document, or None."""
        cell = self.cell(ref)
        return replace(cell.place, ref=ref) if cell and cell.place else None

    def places_in(self, document: str) -> Sequence[CitedPlace]:
        """Return the places of a document that its cells rest on."""
        return once_each(
            replace(cell.place, ref=cell_ref(r, c))
            for r, row in enumerate(self.rows)
            if row.document == document
            for c, cell in enumerate(row.cells)
            if cell and cell.place
        )


def cell_ref(row: int, column: int) -> str:
    """Return the link to a cell; both are numbered from 0."""
    return f"cell-{row}-{column}"


def _answer(row: GridRow, column: int) -> str:
    cell = row.cells[column]
    return cell.cell.answer if cell else ""


_NUMBER = re.compile(r"\d[\d,]{0,20}(?:\.\d{1,9})?")


def _sort_key(answer: str) -> tuple[float, str]:
    """Return a key that sorts answers by their first number, or else by their letters.

    >>> sorted(["1,200 crowns", "9 crowns", "no"], key=_sort_key)
    ['9 crowns', '1,200 crowns', 'no']
    """
    match = _NUMBER.search(answer)
    return (float(match[0].replace(",", "")) if match else float("inf"), answer.casefold())


def _searched(row: GridRow) -> str:
    answers = (cell.cell.text for cell in row.cells if cell)
    return "\n".join((row.document, row.title, *answers)).casefold()
