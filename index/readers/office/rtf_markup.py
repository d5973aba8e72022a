"""Rewrites RTF markup so that its text is what a person sees.

Hidden and deleted text and instructions of fields are removed, footnotes become text in brackets where they
are referred to, and raised figures are set apart. Headers, footers, text boxes and comments, which stand
within the text in the file, are returned apart from it.
"""

import re
from dataclasses import dataclass, field, replace

from citeback.index.readers.common.raised import raised
from citeback.index.readers.office.symbol_fonts import is_symbol_font, symbol

_TOKEN = re.compile(r"[{}]|\\([a-z]{1,32})(-?\d{1,9})? ?|\\'[0-9a-fA-F]{2}|\\[^a-z']|[^{}\\]+|\\")
_HIDING = {"v", "deleted"}
_INSTRUCTIONS = {"fldinst", "pict", "objdata", "themedata", "datastore", "shprslt", "atnref", "atndate"}
_APART = {
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "header"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "footer"),
    "shptxt": "box",
    "annotation": "comment",
    "atnauthor": "author",
}
_FONT = re.compile(r"\\f(\d{1,5})\b[^{};]{0,200}?\\fcharset(\d{1,3})[^{};]{0,100}?\s([^{};\\]{1,60});")
# A font of the table without a character set, which is then that of the text.
_NO_CHARACTER_SET = re.compile(r"\\f(\d{1,5})(?!\d)(?![^;{}]{0,300}\\fcharset)")
_FONT_TABLE_CHARS = 200_000
_SYMBOLS = "2"  # the character set of symbol fonts


@dataclass(frozen=True, slots=True)
class SeenMarkup:
    """The markup of the visible body, and the markup of what is outside the body.

    `apart` are (kind, markup, author) of headers, footers, boxes and comments.
    """

    text: str
    apart: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Group:
    """The state of an open group: whether its text is hidden, raised or a note, and its kind if apart."""

    hidden: frozenset[str] = frozenset()
    is_raised: bool = False
    is_note: bool = False
    apart: str = ""
    font: str = ""


@dataclass(slots=True)
class _Rewriter:
    symbol_fonts: dict[str, str]
    outputs: list[list[str]] = field(default_factory=lambda: [[]])
    groups: list[_Group] = field(default_factory=lambda: [_Group()])
    apart: list[tuple[str, str, str]] = field(default_factory=list)
    text: str = ""
    author: str = ""

    def take(self, token: re.Match[str]) -> None:
        """Handle the next token of the markup."""
        whole, word, number = token[0], token[1], token[2]
        if whole == "{":
            self.groups.append(replace(self.groups[-1], is_note=False, apart=""))
            self.outputs[-1].append(whole)
        elif whole == "}":
            closed = self.groups.pop() if len(self.groups) > 1 else _Group()
            if closed.apart and len(self.outputs) > 1:
                self._close(closed.apart)
            self.outputs[-1].append("]}" if closed.is_note else whole)
        elif word:
            self._control(whole, word, number)
        elif not self.groups[-1].hidden:
            self._words(whole)

    def _close(self, kind: str) -> None:
        """Store the content of a group that is outside the body."""
        markup = "".join(self.outputs.pop())
        if kind == "author":
            self.author = markup
        else:
            self.apart.append((kind, markup, self.author if kind == "comment" else ""))

    def _control(self, whole: str, word: str, number: str | None) -> None:
        group = self.groups[-1]
        if word in _APART and not group.apart:
            self.groups[-1] = replace(group, apart=_APART[word], is_raised=False)
            self.outputs.append([])
            return
        if word in _HIDING:
            hidden = group.hidden - {word} if number == "0" else group.hidden | {word}
            self.groups[-1] = replace(group, hidden=hidden)
        elif word in _INSTRUCTIONS:
            self.groups[-1] = replace(group, hidden=group.hidden | {word})
        elif word == "plain":
            self.groups[-1] = replace(group, hidden=group.hidden - _HIDING, is_raised=False)
        elif word in ("super", "nosupersub", "sub"):
            self.groups[-1] = replace(group, is_raised=word == "super" and number != "0")
        elif word == "f":
            self.groups[-1] = replace(group, font=self.symbol_fonts.get(number or "", ""))
        if word == "footnote" and not group.hidden:
            self.groups[-1] = replace(self.groups[-1], is_note=True, is_raised=False)
            self.outputs[-1].append(" [")
        elif not (word == "u" and group.hidden):
            self.outputs[-1].append(whole)

    def _words(self, whole: str) -> None:
        group = self.groups[-1]
        if group.is_raised:
            whole = raised(whole, self.text)
        if group.font and whole.startswith("\\'"):
            shown = symbol(group.font, int(whole.removeprefix("\\'"), base=16))
            whole = f"{{\\uc1\\u{ord(shown)}?}}" if shown and ord(shown) < 0x10000 else whole
        self.outputs[-1].append(whole)
        self.text = whole[-1:] if whole.strip("\r\n") else self.text


def seen_markup(markup: str) -> SeenMarkup:
    r"""Return the markup without hidden content.

    >>> seen_markup(r"{\rtf1 10{\super 6} {\v no}litres}").text
    '{\\rtf1 10{\\super ^6} {\\v }litres}'
    """
    start = markup.find("\\fonttbl")
    stop = start + _FONT_TABLE_CHARS
    table = _NO_CHARACTER_SET.sub(r"\\f\1\\fcharset1 ", markup[start:stop]) if start >= 0 else ""
    named = ((n, name.strip()) for n, charset, name in _FONT.findall(table) if charset == _SYMBOLS)
    rewriter = _Rewriter({n: name for n, name in named if is_symbol_font(name)})
    if start >= 0:
        end = table.find("}}")  # of the table, so that no font in the text is changed
        whole = markup[start:stop].find("}}")
        markup = markup[:start] + table[:end] + markup[start + whole :] if min(end, whole) >= 0 else markup
    for token in _TOKEN.finditer(markup):
        rewriter.take(token)
    return SeenMarkup("".join(part for output in rewriter.outputs for part in output), tuple(rewriter.apart))
