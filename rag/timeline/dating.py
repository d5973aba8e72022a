"""What a document tells of its own time, from which the dates in it are reckoned."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from citeback.index.records import Document
from citeback.rag.lists.dates import dates
from citeback.rag.stated_time import stated_time
from citeback.rag.timeline.day_order import day_first

_MIDDLE = {len("2024"): "-07-01", len("2024-07"): "-15", len("2024-07-15"): ""}


@dataclass(frozen=True, slots=True)
class Dating:
    """The day of a document; `known` if it states when it is from, `exact` if it states the day.

    `sure` is false if it states only the year. `years` are those of the months that it writes with one year.
    `day_first` tells whether it writes the day before the month in numeric dates; None if that is not known.
    """

    day: date
    known: bool = True
    exact: bool = True
    sure: bool = True
    day_first: bool | None = None
    years: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document, text: str) -> Self:
        """Return what a document tells of its time; of "July 2024", the middle of the month is its day."""
        value = stated_time(document, text)
        return cls(
            day=date.fromisoformat(f"{value}{_MIDDLE[len(value)]}" if value else document.day),
            known=bool(value),
            exact=len(value) in (0, len("2024-07-15")),
            sure=len(value) != len("2024"),
            day_first=day_first(text),
            years=_years(text),
        )


def _years(text: str) -> dict[int, int]:
    """Return the year of each month that a text writes with a year, always the same."""
    result: dict[int, set[int]] = {}
    for item in dates(text):
        if item.value[:4].isdigit() and item.value[5:7].isdigit():
            result.setdefault(int(item.value[5:7]), set()).add(int(item.value[:4]))
    return {month: years.pop() for month, years in result.items() if len(years) == 1}
