"""Access control by document name."""

from dataclasses import dataclass
from functools import cached_property

from index.records import Document
from index.within import Filter


@dataclass(frozen=True)
class Names:
    """The documents that a user may see, by patterns for their names (as in `Filter`); without patterns, all.

    A name that matches a pattern behind `!` is excluded, in whatever order the patterns come. In a .gitignore
    file, by contrast, order matters, and so does whether a pattern names a folder, so a `!` there may exclude
    less than it seems to.

    >>> names = Names(("reports/**", "!reports/board/"))
    >>> names.fits("reports/a.pdf"), names.fits("reports/board/a.pdf"), names.fits("a.pdf")
    (True, False, False)

    Raises:
        SettingsError: a pattern is invalid.
    """

    patterns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _ = self._wanted, self._unwanted

    @property
    def empty(self) -> bool:
        """Return whether every document is visible."""
        return not self.patterns

    def fits(self, name: str) -> bool:
        """Return whether a document of this name is visible."""
        return self._wanted.fits(name) and not (self._unwanted.paths and self._unwanted.fits(name))

    def allows(self, document: Document) -> bool:
        """Return whether a document is visible."""
        return self.fits(document.name)

    @cached_property
    def _wanted(self) -> Filter:
        return Filter(paths=tuple(each for each in self.patterns if not each.startswith("!")))

    @cached_property
    def _unwanted(self) -> Filter:
        return Filter(paths=tuple(each[1:] for each in self.patterns if each.startswith("!")))


ALL = Names()
"""Everything is visible."""
