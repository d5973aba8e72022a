"""Files for the phrases of the manual about plain text, marked-up text, tables, data, subtitles and notebooks."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from shown_file import WORDS, Shown, text


def cells(*outputs: Mapping[str, Any]) -> Shown:
    cell = {"cell_type": "code", "source": "f()", "outputs": list(outputs)}
    return text("a.ipynb", json.dumps({"cells": [cell]}))


B64 = "iVBORw0KGgoAAAANSUhEUgAABgQ3x9Zk1"
_TEXT = "plain text, source code"
_MARKED = "Markdown, reStructuredText, Org, AsciiDoc"

TEXTS: Mapping[tuple[str, str, str], Shown] = MappingProxyType(
    {
        (_TEXT, "read", "every character"): text("a.py", f"# {WORDS}\n"),
        (_TEXT, "listed", "binary data"): Shown("a.txt", lambda: b"a\0b\0\xff" * 9, "binary data"),
        (_MARKED, "read", "every character"): text("a.adoc", f"= Osby\n\n{WORDS}\n"),
        (_MARKED, "listed", "binary data"): Shown("a.md", lambda: b"a\0b\0\xff" * 9, "binary data"),
        (_MARKED, "passed over", "comments (never cited)"): text(
            "a.rst", f"Osby\n====\n\n.. {WORDS} came.\n", f".. {WORDS} came."
        ),
        ("tables", "read", "rows below their heads"): text(
            "a.csv", "Birds,Count\ngrey herons,7\n", "grey herons\t7"
        ),
        ("tables", "read", "heads of several rows, as one"): text(
            "a.csv", ";Herons;;Terns;\nPond;grey;white;grey;white\nMill;7;9;1;2\n", "Herons white\tTerns grey"
        ),
        ("tables", "read", "quoted cells"): text(
            "a.csv", 'Birds,Count\n"herons, grey",7\n', "herons, grey\t7"
        ),
        ("tables", "listed", "unfinished quotations"): text(
            "a.csv", 'a,b\n"' + "x" * (2**24 + 9), "not a table of values"
        ),
        ("tables", "passed over", 'the line "sep="'): text("a.csv", "sep=;\nBirds;Count\nherons;7\n", "sep="),
        ("data", "read", "values behind their keys"): text(
            "a.json", json.dumps({"birds": WORDS}), f"birds: {WORDS}"
        ),
        ("data", "read", "attributes"): text(
            "a.xml", "<x><bird kind='heron' count='7'/></x>", "kind: heron\ncount: 7"
        ),
        ("data", "read", "messages of chats, once"): text(
            "a.json",
            json.dumps({"text": ["seven ", {"text": "grey herons"}], "text_entities": [{"text": "again"}]}),
        ),
        ("data", "listed", "invalid data"): text("a.json", "{", "not JSON"),
        ("data", "passed over", "pictures as text"): text(
            "a.json", json.dumps({"a": "Osby", "b": B64 * 20}), B64
        ),
        ("subtitles", "read", "what is said, once"): text(
            "a.srt", f"1\n00:00:01,000 --> 00:00:02,000\n{WORDS}\n\n"
        ),
        ("subtitles", "read", "who says it"): text(
            "a.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Bo>{WORDS}</v>\n", f"Bo: {WORDS}"
        ),
        ("subtitles", "listed", "files without subtitles"): text(
            "a.srt", "Osby", "no subtitles in this file"
        ),
        ("subtitles", "passed over", "markup"): text(
            "a.srt", "1\n00:00:01,000 --> 00:00:02,000\n<i>Osby</i>\n\n", "<i>"
        ),
        ("notebooks", "read", "prose"): text(
            "a.ipynb", json.dumps({"cells": [{"cell_type": "markdown", "source": WORDS}]})
        ),
        ("notebooks", "read", "code"): text(
            "a.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": WORDS}]})
        ),
        ("notebooks", "read", "results"): cells({"text": WORDS}),
        ("notebooks", "read", "tables"): Shown(
            "a.ipynb",
            cells({"data": {"text/html": "<table><tr><td>seven</td><td>herons</td></tr></table>"}}).make,
            "seven\therons",
        ),
        ("notebooks", "read", "errors"): cells({"output_type": "error", "ename": "E", "evalue": WORDS}),
        ("notebooks", "listed", "other contents"): text("a.ipynb", "Osby", "not a notebook"),
        ("notebooks", "passed over", "pictures"): Shown(
            "a.ipynb", cells({"data": {"image/png": B64 * 9}}).make, B64
        ),
    }
)
"""Files by format, column and phrase of the table."""
