"""A training example of the reader: a question or a claim, with sentences and the right ones among them."""

from dataclasses import dataclass
from hashlib import sha256

MOST_CHARS = 900
"""Characters of a sentence that are shown."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text with a question or a claim.

    `right` are the sentences that answer or hold evidence. `answered` is 1, 0, or -1 if unknown; for a claim,
    it is the index of its verdict. `spans` are the answers as (sentence, start, end).
    """

    kind: str
    asked: str
    title: str
    sentences: tuple[str, ...]
    right: tuple[int, ...]
    answered: int
    spans: tuple[tuple[int, int, int], ...]
    source: str
    kept_back: bool


Unit = tuple[Example, ...]
"""Examples of one question: the passage that answers and others that only look like it, or one alone."""


def kept_back(group: str) -> bool:
    """Return whether a document is held out for validation: about one in 25, whatever else is read."""
    return sha256(group.encode()).digest()[0] < 10
