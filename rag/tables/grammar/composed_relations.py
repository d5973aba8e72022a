"""Readings about rows beside others, groups of rows, and rows that share a value."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.composer import Composer
from citeback.rag.tables.grammar.reading import Reading, RowConditions, Target
from citeback.rag.tables.plan import (
    Aggregate,
    Condition,
    GroupRanking,
    Measure,
    Operator,
    RowSelection,
)

_FIGURES = (Kind.NUMBER, Kind.PERCENT, Kind.DURATION)
_EACH = 130  # readings of one kind
_KNOWN = frozenset(
    [
        "most",
        "highest",
        "largest",
        "greatest",
        "biggest",
        "maximum",
        "max",
        "top",
        "longest",
        "tallest",
        "best",
        "heaviest",
        "deepest",
        "widest",
        "latest",
        "newest",
        "youngest",
        "slowest",
        "oldest",
        "fastest",
        "closest",
        "farthest",
        "quickest",
        "busiest",
        "least",
        "fewest",
        "lowest",
        "smallest",
        "shortest",
        "minimum",
        "min",
        "worst",
        "earliest",
        "lightest",
        "cheapest",
    ]
)
_SKIPS = {"second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4}
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}


@dataclass(frozen=True)
class ComposedRelations(Composer):
    """The readings of one question that relate rows to others."""

    def readings(self) -> Iterator[Reading]:
        """Yield the readings, of each kind not too many."""
        for kind in (self._beside, self._groups, self._sharing):
            yield from islice(kind(), _EACH)

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
                            rows = RowSelection(where.conditions, None, step, along)
                            plan = Aggregate(rows, Measure.CELLS, target.column)
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
                    if column != target.column and not self.question.mentions.holds_years(column):
                        total = GroupRanking(
                            RowSelection(where.conditions), target.column, Measure.SUM, column, down
                        )
                        yield self.question.reading(
                            total,
                            "any most in all",
                            where,
                            target,
                            used | positions,
                            named=float(how == "named"),
                        )
        for positions, conditions, _ in self.question.comparisons:
            least = next((c for c in conditions if c.test in (Operator.LEAST, Operator.OVER)), None)
            yield from self._repeated(positions, least)

    def _repeated(self, positions: frozenset[int], least: Condition | None) -> Iterator[Reading]:
        """Yield which values come up at least so many times, and how many such there are."""
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
                Condition(c.column, c.test, c.words, c.low, c.high, not c.negated, c.others)
                for c in where.conditions
            )[:1]
            named = {each.column: each for each in reversed(self.question.mentions.column_mentions)}
            for column in range(len(self.question.columns)):
                words = self.sets.queries.words[rows[0]][column]
                if column in held or not words:
                    continue
                like = Condition(column, Operator.IS, words)
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
            target = Target(self.question.mentions.key, "rows", self.question.counted_noun)
            yield self.question.reading(
                plan, "any same count", where, target, used | self.question.count_words, share=share
            )
        for target in self.targets[:4]:
            if target.column != column:
                plan = Aggregate(chosen, Measure.CELLS, target.column)
                yield self.question.reading(plan, "any same", where, target, used, share=share)
