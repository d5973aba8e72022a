"""Characters of symbol fonts: what "m" in Symbol or a code in Wingdings looks like.

Office documents store them by their code in the font, often in Unicode's private use area (U+F020 to U+F0FF).
"""

import re

_FIRST = 0x20
# Adobe's Symbol encoding from 0x20 to 0x7E, and from 0xA0 to 0xFE; a space stands for what has no character.
_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ 〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
)
_FROM_SYMBOL = {_FIRST + n: char for n, char in enumerate(_SYMBOL[0])} | {
    0xA0 + n: char for n, char in enumerate(_SYMBOL[1])
}
_FROM_WINGDINGS = {
    **dict(zip(range(0x81, 0x8B), "①②③④⑤⑥⑦⑧⑨⑩", strict=True)),
    **dict(zip(range(0x8C, 0x96), "❶❷❸❹❺❻❼❽❾❿", strict=True)),
    0x22: "✂",
    0x28: "☎",
    0x2A: "✉",
    0x45: "☜",
    0x46: "☞",
    0x4A: "☺",
    0x4B: "😐",
    0x4C: "☹",
    0x6C: "●",
    0x6E: "■",
    0x6F: "☐",
    0x71: "❑",
    0x76: "❖",
    0x78: "☒",
    0x9F: "•",
    0xA7: "▪",
    0xA8: "☐",
    0xD8: "➢",
    0xDF: "←",
    0xE0: "→",
    0xE1: "↑",
    0xE2: "↓",
    0xE8: "➔",
    0xEF: "⇦",
    0xF0: "⇨",
    0xF1: "⇧",
    0xF2: "⇩",
    0xF3: "⇔",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
}
_FROM_WINGDINGS_2 = {0x2A: "☐", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0xA3: "☐"}
_PRIVATE = re.compile("[\uf020-\uf0ff]")


def symbol(font: str, code: int) -> str:
    """Return the character that a font displays for a code; "" if it is not a text character.

    >>> symbol("Symbol", 0xF06D), symbol("Wingdings", 0xFE), symbol("Wingdings 2", 0x52)
    ('μ', '☑', '☑')
    """
    code = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    shown = _table(font).get(code, "").strip()
    return shown or (chr(code) if 0x20 <= code < 0x7F and not is_symbol_font(font) else "")


def is_symbol_font(font: str) -> bool:
    """Return whether a font displays symbols instead of text characters."""
    named = font.casefold()
    return named in ("symbol", "zapfdingbats") or named.startswith(("wingdings", "webdings"))


def with_symbols(text: str, font: str = "Symbol") -> str:
    """Replace private-use characters with what the font displays; unknown ones are unchanged."""
    if text.isascii() or not _PRIVATE.search(text):
        return text
    return _PRIVATE.sub(lambda each: symbol(font, ord(each[0])) or each[0], text)


def _table(font: str) -> dict[int, str]:
    named = font.casefold()
    if named.startswith(("wingdings 2", "wingdings2")):
        return _FROM_WINGDINGS_2
    if named.startswith(("wingdings", "webdings")):
        return _FROM_WINGDINGS
    return _FROM_SYMBOL
