"""Detects text layers without real words: their fonts map characters to wrong characters, or to none.

The letters of a page in Latin script are ranked by frequency and compared with the ranks in each language
that charset-normalizer knows: real texts correlate with one of them, shifted or shuffled letters do not.
"""

import re
from collections.abc import Sequence
from functools import cache
from operator import mul

from charset_normalizer.constant import FREQUENCIES

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LEAST = 0.5  # rank correlation with some language
_FEWEST = 100  # letters of a page; fewer say too little
_DISTINCT = 16  # letters; a page with fewer repeats a few words
_LATIN = 0.7  # share of Latin letters among the letters of a page in Latin script
_STRAYS = re.compile("[\ue000-\uf8ff\ufffd]")
_STRAY = 0.3  # share of characters that belong to no script
_MOST = 20_000  # characters of a page that are looked at
_THINNED = 600  # characters from all over a page that show most pages to be legible
_CLEARLY = 0.7  # rank correlation that does so


def is_legible(text: str) -> bool:
    """Return whether the text of a page may be words of some language.

    >>> is_legible("The ferry leaves at seven in the morning from the quay. " * 3)
    True
    >>> is_legible("Uif!gfssz!mfbwft!bu!tfwfo!jo!uif!npsojoh!gspn!uif!rvbz/!" * 3)
    False
    """
    return _judge(text[:: max(1, len(text) // _THINNED)], _CLEARLY, sure=True) or _judge(text[:_MOST], _LEAST)


def _judge(sample: str, least: float, sure: bool = False) -> bool:
    """Return whether letters correlate with some language; too few of them count as yes unless `sure`."""
    lower = sample.lower()
    counts = {char: lower.count(char) for char in _LETTERS}
    latin, others = (
        sum(counts.values()),
        0 if sample.isascii() else len(sample) - len(sample.encode("ascii", "ignore")),
    )
    if others * _LATIN > latin * (1 - _LATIN):  # so many that they may be strays, or another script
        if len(_STRAYS.findall(sample)) > _STRAY * max(len("".join(sample.split())), 1):
            return False
        if latin < _LATIN * sum(map(str.isalpha, sample)):
            return not sure
    if latin < _FEWEST or sum(map(bool, counts.values())) < _DISTINCT:
        return not sure
    ranks = _ranks(sorted(_LETTERS, key=counts.__getitem__, reverse=True))
    return any(_correlation(ranks, each) >= least for each in _languages())


@cache
def _languages() -> tuple[tuple[int, ...], ...]:
    """Return the ranks of the letters, a to z, in each language written with them."""
    return tuple(
        _ranks([*common, *(char for char in _LETTERS if char not in common)])
        for chars in FREQUENCIES.values()
        if len(common := [char for char in chars if char in _LETTERS]) > len(_LETTERS) * 3 // 4
    )


def _ranks(order: Sequence[str]) -> tuple[int, ...]:
    place = {char: n for n, char in enumerate(order)}
    return tuple(map(place.__getitem__, _LETTERS))


def _correlation(one: Sequence[int], other: Sequence[int]) -> float:
    """Return Spearman's rank correlation; both sequences hold the ranks from 0 on."""
    n = len(one)
    squares = (n - 1) * n * (2 * n - 1) // 3  # of all ranks of both
    product: int = sum(map(mul, one, other))
    return 1 - 6 * (squares - 2 * product) / (n * (n * n - 1))
