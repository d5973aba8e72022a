"""Faults reported in Word documents, presentations and rich text: threads, files and what is right.

What is right was decided before the files were read.
"""

from collections.abc import Mapping
from typing import Any

import pptx
from made import deck_of, paragraph, row, shape, word_of
from reported_file import Reported
from samples import saved

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


FIELD = (
    r"{\rtf1\ansi Call {\field{\*\fldinst HYPERLINK "
    r'"https://osby.example/service"}{\fldrslt {\ul\cf1 Service}}}: 0451-77. '
    r"The gate weighs 12\~tonnes and is of type A\_7.\par}"
)


CYRILLIC = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil Arial;}}{\*\generator Msftedit;}\uc1\pard"
    r"\u1042?\u1086?\u1074?\u1072? \u1055?\u1077?\u1090?\u1103? \'e5 {\uc2 \u8364\'80\'20}9.\par}"
)


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


RICH_LIST = (
    r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\pard Bring:\par {\listtext\'b7\tab }\ls1 two lamps\par"
    r"{\listtext\'b7\tab }\ls1 oil\par {\*\formatConverter converted from html;}"
    r"\uc2\u28207\'8d\'60A gate.\par}"
)


OFFICE: Mapping[str, Reported] = {
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
    "merged.pptx": Reported(
        "developer0hye/anytomd-rs#93", merged_slide, ("Quay\tBerths winter\tBerths summer", "North\t12\t9")
    ),
    "field.rtf": Reported(
        "joshy/striprtf#10, #32, #43",
        FIELD.encode,
        ("Call Service: 0451-77.", "12\u00a0tonnes", "A\u20117"),
        ("HYPERLINK", "fldrslt"),
    ),
    "cyrillic.rtf": Reported("sgolivernet/nrtftree#6", CYRILLIC.encode, ("Вова Петя å €9.",), ("?",)),
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
    "groups.pptx": Reported(
        "arc53/DocsGPT#2792, agno-agi/agno#9999",
        tables_in_groups,
        ("First box\n", "Second box\n", "Inner box"),
        once=("Berth\tA7",),
    ),
    "placeholder.pptx": Reported(
        "docling-project/docling#868", bare_placeholder, ("Lock fees", "They rise in May.", "4 March 2026")
    ),
    "list.rtf": Reported(
        "erdomke/RtfPipe#78, mazira/rtf-stream-parser#4, EvotecIT/OfficeIMO#2055",
        RICH_LIST.encode,
        ("Bring:", "two lamps", "oil", "港A gate."),
        ("converted from",),
    ),
}
