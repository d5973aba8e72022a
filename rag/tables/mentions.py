"""The mentions of a table's columns and cells in a question."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.column_names import CALLED
from citeback.rag.tables.counted_columns import counting_columns
from citeback.rag.tables.demonyms import COUNTRIES
from citeback.rag.tables.mention import CellMention, ColumnMention
from citeback.rag.tables.named_dates import NamedDates
from citeback.rag.tables.plan import Condition, Operator
from citeback.rag.tables.question_words import VERBS, QuestionWords, alike, contains_run, nearest_places
from citeback.rag.tables.table import Table
from citeback.rag.tables.table_words import LABELS, OTHERWISE, RANKS

_ASKS_SO_MANY = frozenset({"which", "what", "top", "first", "last", "name", "list", "those"})
LONGEST = 8  # words of a cell that are looked for in the question


class Mentions:
    """The mentions of a table in a question."""

    def __init__(self, words: QuestionWords, table: Table, analyzer: Analyzer) -> None:
        self.words = words
        self.table = table
        self._analyzer = analyzer

    def terms(self, text: str) -> tuple[str, ...]:
        """Return the terms of a text."""
        return tuple(self._analyzer.terms(text))

    @cached_property
    def row_terms(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """Return the terms of every cell, row by row."""
        return tuple(tuple(self.terms(cell.text) for cell in row) for row in self.table.rows)

    @cached_property
    def heads(self) -> tuple[tuple[str, ...], ...]:
        """Return the terms of the heads of columns; of a derived one, those of the column it is made from."""
        own = self.table.head[: self.table.own_columns]
        return tuple(
            tuple(t for t in self._analyzer.terms(re.sub(r"\(.*?\)", " ", c.text) or c.text)) or ("",)
            for c in (*own, *(own[n] for n in self.table.bases))
        )

    @cached_property
    def cells(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """Return the terms of every cell, column by column."""
        kept = [row for n, row in enumerate(self.row_terms) if n not in self.table.totals]
        return tuple(tuple(row[c] for row in kept) for c in range(len(self.heads)))

    @cached_property
    def key(self) -> int:
        """Return the column that says what each row is about."""
        best, most = 0, -1.0
        for n, column in enumerate(self.table.columns):
            cells = [c for c in self.cells[n] if c]
            if not cells:
                continue
            different = len(set(cells)) / len(self.cells[n])
            words = column.kind is Kind.TEXT
            rank = column.name.casefold().strip() in RANKS
            score = (
                different
                + 0.8 * words
                - 0.06 * n
                - 1.5 * rank
                + 0.5 * (column.name.strip().casefold() in ("name", "title"))
                - 2.0 * (n >= self.table.own_columns)
                - 0.3 * (column.name.strip().casefold() == "notes")
            )
            if score > most:
                best, most = n, score
        return best

    @cached_property
    def column_mentions(self) -> tuple[ColumnMention, ...]:
        """Return the named columns, most certain first."""
        found: list[ColumnMention] = []
        for n, head in enumerate(self.heads):
            content = [t for t in dict.fromkeys(head) if t not in ("of", "the", "in", "and", "by", "s", "")]
            if not content:
                continue
            at = {t: [i for i, w in enumerate(self.words.words) if t in w.terms] for t in content}
            hit = [t for t in content if at[t]]
            if hit:
                positions = frozenset(i for t in hit for i in at[t])
                positions = nearest_places([at[t] for t in hit]) or positions
                found.append(ColumnMention(column=n, positions=positions, share=len(hit) / len(content)))
        named = {each.column for each in found}
        found += self._alike_heads(named)
        named = {each.column for each in found}
        for i, word in enumerate(self.words.texts):
            for other in CALLED.get(word, CALLED.get(word.removesuffix("s"), "")).split():
                stem = self._analyzer.terms(other)
                for n, head in enumerate(self.heads):
                    if n not in named and stem and stem[0] in head:
                        found.append(
                            ColumnMention(
                                column=n, positions=frozenset({i}), share=0.6 / len(head), synonym=True
                            )
                        )
        found += self._units({each.column for each in found})
        whole = self.numbered_heads
        found = [each for each in found if each.share == 1 or not any(each.positions <= at for at in whole)]
        return tuple(sorted(found, key=lambda each: (-each.share, each.synonym, each.column)))

    @cached_property
    def numbered_heads(self) -> tuple[frozenset[int], ...]:
        """Return where the question says the whole head of a column with a number: "Sensor 77"."""
        heads = {head for head in self.heads if len(head) > 1 and any(t.isdecimal() for t in head)}
        sizes = sorted({len(head) for head in heads})
        spans = (range(n, n + size) for size in sizes for n in range(len(self.words.words) - size + 1))
        return tuple(frozenset(at) for at in spans if self.words.terms(at.start, at.stop) in heads)

    def _units(self, named: Collection[int]) -> Iterator[ColumnMention]:
        """Yield the columns whose figures are all of a thing that the question names: "28 districts"."""
        for n, column in enumerate(self.table.columns[: self.table.own_columns]):
            unit = self.terms(column.unit) if n not in named and len(column.unit) > 2 else ()
            at = [i for i, word in enumerate(self.words.words) if unit and word.terms == unit]
            if at:
                yield ColumnMention(column=n, positions=frozenset(at[:1]), share=0.5, synonym=True)

    def _alike_heads(self, named: Collection[int]) -> Iterator[ColumnMention]:
        """Yield the columns whose heads begin as a word of the question does: attendees, Attendance."""
        for n, head in enumerate(self.heads):
            if n in named:
                continue
            for i, word in enumerate(self.words.words):
                if any(alike(term, other) for term in word.terms for other in head):
                    yield ColumnMention(
                        column=n, positions=frozenset({i}), share=0.5 / len(head), synonym=True
                    )
                    break

    @cached_property
    def cell_mentions(self) -> tuple[CellMention, ...]:
        """Return the words that occur in cells, longest runs first; no run is within another."""
        words = self.words
        found: list[CellMention] = []
        taken: list[frozenset[int]] = [*self.numbered_heads]
        known: Mapping[str, set[int]] = self._columns_of
        for start, end in words.spans(LONGEST):
            positions = frozenset(range(start, end))
            if any(positions <= other for other in taken):
                continue
            if any(positions < other for other in self.absent_identifiers):
                continue
            if end - start == 1 and self.counts_what_is_asked(start):
                continue
            terms = words.terms(start, end)
            content = [n for n in range(start, end) if not words.is_filler(n)]
            if (
                not terms
                or not content
                or (
                    words.is_filler(start)
                    and end - start > 1
                    and words.texts[start] in ("the", "a", "an", "of", "in")
                )
            ):
                continue
            columns = set.intersection(*(known.get(t, set()) for t in terms))
            hits = [q for n in sorted(columns) if (q := self._quote(n, positions, terms))]
            if end - start == 1 and not any(q.whole for q in hits) and words.texts[start] in VERBS:
                continue
            if hits:
                taken.append(positions)
                found += hits
        said = frozenset().union(*taken)
        return (*found, *self._dates(), *self._otherwise(said), *self._countries(said))

    @cached_property
    def absent_identifiers(self) -> tuple[frozenset[int], ...]:
        """Return the identifiers of the question that no cell holds: what is a part of one is no mention."""
        cells = [cell for column in self.cells for cell in column]
        return tuple(
            at
            for at in self.words.identifiers
            if not any(contains_run(cell, self.words.terms(min(at), max(at) + 1)) for cell in cells)
        )

    def counts_what_is_asked(self, n: int) -> bool:
        """Return whether a word says how many are asked for: "which 2 mayors"."""
        before = self.words.texts[n - 1] if n else ""
        return before in _ASKS_SO_MANY and self.words.texts[n].isdecimal() and len(self.words.texts[n]) < 3

    def _otherwise(self, taken: frozenset[int]) -> Iterator[CellMention]:
        """Yield cells that say the question's words in another way: W for won, 1st for first, 2 for two."""
        for n, text in enumerate(self.words.texts):
            for said, where in OTHERWISE.get(text, ()):
                for column, head in enumerate(self.heads[: self.table.own_columns]):
                    if where and not where & set(head):
                        continue
                    cells = self.cells[column]
                    hits = [c for c in cells if c[:1] == (said,)]
                    exact = [c for c in hits if c == (said,)]
                    if hits and (where or n not in taken):
                        yield CellMention(
                            column=column,
                            positions=frozenset({n}),
                            words=said,
                            whole=len(exact),
                            partly=len(hits),
                            synonym=True,
                        )

    def _countries(self, taken: frozenset[int]) -> Iterator[CellMention]:
        """Yield cells with the country of a demonym in the question: Norwegian, Norway."""
        for n, text in enumerate(self.words.texts):
            names = COUNTRIES.get(text) or COUNTRIES.get(text.removesuffix("s"), ())
            for column in range(self.table.own_columns) if n not in taken else ():
                if self.table.columns[column].kind is Kind.TEXT:
                    quotes = (self._quote(column, frozenset({n}), self.terms(name)) for name in names)
                    yield from (replace(q, synonym=True) for q in quotes if q)

    @cached_property
    def _columns_of(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for n, cells in enumerate(self.cells[: self.table.own_columns]):
            for cell in cells:
                for term in cell:
                    found[term].add(n)
        return found

    def _quote(self, column: int, positions: frozenset[int], terms: tuple[str, ...]) -> CellMention | None:
        cells = self.cells[column]
        whole = sum(cell == terms for cell in cells)
        partly = sum(contains_run(cell, terms) for cell in cells)
        return (
            CellMention(column=column, positions=positions, words=" ".join(terms), whole=whole, partly=partly)
            if partly
            else None
        )

    def _dates(self) -> Iterator[CellMention]:
        """Yield the days, months, years and decades that are named, for each column of dates."""
        columns = [n for n, c in enumerate(self.table.columns) if c.kind is Kind.DATE]
        years = [
            n
            for n, c in enumerate(self.table.columns)
            if c.kind in (Kind.NUMBER, Kind.DATE) and self.holds_years(n)
        ]
        named = NamedDates(self.words)
        for positions, low, high in named.dates():
            for n in columns:
                if low < 100 * 100 and low > 0 and low % 100 == 0 and high == low:
                    condition = Condition(n, Operator.MONTH, low=low / 100)
                else:
                    condition = Condition(n, Operator.BETWEEN, low=low, high=high)
                yield CellMention(column=n, positions=positions, words="", whole=0, partly=1, dated=condition)
        for positions, first, last in named.decades():
            for n in {*years, *columns}:
                scale = 10_000 if self.table.columns[n].kind is Kind.DATE else 1
                condition = Condition(
                    n,
                    Operator.BETWEEN,
                    low=Decimal(first * scale),
                    high=Decimal((last + 1) * scale - (scale > 1)) - (scale == 1),
                )
                yield CellMention(column=n, positions=positions, words="", whole=0, partly=1, dated=condition)

    @cached_property
    def _counting(self) -> frozenset[int]:
        return counting_columns(self.table)

    def holds_years(self, column: int) -> bool:
        """Return whether a column's figures are years, or begin with one."""
        found = self.table.columns[column]
        numbers = [v.number for v in found.values if v.number is not None]
        if found.kind is Kind.DATE:
            return any(number >= 10_000_000 for number in numbers)
        years = bool(numbers) and all(1000 <= n <= 2100 and n == int(n) for n in numbers)
        return years and column not in self._counting

    def adds_up(self, column: int) -> bool:
        """Return whether the figures of a column may be added: years, ranks and numbers of rows may not."""
        return not self.holds_years(column) and not self.numbers_rows(column)

    def numbers_rows(self, column: int) -> bool:
        """Return whether a column only numbers the rows, so that no sum of it means anything."""
        found = self.table.columns[column]
        numbers = [v.number for v in found.values if v.number is not None]
        head = set(self.heads[column]) - {""}
        label = bool(head & LABELS) and head <= LABELS | {"no", "number", "id", "nr"}
        if found.name.casefold().strip() in RANKS or (column < self.table.own_columns and label):
            return True
        steps = {b - a for a, b in pairwise(numbers)}
        return len(numbers) > 3 and len(steps) == 1 and steps <= {Decimal(1), Decimal(-1)}
