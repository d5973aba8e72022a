"""Which documents a search is kept to: by path, date, type and author. Must never know rows or questions."""

import re
from dataclasses import dataclass
from functools import cached_property

from pathspec import GitIgnoreSpec

from index.errors import SettingsError
from index.records import Document

_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?\Z", re.ASCII)


@dataclass(frozen=True)
class Filter:
    """What a document must be to be searched; where a field is empty, anything will do.

    `paths` are patterns for names as in .gitignore (`reports/**`, `*.pdf`, `reports/`), of which one must
    fit. `since` and `until` are dates (`2024`, `2024-05` or `2024-05-31`), both included. `kinds` are
    kinds of documents or suffixes (`pdf`, `docx`), `authors` parts of an author's name; of each one must
    fit, in any case of letters.

    >>> Filter(paths=("reports/**",), since="2024").empty
    False

    Raises SettingsError for what is no date.
    """

    paths: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    kinds: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for date in filter(None, (self.since, self.until)):
            if not _DATE.match(date):
                raise SettingsError(f"{date!r} is not a date.", "write it as 2024, 2024-05 or 2024-05-31")

    @property
    def empty(self) -> bool:
        """Tell whether every document passes."""
        return not (self.paths or self.since or self.until or self.kinds or self.authors)

    def allows(self, document: Document) -> bool:
        """Tell whether a document passes."""
        return (
            self._dated(document.day)
            and (not self.kinds or any(self._is(document, kind.lower()) for kind in self.kinds))
            and (not self.authors or any(a.casefold() in document.author.casefold() for a in self.authors))
            and self.fits(document.name)
        )

    def fits(self, name: str) -> bool:
        """Tell whether a name passes, as far as names go."""
        return not self.paths or self._patterns.match_file(name)

    @cached_property
    def _patterns(self) -> GitIgnoreSpec:
        return GitIgnoreSpec.from_lines(self.paths)

    def _dated(self, day: str) -> bool:
        return day >= self.since and (not self.until or day[: len(self.until)] <= self.until)

    def _is(self, document: Document, kind: str) -> bool:
        return document.kind == kind or document.name.lower().endswith(f".{kind.removeprefix('.')}")


EVERYTHING = Filter()
"""The filter that every document passes."""
