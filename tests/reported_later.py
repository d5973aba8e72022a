"""A seventh batch of files after faults that users of readers reported: threads, files and what is right.

What is right was decided before the files were read.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import pptx
from made import deck_of, drawn, opened, paragraph, row, shape, word_of
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from reported_files import NUMBERING, Reported, eml, page, pdf_of
from reportlab.pdfgen.canvas import Canvas
from samples import packed, saved


def run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def revised() -> bytes:
    about = 'w:id="1" w:author="Bo" w:date="2026-03-01T10:00:00Z"'
    inserted, moved = (
        f"<w:ins {about}>{run('2.5.4 for ')}</w:ins>",
        f"<w:moveTo {about}>{run('barges')}</w:moveTo>",
    )
    gone = f"<w:del {about}><w:r><w:delText>2.4 for boats</w:delText></w:r></w:del>"
    return word_of(paragraph("Version ", inserted, gone, moved, "."))


def wrapped() -> bytes:
    simple = f'<w:fldSimple w:instr=" DOCPROPERTY town ">{run("Osby")}</w:fldSimple>'
    turned = f'<w:dir w:val="ltr">{run(" in the county of Lund")}</w:dir>'
    link = f'<w:hyperlink w:anchor="x">{run(" (clause 9)")}</w:hyperlink>'
    return word_of(paragraph("It is governed by the laws of ", simple, turned, link, "."))


def vml_box() -> bytes:
    inner = f"<w:txbxContent>{paragraph('Ring twice for the ferry.')}</w:txbxContent>"
    box = (
        '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>'
        f"{inner}</v:textbox></v:shape></w:pict></w:r>"
    )
    return word_of(paragraph("The landing stage.", box))


def captions() -> bytes:
    def field(instruction: str, result: str) -> str:
        mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
        code = f"<w:r><w:instrText> {instruction} </w:instrText></w:r>"
        return mark.format("begin") + code + mark.format("separate") + run(result) + mark.format("end")

    caption = paragraph("Table ", field("SEQ Table", "4"), ": Fees of the berths")
    return word_of(caption + paragraph("See page ", field("PAGEREF _Ref1 \\h", "12"), "."))


def list_over_table() -> bytes:
    about = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    table = f"<w:tbl><w:tblPr/><w:tblGrid/>{row('Rope', '9 m')}</w:tbl>"
    first, second = (paragraph(each, about=about) for each in ("Coil the rope.", "Store it dry."))
    return word_of(first + table + second, NUMBERING)


def percents() -> bytes:
    book: Any = openpyxl.Workbook()
    for share in ("n/a", 1, 0.232, 0):
        book.active.append(["Filled", share])
        book.active.cell(book.active.max_row, 2).number_format = "0.0%" if share == 0.232 else "0%"
    return saved(book.save)


def odd_cells() -> bytes:
    book: Any = openpyxl.Workbook()
    book.active.append(["Berth", "Holder", "Fee"])
    book.active.append(["A|1", "Bo Ek\nAda Holm", -2300])
    book.active.append(["A2", "nobody", "#DIV/0!"])
    book.active["C2"].number_format = '#,##0.00" kr";[Red]-#,##0.00" kr"'
    book.active["C3"].data_type = "e"
    return saved(book.save)


def rich_cells() -> bytes:
    book: Any = openpyxl.Workbook()
    small, bold = InlineFont(vertAlign="subscript"), InlineFont(b=True)
    book.active.append(["Boat", "Gas"])
    book.active.append(["x", "y"])
    book.active["A2"] = CellRichText("Her", TextBlock(bold, "on"), " II")
    book.active["B2"] = CellRichText("CO", TextBlock(small, "2"))
    return saved(book.save)


def tables_in_groups() -> bytes:
    cells = "".join(
        f"<a:tc><a:txBody><a:p><a:r><a:t>{each}</a:t></a:r></a:p></a:txBody></a:tc>"
        for each in ("Berth", "A7")
    )
    table = (
        "<p:graphicFrame><p:nvGraphicFramePr/><a:graphic><a:graphicData>"
        f"<a:tbl><a:tr>{cells}</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )
    inner = f"<p:grpSp><p:nvGrpSpPr/><p:grpSpPr/>{shape('Inner box', 30)}{table}</p:grpSp>"
    return deck_of(shape("First box", 10) + shape("Second box", 20) + inner)


def bare_placeholder() -> bytes:
    deck: Any = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Lock fees"
    slide.placeholders[1].text = "They rise in May."
    dated = (
        '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvSpPr><p:cNvPr id="9" name="d"/>'
        '<p:cNvSpPr/><p:nvPr><p:ph type="dt" sz="half" idx="10"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody>'
        '<a:bodyPr/><a:p><a:fld id="{1}" type="datetime1"><a:t>4 March 2026</a:t></a:fld></a:p>'
        "</p:txBody></p:sp>"
    )
    from lxml import etree

    slide.shapes._spTree.append(etree.fromstring(dated))
    return saved(deck.save)


def upwards(canvas: Canvas) -> None:
    lines = (
        "The dredger works in April.",
        "It is hired by the county.",
        "The mud goes to the north field.",
        "No one pays.",
    )
    for n in reversed(range(4)):
        canvas.drawString(72, 700 - 16 * n, lines[n])


def cells_of_two_lines(canvas: Canvas) -> None:
    for y, cells in (
        (700, ("Fish", "Season", "Limit")),
        (680, ("Eel", "May to", "3")),
        (668, ("", "August", "")),
    ):
        for x, words in zip((72, 200, 330), cells, strict=True):
            canvas.drawString(x, y, words)
    for x, words in zip((72, 200, 330), ("Pike", "June", "9"), strict=True):
        canvas.drawString(x, 648, words)


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


INLINE_BODY = (
    "Subject: Crane", "From: ada@example.org", "MIME-Version: 1.0",
    'Content-Type: multipart/alternative; boundary="b"', "",
    "--b", "Content-Type: text/plain; charset=utf-8; format=flowed; DelSp=Yes", "Content-Disposition: inline",
    "Content-Description: Message en texte brut", "", "The crane is tested on Friday.", "",
    "--b", "Content-Type: text/html; charset=utf-8", "Content-Disposition: inline", "",
    "<div>The crane is tested on Friday.</div>", "--b--",
)  # fmt: skip
META_CHARSET = (
    "Subject: Gr", "From: ada@example.org", "MIME-Version: 1.0", "Content-Type: text/html",
    "Content-Transfer-Encoding: quoted-printable", "",
    '<html><head><meta http-equiv=3D"Content-Type" content=3D"text/html; charset=',
    '=3Diso-8859-1"></head><body><p>S=F8ren k=F8rte p=E5 broen.</p></body></html>',
)  # fmt: skip
BAD_START = (
    ">From daemon Tue Sep 29 12:22:20 2026", "Subject: Crane", "From: ada@example.org", "",
    "It is tested on Friday.",
)  # fmt: skip
BAD_HEADER = (
    "Subject: Crane", "From: ada@example.org", "this line is no header", "To: bo@example.org",
    "Content-Type: text/plain", "", "It is tested on Friday.",
)  # fmt: skip
CONDITIONAL = (
    "Subject: Fees", "From: ada@example.org", "MIME-Version: 1.0",
    "Content-Type: text/html; charset=utf-8", "",
    "<html><body><!--[if mso]><p>Outlook only</p><![endif]--><!--[if !mso]><!--><p>The fee is 34 euros.</p>",
    "<!--<![endif]--><![if !mso]><p>It is due in June.</p><![endif]></body></html>",
)  # fmt: skip
TWO_TEXTS = (
    "Subject: Ice", "From: ada@example.org", "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="b"', "",
    "--b", "Content-Type: text/plain", "", "The ice house is shut.",
    "--b", "Content-Type: text/plain", "Content-Disposition: inline", "",
    "Sent through the list of the harbour.", "--b--",
)  # fmt: skip

EVENTS = "\r\n".join((
    "BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "DTSTART:20260504T220000Z", "SUMMARY:Tide watch",
    "LOCATION:Mill Lane 119\\nOsby   0451-77 fax ", " : 0451-78",
    'ATTENDEE;CN="Ek; Bo";X-RESPONSE-COMMENT="late: at nine":mailto:bo@example.org',
    "DESCRIPTION:Bring: rope\\; lamp\\, oil.", "END:VEVENT", "BEGIN:VTODO",
    "DUE;TZID=Europe/Amsterdam:20260510T230601", "SUMMARY:Paint the shed that ", " stands by the mill",
    "END:VTODO", "END:VCALENDAR", "",
))  # fmt: skip
CARD4 = "\r\n".join((
    "BEGIN:VCARD", "VERSION:4.0", "N:Ek\\, junior;Bo;;;", "FN:Bo Ek\\, junior", "item1.TEL:+46 451 77",
    "item1.X-ABLabel:boat house", "PHOTO:data:image/png;base64," + "iVBORw0KGgo" * 30, "END:VCARD", "",
))  # fmt: skip
RICH_LIST = (
    r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\pard Bring:\par {\listtext\'b7\tab }\ls1 two lamps\par"
    r"{\listtext\'b7\tab }\ls1 oil\par {\*\formatConverter converted from html;}"
    r"\uc2\u28207\'8d\'60A gate.\par}"
)
ENTRIES = (
    "2026-03-01 10:00:01 INFO Pump started\n2026-03-01 10:04:12 ERROR Pump stalled\n    at valve 3\n"
    "2026-03-01 10:05:00 INFO Pump stopped\n"
)
SYSTEM = (
    "[19/10/2025, 01:02:19] Harbour: \u200eRudi Holm added you\r\n[19/10/2025, 08:10:00] Bo Ek: the key is\n"
    "behind the door\r\n[19/10/2025, 08:11:30] Ada Holm: thanks\r\n"
)
PASTED = "[Monday 9:09 PM] Ada Holm\nThe lock is stuck again\n\n[Monday 9:12 PM] Bo Ek\nI oil it at noon\n"


def notebook() -> bytes:
    table = {
        "text/html": ["<table><tr><th>Berth</th></tr><tr><td>A7</td></tr></table>"],
        "text/plain": ["  Berth\n0 A7"],
    }
    outputs = [
        {"output_type": "execute_result", "data": table, "metadata": {}, "execution_count": 1},
        {"output_type": "error", "ename": "ValueError", "evalue": "no depth",
         "traceback": ["\x1b[0;31mValueError\x1b[0m: no depth"]},
    ]  # fmt: skip
    cell = {
        "cell_type": "code",
        "source": ["show()"],
        "outputs": outputs,
        "metadata": {},
        "execution_count": 1,
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def spaced(_: None = None) -> bytes:
    return pdf_of(
        "BT /F 12 Tf 4 Tc 72 700 Td (NOTICE TO CREWS) Tj 0 Tc 0 -20 Td [(T) 80 (ower 2 is shut.)] TJ ET"
    )


def typed(kind: str, content: str) -> Callable[[], bytes]:
    body = f"<table:table table:name='A'>{content}</table:table>"
    return lambda: opened(kind, body)


SHEET = typed(
    "spreadsheet",
    "<table:table-row><table:table-cell><text:p>Filled</text:p></table:table-cell>"
    "<table:table-cell office:value-type='percentage' office:value='1'><text:p>100%</text:p>"
    "</table:table-cell><table:table-cell table:number-columns-repeated='2' office:value-type='float' "
    "office:value='7'><text:p>7</text:p></table:table-cell></table:table-row>"
    "<table:table-row table:number-rows-repeated='1048000'>"
    "<table:table-cell/></table:table-row>",
)


LATER: Mapping[str, Reported] = {
    "revised.docx": Reported(
        "python-openxml/python-docx#803", revised, ("Version 2.5.4 for barges.",), ("2.4 for boats",)
    ),
    "wrapped.docx": Reported(
        "mwilliamson/mammoth.js#10, python-openxml/python-docx#497",
        wrapped,
        ("the laws of Osby in the county of Lund (clause 9).",),
        ("DOCPROPERTY",),
    ),
    "vml.docx": Reported(
        "yfedoseev/office_oxide#140", vml_box, once=("Ring twice for the ferry.", "landing stage")
    ),
    "captions.docx": Reported(
        "docling-project/docling#494",
        captions,
        ("Table 4: Fees of the berths", "See page 12."),
        ("SEQ", "PAGEREF"),
    ),
    "list-over-table.docx": Reported(
        "mwilliamson/mammoth.js (lists)",
        list_over_table,
        ("1. Coil the rope.", "Rope\t9 m", "2. Store it dry."),
    ),
    "percents.xlsx": Reported(
        "turicas/rows#290", percents, ("Filled\tn/a", "Filled\t100%", "Filled\t23.2%", "Filled\t0%")
    ),
    "odd-cells.xlsx": Reported(
        "microsoft/markitdown#2436, fanfeilong/exceltk#7",
        odd_cells,
        ("A|1\tBo Ek Ada Holm\t-2,300.00 kr", "A2\tnobody\t#DIV/0!"),
    ),
    "rich-cells.xlsx": Reported("firecrawl/anydoc#27 (rich text)", rich_cells, ("Heron II\tCO2",)),
    "groups.pptx": Reported(
        "arc53/DocsGPT#2792, agno-agi/agno#9999",
        tables_in_groups,
        ("First box\n", "Second box\n", "Inner box"),
        once=("Berth\tA7",),
    ),
    "placeholder.pptx": Reported(
        "docling-project/docling#868", bare_placeholder, ("Lock fees", "They rise in May.", "4 March 2026")
    ),
    "spaced.pdf": Reported("xberg-io/xberg#962, #1291", spaced, ("NOTICE TO CREWS", "Tower 2 is shut.")),
    "upwards.pdf": Reported(
        "SteveTheKiller/KillerPDF#66",
        lambda: drawn(upwards),
        ("The dredger", "It is hired", "The mud goes", "No one pays."),
    ),
    "two-lines.pdf": Reported(
        "jsvine/pdfplumber#1056",
        lambda: drawn(cells_of_two_lines),
        ("Fish\tSeason\tLimit", "Eel\tMay to", "Pike\tJune\t9"),
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
    "inline-body.eml": Reported(
        "MQpeng/eml-parse-js#52, sepinf-inc/IPED#330",
        eml(*INLINE_BODY),
        once=("The crane is tested on Friday.",),
    ),
    "meta-charset.eml": Reported("nodemailer/mailparser#370", eml(*META_CHARSET), ("Søren kørte på broen.",)),
    "bad-start.eml": Reported(
        "GOVCERT-LU/eml_parser#24",
        eml(*BAD_START),
        ("Subject: Crane", "It is tested on Friday."),
        ("daemon",),
    ),
    "bad-header.eml": Reported(
        "GOVCERT-LU/eml_parser#10",
        eml(*BAD_HEADER),
        ("Subject: Crane", "To: bo@example.org", "It is tested on Friday."),
        ("Content-Type",),
    ),
    "conditional.eml": Reported(
        "mazira/rtf-stream-parser (conditional comments)",
        eml(*CONDITIONAL),
        ("The fee is 34 euros.", "It is due in June."),
        ("Outlook only", "[if", "endif"),
    ),
    "two-texts.eml": Reported(
        "sepinf-inc/IPED#330",
        eml(*TWO_TEXTS),
        ("The ice house is shut.", "Sent through the list of the harbour."),
    ),
    "events.ics": Reported(
        "ics-py/ics-py#185, #193, #290",
        EVENTS.encode,
        (
            "Tide watch",
            "0451-77 fax : 0451-78",
            "Bring: rope; lamp, oil.",
            "2026-05-10 23:06",
            "Paint the shed that stands by the mill",
        ),
        ("\\;", "\\,", "mailto:"),
    ),
    "card4.vcf": Reported(
        "u01jmg3/ics-parser#111 (cards)",
        CARD4.encode,
        ("Bo Ek, junior", "boat house"),
        ("iVBOR", "\\,"),
        once=("+46 451 77",),
    ),
    "marked.csv": Reported(
        "thephpleague/csv#586, #483",
        lambda: b"\xef\xbb\xbf" + b'"Berth, old\nnumber";"Fee"\n"A1";"3,50"\n"A2";"4,25"\n',
        ("Berth, old number\tFee", "A1\t3,50", "A2\t4,25"),
    ),
    "wide.csv": Reported(
        "adaltas/node-csv#365",
        lambda: "Berth\tFee\r\nA1\t3\r\nÅ2\t4\r\n".encode("utf-16"),
        ("Berth\tFee", "A1\t3", "Å2\t4"),
    ),
    "list.rtf": Reported(
        "erdomke/RtfPipe#78, mazira/rtf-stream-parser#4, EvotecIT/OfficeIMO#2055",
        RICH_LIST.encode,
        ("Bring:", "two lamps", "oil", "港A gate."),
        ("converted from",),
    ),
    "entries.log": Reported(
        "Pustur/whatsapp-chat-parser#266 (logs)",
        ENTRIES.encode,
        alone=("2026-03-01 10:00:01 INFO Pump started", "2026-03-01 10:05:00 INFO Pump stopped"),
    ),
    "system.txt": Reported(
        "alignerg/lappers-posts#133, JBGruber/rwhatsapp#14",
        SYSTEM.encode,
        alone=(
            "[19/10/2025, 01:02:19] Harbour: Rudi Holm added you",
            "[19/10/2025, 08:10:00] Bo Ek: the key is\nbehind the door",
            "[19/10/2025, 08:11:30] Ada Holm: thanks",
        ),
    ),
    "pasted.txt": Reported(
        "adifyr/obsidian-chat-view#34",
        PASTED.encode,
        alone=(
            "[Monday 9:09 PM] Ada Holm\nThe lock is stuck again",
            "[Monday 9:12 PM] Bo Ek\nI oil it at noon",
        ),
    ),
    "outputs.ipynb": Reported(
        "xberg-io/xberg (notebooks)",
        notebook,
        ("show()", "Berth", "A7", "ValueError: no depth"),
        ("\x1b", "[0;31m"),
        once=("A7",),
    ),
    "amounts.json": Reported(
        "SheetJS/sheetjs#673 (values)",
        (
            b'{"id": 12345678901234567890, "fee": 1.10, "deep": [{"note": null, "open": false}],'
            b' "note": "a &amp; b"}'
        ).__bytes__,
        ("12345678901234567890", "1.10", "a & b", "false"),
        ("12345678901234567000",),
    ),
    "repeated.ods": Reported("turicas/rows#290", SHEET, ("Filled\t100%\t7\t7",)),
}
