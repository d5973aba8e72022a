"""Makes a follow-up question searchable on its own, and recognises small talk.

Small talk gets a reply and is not searched.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from citeback.index.languages import ENGLISH
from citeback.index.search.analyzer import STOP_WORDS
from citeback.rag.answer import Turn
from citeback.rag.messages.catalogue import message, say

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
HELLO = message("Hello. Ask me about your documents.")
CITEBACK = message("Citeback. I answer from your documents, in their own words.")
WELCOME = message("You are welcome.")
GOODBYE = message("Goodbye.")
# Each by its language and the reply. What several languages say is read as English.
_TALK: tuple[tuple[str, str, str], ...] = (
    (
        "en",
        HELLO,
        r"hi|hello|hey|hello there|hi there|good (?:morning|afternoon|evening|day)|greetings"
        r"|ciao|buongiorno|buonasera|hej|привет|здравствуйте|добрый день",
    ),
    ("de", HELLO, r"hallo(?: zusammen)?|moin(?: moin)?|servus|grüezi|grüß gott|guten (?:morgen|tag|abend)"),
    ("fr", HELLO, r"bonjour(?: à tous)?|bonsoir|salut|coucou"),
    ("es", HELLO, r"hola|buenas|buen día|buen(?:os|as) (?:días|tardes|noches)|qué tal"),
    (
        "en",
        CITEBACK,
        r"(?:who|what) are you\s?\??|what(?: is|'s|’s) your name\s?\??|what can you do\s?\??",
    ),
    (
        "de",
        CITEBACK,
        r"(?:wer|was) (?:bist du|sind sie)\s?\??|wie (?:heißt du|heißen sie)\s?\??"
        r"|was (?:kannst du|können sie)(?: alles)?\s?\??",
    ),
    (
        "fr",
        CITEBACK,
        r"qui (?:es[- ]tu|êtes[- ]vous)\s?\??|(?:tu es|vous êtes) qui\s?\??"
        r"|comment (?:t['’]appelles[- ]tu|vous appelez[- ]vous)\s?\??"
        r"|que (?:sais[- ]tu|peux[- ]tu|savez[- ]vous|pouvez[- ]vous) faire\s?\??",
    ),
    (
        "es",
        CITEBACK,
        r"(?:quién|qué) (?:eres|es usted)\s?\??|cómo (?:te llamas|se llama)\s?\??"
        r"|qué (?:puedes|puede|sabes|sabe) hacer\s?\??",
    ),
    (
        "en",
        WELCOME,
        r"thanks?(?: you)?(?: (?:very much|so much|a lot))?|many thanks|thx|cheers|great|perfect|ok(?:ay)?|"
        r"got it|i see|nice|cool|awesome|(?:that is|that's|thats) (?:great|helpful|all|it)|good|well done|"
        r"(?:that )?(?:helps|helped)(?: a lot)?|wonderful|brilliant|excellent|super"
        r"|(?:mille )?grazie|tack|спасибо",
    ),
    (
        "de",
        WELCOME,
        r"(?:vielen |herzlichen |besten )?dank(?: dir| ihnen)?|danke(?: (?:sehr|schön|dir|ihnen))?"
        r"|tausend dank"
        r"|prima|toll|perfekt|alles klar|verstanden|sehr gut|gut|wunderbar|ausgezeichnet"
        r"|das (?:hilft|war hilfreich|ist alles)",
    ),
    (
        "fr",
        WELCOME,
        r"(?:un grand |mille )?merci(?: (?:beaucoup|bien|à toi|à vous))?|parfait|génial|d['’]accord|compris"
        r"|très bien|entendu|c['’]est (?:parfait|bon|noté|tout)",
    ),
    (
        "es",
        WELCOME,
        r"(?:muchas |mil )?gracias|perfecto|genial|vale|de acuerdo|entendido|muy bien|estupendo|eso es todo",
    ),
    (
        "en",
        GOODBYE,
        r"bye(?: bye)?|goodbye|see you(?: later)?|good night|have a (?:nice|good|great) (?:day|one|evening)"
        r"|arrivederci|до свидания",
    ),
    (
        "de",
        GOODBYE,
        r"auf wiedersehen|tschüss|tschüß|bis (?:bald|später|morgen)|gute nacht|schönen (?:tag|abend)",
    ),
    ("fr", GOODBYE, r"au revoir|à (?:bientôt|plus tard|demain)|bonne (?:nuit|journée|soirée)"),
    ("es", GOODBYE, r"adiós|hasta (?:luego|pronto|mañana)|que tenga un buen día"),
)
# Casefolded as the question is: "ß" becomes "ss".
_FOLDED = tuple((language, reply, re.compile(talk.casefold())) for language, reply, talk in _TALK)
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
    """Return the reply to a greeting, thanks or goodbye, in its own language, or "" for a question.

    >>> small_talk("Great, thanks!"), small_talk("Thanks, and in 2023?"), small_talk("Wer bist du?")
    ('You are welcome.', '', 'Citeback. Ich antworte aus Ihren Dokumenten, in deren eigenen Worten.')
    """
    parts = [part for part in _PARTS.split(question.casefold().strip(" \t\r\n¡¿")) if part]
    talk = [_reply_to(part.lstrip("¡¿")) for part in parts]
    language, reply = talk[-1] if talk and all(reply for _, reply in talk) else (ENGLISH, "")
    return say(reply, language) if reply else ""


def _reply_to(part: str) -> tuple[str, str]:
    """Return the language of small talk and the reply in English, or two times ""."""
    return next(((language, reply) for language, reply, talk in _FOLDED if talk.fullmatch(part)), ("", ""))


def depends_on_history(question: str) -> bool:
    """Return whether a question refers back to something said before, or is too short to stand alone."""
    telling = [word for word in _WORD.findall(question) if word.casefold() not in STOP_WORDS]
    is_short = len(telling) < MIN_CONTENT_WORDS and _NAMES_ITS_TOPIC.match(question) is None
    return bool(is_short or _POINTING.search(question) or _OPENING.search(question))
