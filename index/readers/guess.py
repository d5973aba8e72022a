"""Which encoding bytes are in when nothing says so: the reading that is cheapest to describe.

Must never know formats. Each candidate reads the bytes, and each character beyond ASCII costs about as many
bits as it is rare in the languages written that way: a letter of the language little, a capital within a
word much, a control character most (minimum description length; Rissanen, "Modeling by shortest data
description", 1978). The wrong page turns words into rare letters, symbols and capitals in the wrong place.
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
"""Bytes that are looked at, from the first one beyond ASCII on: by all codecs, and by the likeliest."""
_NEAR = 1.5

_RARE, _MARK, _SYMBOL, _STRANGE, _BROKEN = 15.0, 6.0, 16.0, 22.0, 25.0
_QUOTE, _CAPITAL, _CAPITAL_INSIDE, _FOREIGN, _ALONE = 3.0, 2.0, 10.0, 12.0, 8.0
# Bits beyond which a reading is no reading: the mean of a character.
MOST_BITS = 8.0

# What a language writes beyond ASCII, in small letters, and the pages it is written in.
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
# Lead bytes of the common half of each set.
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
# What stands alone as a word in some language.
_WORDS = set("àáâãéèêíóòôùúýåæø")
# A character beyond ASCII with those beside it.
_AROUND = re.compile(r"(?s)(?<=(.))([^\x00-\x7f])(?=(.))")
_BEYOND = re.compile(r"[^\x00-\x7f]")
_WIDE_MARKS = set("，。、！？：；「」『』（）《》【】・～　“”…—")


def best(data: bytes) -> str | None:
    """Return the codec whose reading of the bytes is cheapest, None where none reads like a text."""
    likely = {codec: cost for codec, cost in _costs(_sample(data, GLANCE), ()) if cost < MOST_BITS}
    if not likely:
        return None
    near = min(likely.values()) + _NEAR
    close = [codec for codec, cost in likely.items() if cost <= near]
    found = [(cost, n, codec) for n, (codec, cost) in enumerate(_costs(_sample(data, SAMPLE), close))]
    return min(found)[2] if found else min(likely, key=lambda codec: likely[codec])


def narrowest(data: bytes, codec: str) -> str:
    """Return the set that a codec extends where that can read the bytes: it maps some marks otherwise."""
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
    """Yield (codec, mean bits of a byte beyond ASCII) for each of some (or all) that can read the sample."""
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
    """Return the bits of each letter beyond ASCII by its place among the letters."""
    return {c: 1.5 + log2(1 + n / 2) for n, c in enumerate(x for x in letters if x > "\x7f")}


def _letters(text: str, letters: str) -> float:
    """Return the bits of all characters beyond ASCII, for a language of which these letters are usual."""
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
        return _MARK / 2  # vowels and tones of Thai, Hebrew, Arabic and Vietnamese
    return _STRANGE if before.isalpha() and after.isalpha() else _SYMBOL


def _script(char: str) -> bool:
    """Tell whether a letter is of an alphabet that is not mixed with Latin letters in a word."""
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
