"""The words of a question, each with its terms for comparison."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from citeback.index.search.analyzer import STOP_WORDS, Analyzer, fold_accents

_WORD = re.compile(r"\d{1,3}:\d\d(?::\d\d)?(?!\w)|\d+'?s\b|\d[\d,]*(?:\.\d+)?(?![\w])|\w+(?:['’]\w+)?|[%$€£]")

MOST_IDENTIFIERS = 12  # of a question that are looked for
_JOINED = re.compile(r"(?<![\w-])(?!(?:mid|post|pre|under|over|late|early)-)[a-z]{1,8}-\d{2,10}(?![\w-])")
# Words that count in a question over a table; words about tables and asking; verbs of any row.
_MEANINGFUL = """
after before above below over under most more not no only other same or than both few
once again until between
"""
_EMPTY_WORDS = """
list lists listed table chart according shown show shows tell give name named names
there's many much number amount total please find count identify according one ones shall
may might must would us people person data given according figure value row rows item
items entry entries ever whose
"""
_VERBS = """
win wins won winning score scored scores play played plays get gets got receive received
receives make made makes hold held holds take took takes taken place placed occur
occurred happen happened participate participated compete competed finish finished come
came comes go went goes become became serve served serves appear appears appeared belong
belongs belonged release released releases perform performed include included includes
located used use uses build built start started began begin end ended run ran record
recorded represent represents represented earn earned earns rank ranked ranks achieve
achieved attend attended lead leads led contain contains gain gained produce produced
feature featured features set sets finishing playing competing work works worked born
live lives award awarded know known call called see saw seen follow follows reach reached
receive write wrote written directed sing sang sung lose lost beat defeated obtain
obtained collect collected accumulate accumulated said say says stand stands
"""
_BEFORE_MONTHS = frozenset(
    ("in", "of", "to", "from", "until", "till", "through", "since", "between", "during", "for")
)
_NUMBERS = {
    name: str(n)
    for n, name in enumerate(
        [
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
        ],
        start=2,
    )
} | {"twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "hundred": "100", "twice": "2"}
_BEFORE_ONE = frozenset({"than", "least", "most", "exactly", "over"})
FILLERS = frozenset((STOP_WORDS - set(_MEANINGFUL.split())) | set(_EMPTY_WORDS.split()))
VERBS = frozenset(_VERBS.split())


@dataclass(frozen=True, slots=True)
class QuestionWord:
    """A word as it is asked, folded; `terms` are what it is compared by."""

    text: str
    terms: tuple[str, ...]


class QuestionWords:
    """A question as words."""

    def __init__(self, question: str, analyzer: Analyzer) -> None:
        self.text = fold_accents(question.casefold()).replace("’", "'")
        self.words = tuple(QuestionWord(w, tuple(analyzer.terms(w))) for w in _WORD.findall(self.text))

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Return the words."""
        return tuple(word.text.removesuffix("'s") for word in self.words)

    @cached_property
    def line(self) -> str:
        """Return the words parted by single blanks, with one at either end; numbers as digits."""
        return f" {' '.join(self._figured)} "

    @cached_property
    def figures(self) -> tuple[str, ...]:
        """Return the words, numbers as digits: "one" and "single" as well, "no" and "zero" as 0."""
        names = {**_NUMBERS, "one": "1", "single": "1", "once": "1", "no": "0", "zero": "0"}
        return tuple(names.get(text, text) for text in self.texts)

    @cached_property
    def _figured(self) -> tuple[str, ...]:
        before = ("", *self.texts)
        return tuple(
            "1" if text in ("one", "once") and before[n] in _BEFORE_ONE else _NUMBERS.get(text, text)
            for n, text in enumerate(self.texts)
        )

    @cached_property
    def identifiers(self) -> tuple[frozenset[int], ...]:
        """Return the places of words that are joined to one identifier: "MT-33"."""
        found = list[frozenset[int]]()
        for match in islice(_JOINED.finditer(self.text), MOST_IDENTIFIERS):
            before = len(_WORD.findall(self.text[: match.start()]))
            after = before + len(_WORD.findall(match[0]))
            found.append(frozenset(range(before, after)))
        return tuple(found)

    def terms(self, start: int, end: int) -> tuple[str, ...]:
        """Return the terms of some words."""
        return tuple(term for word in self.words[start:end] for term in word.terms)

    def spans(self, longest: int) -> Iterator[tuple[int, int]]:
        """Yield every run of words, the longest first."""
        for size in range(min(longest, len(self)), 0, -1):
            for start in range(len(self) - size + 1):
                yield start, start + size

    def find(self, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], frozenset[int]]]:
        """Yield the matches of a pattern in `line`, with the places of their words."""
        for match in pattern.finditer(self.line):
            yield match, self.positions(match.start(), match.end())

    def positions(self, start: int, end: int) -> frozenset[int]:
        """Return which words are within characters of `line`."""
        found, at = set[int](), 1
        for n, text in enumerate(self._figured):
            if at >= start and at + len(text) <= end:
                found.add(n)
            at += len(text) + 1
        return frozenset(found)

    def is_filler(self, n: int) -> bool:
        """Return whether a word does not affect the meaning of the question."""
        if self.names_may(n):
            return False
        return self.texts[n] in FILLERS or self.words[n].text in FILLERS

    def names_may(self, n: int) -> bool:
        """Return whether a word is the month of May: it follows a preposition."""
        before = self.texts[n - 1] if n else ""
        joined = before == "and" and "between" in self.texts[: n - 1]
        return self.texts[n] == "may" and (joined or before in _BEFORE_MONTHS)


def contains_run(cell: Sequence[str], words: Sequence[str]) -> bool:
    """Return whether terms hold others side by side."""
    size = len(words)
    return any(tuple(cell[i : i + size]) == tuple(words) for i in range(len(cell) - size + 1))


def alike(one: str, other: str) -> bool:
    """Return whether two terms begin alike, for most of their length."""
    shorter = min(len(one), len(other))
    return shorter >= 5 and one[: max(5, shorter - 2)] == other[: max(5, shorter - 2)] and one != other


def nearest_places(at: list[list[int]]) -> frozenset[int]:
    """Return places, one of each list, that are closest together."""
    best: tuple[int, frozenset[int]] | None = None
    for first in at[0]:
        chosen = frozenset({first, *(min(others, key=lambda i: abs(i - first)) for others in at[1:])})
        width = max(chosen) - min(chosen)
        if best is None or width < best[0]:
            best = width, chosen
    return best[1] if best else frozenset()
