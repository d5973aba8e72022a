"""Readings that join any set of rows with any operation that some word asks for. Must never know the best.

The patterns of the other modules say what surely is meant; these are what may be meant, to be ranked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.patterns import NUMBERED
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.rankings import directions
from citeback.rag.tables.grammar.reading import Reading, RowConditions, Target
from citeback.rag.tables.grammar.row_sets import RowSets
from citeback.rag.tables.grammar.triggers import triggers
from citeback.rag.tables.plan import (
    Aggregate,
    Condition,
    GroupRanking,
    Measure,
    Operator,
    Order,
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
class Compositions:
    """The readings of one question that are made of sets of rows and operations."""

    question: QuestionOnTable
    sets: RowSets

    def readings(self) -> Iterator[Reading]:
        """Yield the readings, of each kind not too many."""
        for kind in (
            self._counts,
            self._beside,
            self._ordinals,
            self._superlatives,
            self._groups,
            self._sums,
            self._sharing,
            self._lookups,
        ):
            yield from islice(kind(), _EACH)

    @cached_property
    def _triggers(self) -> Mapping[str, frozenset[int]]:
        return triggers(self.question.words)

    @cached_property
    def _targets(self) -> tuple[Target, ...]:
        """Return all columns as what may be asked for, the likeliest first."""
        known = {target.column: target for target in self.question.targets}
        rest = [Target(n, "any", frozenset()) for n in range(len(self.question.columns)) if n not in known]
        return (*self.question.targets, *rest)[:10]

    def _at(self, *names: str) -> frozenset[int]:
        return frozenset().union(*(self._triggers.get(name, frozenset()) for name in names))

    @cached_property
    def _plain(self) -> frozenset[int]:
        """Return the words that say how it is asked, which every reading accounts for."""
        return self.question.ignorable_words

    def _lookups(self) -> Iterator[Reading]:
        for where in self.sets.sets:
            if not where.conditions:
                continue
            held = {c.column for c in where.conditions}
            for target in self._targets:
                plan = Aggregate(RowSelection(where.conditions), Measure.CELLS, target.column)
                yield self.question.reading(
                    plan, "any lookup", where, target, self._plain, held=float(target.column in held)
                )

    def _counts(self) -> Iterator[Reading]:
        asked = self.question.count_words | self._at("how many", "total")
        if not asked:
            return
        noun = self.question.counted_noun
        for where in self.sets.sets:
            target = Target(self.question.mentions.key, "rows", noun)
            plan = Aggregate(RowSelection(where.conditions), Measure.COUNT)
            yield self.question.reading(plan, "any count", where, target, asked | self._plain)
            for target in self._targets:
                named = target.how in ("noun", "called") or "different" in self._triggers
                if named and target.column not in {c.column for c in where.conditions}:
                    plan = Aggregate(RowSelection(where.conditions), Measure.DISTINCT, target.column)
                    used = asked | self._plain | self._at("different")
                    yield self.question.reading(plan, "any distinct", where, target, used)

    def _sums(self) -> Iterator[Reading]:
        measures = [Measure.SUM] if self.question.count_words or "total" in self._triggers else []
        measures += [Measure.AVERAGE] if "average" in self._triggers else []
        measures += [Measure.SPAN] if "difference" in self._triggers or "duration" in self._triggers else []
        if "high" in self._triggers or "best" in self._triggers:
            measures.append(Measure.MOST)
        if "low" in self._triggers:
            measures.append(Measure.LEAST)
        used = (
            self.question.count_words
            | self._plain
            | self._at("total", "average", "difference", "high", "low", "best")
        )
        for where in self.sets.sets[:5] + self.sets.sets[-1:]:
            held = {c.column for c in where.conditions}
            for measure in measures:
                for column, positions, how in self._figured():
                    if column in held or (
                        measure in (Measure.SUM, Measure.AVERAGE)
                        and self.question.mentions.holds_years(column)
                    ):
                        continue
                    target = Target(column, how, positions)
                    plan = Aggregate(RowSelection(where.conditions), measure, column)
                    yield self.question.reading(plan, f"any {measure}", where, target, used)

    def _figured(self) -> list[tuple[int, frozenset[int], str]]:
        """Return the columns of figures, those that are named first."""
        named = {each.column: each for each in reversed(self.question.mentions.column_mentions)}
        found = [
            (n, named[n].positions if n in named else frozenset[int](), "named" if n in named else "any")
            for n, column in enumerate(self.question.columns)
            if column.kind in _FIGURES
        ]
        return sorted(found, key=lambda one: one[2] != "named")[:6]

    def _ordered(self) -> list[tuple[int, frozenset[int], dict[str, float]]]:
        """Return the columns that rows may be put in order by, with features."""
        named = {each.column: each for each in reversed(self.question.mentions.column_mentions)}
        found = list[tuple[int, frozenset[int], dict[str, float]]]()
        for n, column in enumerate(self.question.columns):
            if column.kind in NUMBERED:
                each = named.get(n)
                share = {"measure share": each.share, "measure called": float(each.synonym)} if each else {}
                found.append((n, each.positions if each else frozenset(), share or {"measure unnamed": 1.0}))
        return sorted(found, key=lambda one: -one[2].get("measure share", 0.0))[:6]

    def _superlatives(self) -> Iterator[Reading]:
        for name in ("high", "low", "best"):
            for at in sorted(self._triggers.get(name, ())):
                word = self.question.words.texts[at]
                yield from islice(self._by_superlative(word, at), _EACH // 2)

    def _by_superlative(self, word: str, at: int) -> Iterator[Reading]:
        skip = next((_SKIPS[w] for w in self.question.words.texts[max(0, at - 1) : at] if w in _SKIPS), 0)
        for where in self.sets.sets[:3] + self.sets.sets[-1:]:
            for column, positions, how in self._ordered():
                ways = directions(self.question, word, column) if word in _KNOWN else (True, False)
                if "chart" in self._triggers and word in ("highest", "lowest", "best", "top", "worst"):
                    ways = (True, False)
                for down in ways:
                    for target in self._targets[:6]:
                        if target.column == column:
                            continue
                        distance = min((abs(p - at) for p in positions), default=9)
                        features = {**how, "measure far": float(distance > 3), "ways": float(len(ways))}
                        order = Order(column, down, skip)
                        plan = Aggregate(RowSelection(where.conditions, order), Measure.CELLS, target.column)
                        used = positions | {at} | self._plain | (frozenset({at - 1}) if skip else frozenset())
                        yield self.question.reading(plan, "any superlative", where, target, used, **features)

    def _ordinals(self) -> Iterator[Reading]:
        for name, down in (
            ("first", False),
            ("last", True),
            ("best", None),
            ("ordinal", False),
            ("low", False),
            ("high", True),
        ):
            for at in sorted(self._triggers.get(name, ())):
                word = self.question.words.texts[at]
                back = word in ("bottom", "worst") if down is None else down
                skip = _SKIPS.get(word, 0)
                yield from islice(self._by_place(at, back, skip), _EACH // 3)

    def _by_place(self, at: int, back: bool, skip: int) -> Iterator[Reading]:
        following = self.question.words.texts[at + 1 : at + 2]
        count = next((_COUNTS.get(w, int(w) if w.isdecimal() and len(w) < 3 else 1) for w in following), 1)
        years = [n for n, c in enumerate(self.question.columns) if self.question.mentions.holds_years(n)][:1]
        for where in self.sets.sets[:3] + self.sets.sets[-1:]:
            if at in where.used:
                continue
            for column in (None, *years):
                for target in self._targets[:7]:
                    order = Order(column, back, skip, max(1, count))
                    plan = Aggregate(RowSelection(where.conditions, order), Measure.CELLS, target.column)
                    used = frozenset({at}) | (frozenset({at + 1}) if count > 1 else frozenset()) | self._plain
                    features = {
                        "by_rows": float(column is None),
                        "ordinal": float(skip > 0),
                        "several": float(count > 1),
                    }
                    yield self.question.reading(plan, "any first", where, target, used, **features)

    def _beside(self) -> Iterator[Reading]:
        for name, step in (("next", 1), ("before", -1)):
            for at in sorted(self._triggers.get(name, ())):
                for where in self.sets.sets[:6]:
                    if (
                        not where.conditions
                        or at in where.used
                        or len(self.sets.queries.rows(where.conditions, None)) > 2
                    ):
                        continue
                    near = float(min(abs(at - p) for p in where.used) <= 2)
                    held = {c.column for c in where.conditions}
                    for target in self._targets[:6]:
                        for along in (None, *self._times):
                            rows = RowSelection(where.conditions, None, step, along)
                            plan = Aggregate(rows, Measure.CELLS, target.column)
                            yield self.question.reading(
                                plan,
                                "any neighbour",
                                where,
                                target,
                                frozenset({at}) | self._plain,
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
        asked = self._at("high", "low", "often", "more", "best")
        if not asked:
            return
        words = [self.question.words.texts[at] for at in asked]
        down = not {"least", "fewest", "fewer", "less", "lowest", "smallest"} & set(words)
        for where in self.sets.sets[:3] + self.sets.sets[-1:]:
            held = {c.column for c in where.conditions}
            for target in self._targets[:6]:
                cells = self.question.mentions.cells[target.column]
                if target.column in held or len(set(cells)) == len(cells):
                    continue
                plan = GroupRanking(RowSelection(where.conditions), target.column, descending=down)
                used = asked | self._plain
                yield self.question.reading(plan, "any often", where, target, used)
                for column, positions, how in self._figured()[:3]:
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
            for target in self._targets[:5]:
                for listed in (True, False):
                    plan = GroupRanking(
                        RowSelection(where.conditions), target.column, over=over, listed=listed
                    )
                    used = positions | self._plain | self._at("often", "how many")
                    form = "groups over" if listed else "count groups over"
                    yield self.question.reading(plan, form, where, target, used)

    def _sharing(self) -> Iterator[Reading]:
        """Yield rows that share a value with the rows that are named."""
        asked = self._at("same", "other")
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
                used = asked | self._plain | (mention.positions if mention else frozenset())
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
        for target in self._targets[:4]:
            if target.column != column:
                plan = Aggregate(chosen, Measure.CELLS, target.column)
                yield self.question.reading(plan, "any same", where, target, used, share=share)
