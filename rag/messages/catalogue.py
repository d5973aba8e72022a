"""The messages of the page and of answers in each language, from the .mo files beside this module.

A message is its English text, in which values stand as {name}. A message that a catalogue lacks, and any
language without a catalogue, is shown in English.
"""

from collections.abc import Iterable
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Self

from citeback.index.languages import ENGLISH, name_of

LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español"}
"""The languages that there are catalogues for, each by its own name."""

HERE = Path(__file__).parent
_HEADER = 200  # characters of a header that are read
_GROUPS = {"en": ",", "de": ".", "fr": "\u202f", "es": "\u202f"}  # between groups of three digits


class Notice(str):
    """A message in English that can still be translated into another language.

    >>> Notice.saying("“{word}” appears in no document.", word="Xylo").said_in("de")
    '„Xylo“ kommt in keinem Dokument vor.'
    """

    message: str
    values: dict[str, object]

    @classmethod
    def saying(cls, message: str, **values: object) -> Self:
        """Return the message with its values."""
        notice = cls(say(message, ENGLISH, **values))
        notice.message, notice.values = message, values
        return notice

    def said_in(self, language: str) -> str:
        """Return the message in a language."""
        return say(self.message, language, **self.values)


@cache
def translations(language: str) -> NullTranslations:
    """Return the catalogue of a language; one without translations for English and unknown languages."""
    path = HERE / f"{language}.mo"
    if language not in LANGUAGES or language == ENGLISH:
        return NullTranslations()
    with path.open("rb") as file:
        return GNUTranslations(file)


def say(message: str, language: str, **values: object) -> str:
    """Return a message in a language; numbers among the values are written as that language does.

    >>> say("“{word}” appears in no document.", "en", word="Xylo")
    '“Xylo” appears in no document.'
    """
    return _filled(translations(language).gettext(message), language, values)


def say_number(number: int, one: str, many: str, language: str, **values: object) -> str:
    """Return a message about a number of things; {number} stands for it.

    >>> say_number(1200, "and one more", "and {number} more", "de")
    'und 1.200 weitere'
    """
    message = translations(language).ngettext(one, many, number)
    return _filled(message, language, {**values, "number": number})


def say_notice(notice: str, language: str) -> str:
    """Return a notice in a language, if it is a `Notice`; any other text as it is."""
    return notice.said_in(language) if isinstance(notice, Notice) else notice


def message(text: str) -> str:
    """Mark a text as a message of the catalogue, to be translated later."""
    return text


def language_names(languages: Iterable[str], language: str) -> str:
    """Return the names of languages in one of them, joined for a sentence.

    >>> language_names(["de", "fr", "el"], "de")
    'Deutsch, Französisch und Griechisch'
    """
    *first, last = (say(name_of(each), language) for each in languages)
    if not first:
        return last
    return say("{first} and {last}", language, first=", ".join(first), last=last)


def accepted_language(header: str) -> str:
    """Return the first language of an Accept-Language header that there is a catalogue for, or English.

    The header is untrusted; only its beginning is read.

    >>> accepted_language("it, de-CH;q=0.9, en;q=0.8"), accepted_language("")
    ('de', 'en')
    """
    offered: dict[str, float] = {}
    for part in header[:_HEADER].split(","):
        name, _, weight = part.strip().partition(";q=")
        language = name.strip().partition("-")[0].casefold()
        share = _share(weight)
        if language in LANGUAGES and share > 0:
            offered.setdefault(language, share)
    return max(offered, key=lambda each: offered[each], default=ENGLISH)


def _share(weight: str) -> float:
    """Return the weight of a language: 1 without one, 0 for anything that is no number from 0 to 1."""
    digits = weight.strip().replace(".", "", 1)
    return min(float(weight), 1.0) if digits.isascii() and digits.isdecimal() else 0.0 if weight else 1.0


def _filled(text: str, language: str, values: dict[str, object]) -> str:
    if not values:
        return text
    group = _GROUPS.get(language, ",")
    shown = {
        name: f"{value:,}".replace(",", group) if type(value) is int else value
        for name, value in values.items()
    }
    return text.format(**shown)
