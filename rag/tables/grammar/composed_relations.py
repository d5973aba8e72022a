"""Readings about neighbouring rows, groups of rows, and rows that share a value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import islice

from citeback.rag.tables.grammar.composer import EACH, FIGURES, Composer
from citeback.rag.tables.grammar.reading import Reading, RowConditions, Target
from citeback.rag.tables.plan import (
    Aggregate,
    Condition,
    GroupRanking,
    HeadRanking,
    Measure,
    Operator,
    RowSelection,
)

_SUMMED = re.compile(r"\b(?:total|sum|average|overall|all)\b", re.IGNORECASE)
_TIMELY = re.compile(
    r"\b(?:1[89]|20)\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b|\bq[1-4]\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ComposedRelations(Composer):
    """The readings of one question that relate rows to others."""

    def readings(self) -> Iterator[Reading]:
        """Yield the readings, of each kind not too many."""
        for kind in (self._beside, self._groups, self._sharing, self._so_many, self._heads):
            yield from islice(kind(), EACH)

    def _beside(self) -> Iterator[Reading]:
        for name, step in (("next", 1), ("before", -1)):
            for at in sorted(self.triggers.get(name, ())):
                for where in self.sets.sets[:6]:
                    if (
                        not where.conditions
                        or at in where.used
                        or len(self.sets.queries.rows(where.conditions, None)) > 2
                    ):
                        continue
                    near = float(min(abs(at - p) for p in where.used) <= 2)
                    held = {c.column for c in where.conditions}
                    for target in self.targets[:6]:
                        for along in (None, *self._times):
                            rows = RowSelection(where=where.conditions, order=None, step=step, along=along)
                            plan = Aggregate(rows=rows, measure=Measure.CELLS, column=target.column)
                            yield self.question.reading(
                                plan,
                                "any neighbour",
                                where,
                                target,
                                frozenset({at}) | self.plain,
                                beside=near,
                                after=float(min(where.used) > at),
                                same_column=float(target.column in held),
                                along=float(along is not None),
                            )

    @cached_property
    def _times(self) -> tuple[int, ...]:
        """Return the first column of years or dates that the rows do not follow as they stand."""
        for n, column in enumerate(self.question.columns):
            if self.question.mentions.holds_years(n):
                numbers = [v.number for v in column.values if v.number is not None]
                return () if numbers == sorted(numbers) else (n,)
        return ()

    def _groups(self) -> Iterator[Reading]:
        asked = self.places_of("high", "low", "often", "more", "best")
        if not asked:
            return
        words = [self.question.words.texts[at] for at in asked]
        down = not {"least", "fewest", "fewer", "less", "lowest", "smallest"} & set(words)
        for where in self.sets.sets[:3] + self.sets.sets[-1:]:
            held = {c.column for c in where.conditions}
            for target in self.targets[:6]:
                cells = self.question.mentions.cells[target.column]
                if target.column in held or len(set(cells)) == len(cells):
                    continue
                plan = GroupRanking(RowSelection(where.conditions), target.column, descending=down)
                used = asked | self.plain
                yield self.question.reading(plan, "any often", where, target, used)
                for column, positions, how in self.figured()[:3]:
                    if column != target.column and self.question.mentions.adds_up(column):
                        total = GroupRanking(
                            rows=RowSelection(where.conditions),
                            by=target.column,
                            measure=Measure.SUM,
                            column=column,
                            descending=down,
                        )
                        yield self.question.reading(
                            total,
                            "any most in all",
                            where,
                            target,
                            used | positions,
                            named=float(how == "named"),
                        )
        for bound in self.question.comparisons:
            least = next((c for c in bound.conditions if c.test in (Operator.LEAST, Operator.OVER)), None)
            yield from self._repeated(bound.positions, least)

    def _heads(self) -> Iterator[Reading]:
        """Yield which of the columns of figures has the most in a row that is named."""
        asked = self.places_of("high", "low", "best", "more", "less")
        own = range(self.question.table.own_columns)
        figures = [n for n in own if self.question.columns[n].kind in FIGURES]
        if not asked or len(figures) < 3:
            return
        down = not {"less", "low"} & set(self.triggers)
        for where in self.sets.sets[:5]:
            held = {c.column for c in where.conditions}
            columns = tuple(
                n for n in figures if n not in held and not _SUMMED.search(self.question.columns[n].name)
            )
            if len(columns) < 2 or len(self.sets.queries.rows(where.conditions, None)) != 1:
                continue
            timely = sum(bool(_TIMELY.search(self.question.columns[n].name)) for n in columns) / len(columns)
            target = Target(column=-1, how="heads", used=frozenset())
            for way in (down, not down) if "best" in self.triggers else (down,):
                plan = HeadRanking(rows=RowSelection(where.conditions), columns=columns, descending=way)
                yield self.question.reading(
                    plan, "any of the heads", where, target, asked | self.plain, timely=timely
                )

    def _so_many(self) -> Iterator[Reading]:
        """Yield which values come up exactly so many times."""
        texts, figures = self.question.words.texts, self.question.words.figures
        for n, figure in enumerate(figures):
            once = texts[n] in ("once", "twice")
            if not figure.isdecimal() or not 0 < int(figure[:4]) <= 20 or (figure == "1" and not once):
                continue
            said = frozenset({n})
            only = float(texts[n - 1 : n] in (("only",), ("exactly",)) or texts[n + 1 : n + 2] == ("times",))
            for where in self.sets.beside(said):
                for target in self.targets[:4]:
                    plan = GroupRanking(
                        RowSelection(where.conditions),
                        target.column,
                        over=Decimal(figure),
                        listed=True,
                        exactly=True,
                    )
                    used = said | self.plain | self.places_of("often", "only")
                    yield self.question.reading(
                        plan, "any groups exactly", where, target, used, only=only, once=float(once)
                    )

    def _repeated(self, positions: frozenset[int], least: Condition | None) -> Iterator[Reading]:
        """Yield the values that occur at least so many times, and the number of such values."""
        if least is None or least.low is None or not 1 <= least.low <= 100:
            return
        over = least.low + (least.test is Operator.OVER)
        for where in self.sets.beside(positions):
            for target in self.targets[:5]:
                for listed in (True, False):
                    plan = GroupRanking(
                        RowSelection(where.conditions), target.column, over=over, listed=listed
                    )
                    used = positions | self.plain | self.places_of("often", "how many")
                    form = "groups over" if listed else "count groups over"
                    yield self.question.reading(plan, form, where, target, used)

    def _sharing(self) -> Iterator[Reading]:
        """Yield rows that share a value with the rows that are named."""
        asked = self.places_of("same", "other")
        if not asked:
            return
        for where in self.sets.sets[:5]:
            rows = [r for r, _ in self.sets.queries.rows(where.conditions, None)] if where.conditions else []
            if len(rows) != 1:
                continue
            held = {c.column for c in where.conditions}
            others = tuple(
                Condition(
                    column=c.column,
                    test=c.test,
                    words=c.words,
                    low=c.low,
                    high=c.high,
                    negated=not c.negated,
                    others=c.others,
                )
                for c in where.conditions
            )[:1]
            named = {each.column: each for each in reversed(self.question.mentions.column_mentions)}
            for column in range(len(self.question.columns)):
                words = self.sets.queries.words[rows[0]][column]
                if column in held or not words:
                    continue
                like = Condition(column=column, test=Operator.IS, words=words)
                mention = named.get(column)
                used = asked | self.plain | (mention.positions if mention else frozenset())
                share = mention.share if mention else 0.0
                chosen = RowSelection((like, *others))
                yield from self._shared(chosen, where, column, used, share)

    def _shared(
        self, chosen: RowSelection, where: RowConditions, column: int, used: frozenset[int], share: float
    ) -> Iterator[Reading]:
        if self.question.count_words:
            plan = Aggregate(chosen, Measure.COUNT)
            target = Target(column=self.question.mentions.key, how="rows", used=self.question.counted_noun)
            yield self.question.reading(
                plan, "any same count", where, target, used | self.question.count_words, share=share
            )
        for target in self.targets[:4]:
            if target.column != column:
                plan = Aggregate(rows=chosen, measure=Measure.CELLS, column=target.column)
                yield self.question.reading(plan, "any same", where, target, used, share=share)
