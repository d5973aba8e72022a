"""A result of a table as an answer: a sentence that cites cells or rows, and the same for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from citeback.index.generations.protocols import Searchable
from citeback.index.records import Source, Span
from citeback.rag.answer import Citation, Computation, Sentence, Verdict
from citeback.rag.tables.explanation import counted_sentence, described, sentence
from citeback.rag.tables.large_runner import LargeRunner
from citeback.rag.tables.large_table import LargeTable
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
    """A sentence that says a result and how it was computed; the same for programs; and the confidence.

    What is only looked up, and less certain, has no `computation`: the row is quoted that seems to be meant.
    """

    sentence: Sentence
    computation: Computation | None
    confidence: float


@dataclass(frozen=True, slots=True)
class AskedTable:
    """A table that is asked: of which document, and its place among the tables of it, from 0.

    Of a `large` one, `table` holds a few rows.
    """

    document: str
    source: Source
    place: int
    table: Table
    large: LargeTable | None = None


@dataclass(frozen=True, slots=True)
class ToldResult:
    """A result to tell: its sentence, its cells by row, and how many cells there are in all."""

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
    plan, result = readings.evaluated[0].plan, said.result
    quoted = _quoted(said.rows, result)
    citations = tuple(
        _citation(generation, asked, n, span, marks)
        for n, (span, marks) in enumerate(quoted[:MAX_CITED], start=1)
    )
    cells = max(len(quoted), said.cells if len(said.rows) > MAX_CITED else 0)
    more = f" Cited: the first {MAX_CITED} of {cells:,}." if cells > MAX_CITED else ""
    verdict = Verdict.COMPUTED if certain else Verdict.SUPPORTED
    sentence = Sentence(text=f"{said.text}{more}", verdict=verdict, citations=citations)
    if not certain:
        return ComputedAnswer(sentence=sentence, computation=None, confidence=readings.confidence)
    spans = (said.rows[row][column].span for row, column in dict.fromkeys(result.cells))
    computation = Computation(
        document=asked.document,
        plan=described(readings.table, plan),
        result=plain_values(result.values),
        unit=result.unit,
        rows=tuple(row + 1 for row in dict.fromkeys(result.rows)),
        cells=tuple(span for span in spans if len(span)),
        recipe=Recipe(table=asked.place, columns=heads(readings.table), plan=stored_plan(plan)),
    )
    return ComputedAnswer(sentence=sentence, computation=computation, confidence=readings.confidence)


def _citation(
    generation: Searchable, asked: AskedTable, n: int, span: Span, marks: tuple[Span, ...]
) -> Citation:
    source = asked.source
    return Citation(
        n=n,
        document=asked.document,
        span=span,
        quote=span.of(source.text),
        support=1.0,
        page=source.page_at(span.start),
        place=source.location_at(span.start),
        also=generation.duplicates_of(asked.document),
        marks=marks,
        date=source.date,
    )


def _quoted(own: Mapping[int, Sequence[Cell]], result: Result) -> list[tuple[Span, tuple[Span, ...]]]:
    """Return the spans to cite, each with what is marked in it.

    That is the rows that are looked up, or the only row; otherwise the cells that were computed with.
    """
    cells = [(r, own[r][c].span) for r, c in dict.fromkeys(result.cells)]
    cells = [(r, span) for r, span in cells if len(span)]
    if len(set(result.rows)) > 1 and not isinstance(result.values[0], str):
        return [(span, ()) for span in dict.fromkeys(span for _, span in cells)]
    rows = dict.fromkeys(r for r, _ in cells)
    return [(_row_span(own[r]), tuple(span for n, span in cells if n == r)) for r in rows]


def _row_span(row: Sequence[Cell]) -> Span:
    return Span(row[0].span.start, max(cell.span.end for cell in row))
