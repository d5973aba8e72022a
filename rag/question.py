"""History and question -> a question that can be searched on its own. Must never know the store."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.terms import STOP_WORDS
from rag.answer import Turn

# Words that point back at something said before.
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|one|ones|"
    r"same|such|former|latter|else|more|another|other|others|also|instead|above)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^\s*(?:and|but|or|so|then|why|how so|what about|how about|ok|okay)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
SHORT = 4  # telling words; a shorter question leaves its topic to what was said before


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the question before it where it leans on that (`carried`, else empty).

    >>> str(standalone("And in 2023?", [Turn("user", "How many ships passed the canal in 2022?")]))
    'And in 2023? (How many ships passed the canal in 2022?)'
    """

    question: str
    carried: str = ""

    def __str__(self) -> str:
        return f"{self.question} ({self.carried})" if self.carried else self.question


def standalone(question: str, history: Sequence[Turn] = ()) -> Asked:
    """Return the question with what it takes from the history (oldest turn first) to be searched."""
    before = [turn.text.strip() for turn in history if turn.role == "user" and turn.text.strip()]
    question = question.strip()
    return Asked(question, before[-1] if before and leans(question) else "")


def leans(question: str) -> bool:
    """Tell whether a question points back at something said before, or is too short to stand alone."""
    telling = [word for word in _WORD.findall(question) if word.casefold() not in STOP_WORDS]
    return bool(len(telling) < SHORT or _POINTING.search(question) or _OPENING.search(question))
