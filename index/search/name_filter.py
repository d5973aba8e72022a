"""Access control by document name."""

from dataclasses import dataclass
from functools import cached_property

from citeback.index.records import Document
from citeback.index.search.filters import Filter


@dataclass(frozen=True)
class NameFilter:
    """The documents that a user may see, by patterns for their names (as in `Filter`); without patterns, all.

    A name that matches a pattern behind `!` is excluded, in whatever order the patterns come. In a .gitignore
    file, by contrast, order matters, and so does whether a pattern names a folder, so a `!` there may exclude
    less than it seems to.

    >>> names = NameFilter(("reports/**", "!reports/board/"))
    >>> names.matches("reports/a.pdf"), names.matches("reports/board/a.pdf"), names.matches("a.pdf")
    (True, False, False)

    Raises:
        SettingsError: a pattern is invalid.
    """

    patterns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _ = self._included, self._excluded

    @property
    def empty(self) -> bool:
        """Return whether every document is visible."""
        return not self.patterns

    def matches(self, name: str) -> bool:
        """Return whether a document of this name is visible."""
        return self._included.matches_name(name) and not (
            self._excluded.paths and self._excluded.matches_name(name)
        )

    def allows(self, document: Document) -> bool:
        """Return whether a document is visible."""
        return self.matches(document.name)

    @cached_property
    def _included(self) -> Filter:
        return Filter(paths=tuple(each for each in self.patterns if not each.startswith("!")))

    @cached_property
    def _excluded(self) -> Filter:
        return Filter(paths=tuple(each[1:] for each in self.patterns if each.startswith("!")))


ALL_NAMES = NameFilter()
"""Everything is visible."""
