"""Reads plain text unchanged, code point for code point.

Only evident headings are recognized: a first line that looks like a title, lines underlined with `===` or
`---`, numbered lines above a paragraph ("3. Footbridge"), and lines that say who speaks in what follows ("Ada
said...", "Ada Holm wrote:").
"""

import re
from collections.abc import Iterator

from citeback.index.readers.common.control_characters import title
from citeback.index.readers.common.decode import decode
from citeback.index.records import Heading, Source, Span

_TITLE_CHARS = 120
_NAME_CHARS = 250
_SPEAKER_CHARS = 50
_SENTENCES = re.compile(r"[.!?…]\s|[。！？].")
_SENTENCE_END = tuple(".!?…:;,。！？")
_NEWLINE = r"(?:\r\n|\r(?!\n)|\n)"
_BLANK_LINE = re.compile(rf"{_NEWLINE}[^\S\r\n]*{_NEWLINE}")
_LINE_END = re.compile(r"[\r\n]|\Z")
_WORDS = re.compile(r"[^\s\ufeff]")
_UNDERLINED = re.compile(
    rf"(?:\A\ufeff?|{_NEWLINE}[^\S\r\n]*{_NEWLINE})"
    rf"(?P<words>[^\r\n]{{1,{_TITLE_CHARS}}}){_NEWLINE}(?P<rule>=+|-+)[^\S\r\n]*(?=[\r\n]|\Z)"
)
_RULES = ("\n=", "\n-", "\r=", "\r-")
_NUMBERED = re.compile(
    rf"(?:\A\ufeff?|{_NEWLINE}[^\S\r\n]{{0,20}}{_NEWLINE})"
    r"(?P<words>(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}\.?|§ ?\d{1,3}\.?|[A-Z]\.|[IVX]{1,5}\.)[^\S\r\n]{1,4}"
    rf"[^\W\d_a-z][^\r\n]{{1,70}}){_NEWLINE}(?P<below>(?:(?P=number)\.?\d{{1,2}}\.?[^\S\r\n]{{1,4}})?[^\s\W\d_a-z][^\r\n]{{0,200}})"
)
_NUMBERS = re.compile(rf"{_NEWLINE}(?:\d|§|[A-Z]\.|[IVX]{{1,5}}\.)")
_MUCH_LONGER = 1.3  # a line of wrapped text is seldom that much shorter than the one below it
_SAYING = r"(?:said|says|wrote|writes|commented|comments|replied|replies)"
_SPEAKER = re.compile(
    rf"[^\S\r\n]{{0,20}}(?P<words>[^\s.:!?][^\r\n.:!?]{{0,{_SPEAKER_CHARS}}} {_SAYING}"
    rf"[^\r\n.:!?]{{0,{_SPEAKER_CHARS}}}(?:\.\.\.|…|:))"
)
# Begins with a character set, which the regex engine can scan for.
_SPEAKER_END = re.compile(r"[:.…](?:(?<=[:…])|(?<=\.\.\.))(?=[^\S\r\n]*[\r\n])")
_LONGEST_SPEAKER = 2 * _SPEAKER_CHARS + 40  # characters of such a line
_BLANK_ABOVE = re.compile(rf"(?:\A\ufeff?|{_NEWLINE}[^\S\r\n]{{0,{_TITLE_CHARS}}}{_NEWLINE})\Z")
_SPEAKER_LEVEL = 6  # below every other heading: the next one ends what is said
# A gap as wide as a column suggests a table header, not a title.
_COLUMNS = re.compile(r"\t|\S {2,}\S|\|")


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a plain text file; `stem` is the fallback title.

    A first line that is a sentence becomes the title, but not a heading, since it is content.

    Raises:
        ReadError: the bytes are not text.
    """
    text = decode(data)
    headings = {heading.span: heading for heading in _underlined(text)}
    headings |= {heading.span: heading for heading in _numbered(text)}
    headings |= {heading.span: heading for heading in _speakers(text)}
    alone = _line_alone(text)
    if alone and (first := _heading_span(text, alone.start, alone.end)):
        headings.setdefault(first, Heading(first, 1))
    ordered = tuple(headings[span] for span in sorted(headings))
    return Source(
        text=text,
        title=title(_naming(alone.of(text)) if alone else None, stem),
        kind="text",
        headings=ordered,
    )


def _line_alone(text: str) -> Span | None:
    """Return the first line if a blank line and further text follow."""
    start = _WORDS.search(text)
    end = _LINE_END.search(text, start.start()) if start else None
    blank = _BLANK_LINE.match(text, end.start()) if end else None
    if start is None or end is None or blank is None or not _WORDS.search(text, blank.end()):
        return None
    return Span(start.start(), end.start())


def _naming(line: str) -> str | None:
    """Return the line if it can serve as a title: at most one sentence, and not a table row."""
    words = line.strip()
    several = len(words) > _NAME_CHARS or _SENTENCES.search(words) or words.endswith((":", ",", ";"))
    return None if several or _COLUMNS.search(words) or not any(map(str.isalnum, words)) else words


def _underlined(text: str) -> Iterator[Heading]:
    """Yield lines with a rule beneath that is not much wider than the line."""
    if not any(rule in text for rule in _RULES):
        return
    for match in _UNDERLINED.finditer(text):
        span = _heading_span(text, *match.span("words"))
        rule = len(match["rule"])
        if span and rule >= min(3, len(span)) and rule <= 2 * len(span) + 2:
            yield Heading(span, 1 if match["rule"][0] == "=" else 2)


def _numbered(text: str) -> Iterator[Heading]:
    """Yield numbered lines that begin a block and are much shorter than the line of prose below them."""
    if not _NUMBERS.search(f"\n{text}"):
        return
    for match in _NUMBERED.finditer(text):
        span = _heading_span(text, *match.span("words"))
        if span and len(match["below"]) >= _MUCH_LONGER * len(span):
            yield Heading(span, 2 + match["number"].rstrip(".").count("."))


def _speakers(text: str) -> Iterator[Heading]:
    """Yield lines that say who speaks in what follows."""
    for end in _SPEAKER_END.finditer(text):
        near = text[max(0, end.end() - _LONGEST_SPEAKER) : end.end()]
        start = end.end() - len(near) + max(near.rfind("\n"), near.rfind("\r")) + 1
        above = max(0, start - _TITLE_CHARS - len("\r\n\r\n"))
        match = _SPEAKER.fullmatch(text, start, end.end())
        if match and _BLANK_ABOVE.search(text, above, start):
            yield Heading(Span(*match.span("words")), _SPEAKER_LEVEL)


def _heading_span(text: str, start: int, end: int) -> Span | None:
    """Return the span of a line's words, or None if they look like prose or a table."""
    words = text[start:end].strip()
    start += len(text[start:end]) - len(text[start:end].lstrip())
    prose = len(words) > _TITLE_CHARS or words.endswith(_SENTENCE_END)
    return (
        None
        if prose or not any(map(str.isalnum, words)) or _COLUMNS.search(words)
        else Span(start, start + len(words))
    )
