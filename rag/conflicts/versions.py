"""Clauses that two versions of one document word differently, and corrections that name the words.

Versions are documents of one name but for the digits, of which one says that it replaces another, or both
give a version or an edition. Their clauses are aligned by heading, else by number and common words.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice, pairwise

from citeback.index.records import Document, Span
from citeback.index.search.analyzer import STOP_WORDS, Analyzer
from citeback.rag.conflicts.series import SeriesMember
from citeback.rag.folder_statements import Statement, StatementPlace
from citeback.rag.stated_time import HEAD, stated_time

REPLACES = re.compile(
    r"\b(?:replaces|replacing|supersedes|superseding|in(?:stead| place) of the|ersetzt|remplace|sustituye)\b",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\b(?:version|edition|revision|fassung|versión)\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r"^[ \t]{0,3}(?P<number>\d{1,3}(?:\.\d{1,3}){0,3})[.)]?[ \t]+"
    r"(?:\*\*(?P<heading>[^*\n]{2,80}?)[.:]?\*\*)?",
    re.MULTILINE,
)
_CORRECTION = re.compile(
    r"\bfor [\"“‘'](?P<old>[^\"”’'\n]{2,80})[\"”’'],? read [\"“‘'](?P<new>[^\"”’'\n]{2,80})[\"”’']",
    re.IGNORECASE,
)
MOST_CORRECTIONS = 100  # that are looked up
FEWEST = 3  # clauses that two versions have in common
LEAST_COMMON = 0.3  # share of the terms of the shorter clause of the same number
MOST_COMPARED = 400  # words of a statement, from the first that differs
MOST_SHOWN, LONGEST = 2, 12  # differences that are shown, and their longest, in words


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a document: its number, its heading or "", and its sentences."""

    number: str
    heading: str
    sentences: tuple[StatementPlace, ...]


@dataclass(frozen=True, slots=True)
class Amendment:
    """Statements of a newer version of a document, and what stands there in the older one.

    `differences` are the words of the newer and of the older statement.
    """

    newer: StatementPlace
    older: StatementPlace
    differences: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AmendmentFinder:
    """Finds what newer versions amend; `text_of` returns the text of a document by its name."""

    text_of: Callable[[str], str]
    analyzer: Analyzer

    def amendments(
        self,
        documents: Sequence[Document],
        members: dict[str, SeriesMember],
        statements: Sequence[Statement],
        known: Collection[tuple[StatementPlace, StatementPlace]],
    ) -> Iterator[Amendment]:
        """Yield the amendments of versions and the corrections; `known` conflicts are left out."""
        places: dict[str, list[StatementPlace]] = {}
        for statement in statements:
            for place in (statement.place, *statement.also):
                places.setdefault(place.document, []).append(place)
        listed = {place for pair in known for place in pair}
        groups: dict[str, list[Document]] = {}
        for document in documents:
            if not (document.copy_of or members[document.name].periodic):
                groups.setdefault(members[document.name].stem, []).append(document)
        for group in (own for own in groups.values() if len(own) > 1):
            ordered = sorted(group, key=lambda each: stated_time(each, self.text_of(each.name)))
            for older, newer in pairwise(ordered):
                if self._are_versions(older, newer):
                    old, new = (sorted(places.get(d.name, ()), key=_start) for d in (older, newer))
                    yield from self._amended(old, new, listed)
        yield from self._corrections(statements)

    def _are_versions(self, older: Document, newer: Document) -> bool:
        one, other = (self.text_of(each.name) for each in (older, newer))
        if stated_time(older, one) >= stated_time(newer, other):
            return False
        heads = [f"{each.title} {text[:HEAD]}" for each, text in ((older, one), (newer, other))]
        return bool(REPLACES.search(heads[1])) or all(map(_VERSION.search, heads))

    def _amended(
        self,
        old: Sequence[StatementPlace],
        new: Sequence[StatementPlace],
        listed: Collection[StatementPlace],
    ) -> Iterator[Amendment]:
        pairs = list(self._aligned(list(self._clauses(old)), list(self._clauses(new))))
        for mine, theirs in pairs if len(pairs) >= FEWEST else ():
            before, after = ({self._plain(p) for p in each.sentences} for each in (mine, theirs))
            left = [p for p in mine.sentences if p not in listed and self._plain(p) not in after]
            right = [p for p in theirs.sentences if p not in listed and self._plain(p) not in before]
            if left and right:
                yield self._amendment(right, left)

    def _amendment(self, newer: Sequence[StatementPlace], older: Sequence[StatementPlace]) -> Amendment:
        one, other = _whole(newer), _whole(older)
        words = _differing(*(self._plain(place).split() for place in (one, other)))
        changed = [
            (" ".join(words[0][a:b][:LONGEST]), " ".join(words[1][c:d][:LONGEST]))
            for tag, a, b, c, d in SequenceMatcher(a=words[0], b=words[1], autojunk=False).get_opcodes()
            if tag != "equal"
        ]
        return Amendment(newer=one, older=other, differences=tuple(changed[:MOST_SHOWN]))

    def _clauses(self, places: Sequence[StatementPlace]) -> Iterator[Clause]:
        """Yield the clauses that some sentences are in, in order."""
        text = self.text_of(places[0].document) if places else ""
        starts = [*_CLAUSE.finditer(text)]
        ends = [*(match.start() for match in starts[1:]), len(text)] if starts else []
        at = 0
        for match, end in zip(starts, ends, strict=True):
            while at < len(places) and places[at].span.start < match.start():
                at += 1
            own = []
            while at < len(places) and places[at].span.start < end:
                own.append(places[at])
                at += 1
            heading = " ".join((match["heading"] or "").casefold().split())
            yield Clause(number=match["number"], heading=heading, sentences=tuple(own))

    def _aligned(self, old: Sequence[Clause], new: Sequence[Clause]) -> Iterator[tuple[Clause, Clause]]:
        """Yield the clauses that belong together, each once."""
        headed = {each.heading: each for each in new if each.heading}
        numbered = {each.number: each for each in new}
        for each in old:
            if each.heading:
                if under := headed.pop(each.heading, None):
                    yield each, under
            elif (
                (other := numbered.pop(each.number, None)) and not other.heading and self._alike(each, other)
            ):
                yield each, other

    def _alike(self, one: Clause, other: Clause) -> bool:
        mine, theirs = (
            {term for p in each.sentences for term in self.analyzer.terms(self._plain(p))} - STOP_WORDS
            for each in (one, other)
        )
        least = min(len(mine), len(theirs))
        return bool(least) and len(mine & theirs) >= LEAST_COMMON * least

    def _plain(self, place: StatementPlace) -> str:
        text = place.span.of(self.text_of(place.document))
        return " ".join(_CLAUSE.sub("", text, count=1).split())

    def _corrections(self, statements: Sequence[Statement]) -> Iterator[Amendment]:
        """Yield what a statement such as 'for "31 names" read "37 names"' corrects, if one other has it."""
        found = ((each, match) for each in statements for match in _CORRECTION.finditer(each.text))
        for each, match in islice(found, MOST_CORRECTIONS):
            if old := match["old"].casefold():
                held = [s for s in statements if s.place.document != each.place.document]
                held = [s for s in held if old in s.text.casefold()]
                if len(held) == 1:
                    yield Amendment(
                        newer=each.place, older=held[0].place, differences=((match["new"], match["old"]),)
                    )


def _start(place: StatementPlace) -> int:
    return place.span.start


def _differing(one: Sequence[str], other: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the words from the first that differs, as many as are compared."""
    start = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return one[start : start + MOST_COMPARED], other[start : start + MOST_COMPARED]


def _whole(places: Sequence[StatementPlace]) -> StatementPlace:
    return StatementPlace(places[0].document, Span(places[0].span.start, places[-1].span.end))
