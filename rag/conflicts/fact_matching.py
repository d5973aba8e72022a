"""Matches the facts of two sentences: which agree, which differ, and which only one sentence states."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeVar

from citeback.index.word_lists import word_groups
from citeback.rag.checking.claims.quantities import Quantity
from citeback.rag.conflicts.day_parts import DayParts
from citeback.rag.conflicts.profile import StatementProfile

Comparable = TypeVar("Comparable", DayParts, Quantity)


@dataclass(frozen=True, slots=True)
class MatchedFacts:
    """Facts of one kind in two sentences: pairs that differ, how many agree, how many only one states."""

    differing: tuple[tuple[str, str], ...]
    agreeing: int
    one_sided: int


def match_values(ones: tuple[Comparable, ...], others: tuple[Comparable, ...]) -> MatchedFacts:
    """Match numbers or dates: equal ones agree; of the rest, comparable ones differ, in their order."""
    agreeing = [one for one in ones if any(one.comparable(two) and one.agrees(two) for two in others)]
    left = [two for two in others if not any(two.comparable(one) and two.agrees(one) for one in ones)]
    pairs, alone = [], 0
    for one in ones:
        if one in agreeing:
            continue
        against = next((two for two in left if one.comparable(two)), None)
        if against is None:
            alone += 1
        else:
            left.remove(against)
            pairs.append((one.text, against.text))
    return MatchedFacts(differing=tuple(pairs), agreeing=len(agreeing), one_sided=alone + len(left))


def match_names(one: StatementProfile, other: StatementProfile) -> MatchedFacts:
    """Match names: those that only one sentence has differ if the other has some of its own."""
    mine, theirs = one.names_missing_in(other), other.names_missing_in(one)
    agreeing = min(len(one.name_runs) - len(mine), len(other.name_runs) - len(theirs))
    if mine and theirs:
        pairs = zip_longest((run.text for run in mine), (run.text for run in theirs), fillvalue="")
        return MatchedFacts(differing=tuple(pairs), agreeing=agreeing, one_sided=0)
    return MatchedFacts(differing=(), agreeing=agreeing, one_sided=len(mine) + len(theirs))


def opposites(one: StatementProfile, other: StatementProfile) -> Iterator[tuple[str, str]]:
    """Yield the words of one sentence whose opposite the other has instead."""
    for word in sorted(one.lower & _OPPOSITES.keys()):
        for opposite in _OPPOSITES[word]:
            if opposite in other.lower and word not in other.lower and opposite not in one.lower:
                yield word, opposite


def negations(one: StatementProfile, other: StatementProfile) -> Iterator[tuple[str, str]]:
    """Yield the word by which one sentence denies what the other affirms; the other's is ""."""
    mine, theirs = one.undone(other), other.undone(one)
    if (one.negators + len(mine) + other.negators + len(theirs)) % 2 == 0:
        return
    if mine or theirs:
        yield next(iter(mine), _denial(one)), next(iter(theirs), _denial(other))
        return
    first, second = one.sequence, other.sequence
    denied = (first.negated - first.affirmed) & (second.affirmed - second.negated)
    affirmed = (first.affirmed - first.negated) & (second.negated - second.affirmed)
    if denied | affirmed:
        yield _denial(one), _denial(other)


def _denial(profile: StatementProfile) -> str:
    return next((word.text for word in profile.sequence.words if word.is_negator), "")


def _opposites() -> dict[str, tuple[str, ...]]:
    result: dict[str, set[str]] = {}
    for one, other in word_groups(__package__, "opposites.txt"):
        result.setdefault(one, set()).add(other)
        result.setdefault(other, set()).add(one)
    return {word: tuple(sorted(others)) for word, others in result.items()}


_OPPOSITES = _opposites()
