"""Causes of faults in PDFs: raised figures, invisible words, tables, forms, attached files."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import drawn
from reportlab.pdfgen.canvas import Canvas

from citeback.index.readers import read_any
from citeback.index.readers.pdf import pdf
from citeback.index.readers.pdf.embedded_files import mentions
from citeback.index.readers.pdf.table_gaps import table_gaps
from citeback.index.records import Box, Source, Span


def read_pdf(draw: Callable[[Canvas], None]) -> str:
    return pdf.read(drawn(draw), "p").text


@settings(max_examples=15, deadline=None)
@given(st.integers(-99, 99).filter(bool), st.sampled_from([5, -4]))
def test_raised_figures_of_a_pdf_are_set_apart_and_lowered_ones_are_not(power: int, rise: int) -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(72, 700)
        text.setFont("Helvetica", 12)
        text.textOut("It holds 3.2 x 10")
        text.setRise(rise)
        text.setFont("Helvetica", 7)
        text.textOut(str(power))
        text.setRise(0)
        text.setFont("Helvetica", 12)
        text.textOut(" litres of water.")
        canvas.drawText(text)

    shown = read_pdf(draw)
    assert (f"10^{power} litres of water." in shown) is (rise > 0)


def test_invisible_words_of_a_pdf_are_read_only_below_a_picture() -> None:
    def draw(canvas: Canvas, scanned: bool) -> None:
        if scanned:
            from PIL.Image import new

            canvas.drawInlineImage(new("L", (8, 8)), 0, 0, 500, 800)
        else:
            canvas.drawString(72, 700, "The crane lifts five tonnes.")
        text = canvas.beginText(72, 650)
        text.setTextRenderMode(3)
        text.textOut("It lifts ninety tonnes.")
        canvas.drawText(text)

    assert read_pdf(lambda canvas: draw(canvas, False)) == "The crane lifts five tonnes."
    assert read_pdf(lambda canvas: draw(canvas, True)) == "It lifts ninety tonnes."


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()).filter(any), min_size=2, max_size=5))
def test_cells_of_a_pdf_table_stay_below_their_heads(filled: list[tuple[bool, bool]]) -> None:
    rows = [("Berth", "Winter", "Summer"), ("A0", "100", "200")]
    rows += [(f"A{n}", "1" * a, "2" * b) for n, (a, b) in enumerate(filled, start=1)]

    def draw(canvas: Canvas) -> None:
        for n, row in enumerate(rows):
            for x, cell in zip((72, 200, 330), row, strict=True):
                canvas.drawString(x, 700 - 20 * n, cell)

    shown = read_pdf(draw).split("\n")
    assert shown == ["\t".join(row).rstrip() for row in rows]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=30))
def test_any_pieces_give_edits_in_order(places: list[tuple[int, int]]) -> None:
    text = " ".join("ab" for _ in places)
    pieces = [(Span(3 * n, 3 * n + 2), Box(x, y, x + 5, y + 4)) for n, (x, y) in enumerate(places)]
    edits = list(table_gaps(text, pieces))
    assert all(one.end <= other.start for one, other in pairwise(edits))
    assert all(not text[edit.start : edit.end].strip() for edit in edits)


@pytest.mark.parametrize("upright", [False, True])
def test_an_option_is_named_with_what_its_group_is_about(upright: bool) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Kind of berth:")
        for n, name in enumerate(("guest", "season", "winter")):
            x, y = (180, 700 - 22 * n) if upright else (180 + 100 * n, 700)
            canvas.acroForm.radio(name="kind", value=name, selected=name == "season", x=x, y=y - 5, size=15)
            canvas.drawString(x + 20, y, name)

    shown = read_pdf(draw)
    assert shown.endswith("Kind of berth: season")
    assert shown.count("Kind of berth") == 2


@pytest.mark.parametrize(
    ("last", "following", "whole"),
    [
        ("an agreement that was signed in spring with", "Norrstroem AB, which had bid lowest.", True),
        ("the mole, the quay and", "Osby itself.", True),
        ("This is the last sentence of it.", "Norrstroem AB was founded in 1962.", False),
        ("Chapter Seven", "The harbour was dredged.", False),
    ],
)
def test_a_sentence_goes_on_after_a_page_if_its_last_word_says_so(
    last: str, following: str, whole: bool
) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, last)
        canvas.showPage()
        canvas.drawString(72, 700, following)

    assert (f"{last}\n{following}" in read_pdf(draw)) is whole


ATTACHED = {
    1: "<< /Type /Catalog /Pages 2 0 R >>",
    2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F 5 0 R >> >>"
    " /Contents 4 0 R /Annots [6 0 R] >>",
    4: "<< /Length 41 >>\nstream\nBT /F 12 Tf 72 700 Td (See the plan.) Tj ET \nendstream",
    5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    6: "<< /Type /Annot /Subtype /FileAttachment /Rect [72 600 90 620] /FS 7 0 R >>",
    7: "<< /Type /Filespec /F (plan.txt) /EF << /F 8 0 R >> >>",
    8: "<< /Type /EmbeddedFile /Length 23 >>\nstream\nThe mole is 212 m long.\nendstream",
}


def test_files_attached_to_a_page_are_members(tmp_path: Path) -> None:
    body = "".join(f"{n} 0 obj\n{text}\nendobj\n" for n, text in ATTACHED.items())
    (tmp_path / "a.pdf").write_text(f"%PDF-1.7\n{body}trailer << /Size 9 /Root 1 0 R >>\n%%EOF")
    result = read_any(tmp_path / "a.pdf")
    assert not isinstance(result, Source)
    assert [each.source and (each.name, each.source.text) for each in result] == [
        ("", "See the plan."),
        ("plan.txt", "The mole is 212 m long."),
    ]


def test_names_in_compressed_objects_are_found() -> None:
    import zlib

    packed_objects = zlib.compress(b"<< /Subtype /FileAttachment >>")
    data = b"1 0 obj << /Type /ObjStm /N 1 >>\nstream\r\n" + packed_objects + b"\nendstream"
    assert mentions(data, b"/FileAttachment")
    assert not mentions(data, b"/Filespec")


def test_a_label_stands_above_its_field_or_near_its_box() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Full name")
        canvas.acroForm.textfield(name="n", value="Eva Lund", x=72, y=670, width=200, height=20)
        canvas.drawString(72, 640, "Insurance")
        canvas.acroForm.checkbox(name="i", checked=True, x=150, y=635, size=14)
        canvas.drawString(300, 640, "Crew")
        canvas.acroForm.checkbox(name="c", checked=False, x=340, y=635, size=14)

    assert read_pdf(draw).endswith("Full name: Eva Lund\nInsurance: yes")
