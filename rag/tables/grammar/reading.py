"""A reading of a question: a plan, and the words it accounts for."""

from dataclasses import dataclass, field

from citeback.rag.tables.plan import Condition, Plan

COMPOSED = "any "
"""How the names of the forms begin that join any rows with any operation."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a question: a plan, the positions of the words it accounts for, and its features."""

    plan: Plan
    form: str
    used: frozenset[int]
    features: dict[str, float] = field(default_factory=dict)

    @property
    def composed(self) -> bool:
        """Return whether no pattern says that it is meant, but only its words might be."""
        return self.form.startswith(COMPOSED)


@dataclass(frozen=True, slots=True)
class Target:
    """A column that may be asked for, how that is said, and by which words.

    `share` is how much of the column's head they say (0 to 1).
    """

    column: int
    how: str
    used: frozenset[int]
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class RowConditions:
    """Conditions on rows, the words that make them, and their features."""

    conditions: tuple[Condition, ...] = ()
    used: frozenset[int] = frozenset()
    features: dict[str, float] = field(default_factory=dict)
