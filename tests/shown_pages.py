"""Files for the phrases of the manual about web pages and e-books."""

from collections.abc import Mapping
from types import MappingProxyType

from samples import packed
from shown_file import WORDS, Shown, text

PROSE = (
    "<p>" + "The north quay was built in 1871 and has twelve berths for boats of nine metres. " * 4 + "</p>"
)


def page(body: str) -> Shown:
    return text("a.html", f"<html><body><main><h1>Quay</h1>{PROSE}{body}</main></body></html>")


def e_book(chapter: str, style: str = "", more: Mapping[str, str] | None = None) -> Shown:
    head = f"<head><style>{style}</style></head>"
    parts = {
        "META-INF/container.xml": "<c><rootfile full-path='c.opf'/></c>",
        "c.opf": "<p><m><item id='a' href='a.xhtml'/><item id='n' href='n.xhtml' properties='nav'/></m>"
        "<s><itemref idref='n'/><itemref idref='a'/></s></p>",
        "n.xhtml": "<html><body><p>Contents</p></body></html>",
        "a.xhtml": f"<html xmlns:epub='e'>{head}<body><h1>Osby</h1>{chapter}</body></html>",
    } | dict(more or {})
    return Shown("a.epub", lambda: packed({name: part.encode() for name, part in parts.items()}))


SCAN = "<html><body><p></p></body></html>"

PAGES: Mapping[tuple[str, str, str], Shown] = MappingProxyType(
    {
        ("web pages", "read", "main text"): page(f"<p>There were {WORDS}.</p>"),
        ("web pages", "read", "comments of readers"): page(
            f"</main><div class='comments'><div class='comment'><span class='author'>Bo</span><p>{WORDS}</p></div></div><main>"
        ),
        ("web pages", "read", "tables"): page(f"<table><tr><td>Birds</td><td>{WORDS}</td></tr></table>"),
        ("web pages", "read", "formulas"): Shown(
            "a.html", page("<math><mfrac><mn>3</mn><mn>16</mn></mfrac></math>").make, "3/16"
        ),
        ("web pages", "read", "state of boxes and lists to choose from"): Shown(
            "a.html", page("<ul><li><input type=checkbox checked> herons</li></ul>").make, "☑ herons"
        ),
        ("web pages", "listed", "pages without text"): text("a.html", SCAN, "no text in this page"),
        ("web pages", "passed over", "menus"): page(f"</main><nav><a href='/'>{WORDS}</a></nav><main>"),
        ("web pages", "passed over", "hidden parts"): page(f"<p style='display:none'>{WORDS}</p>"),
        ("web pages", "passed over", "struck out words"): page(f"<p><del>{WORDS}</del></p>"),
        ("web pages", "passed over", "scripts"): page(f"<script>{WORDS}</script>"),
        ("e-books", "read", "chapters in order"): e_book(f"<p>{WORDS}</p>"),
        ("e-books", "read", "tables"): e_book(f"<table><tr><td>Birds</td><td>{WORDS}</td></tr></table>"),
        ("e-books", "read", "marks of notes"): Shown(
            "a.epub", e_book("<p>herons<a epub:type='noteref' href='#n'>7</a></p>").make, "herons [7]"
        ),
        ("e-books", "listed", "copy-protected books"): Shown(
            "a.epub",
            e_book(
                "",
                more={
                    "META-INF/encryption.xml": "<x/>",
                    "n.xhtml": "x",
                    "a.xhtml": "<html></html>",
                    "c.opf": "<p/>",
                },
            ).make,
            "protected against copying",
        ),
        ("e-books", "passed over", "hidden parts"): e_book(
            f"<p class='x'>{WORDS}</p><p>{'Osby. ' * 9}</p>", ".x{display:none}"
        ),
        ("e-books", "passed over", "the table of contents"): Shown(
            "a.epub", e_book("<p>Osby.</p>").make, "Contents"
        ),
    }
)
"""Files by format, column and phrase of the table."""
