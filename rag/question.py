"""Makes a follow-up question searchable on its own, and recognises small talk.

Small talk gets a reply and is not searched.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from citeback.index.search.analyzer import STOP_WORDS
from citeback.rag.answer import Turn

# Words that refer back to something said before.
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|one|ones|"
    r"same|such|former|latter|else|more|another|other|others|also|instead|above)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^\s*(?:and|but|or|so|then|why|how so|what about|how about|ok|okay)\b", re.IGNORECASE)
_TURNS_TO = re.compile(r"^\s*(?:and|but|what about|how about)\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:he|him|his|she|her|hers|they|them|their|who)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,;-] )(?:[A-Z][\w'’-]+)(?: [A-Z][\w'’-]+)+")
MAX_NAMES = 2  # names from an answer that a question about a person may refer to
# A short question that names its topic, as in "Where is Tartus?".
_NAMES_ITS_TOPIC = re.compile(
    r"\s*(?i:who|what|when|where|which|why|how)\b[^\n]{0,200}?\s(?:[A-Z]\w+|[\"“«])"
)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_TALK = {
    "Hello. Ask me about your documents.": (
        r"hi|hello|hey|hello there|hi there|good (?:morning|afternoon|evening|day)|greetings"
        r"|hallo|moin|guten (?:morgen|tag|abend)|bonjour|bonsoir|salut|hola"
        r"|buen(?:os|as) (?:días|tardes|noches)"
        r"|ciao|buongiorno|buonasera|hej|привет|здравствуйте|добрый день"
    ),
    "Citeback. I answer from your documents, in their own words.": (
        r"(?:who|what) are you ?\??|what(?: is|'s|’s) your name ?\??|what can you do ?\??"
    ),
    "You are welcome.": (
        r"thanks?(?: you)?(?: (?:very much|so much|a lot))?|many thanks|thx|cheers|great|perfect|ok(?:ay)?|"
        r"got it|i see|nice|cool|awesome|(?:that is|that's|thats) (?:great|helpful|all|it)|good|well done|"
        r"(?:that )?(?:helps|helped)(?: a lot)?|wonderful|brilliant|excellent"
        r"|danke(?: (?:sehr|schön))?|vielen dank|merci(?: beaucoup)?|(?:muchas )?gracias"
        r"|(?:mille )?grazie|tack|спасибо"
    ),
    "Goodbye.": (
        r"bye(?: bye)?|goodbye|see you(?: later)?|good night|have a (?:nice|good|great) (?:day|one|evening)"
        r"|auf wiedersehen|tschüss|au revoir|adiós|hasta luego|arrivederci|до свидания"
    ),
}
_PARTS = re.compile(r"(?<![\s:)(])[\s:)(]*[,.!;][\s,.!;:)(]*")
MIN_KNOWN_SHARE = 0.75  # share of a rewritten question's content words that the conversation must hold
MIN_CONTENT_WORDS = 4  # content words; a shorter question takes its topic from the conversation


@dataclass(frozen=True, slots=True)
class StandaloneQuestion:
    """A question, and the earlier question it depends on (`context`), or "".

    >>> str(standalone("And in 2023?", [Turn("user", "How many ships passed the canal in 2022?")]))
    'And in 2023? (How many ships passed the canal in 2022?)'
    """

    question: str
    context: str = ""

    def __str__(self) -> str:
        return f"{self.question} ({self.context})" if self.context else self.question


def standalone(question: str, history: Sequence[Turn] = ()) -> StandaloneQuestion:
    """Return the question with what it needs from the history (oldest turn first) to be searched.

    That is the last question that stands alone, with the names that its answer introduced.
    """
    question = question.strip()
    before = [turn for turn in history if turn.text.strip()]
    asked = [n for n, turn in enumerate(before) if turn.role == "user"]
    if not asked or not depends_on_history(question):
        return StandaloneQuestion(question)
    last = next((n for n in reversed(asked) if not depends_on_history(before[n].text)), asked[-1])
    topic = before[last].text.strip()
    names = _new_names(topic, [turn.text for turn in before[last + 1 :] if turn.role != "user"][:1])
    return StandaloneQuestion(question, " ".join([topic, *(names if _PERSON.search(question) else ())]))


def turns_to_another(asked: StandaloneQuestion) -> bool:
    """Return whether a follow-up turns to something new, which an answer has to name.

    >>> turns_to_another(StandaloneQuestion("What about the cranes?", "Who is the harbour master?"))
    True
    """
    return bool(asked.context) and _TURNS_TO.match(asked.question) is not None


def _new_names(topic: str, answers: Sequence[str]) -> tuple[str, ...]:
    """Return the names in an answer, at most `MAX_NAMES`, that the question did not mention."""
    results = (name for answer in answers for name in _NAME.findall(answer))
    return tuple(dict.fromkeys(name for name in results if name not in topic))[:MAX_NAMES]


def accept_rewrite(
    asked: StandaloneQuestion, statement: str | None, history: Sequence[Turn]
) -> StandaloneQuestion:
    """Return the question as rewritten by a chat model, if the rewrite adds nothing of its own."""
    texts = (asked.question, *(turn.text for turn in history))
    known = {word.casefold() for text in texts for word in _WORD.findall(text)}
    telling = [w for w in map(str.casefold, _WORD.findall(statement or "")) if w not in STOP_WORDS]
    if (
        not statement
        or not telling
        or sum(word in known for word in telling) < MIN_KNOWN_SHARE * len(telling)
    ):
        return asked
    return StandaloneQuestion(statement)


def small_talk(question: str) -> str:
    """Return the reply to a greeting, thanks or goodbye, or "" for a question.

    >>> small_talk("Great, thanks!"), small_talk("Thanks, and in 2023?")
    ('You are welcome.', '')
    """
    parts = [part for part in _PARTS.split(question.casefold().strip(" \t\r\n¡¿")) if part]
    replies = [next((r for r, talk in _TALK.items() if re.fullmatch(talk, part)), "") for part in parts]
    return replies[-1] if replies and all(replies) else ""


def depends_on_history(question: str) -> bool:
    """Return whether a question refers back to something said before, or is too short to stand alone."""
    telling = [word for word in _WORD.findall(question) if word.casefold() not in STOP_WORDS]
    is_short = len(telling) < MIN_CONTENT_WORDS and _NAMES_ITS_TOPIC.match(question) is None
    return bool(is_short or _POINTING.search(question) or _OPENING.search(question))
