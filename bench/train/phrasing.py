"""Questions as people type them: in lower case, as bare words, with an opening, as a follow-up."""

import re
from collections.abc import Sequence
from random import Random

from bench.train.sources import Asked
from bench.train.swaps import MONTHS

_OPENINGS = (
    "Please tell me: {}",
    "Can you tell me {}",
    "I'd like to know {}",
    "do you know {}",
    "Hi, {}",
    "quick question, {}",
    "According to the documents, {}",
    "remind me, {}",
)
_NAME = re.compile(r"(?<!\w)(?:[A-Z][\w’-]+)(?: (?:[A-Z][\w’-]+))*")
_PRONOUNS = (("it", "its"), ("it", "its"), ("he", "his"), ("she", "her"), ("they", "their"))
_SHORT = {"what is ": "what's ", "who is ": "who's ", "where is ": "where's ", "how is ": "how's "}
QUESTION_WORDS = frozenset(
    [
        "what",
        "when",
        "where",
        "who",
        "whom",
        "whose",
        "which",
        "how",
        "why",
        "is",
        "are",
        "was",
        "were",
        "do",
        "does",
        "did",
        "the",
        "a",
        "an",
        "of",
        "in",
    ]
)


def asked_as(one: Asked, beside: Sequence[str], chance: Random) -> str:
    """Return the question as people type it, sometimes as a follow-up of another, sometimes at length."""
    r = chance.random()
    if r < 0.15 and (later := _follow_up(one.question, beside, chance)):
        return later
    if r > 0.97:
        others = [s for n, s in enumerate(one.passage.sentences) if n not in one.passage.right]
        told = [s for s in others if 40 < len(s) < 250]
        return " ".join([*chance.sample(told, min(len(told), chance.randint(1, 2))), one.question])
    return as_typed(one.question, chance)


def _follow_up(question: str, beside: Sequence[str], chance: Random) -> str:
    """Return the question with a name as a pronoun and an earlier question behind it, as the product does."""
    names = [hit for hit in _NAME.finditer(question) if hit.start() and hit[0] not in MONTHS]
    earlier = [other for other in beside if other != question]
    if not names or not earlier:
        return ""
    hit = chance.choice(names)
    holding = [other for other in earlier if hit[0] in other]
    before = chance.choice(holding or earlier)
    person, whose = chance.choice(_PRONOUNS)
    tail = question[hit.end() :]
    owned = tail.startswith(("'s ", "’s "))
    start = re.sub(r"\b(?:the|a|an) $", "", question[: hit.start()], flags=re.IGNORECASE)
    later = start + (whose + tail[2:] if owned else person + tail)
    return f"{later} ({before})" if holding else f"{later} ({before} {hit[0]})"


def as_typed(question: str, chance: Random) -> str:
    """Return the question as people type it: in lower case, as bare words, with an opening."""
    r = chance.random()
    bare = question.rstrip("?. ")
    if r < 0.08:
        return question.lower()
    if r < 0.15:
        return bare
    if r < 0.21:
        return bare.lower()
    if r < 0.27:
        kept = [w for w in bare.split() if w.lower() not in QUESTION_WORDS]
        return " ".join(kept) if len(kept) > 2 else question
    if r < 0.33:
        return chance.choice(_OPENINGS).format(question[:1].lower() + question[1:])
    low = question.lower()
    for long, short in _SHORT.items():
        if low.startswith(long) and r < 0.7:
            return short.capitalize() + question[len(long) :]
    return question
