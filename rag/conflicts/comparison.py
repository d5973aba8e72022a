"""Compares two sentences of different documents: their difference, and the signs that it is a conflict.

Two sentences conflict if they make the same statement about the same thing and exactly one fact differs. If
more differ, they are about different things: numbers of two years, or numbers of two places.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from citeback.rag.conflicts.fact_matching import (
    MatchedFacts,
    match_names,
    match_values,
    negations,
    opposites,
)
from citeback.rag.conflicts.profile import StatementProfile

MOST = 4.0  # a count above it says no more
MOST_PAIRS = 2  # numbers of one sentence that may differ
SAME_WORDING = 4  # content terms of sentences in the same words that are about the same, whatever the titles
SAME_ROLE, SAME_HOURS = 3, 2  # those of sentences that differ in who has the role, or in two times of day
TITLE_TERMS = 2  # of titles that tell two things apart if they share none
_FIGURES = re.compile(r"[\d.,:]+")
_TIME = re.compile(r"\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?)?|\d{1,2} ?[ap]\.?m\.?", re.IGNORECASE)


class DifferenceKind(StrEnum):
    """The kind of fact in which two sentences differ."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"
    OPPOSITE = "opposite"


@dataclass(frozen=True, slots=True)
class WordDifference:
    """Words of one sentence, and those that the other has instead; either may be ""."""

    one: str
    other: str


@dataclass(frozen=True, slots=True)
class DocumentRelation:
    """How two documents are related.

    `own_times` tells that they are about times of their own (two annual reports), `series` that they are two
    things of one kind (two invoices), `years_differ` that their names have different years or days.
    """

    own_times: bool = False
    days_differ: bool = False
    series: bool = False
    years_differ: bool = False


UNRELATED = DocumentRelation()


@dataclass(frozen=True, slots=True)
class ComparedStatement:
    """A statement to compare; `above` holds the terms of the title and the headings above it.

    `row` tells that it is a row of a table.
    """

    profile: StatementProfile
    above: frozenset[str] = frozenset()
    row: bool = False


@dataclass(frozen=True, slots=True)
class DifferenceSigns:
    """Signs that two sentences are about the same matter; shares are 0 to 1, counts end at 4.

    `cosine` is that of their vectors, `predicate` the share of the terms of one in the other, by rarity and
    without names, and `common` the share of the terms of both. `least` and `most` count the words that either
    has alone; `numbers_alone`, `dates_alone` and `names_alone` the facts; `qualified` the words such as
    "deputy". `apart` tells whether they have two words of a group ("north", "south"), `dated` whether either
    is about the time of writing, `subject` whether a name that differs is what its document is about,
    `intended` whether only one tells of plans, and `fitting` whether the words are such that there is one
    date (of opening) or one name (of a director).
    """

    cosine: float
    predicate: float
    common: float
    least: float
    most: float
    numbers_alone: float
    dates_alone: float
    names_alone: float
    qualified: float
    apart: float
    dated: float
    subject: float
    intended: float
    fitting: float


@dataclass(frozen=True, slots=True)
class StatementDifference:
    """The difference between two sentences, and the signs that they are about the same thing."""

    kind: DifferenceKind
    differences: tuple[WordDifference, ...]
    signs: DifferenceSigns


@dataclass(frozen=True, slots=True)
class StatementComparer:
    """Compares statements; `rarity` says how rare a term is, 0 to 1 (1 if unknown)."""

    rarity: Mapping[str, float]

    def compare(
        self,
        one: ComparedStatement,
        other: ComparedStatement,
        cosine: float,
        relation: DocumentRelation = UNRELATED,
    ) -> StatementDifference | None:
        """Return the one fact in which two sentences differ, or None.

        None stands for sentences that agree, and for those that speak of different things.
        """
        first, second = one.profile, other.profile
        if _own_times(first, second, relation) or first.stamp or second.stamp:
            return None
        if relation.years_differ and one.row and other.row:
            return None  # price lists of two years, results of two samples
        numbers = match_values(first.quantities, second.quantities)
        dates, names = match_values(first.dates, second.dates), match_names(first, second)
        turned = tuple(opposites(first, second))
        found = {
            DifferenceKind.NUMBER: numbers.differing,
            DifferenceKind.DATE: dates.differing,
            DifferenceKind.NAME: names.differing,
            DifferenceKind.OPPOSITE: turned,
            DifferenceKind.NEGATION: () if turned else tuple(negations(first, second)),
        }
        kinds = [kind for kind, pairs in found.items() if pairs]
        if len(kinds) != 1 or len(found[kinds[0]]) > (1 if kinds[0] is DifferenceKind.NAME else MOST_PAIRS):
            return None
        kind, pairs = kinds[0], found[kinds[0]]
        same = bool(names.agreeing or (dates.agreeing and first.terms == second.terms))
        same = same and not (first.labelled and second.labelled)
        alike = _same_wording(first, second) or _same_subject(one.above, other.above)
        alike = alike or _same_but(one, other, kind, pairs)
        if not same and (relation.series or not alike):
            return None  # nothing says that both are about the same
        if kind is DifferenceKind.NUMBER and _of_other_spans(first, second, pairs):
            return None
        if kind in (DifferenceKind.NEGATION, DifferenceKind.OPPOSITE) and (
            numbers.one_sided or first.partial != second.partial
        ):
            return None  # "two lamps do not burn", "most lamps burn"
        signs = self._signs(one, other, kind, pairs, (numbers, dates, names), cosine)
        if kind is DifferenceKind.NAME and (signs.qualified or _of_one_person(first, second, pairs)):
            return None  # the mayor and the deputy mayor; one person leads two things
        if kind is DifferenceKind.DATE and not signs.predicate:
            return None  # they have nothing in common but what they are about
        return StatementDifference(
            kind=kind, differences=tuple(WordDifference(*pair) for pair in pairs), signs=signs
        )

    def _signs(
        self,
        one: ComparedStatement,
        other: ComparedStatement,
        kind: DifferenceKind,
        pairs: tuple[tuple[str, str], ...],
        facts: tuple[MatchedFacts, MatchedFacts, MatchedFacts],
        cosine: float,
    ) -> DifferenceSigns:
        first, second = one.profile, other.profile
        turned = kind is DifferenceKind.OPPOSITE
        mine = first.terms - (first.terms_of(pairs[0][0]) if turned else frozenset())
        theirs = second.terms - (second.terms_of(pairs[0][1]) if turned else frozenset())
        least, most = sorted([len(mine - theirs - other.above), len(theirs - mine - one.above)])
        numbers, dates, names = facts
        fitting = (
            (first.once and second.once) if kind is DifferenceKind.DATE else (first.role and second.role)
        )
        return DifferenceSigns(
            cosine=cosine,
            predicate=self._share(mine, theirs),
            common=len(mine & theirs) / max(1, len(mine | theirs)),
            least=min(MOST, least),
            most=min(MOST, most),
            numbers_alone=min(MOST, numbers.one_sided),
            dates_alone=min(MOST, dates.one_sided),
            names_alone=min(MOST, names.one_sided),
            qualified=float(len(first.apart.keys() ^ second.apart.keys())),
            apart=float(_told_apart(first, second)),
            dated=float(first.deictic or second.deictic),
            subject=float(kind is DifferenceKind.NAME and _is_subject(one, other, pairs)),
            intended=float(first.intended != second.intended),
            fitting=float(fitting),
        )

    def _share(self, one: frozenset[str], other: frozenset[str]) -> float:
        """Return the share of the terms of either that the other has, by rarity, whichever is more."""
        least = min(sum(self.rarity.get(term, 1.0) for term in own) for own in (one, other))
        return sum(self.rarity.get(term, 1.0) for term in one & other) / least if least else 0.0


def _own_times(one: StatementProfile, other: StatementProfile, relation: DocumentRelation) -> bool:
    """Return whether each sentence is about the time of its own document."""
    return relation.own_times or (relation.days_differ and one.deictic and other.deictic)


def _of_other_spans(
    one: StatementProfile, other: StatementProfile, pairs: tuple[tuple[str, str], ...]
) -> bool:
    """Return whether the sentences speak of three days and of four: what else differs is theirs."""
    measures = [
        {each.measure for each in p.quantities if each.text in pair} for pair in pairs for p in (one, other)
    ]
    return len(pairs) > 1 and {"time"} in measures and any(own != {"time"} for own in measures)


def _of_one_person(
    one: StatementProfile, other: StatementProfile, pairs: tuple[tuple[str, str], ...]
) -> bool:
    """Return whether both sentences say what role the same person has, for two things."""
    if not (one.role and other.role) or any(one.is_person(a) or other.is_person(b) for a, b in pairs):
        return False
    agreeing = [run for run in one.name_runs if other.has_name(run)]
    return bool(agreeing) and all(one.is_person(run.text) for run in agreeing)


def _same_subject(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether titles and headings have the same words, or one has some more; numbers may differ."""
    mine, theirs = ({term for term in own if not any(map(str.isdigit, term))} for own in (one, other))
    return bool(mine & theirs) and not (mine - theirs and theirs - mine)


def _same_wording(one: StatementProfile, other: StatementProfile) -> bool:
    """Return whether two long sentences have the same words and differ only in their figures."""
    mine, theirs = (_FIGURES.sub("", each.whole).casefold().split() for each in (one, other))
    return mine == theirs and len(one.terms & other.terms) >= SAME_WORDING


def _same_but(
    one: ComparedStatement, other: ComparedStatement, kind: DifferenceKind, pairs: tuple[tuple[str, str], ...]
) -> bool:
    """Return whether two sentences have the same words but for who has a role, or for the hours.

    They are about the same unless their titles share no word.
    """
    first, second = one.profile, other.profile
    if kind is DifferenceKind.NAME:
        full = all(first.is_person(mine) and second.is_person(theirs) for mine, theirs in pairs)
        full = full and all(len(name.split()) > 1 for pair in pairs for name in pair)
        fewest = SAME_ROLE if full and first.role and second.role else 0
    else:
        hours = kind is DifferenceKind.NUMBER and len(pairs) == MOST_PAIRS
        hours = hours and all(_TIME.fullmatch(time) for pair in pairs for time in pair)
        fewest = SAME_HOURS if hours else 0
    if not fewest or len(first.terms & second.terms) < fewest or _other_titles(one.above, other.above):
        return False
    mine, theirs = first.whole, second.whole
    for a, b in pairs:
        mine, theirs = mine.replace(a, "", 1), theirs.replace(b, "", 1)
    return mine.casefold().split() == theirs.casefold().split()


def _other_titles(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether titles and headings of some words share none."""
    mine, theirs = ({term for term in own if term.isalpha() and len(term) > 1} for own in (one, other))
    return min(len(mine), len(theirs)) >= TITLE_TERMS and not mine & theirs


def _told_apart(one: StatementProfile, other: StatementProfile) -> bool:
    """Return whether the sentences have different words of a group, such as "north" and "south"."""
    groups = one.apart.keys() & other.apart.keys()
    return any(one.apart[n].isdisjoint(other.apart[n]) for n in groups)


def _is_subject(one: ComparedStatement, other: ComparedStatement, pairs: tuple[tuple[str, str], ...]) -> bool:
    """Return whether a name that only one sentence has is what its document or section is about."""
    sides = [(one, mine) for mine, _ in pairs] + [(other, theirs) for _, theirs in pairs]
    return any(not side.above.isdisjoint(side.profile.terms_of(words)) for side, words in sides)
