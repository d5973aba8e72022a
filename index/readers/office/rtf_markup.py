"""Rewrites RTF markup so that its text is what a person sees.

Hidden and deleted text and instructions of fields are removed, footnotes become text in brackets where they
are referred to, and raised figures are set apart.
"""

import re
from dataclasses import dataclass, field, replace

from citeback.index.readers.common.raised import raised

_TOKEN = re.compile(r"[{}]|\\([a-z]{1,32})(-?\d{1,9})? ?|\\'[0-9a-fA-F]{2}|\\[^a-z']|[^{}\\]+|\\")
_HIDING = {"v", "deleted"}
_INSTRUCTIONS = {"fldinst", "pict", "objdata", "themedata", "datastore"}


@dataclass(frozen=True, slots=True)
class _Group:
    """The state of an open group: whether its text is hidden, raised or a note."""

    hidden: frozenset[str] = frozenset()
    is_raised: bool = False
    is_note: bool = False


@dataclass(slots=True)
class _Rewriter:
    parts: list[str] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=lambda: [_Group()])
    text: str = ""

    def take(self, token: re.Match[str]) -> None:
        """Handle the next token of the markup."""
        whole, word, number = token[0], token[1], token[2]
        if whole == "{":
            self.groups.append(replace(self.groups[-1], is_note=False))
            self.parts.append(whole)
        elif whole == "}":
            closed = self.groups.pop() if len(self.groups) > 1 else _Group()
            self.parts.append("]}" if closed.is_note else whole)
        elif word:
            self._control(whole, word, number)
        elif not self.groups[-1].hidden:
            self._words(whole)

    def _control(self, whole: str, word: str, number: str | None) -> None:
        group = self.groups[-1]
        if word in _HIDING:
            hidden = group.hidden - {word} if number == "0" else group.hidden | {word}
            self.groups[-1] = replace(group, hidden=hidden)
        elif word in _INSTRUCTIONS:
            self.groups[-1] = replace(group, hidden=group.hidden | {word})
        elif word == "plain":
            self.groups[-1] = replace(group, hidden=group.hidden - _HIDING, is_raised=False)
        elif word in ("super", "nosupersub", "sub"):
            self.groups[-1] = replace(group, is_raised=word == "super" and number != "0")
        if word == "footnote" and not group.hidden:
            self.groups[-1] = replace(self.groups[-1], is_note=True, is_raised=False)
            self.parts.append(" [")
        elif not (word == "u" and group.hidden):
            self.parts.append(whole)

    def _words(self, whole: str) -> None:
        if self.groups[-1].is_raised:
            whole = raised(whole, self.text)
        self.parts.append(whole)
        self.text = whole[-1:] if whole.strip("\r\n") else self.text


def seen_markup(markup: str) -> str:
    r"""Return the markup without what a person does not see.

    >>> seen_markup(r"{\rtf1 10{\super 6} {\v no}litres}")
    '{\\rtf1 10{\\super ^6} {\\v }litres}'
    """
    rewriter = _Rewriter()
    for token in _TOKEN.finditer(markup):
        rewriter.take(token)
    return "".join(rewriter.parts)
