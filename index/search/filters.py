"""Search filters: by path, date, kind and author."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from citeback.index.errors import SettingsError
from citeback.index.records import Document
from citeback.index.search.name_patterns import NamePatterns, check_bounds

_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?\Z", re.ASCII)


@dataclass(frozen=True)
class Filter:
    """Conditions on documents; empty fields match everything.

    `paths` are .gitignore patterns for names (`reports/**`, `*.pdf`, `reports/`). `since` and `until` are
    dates (`2024`, `2024-05` or `2024-05-31`), both inclusive. `kinds` are document kinds or suffixes (`pdf`,
    `docx`), `authors` parts of an author's name, both ignoring case. One value of each field must match.

    Examples:
        >>> Filter(paths=("reports/**",), since="2024").empty
        False

    Raises:
        SettingsError: a date or pattern is invalid, or there are too many or too long values.
    """

    paths: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    kinds: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for given in filter(None, (self.since, self.until)):
            if not _is_date(given):
                what = f"{given[:40]!r} is not a date."
                raise SettingsError(what, "write it as 2024, 2024-05 or 2024-05-31")
        check_bounds("kinds", self.kinds)
        check_bounds("authors", self.authors)
        _ = self._patterns

    @property
    def empty(self) -> bool:
        """Return whether every document passes."""
        return not (self.paths or self.since or self.until or self.kinds or self.authors)

    def allows(self, document: Document) -> bool:
        """Return whether a document passes."""
        return (
            self._in_date_range(document.day)
            and (not self.kinds or any(self._is_kind(document, kind.lower()) for kind in self.kinds))
            and (not self.authors or any(a.casefold() in document.author.casefold() for a in self.authors))
            and self.matches_name(document.name)
        )

    def matches_name(self, name: str) -> bool:
        """Return whether a name matches `paths`."""
        return not self.paths or self._patterns.matches(name)

    @cached_property
    def _patterns(self) -> NamePatterns:
        return NamePatterns(self.paths)

    def _in_date_range(self, day: str) -> bool:
        return day >= self.since and (not self.until or day[: len(self.until)] <= self.until)

    def _is_kind(self, document: Document, kind: str) -> bool:
        return document.kind == kind or document.name.lower().endswith(f".{kind.removeprefix('.')}")


def _is_date(text: str) -> bool:
    """Return whether this is a day, month or year of the calendar.

    >>> [_is_date(text) for text in ("2024-02-29", "2023-02-29", "2024-13", "0000")]
    [True, False, False, False]
    """
    if not _DATE.match(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - len("2024") :])
    except ValueError:
        return False
    return True


NO_FILTER = Filter()
"""The filter that every document passes."""
