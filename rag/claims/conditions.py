"""Whether a claim says outright what a text says under a condition. Must never know models or verdicts."""

from collections.abc import Iterator, Sequence

from rag.claims.said import Said, Word

_IF = frozenset(["if", "unless", "whether"])
_NO_IF = frozenset(["as", "even", "what"])  # "even if" and "as if" make no condition
# What leaves open whether it is so: a claim with one of them says nothing outright.
_OPENING = """if unless whether when whenever until once would could should may might can cannot case
provided depends depending"""
_OPEN = frozenset(_OPENING.split())
_SCOPE = 4  # telling words after an "if" that are its condition
_ENDS = frozenset(",.;:!?()")


def dropped(claim: Said, source: Sequence[Said]) -> Iterator[str]:
    """Yield in words what the claim says without its condition; `source` holds the sentences it cites.

    Either the condition itself is told as a fact, or what it is a condition for.
    """
    inside = [_conditions(said.words) for said in source]
    only = _terms(source, inside) - _terms(source, inside, within=False)
    mine = _conditions(claim.words)
    for i, word in enumerate(claim.words):
        if word.tells and word.term in only and i not in mine:
            yield f"the source says “{word.text}” only as a condition"
            return
    if any(word.low in _OPEN for word in claim.words):
        return
    for said, within in zip(source, inside, strict=True):
        if within and _consequence(claim, said, within):
            yield f"the source says so only {_quoted(said, within)}"


def _conditions(words: Sequence[Word]) -> frozenset[int]:
    """Return where the telling words stand that are a condition."""
    found: set[int] = set()
    for i, word in enumerate(words):
        if word.low not in _IF or (i and words[i - 1].low in _NO_IF):
            continue
        left = _SCOPE
        for j in range(i + 1, len(words)):
            if words[j].text in _ENDS or not left:
                break
            if words[j].tells:
                found.add(j)
                left -= 1
    return frozenset(found)


def _terms(source: Sequence[Said], inside: Sequence[frozenset[int]], within: bool = True) -> frozenset[str]:
    return frozenset(
        word.term
        for said, held in zip(source, inside, strict=True)
        for i, word in enumerate(said.words)
        if word.tells and (i in held) is within
    )


def _consequence(claim: Said, said: Said, within: frozenset[int]) -> bool:
    """Tell whether the claim is what a sentence makes depend on its condition, and nothing of that."""
    condition = {said.words[i].term for i in within}
    rest = {word.term for i, word in enumerate(said.words) if word.tells and i not in within}
    told = {word.term for word in claim.words if word.tells}
    leading = said.words[0].low in _IF
    return leading and not told & (condition - rest) and 2 * len(told & rest) > len(told)


def _quoted(said: Said, within: frozenset[int]) -> str:
    first, last = min(within), max(within)
    while said.words[first].low not in _IF:
        first -= 1
    return f"“{' '.join(word.text for word in said.words[first : last + 1])}”"
