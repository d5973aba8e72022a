"""Tables of answers as the page keeps and shows them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import ScriptedCorpus, source

from citeback.index.errors import CitebackError, SettingsError
from citeback.index.records import Document, Span
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.page.presenters.review.tables import TableHandlers
from citeback.page.state.review.answer_grid import KINDS, PAGE, AnswerGrid, GridCell, GridRow, cell_ref
from citeback.page.state.review.saved_tables import MOST_TABLES, SavedCell, TableStore
from citeback.page.views.review import tables as view
from citeback.rag.review.cell import CellSource, CellStore, TableCell

ONE, TWO = "Who?", "When?"


def cell(document: str, question: str, answer: str, sure: float = 0.9) -> TableCell:
    place = CellSource(Span(0, len(answer)), answer, None, None) if answer else None
    return TableCell(document, question, answer, place, sure)


class RecordedCorpus(ScriptedCorpus):
    """Answers with the beginning of a document, and notes what it was asked."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__({name: source(text) for name, text in texts.items()}, {})
        self.asked: list[tuple[str, str]] = []

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return the documents, each with its text as its hash."""
        return tuple(replace(each, sha256=self.source(each.name).text) for each in super().documents)

    def answer_table(
        self, questions: Sequence[str], within: Filter = NO_FILTER, saved: CellStore | None = None
    ) -> Iterator[TableCell]:
        for document in filter(within.allows, self.documents):
            for question in questions:
                key = f"{self.source(document.name).text} {question}"
                known = saved.cell(key, document.name, question) if saved else None
                if known is None:
                    self.asked.append((document.name, question))
                    known = cell(document.name, question, self.source(document.name).text.split()[0])
                    if saved:
                        saved.save(key, known)
                yield known


def handlers(tmp_path: Path, corpus: RecordedCorpus, owner: str = "ada") -> TableHandlers:
    return TableHandlers(lambda: corpus, TableStore(tmp_path / "kept.sqlite"), owner)


def filled(own: TableHandlers, key: str) -> AnswerGrid:
    for _ in own.fill(key):
        pass
    return own.grid(key)


def test_only_what_is_new_is_asked_and_what_was_judged_stays(tmp_path: Path) -> None:
    corpus = RecordedCorpus({"a.md": "Ada wrote it.", "b.md": "Ben wrote it."})
    own = handlers(tmp_path, corpus)
    key = own.create({"questions": f"{ONE}\n"})
    now = filled(own, key)
    assert [row.cells[0] and row.cells[0].cell.answer for row in now.rows] == ["Ada", "Ben"]
    now, ref = own.judge(now, f"wrong {cell_ref(0, 0)}")
    judged = now.cell(ref)
    assert judged and (judged.cell.answer, judged.cell.judged, judged.stale) == ("Ada", "wrong", False)
    corpus.asked.clear()
    own.change(now, (ONE, TWO))
    assert own.grid(key).outdated == 2
    now = filled(own, key)
    assert corpus.asked == [("a.md", TWO), ("b.md", TWO)] and now.outdated == 0
    assert now.rows[0].cells[0] and now.rows[0].cells[0].cell.judged == "wrong"
    now, _ = own.judge(now, f"wrong {cell_ref(0, 0)}")
    assert now.rows[0].cells[0] and now.rows[0].cells[0].cell.judged == ""


def test_cells_of_changed_and_removed_documents_are_out_of_date(tmp_path: Path) -> None:
    own = handlers(tmp_path, RecordedCorpus({"a.md": "Ada wrote it.", "b.md": "Ben wrote it."}))
    key = own.create({"questions": ONE})
    filled(own, key)
    changed = RecordedCorpus({"a.md": "Ida wrote it.", "c.md": "Cy wrote it."})
    own = handlers(tmp_path, changed)
    now = own.grid(key)
    assert [(row.document, [each and each.stale for each in row.cells]) for row in now.rows] == [
        ("a.md", [True]),
        ("c.md", [None]),
        ("b.md", [True]),
    ]
    assert "out of date" in view.grid(now) and "Ask again what has changed (3 cells)" in view.grid(now)
    now = filled(own, key)
    assert [row.cells[0] and row.cells[0].cell.answer for row in now.rows] == ["Ida", "Cy", "Ben"]


def test_what_was_answered_before_an_interruption_is_kept(tmp_path: Path) -> None:
    corpus = RecordedCorpus({f"{n}.md": f"N{n} wrote it." for n in range(9)})
    own = handlers(tmp_path, corpus)
    key = own.create({"questions": ONE})
    steps = own.fill(key)
    for _ in range(5):
        next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert sum(row.cells[0] is not None for row in own.grid(key).rows) == 4


def test_a_table_is_its_owners_and_bad_ones_are_refused(tmp_path: Path) -> None:
    corpus = RecordedCorpus({"a.md": "Ada wrote it."})
    own, other = handlers(tmp_path, corpus), handlers(tmp_path, corpus, "ben")
    key = own.create({"questions": ONE})
    filled(own, key)
    with pytest.raises(CitebackError):
        other.grid(key)
    other.kept.save("ben", key, [SavedCell("", "", cell("a.md", ONE, "Evil"))])
    other.delete(key)
    assert own.grid(key).rows[0].cells[0] and "Ada" in view.grid(own.grid(key))
    for asked in (
        {"questions": " \n"},
        {"questions": "x" * 2001},
        {"questions": "\n".join(map(str, range(101)))},
    ):
        with pytest.raises(SettingsError):
            own.create(asked)
    for _ in range(MOST_TABLES - 1):
        own.create({"questions": ONE})
    with pytest.raises(SettingsError, match="50 tables"):
        own.create({"questions": ONE})


ANSWERS = st.lists(st.sampled_from(["", "9 crowns", "1,200 crowns", "no", "<b>"]), min_size=1, max_size=9)


@given(ANSWERS, st.booleans(), st.sampled_from(list(KINDS)))
def test_rows_are_those_that_match_and_each_link_leads_to_its_cell(
    answers: list[str], reverse: bool, kind: str
) -> None:
    rows = tuple(
        GridRow(f"{n}.md", "", (GridCell(cell(f"{n}.md", ONE, each), stale=n % 2 == 0),))
        for n, each in enumerate(answers)
    )
    now = AnswerGrid(id="x", questions=(ONE,), rows=rows, kind=kind).order(0)
    now = now.order(0) if reverse else now
    found = now.matching()
    test = KINDS[kind][1]
    assert sorted(n for n, _ in found) == [n for n, row in enumerate(rows) if test(row.cells[0])]
    said = [row.cells[0].cell.answer for _, row in found if row.cells[0] and row.cells[0].cell.answer]
    order = {"9 crowns": 0, "1,200 crowns": 1, "<b>": 2, "no": 3}
    places = [order[each] for each in said]
    assert places == sorted(places, reverse=reverse)
    for n, row in enumerate(rows):
        assert now.cell(cell_ref(n, 0)) == row.cells[0]
        place = now.place(cell_ref(n, 0))
        assert (place is not None) is bool(answers[n])
        assert place is None or place in now.places_in(f"{n}.md")
    html = view.grid(now)
    assert "<b>" not in html and html.count("<tr>") == 1 + min(PAGE, len(found))


def test_links_to_nothing_open_nothing() -> None:
    now = AnswerGrid(id="x", questions=(ONE,), rows=(GridRow("a.md", "", (None,)),))
    for ref in ("cell-0-0", "cell-0-1", "cell-1-0", "cell-x", "", "cell-" + "9" * 50 + "-0"):
        assert now.place(ref) is None and view.cell_card(now, ref) == ""
