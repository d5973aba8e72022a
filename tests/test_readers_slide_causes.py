"""Causes of faults in presentations and OpenDocument files: shapes, comments, notes, form fields."""

from typing import Any

import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import (
    NAMES,
    ODF,
    deck_of,
    opened,
    operand,
    parts_of,
    shape,
)
from samples import packed, saved

from citeback.index.readers.office import opendocument, opendocument_slides, slides


def deck(shapes: str) -> str:
    return slides.read(deck_of(shapes), "s").text


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=5, unique=True), st.integers(1, 3))
def test_shapes_in_groups_are_read_where_they_are_drawn(rows: list[int], scale: int) -> None:
    mm = 1_000_000
    group = (
        '<p:grpSp><p:nvGrpSpPr/><p:grpSpPr><a:xfrm><a:off x="0" y="{y}"/><a:ext cx="9" cy="{high}"/>'
        '<a:chOff x="0" y="0"/><a:chExt cx="9" cy="9"/></a:xfrm></p:grpSpPr>{shape}</p:grpSp>'
    )
    shapes = [group.format(y=n * mm * scale, high=9, shape=shape(f"row {n}", 0)) for n in rows]
    assert deck("".join(shapes)).split("\n\n") == [f"row {n}" for n in sorted(rows)]


def test_hidden_shapes_are_not_read_and_numbers_of_lists_are() -> None:
    assert deck(shape("Seen.", 0) + shape("Secret.", 9, 'hidden="1"')) == "Seen."
    items = "".join(
        f'<a:p><a:pPr lvl="{depth}"><a:buAutoNum type="{form}"/></a:pPr><a:r><a:t>{text}</a:t></a:r></a:p>'
        for text, depth, form in (
            ("Open", 0, "arabicPeriod"),
            ("slowly", 1, "alphaLcParenR"),
            ("fully", 1, "alphaLcParenR"),
            ("Close", 0, "arabicPeriod"),
            ("gently", 1, "alphaLcParenR"),
        )
    )
    assert deck(shape(items, 0)) == "1. Open\na) slowly\nb) fully\n2. Close\na) gently"


def test_formulas_of_slides_are_read() -> None:
    formula = f"<m:oMath><m:f><m:num>{operand('3')}</m:num><m:den>{operand('16')}</m:den></m:f></m:oMath>"
    body = f"<a:p><a:r><a:t>Load </a:t></a:r>{formula}<a:r><a:t> of it.</a:t></a:r></a:p>"
    assert deck(shape(body, 0)) == "Load 3/16 of it."


def test_comments_on_slides_name_their_authors() -> None:
    shown: Any = pptx.Presentation()
    shown.slides.add_slide(shown.slide_layouts[6])
    parts = parts_of(saved(shown.save))
    relations = "ppt/slides/_rels/slide1.xml.rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    end = f'<Relationship Id="c" Type="{kind}" Target="../comments/c.xml"/></Relationships>'.encode()
    parts[relations] = parts[relations].replace(b"</Relationships>", end)
    parts["ppt/comments/c.xml"] = (
        f'<x {NAMES}><p:cm authorId="0"><p:text>Ask first.</p:text></p:cm>'
        '<p:cm authorId="9"><p:text>No.</p:text></p:cm></x>'
    ).encode()
    parts["ppt/commentAuthors.xml"] = f'<x {NAMES}><p:cmAuthor id="0" name="Cilla Dahl"/></x>'.encode()
    source = slides.read(packed(parts), "s")
    assert source.text == "Cilla Dahl: Ask first.\n\nNo."
    assert source.location_at(0) == "slide 1, comment by Cilla Dahl"


@pytest.mark.parametrize(
    ("position", "sign"), [("super 58%", "^"), ("33% 58%", "^"), ("sub 58%", ""), ("-33% 58%", "")]
)
def test_raised_figures_of_opendocument_texts_are_set_apart(position: str, sign: str) -> None:
    style = (
        '<style:style style:name="T" style:family="text"><style:text-properties '
        f'style:text-position="{position}"/></style:style>'
    )
    body = '<text:p>10<text:span text:style-name="T">6</text:span> litres</text:p>'
    assert opendocument.read(opened("text", body, style), "d").text == f"10{sign}6 litres"


def test_notes_of_opendocument_texts_do_not_cut_sentences() -> None:
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>Rebuilt.</text:p></text:note-body></text:note>"
    )
    text = opendocument.read(opened("text", f"<text:p>The tower{note} is old.</text:p>"), "d").text
    assert text == "The tower is old.\n\nFootnotes\n\nRebuilt."


def test_objects_and_form_fields_of_opendocument_texts_are_read() -> None:
    cells = "".join(f"<table:table-cell><text:p>{x}</text:p></table:table-cell>" for x in ("A2", "310"))
    grid = f"<table:table><table:table-row>{cells}</table:table-row></table:table>"
    inner = f"<x {ODF}>{grid}</x>".encode()
    math = b'<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mn>3</mn><mn>16</mn></mfrac></math>'
    forms = (
        '<office:forms><form:form><form:text form:id="a" form:current-value="Lund"/>'
        '<form:checkbox form:id="b" form:label="paid" form:current-state="checked"/>'
        "</form:form></office:forms>"
    )
    frame = '<draw:frame><draw:object xlink:href="./{}"/></draw:frame>'
    body = (
        f"{forms}<text:p>Load {frame.format('M')} of it.</text:p><text:p>{frame.format('T')}</text:p>"
        '<text:p>Name <draw:control draw:control="a"/> <draw:control draw:control="b"/></text:p>'
    )
    more = {"M/content.xml": math, "T/content.xml": inner}
    text = opendocument.read(opened("text", body, more=more), "d").text
    assert text.split("\n\n") == ["Load 3/16 of it.", "A2\t310", "Name Lund ☑ paid"]


@pytest.mark.parametrize("kind", ["caption", "path", "connector", "circle", "polygon", "custom-shape"])
def test_every_kind_of_shape_of_an_opendocument_slide_is_read(kind: str) -> None:
    body = f"<draw:page><draw:{kind}><text:p>Mind the step.</text:p></draw:{kind}></draw:page>"
    assert opendocument_slides.read(opened("presentation", body), "d").text == "Mind the step."
