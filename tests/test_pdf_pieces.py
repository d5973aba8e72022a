"""Pieces of a PDF's lines are those of its characters, one after the other."""

from collections.abc import Iterator
from ctypes import byref, c_double
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import drawn
from pypdfium2 import raw
from reportlab.pdfgen.canvas import Canvas

from citeback.index.readers.pdf import reading_order
from citeback.index.readers.pdf.pdf import PDFIUM, open_pdf
from citeback.index.readers.pdf.text_layer import pdfium_text
from citeback.index.records import Box, Span

PLACES = st.lists(
    st.tuples(st.integers(40, 500), st.integers(40, 700), st.text("ab.,'_ gÅ-", min_size=1, max_size=12)),
    min_size=1,
    max_size=12,
)


def boxes(layer: Any, text: str, quarter: int) -> Iterator[tuple[int, Box]]:
    left, right, bottom, top = (c_double() for _ in range(4))
    for offset, char in enumerate(text):
        if not char.isspace():
            n = raw.FPDFText_GetCharIndexFromTextIndex(layer, offset)
            raw.FPDFText_GetCharBox(layer, n, byref(left), byref(right), byref(bottom), byref(top))
            yield offset, reading_order._upright(quarter, left.value, top.value, right.value, bottom.value)


def by_character(layer: Any, text: str, quarter: int) -> list[tuple[Span, Box]]:
    pieces: list[tuple[Span, Box]] = []
    for offset, box in boxes(layer, text, quarter):
        if pieces and reading_order._touch(pieces[-1][1], box):
            span, around = pieces.pop()
            pieces.append((Span(span.start, offset + 1), reading_order._around(around, box)))
        else:
            pieces.append((Span(offset, offset + 1), box))
    return pieces


@settings(deadline=None, max_examples=60)
@given(PLACES, st.integers(0, 3))
@pytest.mark.parametrize("size", [7, 12])
def test_pieces_are_those_of_characters(size: int, places: list[tuple[int, int, str]], quarter: int) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        for x, y, words in places:
            canvas.drawString(x, y, words)

    with PDFIUM, open_pdf(drawn(page)) as document:
        opened = raw.FPDF_LoadPage(document, 0)
        layer = raw.FPDFText_LoadPage(opened)
        text = pdfium_text(layer)
        assert list(reading_order._pieces(layer, text, quarter)) == by_character(layer, text, quarter)
        raw.FPDFText_ClosePage(layer)
        raw.FPDF_ClosePage(opened)
