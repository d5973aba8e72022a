"""The days, months, years, decades and centuries that a question names."""

import re
from dataclasses import dataclass
from decimal import Decimal

from citeback.rag.tables.cell_values import MONTHS, date
from citeback.rag.tables.question_words import QuestionWords


@dataclass(frozen=True, slots=True)
class NamedDates:
    """The dates that a question names."""

    words: QuestionWords

    def dates(self) -> tuple[tuple[frozenset[int], Decimal, Decimal], ...]:
        """Return the days, months and years that are named, as the first and last figure of a date."""
        found: list[tuple[frozenset[int], Decimal, Decimal]] = []
        texts, taken = self.words.texts, set[int]()
        for size in (3, 2, 1):
            for start in range(len(texts) - size + 1):
                positions = frozenset(range(start, start + size))
                if positions & taken:
                    continue
                said = " ".join(texts[start : start + size])
                bounds = _dated(said)
                if bounds and (size > 1 or said != "may" or self.words.names_may(start)):
                    found.append((positions, *bounds))
                    taken |= positions
        return tuple(found)

    def decades(self) -> tuple[tuple[frozenset[int], int, int], ...]:
        """Return the decades and centuries that are named, as their first and last year."""
        found = []
        for n, word in enumerate(self.words.words):
            match = re.fullmatch(r"(1[0-9]|20)?(\d0)'?s", word.text)
            if match:
                first = int(match[1] or 19) * 100 + int(match[2])
                found.append((frozenset({n}), first, first + (99 if match[2] == "00" else 9)))
            century = re.fullmatch(r"(\d\d)(?:st|nd|rd|th)", word.text)
            if century and self.words.texts[n + 1 : n + 2] == ("century",):
                last = int(century[1]) * 100
                found.append((frozenset({n, n + 1}), last - 99, last))
        return tuple(found)


def _dated(said: str) -> tuple[Decimal, Decimal] | None:
    if re.fullmatch(r"1[0-9]\d\d|20\d\d", said):
        return Decimal(int(said) * 10_000), Decimal(int(said) * 10_000 + 9_999)
    if said in MONTHS:
        return Decimal(MONTHS[said] * 100), Decimal(MONTHS[said] * 100)
    value = date(re.sub(r"^(\w+) (\d{1,2}) (\d{4})$", r"\1 \2, \3", said))
    if value is None or value.number is None or value.rest or re.match(r"\d+ \d+", said):
        return None
    low = value.number
    if low % 100:
        return low, low
    return low, low + 99
