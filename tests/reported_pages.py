"""Faults reported in web pages and e-books: threads, files and what is right.

What is right was decided before the files were read.
"""

from collections.abc import Callable, Mapping

from reported_file import Reported
from samples import packed


def page(body: str) -> Callable[[], bytes]:
    return f"<html><head><title>Osby</title></head><body>{body}</body></html>".encode


HOURS = (
    "<main><p>Opening hours of the ice house.</p><table><tr><th>Day</th><th>Hours</th></tr>"
    "<tr><td>Mon</td><td><ul><li>10:00 - 12:00</li><li>13:00 - 18:00</li></ul></td></tr>"
    "<tr><td>Tue</td><td><ul><li>Closed</li></ul></td></tr></table></main>"
)


INLINE = (
    "<div>The company issues shares at $<div style='display:inline;'><span>5.22</span></div> per share."
    " There are nine owners.</div><div>Useful life went from <ix:n>five to</ix:n> <b>six</b> years.</div>"
)


PRE = (
    "<div><h1>Pump</h1><p>Text </p><h2>Settings</h2><pre><b>Mode</b> = Y<br><b>Stages</b> = 2<br>"
    "<b>Valves</b> = A,B<br></pre></div>"
)


FOOT = (
    "<table><caption>Catch</caption><thead><tr><th>Fish</th><th>kg</th></tr></thead>"
    "<tfoot><tr><td>Total</td><td>792</td></tr></tfoot>"
    "<tbody><tr><td>Eel</td><td>380</td></tr><tr><td>Pike</td><td>412</td></tr></tbody></table>"
)


LISTS_ONLY = (
    "<nav><a href='/'>Start</a></nav><main><article><h1>Boats</h1><div class='text'><ul>"
    + "".join(
        f"<li><strong>The {name} is fit for the lake in all seasons.</strong></li>"
        for name in ("Heron", "Gull", "Eider", "Tern")
    )
    + "</ul></div></article></main>"
)


DEFINED = (
    "<main><h1>Quay</h1><dl><dt>Depth</dt><dd>4.1 m at low water</dd><dt>Length</dt><dd>212 m</dd></dl>"
    "<details><summary>Who may moor?</summary><p>Members and their guests.</p></details>"
    "<p>The water<wbr>gate is shut at dusk.</p></main>"
)


STARTED = (
    "<main><h1>Opening the lock</h1><p>Do these in order, after the first four.</p><ol start='5'>"
    "<li>Ring the bell.</li><li>Open the sluice.</li></ol><ol type='a'><li>Wave.</li></ol></main>"
)


def book_of(parts: Mapping[str, str]) -> bytes:
    names = ("c.xhtml", "a.xhtml", "b.xhtml")  # in the archive, not in the order of reading
    items = "".join(f"<item id='{name[0]}' href='{name}'/>" for name in names)
    package = (
        f"<package><manifest>{items}<item id='n' href='nav.xhtml' properties='nav'/></manifest>"
        "<spine><itemref idref='a'/><itemref idref='b'/><itemref idref='c'/></spine></package>"
    )
    nav = "<html><body><nav><ol><li>Chapter One</li><li>Chapter Two</li></ol></nav></body></html>"
    files = {
        "META-INF/container.xml": "<c><rootfile full-path='c.opf'/></c>",
        "c.opf": package,
        "nav.xhtml": nav,
    }
    return packed({name: text.encode() for name, text in (files | dict(parts)).items()})


def spine() -> bytes:
    return book_of({f"{name}.xhtml": f"<html><body><h1>{words}</h1><p>{words} begins.</p></body></html>"
                    for name, words in (("c", "Third"), ("a", "First"), ("b", "Second"))})  # fmt: skip


def popups() -> bytes:
    note = "<aside epub:type='footnote' id='f1'><p>By the guild of 1871.</p></aside>"
    text = f"<p>The bell was cast.<a epub:type='noteref' href='#f1'>1</a> It rings at noon.</p>{note}"
    html = "<html xmlns:epub='http://www.idpf.org/2007/ops'><body>{}</body></html>"
    return book_of(
        {"a.xhtml": html.format(text), "b.xhtml": html.format("<p>b</p>"), "c.xhtml": html.format("<p>c</p>")}
    )


PAGES: Mapping[str, Reported] = {
    "list-in-cell.html": Reported(
        "adbar/trafilatura#531, #335", page(HOURS), ("Mon\t10:00 - 12:00", "13:00 - 18:00", "Tue\tClosed")
    ),
    "inline-div.html": Reported(
        "Unstructured-IO/unstructured#2362, #2836",
        page(INLINE),
        ("shares at $5.22 per share. There are nine owners.", "Useful life went from five to six years."),
    ),
    "pre-lines.html": Reported(
        "Unstructured-IO/unstructured#2520", page(PRE), ("Mode = Y\nStages = 2\nValves = A,B",)
    ),
    "foot.html": Reported(
        "Unstructured-IO/unstructured#1928 (pull request 2113)",
        page(FOOT),
        ("Catch", "Fish\tkg", "Eel\t380", "Pike\t412", "Total\t792"),
    ),
    "lists-only.html": Reported(
        "tox-dev/turbohtml#385",
        page(LISTS_ONLY),
        ("Boats", "The Heron is fit", "The Tern is fit"),
        ("Start",),
    ),
    "defined.html": Reported(
        "extractus/article-extractor#396, w3c/wai-website#275",
        page(DEFINED),
        (
            "Depth",
            "4.1 m at low water",
            "Length",
            "212 m",
            "Who may moor?",
            "Members and their guests.",
            "watergate",
        ),
    ),
    "started.html": Reported(
        "simonw/tools#59", page(STARTED), ("5. Ring the bell.", "6. Open the sluice.", "a. Wave.")
    ),
    "spine.epub": Reported(
        "onyx-dot-app/onyx#14773, blindpandas/bookworm#243",
        spine,
        ("First begins.", "Second begins.", "Third begins."),
        ("Chapter One",),
    ),
    "popups.epub": Reported(
        "dteviot/WebToEpub#1003",
        popups,
        ("The bell was cast. [1] It rings at noon.", "By the guild of 1871."),
        once=("By the guild of 1871.",),
    ),
}
