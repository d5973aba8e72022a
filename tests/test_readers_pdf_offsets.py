"""Offsets of PDFs made here: pages, running lines, bookmarks, boxes, characters."""

import io
from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pdf_made import PROSE, made
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from citeback.index.errors import ReadError
from citeback.index.readers.common.unwrap import unwrap_lines
from citeback.index.readers.pdf import pdf
from citeback.index.readers.pdf.drawing import draw
from citeback.index.readers.pdf.legibility import is_legible
from citeback.index.readers.pdf.pdf import PdfPage
from citeback.index.readers.pdf.text_layer import TextLayer
from citeback.index.records import Span

# Letters below each other are one word to pdfium, as in text that is written downwards.
WORDS = sorted(word for word in set(PROSE.split()) if len(word) > 1)


def test_every_page_is_found_by_the_offset_of_its_words() -> None:
    pages = [["The first page ends", "without a stop"], ["and goes on here"], [], ["Fourth."]]
    source = pdf.read(made(pages), "stem")
    assert source.text == "The first page ends\nwithout a stop\nand goes on here\n\n\n\nFourth."
    assert len(source.pages) == len(pages)
    for number, lines in enumerate(pages, 1):
        for line in lines:
            start = source.text.index(line)
            assert source.page_at(start) == source.page_at(start + len(line) - 1) == number


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.lists(
            st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join),
            max_size=12,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_pages_ascend_and_hold_their_own_words(pages: list[list[str]]) -> None:
    # What stands at the edges of three pages runs through them, and is left out.
    edges = Counter(line.lower() for lines in pages for line in {*lines[:2], *lines[-2:]})
    assume(max(edges.values(), default=0) < 3)
    assume(all(is_legible("\n".join(lines)) for lines in pages))
    if not any(pages):
        with pytest.raises(ReadError, match=rf"^no text layer; {len(pages)} page"):
            pdf.read(made(pages), "stem")
        return
    source = pdf.read(made(pages), "stem")
    assert list(source.pages) == sorted(set(source.pages))
    ends = [*source.pages[1:], len(source.text)]
    for lines, start, end in zip(pages, source.pages, ends, strict=True):
        assert source.text[start:end].split() == " ".join(lines).split()


def test_lines_that_run_through_the_pages_are_read_once_and_page_numbers_not_at_all() -> None:
    pages = [
        [
            "The Canal Report 2022",
            f"In year {n} there were {n * 7} ships.",
            "They all paid.",
            f"Page {n} of 6",
        ]
        for n in range(1, 7)
    ]
    source = pdf.read(made(pages), "stem")
    assert "Page" not in source.text
    first = "The Canal Report 2022\nIn year 1 there were 7 ships.\nThey all paid.\n\nIn year 2"
    assert source.text.startswith(first)
    assert source.text.count("Canal Report") == 1
    assert [source.page_at(source.text.index(f"In year {n} ")) for n in range(1, 7)] == [*range(1, 7)]


@given(st.integers(3, 6), st.booleans())
@settings(deadline=None, max_examples=8)
def test_a_footer_that_says_more_than_the_pages_number_is_read_once_and_in_no_sentence(
    count: int, within: bool
) -> None:
    ending, start = ("the crew and", "its owners. ") if within else ("the crew.", "")
    pages = [
        [
            f"{start if n else ''}{name} is a boat of",
            f"nine metres that was bought by {name}'s",
            f"{ending if n < count - 1 else 'nobody.'}",
            f"Osby Boat Club, Mill Lane 4, page {n + 1} of {count}",
        ]
        for n, name in enumerate(("Heron", "Gull", "Eider", "Curlew", "Plover", "Dunlin")[:count])
    ]
    text = pdf.read(made(pages), "stem").text
    assert text.count("Osby Boat Club, Mill Lane 4") == 1
    assert ("the crew and\nits owners." in text) == within
    assert text.endswith(f"page {count} of {count}")


def test_a_line_on_two_pages_does_not_run() -> None:
    pages = [["Same words", f"body {n}", "more", "end"] for n in "ab"]
    assert pdf.read(made(pages), "stem").text.count("Same words") == 2


def test_bookmarks_are_headings_where_their_words_stand() -> None:
    file = io.BytesIO()
    canvas = Canvas(file)
    for n, words in enumerate(["Ships", "Locks"]):
        canvas.bookmarkPage(words)
        canvas.addOutlineEntry(words, words, level=n)
        canvas.drawString(72, 760, words)
        canvas.drawString(72, 700, f"What is said of {words.lower()}.")
        canvas.showPage()
    canvas.save()
    source = pdf.read(file.getvalue(), "stem")
    assert [(h.span.of(source.text), h.level) for h in source.headings] == [("Ships", 1), ("Locks", 2)]


def test_a_span_is_drawn_where_its_words_stand_on_the_page() -> None:
    pages = [["Running head", "First words here.", "Second line of sub-", "optimal words.", "foot"]] * 4
    data = made(pages)
    source = pdf.read(data, "stem")
    start = source.text.index("Second", source.pages[1])
    span = Span(start, source.text.index("words.", start) + len("words."))
    drawn = draw(data, 2, span)
    assert drawn.png.startswith(b"\x89PNG")
    assert len(drawn.boxes) == 2
    for box, row in zip(drawn.boxes, (2, 3), strict=True):
        baseline = 1 - (760 - 14 * row) / A4[1]
        assert box.top < baseline <= box.bottom + 0.002
        assert box.left == pytest.approx(72 / A4[0], abs=0.005)
        assert box.bottom - box.top < 14 / A4[1]
    assert draw(data, 1, span).boxes == ()
    with pytest.raises(ReadError, match="there is no page 5; the last one is 4"):
        draw(data, 5, span)


def test_of_a_page_that_is_turned_the_boxes_are_those_seen() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    canvas.setPageRotation(90)
    canvas.drawString(72, 760, "Words near the top left corner.")
    canvas.save()
    (box,) = draw(file.getvalue(), 1, Span(0, 5)).boxes
    assert box.left > 0.85
    assert box.top < 0.2


PIECES = st.sampled_from(["ab", "-", "\ufffe", "\r\n", "\n", " ", "\x07", "\ud800", "x", "\u00ad", "Z9"])


@given(st.lists(PIECES).map("".join))
def test_every_character_that_is_read_leads_back_to_where_it_came_from(text: str) -> None:
    layer = TextLayer(text)
    read = PdfPage(unwrap_lines(layer.text, [], {"ab-x"}), layer)
    for offset, char in enumerate(read.text):
        for origin in read.original_spans(Span(offset, offset + 1)):
            assert origin.of(text) == char
    letters = [char for char in text if char.isalnum()]
    assert [char for char in read.text if char.isalnum()] == letters


@given(st.lists(PIECES).map("".join))
def test_every_character_that_is_a_word_s_leads_back_to_one(text: str) -> None:
    layer = TextLayer(text)
    read = PdfPage(unwrap_lines(layer.text, [], set()), layer)
    assert "\r" not in read.text
    for offset, char in enumerate(read.text):
        if char.isalnum():
            assert [len(origin) for origin in read.original_spans(Span(offset, offset + 1))] == [1]


def test_a_word_that_goes_on_after_a_page_number_is_one_word() -> None:
    pages = [[f"Page text number {n} ends here.", "and more of it", f"{n}"] for n in range(11, 16)]
    pages[2][1:2] = ["It was paid for by the ham-"]
    pages[3][:1] = ["let of Osby, which sold its forest."]
    text = pdf.read(made(pages), "stem").text
    assert "the hamlet of Osby, which sold" in text
