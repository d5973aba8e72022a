"""The measure that a comparison with a figure names, and the columns that state it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.patterns import NUMBERED
from citeback.rag.tables.measure_words import (
    ADJECTIVES,
    AFTER_UNITS,
    HEADS,
    UNITS_SAID,
    VERBS_BEFORE,
    Dimension,
    Unit,
    units_of,
)
from citeback.rag.tables.mentions import Mentions
from citeback.rag.tables.table import Column

_CURRENCY = frozenset("£$€¥")
_IN_HEAD = re.compile(r"(?:\bin |[(\[,/] ?)([^\W\d]{1,16}|[£$€¥])(?!\w)")
_NEAR = 3  # words before a comparison among which its verb stands


@dataclass(frozen=True, slots=True)
class NamedMeasure:
    """A measure as a question names it: by an adjective or a verb, by a unit, or by both.

    `measured` is empty if only a unit is named. `positions` are the words, beside those of the comparison.
    """

    measured: frozenset[Dimension]
    units: tuple[Unit, ...]
    positions: frozenset[int]


def named_measure(texts: Sequence[str], positions: frozenset[int]) -> NamedMeasure | None:
    """Return the measure that the words of a comparison with a figure name; None if they name none.

    >>> words = "which boats are longer than 9 m".split()
    >>> named = named_measure(words, frozenset({3, 4, 5}))
    >>> [unit.name for unit in named.units], sorted(each.value for each in named.measured)
    (['m'], ['distance', 'duration', 'length'])
    """
    measured: frozenset[Dimension] = frozenset()
    used, units = set[int](), tuple[Unit, ...]()
    start, end = min(positions), max(positions) + 1
    figures = [n for n in positions if texts[n][0].isdigit()]
    for n in sorted(positions):
        measured |= ADJECTIVES.get(texts[n], frozenset())
        if texts[n] in _CURRENCY or (figures and n > max(figures) and len(texts[n]) > 1):
            units = units or UNITS_SAID.get(texts[n], ())
    if end < len(texts) and (after := UNITS_SAID.get(texts[end], ())):
        units = units or after
        used.add(end)
        end += 1
    if end < len(texts) and used | set(positions) and texts[end] in AFTER_UNITS:
        measured |= AFTER_UNITS[texts[end]]
        used.add(end)
    if start and texts[start - 1] in VERBS_BEFORE:
        measured |= VERBS_BEFORE[texts[start - 1]]
        used.add(start - 1)
    if not measured and not units:
        return None
    return NamedMeasure(measured=measured, units=units, positions=frozenset(used))


@dataclass(frozen=True, slots=True)
class MeasuringColumns:
    """Which columns of a table state a measure that a question names."""

    mentions: Mentions
    named: NamedMeasure
    apart: frozenset[int]
    """Words that name no column to compare by: the noun that is asked for."""

    def columns(self, positions: frozenset[int]) -> list[int]:
        """Return the columns for a comparison at `positions`, the likeliest first; none that may not fit.

        Its head has to be a word for the measure, or to stand right before the comparison. Else its figures
        have to be in the unit that is named, and its head no word for another measure.
        """
        before = frozenset(range(min(positions) - _NEAR, min(positions))) - self.apart
        rated = [(rating, n) for n in range(len(self.mentions.heads)) if (rating := self._rating(n, before))]
        best = [n for rating, n in sorted(rated, reverse=True) if rating > 1]
        return best[:3] or [n for _, n in rated][:3]

    def headed(self) -> frozenset[int]:
        """Return the columns whose heads are words for the measure."""
        rated = ((n, self._rating(n, frozenset())) for n in range(len(self.mentions.heads)))
        return frozenset(n for n, rating in rated if rating > 1)

    def _rating(self, n: int, before: frozenset[int]) -> int:
        column, measured = self.mentions.table.columns[n], self._measured
        own = _own_units(column)
        said = {unit.name for unit in self.named.units}
        if column.kind not in NUMBERED or column.kind is Kind.DATE or self.mentions.holds_years(n):
            return 0
        if own and not any(unit.measured & measured and (not said or unit.name in said) for unit in own):
            return 0
        if n >= self.mentions.table.own_columns and not (own and said):
            return 0
        lasting = column.kind is Kind.DURATION and Dimension.DURATION in measured
        headed = lasting or self._is_headed(n, measured)
        beside = any(
            each.column == n and not each.synonym and each.positions & before
            for each in self.mentions.column_mentions
        )
        if headed or beside:
            return 2 * headed + 3 * beside
        other = frozenset(Dimension) - measured if self.named.measured else frozenset[Dimension]()
        return int(bool(own and said) and not self._is_headed(n, other))

    def _is_headed(self, n: int, measured: frozenset[Dimension]) -> bool:
        words = (word for each in measured for word in HEADS[each].split())
        return bool(
            {stem for word in words for stem in self.mentions.terms(word)} & set(self.mentions.heads[n])
        )

    @property
    def _measured(self) -> frozenset[Dimension]:
        """Return what is measured: by the adjective, of that only what the unit is for."""
        in_unit = frozenset[Dimension]().union(*(unit.measured for unit in self.named.units))
        return (self.named.measured & in_unit) or self.named.measured or in_unit


def _own_units(column: Column) -> tuple[Unit, ...]:
    """Return the units that a column's cells, or else the words of its head, say it is in."""
    if any(column.units):
        return tuple(unit for text in sorted(column.units) for unit in units_of(text))
    said = (unit for match in _IN_HEAD.finditer(column.name) for unit in units_of(match[1]))
    return (*said, *units_of(column.name))
