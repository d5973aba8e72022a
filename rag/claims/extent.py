"""Whether a claim says of all what a text says of some. Must never know models, spans or verdicts."""

from collections.abc import Callable, Iterator, Sequence

from rag.claims.said import Said, Word

_SOME = frozenset(["some", "several", "many", "most", "few", "certain", "various"])
# Of something: "one ship" is no part of any.
_PART = frozenset(["one", "half", "part", "parts", "lot", "number", "majority", "minority", "third"])
_EACH = frozenset(["all", "every", "each", "both", "any"])
_ALL = _EACH | {"the"}
_BETWEEN = frozenset(["of", "the", "a", "an", "its", "their", "his", "her", "these", "those"])
_NEXT = 2  # telling words that say what it is some of


def widened(claim: Said, source: Sequence[Said]) -> Iterator[str]:
    """Yield in words what the claim widens.

    >>> from index.terms import Analyzer
    >>> one, other = (Said(f"{text} left.", Analyzer()) for text in ("All old ships", "Some old ships"))
    >>> list(widened(one, [other]))
    ['the source says “Some old ships”']
    """
    partly = {of: text for said in source for of, text in _of(said.words, _partly)}
    wholly = {of for said in source for of, _ in _of(said.words, _wholly)}
    mine = {of for of, _ in _of(claim.words, _partly)}
    for of, _ in _of(claim.words, _wholly):
        if of in partly and of not in wholly | mine:
            yield f"the source says “{partly[of]}”"


def _partly(words: Sequence[Word], i: int) -> bool:
    """Tell whether a word takes a part of what follows."""
    of = i + 1 < len(words) and words[i + 1].low == "of"
    return words[i].low in _SOME or (of and words[i].low in _PART)


def _wholly(words: Sequence[Word], i: int) -> bool:
    """Tell whether a word takes the whole of what follows."""
    return words[i].low in _ALL and not (i and words[i - 1].low == "of" and _partly(words, i - 2))


def _of(
    words: Sequence[Word], takes: Callable[[Sequence[Word], int], bool]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the terms of what is taken, wholly or in part, and the words from there to their end."""
    for i in range(len(words)):
        if not takes(words, i):
            continue
        first = i + 1
        while first < len(words) and words[first].low in _BETWEEN:
            first += 1
        last = first
        while last < len(words) and last - first < _NEXT and words[last].tells:
            last += 1
        surely = words[i].low in _EACH or words[i + 1].low == "of"  # else it takes two words to know what
        if last - first == _NEXT or (last > first and surely):
            yield tuple(w.term for w in words[first:last]), " ".join(w.text for w in words[i:last])
