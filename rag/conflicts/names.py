"""Names in a sentence: words that stand together, and words that are names wherever they stand."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from citeback.index.records import Span
from citeback.rag.checking.claims.facts import Fact

_BETWEEN = re.compile(r"[ -]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
SHORTEST_STEM = 5


@dataclass(frozen=True, slots=True)
class NameRun:
    """A name at `span`, with its words: "Ada Holm"."""

    span: Span
    text: str
    words: tuple[Fact, ...]


def name_runs(text: str, names: Sequence[Fact]) -> tuple[NameRun, ...]:
    """Return the names of one or several words, in their order; `names` are the words."""
    runs: list[NameRun] = []
    at = 0
    for fact in names:
        start = max(text.find(fact.text, at), 0)
        end = start + len(fact.text)
        if runs and _BETWEEN.fullmatch(text, runs[-1].span.end, start):
            last = runs.pop()
            span = Span(last.span.start, end)
            runs.append(NameRun(span=span, text=span.of(text), words=(*last.words, fact)))
        elif not runs or start >= runs[-1].span.end:
            runs.append(NameRun(span=Span(start, end), text=fact.text, words=(fact,)))
        at = end
    return tuple(runs)


def proper_words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that are capitalised within sentences and never written in lower case.

    >>> sorted(proper_words(["A ferry leaves Wexby.", "Wexby is near.", "Ferry tickets"]))
    ['Wexby']
    """
    capitalised, lower = set[str](), set[str]()
    for text in texts:
        for match in _WORD.finditer(text):
            if match[0].islower():
                lower.add(match[0])
            elif match.start() and text[match.start() - 1] == " " and text[match.start() - 2].isalnum():
                capitalised.add(match[0])
    return frozenset(word for word in capitalised if word.casefold() not in lower)


def same_stem(one: str, other: str) -> bool:
    """Return whether two names differ in nothing but an ending: "German" and "Germany".

    >>> same_stem("german", "germani"), same_stem("harl", "harbour")
    (True, False)
    """
    shorter, longer = sorted((one, other), key=len)
    return (
        len(shorter) >= SHORTEST_STEM and len(longer) - len(shorter) <= 3 and longer.startswith(shorter[:-1])
    )
