"""Detects claims that drop a condition: the source says "if", and the claim states it as a fact."""

from collections.abc import Iterator, Sequence

from rag.claims.said import Said, Word, only, reach

_IF = frozenset(["if", "unless", "whether"])
_NO_IF = frozenset(["as", "even", "what"])  # "even if" and "as if" introduce no condition
_ASKS = frozenset("ask asked asking wonder see know determine decide doubt check tell whether".split())  # noqa: SIM905
# A claim with a word of the first set states its condition; one of the second leaves the matter open.
_ALSO_IF = frozenset("if unless when whenever until once case provided depends depending".split())  # noqa: SIM905
OPEN = frozenset("would could should may might can cannot".split())  # noqa: SIM905
_SCOPE = 4  # content words after an "if" that belong to the condition
_DEPENDS = 2  # content words beside a condition that say what depends on it
_ENDS = frozenset(",.;:!?()")


def dropped(claim: Said, source: Sequence[Said]) -> Iterator[str]:
    """Yield a reason for each condition that the claim drops; `source` holds the sentences it cites.

    The claim may state the condition itself as a fact, or state what depends on it without the condition.
    """
    inside = [_conditions(said.words) for said in source]
    never, mine = only(source, inside), _conditions(claim.words, 2 * _SCOPE)
    for i, word in enumerate(claim.words):
        if word.tells and word.term in never and i not in mine:
            yield f"the source says “{word.text}” only as a condition"
            return
    for said, within in zip(source, inside, strict=True):
        for start in _starts(said.words):
            if _told_without(claim, said, start, within):
                yield f"the source says so only “{_quoted(said.words, start)}”"


def _conditions(words: Sequence[Word], most: int = _SCOPE) -> frozenset[int]:
    """Return the positions of the content words that belong to a condition."""
    starts = (i for i, word in enumerate(words) if word.low in _IF and words[i - 1].low not in _NO_IF)
    return frozenset(j for i in starts for j in reach(words, i, most))


def _starts(words: Sequence[Word]) -> Iterator[int]:
    """Yield the position of each "if" or "unless" on which something depends."""
    for i, word in enumerate(words):
        before, after = (words[j].low if 0 <= j < len(words) else "" for j in (i - 1, i + 1))
        if word.low in ("if", "unless") and before not in _NO_IF | _ASKS and after != "not":
            yield i


def _told_without(claim: Said, said: Said, start: int, within: frozenset[int]) -> bool:
    """Return whether the claim states what depends on the condition at `start` without the condition."""
    low = {word.low for word in claim.words if word.text != "May"}
    if low & _ALSO_IF or low & OPEN - {word.low for word in said.words}:
        return False
    told = {word.term for word in claim.words if word.tells}
    condition = {said.words[i].term for i in within if i > start}
    beside = _beside(said.words, start)
    rest = {word.term for i, word in enumerate(said.words) if i not in within}
    return len(beside) == _DEPENDS and set(beside) <= told and not told & (condition - rest)


def _beside(words: Sequence[Word], start: int) -> list[str]:
    """Return the terms of the content words that depend on the condition: before it, or after its comma."""
    if start > 1:
        order = words[:start][::-1]
    else:
        comma = next((i for i in range(start, len(words)) if words[i].text == ","), len(words))
        order = words[comma:]
    return [word.term for word in order if word.tells][:_DEPENDS]


def _quoted(words: Sequence[Word], start: int) -> str:
    end = next((i for i in range(start, len(words)) if words[i].text in _ENDS), len(words))
    return " ".join(word.text for word in words[start:end])
