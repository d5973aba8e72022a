"""Detects claims that drop a condition: the source says "if", and the claim states it as a fact."""

from collections.abc import Iterator, Sequence

from citeback.rag.checking.claims.word_sequence import ClaimText, Word, next_content_words, terms_only_at

_CONDITIONALS = frozenset(["if", "unless", "whether"])
_NOT_CONDITIONAL = frozenset(["as", "even", "what"])  # "even if" and "as if" introduce no condition
_ASK_VERBS = frozenset("ask asked asking wonder see know determine decide doubt check tell whether".split())  # noqa: SIM905
# A claim with a word of the first set states its condition; one of the second leaves the matter open.
_CONDITION_WORDS = frozenset("if unless when whenever until once case provided depends depending".split())  # noqa: SIM905
MODAL_VERBS = frozenset("would could should may might can cannot".split())  # noqa: SIM905
_MAX_SCOPE = 4  # content words after an "if" that belong to the condition
_CONSEQUENCE_WORDS = 2  # content words beside a condition that say what depends on it
_ENDS = frozenset(",.;:!?()")


def dropped_conditions(claim: ClaimText, source: Sequence[ClaimText]) -> Iterator[str]:
    """Yield a reason for each condition that the claim drops; `source` holds the sentences it cites.

    The claim may state the condition itself as a fact, or state what depends on it without the condition.
    """
    inside = [_condition_positions(claim_text.words) for claim_text in source]
    never, mine = terms_only_at(source, inside), _condition_positions(claim.words, 2 * _MAX_SCOPE)
    for i, word in enumerate(claim.words):
        if word.is_content and word.term in never and i not in mine:
            yield f"the source says “{word.text}” only as a condition"
            return
    for claim_text, within in zip(source, inside, strict=True):
        for start in _condition_starts(claim_text.words):
            if _states_without(claim, claim_text, start, within):
                yield f"the source says so only “{_condition_text(claim_text.words, start)}”"


def _condition_positions(words: Sequence[Word], most: int = _MAX_SCOPE) -> frozenset[int]:
    """Return the positions of the content words that belong to a condition."""
    starts = (
        i
        for i, word in enumerate(words)
        if word.lower in _CONDITIONALS and words[i - 1].lower not in _NOT_CONDITIONAL
    )
    return frozenset(j for i in starts for j in next_content_words(words, i, most))


def _condition_starts(words: Sequence[Word]) -> Iterator[int]:
    """Yield the position of each "if" or "unless" on which something depends."""
    for i, word in enumerate(words):
        before, after = (words[j].lower if 0 <= j < len(words) else "" for j in (i - 1, i + 1))
        if word.lower in ("if", "unless") and before not in _NOT_CONDITIONAL | _ASK_VERBS and after != "not":
            yield i


def _states_without(claim: ClaimText, claim_text: ClaimText, start: int, within: frozenset[int]) -> bool:
    """Return whether the claim states what depends on the condition at `start` without the condition."""
    low = {word.lower for word in claim.words if word.text != "May"}
    if low & _CONDITION_WORDS or low & MODAL_VERBS - {word.lower for word in claim_text.words}:
        return False
    messages = {word.term for word in claim.words if word.is_content}
    condition = {claim_text.words[i].term for i in within if i > start}
    beside = _consequence(claim_text.words, start)
    rest = {word.term for i, word in enumerate(claim_text.words) if i not in within}
    return len(beside) == _CONSEQUENCE_WORDS and set(beside) <= messages and not messages & (condition - rest)


def _consequence(words: Sequence[Word], start: int) -> list[str]:
    """Return the terms of the content words that depend on the condition: before it, or after its comma."""
    if start > 1:
        order = words[:start][::-1]
    else:
        comma = next((i for i in range(start, len(words)) if words[i].text == ","), len(words))
        order = words[comma:]
    return [word.term for word in order if word.is_content][:_CONSEQUENCE_WORDS]


def _condition_text(words: Sequence[Word], start: int) -> str:
    end = next((i for i in range(start, len(words)) if words[i].text in _ENDS), len(words))
    return " ".join(word.text for word in words[start:end])
