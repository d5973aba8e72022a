"""Small files after faults that users of readers reported, with the threads and with what is right.

What is right was decided before the files were read.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import msgforge
import openpyxl
import pptx
from made import drawn, paragraph, parts_of, row, word_of
from reportlab.pdfgen.canvas import Canvas
from samples import packed, saved


@dataclass(frozen=True, slots=True)
class Reported:
    """A file: the thread that its fault is from, how its bytes are made, and what its text must be.

    `holds` stand in the text in this order, `lacks` do not, `once` exactly once, and each of `alone` is a
    sentence of its own. `failures` is the number of parts listed as not read.
    """

    thread: str
    make: Callable[[], bytes]
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    failures: int = 0


def page(body: str) -> Callable[[], bytes]:
    return f"<html><head><title>Osby</title></head><body>{body}</body></html>".encode


def pdf_of(stream: str, font: str = "") -> bytes:
    """Return a page of 600 by 800 points with this content; /F is Helvetica, or `font` if given."""
    font = font or "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F 5 0 R >> >>"
        " /Contents 4 0 R >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        font,
    )
    body = "".join(f"{n} 0 obj\n{each}\nendobj\n" for n, each in enumerate(objects, start=1))
    return f"%PDF-1.7\n{body}trailer << /Size 6 /Root 1 0 R >>\n%%EOF".encode("latin-1")


NUMBERING = (
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
)


def list_without_level() -> bytes:
    about = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    lines = ("Close the sluice.", "Ring the bell.")
    return word_of("".join(paragraph(each, about=about) for each in lines), NUMBERING)


def smart_tags() -> bytes:
    def tag(name: str, words: str) -> str:
        run = f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'
        return f'<w:smartTag w:uri="urn:x" w:element="{name}">{run}</w:smartTag>'

    signed = paragraph("It was signed by ", tag("PersonName", "Ada Holm"), " in ", tag("place", "Osby"), ".")
    wrapped = f'<w:customXml w:element="end">{paragraph("The lease ends in 2031.")}</w:customXml>'
    return word_of(signed + wrapped)


def nested_table() -> bytes:
    inner = f"<w:tbl><w:tblPr/><w:tblGrid/>{row('Tide', 'Depth')}{row('low', '2.1 m')}</w:tbl>"
    cell = f"<w:tc>{paragraph('Soundings of May:')}{inner}{paragraph('Measured by Bo Ek.')}</w:tc>"
    return word_of(f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{cell}</w:tr></w:tbl>")


def phonetic() -> bytes:
    book: Any = openpyxl.Workbook()
    book.active.append(["City", "Berths"])
    book.active.append(["東京", 12])
    parts = parts_of(saved(book.save))
    path, guide = "xl/worksheets/sheet1.xml", '</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></is>'
    sheet = re.sub(r"(;|京)</t></is>", rf"\1{guide}", parts[path].decode())
    assert "rPh" in sheet
    return packed(parts | {path: sheet.encode()})


def hidden_cells() -> bytes:
    book: Any = openpyxl.Workbook()
    sheet = book.active
    for each in (("Boat", "Margin", "Price"), ("Heron", "secret one", 900), ("Draft", "secret two", 800)):
        sheet.append(each)
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    return saved(book.save)


def general_numbers() -> bytes:
    book: Any = openpyxl.Workbook()
    for each in (("Length", 1.1 + 2.2), ("Width", 1e-7), ("Volume", 123456789012.5)):
        book.active.append(each)
    return saved(book.save)


def midnight() -> bytes:
    book: Any = openpyxl.Workbook()
    book.active.append(["Gate closes", 0])
    book.active.append(["Gate opens", 0.25])
    for name in ("B1", "B2"):
        book.active[name].number_format = "h:mm"
    return saved(book.save)


def mac_dates() -> bytes:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book: Any = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["Launched", 42523])
    book.active["B1"].number_format = "yyyy-mm-dd"
    return saved(book.save)


def merged_slide() -> bytes:
    deck: Any = pptx.Presentation()
    table = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_table(3, 3, 0, 0, 9, 9).table
    rows = (("Quay", "Berths", ""), ("", "winter", "summer"), ("North", "12", "9"))
    for n, cells in enumerate(rows):
        for m, words in enumerate(cells):
            table.cell(n, m).text = words
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    return saved(deck.save)


def repeated(canvas: Canvas) -> None:
    for shift in (0, 0.3, 0.6):
        canvas.drawString(72 + shift, 700, "Closed on Mondays.")
    canvas.drawString(72, 680, "The kiosk sells ice in summer.")


LIGATURES = (
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding"
    " /BaseEncoding /WinAnsiEncoding /Differences [1 /fi /fl] >> >>"
)


def turned_heads(canvas: Canvas) -> None:
    for n, words in enumerate(("Fish", "Landed", "Returned")):
        canvas.saveState()
        canvas.translate(150 + 60 * n, 640)
        canvas.rotate(90)
        canvas.drawString(0, 0, words)
        canvas.restoreState()
    for n, cells in enumerate((("Eels", "12", "40"), ("Pike", "7", "31"))):
        for m, words in enumerate(cells):
            canvas.drawString(145 + 60 * m, 620 - 20 * n, words)


SIDEWAYS = (
    "The ferry leaves the north quay at seven.",
    "It is back by noon, and the bar on board",
    "serves coffee and buns until eleven.",
    "Dogs travel free of charge.",
)


def sideways(canvas: Canvas) -> None:
    canvas.rotate(90)
    for n, words in enumerate(SIDEWAYS):
        canvas.drawString(72, -100 - 16 * n, words)


def footers(canvas: Canvas) -> None:
    endings = ("The pilot boat was paid for by the town and", "The store of ropes was moved to the house of")
    starts = ("by three owners of nets.", "the lock keeper in spring.")
    for n in range(3):
        y = 760
        if n:
            canvas.drawString(72, y, starts[n - 1])
        for m in range(4):
            canvas.drawString(
                72, y - 20 - 16 * m, f"Berth {n * 7 + m * 3} was let to the crew {'abcd'[m]}{n}."
            )
        if n < 2:
            canvas.drawString(72, y - 100, endings[n])
        canvas.drawString(72, 40, f"© Osby Harbour 2026. All rights reserved.   {n + 1} / 3")
        canvas.showPage()


def gaps(canvas: Canvas) -> None:
    lines = ((700, "Warehouses that hold more than half (51 per cent"), (672, "or more) of the ice of the"))
    for y, words in (*lines, (658, "town, and"), (630, "its salt, are free of rent.")):
        canvas.drawString(72, y, words)


FIELD = (
    r"{\rtf1\ansi Call {\field{\*\fldinst HYPERLINK "
    r'"https://osby.example/service"}{\fldrslt {\ul\cf1 Service}}}: 0451-77. '
    r"The gate weighs 12\~tonnes and is of type A\_7.\par}"
)
CYRILLIC = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil Arial;}}{\*\generator Msftedit;}\uc1\pard"
    r"\u1042?\u1086?\u1074?\u1072? \u1055?\u1077?\u1090?\u1103? \'e5 {\uc2 \u8364\'80\'20}9.\par}"
)
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


def eml(*lines: str | bytes) -> Callable[[], bytes]:
    return b"\r\n".join(each if isinstance(each, bytes) else each.encode() for each in lines).__bytes__


def named() -> bytes:
    name = "=?UTF-8?Q?Zarz=C4=85dzenie_o_odmowie_dopuszczenia_SOWP_do_ud?=\r\n\t=?UTF-8?Q?zia=C5=82u=2Etxt?="
    return (
        "Subject: Osby\r\nFrom: ada@example.org\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
        f'--b\r\nContent-Type: text/plain;\r\n\tname="{name}"\r\n'
        f'Content-Disposition: attachment;\r\n\tfilename="{name}"\r\n\r\nThe appeal was refused.\r\n--b--\r\n'
    ).encode()


def bounce() -> bytes:
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "Crane", "Ada Holm <ada@example.org>"
    inner.set_content("The crane is tested on Friday by Bo Ström.", charset="iso-8859-1")
    return (
        b"Subject: Undelivered Mail Returned to Sender\r\nFrom: MAILER-DAEMON@example.org\r\n"
        b"MIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nYour message could not be delivered.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        b"Final-Recipient: rfc822; bo@example.org\r\nStatus: 5.1.1\r\n"
        b"Diagnostic-Code: smtp; 550 5.1.1 mailbox unavailable\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + bytes(inner) + b"\r\n--b--\r\n"
    )


def western_msg() -> bytes:
    """Return a message whose HTML body is in windows-1252, as its code page says and its markup does not."""
    data = msgforge.Message("Prices", html_body="<p>Größe: neun, Preis: fünf.</p>").as_bytes()
    for char in "öüß":
        data = data.replace(char.encode(), char.encode("cp1252") + b" ")
    at = data.index(bytes.fromhex("0300DE3F")) + 8  # the code page of the markup
    data = data[:at] + (1252).to_bytes(4, "little") + data[at + 4 :]
    for plain, other in (("1000001F", "6000001F"), ("10090102", "60090102")):  # only the markup is left
        data = data.replace(plain.encode("utf-16-le"), other.encode("utf-16-le"))
        key, new = (bytes.fromhex(each)[::-1] for each in (plain, other))
        data = data.replace(key, new)
    return data


CHAT_PM = (
    "20/6/2017 8:28\u00a0p.\u00a0m. - Michelle: The lock opens at nine\n"
    "20/6/2017 8:31\u00a0p.\u00a0m. - Bo: Which lock do you mean\n"
    "20/6/2017 9:02\u00a0p.\u00a0m. - Michelle: The one at Osby\nbehind the mill\n"
)
CHAT_DASH = (
    "\u200e[01-29-2018, 23:33:00] Alice: Hello, is the crane back\r\n"
    "[01-29-2018, 23:45:01] Bob: Yes:\nit lifts five tonnes\r\n"
    "\u200e[01-30-2018, 07:10:44] Alice: \u200eimage omitted\r\n"
)
VOICES = (
    "WEBVTT\n\n00:00:23.982 --> 00:00:27.318\n"
    "- <v Testerson>I have landed in the harbour\nat quite a time.</v>\n\n"
    "00:00:27.318 --> 00:00:30.655\n<v Anchor><c.yellow.bg_blue>This is a <i>broadcast</i>.</c></v>\n\n"
    "NOTE made by a machine\n\n00:00:31.000 --> 00:00:32.000 line:10% align:center\n"
    "<lang sv>Hej</lang> &amp; welcome.\n"
)
CARD = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;=57=6F=6C=6C=6B=6E=C3=A4=75=65=6C=20=45=\r\n=50;;;\r\n"
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=57=6F=6C=6C=6B=6E=C3=A4=75=65=6C=20=45=\r\n=50\r\n"
    "ADR;WORK;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;=53=74=72=61=C3=9F=65=20=31=30;Osby;;;\r\n"
    "TEL;CELL:+123456\r\nNOTE;ENCODING=QUOTED-PRINTABLE:Has the key=0D=0Aof the mill.\r\nEND:VCARD\r\n"
)
FORK = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(100)


def forks() -> bytes:
    parts: Mapping[str, bytes] = {
        "report.txt": b"The mole is 212 m long.",
        "._report.txt": FORK,
        "__MACOSX/._report.txt": FORK,
        ".~lock.report.odt#": b",ada,osby,01.12.2026 09:00,file:///home/ada/.config/libreoffice/4;",
    }
    return packed(parts)


def kerned(_: None = None) -> bytes:
    return pdf_of(
        "BT /F 12 Tf 72 700 Td [(The) -278 (br) 18 (eakw) 25 (ater) -278 (is) -278 (long.)] TJ ET\n"
        "BT /F 12 Tf 72 680 Td (It) Tj 12 0 Td (was) Tj 26 0 Td (built) Tj 29 0 Td (in 1871.) Tj ET"
    )


REPORTED: Mapping[str, Reported] = {
    "list-without-level.docx": Reported(
        "microsoft/markitdown#1282", list_without_level, ("1. Close the sluice.", "2. Ring the bell.")
    ),
    "smart-tags.docx": Reported(
        "toxicphreAK/python-docx-ng#119",
        smart_tags,
        ("It was signed by Ada Holm in Osby.", "The lease ends in 2031."),
    ),
    "nested-table.docx": Reported(
        "unslothai/unsloth#6780", nested_table, ("Soundings of May:", "low\t2.1 m", "Measured by Bo Ek.")
    ),
    "phonetic.xlsx": Reported("NousResearch/hermes-agent#114771", phonetic, ("東京\t12",), ("トウキョウ",)),
    "hidden-cells.xlsx": Reported(
        "firecrawl/anydoc#9", hidden_cells, ("Heron",), ("secret one", "secret two", "Draft")
    ),
    "general.xlsx": Reported(
        "office-kit/xlsx#167",
        general_numbers,
        ("Length\t3.3\n", "Width\t", "Volume\t123456789012.5"),
        ("3.3000000000000003",),
    ),
    "midnight.xlsx": Reported(
        "pyexcel/pyexcel-xlsx#23", midnight, ("Gate closes\t00:00", "Gate opens\t06:00"), ("1899", "1900")
    ),
    "mac-dates.xlsx": Reported("dimastbk/python-calamine#35", mac_dates, ("Launched\t2020-06-03",)),
    "merged.pptx": Reported(
        "developer0hye/anytomd-rs#93", merged_slide, ("Quay\tBerths winter\tBerths summer", "North\t12\t9")
    ),
    "repeated.pdf": Reported(
        "chrismattmann/tika-python#314",
        lambda: drawn(repeated),
        ("Closed on Mondays.\nThe kiosk sells ice",),
        once=("Closed", "Mondays"),
    ),
    "ligatures.pdf": Reported(
        "py-pdf/pypdf#598",
        lambda: pdf_of("BT /F 12 Tf 72 700 Td (Nine \\001elds were \\002ooded.) Tj ET", LIGATURES),
        ("Nine fields were flooded.",),
    ),
    "kerned.pdf": Reported(
        "py-pdf/pypdf#2336, #1328", kerned, ("The breakwater is long.", "It was built in 1871.")
    ),
    "turned-heads.pdf": Reported(
        "jsvine/pdfplumber#1102, #942",
        lambda: drawn(turned_heads),
        ("Fish", "Landed", "Returned", "Eels", "12", "40", "Pike", "7", "31"),
    ),
    "sideways.pdf": Reported("yfedoseev/pdf_oxide#813", lambda: drawn(sideways), ("\n".join(SIDEWAYS),)),
    "footers.pdf": Reported(
        "docling-project/docling#1625",
        lambda: drawn(footers),
        lacks=("2 / 3",),
        alone=(
            "The pilot boat was paid for by the town and\nby three owners of nets.",
            "The store of ropes was moved to the house of\nthe lock keeper in spring.",
        ),
    ),
    "gaps.pdf": Reported(
        "microsoft/markitdown#2370",
        lambda: drawn(gaps),
        alone=(
            "Warehouses that hold more than half (51 per cent\nor more) of the ice of the\ntown, and\n"
            "its salt, are free of rent.",
        ),
    ),
    "field.rtf": Reported(
        "joshy/striprtf#10, #32, #43",
        FIELD.encode,
        ("Call Service: 0451-77.", "12\u00a0tonnes", "A\u20117"),
        ("HYPERLINK", "fldrslt"),
    ),
    "cyrillic.rtf": Reported("sgolivernet/nrtftree#6", CYRILLIC.encode, ("Вова Петя å €9.",), ("?",)),
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
    "folded-subject.eml": Reported(
        "python/cpython#79728",
        eml(
            "Subject: =?UTF-8?B?UHLDvGZ1bmcgZGVyIFNjaGw=?=",
            " =?UTF-8?Q?euse_f=C3?=",
            " =?UTF-8?Q?=BCr_Osby?=",
            "From: ada@example.org",
            "Content-Type: text/plain; charset=utf-8",
            "",
            "It is on Friday.",
        ),
        ("Subject: Prüfung der Schleuse für Osby", "It is on Friday."),
    ),
    "raw-subject.eml": Reported(
        "nodemailer/mailparser#351",
        eml(
            b"Subject: " + "发信方已撤回邮件".encode("gb18030"),
            "From: ada@example.org",
            "Content-Type: text/plain; charset=gb18030",
            "Content-Transfer-Encoding: 8bit",
            "",
            "渡船七点从北码头开出。".encode("gb18030"),
        ),
        ("发信方已撤回邮件", "渡船七点从北码头开出。"),
    ),
    "encoded-name.eml": Reported(
        "SpamScope/mail-parser#26",
        named,
        ("Zarządzenie o odmowie dopuszczenia SOWP do udziału.txt", "The appeal was refused."),
        ("=?UTF-8",),
    ),
    "bounce.eml": Reported(
        "GOVCERT-LU/eml_parser#38",
        bounce,
        ("could not be delivered", "550 5.1.1 mailbox unavailable", "tested on Friday by Bo Ström"),
    ),
    "western.msg": Reported("hrbrmstr/msgxtractr#4", western_msg, ("Grö ß e: neun, Preis: fü nf.",)),
    "evening.txt": Reported(
        "Pustur/whatsapp-chat-parser#224",
        CHAT_PM.encode,
        alone=(
            "20/6/2017 8:28\u00a0p.\u00a0m. - Michelle: The lock opens at nine",
            "20/6/2017 8:31\u00a0p.\u00a0m. - Bo: Which lock do you mean",
            "20/6/2017 9:02\u00a0p.\u00a0m. - Michelle: The one at Osby\nbehind the mill",
        ),
    ),
    "dashes.txt": Reported(
        "gesiscss/WhatsR#32, langchain-ai/langchainjs#9254",
        CHAT_DASH.encode,
        alone=(
            "[01-29-2018, 23:33:00] Alice: Hello, is the crane back",
            "[01-29-2018, 23:45:01] Bob: Yes:\nit lifts five tonnes",
        ),
    ),
    "voices.vtt": Reported(
        "vevv/subby#35, asticode/go-astisub#97",
        VOICES.encode,
        ("Testerson", "I have landed in the harbour", "at quite a time.", "Anchor", "This is a broadcast."),
        ("<v", "<c", "</", "NOTE", "-->", "align"),
        once=("Hej & welcome.",),
    ),
    "card.vcf": Reported(
        "skarim/vobject#160, #152, mozjag in jowave/vcard2to3#5",
        CARD.encode,
        ("Wollknäuel EP", "Straße 10", "+123456", "Has the key"),
        ("=57", "=50", "=0D"),
    ),
    "forks.zip": Reported(
        "junegunn/fzf#3939, bufbuild/buf#2504", forks, ("The mole is 212 m long.",), ("libreoffice",)
    ),
}
