"""Finds conflicts: statements -> candidate pairs -> comparisons -> conflicts, merged and ordered.

The search is a series of blocks. Whoever runs it may stop after any of them and has the conflicts so far.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial

from citeback.index.generations.protocols import Searchable
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.rag.conflicts.candidates import CandidatePair, CandidatePairs
from citeback.rag.conflicts.comparison import ComparedStatement, StatementComparer, StatementDifference
from citeback.rag.conflicts.conflict import Conflict, ConflictListing, ConflictSide
from citeback.rag.conflicts.folding import LikelyConflict, fold
from citeback.rag.conflicts.judge import LISTED, READ_FROM, likelihood
from citeback.rag.conflicts.names import proper_words
from citeback.rag.conflicts.profile import StatementProfile
from citeback.rag.conflicts.reading import ReadingSigns, read_pair
from citeback.rag.conflicts.saved_pairs import SavedPairs
from citeback.rag.conflicts.series import SeriesMember, relation, series_member
from citeback.rag.conflicts.statements import StatementReader, Statements
from citeback.rag.conflicts.versions import REPLACES, AmendmentFinder
from citeback.rag.folder_statements import StatementPlace
from citeback.rag.reader.model import ClaimReader
from citeback.rag.stated_place import StatedPlace, stated_place
from citeback.rag.stated_time import HEAD

MOST_READ = 600  # pairs of a block that are read at most, the likeliest first
CLAUSE, AMENDED = "clause", 0.5
"""The kind of a clause that two versions word differently, and the confidence that is given for it."""
PROFILES = 50_000  # statements whose facts are kept in memory
NOT_ENGLISH = (
    "Names and negations are recognised by English rules; in other languages only figures are compared well."
)


@dataclass(frozen=True, slots=True)
class SearchProgress:
    """How many of the statements have been compared."""

    done: int
    total: int


@dataclass
class ConflictSearch:
    """A search for conflicts among the documents of one generation that pass `within`."""

    generation: Searchable
    analyzer: Analyzer
    within: Filter = NO_FILTER
    saved: SavedPairs | None = None
    open_reader: Callable[[], ClaimReader | None] | None = None
    _likely: list[LikelyConflict] = field(default_factory=list)
    _compared: int = 0

    def run(self) -> Iterator[SearchProgress]:
        """Compare block by block. Blocks that an earlier run saved are compared no more."""
        total = len(self.statements)
        for n, (done, pairs) in enumerate(CandidatePairs(self.statements).blocks()):
            known = self.saved.block(n, len(pairs)) if self.saved else None
            likely = (
                [pair for pair in pairs if (pair.one, pair.other) in known] if known is not None else pairs
            )
            judged = list(self._judged(likely))
            if self.saved and known is None:
                self.saved.save(n, len(pairs), [(each.one, each.other) for each in judged])
            self._likely += judged
            self._compared = done
            yield SearchProgress(done, total)

    def listing(self) -> ConflictListing:
        """Return the conflicts found so far, most certain first."""
        documents = [document for document in self.generation.documents if self.within.allows(document)]
        missed = [f for f in self.generation.failures if not f.outdated and self.within.matches_name(f.name)]
        folded = fold(self._likely, self.statements)
        conflicts = [self._conflict(each, mine, theirs) for each, mine, theirs in folded]
        conflicts += self._amendments(conflicts) if self._compared >= len(self.statements) else ()
        return ConflictListing(
            conflicts=tuple(sorted(conflicts, key=lambda each: -each.confidence)),
            documents=len(documents),
            unread=len(missed),
            statements=len(self.statements),
            compared=self._compared,
            notices=() if self.analyzer.language == "en" else (NOT_ENGLISH,),
        )

    @cached_property
    def statements(self) -> Statements:
        """Return the statements of the documents."""
        return StatementReader(generation=self.generation, analyzer=self.analyzer, within=self.within).read()

    def difference(self, pair: CandidatePair) -> StatementDifference | None:
        """Return what differs between two statements, if it may be a conflict."""
        one, other = (self.statements.all[n].place.document for n in (pair.one, pair.other))
        related = relation(self._members[one], self._members[other])
        statements = self._statement(pair.one), self._statement(pair.other)
        return self._comparer.compare(*statements, pair.cosine, related)

    def _judged(self, pairs: Sequence[CandidatePair]) -> Iterator[LikelyConflict]:
        """Yield the pairs that are likely conflicts; the likeliest by their signs are read."""
        compared = [(pair, found) for pair in pairs if (found := self.difference(pair))]
        if not compared:
            return
        ranked = sorted(compared, key=lambda each: -likelihood(each[1]))
        for n, (pair, difference) in enumerate(ranked):
            sure = likelihood(difference)
            if self._reader and sure >= READ_FROM:
                if n >= MOST_READ:
                    break
                sure = likelihood(difference, self.read(pair, difference, self._reader))
            if sure >= LISTED:
                yield LikelyConflict(one=pair.one, other=pair.other, difference=difference, likelihood=sure)

    def read(self, pair: CandidatePair, difference: StatementDifference, reader: ClaimReader) -> ReadingSigns:
        """Return what the reader makes of two statements that differ."""
        one, other = (self._statement(n).profile.text.strip() for n in (pair.one, pair.other))
        return read_pair(one, other, difference, reader)

    @cached_property
    def _reader(self) -> ClaimReader | None:
        return self.open_reader() if self.open_reader and self.analyzer.language == "en" else None

    @cached_property
    def _comparer(self) -> StatementComparer:
        return StatementComparer(self.statements.rarity())

    @cached_property
    def _members(self) -> dict[str, SeriesMember]:
        return {each.name: series_member(each) for each in self.generation.documents}

    @cached_property
    def _statement(self) -> Callable[[int], ComparedStatement]:
        """Return what gives a statement to compare, by its number; the latest are kept."""
        titles = {each.name: each.title for each in self.generation.documents}
        proper = proper_words(each.text for each in self.statements.all)
        return lru_cache(PROFILES)(partial(_compared, self.statements, titles, self.analyzer, proper))

    def _conflict(
        self, likely: LikelyConflict, mine: Sequence[StatementPlace], theirs: Sequence[StatementPlace]
    ) -> Conflict:
        one, other = self._side(mine), self._side(theirs)
        pairs = [(each.one, each.other) for each in likely.difference.differences]
        if one.place.date < other.place.date:
            one, other, pairs = other, one, [(second, first) for first, second in pairs]
        return Conflict(
            kind=likely.difference.kind.value,
            confidence=likely.likelihood,
            differences=tuple(pairs),
            newer=one,
            older=other,
            replaces=self._replaces(one.place.document, other.place.document),
        )

    def _replaces(self, newer: str, older: str) -> bool:
        """Return whether a document says that it replaces another, and both have one name but for digits."""
        if self._members[newer].stem != self._members[older].stem:
            return False
        source = self.generation.source(newer)
        return REPLACES.search(f"{source.title} {source.text[:HEAD]}") is not None

    def _amendments(self, known: Sequence[Conflict]) -> Iterator[Conflict]:
        """Yield what versions word differently and what is corrected, if no conflict tells it already."""
        places = [(_placed(each.newer.place), _placed(each.older.place)) for each in known if each.confidence]
        finder = AmendmentFinder(lambda name: self.generation.source(name).text, self.analyzer)
        documents = [each for each in self.generation.documents if self.within.allows(each)]
        for each in finder.amendments(documents, self._members, self.statements.all, places):
            yield Conflict(
                kind=CLAUSE,
                confidence=AMENDED,
                differences=each.differences,
                newer=self._side([each.newer]),
                older=self._side([each.older]),
                replaces=True,
            )

    def _side(self, places: Sequence[StatementPlace]) -> ConflictSide:
        stated = [stated_place(self.generation, each.document, each.span) for each in dict.fromkeys(places)]
        return ConflictSide(stated[0], tuple(stated[1:]))


def _placed(place: StatedPlace) -> StatementPlace:
    return StatementPlace(place.document, place.span)


def _compared(
    statements: Statements, titles: Mapping[str, str], analyzer: Analyzer, proper: frozenset[str], n: int
) -> ComparedStatement:
    known = statements.all[n]
    above = " ".join((titles[known.place.document], *known.headings))
    own = analyzer.of_text(known.text)
    return ComparedStatement(
        profile=StatementProfile(whole=known.text, analyzer=own, proper=proper),
        above=frozenset(own.terms(above)),
        row=known.row,
    )
