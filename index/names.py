"""Which documents somebody may see, by their names."""

from dataclasses import dataclass
from functools import cached_property

from index.records import Document
from index.within import Filter


@dataclass(frozen=True)
class Names:
    """Names that fit one of the patterns (as in `Filter`), without patterns every name.

    What fits a pattern behind `!` is taken out, wherever among the patterns that stands: in a .gitignore file
    the order decides, and whether a pattern names a folder, so that one may take out less than it seems to.

    >>> names = Names(("reports/**", "!reports/board/"))
    >>> names.fits("reports/a.pdf"), names.fits("reports/board/a.pdf"), names.fits("a.pdf")
    (True, False, False)

    Raises SettingsError for what is no pattern.
    """

    patterns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _ = self._wanted, self._unwanted

    @property
    def empty(self) -> bool:
        """Tell whether every document may be seen."""
        return not self.patterns

    def fits(self, name: str) -> bool:
        """Tell whether a document of this name may be seen."""
        return self._wanted.fits(name) and not (self._unwanted.paths and self._unwanted.fits(name))

    def allows(self, document: Document) -> bool:
        """Tell whether a document may be seen."""
        return self.fits(document.name)

    @cached_property
    def _wanted(self) -> Filter:
        return Filter(paths=tuple(each for each in self.patterns if not each.startswith("!")))

    @cached_property
    def _unwanted(self) -> Filter:
        return Filter(paths=tuple(each[1:] for each in self.patterns if each.startswith("!")))


ALL = Names()
"""Those of whoever may see every document."""
