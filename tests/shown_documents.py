"""Files for the phrases of the manual about Word documents and rich text."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import docx
from made import (
    NAMES,
    embedded,
    field,
    paragraph,
    row,
    sheet_of,
    word_of,
)
from samples import saved
from shown_file import OMML, W_BODY, WORDS, Shown, damaged, text, with_part


def word(body: str, numbering: str = "") -> Shown:
    return Shown("a.docx", lambda: word_of(paragraph("Osby.") + body, numbering))


def rich(markup: str, words: str = WORDS) -> Shown:
    return text("a.rtf", f"{{\\rtf1\\ansi Osby.\\par {markup}}}", words)


def numbered(text_: str) -> str:
    about = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    return paragraph(text_, about=about)


NUMBERING = (
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="7"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
)
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
CHART = (
    f'<c:x xmlns:c="{C}" {NAMES}><c:title><a:p><a:r><a:t>{WORDS}</a:t></a:r></a:p></c:title></c:x>'.encode()
)


def a_word() -> bytes:
    document: Any = docx.Document()
    document.add_paragraph("Osby.")
    return saved(document.save)


def noted() -> bytes:
    document: Any = docx.Document()
    run = document.add_paragraph("Osby.").runs
    document.add_comment(runs=run, text=WORDS, author="Bo")
    return saved(document.save)


def edge(kind: str) -> Shown:
    return with_part("a.docx", a_word, f"word/{kind}9.xml", W_BODY.format(paragraph(WORDS)).encode(), kind)


PRICES = "word/embeddings/birds.xlsx"

DOCUMENTS: Mapping[tuple[str, str, str], Shown] = MappingProxyType(
    {
        ("Word", "read", "text"): word(paragraph(WORDS)),
        ("Word", "read", "tables"): word(f"<w:tbl>{row('Birds', WORDS)}</w:tbl>"),
        ("Word", "read", "headers and footers"): edge("footer"),
        ("Word", "read", "notes"): with_part(
            "a.docx",
            a_word,
            "word/footnotes9.xml",
            W_BODY.format(f"<w:footnote>{paragraph(WORDS)}</w:footnote>").encode(),
            "footnotes",
        ),
        ("Word", "read", "comments"): Shown("a.docx", noted),
        ("Word", "read", "automatic numbers"): Shown(
            "a.docx", lambda: word_of(numbered("herons"), NUMBERING), "7. herons"
        ),
        ("Word", "read", "text boxes"): word(
            paragraph(f"<w:r><w:pict><w:txbxContent>{paragraph(WORDS)}</w:txbxContent></w:pict></w:r>")
        ),
        ("Word", "read", "formulas"): Shown("a.docx", word(paragraph("It is ", OMML)).make, "It is 3/16"),
        ("Word", "read", "form fields"): Shown(
            "a.docx",
            word(paragraph(field("<w:checkBox><w:checked/></w:checkBox>"), " herons")).make,
            "☒ herons",
        ),
        ("Word", "read", "symbols"): Shown(
            "a.docx",
            word(paragraph('<w:r><w:sym w:font="Symbol" w:char="F06D"/></w:r>', "m of herons")).make,
            "μm of herons",
        ),
        ("Word", "read", "charts"): with_part("a.docx", a_word, "word/charts/c.xml", CHART, "chart"),
        ("Word", "read", "embedded files"): Shown(
            "a.docx", lambda: embedded(a_word(), PRICES, sheet_of(("Birds", WORDS)))
        ),
        ("Word", "listed", "damaged parts"): damaged("a.docx", a_word, "word/styles.xml"),
        ("Word", "passed over", "hidden words"): word(
            paragraph(f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{WORDS}</w:t></w:r>")
        ),
        ("Word", "passed over", "deleted words"): word(
            paragraph(f'<w:del w:id="1" w:author="b"><w:r><w:delText>{WORDS}</w:delText></w:r></w:del>')
        ),
        ("Word", "passed over", "hidden rows"): word(
            f"<w:tbl>{row('Birds')}{row(WORDS, about='<w:trPr><w:hidden/></w:trPr>')}</w:tbl>"
        ),
        ("Word", "passed over", "page numbers"): Shown(
            "a.docx",
            with_part(
                "a.docx",
                a_word,
                "word/footer9.xml",
                W_BODY.format(paragraph("Page 7 of 9")).encode(),
                "footer",
            ).make,
            "Page 7",
        ),
        ("rich text", "read", "text"): rich(WORDS),
        ("rich text", "read", "tables"): rich(
            r"\trowd\cellx1\cellx2 seven\cell grey herons\cell\row", "seven\tgrey herons"
        ),
        ("rich text", "read", "headers and footers"): rich(rf"{{\header {WORDS}}}"),
        ("rich text", "read", "notes"): rich(rf"{{\footnote {WORDS}}}"),
        ("rich text", "read", "comments"): rich(rf"{{\*\annotation {WORDS}}}"),
        ("rich text", "read", "text boxes"): rich(rf"{{\shp{{\*\shpinst{{\shptxt {WORDS}}}}}}}"),
        ("rich text", "read", "symbols"): rich(
            r"{\fonttbl{\f3\fcharset2 Symbol;}}{\f3\'6d}m of herons", "μm of herons"
        ),
        ("rich text", "listed", "other contents"): text(
            "a.rtf", "<html></html>", "a web page, not rich text"
        ),
        ("rich text", "passed over", "hidden words"): rich(rf"{{\v {WORDS}}}"),
        ("rich text", "passed over", "deleted words"): rich(rf"{{\deleted {WORDS}}}"),
    }
)
"""Files by format, column and phrase of the table."""
