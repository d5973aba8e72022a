"""The chunks of some documents, as a condition that the tables' own indexes understand."""

from dataclasses import dataclass
from functools import cached_property

from citeback.index.object_store.tables import is_in


@dataclass(frozen=True)
class DocumentSet:
    """The chunks of the documents with these names (originals, for duplicates)."""

    names: frozenset[str]

    def __and__(self, other: "DocumentSet") -> "DocumentSet":
        return DocumentSet(self.names & other.names)

    @cached_property
    def condition(self) -> str:
        """Return the condition on a chunk's columns."""
        return is_in("document", sorted(self.names)) if self.names else "false"
