"""A computed result as an answer: a sentence that cites cells or rows, and the same for programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from citeback.index.generations.protocols import Searchable
from citeback.index.records import Source, Span
from citeback.rag.answer import Citation, Computation, Sentence, Verdict
from citeback.rag.tables.explanation import counted_sentence, described, sentence
from citeback.rag.tables.joined_files import JoinedTable
from citeback.rag.tables.large_runner import LargeRunner
from citeback.rag.tables.large_table import LargeTable
from citeback.rag.tables.linked_tables import LinkedTable
from citeback.rag.tables.readings import TableReadings
from citeback.rag.tables.recipe import Recipe
from citeback.rag.tables.recomputed import heads
from citeback.rag.tables.result import Result, plain_values
from citeback.rag.tables.stored_plan import stored_plan
from citeback.rag.tables.table import Table
from citeback.rag.tables.table_heads import Cell

MAX_CITED = 10  # cells that a sentence cites


@dataclass(frozen=True, slots=True)
class ComputedAnswer:
    """A sentence with a result and its explanation, the same for programs, and the confidence.

    A less certain lookup has no `computation`: the row that is probably meant is quoted.
    """

    sentence: Sentence
    computation: Computation | None
    confidence: float


@dataclass(frozen=True, slots=True)
class AskedTable:
    """A table that is asked: of which document, and its place among the tables of it, from 0.

    Of a `large` one, `table` holds a few rows. A `joined` one has rows of several files, a
    `linked` one columns of two tables.
    """

    document: str
    source: Source
    place: int
    table: Table
    large: LargeTable | None = None
    joined: JoinedTable | None = None
    linked: LinkedTable | None = None

    @property
    def heads(self) -> tuple[str, ...]:
        """Return the names of its columns."""
        return tuple(cell.text for cell in self.table.head)

    @property
    def parts(self) -> JoinedTable | LinkedTable | None:
        """Return the tables that it is made of, if they are several."""
        return self.joined or self.linked

    def place_of(self, row: int, column: int = 0) -> tuple[str, Source]:
        """Return the document of a cell, and its text."""
        if self.linked is not None:
            part = self.linked.file_of(column)
            return part.document, part.source
        if self.joined is None:
            return self.document, self.source
        file = self.joined.file_of(row)
        return file.document, file.source


@dataclass(frozen=True, slots=True)
class ToldResult:
    """A result to present: its sentence, its cells by row, and the total number of cells."""

    result: Result
    text: str
    rows: Mapping[int, Sequence[Cell]]
    cells: int


def listed_result(readings: TableReadings) -> ToldResult:
    """Return the result of the likeliest reading to tell."""
    table, first = readings.table, readings.evaluated[0]
    rows = {r: table.rows[r] for r, _ in first.result.cells}
    text = sentence(table, first.plan, first.result)
    return ToldResult(result=first.result, text=text, rows=rows, cells=len(first.result.cells))


def counted_result(readings: TableReadings, large: LargeTable) -> ToldResult:
    """Return the result of the likeliest reading over a long table. Raises NotComputed if it has none."""
    plan = readings.evaluated[0].plan
    found = LargeRunner(large).run(plan)
    rows = {r: large.row(r) for r, _ in found.result.cells}
    text = counted_sentence(readings.table, plan, found.result, found.counts)
    return ToldResult(result=found.result, text=text, rows=rows, cells=found.cells)


def computed_answer(
    generation: Searchable,
    asked: AskedTable,
    readings: TableReadings,
    said: ToldResult,
    certain: bool,
) -> ComputedAnswer:
    """Return the answer of the likeliest reading; if it is not `certain`, only the row that it quotes."""
    result = said.result
    quoted = _quoted(asked, said.rows, result)
    citations = tuple(
        _citation(generation, asked, n, each) for n, each in enumerate(quoted[:MAX_CITED], start=1)
    )
    cells = max(len(quoted), said.cells if len(said.rows) > MAX_CITED else 0)
    more = f" Cited: the first {MAX_CITED} of {cells:,}." if cells > MAX_CITED else ""
    verdict = Verdict.COMPUTED if certain else Verdict.SUPPORTED
    files = _files(asked.joined) if asked.joined else _link(asked.linked) if asked.linked else ""
    sentence = Sentence(text=f"{said.text}{files}{more}", verdict=verdict, citations=citations)
    if not certain:
        return ComputedAnswer(sentence=sentence, computation=None, confidence=readings.confidence)
    computation = _computation(asked, readings, said)
    return ComputedAnswer(sentence=sentence, computation=computation, confidence=readings.confidence)


def _computation(asked: AskedTable, readings: TableReadings, said: ToldResult) -> Computation:
    plan, result, parts = readings.evaluated[0].plan, said.result, asked.parts
    places = dict.fromkeys(result.cells)
    cells = [(row, column, span) for row, column in places if len(span := said.rows[row][column].span)]
    return Computation(
        document=parts.files[0].document if parts else asked.document,
        plan=described(readings.table, plan),
        result=plain_values(result.values),
        unit=result.unit,
        rows=tuple(row + 1 for row in dict.fromkeys(result.rows)),
        cells=tuple(span for _, _, span in cells),
        recipe=Recipe(
            table=parts.files[0].place if parts else asked.place,
            columns=heads(readings.table),
            plan=stored_plan(plan),
            files=parts.documents if parts else (),
        ),
        cell_documents=tuple(asked.place_of(row, column)[0] for row, column, _ in cells) if parts else (),
    )


def _link(linked: LinkedTable) -> str:
    """Return in words which two tables were asked as one."""
    first, second = linked.files
    key = linked.table.head[linked.key].text
    if first.document == second.document:
        return f" Asked as one table: “{first.sheet}” with “{second.sheet}”, by {key}."
    return f" Asked as one table: “{first.document}” with “{second.document}”, by {key}."


def _files(joined: JoinedTable) -> str:
    """Return in words which files or sheets were asked as one table."""
    first, last = joined.files[0], joined.files[-1]
    if len(joined.documents) == 1:
        return f" Asked as one table: {len(joined.files)} sheets, from “{first.sheet}” to “{last.sheet}”."
    return (
        f" Asked as one table: {len(joined.documents)} files, from “{first.document}” to “{last.document}”."
    )


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A citation: a span in the document of a row, and the marked words in it."""

    row: int
    span: Span
    column: int = 0
    marks: tuple[Span, ...] = ()


def _citation(generation: Searchable, asked: AskedTable, n: int, quoted: _Quoted) -> Citation:
    document, source = asked.place_of(quoted.row, quoted.column)
    span = quoted.span
    return Citation(
        n=n,
        document=document,
        span=span,
        quote=span.of(source.text),
        support=1.0,
        page=source.page_at(span.start),
        place=source.location_at(span.start),
        also=generation.duplicates_of(document),
        marks=quoted.marks,
        date=source.date,
    )


def _quoted(asked: AskedTable, own: Mapping[int, Sequence[Cell]], result: Result) -> list[_Quoted]:
    """Return the spans to cite, each with its marked words.

    That is the rows that are looked up, or the only row; otherwise the cells that were computed with.
    """
    if asked.linked is not None:
        return list(_quoted_of_both(asked.linked, own, result))
    cells = [(r, own[r][c].span) for r, c in dict.fromkeys(result.cells)]
    cells = [(r, span) for r, span in cells if len(span)]
    if len(set(result.rows)) > 1 and not isinstance(result.values[0], str):
        places: dict[tuple[str, Span], _Quoted] = {}
        for r, span in cells:
            places.setdefault((asked.place_of(r)[0], span), _Quoted(row=r, span=span))
        return list(places.values())
    rows = dict.fromkeys(r for r, _ in cells)
    return [
        _Quoted(row=r, span=_row_span(own[r]), marks=tuple(span for n, span in cells if n == r)) for r in rows
    ]


def _quoted_of_both(
    linked: LinkedTable, own: Mapping[int, Sequence[Cell]], result: Result
) -> Iterator[_Quoted]:
    """Yield the rows of two tables that a result is of, those of the second one once."""
    width, columns, seen = len(linked.first.heads), dict[int, list[int]](), set[Span]()
    for r, column in dict.fromkeys(result.cells):
        columns.setdefault(r, []).append(column)
    for r, marked in columns.items():
        cells = own[r][: linked.table.own_columns]
        for column, part in ((0, cells[:width]), (width, cells[width:])):
            marks = (own[r][c].span for c in marked if linked.is_second(c) == bool(column))
            span = _row_span(part)
            if len(span) and (not column or span not in seen):
                yield _Quoted(row=r, span=span, column=column, marks=tuple(marks))
            seen |= {span} if column else set()


def _row_span(row: Sequence[Cell]) -> Span:
    return Span(row[0].span.start, max(cell.span.end for cell in row))
