"""The likelihood that a difference is a conflict, from its signs: three logistic models.

Fitted by `python -m bench.conflicts --fit` on a folder about other things than the one that is measured.
"""

from citeback.rag.conflicts.comparison import DifferenceKind, DifferenceSigns, StatementDifference
from citeback.rag.logistic import LogisticModel

FIGURES = LogisticModel(
    DifferenceSigns(
        cosine=1.11,
        predicate=1.54,
        least=-0.35,
        most=-0.65,
        one_sided=-0.90,
        qualified=-0.50,
        dated=-4.98,
        subject=-3.39,
        intended=-0.81,
        near=0.53,
        second=2.32,
        fitting=2.32,
    ),
    bias=-1.20,
)
NAMES = LogisticModel(
    DifferenceSigns(
        cosine=0.20,
        predicate=0.41,
        least=-0.57,
        most=-0.10,
        one_sided=-0.49,
        qualified=0.00,
        dated=0.00,
        subject=-5.02,
        intended=0.00,
        near=0.15,
        second=0.00,
        fitting=1.91,
    ),
    bias=-0.10,
)
# Set by hand: nearly all that it gets in the made folder is planted.
TURNED = LogisticModel(
    DifferenceSigns(
        cosine=3.0,
        predicate=5.0,
        least=-1.5,
        most=-0.7,
        one_sided=-0.5,
        qualified=-0.7,
        dated=-1.0,
        subject=-3.0,
        intended=-1.5,
        near=0.5,
        second=0.0,
        fitting=0.0,
    ),
    bias=-3.5,
)
LISTED = 0.5
"""From this probability on, a difference is listed as a conflict."""


def likelihood(difference: StatementDifference) -> float:
    """Return the probability that a difference is a conflict."""
    if difference.kind in (DifferenceKind.NUMBER, DifferenceKind.DATE):
        return FIGURES(difference.signs)
    return NAMES(difference.signs) if difference.kind is DifferenceKind.NAME else TURNED(difference.signs)
