"""Detects the language of a text with py3langid, whose package includes its model (4.6 MB).

Of the detectors compared, it was as accurate as the best on short texts, and needs nothing but NumPy
(docs/decisions/0033-languages.md has the figures).
"""

from collections.abc import Collection, Iterable
from functools import cache
from typing import TYPE_CHECKING

from citeback.index.settings import MULTILINGUAL

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNKNOWN = "und"
"""ISO 639-2's code for a language that is not determined."""

ENGLISH = "en"
SURE = 0.3
"""Probability below which a language is not determined."""

_NO_LANGUAGE = "zxx"  # numbers, code
_SAMPLES, _SAMPLE_CHARS = 3, 1_000
_FEWEST_LETTERS = 12
# What the detector tells apart and nothing here does.
_SAME = {"nn": "no", "nb": "no", "wuu": "zh", "yue": "zh", "ary": "ar", "arz": "ar", "uzs": "uz", "grc": "el"}
# fmt: off
NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish",
    "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "eu": "Basque",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician", "he": "Hebrew",
    "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian",
    "is": "Icelandic", "it": "Italian", "ja": "Japanese", "ka": "Georgian", "ko": "Korean",
    "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ms": "Malay", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish",
    "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}
# Languages in the detector's list that multilingual-e5-small was not trained on, as its card lists them.
UNREAD = frozenset({
    "ace", "an", "ba", "bcl", "crh", "dz", "ext", "fo", "fuv", "gcf", "gcr", "gom", "gug", "guw", "hbo",
    "ht", "ig", "kab", "kik", "lb", "lg", "lij", "ln", "ltg", "mt", "nso", "oc", "pcm", "qu", "rw", "sdh",
    "se", "sn", "st", "tg", "tk", "tt", "vec", "vo", "wa", "yo", "zu",
})
# fmt: on


@cache
def _identifier() -> "LanguageIdentifier":
    # Imported on demand: it imports NumPy, which a process that reads files does not need otherwise.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect(text: str, least: float = SURE) -> str:
    """Return the language of a text as an ISO 639 code, or `UNKNOWN` below the probability `least`.

    Of a long text, the beginning, the middle and the end are read.

    >>> detect("Die Fähre fährt bei Sturm nicht."), detect("12.5 % / 3,000")
    ('de', 'und')
    """
    sample = _sample(text)
    if sum(map(str.isalpha, sample)) < _FEWEST_LETTERS and sample.isascii():
        return UNKNOWN
    ranked = _merged(_identifier().rank(sample))
    language, sure = max(ranked.items(), key=lambda each: each[1])
    return UNKNOWN if sure < least or language == _NO_LANGUAGE else language


def detect_among(text: str, languages: Collection[str]) -> str:
    """Return which of a few languages a short text is in, such as a question.

    If it is clearly in another one, that is returned.

    >>> detect_among("Menu", ["de", "en"]) in {"de", "en"}, detect_among("Кто это сказал?", ["de", "en"])
    (True, 'ru')
    """
    ranked = _merged(_identifier().rank(_sample(text)))
    shares = {language: ranked.get(language, 0.0) for language in languages}
    best = max(shares, key=lambda language: shares[language], default=UNKNOWN)
    likeliest = max(ranked, key=lambda language: ranked[language])
    if best == likeliest or (shares.get(best, 0.0) > 0 and ranked[likeliest] < SURE):
        return best
    return detect(text) if ranked[likeliest] >= SURE else UNKNOWN


def language_of(text: str, setting: str) -> str:
    """Return the language of a document: the store's, or in a store of many languages its own."""
    return detect(text) if setting == MULTILINGUAL else setting


def name_of(language: str) -> str:
    """Return the English name of a language, or its code.

    >>> name_of("de"), name_of("gsw")
    ('German', 'gsw')
    """
    return NAMES.get(language, language)


def names_of(languages: Iterable[str]) -> str:
    """Return the names of languages, joined for a sentence.

    >>> names_of(["de", "fr", "el"])
    'German, French and Greek'
    """
    *first, last = map(name_of, languages)
    return f"{', '.join(first)} and {last}" if first else last


def _merged(ranked: Iterable[tuple[str, float]]) -> dict[str, float]:
    result: dict[str, float] = {}
    for language, share in ranked:
        known = _SAME.get(language, language)
        result[known] = result.get(known, 0.0) + share
    return result


def _sample(text: str) -> str:
    if len(text) <= _SAMPLES * _SAMPLE_CHARS:
        return text
    step = (len(text) - _SAMPLE_CHARS) // (_SAMPLES - 1)
    return "\n".join(text[n * step : n * step + _SAMPLE_CHARS] for n in range(_SAMPLES))
