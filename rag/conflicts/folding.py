"""Merges equal conflicts: the same differing words about the same subject.

Five documents may say 412 and two say 380, each in words of its own: that is one conflict, with the other
places beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citeback.rag.conflicts.comparison import DifferenceKind, StatementDifference
from citeback.rag.conflicts.statements import Statements
from citeback.rag.folder_statements import StatementPlace

TURNED = frozenset({DifferenceKind.NEGATION, DifferenceKind.OPPOSITE})


@dataclass(frozen=True, slots=True)
class LikelyConflict:
    """Two statements by their numbers, their difference, and the probability of a conflict."""

    one: int
    other: int
    difference: StatementDifference
    likelihood: float


@dataclass(slots=True)
class _Fold:
    """A conflict with the statements of either side."""

    surest: LikelyConflict
    mine: list[int]
    theirs: list[int]


def fold(
    likely: Sequence[LikelyConflict], statements: Statements
) -> Iterator[tuple[LikelyConflict, list[StatementPlace], list[StatementPlace]]]:
    """Yield each conflict once, most certain first, with all places of either side."""
    folds: dict[tuple[object, ...], list[_Fold]] = {}
    made: list[_Fold] = []
    for each in sorted(likely, key=lambda each: (-each.likelihood, each.one, each.other)):
        known = folds.setdefault(_key(each), [])
        for one in known:
            if _added(one, each):
                break
        else:
            known.append(_Fold(surest=each, mine=[each.one], theirs=[each.other]))
            made.append(known[-1])
    for one in made:
        yield one.surest, _places(one.mine, statements), _places(one.theirs, statements)


def _key(each: LikelyConflict) -> tuple[object, ...]:
    """Return what two pairs have in common if they are the same conflict: the words that differ."""
    if each.difference.kind in TURNED:
        return (each.difference.kind in TURNED,)
    pairs = each.difference.differences
    return (
        each.difference.kind,
        frozenset(word.casefold() for pair in pairs for word in (pair.one, pair.other)),
    )


def _added(known: _Fold, each: LikelyConflict) -> bool:
    """Add a pair to a conflict if they share a statement; return whether they do."""
    for one, other in ((each.one, each.other), (each.other, each.one)):
        if one in known.mine or other in known.theirs:
            known.mine += [one] * (one not in known.mine and one not in known.theirs)
            known.theirs += [other] * (other not in known.theirs and other not in known.mine)
            return True
    return False


def _places(numbers: Sequence[int], statements: Statements) -> list[StatementPlace]:
    return [place for n in numbers for place in (statements.all[n].place, *statements.all[n].also)]
