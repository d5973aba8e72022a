"""The functions of the product that process tables, claims and versions: work that grows with their number.

One column, figure or word stands for each character of a text.
"""

from collections.abc import Callable, Mapping

from citeback.index.records import Source, Span
from citeback.index.search.analyzer import Analyzer
from citeback.rag.checking.claims.paired_values import misplaced_values
from citeback.rag.checking.claims.stages import other_stages
from citeback.rag.conflicts.versions import AmendmentFinder
from citeback.rag.folder_statements import StatementPlace
from citeback.rag.lists.table_amounts import amounts_of
from citeback.rag.lists.table_names import people_of
from citeback.rag.tables.joined_files import FileTable
from citeback.rag.tables.linked_tables import linked
from citeback.rag.tables.mentions import Mentions
from citeback.rag.tables.question_words import QuestionWords
from citeback.rag.tables.table import Table, tables

Work = Callable[[str], object]
ROWS = 3


def wide_works() -> Mapping[str, Work]:
    """Return the functions by name."""
    analyzer = Analyzer()

    def adding_up(text: str) -> object:
        (table,) = tables(_source(text, "other visits", "1840"))
        mentions = Mentions(QuestionWords("How many visits?", analyzer), table, analyzer)
        return [mentions.adds_up(n) for n in range(len(table.head))]

    return {
        "times": lambda text: _table(_source(text, "Value", "3:39")).columns,
        "adding up": adding_up,
        "people": lambda text: list(people_of(_source(text, "Name", "Zorp Blun"))),
        "amounts": lambda text: list(amounts_of(_source(text, "Amount", "12345"))),
        "linked": _linked,
        "stages": lambda text: list(
            other_stages(_sums(text, "was awarded"), [_sums(text, "asked for")], analyzer)
        ),
        "paired": lambda text: list(misplaced_values(_sums(text, "has"), _sums(text, "has"), analyzer)),
        "amended": lambda text: _amended(f"1. {' '.join(text)}", f"1. b {'b '.join(text)}", analyzer),
        "clauses": lambda text: _amended(
            "1. **Fees.** A fee.\n" * len(text), f"1. **Fees.** {'B. ' * len(text)}", analyzer
        ),
    }


def _source(text: str, head: str, cell: str) -> Source:
    heads = "\t".join(f"{head}" for _ in text)
    row = "\t".join(cell for _ in text)
    return Source(text="\n".join([heads, *[row] * ROWS]), title="T", kind="csv")


def _table(source: Source) -> Table:
    (found,) = tables(source)
    return found


def _linked(text: str) -> object:
    first, second = (
        Source(
            text="\n".join("\t".join(f"{name}{n}" for n in range(len(text))) for _ in range(ROWS)),
            title="T",
            kind="csv",
        )
        for name in "ab"
    )
    one, other = (
        FileTable(document="a.csv", source=each, place=0, table=_table(each)) for each in (first, second)
    )
    return linked(one, other)


def _sums(text: str, verb: str) -> str:
    return f"The club {verb} " + ", ".join(f"£{n + 10},000 x" for n in range(len(text)))


def _amended(old: str, new: str, analyzer: Analyzer) -> object:
    texts = {"old": old, "new": new}
    places = {
        name: [StatementPlace(name, Span(n, min(n + 5, len(text)))) for n in range(0, len(text), 5)]
        for name, text in texts.items()
    }
    finder = AmendmentFinder(texts.__getitem__, analyzer)
    return list(finder._amended(places["old"], places["new"], ())), finder._amendment(
        places["new"], places["old"]
    )
