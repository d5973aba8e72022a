"""Sets of rows that a question may mean: all combinations of conditions that match some row.

Where `conditions` combines only certain conditions, this ignores words, joins cells of one column by "or",
and tries figures in any column; the features rate how well a set fits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import islice, product

from citeback.rag.tables.grammar.patterns import LACKS, NOT, NUMBERED
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import RowConditions
from citeback.rag.tables.list_queries import ListQueries
from citeback.rag.tables.plan import Condition, Operator

MOST_SETS = 14
_TRIED = 400
_COLUMNS = 4  # columns that the same words are looked for in
_DROPPABLE = 3


@dataclass(frozen=True)
class RowSets:
    """The sets of rows of one question over a table."""

    question: QuestionOnTable
    queries: ListQueries

    @cached_property
    def groups(self) -> tuple[tuple[RowConditions, ...], ...]:
        """Return what may be said of rows, one group for the same words: only one of a group is meant."""
        question = self.question
        found: dict[frozenset[int], list[RowConditions]] = {}
        for bound in question.comparisons:
            for n, each in enumerate(bound.conditions):
                features = {"figure": 1.0, "figure far": float(n > 0)}
                named = question.named_at(each.column, bound.positions)
                found.setdefault(bound.positions, []).append(
                    RowConditions(conditions=(each,), used=bound.positions | named, features=features)
                )
        figured = frozenset().union(*(bound.positions for bound in question.bounds))
        for positions, cells in question.grouped_mentions_of(_COLUMNS):
            if positions & figured:
                continue
            for cell in cells:
                for loosely in (False, True) if cell.whole and cell.partly > cell.whole else (False,):
                    conditions, used, features = question.cell_condition(cell, loosely)
                    one = RowConditions(conditions=conditions, used=used, features=features)
                    found.setdefault(positions, []).append(one)
        for positions, options in self._equal_figures(figured | frozenset().union(*found)):
            found.setdefault(positions, []).extend(options)
        for positions, option in self._counted_heads(figured):
            found.setdefault(positions, []).append(option)
        kept = [
            tuple(o for o in options if self._passing(o.conditions))
            for _, options in sorted(found.items(), key=lambda one: min(one[0]))
        ]
        return tuple(options for options in kept if options)[:7]

    @cached_property
    def sets(self) -> tuple[RowConditions, ...]:
        """Return the sets, the ones that account for most words first; the last is that of all rows."""
        groups = [(*options, None) for options in self.groups]
        best: dict[tuple[Condition, ...], RowConditions] = {}
        for chosen in islice(self._choices(groups), _TRIED):
            joined = self._joined([one for one in chosen if one is not None])
            if joined is None:
                continue
            dropped = sum(one is None for one in chosen)
            made = RowConditions(
                conditions=joined.conditions,
                used=joined.used,
                features={**joined.features, "dropped": float(dropped)},
            )
            known = best.get(made.conditions)
            if known is None or len(made.used) > len(known.used):
                best[made.conditions] = made
        ranked = sorted(best.values(), key=lambda one: -len(one.used))
        return (
            *ranked[:MOST_SETS],
            RowConditions(conditions=(), used=frozenset(), features={"dropped": float(len(groups))}),
        )

    def beside(self, taken: frozenset[int]) -> Iterator[RowConditions]:
        """Yield the sets that use none of some words, that of all rows among them; the best three."""
        yield from islice((one for one in self.sets if not one.used & taken), 3)

    def _choices(
        self, groups: Sequence[Sequence[RowConditions | None]]
    ) -> Iterator[tuple[RowConditions | None, ...]]:
        """Yield the ways to take one of each group or none, those that drop few first."""
        for dropped in range(min(_DROPPABLE, len(groups)) + 1):
            for chosen in islice(product(*groups), 4 * _TRIED):
                if sum(one is None for one in chosen) == dropped and any(chosen):
                    yield chosen
        for options in groups if len(groups) > _DROPPABLE + 1 else ():
            for one in options:
                if one is not None:
                    yield (one,)

    def _joined(self, chosen: Sequence[RowConditions]) -> RowConditions | None:
        """Return what is true of rows for which all is, or one of several cells of the same column."""
        conditions = list[Condition]()
        features: dict[str, float] = {}
        for one in chosen:
            for name, amount in one.features.items():
                features[name] = features.get(name, 0.0) + amount
            conditions += one.conditions
        used = frozenset().union(*(one.used for one in chosen))
        if self._passing(tuple(conditions)):
            return RowConditions(conditions=tuple(conditions), used=used, features=features)
        either = _either(conditions)
        if len(either) == len(conditions) or not self._passing(tuple(either)):
            return None
        return RowConditions(conditions=tuple(either), used=used, features={**features, "either": 1.0})

    def _passing(self, conditions: Sequence[Condition]) -> bool:
        return bool(self.queries.rows(conditions, None))

    def _counted_heads(self, taken: frozenset[int]) -> Iterator[tuple[frozenset[int], RowConditions]]:
        """Yield the conditions on a column with a number before its name: "two gold medals", "no bronze"."""
        question = self.question
        for each in question.mentions.column_mentions:
            start = min(each.positions)
            for at in range(max(0, start - 4), start):
                said = "0" if at in self._lacking else question.words.figures[at]
                if not said.isdecimal() or len(said) > 4 or at in taken:
                    continue
                used = frozenset({at}) | each.positions
                if condition := self._holding(each.column, Decimal(said)):
                    features = {
                        "counted head": 1.0,
                        f"counted head {'some' if condition.low else 'none'}": 1.0,
                    }
                    features["counted head share"] = each.share
                    yield (
                        frozenset({at}),
                        RowConditions(conditions=(condition,), used=used, features=features),
                    )

    @cached_property
    def _lacking(self) -> frozenset[int]:
        """Return the words that say that there is none of something."""
        words = self.question.words
        found = (positions for pattern in (LACKS, NOT) for _, positions in words.find(pattern))
        return frozenset().union(*found)

    def _holding(self, column: int, number: Decimal) -> Condition | None:
        """Return the condition that a column holds a number; for 0 also that it holds nothing."""
        kind, numbers = self.question.columns[column].kind, self.queries.numbers[column]
        if kind in NUMBERED and number in numbers:
            return Condition(column, Operator.EQUALS, low=number)
        empty = any(self.queries.missing(r, column) for r in self.queries.counted_rows)
        return Condition(column, Operator.FILLED, negated=True) if empty and not number else None

    def _equal_figures(self, taken: frozenset[int]) -> Iterator[tuple[frozenset[int], list[RowConditions]]]:
        """Yield the figures that a column has, however they are written there: 1,000 for 1000."""
        question = self.question
        for n, text in enumerate(question.words.figures):
            bare = text.replace(",", "") if text not in ("0", "1") or question.words.texts[n] == text else ""
            if (
                n in taken
                or any(
                    n in at
                    for at in (*question.mentions.numbered_heads, *question.mentions.absent_identifiers)
                )
                or question.mentions.counts_what_is_asked(n)
                or not bare.replace(".", "", 1).isdecimal()
                or len(bare) > 15
            ):
                continue
            options = list[RowConditions]()
            for column, found in enumerate(question.columns):
                if found.kind in NUMBERED and Decimal(bare) in self.queries.numbers[column]:
                    condition = Condition(column, Operator.EQUALS, low=Decimal(bare))
                    used = frozenset({n}) | question.named_at(column, frozenset({n}))
                    features = {"equal figure": 1.0, "column named": float(len(used) > 1)}
                    options.append(RowConditions(conditions=(condition,), used=used, features=features))
            if options:
                yield frozenset({n}), options[:_COLUMNS]


def _either(conditions: Sequence[Condition]) -> list[Condition]:
    """Return conditions with those on the words of one column joined by "or"."""
    joined: dict[tuple[int, Operator, bool], Condition] = {}
    found = list[Condition]()
    for each in conditions:
        key = each.column, each.test, each.negated
        if each.test not in (Operator.IS, Operator.HAS):
            found.append(each)
        elif key in joined:
            first = joined[key]
            joined[key] = Condition(
                column=first.column,
                test=first.test,
                words=first.words,
                negated=first.negated,
                others=(*first.others, each.words),
            )
        else:
            joined[key] = each
    return [*joined.values(), *found]
