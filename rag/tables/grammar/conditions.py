"""The conditions on rows that a question expresses."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from itertools import islice, product

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.patterns import (
    AVERAGE,
    BETWEEN,
    BY_WORD,
    COMPARED,
    EITHER,
    FIRST,
    MANY,
    MORE,
    NEXT,
    NOT,
    NUMBERED,
    ONLY,
    ORDINALS,
    SAME,
    SUPER,
    TIMELY,
    TOTAL,
    UNITS,
)
from citeback.rag.tables.grammar.reading import RowConditions
from citeback.rag.tables.grammar.targets import QuestionTargets
from citeback.rag.tables.mentions import CellMention
from citeback.rag.tables.plan import Condition, Operator

_TURNED = {
    Operator.OVER: Operator.UNDER,
    Operator.UNDER: Operator.OVER,
    Operator.LEAST: Operator.MOST,
    Operator.MOST: Operator.LEAST,
}


def place_of(said: str) -> Decimal | None:
    """Return the place that an ordinal names; None for any other number."""
    if said in ORDINALS:
        return Decimal(ORDINALS[said])
    digits = said.rstrip("stndrh")
    return Decimal(digits) if digits != said and digits.isdecimal() else None


def figure_of(said: str, unit: str) -> Decimal:
    """Return a figure with its unit: seconds for a time, 4000000 for 4 million.

    >>> figure_of("3:30", ""), figure_of("4:00", "pm"), figure_of("4", "minutes")
    (Decimal('210'), Decimal('57600'), Decimal('240'))
    """
    parts = [Decimal(part) for part in said.replace(",", "").split(":")]
    if unit and unit[0] in "ap" and unit[-1] == "m":
        hour = parts[0] % 12 + 12 * (unit[0] == "p")
        return hour * 3600 + (parts[1] * 60 if len(parts) > 1 else 0)
    total = Decimal(0)
    for part in parts:
        total = total * 60 + part
    return total * UNITS.get(unit.rstrip("s"), 1)


class QuestionConditions(QuestionTargets):
    """A question over a table: its target columns and its conditions on rows."""

    @cached_property
    def superlative_words(self) -> tuple[tuple[re.Match[str], frozenset[int]], ...]:
        """Return the superlatives that are not part of a comparison ("at most")."""
        bounds = frozenset().union(*(positions for positions, _, _ in self.comparisons))
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

    @cached_property
    def comparisons(self) -> tuple[tuple[frozenset[int], tuple[Condition, ...], frozenset[int]], ...]:
        """Return comparisons with figures: their words, possible conditions, and places of the numbers."""
        found: list[tuple[frozenset[int], tuple[Condition, ...], frozenset[int]]] = []
        for match, positions in self.words.find(BETWEEN):
            low, high = (Decimal(match[k].replace(",", "")) for k in ("low", "high"))
            columns = self._figures(positions, timely=1000 <= low <= 2100)
            found.append((positions, tuple(self._between(n, low, high) for n in columns), positions))
        for match, positions in self.words.find(COMPARED):
            test = BY_WORD[match["word"]]
            if match["turn"]:
                test = (
                    Operator.LEAST
                    if match["turn"].split()[1]
                    in ("more", "higher", "greater", "above", "better", "later", "over")
                    else Operator.MOST
                )
            place = place_of(match["number"])
            if place is not None:
                columns = [n for n in range(len(self.columns)) if self.is_ranked(n)][:3]
                turned = tuple(Condition(n, _TURNED.get(test, test), low=place) for n in columns)
                found.append((positions, turned, positions))
                continue
            unit = "" if self._is_head(match["unit"] or "") else match["unit"] or ""
            number = figure_of(match["number"], unit)
            timely = match["word"] in TIMELY or (1000 <= number <= 2100 and number == int(number))
            timely = timely and ":" not in match["number"] and not unit
            columns = self._figures(positions, timely, share="%" in match[0] or "percent" in match[0])
            if ":" in match["number"] or unit.rstrip("s") in (
                "minute",
                "hour",
                "second",
                "min",
            ):
                lasting = [n for n, c in enumerate(self.columns) if c.kind is Kind.DURATION]
                columns = lasting[:2] or columns
            negated = bool({min(positions) - n for n in (1, 2, 3)} & self._negations)
            made = tuple(replace(self._bound(n, test, number), negated=negated) for n in columns)
            found.append((positions, made, positions))
        for match, positions in self.words.find(EITHER):
            if not any(positions & other for other, _, _ in found):
                test = (
                    Operator.LEAST
                    if match["turn"].split()[1] in ("more", "higher", "greater", "above", "over")
                    else Operator.MOST
                )
                number = Decimal(match["number"].replace(",", ""))
                found.append(
                    (
                        positions,
                        tuple(Condition(n, test, low=number) for n in self._figures(positions, False)),
                        positions,
                    )
                )
        return tuple(each for each in found if each[1])

    def _is_head(self, unit: str) -> bool:
        """Return whether a word that may be a unit heads a column of plain numbers."""
        terms = set(self.mentions.terms(unit))
        heads = zip(self.mentions.heads, self.columns, strict=True)
        return bool(terms) and any(c.kind is Kind.NUMBER and terms <= set(head) for head, c in heads)

    def _figures(self, positions: frozenset[int], timely: bool, share: bool = False) -> list[int]:
        """Return the columns of figures that words may be about, the likeliest first."""
        shares = [
            n
            for n, c in enumerate(self.columns)
            if c.kind is Kind.PERCENT or "%" in c.name or "percent" in self.mentions.heads[n]
        ]
        if share and shares:
            mentioned = {each.column for each in self.mentions.column_mentions}
            return sorted(shares, key=lambda n: n not in mentioned)[:2]
        if timely:
            years = [n for n in range(len(self.columns)) if self.mentions.holds_years(n)]
            if years:
                mentioned = {each.column for each in self.mentions.column_mentions}
                return sorted(years, key=lambda n: n not in mentioned)[:2]
        middle = sum(positions) / len(positions)
        named = [
            n
            for n in self.mentions.column_mentions
            if self.columns[n.column].kind in NUMBERED and not n.positions <= positions
        ]
        near = sorted(named, key=lambda n: (min(abs(p - middle) for p in n.positions), -n.share))
        found = list(dict.fromkeys(n.column for n in near))[:3]
        if not found:
            found = [
                n
                for n, c in enumerate(self.columns)
                if c.kind in NUMBERED and not self.mentions.holds_years(n) and n != self.mentions.key
            ][:1]
        return found

    def _bound(self, column: int, test: Operator, number: Decimal) -> Condition:
        if self.columns[column].kind is Kind.DATE:
            if number < 1000 or number > 2100:
                return Condition(column, test, low=number)
            last = number * 10_000 + 9_999
            return Condition(
                column, test, low=last if test in (Operator.OVER, Operator.MOST) else number * 10_000
            )
        return Condition(column, test, low=number)

    def _between(self, column: int, low: Decimal, high: Decimal) -> Condition:
        scale = 10_000 if self.columns[column].kind is Kind.DATE else 1
        return Condition(column, Operator.BETWEEN, low=low * scale, high=high * scale + (scale - 1))

    @cached_property
    def _negations(self) -> frozenset[int]:
        return frozenset().union(*(positions for _, positions in self.words.find(NOT)))

    def conditions(self, without: frozenset[int] = frozenset(), limit: int = 10) -> Iterator[RowConditions]:
        """Yield the conditions that the question makes, all of its quoted words and figures taken."""
        options: list[list[tuple[tuple[Condition, ...], frozenset[int], dict[str, float]]]] = []
        figured = frozenset().union(*(own for _, _, own in self.comparisons))
        for positions, meant, _ in self.comparisons:
            if not positions & without:
                beside = [self.named_at(c.column, positions) for c in meant]
                options.append(
                    [
                        ((c,), positions | used, {"figure": 1.0, "figure far": float(not used)})
                        for c, used in zip(meant, beside, strict=True)
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
