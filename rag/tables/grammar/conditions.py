"""The conditions on rows that a question expresses."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice, product

from citeback.rag.tables.grammar.bounds import QuestionBounds
from citeback.rag.tables.grammar.patterns import (
    AVERAGE,
    FIRST,
    MANY,
    MORE,
    NEXT,
    ONLY,
    SAME,
    SUPER,
    TOTAL,
)
from citeback.rag.tables.grammar.reading import RowConditions
from citeback.rag.tables.mention import CellMention
from citeback.rag.tables.plan import Condition


class QuestionConditions(QuestionBounds):
    """A question over a table: its target columns and its conditions on rows."""

    @cached_property
    def superlative_words(self) -> tuple[tuple[re.Match[str], frozenset[int]], ...]:
        """Return the superlatives that are not part of a comparison ("at most")."""
        bounds = frozenset().union(*(each.positions for each in self.bounds))
        return tuple((m, p) for m, p in self.words.find(SUPER) if not p & bounds)

    @cached_property
    def grouped_mentions(self) -> tuple[tuple[frozenset[int], tuple[CellMention, ...]], ...]:
        """Return what is mentioned of cells by the words that say it, the best three columns of each."""
        return self.grouped_mentions_of(3)

    def grouped_mentions_of(self, most: int) -> tuple[tuple[frozenset[int], tuple[CellMention, ...]], ...]:
        """Return what is mentioned of cells by the words that say it, the best columns of each."""
        groups: dict[frozenset[int], list[CellMention]] = {}
        for each in self.mentions.cell_mentions:
            groups.setdefault(each.positions, []).append(each)
        return tuple(
            (positions, tuple(sorted(some, key=self._fit)[:most]))
            for positions, some in sorted(groups.items(), key=lambda g: min(g[0]))
        )

    def _fit(self, quoted: CellMention) -> tuple[float, ...]:
        near = min(
            (
                abs(a - b)
                for n in self.mentions.column_mentions
                if n.column == quoted.column and not n.positions & quoted.positions
                for a in n.positions
                for b in quoted.positions
            ),
            default=9,
        )
        return (near > 2, -bool(quoted.whole), near, quoted.column != self.mentions.key, quoted.column)

    def conditions(self, without: frozenset[int] = frozenset(), limit: int = 10) -> Iterator[RowConditions]:
        """Yield the conditions that the question makes, all of its quoted words and figures taken."""
        options: list[list[tuple[tuple[Condition, ...], frozenset[int], dict[str, float]]]] = []
        figured = frozenset().union(*(each.positions for each in self.bounds))
        for each in self.comparisons:
            if not each.positions & without:
                beside = [self.named_at(c.column, each.positions) for c in each.conditions]
                options.append(
                    [
                        (
                            (c,),
                            each.positions | used,
                            {"figure": 1.0, "figure far": float(not used and not each.measured)},
                        )
                        for c, used in zip(each.conditions, beside, strict=True)
                    ]
                )
        for positions, quotes in self.grouped_mentions:
            if positions & without or positions & figured:
                continue
            some = [self.cell_condition(q) for q in quotes]
            some += [self.cell_condition(q, loosely=True) for q in quotes if q.whole and q.partly > q.whole]
            named = frozenset().union(*(n.positions for n in self.mentions.column_mentions if not n.synonym))
            if (
                positions <= named
                or positions <= self._loose
                or (all(q.synonym or (not q.whole and not q.dated) for q in quotes) and len(positions) == 1)
            ):
                some.append(((), frozenset(), {"skipped": 1.0}))
            options.append(some)
        for chosen in islice(product(*options), limit):
            conditions = tuple(c for conditions, _, _ in chosen for c in conditions)
            used = frozenset().union(*(positions for _, positions, _ in chosen))
            features: dict[str, float] = {}
            for _, _, own in chosen:
                for name, amount in own.items():
                    features[name] = features.get(name, 0.0) + amount
            yield RowConditions(conditions=conditions, used=used, features=features)

    @cached_property
    def _loose(self) -> frozenset[int]:
        """Return the words that say how to choose rather than what."""
        patterns = (SUPER, FIRST, NEXT, TOTAL, AVERAGE, MANY, MORE, SAME, ONLY)
        return frozenset().union(*(positions for p in patterns for _, positions in self.words.find(p)))

    def cell_condition(
        self, quoted: CellMention, loosely: bool = False
    ) -> tuple[tuple[Condition, ...], frozenset[int], dict[str, float]]:
        """Return the condition that a quoted cell makes, the words it takes, and its features."""
        before = {min(quoted.positions) - n for n in (1, 2, 3)}
        negated = bool(before & self._negations)
        used = (
            quoted.positions
            | self.named_at(quoted.column, quoted.positions)
            | (frozenset(before) & self._negations if negated else frozenset())
        )
        features = {
            "quoted": 1.0,
            "whole": float(bool(quoted.whole) and not loosely),
            "partly": float(not quoted.whole and not quoted.dated),
            "loosely": float(loosely),
            "strictly": float(quoted.partly > quoted.whole > 0 and not loosely),
            "in other words": float(quoted.synonym),
            "dated": float(bool(quoted.dated)),
            "short": float(len(quoted.words) < 3),
            "negated": float(negated),
            "column named": float(used != quoted.positions),
        }
        return (quoted.condition(negated, loosely),), used, features

    def named_at(self, column: int, positions: frozenset[int]) -> frozenset[int]:
        """Return the words that name a column beside others."""
        for each in self.mentions.column_mentions:
            apart = each.column == column and not each.positions & positions
            if apart and min(abs(a - b) for a in each.positions for b in positions) <= 4:
                return each.positions
        return frozenset()
