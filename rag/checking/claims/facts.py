"""Facts in a sentence (numbers, dates, names, quotations), and those that a text lacks.

Different spellings are matched: "three" and 3, "Sept. 9" and 9 September, "2.5 million" and 2,500,000.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from citeback.index.search.analyzer import FUNCTION_WORDS, STOP_WORDS, Analyzer, fold_accents
from citeback.index.word_lists import word_groups
from citeback.rag.checking.claims.local_numbers import local_numbers
from citeback.rag.checking.claims.numerals import (
    APPROXIMATE_TOLERANCE,
    MONTHS,
    MONTHS_OF,
    WORDS,
    months,
    numbers,
    numeric_dates,
)

_OPEN = re.compile(r"[“\"«„]")
_CLOSE = {"“": re.compile("”"), '"': re.compile('"'), "«": re.compile("»"), "„": re.compile("[“”]")}
_NAME = re.compile(r"(?<![\w'’])(?:[A-ZÀ-ÖØ-Þ][\w’'.&-]*\w|[A-Z]\b)")
_RUN = re.compile(r"[A-Z]\w+(?:\s+(?:(?:of|and|the|for)\s+)*[A-Z]\w+)*")
_INITIALS = re.compile(r"\b(?:[A-Z]{2,}\b|(?:[A-Z]\.){2,})")
_WORD = re.compile(r"[^\W_]+")
MAX_ACRONYM = 12  # maximum length of an acronym, in letters
_CAPITAL = re.compile(r"\s+[A-Z]")
_BEFORE, _APOSTROPHES = frozenset(" \n\t\"'“‘«([*_#>-¿¡"), ("'", "’")


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact stated in a sentence; `text` is its words as they stand there.

    `kind` is "number", "date", "name" or "quote". A text states the fact if it holds any of `keys`; a number
    that is only `approximate` right need only be near.
    """

    kind: str
    text: str
    keys: frozenset[object]
    approximate: bool = False


def facts(text: str, analyzer: Analyzer) -> tuple[Fact, ...]:
    """Return the facts of a sentence, in no particular order."""
    return (
        *_quotes(text),
        *(
            Fact(kind="date", text=month.text, keys=frozenset({month.value}))
            for month in months(text, analyzer.language)
        ),
        *(
            Fact(kind="number", text=n.text, keys=frozenset({n.value}), approximate=n.approximate)
            for n in local_numbers(text, analyzer.language)
        ),
        *_names(text, analyzer),
    )


@dataclass(frozen=True)
class FactIndex:
    """A text in which facts are looked up; each index of it is built on first use."""

    text: str
    analyzer: Analyzer

    def missing(self, claimed: Sequence[Fact]) -> tuple[Fact, ...]:
        """Return the facts that the text does not state."""
        return tuple(fact for fact in claimed if not self.states(fact))

    def states(self, fact: Fact) -> bool:
        """Return whether the text states the fact, in the same or in equivalent words."""
        if fact.kind == "quote":
            return any(str(key) in self.words for key in fact.keys)
        if fact.kind == "number":
            return bool(fact.keys & self.numbers) or (fact.approximate and self._near(fact))
        if fact.kind == "date":
            return bool(fact.keys & self.months)
        return bool(fact.keys & (self.names | self.acronyms)) or any(
            _differs_in_ending(str(key), name) for key in fact.keys for name in self._beginning(str(key))
        )

    @cached_property
    def words(self) -> str:
        """Return the words of the text, folded and separated by single spaces."""
        return folded_words(self.text)

    @cached_property
    def numbers(self) -> frozenset[object]:
        """Return the value of every number in the text, in either notation where its language is not sure."""
        plain = frozenset(number.value for number in numbers(self.text, idle=True))
        local = local_numbers(self.text, self.analyzer.language, idle=True)
        return plain | {number.value for number in local}

    @cached_property
    def months(self) -> frozenset[object]:
        """Return every month in the text, from 1; for all-digit dates, every part that may be the month."""
        return frozenset([*self._named_months(), *numeric_dates(self.text)])

    def _named_months(self) -> Iterator[object]:
        return (month.value for month in months(self.text, self.analyzer.language))

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the terms of the text and their related names; a name is one or several of them."""
        return frozenset(kin for term in self.analyzer.terms(self.text) for kin in name_variants(term))

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """Return the acronyms in the text ("US") and those of its runs of names ("us" for United States)."""
        runs = (names for _, names in _capitalised_runs(self.text))
        parts = (
            names[i:j]
            for names in runs
            for i in range(len(names))
            for j in range(i + 2, min(i + MAX_ACRONYM, len(names)) + 1)
        )
        spelled = {"".join(name[0] for name in names).casefold() for names in parts}
        own = {match[0].replace(".", "") for match in _INITIALS.finditer(self.text)}
        return frozenset(spelled | own)

    @cached_property
    def _by_beginning(self) -> dict[str, list[str]]:
        result: dict[str, list[str]] = {}
        for name in self.names:
            result.setdefault(name[:3], []).append(name)
        return result

    def _beginning(self, name: str) -> list[str]:
        return self._by_beginning.get(name[:3], [])

    def _near(self, fact: Fact) -> bool:
        wanted = [key for key in fact.keys if isinstance(key, float)]
        known = [n for n in self.numbers if isinstance(n, float)]
        return any(abs(n - w) <= APPROXIMATE_TOLERANCE * abs(w) for w in wanted for n in known)


def folded_words(text: str) -> str:
    """Return the words of a text, folded and separated by single spaces.

    >>> folded_words("“Don’t go,” he said")
    'don t go he said'
    """
    return " ".join(_WORD.findall(fold_accents(text).casefold()))


def _quotes(text: str) -> Iterator[Fact]:
    for inner in _quoted(text):
        if words := folded_words(inner):
            yield Fact(kind="quote", text=inner, keys=frozenset({words}))


def _quoted(text: str) -> Iterator[str]:
    """Yield the text between quotation marks; a closing mark that is missing is searched for only once."""
    start, never = 0, set[str]()
    while opened := _OPEN.search(text, start):
        start = opened.end()
        # Adjacent marks enclose nothing: the second may itself open a quotation.
        closed = None if opened[0] in never else _CLOSE[opened[0]].search(text, start + 1)
        if closed is None:
            never.add(opened[0])
        elif not _CLOSE[opened[0]].match(text, start):
            yield text[start : closed.start()]
            start = closed.end()


def _names(text: str, analyzer: Analyzer) -> Iterator[Fact]:
    """Yield each capitalised word that does not merely begin a sentence; an acronym may match several."""
    if analyzer.language == "de":  # German capitalises every noun
        return
    runs = list(_capitalised_runs(text))
    for match in _NAME.finditer(text):
        word = match[0]
        without = FUNCTION_WORDS.get(analyzer.language, STOP_WORDS)
        ordinary = (
            STOP_WORDS | MONTHS.keys() | MONTHS_OF.get(analyzer.language, {}).keys() | WORDS.keys() | without
        )
        if word.casefold().rstrip(".") in ordinary or is_sentence_initial(text, match):
            continue
        at = bisect_right(runs, match.start(), key=lambda run: run[0][0]) - 1
        (_, end), names = runs[at] if at >= 0 else ((0, 0), [])
        short = "".join(name[0] for name in names[:MAX_ACRONYM]) if match.start() < end else ""
        for term in analyzer.terms(word):
            yield Fact(
                kind="name",
                text=word,
                keys=frozenset([*name_variants(term), *([short] if len(short) > 1 else [])]),
            )


def other_full_names(text: str, source: str, analyzer: Analyzer) -> Iterator[tuple[str, str]]:
    """Yield each name in a text that is put together of two names in a source, with one of those.

    The source holds all words of "Ada Karim", but only in "Ada Quayle" and "Yusuf Karim".
    """
    words, terms = folded_words(source), set(analyzer.terms(source))
    theirs = [names for _, names in _capitalised_runs(source) if len(names) > 1]
    for _, names in _capitalised_runs(text):
        own = [name for name in names if name.casefold() not in STOP_WORDS]
        mine = {term for name in own for term in analyzer.terms(name)}
        if len(mine) < 2 or not mine <= terms or folded_words(" ".join(own)) in words:
            continue
        for other in theirs:
            known = {term for name in other for term in analyzer.terms(name)}
            if mine & known and mine - known and known - mine:
                yield " ".join(own), " ".join(other)
                break


def _capitalised_runs(text: str) -> Iterator[tuple[tuple[int, int], list[str]]]:
    """Yield the span and the words of each run of capitalised words, allowing small words between them."""
    for match in _RUN.finditer(text):
        yield match.span(), [word for word in match[0].split() if word[0].isupper()]


def is_sentence_initial(text: str, match: re.Match[str]) -> bool:
    """Return whether a word is capitalised only because it begins a sentence.

    A capitalised word after it, or a possessive ending, shows that it is a name.
    """
    start = match.start()
    while start and text[start - 1] in _BEFORE:
        start -= 1
    owns = match[0].endswith(("'", "’", "'s", "’s")) or text[match.end() : match.end() + 1] in _APOSTROPHES
    return (not start or text[start - 1] in ".!?:…") and not owns and not _CAPITAL.match(text, match.end())


def name_variants(term: str) -> Iterator[str]:
    """Yield a term and the other names of the same people or country."""
    yield term
    yield from _NAME_VARIANTS.get(term, ())


def _differs_in_ending(one: str, other: str) -> bool:
    """Return whether two words differ only in their ending, such as German and Germany."""
    shorter = min(len(one), len(other))
    same = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    return shorter >= 4 and same >= shorter - 1 and abs(len(one) - len(other)) <= 3


def _demonym_variants() -> dict[str, tuple[str, ...]]:
    stem = Analyzer("en").terms
    groups = [
        tuple(term for word in group for term in stem(word))
        for group in word_groups(__package__, "demonyms.txt")
    ]
    return {term: group for group in groups for term in group}


_NAME_VARIANTS = _demonym_variants()
