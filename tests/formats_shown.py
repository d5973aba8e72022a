"""A small file for each phrase of the manual's table of formats, and the words that are in it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from types import MappingProxyType
from typing import Any

import docx
import openpyxl
import pptx
from made import (
    NAMES,
    deck_of,
    drawn,
    embedded,
    field,
    opened,
    paragraph,
    parts_of,
    row,
    shape,
    sheet_of,
    word_of,
)
from reportlab.pdfgen.canvas import Canvas
from samples import packed, saved

WORDS = "seven grey herons"
PROSE = (
    "<p>" + "The north quay was built in 1871 and has twelve berths for boats of nine metres. " * 4 + "</p>"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A file: its name, how its bytes are made, and the words that are read, listed or passed over."""

    name: str
    make: Callable[[], bytes]
    words: str = WORDS


def text(name: str, content: str, words: str = WORDS) -> Shown:
    return Shown(name, content.encode, words)


def page(body: str) -> Shown:
    return text("a.html", f"<html><body><main><h1>Quay</h1>{PROSE}{body}</main></body></html>")


def a_pdf(draw: Callable[[Canvas], None], words: str = WORDS) -> Shown:
    def both(canvas: Canvas) -> None:
        canvas.drawString(72, 780, "The harbour of Osby.")
        draw(canvas)

    return Shown("a.pdf", lambda: drawn(both), words)


def word(body: str, numbering: str = "") -> Shown:
    return Shown("a.docx", lambda: word_of(paragraph("Osby.") + body, numbering))


def with_part(name: str, make: Callable[[], bytes], path: str, content: bytes, kind: str = "") -> Shown:
    """Return a package with one more part; `kind` relates it to the main document."""

    def made() -> bytes:
        parts = parts_of(make()) | {path: content}
        relations = next(
            p for p in parts if p.endswith((".xml.rels",)) and p.split("/")[-1] == RELATED[name[-4:]]
        )
        uri = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
        end = f'<Relationship Id="rIdX" Type="{uri}" Target="/{path}"/></Relationships>'.encode()
        parts[relations] = parts[relations].replace(b"</Relationships>", end)
        return packed(parts)

    return Shown(name, made)


RELATED = {"docx": "document.xml.rels", "pptx": "slide1.xml.rels", "xlsx": "sheet1.xml.rels"}
W_BODY = f"<x {NAMES}>{{}}</x>"


def a_deck() -> bytes:
    return deck_of(shape("Osby.", 0))


def slide(shapes: str) -> Shown:
    return Shown("a.pptx", lambda: deck_of(shape("Osby.", 0) + shapes))


def a_book(change: Callable[[Any], None] = lambda book: None) -> bytes:
    book: Any = openpyxl.Workbook()
    book.active["A1"] = "Osby"
    change(book)
    return saved(book.save)


def book(change: Callable[[Any], None], words: str = WORDS) -> Shown:
    return Shown("a.xlsx", lambda: a_book(change), words)


def odt(body: str, styles: str = "", more: dict[str, bytes] | None = None, words: str = WORDS) -> Shown:
    return Shown("a.odt", lambda: opened("text", f"<text:p>Osby.</text:p>{body}", styles, more), words)


def rich(markup: str, words: str = WORDS) -> Shown:
    return text("a.rtf", f"{{\\rtf1\\ansi Osby.\\par {markup}}}", words)


def a_mail(change: Callable[[EmailMessage], None] = lambda message: None) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"] = "Osby", "Ada Holm <ada@example.org>"
    message.set_content("See below.")
    change(message)
    return message


def letter(change: Callable[[EmailMessage], None], words: str = WORDS) -> Shown:
    return Shown("a.eml", lambda: bytes(a_mail(change)), words)


def attached(name: str, data: bytes) -> Callable[[EmailMessage], None]:
    return lambda message: message.add_attachment(data, maintype="application", subtype="x", filename=name)


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


def note(content: str, more: str = "") -> Shown:
    return text(
        "a.enex",
        f"<en-export><note><title>Osby</title><content><![CDATA[<en-note>{content}</en-note>]]></content>{more}"
        "</note></en-export>",
    )


def cells(*outputs: Mapping[str, Any]) -> Shown:
    cell = {"cell_type": "code", "source": "f()", "outputs": list(outputs)}
    return text("a.ipynb", json.dumps({"cells": [cell]}))


def numbered(text_: str) -> str:
    about = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    return paragraph(text_, about=about)


NUMBERING = (
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="7"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
)
OMML = "<m:oMath><m:f><m:num><m:r><m:t>3</m:t></m:r></m:num><m:den><m:r><m:t>16</m:t></m:r></m:den></m:f></m:oMath>"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
CHART = (
    f'<c:x xmlns:c="{C}" {NAMES}><c:title><a:p><a:r><a:t>{WORDS}</a:t></a:r></a:p></c:title></c:x>'.encode()
)
SCAN = "<html><body><p></p></body></html>"
BREAK = "\nBEGIN:VEVENT\nSUMMARY:Osby\n"
FOOTER = "<style:footer><text:p>Page <text:page-number>7</text:page-number></text:p></style:footer>"
MATH = b'<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mn>3</mn><mn>16</mn></mfrac></math>'
LISTS = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1"'
    ' style:num-suffix="." text:start-value="7"/></text:list-style>'
)
HIDES = '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
B64 = "iVBORw0KGgoAAAANSUhEUgAABgQ3x9Zk1"


def invisible(canvas: Canvas) -> None:
    words = canvas.beginText(72, 600)
    words.setTextRenderMode(3)
    words.textOut(WORDS)
    canvas.drawText(words)


def columns(canvas: Canvas) -> None:
    for n, (left, right) in enumerate(
        (("Birds", "Herons"), ("grey", "seven"), ("white", "nine"), ("red", "six"))
    ):
        canvas.drawString(72, 700 - 20 * n, left)
        canvas.drawString(300, 700 - 20 * n, right)


def pictured(canvas: Canvas) -> None:
    from PIL.Image import new

    canvas.showPage()
    canvas.drawInlineImage(new("L", (8, 8)), 0, 0, 500, 800)


def shifted(canvas: Canvas) -> None:
    canvas.showPage()
    words = "The ferry leaves at seven in the morning from the north quay of the town and is back by noon. "
    for n in range(9):
        canvas.drawString(72, 700 - 20 * n, "".join(chr(ord(c) + 1) if c.isalpha() else c for c in words))


def foot_noted(canvas: Canvas) -> None:
    canvas.drawString(72, 700, "One of the boats")
    canvas.setFont("Helvetica", 7)
    canvas.drawString(72, 120, f"1 Of {WORDS}")
    canvas.setFont("Helvetica", 12)
    canvas.drawString(320, 700, "came and left.")


def pages(canvas: Canvas, foot: str = "-") -> None:
    for n in range(1, 5):
        canvas.drawString(72, 700, f"Boat {n} came.")
        canvas.drawString(72, 680, f"It left on day {n * n}.")
        canvas.drawString(72, 660, "It was late.")
        canvas.drawString(300, 40, f"{foot} {n}{' -' if foot == '-' else ''}")
        canvas.showPage()
        canvas.drawString(72, 780, f"Osby in year {n}.")


def box(canvas: Canvas) -> None:
    canvas.drawString(72, 700, "Birds:")
    canvas.acroForm.textfield(name="b", value=WORDS, x=150, y=695, width=200, height=20)


def raw_pdf(annotation: str, *more: str, catalog: str = "") -> bytes:
    objects = (
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F 5 0 R >> >>"
        " /Contents 4 0 R /Annots [6 0 R] >>",
        "<< /Length 37 >>\nstream\nBT /F 12 Tf 72 700 Td (Osby.) Tj ET  \nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        annotation,
        "<< /Type /Filespec /F (birds.txt) /UF (birds.txt) /EF << /F 8 0 R >> >>",
        f"<< /Type /EmbeddedFile /Length {len(WORDS)} >>\nstream\n{WORDS}\nendstream",
        *more,
    )
    body = "".join(f"{n} 0 obj\n{each}\nendobj\n" for n, each in enumerate(objects, start=1))
    return f"%PDF-1.7\n{body}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n%%EOF".encode()


def archive(**parts: bytes) -> Shown:
    return Shown(
        "a.zip", lambda: packed({"osby.txt": b"Osby."} | {k.replace("_", "."): v for k, v in parts.items()})
    )


def spoiled(flag: bool) -> bytes:
    data = bytearray(packed({"osby.txt": b"Osby.", "x.txt": b"spoiled" * 9}))
    entry = data.rfind(b"PK\x01\x02")
    if flag:
        data[entry + 8] |= 1
    else:
        data[entry + 16] ^= 1  # of its checksum
    return bytes(data)


def hidden_sheet(workbook: Any) -> None:
    sheet = workbook.create_sheet("Secret")
    sheet["A1"] = WORDS
    sheet.sheet_state = "hidden"


def hidden_row(workbook: Any) -> None:
    workbook.active["A2"] = WORDS
    workbook.active.row_dimensions[2].hidden = True


def a_note(workbook: Any) -> None:
    workbook.active["A1"].comment = openpyxl.comments.Comment(WORDS, "Bo")


def printed(workbook: Any) -> None:
    workbook.active.oddHeader.left.text = WORDS


def percent(workbook: Any) -> None:
    workbook.active["A2"], workbook.active["A2"].number_format = 0.075, "0.0%"


def a_chart(workbook: Any) -> None:
    chart = openpyxl.chart.BarChart()
    chart.title = WORDS
    chart.add_data(openpyxl.chart.Reference(workbook.active, min_col=1, min_row=1))
    workbook.active.add_chart(chart, "D2")


def text_box(about: str) -> Shown:
    body = f"<x {NAMES}><sp><nvSpPr><cNvPr id='1' {about}/></nvSpPr><a:p><a:r><a:t>{WORDS}</a:t></a:r></a:p></sp></x>"

    def made() -> bytes:
        uri = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"
        relations = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="d" Type="{uri}" Target="../drawings/d.xml"/></Relationships>'
        )
        more = {"xl/drawings/d.xml": body.encode(), "xl/worksheets/_rels/sheet1.xml.rels": relations.encode()}
        return packed(parts_of(a_book()) | more)

    return Shown("a.xlsx", made)


def damaged(name: str, make: Callable[[], bytes], path: str) -> Shown:
    return Shown(name, lambda: packed(parts_of(make()) | {path: b"<broken"}), f"its part {path} is damaged")


def a_word() -> bytes:
    document: Any = docx.Document()
    document.add_paragraph("Osby.")
    return saved(document.save)


def noted() -> bytes:
    document: Any = docx.Document()
    run = document.add_paragraph("Osby.").runs
    document.add_comment(runs=run, text=WORDS, author="Bo")
    return saved(document.save)


def spoken() -> bytes:
    deck: Any = pptx.Presentation()
    page_ = deck.slides.add_slide(deck.slide_layouts[0])
    page_.shapes.title.text = "Osby."
    page_.notes_slide.notes_text_frame.text = WORDS
    return saved(deck.save)


def one_slide_hidden() -> bytes:
    deck: Any = pptx.Presentation()
    for words in ("Osby.", WORDS):
        deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = words
    deck.slides[1]._element.set("show", "0")
    return saved(deck.save)


def grid_of_slide() -> bytes:
    deck: Any = pptx.Presentation()
    table = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_table(1, 2, 0, 0, 9, 9).table
    table.cell(0, 0).text, table.cell(0, 1).text = "seven", "grey herons"
    return saved(deck.save)


def charted_slide() -> bytes:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    deck: Any = pptx.Presentation()
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = [WORDS]
    data.add_series("Count", (7,))
    slide_ = deck.slides.add_slide(deck.slide_layouts[6])
    slide_.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, 9, 9, data)
    return saved(deck.save)


def commented_slide() -> Shown:
    body = f"<p:cm authorId='0'><p:text>{WORDS}</p:text></p:cm>"
    return with_part("a.pptx", a_deck, "ppt/comments/c.xml", W_BODY.format(body).encode(), "comments")


def edge(kind: str) -> Shown:
    return with_part("a.docx", a_word, f"word/{kind}9.xml", W_BODY.format(paragraph(WORDS)).encode(), kind)


def styled(body: str) -> Shown:
    """Return an OpenDocument text whose styles hold a page's header or footer."""
    from made import ODF

    return odt("", more={"styles.xml": f"<x {ODF}>{body}</x>".encode()})


PRICES = "word/embeddings/birds.xlsx"
_TEXT = "plain text, source code"
_MARKED = "Markdown, reStructuredText, Org, AsciiDoc"

SHOWN: Mapping[tuple[str, str, str], Shown] = MappingProxyType(
    {
        (_TEXT, "read", "every character"): text("a.py", f"# {WORDS}\n"),
        (_TEXT, "listed", "binary data"): Shown("a.txt", lambda: b"a\0b\0\xff" * 9, "binary data"),
        (_MARKED, "read", "every character"): text("a.adoc", f"= Osby\n\n{WORDS}\n"),
        (_MARKED, "listed", "binary data"): Shown("a.md", lambda: b"a\0b\0\xff" * 9, "binary data"),
        (_MARKED, "passed over", "comments (never cited)"): text(
            "a.rst", f"Osby\n====\n\n.. {WORDS} came.\n", f".. {WORDS} came."
        ),
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
        ("PDF", "read", "text by columns"): a_pdf(lambda canvas: canvas.drawString(72, 700, WORDS)),
        ("PDF", "read", "tables"): a_pdf(columns, "grey seven"),
        ("PDF", "read", "footnotes below the text"): a_pdf(
            foot_noted, f"One of the boats\ncame and left.\n\n1 Of {WORDS}"
        ),
        ("PDF", "read", "running lines, once"): a_pdf(
            lambda canvas: pages(canvas, f"{WORDS}, page"), f"{WORDS}, page 4"
        ),
        ("PDF", "read", "form fields"): a_pdf(box, f"Birds: {WORDS}"),
        ("PDF", "read", "comments"): Shown(
            "a.pdf",
            lambda: raw_pdf(f"<< /Type /Annot /Subtype /Text /Rect [1 1 9 9] /T (Bo) /Contents ({WORDS}) >>"),
        ),
        ("PDF", "read", "embedded files"): Shown(
            "a.pdf",
            lambda: raw_pdf("<< >>", catalog="/Names << /EmbeddedFiles << /Names [(birds.txt) 7 0 R] >> >>"),
        ),
        ("PDF", "read", "files attached to a page"): Shown(
            "a.pdf", lambda: raw_pdf("<< /Type /Annot /Subtype /FileAttachment /Rect [1 1 9 9] /FS 7 0 R >>")
        ),
        ("PDF", "listed", "pages without text"): a_pdf(pictured, "1 of 2 pages has no text: page 2"),
        ("PDF", "listed", "pages with wrong characters"): a_pdf(shifted, "1 of 2 pages has unreadable text"),
        ("PDF", "listed", "XFA forms"): Shown(
            "a.pdf",
            lambda: raw_pdf(
                "<< >>",
                "<< /Length 7 >>\nstream\n<xdp/> \nendstream",
                catalog="/NeedsRendering true /AcroForm << /Fields [] /XFA 9 0 R >>",
            ),
            "an XFA form",
        ),
        ("PDF", "passed over", "page numbers"): a_pdf(pages, "- 2 -"),
        ("PDF", "passed over", "invisible words"): a_pdf(invisible),
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
        ("presentations", "read", "slides from top to bottom"): Shown(
            "a.pptx",
            lambda: deck_of(shape("grey herons", 9_000_000) + shape("seven", 0)),
            "seven\n\ngrey herons",
        ),
        ("presentations", "read", "tables"): Shown("a.pptx", grid_of_slide, "seven\tgrey herons"),
        ("presentations", "read", "notes"): Shown("a.pptx", spoken),
        ("presentations", "read", "comments"): commented_slide(),
        ("presentations", "read", "automatic numbers"): Shown(
            "a.pptx",
            slide(
                shape(
                    '<a:p><a:pPr><a:buAutoNum type="arabicPeriod" startAt="7"/></a:pPr><a:r><a:t>herons</a:t></a:r></a:p>',
                    9,
                )
            ).make,
            "7. herons",
        ),
        ("presentations", "read", "formulas"): Shown(
            "a.pptx", slide(shape(f"<a:p>{OMML}</a:p>", 9)).make, "3/16"
        ),
        ("presentations", "read", "charts"): Shown("a.pptx", charted_slide),
        ("presentations", "read", "embedded files"): Shown(
            "a.pptx", lambda: embedded(a_deck(), "ppt/embeddings/birds.xlsx", sheet_of(("Birds", WORDS)))
        ),
        ("presentations", "listed", "damaged parts"): damaged(
            "a.pptx", a_deck, "ppt/slideLayouts/slideLayout7.xml"
        ),
        ("presentations", "passed over", "hidden shapes"): slide(shape(WORDS, 9, 'hidden="1"')),
        ("presentations", "passed over", "words of hidden slides"): Shown("a.pptx", one_slide_hidden),
        ("workbooks", "read", "values as shown"): book(percent, "7.5%"),
        ("workbooks", "read", "formulas without a value"): book(
            lambda b: b.active.__setitem__("A2", "=SUM(B1:B9)"), "=SUM(B1:B9)"
        ),
        ("workbooks", "read", "cell notes"): book(a_note),
        ("workbooks", "read", "text boxes"): text_box(""),
        ("workbooks", "read", "printed headers"): book(printed),
        ("workbooks", "read", "charts"): book(a_chart),
        ("workbooks", "read", "embedded files"): Shown(
            "a.xlsx", lambda: embedded(a_book(), "xl/embeddings/birds.xlsx", sheet_of(("Birds", WORDS)))
        ),
        ("workbooks", "listed", "damaged parts"): damaged("a.xlsx", a_book, "xl/styles.xml"),
        ("workbooks", "passed over", "hidden rows"): book(hidden_row),
        ("workbooks", "passed over", "hidden text boxes"): text_box('hidden="1"'),
        ("workbooks", "passed over", "cells of hidden sheets"): book(hidden_sheet),
        ("OpenDocument", "read", "text"): odt(f"<text:p>{WORDS}</text:p>"),
        ("OpenDocument", "read", "tables"): odt(
            f"<table:table><table:table-row><table:table-cell><text:p>{WORDS}</text:p></table:table-cell></table:table-row></table:table>"
        ),
        ("OpenDocument", "read", "headers and footers"): styled(
            f"<style:header><text:p>{WORDS}</text:p></style:header>"
        ),
        ("OpenDocument", "read", "notes"): odt(
            f'<text:p>Osby<text:note text:note-class="footnote"><text:note-body><text:p>{WORDS}</text:p></text:note-body></text:note></text:p>'
        ),
        ("OpenDocument", "read", "comments"): odt(
            f"<text:p>Osby<office:annotation><text:p>{WORDS}</text:p></office:annotation></text:p>"
        ),
        ("OpenDocument", "read", "automatic numbers"): odt(
            '<text:list text:style-name="L"><text:list-item><text:p>herons</text:p></text:list-item></text:list>',
            LISTS,
            words="7. herons",
        ),
        ("OpenDocument", "read", "shapes"): Shown(
            "a.odp",
            lambda: opened(
                "presentation",
                f"<draw:page><draw:caption><text:p>{WORDS}</text:p></draw:caption></draw:page>",
            ),
        ),
        ("OpenDocument", "read", "formulas"): odt(
            '<text:p><draw:frame><draw:object xlink:href="./M"/></draw:frame></text:p>',
            more={"M/content.xml": MATH},
            words="3/16",
        ),
        ("OpenDocument", "read", "form fields"): odt(
            f'<office:forms><form:form><form:text form:id="a" form:current-value="{WORDS}"/></form:form></office:forms>'
            '<text:p><draw:control draw:control="a"/></text:p>'
        ),
        ("OpenDocument", "read", "embedded tables"): odt(
            '<text:p><draw:frame><draw:object xlink:href="./T"/></draw:frame></text:p>',
            more={
                "T/content.xml": parts_of(
                    opened(
                        "spreadsheet",
                        f"<table:table><table:table-row><table:table-cell><text:p>{WORDS}</text:p></table:table-cell></table:table-row></table:table>",
                    )
                )["content.xml"]
            },
        ),
        ("OpenDocument", "listed", "damaged parts"): odt(
            "", more={"styles.xml": b"<broken"}, words="its part styles.xml is damaged"
        ),
        ("OpenDocument", "passed over", "hidden words"): odt(
            f'<text:p><text:span text:style-name="H">{WORDS}</text:span></text:p>', HIDES
        ),
        ("OpenDocument", "passed over", "deleted words"): odt(
            f"<text:tracked-changes><text:changed-region><text:p>{WORDS}</text:p></text:changed-region></text:tracked-changes>"
        ),
        ("OpenDocument", "passed over", "page numbers"): Shown("a.odt", styled(FOOTER).make, "Page"),
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
        ("mail", "read", "headers"): letter(lambda m: None, "From: Ada Holm"),
        ("mail", "read", "plain text, or the page if it says more"): letter(
            lambda m: m.add_alternative(
                f"<p>There were {WORDS} on the quay this morning.</p>", subtype="html"
            )
        ),
        ("mail", "read", "forwarded messages"): letter(
            lambda m: m.add_attachment(a_mail(lambda n: n.set_content(WORDS)))
        ),
        ("mail", "read", "invitations"): letter(
            lambda m: m.add_attachment(
                f"BEGIN:VEVENT\nSUMMARY:{WORDS}\nEND:VEVENT\n", subtype="calendar", disposition="inline"
            )
        ),
        ("mail", "read", "attachments"): letter(attached("birds.txt", WORDS.encode())),
        ("mail", "listed", "attachments that are not read"): letter(
            attached("birds.mp3", b"x"), "sound or film"
        ),
        ("mail", "listed", "encrypted messages"): letter(
            attached("smime.p7m", b"x"), "an encrypted or signed message"
        ),
        ("mail", "listed", "files packed by Outlook"): letter(
            attached("winmail.dat", b"\x78\x9f\x3e\x22" + b"\0" * 9), "files packed by Outlook"
        ),
        ("mail", "passed over", "preview lines"): letter(
            lambda m: m.set_content(f"<div style='max-height:0'>{WORDS}</div><p>Osby.</p>", subtype="html")
        ),
        ("mail", "passed over", "deleted messages"): text(
            "a.mbox",
            f"From a Tue May 31 12:00:00 2022\nX-Mozilla-Status: 0009\nSubject: a\n\n{WORDS}\n\n"
            "From a Tue May 31 12:00:00 2022\nSubject: b\n\nOsby.\n",
        ),
        ("mail", "passed over", "encoded files in the text"): letter(
            lambda m: m.set_content("See:\nbegin 644 a.csv\n#86)C\n`\nend\n"), "#86)C"
        ),
        ("calendars", "read", "entries"): text("a.ics", f"BEGIN:VEVENT\nSUMMARY:{WORDS}\nEND:VEVENT\n"),
        ("calendars", "read", "what repeats"): text(
            "a.ics", f"{BREAK}RRULE:FREQ=WEEKLY\nEND:VEVENT\n", "weekly"
        ),
        ("calendars", "read", "whole days"): text(
            "a.ics", f"{BREAK}DTEND;VALUE=DATE:20260706\nEND:VEVENT\n", "End: 2026-07-05"
        ),
        ("calendars", "passed over", "reminders"): text(
            "a.ics", f"{BREAK}BEGIN:VALARM\nDESCRIPTION:{WORDS}\nEND:VALARM\nEND:VEVENT\n"
        ),
        ("calendars", "passed over", "changes of the clock"): text(
            "a.ics", f"BEGIN:VTIMEZONE\nSUMMARY:{WORDS}\nEND:VTIMEZONE{BREAK}END:VEVENT\n"
        ),
        ("address books", "read", "contacts"): text("a.vcf", f"BEGIN:VCARD\nFN:{WORDS}\nEND:VCARD\n"),
        ("address books", "read", "labels that a person gave"): text(
            "a.vcf", "BEGIN:VCARD\nFN:Ada\nitem1.TEL:7\nitem1.X-ABLabel:Boat\nEND:VCARD\n", "Phone (Boat): 7"
        ),
        ("address books", "listed", "files without a contact"): text(
            "a.vcf", "\n", "no contacts in this file"
        ),
        ("address books", "passed over", "pictures"): text(
            "a.vcf", "BEGIN:VCARD\nFN:Ada\nPHOTO;ENCODING=b:R0lG\nEND:VCARD\n", "R0lG"
        ),
        ("notes", "read", "notes"): note(f"<div>{WORDS}</div>"),
        ("notes", "read", "tags"): note("x", f"<tag>{WORDS}</tag>"),
        ("notes", "read", "boxes to tick"): Shown(
            "a.enex", note('<en-todo checked="true"/>herons').make, "☑ herons"
        ),
        ("notes", "read", "tasks"): note("x", f"<task><title>{WORDS}</title></task>"),
        ("notes", "read", "attached files"): note(
            "x",
            "<resource><data>c2V2ZW4gZ3JleSBoZXJvbnM=</data><resource-attributes><file-name>b.txt</file-name></resource-attributes></resource>",
        ),
        ("notes", "listed", "files that are not read"): Shown(
            "a.enex",
            note(
                "x",
                "<resource><data>eA==</data><resource-attributes><file-name>b.mp3</file-name></resource-attributes></resource>",
            ).make,
            "sound or film",
        ),
        ("notes", "passed over", "encrypted words"): note(f"<div>Osby <en-crypt>{WORDS}</en-crypt></div>"),
        ("tables", "read", "rows below their heads"): text(
            "a.csv", "Birds,Count\ngrey herons,7\n", "grey herons\t7"
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
        ("archives", "read", "each file in them"): archive(birds_txt=WORDS.encode()),
        ("archives", "listed", "encrypted files"): Shown(
            "a.zip", lambda: spoiled(True), "encrypted: needs a password"
        ),
        ("archives", "listed", "damaged files"): Shown(
            "a.zip", lambda: spoiled(False), "damaged: it cannot be unpacked"
        ),
        ("archives", "listed", "unknown formats"): Shown(
            "a.zip", archive(birds_xyz=b"x").make, "unknown format (.xyz)"
        ),
        ("archives", "passed over", "hidden files"): archive(_birds_txt=WORDS.encode()),
        ("archives", "passed over", "files of the system"): Shown(
            "a.zip", archive(desktop_ini=WORDS.encode()).make, WORDS
        ),
    }
)
"""Files by format, column and phrase of the table."""
