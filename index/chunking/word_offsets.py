"""Token offsets of long texts, from those of their words.

Most words of a long text have occurred before. Where the tokenizer reads every word between spaces by itself,
each one is tokenized once, which takes a third of the time and yields the same offsets.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

FindStarts: TypeAlias = Callable[[Sequence[str]], Iterable[Sequence[int]]]
"""Returns the start offsets of the tokens of each text."""

MOST_WORDS = 50_000
"""Words remembered; beyond that, all are forgotten."""
LONGEST_WORD = 64
"""Characters of a word that is remembered; texts with longer ones, such as Chinese, hardly repeat them."""
WORTHWHILE = 0.4
"""Most characters of unknown words, as a share of a text, for which the words are tokenized one by one."""
_SPACES = "\n\r\t\u00a0"
_ONE = (0,)


@dataclass(slots=True)
class WordOffsets:
    """Finds the token offsets in parts of a text, which begin and end at spaces.

    `find` tokenizes texts, of at most `size` characters where possible. `tokens` are texts that it reads as
    one token wherever they occur.
    """

    find: FindStarts
    tokens: Sequence[str]
    size: int
    _known: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def __call__(self, parts: Sequence[str]) -> Iterator["array[int]"]:
        """Yield the start offsets of the tokens of each part."""
        if len(self._known) > MOST_WORDS:
            self._known.clear()
        words = [self._words(part) for part in parts]
        unknown = {word for each in words if each for word in each} - self._known.keys()
        if self._known and sum(map(len, unknown)) > WORTHWHILE * sum(map(len, parts)):
            words, unknown = [None] * len(parts), set()
        joined = list(self._joined(sorted(unknown)))
        whole = [part for part, each in zip(parts, words, strict=True) if each is None]
        found = iter(self.find([*map(" ".join, joined), *whole]))
        for several in joined:
            self._learn(several, next(found))
        for each in words:
            yield array("I", next(found)) if each is None else self._starts(each)

    def _words(self, part: str) -> list[str] | None:
        """Return the words of a part, or None if it is better tokenized as a whole."""
        text = part
        for space in _SPACES:
            text = text.replace(space, " ")
        if any(token in text for token in self.tokens):
            return None
        words = text.split(" ")
        return words if max(map(len, words)) <= LONGEST_WORD else None

    def _joined(self, words: Iterable[str]) -> Iterator[list[str]]:
        """Yield the words in lists of at most `size` characters; the first one is empty."""
        some, length = [""], 0
        for word in words:
            if length + len(word) >= self.size:
                yield some
                some, length = [""], 0
            some.append(word)
            length += len(word) + 1
        if len(some) > 1:
            yield some

    def _learn(self, words: Sequence[str], starts: Sequence[int]) -> None:
        """Remember the offsets in each word, given those in all of them joined by spaces."""
        at = n = 0
        for word in words:
            first, end = n, at + len(word)
            while n < len(starts) and starts[n] < end:
                n += 1
            own = tuple(start - at for start in starts[first:n])
            self._known[word] = _ONE if own == _ONE else own
            at = end + 1

    def _starts(self, words: Sequence[str]) -> "array[int]":
        result, at, known = array("I"), 0, self._known
        append = result.append
        for word in words:
            own = known[word]
            if own is _ONE:
                append(at)
            else:
                for start in own:
                    append(at + start)
            at += len(word) + 1
        return result
