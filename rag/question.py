"""History and question -> a question that can be searched on its own. Must never know the store."""

import re
from collections.abc import Sequence

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


def standalone(question: str, history: Sequence[Turn] = ()) -> str:
    """Return the question, with the words of the last question before it where it leans on these.

    >>> standalone("And in 2023?", [Turn("user", "How many ships passed the canal in 2022?")])
    'And in 2023? (How many ships passed the canal in 2022?)'
    """
    asked = [turn.text.strip() for turn in history if turn.role == "user" and turn.text.strip()]
    question = question.strip()
    if not asked or not leans(question):
        return question
    return f"{question} ({asked[-1]})"


def leans(question: str) -> bool:
    """Tell whether a question points back at something said before, or is too short to stand alone."""
    telling = [word for word in _WORD.findall(question) if word.casefold() not in STOP_WORDS]
    return bool(len(telling) < SHORT or _POINTING.search(question) or _OPENING.search(question))
