"""The only module that writes HTML: `escape` escapes untrusted text, `tag` builds elements."""

import html
import re
from pathlib import PurePosixPath

# Lone surrogates cannot be encoded as UTF-8, and browsers drop NUL: a visible character replaces each.
_UNSENDABLE = re.compile("[\0\ud800-\udfff]")

VOID = {"img", "input"}  # elements without content or end tag


def escape(string: object) -> str:
    """Escape `string` for HTML, so that it reads as the same characters.

    Carriage returns become references, since HTML would read them as newlines.

    >>> escape('<script>"')
    '&lt;script&gt;&quot;'
    """
    sendable = _UNSENDABLE.sub("\ufffd", str(string))
    return html.escape(sendable).replace("\r", "&#13;")


def tag(name: str, /, *inside: str, **attributes: object) -> str:
    """Return an element around HTML; attribute values are escaped.

    `class_` and `aria_label` stand for `class` and `aria-label`.

    >>> tag("a", escape("1 < 2"), class_="marker", href="#x")
    '<a class="marker" href="#x">1 &lt; 2</a>'
    """
    spelt = "".join(
        f' {key.strip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items()
    )
    return f"<{name}{spelt}>" if name in VOID else f"<{name}{spelt}>{''.join(inside)}</{name}>"


def document_label(title: str, name: str) -> str:
    """Return a document's title if it adds to the name, else the name.

    >>> document_label("The canal", "a/canal.md"), document_label("canal", "a/canal.md")
    ('The canal', 'a/canal.md')
    """
    return name if title in ("", PurePosixPath(name).name, PurePosixPath(name).stem) else title
