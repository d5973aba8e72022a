"""Readings that combine any set of rows with any operation that a word asks for.

The patterns of the other modules yield the obvious readings; these are the possible ones, to be ranked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from citeback.rag.tables.grammar.composer import COUNTS, EACH, KNOWN, SKIPS, Composer
from citeback.rag.tables.grammar.patterns import NUMBERED
from citeback.rag.tables.grammar.rankings import directions
from citeback.rag.tables.grammar.reading import Reading, Target
from citeback.rag.tables.plan import (
    Aggregate,
    Measure,
    Order,
    RowSelection,
)


@dataclass(frozen=True)
class Compositions(Composer):
    """The readings of one question that take, count, add up or order a set of rows."""

    def readings(self) -> Iterator[Reading]:
        """Yield the readings, of each kind not too many."""
        for kind in (self._counts, self._ordinals, self._superlatives, self._sums, self._lookups):
            yield from islice(kind(), EACH)

    def _lookups(self) -> Iterator[Reading]:
        for where in self.sets.sets:
            if not where.conditions:
                continue
            held = {c.column for c in where.conditions}
            for target in self.targets:
                plan = Aggregate(
                    rows=RowSelection(where.conditions), measure=Measure.CELLS, column=target.column
                )
                yield self.question.reading(
                    plan, "any lookup", where, target, self.plain, held=float(target.column in held)
                )

    def _counts(self) -> Iterator[Reading]:
        asked = self.question.count_words | self.places_of("how many", "total")
        if not asked:
            return
        noun = self.question.counted_noun
        for where in self.sets.sets:
            target = Target(column=self.question.mentions.key, how="rows", used=noun)
            plan = Aggregate(RowSelection(where.conditions), Measure.COUNT)
            yield self.question.reading(plan, "any count", where, target, asked | self.plain)
            if where.conditions and "consecutive" in self.triggers:
                run = Aggregate(RowSelection(where.conditions), Measure.RUN)
                used = asked | self.plain | self.places_of("consecutive")
                yield self.question.reading(run, "any run", where, target, used)
            for target in self.targets:
                named = target.how in ("noun", "called") or "different" in self.triggers
                if named and target.column not in {c.column for c in where.conditions}:
                    plan = Aggregate(
                        rows=RowSelection(where.conditions), measure=Measure.DISTINCT, column=target.column
                    )
                    used = asked | self.plain | self.places_of("different")
                    yield self.question.reading(plan, "any distinct", where, target, used)

    def _sums(self) -> Iterator[Reading]:
        measures = [Measure.SUM] if self.question.count_words or "total" in self.triggers else []
        measures += [Measure.AVERAGE] if "average" in self.triggers else []
        measures += [Measure.SPAN] if "difference" in self.triggers or "duration" in self.triggers else []
        if "high" in self.triggers or "best" in self.triggers:
            measures.append(Measure.MOST)
        if "low" in self.triggers:
            measures.append(Measure.LEAST)
        used = (
            self.question.count_words
            | self.plain
            | self.places_of("total", "average", "difference", "high", "low", "best")
        )
        for where in self.sets.sets[:5] + self.sets.sets[-1:]:
            held = {c.column for c in where.conditions}
            for measure in measures:
                for column, positions, how in self.figured():
                    added = measure in (Measure.SUM, Measure.AVERAGE)
                    if column in held or (added and not self.question.mentions.adds_up(column)):
                        continue
                    target = Target(column=column, how=how, used=positions)
                    plan = Aggregate(rows=RowSelection(where.conditions), measure=measure, column=column)
                    yield self.question.reading(plan, f"any {measure}", where, target, used)

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
            for at in sorted(self.triggers.get(name, ())):
                word = self.question.words.texts[at]
                yield from islice(self._by_superlative(word, at), EACH // 2)

    def _by_superlative(self, word: str, at: int) -> Iterator[Reading]:
        skip = next((SKIPS[w] for w in self.question.words.texts[max(0, at - 1) : at] if w in SKIPS), 0)
        for where in self.sets.sets[:3] + self.sets.sets[-1:]:
            for column, positions, how in self._ordered():
                ways = directions(self.question, word, column) if word in KNOWN else (True, False)
                if "chart" in self.triggers and word in ("highest", "lowest", "best", "top", "worst"):
                    ways = (True, False)
                for down in ways:
                    for target in self.targets[:6]:
                        if target.column == column:
                            continue
                        distance = min((abs(p - at) for p in positions), default=9)
                        features = {**how, "measure far": float(distance > 3), "ways": float(len(ways))}
                        order = Order(column=column, descending=down, skip=skip)
                        plan = Aggregate(
                            rows=RowSelection(where.conditions, order),
                            measure=Measure.CELLS,
                            column=target.column,
                        )
                        used = positions | {at} | self.plain | (frozenset({at - 1}) if skip else frozenset())
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
            for at in sorted(self.triggers.get(name, ())):
                word = self.question.words.texts[at]
                back = word in ("bottom", "worst") if down is None else down
                skip = SKIPS.get(word, 0)
                yield from islice(self._by_place(at, back, skip), EACH // 3)

    def _by_place(self, at: int, back: bool, skip: int) -> Iterator[Reading]:
        following = self.question.words.texts[at + 1 : at + 2]
        count = next((COUNTS.get(w, int(w) if w.isdecimal() and len(w) < 3 else 1) for w in following), 1)
        years = [n for n, c in enumerate(self.question.columns) if self.question.mentions.holds_years(n)][:1]
        for where in self.sets.sets[:3] + self.sets.sets[-1:]:
            if at in where.used:
                continue
            for column in (None, *years):
                for target in self.targets[:7]:
                    order = Order(column=column, descending=back, skip=skip, take=max(1, count))
                    plan = Aggregate(
                        rows=RowSelection(where.conditions, order),
                        measure=Measure.CELLS,
                        column=target.column,
                    )
                    used = frozenset({at}) | (frozenset({at + 1}) if count > 1 else frozenset()) | self.plain
                    features = {
                        "by_rows": float(column is None),
                        "ordinal": float(skip > 0),
                        "several": float(count > 1),
                    }
                    yield self.question.reading(plan, "any first", where, target, used, **features)
