"""A summary of documents: the most important statements under their headings, with their places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from citeback.index.embedding.protocols import Float16s
from citeback.index.embedding.similarity_scale import SAME, SimilarityScale
from citeback.index.errors import SettingsError, UnknownDocument
from citeback.index.generations.protocols import Searchable
from citeback.index.records import Document
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.rag.about import Topic
from citeback.rag.answer import Sentence
from citeback.rag.drafts.named_documents import only
from citeback.rag.folder_statements import Statement, folder_rows, folder_statements
from citeback.rag.stated_place import StatedPlace, stated_place
from citeback.rag.summary.selection import choose

MOST = 100  # statements of one summary
DEFAULT = 12
FIRST_ROWS = 5  # rows of a table that stand for a document without a sentence
NOTHING = "The documents do not say."


@dataclass(frozen=True, slots=True)
class SummaryGroup:
    """Statements of one document under one heading ("" if there is none), in reading order."""

    document: str
    title: str
    heading: str
    places: tuple[StatedPlace, ...]

    @property
    def name(self) -> str:
        """Return the document's title or name, and the heading if it is another one."""
        title = self.title or self.document
        return f"{title}: {self.heading}" if self.heading not in ("", title) else title


@dataclass(frozen=True, slots=True)
class Summary:
    """The groups, and out of how many statements and documents they were chosen.

    `unread` counts the files that pass the filter and could not be indexed. `written` is the same in the
    words of a chat model, each sentence checked; it is empty without one.
    """

    groups: tuple[SummaryGroup, ...]
    statements: int
    documents: int
    unread: int
    about: str
    written: tuple[Sentence, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[StatedPlace, ...]:
        """Return all statements in reading order."""
        return tuple(place for group in self.groups for place in group.places)


def one_document(document: Document, within: Filter) -> Filter:
    """Return the filter that keeps to one document. Raises UnknownDocument if `within` leaves it out."""
    if not within.allows(document):
        raise UnknownDocument.of(document.name)
    return only([document.name])


@dataclass(frozen=True, slots=True)
class SummaryReader:
    """Summarises the documents of one generation that pass `within`, or what they say of a topic."""

    generation: Searchable
    within: Filter = NO_FILTER
    topic: Topic | None = None
    scale: SimilarityScale = SAME

    def read(self, most: int = DEFAULT) -> Summary:
        """Return a summary of at most `most` statements. Raises SettingsError if `most` is out of bounds."""
        if not 1 <= most <= MOST:
            raise SettingsError(
                f"A summary has 1 to {MOST} sentences, not {most:,}.", f"choose from 1 to {MOST}"
            )
        titles = {each.name: each.title for each in self.generation.documents}
        statements, vectors = self._statements(titles)
        chosen: Sequence[int] = choose(statements, np.array(vectors), most, self.scale)
        if not statements and not self.topic:  # nothing but tables: their first rows
            statements = list(islice(folder_rows(self.generation, self.within), min(most, FIRST_ROWS)))
            chosen = range(len(statements))
        documents = [each for each in self.generation.documents if self.within.allows(each)]
        missed = [f for f in self.generation.failures if not f.outdated and self.within.matches_name(f.name)]
        return Summary(
            groups=tuple(self._groups((statements[n] for n in sorted(chosen)), titles)),
            statements=len(statements),
            documents=len(documents),
            unread=len(missed),
            about=self.topic.about if self.topic else "",
        )

    def _statements(self, titles: dict[str, str]) -> tuple[list[Statement], list[Float16s]]:
        """Return the statements, each once, with their vectors."""
        known: set[str] = set()
        statements, vectors = list[Statement](), list[Float16s]()
        for statement, vector in folder_statements(self.generation, self.within):
            key = statement.text.casefold()
            if key in known or (
                self.topic and not self.topic.covers(statement, titles[statement.place.document], vector)
            ):
                continue
            known.add(key)
            statements.append(statement)
            vectors.append(vector)
        return statements, vectors

    def _groups(self, chosen: Iterable[Statement], titles: dict[str, str]) -> Sequence[SummaryGroup]:
        groups: dict[tuple[str, str], list[StatedPlace]] = {}
        for each in chosen:
            heading = each.headings[-1] if each.headings else ""
            place = stated_place(self.generation, each.place.document, each.place.span)
            groups.setdefault((each.place.document, heading), []).append(place)
        return [
            SummaryGroup(document=document, title=titles[document], heading=heading, places=tuple(places))
            for (document, heading), places in groups.items()
        ]
