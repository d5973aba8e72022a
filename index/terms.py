"""Text -> terms: one analyser for documents, queries and evidence. Must never know an index.

A term is what is compared: folded, stemmed, without white space. Documents, questions and quoted
sentences go through the same analyser, or a word of one would not be the word of another.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

import Stemmer

# ISO 639 code -> Snowball algorithm. A language that is not here is not stemmed.
# fmt: off
SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}
# fmt: on

# Words that say nothing about what is asked. Some are left out on purpose: without its capitals, US,
# WHO, May or Will would be one of them.
_STOP = """a about after again all also am an and any are as at be because been before being between
both but by can could did do does doing done down during each few for from further had has have having
he her here hers herself him himself his how i if in into is it its itself just me more most my myself
no nor not of off on once only or other our ours out over own same she should so some such than that
the their theirs them themselves then there these they this those through to too under until up upon
very was we were what when where which while whom whose why with would you your yours"""
STOP_WORDS = frozenset(_STOP.split())

# The elided article or pronoun before an apostrophe is a word of its own in these languages.
ELIDING = frozenset({"fr", "it", "ca", "ga"})

# Letters of scripts written without spaces (Han, kana, Thai, Lao, Burmese, Khmer): their runs become
# overlapping pairs of characters.
UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecd\u1000-\u1049\u1780-\u17d3\u3005-\u3007\u3041-\u30fa"
    "\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
)

# Longer "words" are encoded data; tantivy drops terms above 65,530 bytes in silence, so both sides cut.
LONGEST = 64


def _marks() -> str:
    """Return every combining mark as regex ranges; `isalnum` is false for them, though words hold them."""
    marks = [c for c in range(0x300, 0x11000) if unicodedata.category(chr(c)).startswith("M")]
    starts = [c for c, before in zip(marks, [-1, *marks], strict=False) if c != before + 1]
    ends = [c for c, after in zip(marks, [*marks[1:], -1], strict=True) if c + 1 != after]
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(starts, ends, strict=True))


_WORD = f"(?:(?![{UNSPACED}])[^\\W_][{_marks()}]*)+"
_TOKEN = re.compile(
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:\.\d+)+)"
    r"|(?P<initials>[a-z](?:\.[a-z])+(?!\w))"
    f"|(?P<run>[{UNSPACED}]+)"
    f"|(?P<word>{_WORD}(?:'{_WORD})*)"
)
# Accents of Latin, Greek and Cyrillic letters, and the optional vowel points of Hebrew and Arabic.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u02bc": "'", "\uff07": "'"})


def fold(text: str) -> str:
    """Return the text without accents.

    >>> fold("São café")
    'Sao cafe'
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)))


@dataclass(frozen=True, slots=True)
class Analyzer:
    """The analyser of one language; safe to share between threads.

    >>> Analyzer("en").terms("Obama's 3,000 résumés")
    ['obama', '3000', 'resum']
    """

    language: str = "en"
    _stems: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def terms(self, text: str) -> list[str]:
        """Return the terms of a text in order, repeats and all."""
        return [self._stem(word) for word in self.words(text)]

    def query(self, text: str) -> list[str]:
        """Return the distinct terms of a question, in order, without stop words unless nothing is left.

        >>> Analyzer("en").query("Who are you? Who?"), Analyzer("en").query("What is it?")
        (['who'], ['what', 'is', 'it'])
        """
        words = list(dict.fromkeys(self.words(text)))
        telling = [w for w in words if w not in STOP_WORDS] if self.language == "en" else words
        return list(dict.fromkeys(map(self._stem, telling or words)))

    def words(self, text: str) -> Iterable[str]:
        """Yield the words of a text as they are before stemming: case folded, numbers joined."""
        if not text.isascii():
            text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)
        text = text.casefold()
        for match in _TOKEN.finditer(fold(text) if self.language == "en" else text):
            yield from self._split(match.lastgroup or "", match.group())

    def _split(self, kind: str, token: str) -> Iterable[str]:
        match kind:
            case "number":
                return (token.replace(",", ""),)
            case "initials":
                return (token.replace(".", ""),)
            case "run":
                return [token[i : i + 2] for i in range(max(1, len(token) - 1))]
            case _:
                return self._apart(token)

    def _apart(self, token: str) -> Iterable[str]:
        if "'" not in token:
            return (token,)
        if self.language in ELIDING:
            return token.split("'")
        return (token.removesuffix("'s").replace("'", ""),)

    def _stem(self, word: str) -> str:
        """Return the term of a word. Stemmers know accents, English ones none: fold before or after."""
        stem = self._stems.get(word)
        if stem is None:
            if len(self._stems) > 1 << 18:
                self._stems.clear()
            # A fresh stemmer a word: PyStemmer's are not safe to share between threads, and misses are few.
            name = SNOWBALL.get(self.language)
            whole = word[:LONGEST]
            stem = fold(Stemmer.Stemmer(name, 0).stemWord(whole) if name else whole) or whole
            self._stems[word] = stem
        return stem
