"""The parts of a question that is read literally."""

from dataclasses import dataclass
from enum import StrEnum

from citeback.rag.tables.plan import Condition


class ItemKind(StrEnum):
    """What a part of a question is."""

    ASK = "which"
    WHO = "who"
    MANY = "how many"
    MUCH = "how much"
    TOTAL = "total"
    AVERAGE = "average"
    DIFFERENT = "different"
    MOST = "most"
    SIZED = "largest"
    EACH = "each"
    HAVE = "have"
    NO = "no"
    NOT = "not"
    JOIN = "and"
    HEAD = "head"
    ROWS = "rows"
    CELL = "cell"
    VERB = "verb"
    FILLER = "filler"


@dataclass(frozen=True, slots=True)
class LiteralItem:
    """A run of words with one meaning.

    `columns` are those that a head names, or whose cells hold the words; `conditions` are what a cell makes,
    one for each of these columns. `word` is how it is written. `descending` is the way of a superlative,
    `priced` if it is one of prices. `loose` if a head only begins like the word.
    """

    kind: ItemKind
    positions: frozenset[int]
    word: str
    columns: tuple[int, ...] = ()
    conditions: tuple[Condition, ...] = ()
    descending: bool = True
    priced: bool = False
    loose: bool = False
