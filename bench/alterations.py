"""Sentences of documents, reworded lightly or altered so that they say something else.

Every change is drawn with a given seed, so that a command makes the same drafts at every run.
"""

import re
from calendar import month_name
from collections.abc import Callable, Sequence
from random import Random

from citeback.index.word_lists import word_groups

_SYNONYMS = {group[0]: group[1] for group in word_groups("bench", "synonyms.txt")}
_WORD = re.compile(r"[A-Za-z]+")
_LEAD = re.compile(r"(In (?:[A-Z][a-z]+ )?\d{4}), (\w)(.+)\.$")
_OPENING = re.compile(r"(?:However|Moreover|In addition|Meanwhile|Furthermore|Finally|But|And|So), (\w)")
_NUMBER = re.compile(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\w-])")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*")
_MONTHS = [name for name in month_name if name and name != "May"]
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b")
_VERB = re.compile(r"\b(is|are|was|were|has|have|had|will|can|could|would|did|does)\b(?! not|n't)")
_DENIES = re.compile(r"n['’]t\b|\b(?:not|no|never|cannot|nor|without|unless)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(is|are|was|were|has|have|had|will|can|could|would|did|does) not\b")

Change = Callable[[str, Sequence[str], Random], str | None]


def reworded(sentence: str, draw: Random) -> str:
    """Return a sentence in slightly other words, with the same meaning."""
    text = _OPENING.sub(lambda match: match[1].upper(), sentence, count=1)
    if moved := _LEAD.match(text):
        text = f"{moved[2].upper()}{moved[3]} {moved[1][0].lower()}{moved[1][1:]}."
    known = [match for match in _WORD.finditer(text) if match[0] in _SYNONYMS]
    chosen = sorted(draw.sample(known, min(2, len(known))), key=lambda match: -match.start())
    for match in chosen:
        text = text[: match.start()] + _SYNONYMS[match[0]].replace("_", " ") + text[match.end() :]
    return text.replace("%", " percent") if draw.random() < 0.5 else text


def altered(sentence: str, around: Sequence[str], draw: Random) -> tuple[str, str] | None:
    """Return the kind of change and the sentence changed by it; None if nothing in it can be changed.

    `around` are other sentences of the document: half of the numbers and all names are taken from them.
    """
    kinds = list(CHANGES.items())
    draw.shuffle(kinds)
    for kind, change in kinds:
        text = change(sentence, around, draw)
        if text and text != sentence:
            return kind, text
    return None


def _other_number(sentence: str, around: Sequence[str], draw: Random) -> str | None:
    numbers = list(_NUMBER.finditer(sentence))
    if not numbers:
        return None
    match = draw.choice(numbers)
    near = [m[0] for text in around for m in _NUMBER.finditer(text) if len(m[0]) == len(match[0])]
    near = [number for number in near if number not in sentence]
    if near and draw.random() < 0.5:
        instead = draw.choice(near)
    else:
        digits = [n for n, sign in enumerate(match[0]) if sign.isdigit()]
        at = digits[-1] if len(match[0]) == 4 else digits[0]
        instead = match[0][:at] + str(int(match[0][at]) % 9 + 1) + match[0][at + 1 :]
    return sentence[: match.start()] + instead + sentence[match.end() :]


def _other_name(sentence: str, around: Sequence[str], draw: Random) -> str | None:
    names = list(_NAME.finditer(sentence))
    others = sorted({m[0] for text in around for m in _NAME.finditer(text)} - set(sentence.split()))
    others = [
        name for name in others if name not in sentence and not any(w in sentence for w in name.split())
    ]
    if not names or not others:
        return None
    match = draw.choice(names)
    return sentence[: match.start()] + draw.choice(others) + sentence[match.end() :]


def _other_month(sentence: str, _: Sequence[str], draw: Random) -> str | None:
    match = _MONTH.search(sentence)
    if not match:
        return None
    instead = draw.choice([month for month in _MONTHS if month not in sentence])
    return sentence[: match.start()] + instead + sentence[match.end() :]


def _negated(sentence: str, _: Sequence[str], __: Random) -> str | None:
    if _NOT.search(sentence):
        return _NOT.sub(r"\1", sentence, count=1)
    if _DENIES.search(sentence):
        return None
    return _VERB.sub(r"\1 not", sentence, count=1)


CHANGES: dict[str, Change] = {
    "number": _other_number,
    "name": _other_name,
    "date": _other_month,
    "negation": _negated,
}
