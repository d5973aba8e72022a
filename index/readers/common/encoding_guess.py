"""Guesses the encoding of bytes by minimum description length.

Each candidate encoding decodes the bytes. Each non-ASCII character then costs bits by its rarity in the
languages written in that encoding: a common letter few, a capital within a word many, a control character
most (Rissanen, "Modeling by shortest data description", 1978). A wrong encoding turns words into rare
letters, symbols and misplaced capitals.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from math import log2
from types import MappingProxyType
from unicodedata import combining

from charset_normalizer.constant import FREQUENCIES

GLANCE, SAMPLE = 1_000, 8_000
"""Bytes examined from the first non-ASCII line on: with all codecs, and with the most likely ones."""
_NEAR = 1.5

_RARE, _MARK, _SYMBOL, _STRANGE, _BROKEN = 15.0, 6.0, 16.0, 22.0, 25.0
_QUOTE, _CAPITAL, _CAPITAL_INSIDE, _FOREIGN, _ALONE = 3.0, 2.0, 10.0, 12.0, 8.0
# Most bits per non-ASCII byte of a plausible decoding.
MOST_BITS = 8.0

# Lower-case non-ASCII letters of languages, most frequent first, and the encodings used for them.
_LATIN_LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "French": "éàèêçùâîôûëïœüæÿ",
        "German": "äöüß",
        "Spanish": "óáíéñúü",
        "Portuguese": "ãçáéíóõêâôúàü",
        "Italian": "àèéìòù",
        "Dutch": "éëïöèü",
        "Danish": "åøæé",
        "Swedish": "äöåé",
        "Finnish": "äöå",
        "Icelandic": "áðéíóúýþæö",
        "Catalan": "àçèéíïòóúü",
    }
)
_CENTRAL_LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "Polish": "łąęóżśćźń",
        "Czech": "íáéěýřžščůúďťňó",
        "Slovak": "áíéýčžšúťľôňäďóŕĺ",
        "Hungarian": "áéőöíóüúű",
        "Slovene": "čšž",
        "Croatian": "čšžćđ",
        "Romanian": "ăîâşţșț",
        "German": "äöüß",
    }
)
_TURKISH: Mapping[str, str] = MappingProxyType({"Turkish": "ışüğçöâîû"})
_BALTIC: Mapping[str, str] = MappingProxyType(
    {"Lithuanian": "ėšųžčįąūę", "Latvian": "āēīšūņļķžčģ", "Estonian": "äõöüšž"}
)
_MALTESE: Mapping[str, str] = MappingProxyType({"Esperanto": "ĉĝĥĵŝŭ", "Maltese": "ħżġċ"})
_VIETNAMESE: Mapping[str, str] = MappingProxyType({"Vietnamese": "đươáàâêôăéíóúèìòùýãõ"})

_LATIN: tuple[tuple[tuple[str, ...], Mapping[str, str]], ...] = (
    (("cp1252", "iso8859_15", "mac_roman", "cp850", "cp437"), _LATIN_LETTERS),
    (("cp1250", "iso8859_2", "mac_latin2", "cp852"), _CENTRAL_LETTERS),
    (("cp1254", "cp857", "mac_turkish"), _TURKISH),
    (("cp1257", "iso8859_13", "iso8859_4", "cp775"), _BALTIC),
    (("iso8859_3",), _MALTESE),
    (("cp1258",), _VIETNAMESE),
)
_ALPHABETS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("cp1251", "koi8_r", "iso8859_5", "cp866", "mac_cyrillic", "cp855"),
        ("Russian", "Bulgarian", "Serbian"),
    ),
    (("koi8_u", "cp1251", "cp1125"), ("Ukrainian",)),
    (("ptcp154", "kz1048"), ("Kazakh",)),
    (("cp1253", "iso8859_7", "cp737", "cp869", "mac_greek"), ("Greek",)),
    (("cp1255", "iso8859_8", "cp862"), ("Hebrew",)),
    (("cp1256", "iso8859_6"), ("Arabic", "Farsi")),
    (("cp874",), ("Thai",)),
)
_IDEOGRAPHS = (
    ("gb18030", ("Chinese",)),
    ("big5hkscs", ("Chinese",)),
    ("cp932", ("Japanese", "Japanese—", "Japanese——")),
    ("euc_jp", ("Japanese", "Japanese—", "Japanese——")),
    ("cp949", ("Korean",)),
    ("johab", ("Korean",)),
)
_SINGLE = (
    *((codec, tuple(languages.values())) for codecs, languages in _LATIN for codec in codecs),
    *(
        (codec, tuple("".join(FREQUENCIES[n]) for n in names))
        for codecs, names in _ALPHABETS
        for codec in codecs
    ),
)
_FIRST = re.compile(rb"[\x80-\xff]")
# Lead bytes of the more common half of each character set.
_FIRST_LEVEL = {
    "gb18030": (0xB0, 0xD7),
    "big5hkscs": (0xA4, 0xC6),
    "cp932": (0x88, 0x97),
    "euc_jp": (0xB0, 0xCF),
    "cp949": (0xB0, 0xC8),
    "johab": (0x84, 0xD3),
}
_NARROW = {
    "gb18030": "gb2312",
    "big5hkscs": "big5",
    "cp932": "shift_jis",
    "cp949": "euc_kr",
    "cp874": "tis_620",
}
_QUOTES = set("“”‘’„‚–—…«»‹›\u00a0")
_TYPOGRAPHIC = set("•©®™°§№€£·¡¿½²³ºª×´")
_WITHIN_WORDS = set("’\u00a0–—")
_AT_WORDS = set("©®™¡¿²³ºª´·")
# Letters that are words by themselves in some language.
_WORDS = set("àáâãéèêíóòôùúýåæø")
# A non-ASCII character with its neighbours.
_AROUND = re.compile(r"(?s)(?<=(.))([^\x00-\x7f])(?=(.))")
_BEYOND = re.compile(r"[^\x00-\x7f]")
_WIDE_MARKS = set("，。、！？：；「」『』（）《》【】・～　“”…—")


def best_encoding(data: bytes) -> str | None:
    """Return the codec with the cheapest decoding, or None if there is no plausible one."""
    likely = {codec: cost for codec, cost in _costs(_sample(data, GLANCE), ()) if cost < MOST_BITS}
    if not likely:
        return None
    near = min(likely.values()) + _NEAR
    close = [codec for codec, cost in likely.items() if cost <= near]
    results = [(cost, n, codec) for n, (codec, cost) in enumerate(_costs(_sample(data, SAMPLE), close))]
    return min(results)[2] if results else min(likely, key=lambda codec: likely[codec])


def narrowest_encoding(data: bytes, codec: str) -> str:
    """Return the smaller character set that a codec extends, if it can decode the bytes."""
    narrow = _NARROW.get(codec, codec)
    try:
        data.decode(narrow)
    except ValueError:
        return codec
    return narrow


def _sample(data: bytes, length: int) -> bytes:
    first = _FIRST.search(data)
    start = max(data.rfind(b"\n", 0, first.start()), 0) if first else 0
    return data[start : start + length]


def _costs(sample: bytes, among: Collection[str]) -> Iterator[tuple[str, float]]:
    """Yield (codec, mean bits per non-ASCII byte) for each codec that can decode the sample."""
    beyond = sum(byte > 0x7F for byte in sample) or 1
    for codec, alphabets in _SINGLE:
        if (not among or codec in among) and (text := _read(sample, codec)):
            yield codec, min(_letters(text, alphabet) for alphabet in alphabets) / beyond
    for wide, names in _IDEOGRAPHS:
        if (not among or wide in among) and (text := _read(sample, wide)):
            yield wide, _ideographs(text, wide, names) / beyond


def _read(sample: bytes, codec: str) -> str:
    text = sample.decode(codec, errors="replace")
    return text if text.count("\ufffd") * 50 <= len(sample) else ""


@lru_cache
def _ranks(letters: str) -> Mapping[str, float]:
    """Return the cost in bits of each non-ASCII letter, by its rank."""
    return {c: 1.5 + log2(1 + n / 2) for n, c in enumerate(x for x in letters if x > "\x7f")}


def _letters(text: str, letters: str) -> float:
    """Return the cost in bits of a text's non-ASCII characters, given the common letters of a language."""
    ranks, seen = _ranks(letters), Counter(_AROUND.findall(f" {text} "))
    return sum(count * _letter(before, char, after, ranks) for (before, char, after), count in seen.items())


def _letter(before: str, char: str, after: str, ranks: Mapping[str, float]) -> float:
    small = char.lower()
    if char.isalpha():
        bits = ranks.get(small, _RARE)
        if small not in _WORDS and not _script(char) and not (before.isalpha() or after.isalpha()):
            bits += _ALONE
        if char != small:
            bits += _CAPITAL_INSIDE if before.islower() else _CAPITAL
        foreign = any(x.isascii() and x.isalpha() for x in (before, after))
        return bits + (_FOREIGN if foreign and _script(char) else 0)
    if char in _QUOTES:
        return _QUOTE if char in _WITHIN_WORDS or not (before.isalpha() and after.isalpha()) else _SYMBOL
    if char in _TYPOGRAPHIC:
        return _SYMBOL if before.isalpha() and char not in _AT_WORDS else _MARK
    if char == "\ufffd" or "\x80" <= char < "\xa0":
        return _BROKEN
    if combining(char) or "\u0e30" <= char <= "\u0e4e":
        return _MARK / 2  # vowel signs and tone marks of Thai, Hebrew, Arabic and Vietnamese
    return _STRANGE if before.isalpha() and after.isalpha() else _SYMBOL


def _script(char: str) -> bool:
    """Return whether a letter's script is not mixed with Latin letters within a word."""
    return char >= "\u0370"


def _ideographs(text: str, codec: str, names: Iterable[str]) -> float:
    common = frozenset(c for name in names for c in FREQUENCIES[name])
    return sum(n * _ideograph(c, codec, common) for c, n in Counter(_BEYOND.findall(text)).items())


def _ideograph(char: str, codec: str, common: frozenset[str]) -> float:
    if char in common or "\u3041" <= char <= "\u30ff":
        return 6.5
    if char in _WIDE_MARKS:
        return 6.0
    if char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or "\uff61" <= char <= "\uff9f":
        return _BROKEN
    if "\uff01" <= char <= "\uff5e":
        return 10.0
    lead = char.encode(codec, errors="replace")[0]
    low, high = _FIRST_LEVEL[codec]
    if low <= lead <= high and (char >= "\u4e00"):
        return 11.0
    return 18.0 if char >= "\u4e00" else 20.0
