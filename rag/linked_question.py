"""Asks two tables that share a key as one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, permutations

from citeback.index.generations.protocols import Searchable
from citeback.index.search.analyzer import Analyzer
from citeback.rag.computed_answer import AskedTable
from citeback.rag.file_layouts import KINDS
from citeback.rag.retrieval.hybrid import Candidate
from citeback.rag.tables.joined_files import FileTable, file_tables
from citeback.rag.tables.linked_tables import linked
from citeback.rag.tables.readings import TableReadings, linked_reading
from citeback.rag.tables.table import MOST_CELLS

MOST_TABLES = 12  # whose pairs are looked at


@dataclass(frozen=True, slots=True)
class LinkedQuestion:
    """Finds pairs of tables with a shared key among the candidates of one question."""

    generation: Searchable
    analyzer: Analyzer
    candidates: Sequence[Candidate]

    def likeliest(self, question: str) -> tuple[AskedTable, TableReadings] | None:
        """Return the only literal reading over two tables, if those of all pairs have the same result."""
        found = list[tuple[AskedTable, TableReadings]]()
        for first, second in permutations(islice(self._tables(), MOST_TABLES), 2):
            both = linked(first, second)
            readings = linked_reading(question, both, self.analyzer) if both else None
            if both and readings:
                asked = AskedTable(
                    document=first.document,
                    source=first.source,
                    place=first.place,
                    table=both.table,
                    linked=both,
                )
                found.append((asked, readings))
        results = {readings.evaluated[0].result.values for _, readings in found}
        return found[0] if len(results) == 1 else None

    def _tables(self) -> Iterator[FileTable]:
        """Yield the tables of the documents of the candidates that are not too large."""
        for name in dict.fromkeys(each.row.document for each in self.candidates):
            if self.generation.document(name).kind not in KINDS:
                continue
            for each in file_tables(name, self.generation.source(name)):
                if len(each.table.rows) * len(each.heads) <= MOST_CELLS:
                    yield each
