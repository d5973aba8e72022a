"""A question over a table, divided into its heads, cells and words of asking."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.named_ranges import named_ranges
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.triggers import triggers
from citeback.rag.tables.literal.literal_item import ItemKind, LiteralItem
from citeback.rag.tables.literal.row_nouns import end_of_table_name, is_application, row_noun
from citeback.rag.tables.literal.vocabulary import (
    COUNTED,
    FILLERS,
    MONEY,
    NOW,
    PHRASES,
    PRICED,
    SIZED,
    VERB_HEADS,
    WRITTEN_AS,
)
from citeback.rag.tables.named_dates import NamedDates
from citeback.rag.tables.plan import Condition, Operator
from citeback.rag.tables.question_words import alike, contains_run

MOST_WORDS = 40  # of a question that is read literally
LONGEST = 8  # words of a run
_SPOKEN = frozenset({"yes", "no", "true", "fals"})  # cells that no question says
_LETTERS = 3  # of a word that may be a part of a cell
_WORDY = (Kind.TEXT, Kind.YES_NO, Kind.NONE)


@dataclass(frozen=True)
class QuestionItems:
    """One question, divided."""

    question: QuestionOnTable

    @cached_property
    def items(self) -> tuple[LiteralItem, ...]:
        """Return the parts that say something, in order; none if a word has no certain meaning."""
        found, at = list[LiteralItem](), 0
        if len(self.question.words) > MOST_WORDS:
            return ()
        while at < len(self.question.words):
            item = self._at(at, found[-1] if found else None)
            if item is None:
                return ()
            found.append(item)
            at = max(item.positions) + 1
        return tuple(each for each in found if each.kind is not ItemKind.FILLER)

    def _at(self, start: int, before: LiteralItem | None) -> LiteralItem | None:
        """Return the longest run of words with a meaning that starts somewhere."""
        if start in self._ranges:
            return self._ranges[start]
        if self.question.words.texts[start : start + 2] in NOW:
            return self._item(ItemKind.FILLER, start, start + 2)
        if named := end_of_table_name(self.question.mentions, start):
            return self._item(ItemKind.FILLER, start, named)
        for end in range(min(start + LONGEST, len(self.question.words)), start, -1):
            for kind in (self._figure, self._date, self._exact, self._asking, self._stemmed):
                if item := kind(start, end, before):
                    return item
        for end in range(min(start + LONGEST, len(self.question.words)), start, -1):
            for part in (self._part_of_head, self._part_of_cell):
                if item := part(start, end):
                    return item
        return self._single(start)

    @cached_property
    def _ranges(self) -> dict[int, LiteralItem]:
        """Return the ranges of cells that are named, "from March to May", by where they start."""
        found = dict[int, LiteralItem]()
        for each in named_ranges(self.question.mentions):
            start, end = min(each.positions), max(each.positions) + 1
            if each.condition:
                found[start] = self._cell(start, end, (each.condition.column,), [each.condition])
        return found

    def _figure(self, start: int, end: int, before: LiteralItem | None) -> LiteralItem | None:
        """Return a number after the head of its column, "week 14", or a year of the only column of years."""
        text = self.question.words.texts[start]
        if end - start > 1 or not text.isdecimal() or len(text) > LONGEST:
            return None
        number, own = Decimal(text), range(self.question.table.own_columns)
        columns = tuple(n for n in own if self.question.columns[n].kind is Kind.NUMBER)
        if before is not None and before.kind is ItemKind.HEAD:
            columns = tuple(n for n in columns if n in before.columns)
        else:
            columns = tuple(n for n in columns if self.question.mentions.holds_years(n))
        held = tuple(n for n in columns if any(v.number == number for v in self.question.columns[n].values))
        if len(held) != 1 or len(columns) != 1:
            return None
        return self._cell(start, end, held, [Condition(held[0], Operator.EQUALS, low=number)])

    def _date(self, start: int, end: int, _before: LiteralItem | None) -> LiteralItem | None:
        """Return a day, month or year of the columns of dates."""
        run, mentions = frozenset(range(start, end)), self.question.mentions
        named = [each for each in NamedDates(self.question.words).dates() if each[0] == run]
        dated = [c for c in mentions.cell_mentions if c.dated and c.positions == run] if named else []
        wordy = any(self.question.words.terms(start, end) in cells for cells in mentions.cells)
        if not dated or wordy:
            return None
        conditions = [each.dated for each in dated if each.dated]
        return self._cell(start, end, tuple(c.column for c in conditions), conditions)

    def _exact(self, start: int, end: int, _before: LiteralItem | None) -> LiteralItem | None:
        """Return a whole head or whole cells that are written like the words."""
        said = " ".join(self.question.words.texts[start:end])
        if (said in FILLERS or (said,) in PHRASES) and (said != "name" or not start):
            return None
        written = self._cells_written.get(said, ())
        heads = self._heads_written.get(said, self._heads_written.get(said.removesuffix("s"), ()))
        if written and heads:
            return None
        if heads:
            return self._item(ItemKind.HEAD, start, end, columns=heads)
        return self._whole_cell(start, end, written) if written else None

    def _asking(self, start: int, end: int, _before: LiteralItem | None) -> LiteralItem | None:
        """Return words that say what is asked for, or how."""
        run = self.question.words.texts[start:end]
        if start and run == ("who",):  # "the customer who ordered"
            return None
        if kind := PHRASES.get(run):
            return self._item(kind, start, end)
        if run in PRICED:
            return self._item(ItemKind.SIZED, start, end, descending=PRICED[run], priced=True)
        for kind, words in ((ItemKind.MOST, COUNTED), (ItemKind.SIZED, SIZED)):
            if len(run) == 1 and run[0] in words:
                return self._item(kind, start, end, descending=words[run[0]])
        return None

    def _stemmed(self, start: int, end: int, _before: LiteralItem | None) -> LiteralItem | None:
        """Return a whole head, or whole cells, in another form of the words; or what a row is called."""
        if not self._bounded(start, end):
            return None
        terms = self.question.words.terms(start, end)
        heads = tuple(n for n in range(self.question.table.own_columns) if self._heads[n] == terms)
        cells = self._columns_with(terms)
        if terms and len(heads) == 1 and not cells:
            return self._item(ItemKind.HEAD, start, end, columns=heads)
        text = self.question.words.texts[start]
        noun = terms == row_noun(self.question.mentions) or is_application(text, self._heads)
        if end - start == 1 and terms and noun and not cells and not heads:
            return self._item(ItemKind.ROWS, start, end)
        return self._whole_cell(start, end, cells) if terms and cells and not heads else None

    def _part_of_head(self, start: int, end: int) -> LiteralItem | None:
        """Return the only column whose head has the words, or begins like the only one."""
        if end - start == 1 and (item := self._verb(start) or self._money(start)):
            return item
        terms = self.question.words.terms(start, end)
        if not terms or not self._bounded(start, end):
            return None
        heads = [n for n in range(self.question.table.own_columns) if contains_run(self._heads[n], terms)]
        if not heads and end - start == 1:
            own = range(self.question.table.own_columns)
            heads = [n for n in own if any(alike(terms[0], other) for other in self._heads[n])]
            written = WRITTEN_AS.get(self.question.words.texts[start], "")
            heads = heads or [n for n in own if written and written in self._heads[n]]
        if len(heads) != 1 or self._columns_holding(terms):
            return None
        item = self._item(ItemKind.HEAD, start, end, columns=tuple(heads))
        return item if contains_run(self._heads[heads[0]], terms) else replace(item, loose=True)

    def _part_of_cell(self, start: int, end: int) -> LiteralItem | None:
        """Return the cells of the only column that hold the words among others."""
        terms, texts = self.question.words.terms(start, end), self.question.words.texts[start:end]
        if not terms or not self._bounded(start, end) or not any(len(t) >= _LETTERS for t in texts):
            return None
        if any(text in VERB_HEADS for text in texts) or any(map(str.isdecimal, texts)):
            return None
        if frozenset(range(start, end)) <= self._operating:
            return None
        held = self._columns_holding(terms)
        if len(held) != 1:
            return None
        return self._cell(start, end, held, [Condition(held[0], Operator.HAS, words=" ".join(terms))])

    def _verb(self, at: int) -> LiteralItem | None:
        """Return a verb that goes with the table: with one of its heads, or with its title."""
        text = self.question.words.texts[at]
        fits = VERB_HEADS.get(text, frozenset()) & self._title_terms.union(*self._heads)
        written = WRITTEN_AS.get(text)
        return self._item(ItemKind.VERB, at, at + 1) if fits and (written,) not in self._heads else None

    def _money(self, at: int) -> LiteralItem | None:
        """Return the only column of money, by this word."""
        own = range(self.question.table.own_columns)
        columns = tuple(n for n in own if MONEY & set(self._heads[n]) and self.question.mentions.adds_up(n))
        named = self.question.words.texts[at] == "money" and len(columns) == 1
        return self._item(ItemKind.HEAD, at, at + 1, columns=columns) if named else None

    def _single(self, start: int) -> LiteralItem | None:
        """Return a word that means nothing, or one that names the table."""
        text, terms = self.question.words.texts[start], self.question.words.words[start].terms
        named = bool(terms) and set(terms) <= self._title_terms
        return self._item(ItemKind.FILLER, start, start + 1) if text in FILLERS or named else None

    def _whole_cell(self, start: int, end: int, columns: tuple[int, ...]) -> LiteralItem:
        words = " ".join(self.question.words.terms(start, end))
        return self._cell(start, end, columns, [Condition(n, Operator.IS, words=words) for n in columns])

    def _cell(self, start: int, end: int, columns: tuple[int, ...], made: list[Condition]) -> LiteralItem:
        return self._item(ItemKind.CELL, start, end, columns=columns, conditions=tuple(made))

    def _item(
        self,
        kind: ItemKind,
        start: int,
        end: int,
        columns: tuple[int, ...] = (),
        conditions: tuple[Condition, ...] = (),
        descending: bool = True,
        priced: bool = False,
    ) -> LiteralItem:
        return LiteralItem(
            kind=kind,
            positions=frozenset(range(start, end)),
            word=" ".join(self.question.words.texts[start:end]),
            columns=columns,
            conditions=conditions,
            descending=descending,
            priced=priced,
        )

    def _bounded(self, start: int, end: int) -> bool:
        """Return whether a run begins and ends with words of its own."""
        texts = self.question.words.texts
        return not any(texts[n] in FILLERS or (texts[n],) in PHRASES for n in (start, end - 1))

    def _columns_with(self, terms: tuple[str, ...]) -> tuple[int, ...]:
        """Return the columns of words that have a cell of just these terms."""
        if set(terms) <= _SPOKEN:
            return ()
        return tuple(n for n in self._wordy if terms in self._whole[n])

    def _columns_holding(self, terms: tuple[str, ...]) -> tuple[int, ...]:
        """Return the columns of words that have a cell with these terms side by side."""
        if set(terms) <= _SPOKEN:
            return ()
        cells = self.question.mentions.cells
        return tuple(n for n in self._wordy if any(contains_run(cell, terms) for cell in cells[n]))

    @cached_property
    def _operating(self) -> frozenset[int]:
        """Return the words that may say how to choose or to compute: "only", "first"."""
        return frozenset().union(*triggers(self.question.words).values())

    @cached_property
    def _wordy(self) -> tuple[int, ...]:
        own = range(self.question.table.own_columns)
        return tuple(n for n in own if self.question.columns[n].kind in _WORDY)

    @cached_property
    def _whole(self) -> tuple[frozenset[tuple[str, ...]], ...]:
        return tuple(frozenset(cells) for cells in self.question.mentions.cells)

    @cached_property
    def _heads(self) -> tuple[tuple[str, ...], ...]:
        return self.question.mentions.heads

    @cached_property
    def _heads_written(self) -> dict[str, tuple[int, ...]]:
        found = dict[str, tuple[int, ...]]()
        for n, head in enumerate(self.question.table.head[: self.question.table.own_columns]):
            said = " ".join(head.text.split("(")[0].casefold().split())
            found[said] = (*found.get(said, ()), n)
        return {said: columns for said, columns in found.items() if said and len(columns) == 1}

    @cached_property
    def _cells_written(self) -> dict[str, tuple[int, ...]]:
        found = dict[str, dict[int, None]]()
        for row in self._counted_texts():
            for n in range(self.question.table.own_columns):
                said = " ".join(row[n].casefold().split())
                if n in self._wordy or (any(map(str.isalpha, said)) and any(map(str.isdigit, said))):
                    found.setdefault(said, {})[n] = None
        return {said: tuple(columns) for said, columns in found.items() if said and said not in _SPOKEN}

    def _counted_texts(self) -> Iterator[tuple[str, ...]]:
        totals = self.question.table.totals
        yield from (row for n, row in enumerate(self.question.table.texts) if n not in totals)

    @cached_property
    def _title_terms(self) -> frozenset[str]:
        return frozenset(self.question.mentions.terms(self.question.table.title))
