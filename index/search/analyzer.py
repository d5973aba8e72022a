"""Text analysis for BM25 and evidence: tokenizing, folding, stemming.

Documents, questions and quoted sentences share one analyzer, so equal words become equal terms.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

import Stemmer

from citeback.index.languages import NAMES, UNKNOWN, detect
from citeback.index.settings import MULTILINGUAL
from citeback.index.word_lists import word_groups, word_list

# ISO 639 codes to Snowball algorithms; other languages are not stemmed.
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

STOP_WORDS = word_list(__package__, "stop_words.txt")
"""Of English."""

FUNCTION_WORDS = {
    language: frozenset(words) for language, *words in word_groups(__package__, "function_words.txt")
} | {"en": STOP_WORDS}

MARKER = "="
"""Stands before a language's code in the term that marks its chunks; no word contains it."""

# Languages in which an elided article or pronoun before an apostrophe is a separate word.
ELIDING = frozenset({"fr", "it", "ca", "ga"})

# Scripts without spaces between words (Han, kana, Thai, Lao, Burmese, Khmer), indexed as character bigrams.
UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecd\u1000-\u1049\u1780-\u17d3\u3005-\u3007\u3041-\u30fa"
    "\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
)

# Longer "words" are encoded data. tantivy drops terms above 65,530 bytes silently, so both sides truncate.
MAX_TERM_CHARS = 64
# Cached tokens; texts repeat their words, so most lookups hit.
CACHED_TOKENS = 1 << 18


def _marks() -> str:
    """Return all combining marks as regex ranges; they belong to words, but `isalnum` is false for them."""
    marks = [c for c in range(0x300, 0x11000) if unicodedata.category(chr(c)).startswith("M")]
    starts = [c for c, before in zip(marks, [-1, *marks], strict=False) if c != before + 1]
    ends = [c for c, after in zip(marks, [*marks[1:], -1], strict=True) if c + 1 != after]
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(starts, ends, strict=True))


_MARKED = re.compile(f"([{_marks()}]{{30}})[{_marks()}]+")
_WORD = f"(?:(?![{UNSPACED}])[^\\W_][{_marks()}]*)+"
_TOKEN = re.compile(
    r"\d{1,3}(?:,\d{3}){1,20}(?:\.\d+)?(?![\d,])|\d+(?:\.\d+)+"  # a number
    r"|[a-z](?:\.[a-z])+(?!\w)"  # initials
    f"|[{UNSPACED}]+"
    f"|{_WORD}(?:'{_WORD})*"
)
_RUN = re.compile(f"[{UNSPACED}]")
# Accents of Latin, Greek and Cyrillic, and vowel points of Hebrew and Arabic.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
# Soft hyphen, zero-width space and joiners: invisible, they only mark possible breaks.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u02bc": "'", "\uff07": "'"})


def fold_accents(text: str) -> str:
    """Return the text without accents.

    >>> fold_accents("São café")
    'Sao cafe'
    """
    text = text.translate(_INVISIBLE) if not text.isascii() else text
    if text.isascii():
        return text
    text = stream_safe(text)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)))


def stream_safe(text: str) -> str:
    """Return the text with at most 30 combining marks per letter (Unicode's stream-safe format, UAX #15).

    Normalization sorts marks in time quadratic in their number.
    """
    return _MARKED.sub(r"\1", text)


@dataclass(frozen=True, slots=True)
class Analyzer:
    """The analyzer of one language. Safe to share between threads.

    Its terms are a function of the text and the language alone. In a store of many languages (`MULTILINGUAL`)
    every text is analyzed in the language that it is in.

    >>> Analyzer("en").terms("Obama's 3,000 résumés")
    ['obama', '3000', 'resum']
    """

    language: str = "en"
    _cache: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _others: dict[str, "Analyzer"] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of_text(self, text: str) -> "Analyzer":
        """Return the analyzer of a text: this one, or in a store of many languages that of its language."""
        return self.of_language(detect(text)) if self.language == MULTILINGUAL else self

    def of_language(self, language: str) -> "Analyzer":
        """Return the analyzer of a language, which is kept."""
        return self._others.setdefault(language, Analyzer(language))

    def document_terms(self, document: str, text: str) -> list[str]:
        """Return the terms of a part of a document, given the document's whole text.

        In a store of many languages, the first one marks the language.
        """
        if self.language != MULTILINGUAL:
            return self.terms(text)
        own = self.of_text(document)
        return [language_marker(own.language), *own.terms(text)]

    def terms(self, text: str) -> list[str]:
        """Return the terms of a text in order, with repetitions."""
        if self.language == MULTILINGUAL:
            return self.of_text(text).terms(text)
        known = self._cache
        terms: list[str] = []
        for token in self._tokens(text):
            terms += known.get(token) or self._cache_token(token)
        return terms

    def query_terms(self, text: str) -> list[str]:
        """Return the distinct terms of a question in order, without stop words unless there is nothing else.

        >>> Analyzer("en").query_terms("Who are you? Who?"), Analyzer("en").query_terms("What is it?")
        (['who'], ['what', 'is', 'it'])
        """
        return list(dict.fromkeys(self.content_terms(text) or self.terms(text)))

    def content_terms(self, text: str) -> list[str]:
        """Return the terms of a text in order, without stop words.

        >>> Analyzer("en").content_terms("The lock of the canal")
        ['lock', 'canal']
        """
        if self.language == MULTILINGUAL:
            return self.of_text(text).content_terms(text)
        words = (word for token in self._tokens(text) for word in self._words(token))
        without = FUNCTION_WORDS.get(self.language, frozenset())
        return [self._stem(word) for word in words if word not in without]

    def _tokens(self, text: str) -> list[str]:
        if not text.isascii():
            text = unicodedata.normalize("NFKC", stream_safe(text)).translate(_APOSTROPHES)
        text = text.casefold()
        # The English stemmer knows no accents; those of other languages do.
        return _TOKEN.findall(fold_accents(text) if self.language == "en" else text)

    def _words(self, token: str) -> Iterable[str]:
        """Return the words of a token: several only for scripts without spaces, and for elisions."""
        if "." in token or "," in token:
            return (token.replace("," if token[0].isdecimal() else ".", ""),)
        if _RUN.match(token):
            return [token[i : i + 2] for i in range(max(1, len(token) - 1))]
        if "'" not in token:
            return (token,)
        if self.language in ELIDING:
            return token.split("'")
        return (token.removesuffix("'s").replace("'", ""),)

    def _cache_token(self, token: str) -> tuple[str, ...]:
        terms = tuple(map(self._stem, self._words(token)))
        if len(token) <= MAX_TERM_CHARS:
            if len(self._cache) >= CACHED_TOKENS:
                self._cache.clear()
            self._cache[token] = terms
        return terms

    def _stem(self, word: str) -> str:
        # PyStemmer's stemmers are not thread-safe; creating one takes 1 us.
        name, whole = SNOWBALL.get(self.language), word[:MAX_TERM_CHARS]
        return fold_accents(Stemmer.Stemmer(name, 0).stemWord(whole) if name else whole) or whole


def language_marker(language: str) -> str:
    """Return the term that marks the chunks of a language in a store of many."""
    return f"{MARKER}{language}"


LANGUAGE_MARKERS = {language_marker(language): language for language in (*NAMES, UNKNOWN)}


def is_unspaced(text: str) -> bool:
    """Return whether most letters of a text are in a script without spaces between words.

    >>> is_unspaced("图书馆有多少册书?"), is_unspaced("Ada 2022")
    (True, False)
    """
    return 2 * len(_RUN.findall(text)) > sum(map(str.isalpha, text))
