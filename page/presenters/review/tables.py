"""Handlers of tables of answers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from citeback.index.errors import CitebackError, SettingsError
from citeback.index.search.filters import Filter
from citeback.index.search.name_filter import ALL_NAMES, NameFilter
from citeback.page.presenters.lookup import parse_filter
from citeback.page.state.review.answer_grid import AnswerGrid, GridCell, GridRow
from citeback.page.state.review.saved_tables import SavedCell, SavedTable, TableRun, TableStore
from citeback.page.views import answers
from citeback.page.views.documents import join_messages
from citeback.page.views.review import tables as view
from citeback.rag.protocols import AskableCorpus
from citeback.rag.review.table import check_questions

MOST_CELLS = 20_000
Progress = tuple[Callable[[], AnswerGrid], int]
"""What returns the grid, and how many of its cells are answered."""


class TableHandlers:
    """Handles the events of tables; `corpus` returns the newest corpus or raises.

    `owner` is a user name. Saved cells of documents that do not pass `visible` are not shown.
    """

    def __init__(
        self,
        corpus: Callable[[], AskableCorpus],
        kept: TableStore,
        owner: str,
        visible: NameFilter = ALL_NAMES,
    ) -> None:
        self.corpus = corpus
        self.kept = kept
        self.owner = owner
        self.visible = visible

    def failed(self, error: CitebackError) -> str:
        """Return an error message."""
        return join_messages(answers.error_message(error))

    def overview(self) -> str:
        """Return the form of a new table and the saved tables."""
        try:
            return view.table_form(self.kept.listing(self.owner))
        except CitebackError as error:
            return view.table_form(()) + self.failed(error)

    def create(self, asked: Mapping[str, str]) -> str:
        """Create a table from a form; return its id. Raises CitebackError."""
        questions = parse_questions(asked.get("questions", ""))
        check_questions(questions)
        parse_filter(asked)  # raises for a wrong pattern
        return self.kept.create(self.owner, " · ".join(questions), questions, asked.get("within", "").strip())

    def change(self, now: AnswerGrid, questions: tuple[str, ...]) -> None:
        """Replace the questions of a table. Raises CitebackError."""
        check_questions(questions)
        self.kept.ask(self.owner, now.id, questions)

    def delete(self, key: str) -> str:
        """Delete a table; return the overview."""
        try:
            self.kept.delete(self.owner, key)
        except CitebackError as error:
            return self.failed(error) + self.overview()
        return self.overview()

    def grid(self, key: str) -> AnswerGrid:
        """Return a saved table as it is, without asking anything. Raises CitebackError."""
        table = self._table(key)
        return _grid(self.corpus(), table, self._cells(key), self.visible)

    def download(self, key: str) -> AnswerGrid | None:
        """Return a table of which every cell has been asked, or None if there is no such table.

        Cells that have not been asked are left out with their rows. Raises CitebackError.
        """
        table = self.kept.table(self.owner, key)
        if table is None:
            return None
        now = _grid(self.corpus(), table, self._cells(key), self.visible)
        return replace(now, rows=tuple(row for row in now.rows if all(row.cells)))

    def fill(self, key: str) -> Iterator[Progress]:
        """Yield a table as its cells are answered, and saved. Raises CitebackError."""
        table, corpus = self._table(key), self.corpus()
        within, known = _within(table), self._cells(key)
        documents = [each for each in corpus.documents if within.allows(each)]
        _check_size(len(documents) * len(table.questions))
        hashes = {each.name: each.sha256 for each in documents}
        run = TableRun(store=self.kept, owner=self.owner, table=key, hashes=hashes, known=known)
        cells = dict(known)
        now = partial(_grid, corpus, table, cells, self.visible)
        yield now, 0
        try:
            for done, cell in enumerate(corpus.answer_table(table.questions, within, run), start=1):
                if not cell.saved:
                    cells[cell.document, cell.question] = SavedCell(
                        key="", sha=hashes[cell.document], cell=cell
                    )
                yield now, done
        finally:
            run.flush()

    def judge(self, now: AnswerGrid, said: str) -> tuple[AnswerGrid, str]:
        """Save what a person says of a cell, "right" or "wrong" and its link; return the grid and the link.

        Saying the same again takes it back. Raises CitebackError.
        """
        judged, _, ref = said.partition(" ")
        found = now.cell(ref)
        if found is None or judged not in {"right", "wrong"}:
            return now, ""
        place = found.cell.document, found.cell.question
        saved = self._cells(now.id).get(place)
        if saved is None:
            return now, ""
        judged = "" if saved.cell.judged == judged else judged
        self.kept.save(self.owner, now.id, [replace(saved, cell=replace(saved.cell, judged=judged))])
        return self.grid(now.id).as_before(now), ref

    def _table(self, key: str) -> SavedTable:
        table = self.kept.table(self.owner, key)
        if table is None:
            raise CitebackError("There is no such table.")
        return table

    def _cells(self, key: str) -> dict[tuple[str, str], SavedCell]:
        cells = self.kept.cells(self.owner, key)
        return {place: cell for place, cell in cells.items() if self.visible.matches(place[0])}


def parse_questions(text: str) -> tuple[str, ...]:
    r"""Return the questions of a text, one on each line, each once.

    >>> parse_questions("Who?\n\n Who? \nWhen?")
    ('Who?', 'When?')
    """
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _within(table: SavedTable) -> Filter:
    return parse_filter({"within": table.within})


def _check_size(cells: int) -> None:
    if cells > MOST_CELLS:
        raise SettingsError(
            f"{cells:,} cells at once; at most {MOST_CELLS:,} are answered.", "ask of fewer documents"
        )


def _grid(
    corpus: AskableCorpus,
    table: SavedTable,
    cells: Mapping[tuple[str, str], SavedCell],
    visible: NameFilter,
) -> AnswerGrid:
    """Return a table with a row for each document, and for those that are gone and were answered."""
    within = _within(table)
    documents = {each.name: each for each in corpus.documents if within.allows(each)}
    gone = {name for name, _ in cells} - set(documents)
    rows = []
    for name in (*documents, *sorted(filter(visible.matches, gone))):
        document = documents.get(name)
        own = (cells.get((name, question)) for question in table.questions)
        row = tuple(
            GridCell(one.cell, stale=document is None or document.sha256 != one.sha) if one else None
            for one in own
        )
        if document or any(row):
            rows.append(GridRow(document=name, title=document.title if document else "", cells=row))
    return AnswerGrid(
        id=table.id, name=table.name, questions=table.questions, within=table.within, rows=tuple(rows)
    )
