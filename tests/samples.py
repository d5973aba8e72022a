"""Sample files written by real libraries in every format; each one holds WORDS."""

import csv
import json
import mailbox
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from email.message import EmailMessage
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import msgforge
import odfdo
import openpyxl
import pptx
from ebooklib import epub
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

WORDS = "In 2022, 412 ships passed the canal."
MORE = "The lock keeper is Ada Holm."


def word() -> bytes:
    document: Any = docx.Document()
    document.core_properties.title = "Traffic"
    document.core_properties.author = "Ada Holm"
    document.core_properties.modified = datetime(2022, 5, 31, 12, tzinfo=UTC)
    document.add_heading("Ships", 1)
    result = document.add_paragraph(WORDS)
    document.add_heading("Locks", 2)
    document.add_paragraph(MORE)
    table = document.add_table(2, 2)
    for n, text in enumerate(("Year", "Ships", "2022", "412")):
        table.cell(n // 2, n % 2).text = text
    document.add_comment(runs=result.runs, text="Is that so?", author="Bo Ek", initials="BE")
    return saved(document.save)


def slides() -> bytes:
    shown: Any = pptx.Presentation()
    shown.core_properties.author = "Ada Holm"
    for heading, text in (("Ships", WORDS), ("Locks", MORE)):
        slide = shown.slides.add_slide(shown.slide_layouts[1])
        slide.shapes.title.text = heading
        slide.placeholders[1].text = text
        slide.notes_slide.notes_text_frame.text = f"Say this slowly: {heading}."
    table = slide.shapes.add_table(2, 2, 0, 0, 914400, 914400).table
    for n, text in enumerate(("Year", "Count", "2022", "412")):
        table.cell(n // 2, n % 2).text = text
    return saved(shown.save)


def sheet() -> bytes:
    book = openpyxl.Workbook()
    costs: Any = book.active
    costs.title = "Costs"
    for row in (["Year", "What was said", "Share"], [2022, WORDS, 0.5], [2021, MORE, date(2021, 5, 31)]):
        costs.append(row)
    book.create_sheet("Empty")
    book.create_sheet("Far")["C7"] = "alone"
    return saved(book.save)


def opendocument() -> bytes:
    document = odfdo.Document("text")
    document.meta.title, document.meta.creator = "Traffic", "Ada Holm"
    document.meta.date = datetime(2022, 5, 31, 12)  # noqa: DTZ001  as office programs write it
    result = odfdo.Paragraph(WORDS)
    result.insert_annotation(after=WORDS, body="Is that so?", creator="Bo Ek")
    table = odfdo.Table("Traffic")
    table.set_values([["2022", "412"]])
    items = odfdo.List([odfdo.ListItem(odfdo.Paragraph(text)) for text in ("one", "two  three")])
    document.body.clear()
    for each in (odfdo.Header(1, "Ships"), result, items, table, odfdo.Paragraph(MORE)):
        document.body.append(each)
    return saved(document.save)


def opendocument_sheet() -> bytes:
    document = odfdo.Document("spreadsheet")
    document.body.clear()
    sheets: tuple[tuple[str, list[list[Any]]], ...] = (
        ("Costs", [["Year", "What was said", "Share"], [2022, WORDS, 0.5], [2021, MORE, date(2021, 5, 31)]]),
        ("Empty", []),
        ("Far", [[], [], [None, None, "alone"]]),
    )
    for name, rows in sheets:
        table = odfdo.Table(name)
        table.set_values(rows)
        document.body.append(table)
    return saved(document.save)


def opendocument_slides() -> bytes:
    document = odfdo.Document("presentation")
    document.body.clear()
    for n, (heading, text) in enumerate((("Ships", WORDS), ("Locks", MORE)), start=1):
        page = odfdo.DrawPage(f"page{n}", name=f"Page {n}")
        page.append(odfdo.Frame.text_frame(text, position=("2cm", "5cm"), size=("20cm", "5cm")))
        head = odfdo.Frame.text_frame(heading, position=("2cm", "1cm"), size=("20cm", "2cm"))
        head.presentation_class = "title"
        page.append(head)
        document.body.append(page)
    return saved(document.save)


def ebook() -> bytes:
    book = epub.EpubBook()
    book.set_title("Traffic")
    book.add_author("Ada Holm")
    book.add_metadata("DC", "date", "2022-05-31")
    for name, heading, text in (("one .xhtml", "Ships", WORDS), ("in/two.xhtml", "Locks", MORE)):
        chapter = epub.EpubHtml(file_name=name, title=heading)
        chapter.content = f"<h1>{heading}</h1><p>{text}</p>"
        book.add_item(chapter)
        book.toc.append(chapter)
    for item in (epub.EpubNcx(), epub.EpubNav()):
        book.add_item(item)
    book.spine = ["nav", *book.toc]
    return saved(lambda file: epub.write_epub(file, book))


def pdf() -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setTitle("Traffic")
    canvas.setAuthor("Ada Holm")
    for text in (WORDS, MORE):
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def mail(subject: str = "Traffic", said: str = WORDS) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = (
        subject,
        "Ada Holm <ada@example.org>",
        "bo@example.org",
    )
    message["Date"] = "Tue, 31 May 2022 12:00:00 +0200"
    message.set_content(f"{said}\n\nGreetings, Ada \N{SAILBOAT}\n")
    message.add_alternative(f"<p>{said}</p><p>Greetings</p>", subtype="html")
    message.add_attachment(b"\0\1", maintype="application", subtype="pdf", filename="ships.pdf")
    return message


def outlook() -> bytes:
    message = msgforge.Message(
        "Traffic",
        html_body=f"<p>{WORDS}</p><p>Greetings, Ada \N{SAILBOAT}</p>",
        to=[("bo@example.org", "Bo Ek")],
        sender=("ada@example.org", "Ada Holm"),
        sent=datetime(2022, 5, 31, 12, tzinfo=UTC),
    )
    message.attach_bytes("ships.pdf", b"\0\1")
    return message.as_bytes()


def box() -> bytes:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "box"
        made = mailbox.mbox(path)
        for subject, text in (("Ships", WORDS), ("Locks", MORE)):
            made.add(mail(subject, f"{text}\nFrom here on."))
        made.close()
        return path.read_bytes()


def saved_page() -> bytes:
    message = EmailMessage()
    message["Subject"] = "Traffic"
    message.set_content(f"<html><body><h1>Ships</h1><p>{WORDS}</p></body></html>", subtype="html")
    message.make_related()
    return bytes(message)


def notebook() -> bytes:
    cells = [
        {"cell_type": "markdown", "source": ["# Ships\n", "\n", WORDS]},
        {"cell_type": "code", "source": "print(412)", "outputs": [{"text": ["412\n"]}]},
    ]
    return json.dumps(
        {"cells": cells, "metadata": {"authors": [{"name": "Ada Holm"}]}, "nbformat": 4}
    ).encode()


def table() -> bytes:
    out = StringIO()
    csv.writer(out, delimiter=";").writerows(
        [["Year", "Said"], ["2022", WORDS], ["2021", f"{MORE}\nTwo lines."]]
    )
    return out.getvalue().encode()


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part, compress_type=0 if name == "mimetype" else None)
    return out.getvalue()


def notes() -> bytes:
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        '<!DOCTYPE en-export SYSTEM "http://xml.evernote.com/pub/evernote-export3.dtd"><en-export>'
        f"<note><title>Ships</title><content><![CDATA[<en-note><div>{WORDS}</div></en-note>]]></content>"
        "<created>20220531T120000Z</created>"
        "<note-attributes><author>Ada Holm</author></note-attributes></note>"
        f"<note><title>Locks</title><content><![CDATA[<en-note><div>{MORE}</div></en-note>]]></content>"
        "<resource><data encoding='base64'>aGVsbG8=</data><mime>text/plain</mime>"
        "<resource-attributes><file-name>hello.txt</file-name></resource-attributes></resource></note>"
        "</en-export>"
    ).encode()


def saved(save: Callable[[BytesIO], object]) -> bytes:
    out = BytesIO()
    save(out)
    return out.getvalue()


def all_samples() -> dict[str, bytes]:
    """Return a sample of every format, keyed by file name."""
    value = {"title": "Traffic", "said": [{"by": "Ada", "words": WORDS}, [MORE, None, 3, True]]}
    cue = f"1\n00:00:01,000 --> 00:00:02,500\n<i>{WORDS}</i>\n\n2\n00:01:02,000 --> 00:01:03,000\n{MORE}\n"
    body = f"<body><h1>Ships</h1><p>{WORDS}</p><p>{MORE}</p></body>"
    page = f"<html><head><title>Traffic</title></head>{body}</html>"
    feed = (
        "<?xml version='1.0'?><rss><channel><title>Traffic</title><item>"
        f"<description>&lt;p&gt;{WORDS}&lt;/p&gt;</description><author>Ada Holm</author>"
        "<pubDate>Tue, 31 May 2022 12:00:00 +0200</pubDate></item></channel></rss>"
    )
    return {
        "a.docx": word(),
        "a.pptx": slides(),
        "a.xlsx": sheet(),
        "a.odt": opendocument(),
        "a.ods": opendocument_sheet(),
        "a.odp": opendocument_slides(),
        "a.epub": ebook(),
        "a.pdf": pdf(),
        "a.eml": bytes(mail()),
        "a.ics": f"BEGIN:VEVENT\r\nDESCRIPTION:{WORDS}\r\nEND:VEVENT\r\n".encode(),
        "a.vcf": f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Holm\r\nNOTE:{WORDS}\r\nEND:VCARD\r\n".replace(
            "2022,", "2022\\,"
        ).encode(),
        "a.enex": notes(),
        "a.mbox": box(),
        "a.msg": outlook(),
        "a.mhtml": saved_page(),
        "a.ipynb": notebook(),
        "a.csv": table(),
        "a.json": json.dumps(value).encode(),
        "a.jsonl": b"\n".join(json.dumps({"said": said}).encode() for said in (WORDS, MORE)),
        "a.srt": cue.encode(),
        "a.vtt": f"WEBVTT\n\n00:01.000 --> 00:02.500 align:start\n<v Ada>{WORDS}</v>\n".encode(),
        "a.rtf": (
            r"{\rtf1\ansi\ansicpg1252{\info{\title Traffic}{\author Ada Holm}}\pard "
            + WORDS
            + r"\par caf\'e9\par}"
        ).encode(),
        "a.rst": f"Traffic\n=======\n\n{WORDS}\n\nLocks\n-----\n\n{MORE}\n".encode(),
        "a.org": f"#+TITLE: Traffic\n\n\n* Ships\n{WORDS}\n\n** TODO Locks :lock:\n{MORE}\n".encode(),
        "a.adoc": f"= Traffic\nAda Holm\n\n== Ships\n\n{WORDS}\n\n=== Locks\n\n{MORE}\n".encode(),
        "a.xml": feed.encode(),
        "a.html": page.encode(),
        "a.md": f"# Ships\n\n{WORDS}\n".encode(),
        "a.txt": f"Ships\n\n{WORDS}\n".encode(),
        "a.py": f"# {WORDS}\nprint(412)\n".encode(),
    }
