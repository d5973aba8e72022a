"""Makes a question from a sentence by moving its verb to the front.

"The canal was opened in 1869." gives "When was the canal opened?". Only plain English statements are turned;
any other sentence gives no question. Whether it is a good one is found by asking it
(`page/state/suggested_questions.py`), not here.
"""

import re
from collections.abc import Iterator

from citeback.index.records import Source

READ = 4_000  # characters of a document that are looked at
LENGTH = range(25, 180)  # characters of a sentence to ask about
SUBJECT = range(2, 9)  # words of a subject
QUESTION = range(12, 90)  # characters of a question that fits on one line
_SENTENCE = re.compile(r"[A-Z][^.!?\n]{24,180}+(?:\n(?!\n)[^.!?\n]{1,180}+){0,3}+[.](?=\s|$)")
_FIRST = frozenset(("the", "a", "an", "each", "every", "all", "our", "any"))
_VERBS = ("was", "were", "is", "are", "must", "shall", "may", "can", "should", "will", "has", "have")
_ASKING = frozenset(
    [
        "how",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whose",
        "why",
        "can",
        "do",
        "does",
        "is",
        "are",
        "may",
        "must",
        "should",
        "was",
        "were",
    ]
)
_RULES = frozenset(("must", "shall"))
_IN_BETWEEN = frozenset(("which", "that", "who", "where", "when", "if", "because", "and", "or", "but"))
_POINTING = frozenset(
    (
        "first",
        "second",
        "last",
        "next",
        "same",
        "other",
        "others",
        "following",
        "former",
        "latter",
        "rest",
        "above",
    )
)
_MEASURED = {
    "long": "How long",
    "wide": "How wide",
    "high": "How high",
    "deep": "How deep",
    "old": "How old",
    "tall": "How tall",
}
_AMOUNTS = {"costs": ("How much", "cost"), "takes": ("How long", "take"), "lasts": ("How long", "last")}
_AMOUNT = re.compile(
    r"(?:about |at least |at most )?(?:\d|two |three |four |five |six |seven |eight |nine |ten )"
)
_TIME = re.compile(
    r" (?:in|on|by|since|until) (?:(?:early|late) )?"
    r"(?:(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December)\b"
    r"[ ,\d]{0,9}|\d{4}\b|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b)"
)
_FIGURE = re.compile(
    r"^(?:about |only |at most |at least )?[\d.,]*\d [a-z]+ (long|wide|high|deep|old|tall)\b"
)


def sentence_questions(source: Source) -> Iterator[str]:
    """Yield the questions of a document: its headings that are questions, then those made from sentences."""
    for heading in source.headings[:50]:
        words = " ".join(heading.span.of(source.text).split())
        if words.endswith("?") and len(words) in QUESTION and words.split()[0].casefold() in _ASKING:
            yield words
    sentences = (" ".join(match[0].split()) for match in _SENTENCE.finditer(source.text[:READ]))
    made = [question for question in map(question_of, sentences) if question]
    # What has a short answer is asked first.
    yield from sorted(made, key=lambda question: question.startswith("What "))


def question_of(sentence: str) -> str:
    """Return a question that the sentence answers, or "".

    >>> question_of("The canal was opened in 1869.")
    'When was the canal opened?'
    >>> question_of("The northern lock is 340 metres long.")
    'How long is the northern lock?'
    >>> question_of("The tenant must give notice in writing.")
    'What must the tenant do?'
    >>> question_of("It was raining, and they left.")
    ''
    """
    if len(sentence) not in LENGTH:
        return ""
    words = sentence.rstrip(".").split()
    at = next((i for i, word in enumerate(words) if word in _VERBS or word in _AMOUNTS), 0)
    subject, verb, rest = words[:at], words[at] if at else "", " ".join(words[at + 1 :])
    if not _is_subject(subject) or not rest:
        return ""
    if _is_name(subject) and verb in ("is", "was") and rest.startswith("the "):
        question = f"Who {verb} {rest.partition(',')[0]}?"
        return question if len(question) in QUESTION else ""
    lowered = [subject[0].lower() if subject[0].lower() in _FIRST else subject[0], *subject[1:]]
    question = _question_about(" ".join(lowered), verb, rest)
    return question if len(question) in QUESTION else ""


def _question_about(subject: str, verb: str, rest: str) -> str:
    if verb in _AMOUNTS:
        how, verb = _AMOUNTS[verb]
        return f"{how} does {subject} {verb}?" if _AMOUNT.match(rest) else ""
    measured = _FIGURE.match(rest)
    if verb in ("is", "was", "are", "were") and measured:
        return f"{_MEASURED[measured[1]]} {verb} {subject}?"
    time = _TIME.search(f" {rest}")
    if time and verb in ("was", "were", "is", "are", "will", "must", "shall"):
        before = f" {rest}"[: time.start()].strip()
        if len(before.split()) <= 6 and "," not in before:
            return f"When {verb} {subject}{f' {before}' if before else ''}?"
    if verb in _RULES and not rest.startswith(("not ", "be ", "only ", "also ", "still ", "then ", "never ")):
        return f"What {verb} {subject} do?"
    return ""


def _is_name(words: list[str]) -> bool:
    """Return whether all words are capitalised, as in the name of a person or a place."""
    return (
        1 < len(words) < 4
        and words[0].lower() not in _FIRST
        and all(w[:1].isupper() and w.isalpha() for w in words)
    )


def _is_subject(words: list[str]) -> bool:
    if not _is_name(words) and (len(words) not in SUBJECT or words[0].lower() not in _FIRST):
        return False
    return not any(word.endswith((",", ";", ":", ")")) or word in _IN_BETWEEN | _POINTING for word in words)
