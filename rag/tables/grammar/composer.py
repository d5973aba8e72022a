"""The words of a question and the columns of a table, as readings are composed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from citeback.rag.tables.cell_values import Kind
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.reading import Target
from citeback.rag.tables.grammar.row_sets import RowSets
from citeback.rag.tables.grammar.triggers import triggers

FIGURES = (Kind.NUMBER, Kind.PERCENT, Kind.DURATION)
EACH = 130  # readings of one kind
KNOWN = frozenset(
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
SKIPS = {"second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4}
COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}


@dataclass(frozen=True)
class Composer:
    """The parts from which the readings of one question are composed."""

    question: QuestionOnTable
    sets: RowSets

    @cached_property
    def triggers(self) -> Mapping[str, frozenset[int]]:
        """Return the words that ask for an operation, by kind."""
        return triggers(self.question.words)

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """Return all columns as what may be asked for, the likeliest first."""
        known = {target.column: target for target in self.question.targets}
        rest = [
            Target(column=n, how="any", used=frozenset())
            for n in range(len(self.question.columns))
            if n not in known
        ]
        return (*self.question.targets, *rest)[:10]

    def places_of(self, *names: str) -> frozenset[int]:
        """Return the positions of words of some kinds."""
        return frozenset().union(*(self.triggers.get(name, frozenset()) for name in names))

    @cached_property
    def plain(self) -> frozenset[int]:
        """Return the words that say how it is asked, which every reading accounts for."""
        return self.question.ignorable_words

    def figured(self) -> list[tuple[int, frozenset[int], str]]:
        """Return the columns of figures, those that are named first."""
        named = {each.column: each for each in reversed(self.question.mentions.column_mentions)}
        found = [
            (n, named[n].positions if n in named else frozenset[int](), "named" if n in named else "any")
            for n, column in enumerate(self.question.columns)
            if column.kind in FIGURES
        ]
        return sorted(found, key=lambda one: one[2] != "named")[:6]
