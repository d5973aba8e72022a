"""The comparisons with figures in a question."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.clock_columns import Clock
from citeback.rag.tables.grammar.measured_figures import MeasuringColumns, NamedMeasure, named_measure
from citeback.rag.tables.grammar.named_ranges import named_ranges
from citeback.rag.tables.grammar.patterns import (
    BETWEEN,
    BY_WORD,
    COMPARED,
    EITHER,
    NOT,
    NUMBERED,
    OLDER,
    ORDINALS,
    SWIFT,
    TIMELY,
    UNITS,
)
from citeback.rag.tables.grammar.targets import QuestionTargets
from citeback.rag.tables.plan import Condition, Operator

_TURNED = {
    Operator.OVER: Operator.UNDER,
    Operator.UNDER: Operator.OVER,
    Operator.LEAST: Operator.MOST,
    Operator.MOST: Operator.LEAST,
}
_UPWARDS = ("more", "higher", "greater", "above", "better", "later", "over", "longer", "heavier", "older")
_MINUTES = ("minute", "hour", "second", "min")


@dataclass(frozen=True, slots=True)
class FigureBound:
    """A comparison with a figure: its words, and the conditions that it may mean, the likeliest first.

    Where it names a measure (`measured`), one of the conditions is meant for certain, or no row is. `ends` of
    a range between two cells are the conditions on its first and its last row.
    """

    positions: frozenset[int]
    conditions: tuple[Condition, ...]
    measured: bool = False
    ends: tuple[Condition, ...] = ()


def place_of(said: str) -> Decimal | None:
    """Return the place that an ordinal names; None for any other number."""
    if said in ORDINALS:
        return Decimal(ORDINALS[said])
    digits = said.rstrip("stndrh")
    return Decimal(digits) if digits != said and digits.isdecimal() else None


_SECONDS_OF = {0: 3600, 1: 60}  # "40" and "40:00" of a column in hours, by their colons


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


def _turned_way(turn: str) -> Operator:
    """Return what "or more", "or fewer" after a figure says."""
    return Operator.LEAST if turn.split()[1] in _UPWARDS else Operator.MOST


class QuestionBounds(QuestionTargets):
    """A question over a table: its target columns and its comparisons with figures."""

    @cached_property
    def comparisons(self) -> tuple[FigureBound, ...]:
        """Return comparisons with figures that some column may be meant by."""
        return tuple(each for each in self.bounds if each.conditions)

    @cached_property
    def bounds(self) -> tuple[FigureBound, ...]:
        """Return all comparisons with figures, those that no column states as well."""
        found = [*self._ranges(), *(self._compared(m, p) for m, p in self.words.find(COMPARED))]
        taken = frozenset().union(*(each.positions for each in found))
        others = (*self._named_ranges(), *self._turned())
        return (*found, *(each for each in others if not each.positions & taken))

    def _ranges(self) -> Iterator[FigureBound]:
        for match, positions in self.words.find(BETWEEN):
            low, high = (Decimal(match[k].replace(",", "")) for k in ("low", "high"))
            timely = 1000 <= low <= 2100
            if not (timely or match["start"]) or self._is_in_cells(match):
                continue
            named = None if timely else named_measure(self.words.texts, positions)
            columns, used = self._stating(named, positions) or (self._figures(positions, timely), positions)
            made = tuple(self._between(n, low, high) for n in columns)
            yield FigureBound(positions=used, conditions=made, measured=named is not None)

    def _named_ranges(self) -> Iterator[FigureBound]:
        for each in named_ranges(self.mentions):
            made = (each.condition,) if each.condition else ()
            yield FigureBound(positions=each.positions, conditions=made, ends=each.ends)

    def _is_in_cells(self, match: re.Match[str]) -> bool:
        """Return whether cells have both figures of a range side by side, as "1998–2007"."""
        both = self.words.positions(match.start("low"), match.end("high"))
        return len(both) == 2 and any(both <= each.positions for each in self.mentions.cell_mentions)

    def _compared(self, match: re.Match[str], positions: frozenset[int]) -> FigureBound:
        test = BY_WORD[match["word"]]
        if match["turn"]:
            test = _turned_way(match["turn"])
        place = place_of(match["number"])
        if place is not None:
            ranked = [n for n in range(len(self.columns)) if self.is_ranked(n)][:3]
            return FigureBound(
                positions, tuple(Condition(n, _TURNED.get(test, test), low=place) for n in ranked)
            )
        unit = "" if self._is_head(match["unit"] or "") else match["unit"] or ""
        number = figure_of(match["number"], unit)
        timely = match["word"] in TIMELY or (1000 <= number <= 2100 and number == int(number))
        timely = timely and ":" not in match["number"] and not unit
        if (
            timely
            and match["word"] in OLDER
            and any(map(self.mentions.holds_years, range(len(self.columns))))
        ):
            test = _TURNED[test]
        share = "%" in match[0] or "percent" in match[0]
        named = None if share else self._named_measure(positions, timely)
        stated = self._stating(named, positions)
        columns, used = stated or (self._figures(positions, timely, share), positions)
        if not stated and (":" in match["number"] or unit.rstrip("s") in _MINUTES):
            lasting = [n for n, c in enumerate(self.columns) if c.kind is Kind.DURATION]
            columns = lasting[:2] or columns
        negated = bool({min(positions) - n for n in (1, 2, 3)} & self._negations)
        made = list[Condition]()
        for n in columns:
            lasts = self.columns[n].kind is Kind.DURATION
            own = _TURNED[test] if match["word"] in SWIFT and lasts else test
            plain = stated and not lasts and unit.rstrip("s") in _MINUTES
            bound = Decimal(match["number"].replace(",", "")) if plain else number
            if self.columns[n].clock is Clock.UNCERTAIN and unit:
                continue
            if self.columns[n].clock is Clock.HOURS and not unit:
                bound *= _SECONDS_OF.get(match["number"].count(":"), 1)
            made.append(replace(self._bound(n, own, bound), negated=negated))
        return FigureBound(positions=used, conditions=tuple(made), measured=named is not None)

    def _turned(self) -> Iterator[FigureBound]:
        for match, positions in self.words.find(EITHER):
            test, number = _turned_way(match["turn"]), Decimal(match["number"].replace(",", ""))
            named = named_measure(self.words.texts, positions)
            columns, used = self._stating(named, positions) or (self._figures(positions, False), positions)
            made = tuple(Condition(n, test, low=number) for n in columns)
            yield FigureBound(positions=used, conditions=made, measured=named is not None)

    def _named_measure(self, positions: frozenset[int], timely: bool) -> NamedMeasure | None:
        """Return the measure that a comparison names; None if it is one of years."""
        named = named_measure(self.words.texts, positions)
        if named and timely and not named.units and self._holds_years:
            return None
        return named

    @cached_property
    def _holds_years(self) -> bool:
        return any(map(self.mentions.holds_years, range(len(self.columns))))

    def _stating(
        self, named: NamedMeasure | None, positions: frozenset[int]
    ) -> tuple[list[int], frozenset[int]] | None:
        """Return the columns that state the measure that is named, and all its words; None if none is."""
        if named is None:
            return None
        stating = MeasuringColumns(mentions=self.mentions, named=named, apart=self.noun_positions)
        return stating.columns(positions), positions | named.positions

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
