r"""Escapes text for Markdown and BibTeX, so that it reads the same, character for character.

Markdown is CommonMark, with or without tables, footnotes, strikethrough and formulas. Control characters
become U+FFFD, since Markdown drops or changes them.
"""

import re
from itertools import pairwise

_CONTROLS = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SIGNS = re.compile(r"[\\`*_\[\]<>#|~&$]")
_FIRST = re.compile(r"[-+=:]|(?<=\d)[.)]")  # special only at the start of a line
_NUMBER = re.compile(r"\d{1,9}")
_TEX = {
    ord(sign): f"{{\\{name}}}"
    for sign, name in {
        "\\": "textbackslash",
        "{": "textbraceleft",
        "}": "textbraceright",
        "^": "textasciicircum",
        "~": "textasciitilde",
    }.items()
} | {ord(sign): f"\\{sign}" for sign in "%&#$_"}
NEWLINE = "&#10;"


def markdown(words: str, before: str = "") -> str:
    r"""Escape text for Markdown, keeping its lines; `before` begins each line but the first.

    >>> print(markdown("1. *Not* bold &amp; no list"))
    1\. \*Not\* bold \&amp; no list
    """
    lines = [_line(each) for each in _CONTROLS.sub("\ufffd", words).split("\n")]
    # A blank line would end the paragraph.
    rest = (f"\n{before}{line}" if last and line else NEWLINE + line for last, line in pairwise(lines))
    return "".join((lines[0], *rest))


def on_one_line(words: str) -> str:
    """Escape text as a single line of Markdown, such as a heading."""
    return NEWLINE.join(map(_line, _CONTROLS.sub("\ufffd", words).split("\n")))


def bibtex(words: str) -> str:
    """Escape text as a single-line BibTeX field value, which TeX typesets as the same text."""
    return " ".join(_CONTROLS.sub("\ufffd", words).split()).translate(_TEX)


def _line(words: str) -> str:
    escaped = _SIGNS.sub(r"\\\g<0>", words)
    number = _NUMBER.match(escaped)
    first = number.end() if number else 0
    if _FIRST.match(escaped, first):
        escaped = f"{escaped[:first]}\\{escaped[first:]}"
    inner = escaped.strip()
    start = escaped.index(inner)
    ends = map(_numbered, (escaped[:start], escaped[start + len(inner) :]))
    return inner.join(ends).replace("\r", _numbered("\r"))


def _numbered(space: str) -> str:
    return "".join(f"&#{ord(each)};" for each in space)
