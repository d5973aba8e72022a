"""The features of a reading: its plan, its result and the words it ignores."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from citeback.rag.tables.asked_thing import AskedThing
from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Reading
from citeback.rag.tables.grammar.triggers import asking, triggers
from citeback.rag.tables.list_queries import ListQueries
from citeback.rag.tables.plan import (
    Aggregate,
    Combination,
    GroupRanking,
    HeadRanking,
    Measure,
    Operation,
    Plan,
    RowSelection,
)
from citeback.rag.tables.question_words import VERBS, QuestionWords
from citeback.rag.tables.reading_confidence import ASKS_FOR_ANOTHER
from citeback.rag.tables.result import Result

_SEVERAL = re.compile(
    r" (?:which|what|name|the|list) (?:top |first |last )?(?P<count>\d|two|three|four|five) \w+s "
)
_FEW_COLUMNS = 6
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
_SINGULAR_ENDS = ("ss", "us", "is", "series", "species")


def unaccounted(reading: Reading, words: QuestionWords) -> list[int]:
    """Return the words that say something and that a reading does not account for."""
    return [n for n in range(len(words)) if n not in reading.used and not words.is_filler(n)]


def shape(plan: Plan) -> str:
    """Return the shape of a plan, without columns and words."""
    if isinstance(plan, Combination):
        signed = plan.operation is Operation.LESS  # a difference as well
        return f"{Operation.DIFFERENCE if signed else plan.operation} of {plan.first.measure}"
    if isinstance(plan, GroupRanking):
        way, over = ("most" if plan.descending else "fewest"), ("exactly" if plan.exactly else "over")
        return f"groups {way} {plan.measure}" if plan.over is None else f"groups {over} {plan.listed}"
    if isinstance(plan, HeadRanking):
        return f"heads {'highest' if plan.descending else 'lowest'}"
    return f"{_selected(plan.rows)}{plan.measure}"


def _selected(rows: RowSelection) -> str:
    said = ""
    if rows.order is not None:
        by = "row" if rows.order.column is None else "figure"
        said = f"{'last' if rows.order.descending else 'first'} by {by}: "
    if rows.step:
        said += "next: " if rows.step > 0 else "before: "
    return said


@dataclass(frozen=True)
class ReadingFeatures:
    """The features of the readings of one question over a table."""

    question: QuestionOnTable
    queries: ListQueries

    def of(self, reading: Reading, result: Result) -> dict[str, float]:
        """Return the features of a reading with its result."""
        found: dict[str, float] = {}
        plan, own = reading.plan, shape(reading.plan)
        for name, amount in (
            *self._plan_features(reading, own),
            *self._left_features(reading, own),
            *self._result_features(own, result),
            *self._column_features(plan, own),
            *self._row_features(plan, own),
        ):
            found[name] = found.get(name, 0.0) + amount
        for name, amount in reading.features.items():
            if amount:
                found[name] = amount
                found[f"{own}: {name}"] = amount
        return {name: amount for name, amount in found.items() if amount}

    @cached_property
    def _triggers(self) -> dict[str, frozenset[int]]:
        return dict(triggers(self.question.words))

    @cached_property
    def _asking(self) -> str:
        return asking(self.question.words)

    @cached_property
    def _mentioned(self) -> frozenset[int]:
        return frozenset().union(*(p for p, _ in self.question.grouped_mentions))

    @cached_property
    def _named(self) -> frozenset[int]:
        each = self.question.mentions.column_mentions
        return frozenset().union(*(n.positions for n in each if not n.synonym))

    @cached_property
    def _noun_word(self) -> str:
        noun = self.question.noun
        return self.question.words.texts[noun[-1]] if noun else ""

    @cached_property
    def _noun_kind(self) -> str:
        """Return what the noun that is asked for heads in the table."""
        noun = self.question.words.words[self.question.noun[-1]].terms if self.question.noun else ()
        heads = self.question.mentions.heads
        found = [n for n, head in enumerate(heads) if set(noun) & set(head)]
        if not noun or not found:
            return "no head" if noun else "none"
        if self.question.mentions.key in found:
            return "the key"
        kinds = {self.question.columns[n].kind for n in found}
        return "figures" if kinds & {Kind.NUMBER, Kind.PERCENT, Kind.DURATION} else "another"

    @cached_property
    def _noun_repeats(self) -> bool:
        """Return whether the noun that is asked for heads a column in which some value comes up again."""
        mentions = self.question.mentions
        own = range(self.question.table.own_columns)
        named = [n for n in own if self._noun_terms & set(mentions.heads[n])]
        return bool(named) and len(set(mentions.cells[named[0]])) < len(mentions.cells[named[0]])

    def _plan_features(self, reading: Reading, own: str) -> Iterator[tuple[str, float]]:
        yield f"form {reading.form}", 1.0
        yield f"shape {own}", 1.0
        yield f"{own} asked {self._asking}", 1.0
        yield f"{own} asked at the end", float(self._ends_asking)
        yield f"{own}: noun is {self._noun_kind}", 1.0
        yield f"{own}: noun repeats", float(self._noun_repeats)
        for name, positions in self._triggers.items():
            yield f"{own} & {name}", 1.0
            if not positions & reading.used:
                yield f"unused {name}", 1.0
                yield f"unused {name}: {own}", 1.0

    def _row_features(self, plan: Plan, own: str) -> Iterator[tuple[str, float]]:
        """Yield how many rows there are before they are put in order, grouped or stepped from."""
        if isinstance(plan, Combination) or not (plan.rows.where):
            return
        rows = len(self.queries.rows(plan.rows.where, None))
        yield f"{own} among {'1' if rows == 1 else '2' if rows == 2 else 'more'}", 1.0
        yield f"{own} among all", float(rows == len(self.queries.counted_rows))

    @cached_property
    def _plain(self) -> bool:
        """Return whether a table is plain: few columns, a name for every row, figures without words."""
        own = range(self.question.table.own_columns)
        names = self.question.mentions.cells[self.question.mentions.key]
        bare = all(not v.rest for n in own for v in self.question.columns[n].values)
        return bare and len(set(names)) == len(names) and self.question.table.own_columns <= _FEW_COLUMNS

    @cached_property
    def _ends_asking(self) -> bool:
        """Return whether the question word is at the end: "it was picked after who"."""
        return (
            bool({"who", "what", "which", "whom"} & set(self.question.words.texts[-3:]))
            and len(self.question.words) > 4
        )

    def _left_features(self, reading: Reading, own: str) -> Iterator[tuple[str, float]]:
        words = self.question.words
        left = unaccounted(reading, words)
        yield ASKS_FOR_ANOTHER, float(AskedThing(self.question).is_missing(reading, left))
        verbs = sum(words.texts[n] in VERBS for n in left)
        plain = len(left) - verbs
        yield "left", min(plain, 6)
        yield f"left {min(plain, 3)}", 1.0
        yield f"{own}: left", min(plain, 6)
        yield "left share", len(left) / max(1, len(words))
        yield "verbs left", min(verbs, 3)
        yield f"{own}: verbs", float(verbs > 0)
        unused = any(not positions & reading.used for positions in self._triggers.values())
        yield "plain table, every word accounted for", float(self._plain and not left and not unused)
        for n in left:
            text = words.texts[n]
            yield "left number", float(text[:1].isdecimal())
            yield "left of a cell", float(n in self._mentioned)
            yield "left of a column", float(n in self._named and n not in self._mentioned)
            yield f"left word {text}", 1.0

    def _result_features(self, own: str, result: Result) -> Iterator[tuple[str, float]]:
        count, first = len(result.values), result.values[0]
        several = "1" if count == 1 else "2" if count == 2 else "3" if count == 3 else "more"
        yield f"values {several}", 1.0
        yield f"{own}: values {several}", 1.0
        plural = self._noun_word.endswith("s") and not self._noun_word.endswith(_SINGULAR_ENDS)
        yield f"{'plural' if plural else 'singular'} values {several}", 1.0
        yield f"asked {self._asking} values {several}", 1.0
        if wanted := _SEVERAL.search(self.question.words.line):
            number = _COUNTS.get(wanted["count"]) or int(wanted["count"])
            yield "not as many", float(number != count)
        text = str(first)
        numeric = text.replace(",", "").replace(".", "", 1).isdigit()
        year = numeric and len(text) == 4 and text[:2] in ("18", "19", "20")
        kind = "whether" if isinstance(first, bool) else "year" if year else "number" if numeric else "text"
        if kind == "text" and text[:1].isdecimal():
            kind = "figure and words"
        yield f"asked {self._asking} for {kind}", 1.0
        yield f"{own} asked {self._asking} for {kind}", 1.0
        yield f"{own} zero", float(not isinstance(first, str) and first == 0)
        yield f"{own} one", float(not isinstance(first, str) and first == 1)
        rows = len(set(result.rows))
        yield f"{own} rows {'1' if rows == 1 else '2' if rows == 2 else 'more'}", 1.0
        yield f"{own} all rows", float(rows == len(self.question.mentions.cells[0]))
        yield "lacking", float(bool(result.without_value))
        if isinstance(first, str) and count == 1:
            terms = self.question.mentions.terms(text)
            asked = set(self.question.words.terms(0, len(self.question.words)))
            again = bool(terms) and set(terms) <= asked
            yield "repeats the question", float(again)
            yield f"{own} repeats the question", float(again)
            yield "long", float(len(text) > 60)

    def _column_features(self, plan: Plan, own: str) -> Iterator[tuple[str, float]]:
        if isinstance(plan, Combination):
            yield "same rows", float(plan.first == plan.second)
            return
        if isinstance(plan, HeadRanking):
            return
        column = plan.by if isinstance(plan, GroupRanking) else plan.column
        if column is None:
            return
        found = self.question.columns[column]
        yield f"asked {self._asking} of {found.kind}", 1.0
        yield f"{own} of {found.kind}", 1.0
        for name in ("best", "high", "low", "first", "last"):
            yield f"{own} of {found.kind} & {name}", float(name in self._triggers)
        key = column == self.question.mentions.key
        yield "of the key", float(key)
        yield f"{own} of the key", float(key)
        yield f"asked {self._asking} of the key", float(key)
        yield f"column {min(column, 5)}", 1.0
        derived = column >= self.question.table.own_columns
        yield f"{own} of derived", float(derived)
        yield f"asked {self._asking} of derived", float(derived)
        if derived:
            made = found.name.split()[0]
            yield f"derived {made}", 1.0
            yield f"{own} of derived {made}", 1.0
            for name in ("score", "margin", "total", "high", "low", "against"):
                yield f"derived {made} & {name}", float(name in self._triggers)
        head = " ".join(self.question.mentions.heads[column])
        yield f"asked {self._asking} of column {head}", 1.0
        if self._noun_word:
            yield f"noun {self._noun_word} of column {head}", 1.0
        noun = self._noun_terms
        overlap = len(noun & set(self.question.mentions.heads[column])) / max(1, len(noun))
        yield "noun in head", overlap
        yield "no noun in head", float(bool(noun) and not overlap)
        others = any(noun & set(h) for n, h in enumerate(self.question.mentions.heads) if n != column)
        yield "noun in other head", float(others and not overlap)
        yield f"asked {self._asking}, noun in other head", float(others and not overlap)
        if isinstance(plan, Aggregate) and (order := plan.rows.order) and order.column is not None:
            yield f"{own} by {self.question.columns[order.column].kind}", 1.0
            yield f"{own} by derived", float(order.column >= self.question.table.own_columns)
            ranked = self.question.is_ranked(order.column)
            yield f"{own} by rank", float(ranked)
            yield f"{own} by years", float(self.question.mentions.holds_years(order.column))
            by = "rank" if ranked else self.question.columns[order.column].kind
            for name in ("high", "low", "best"):
                for at in self._triggers.get(name, ()):
                    way = "down" if order.descending else "up"
                    yield f"{way} {self.question.words.texts[at]} by {by}", 1.0
        if isinstance(plan, Aggregate) and plan.measure in (Measure.SUM, Measure.AVERAGE, Measure.SPAN):
            yield f"{own} of numbered rows", float(self.question.mentions.numbers_rows(column))
            yield f"{own} of years", float(self.question.mentions.holds_years(column))
            yield f"{own} of figures", float(found.kind in (Kind.NUMBER, Kind.PERCENT))

    @cached_property
    def _noun_terms(self) -> frozenset[str]:
        words = self.question.words
        return frozenset(
            t for n in self.question.noun if not words.is_filler(n) for t in words.words[n].terms
        )
