"""Small files made part by part, for what no library writes: Office packages, PDFs, saved pages."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
import pptx
from docx.oxml import parse_xml
from reportlab.pdfgen.canvas import Canvas
from samples import packed, saved

NAMES = " ".join(
    f'xmlns:{name}="http://schemas.openxmlformats.org/{uri}"'
    for name, uri in {
        "w": "wordprocessingml/2006/main",
        "m": "officeDocument/2006/math",
        "a": "drawingml/2006/main",
        "p": "presentationml/2006/main",
        "r": "officeDocument/2006/relationships",
    }.items()
)

ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"'
    for name, uri in {
        "text": "text",
        "table": "table",
        "office": "office",
        "style": "style",
        "draw": "drawing",
        "svg": "svg-compatible",
        "form": "form",
    }.items()
)


def parts_of(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def word_of(body: str, numbering: str = "") -> bytes:
    document: Any = docx.Document()
    root = document.element.body
    for child in list(root)[:-1]:
        root.remove(child)
    for n, element in enumerate(parse_xml(f"<w:body {NAMES}>{body}</w:body>")):
        root.insert(n, element)
    parts = parts_of(saved(document.save))
    if numbering:
        parts["word/numbering.xml"] = f"<w:numbering {NAMES}>{numbering}</w:numbering>".encode()
    return packed(parts)


def paragraph(*runs: str, about: str = "") -> str:
    made = (
        run if run.startswith("<") else f'<w:r><w:t xml:space="preserve">{run}</w:t></w:r>' for run in runs
    )
    return f"<w:p>{f'<w:pPr>{about}</w:pPr>' if about else ''}{''.join(made)}</w:p>"


def operand(text: str) -> str:
    """Return a run of a formula."""
    return f"<m:r><m:t>{text}</m:t></m:r>"


def row(*cells: str, about: str = "") -> str:
    return f"<w:tr>{about}{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in cells)}</w:tr>"


def field(data: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'


def embedded(data: bytes, path: str, content: bytes) -> bytes:
    return packed(parts_of(data) | {path: content})


def sheet_of(*rows: tuple[Any, ...]) -> bytes:
    book: Any = openpyxl.Workbook()
    for each in rows:
        book.active.append(each)
    return saved(book.save)


def shape(body: str, y: int, about: str = "") -> str:
    body = body if body.startswith("<") else f"<a:p><a:r><a:t>{body}</a:t></a:r></a:p>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="s" {about}/></p:nvSpPr><p:spPr><a:xfrm><a:off x="0" y="{y}"/>'
        f'<a:ext cx="9" cy="9"/></a:xfrm></p:spPr><p:txBody>{body}</p:txBody></p:sp>'
    )


def opened(kind: str, body: str, styles: str = "", more: dict[str, bytes] | None = None) -> bytes:
    content = (
        f'<office:document-content {ODF} xmlns:xlink="http://www.w3.org/1999/xlink"><office:automatic-styles>'
        f"{styles}</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}></office:body>"
        "</office:document-content>"
    )
    return packed({"content.xml": content.encode(), "styles.xml": f"<x {ODF}/>".encode()} | (more or {}))


def deck_of(shapes: str) -> bytes:
    shown: Any = pptx.Presentation()
    shown.slides.add_slide(shown.slide_layouts[6])
    parts = parts_of(saved(shown.save))
    tree = f"<p:spTree><p:nvGrpSpPr/><p:grpSpPr/>{shapes}</p:spTree>"
    parts["ppt/slides/slide1.xml"] = f"<p:sld {NAMES}><p:cSld>{tree}</p:cSld></p:sld>".encode()
    return packed(parts)


def drawn(draw: Callable[[Canvas], None]) -> bytes:
    out = BytesIO()
    canvas = Canvas(out)
    draw(canvas)
    canvas.save()
    return out.getvalue()
