"""Splits compound questions and comparisons into parts.

Each part is retrieved and answered separately, since the best sentences for the whole mostly belong to one
part.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from citeback.rag.question import depends_on_history

MAX_PARTS = 3  # maximum number of parts

_WH = r"(?:who(?:m|se)?|what|when|where|why|which|how)"
_AUXILIARY = r"(?:is|are|was|were|do|does|did|can|could|will|has|have|had|should)"
_DOES = rf"{_AUXILIARY} (?:i|we|you|he|she|it|they|there|this|that|the)"
_JOINT = re.compile(
    rf"(?:[,;]?(?<!\s)\s+(?:and|but)\s+)(?=(?:also\s+)?(?:{_WH}|{_DOES})\b)|\?\s+(?=\S)|;\s+(?={_WH}\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    rf"\s*(?:and |but |so |also )?(?:[\w' -]{{0,40}},\s*)?(?:{_WH}|{_AUXILIARY})\b",
    re.IGNORECASE,
)
_EITHER = re.compile(
    r"(?P<stem>.{8,300}?)[,:]\s*(?P<first>[^,?]{2,80}?),?\s+or\s+(?P<second>[^,?]{2,80}?)\s*\?*\s*$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\b(?:differences?|relation|comparison)\b[^?]{0,100}?\bbetween\s", re.IGNORECASE)
_SIDE = 80  # characters of one side of a comparison
_VERSUS = re.compile(
    r"(?P<stem>(?:please )?(?:compare|contrast)\s)(?P<first>.{2,80}?)"
    r"\s+(?:and|with|to|versus|vs\.?)\s+(?P<second>.{2,80}?)\s*[?.]*\s*$",
    re.IGNORECASE,
)
_FIT = re.compile(
    r"(?P<stem>how (?:does|do|did) )(?:our |the |my )?(?P<first>.{3,80}?)"
    r"\s+(?:fit|agree|go|compare|square|sit)s?\s+(?:together )?"
    r"(?:with|to)\s+(?P<second>.{3,120}?)\s*\?*\s*$",
    re.IGNORECASE,
)
_LARGER = r"(?:[\w-]{2,30}er|more|less|fewer|better|worse|as [\w-]{2,30})"
_THAN = re.compile(
    rf"(?:(?P<stem>{_AUXILIARY}) (?P<first>[^,?]{{2,80}}) {_LARGER}(?: [\w-]{{1,30}}){{0,3}}"
    rf"|how much {_LARGER} (?:is|are|was|were) (?P<other>[^,?]{{2,80}}))"
    r" (?:than|as) (?P<second>[^,?]{2,80}?)\s*\?*\s*\Z",
    re.IGNORECASE,
)
_NAMED = re.compile(r"[A-Z0-9]|\b(?:the|an?|our|my)\b")
_PROPER = re.compile(r"\b(?:(?:the|our|my) [^\W\d_]|[A-Z]\w)")
_TELLING = 3  # minimum number of words in a part


@dataclass(frozen=True, slots=True)
class Subquestion:
    """One part of a compound question; `side` is its side of a comparison, or ""."""

    text: str
    side: str = ""


def split_question(question: str) -> tuple[Subquestion, ...]:
    """Return the parts of a question, or the question alone if it has no parts.

    >>> [part.text for part in split_question("When did it open, and who paid for it?")]
    ['When did it open', 'who paid for it?']
    >>> [part.side for part in split_question("Which is longer, the Elbe or the Oder?")]
    ['the Elbe', 'the Oder']
    >>> [part.side for part in split_question("Is the Elbe longer than the Oder?")]
    ['the Elbe', 'the Oder']
    """
    question = question.strip()
    if sides := _compared_pair(question):
        return tuple(Subquestion(side, side) for side in sides)
    for pattern in (_VERSUS, _FIT):
        if match := pattern.match(question):
            return tuple(Subquestion(side, side) for side in _comparison_sides(match))
    if sides := _sides_of_than(question):
        return tuple(Subquestion(side, side) for side in sides)
    if (match := _EITHER.match(question)) and _ASKS.match(question) and _are_named(match):
        return tuple(Subquestion(f"{match['stem']}, {side}", side) for side in _comparison_sides(match))
    pieces = [piece.strip() for piece in _JOINT.split(question) if piece.strip()]
    if 1 < len(pieces) <= MAX_PARTS and all(len(p.split()) >= _TELLING and _ASKS.match(p) for p in pieces):
        return tuple(map(Subquestion, pieces))
    return (Subquestion(question),)


def part_context(question: str, parts: Sequence[Subquestion], n: int) -> str:
    """Return the context of a part: the whole question for a side, the first part for a later one."""
    first = parts[0].text
    if n and not parts[n].side:
        return first
    return question if parts[n].side or depends_on_history(first) else ""


def _compared_pair(question: str) -> tuple[str, ...]:
    """Return the two things that a question asks to tell apart, or () for any other question."""
    match = _BETWEEN.search(question)
    first, joint, second = question[match.end() :].rstrip(" ?.").partition(" and ") if match else ("", "", "")
    sides = (first.strip(), second.strip())
    return sides if joint and all(1 < len(side) <= _SIDE for side in sides) else ()


def _sides_of_than(question: str) -> tuple[str, ...]:
    """Return the two things that "than" or "as" compares, if both have names; otherwise ()."""
    match = _THAN.match(question)
    sides = ((match["first"] or match["other"]).strip(), match["second"].strip()) if match else ()
    return sides if all(_PROPER.search(side) for side in sides) else ()


def _comparison_sides(match: re.Match[str]) -> tuple[str, str]:
    return match["first"].strip(), match["second"].strip()


def _are_named(sides: re.Match[str]) -> bool:
    """Return whether both sides of an "or" name something, as two adjectives of one thing do not."""
    return all(_NAMED.search(sides[side]) for side in ("first", "second"))
