"""Footnotes of PDFs: never within a sentence, whether it goes on in the next column or on the next page."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from made import drawn
from reportlab.pdfgen.canvas import Canvas

from citeback.index.readers.pdf import pdf

LEFT, RIGHT = 60, 320
WORDS = ("canal", "harbour", "lantern", "mooring", "pilot", "quay", "sluice", "tide", "winter", "yard")


def column(canvas: Canvas, x: int, body: Sequence[str], notes: Sequence[str] = ()) -> None:
    for size, lines, top in ((10, body, 760), (7, notes, 120)):
        canvas.setFont("Helvetica", size)
        for n, line in enumerate(lines):
            canvas.drawString(x, top - 1.3 * size * n, line)


FIRST = ("The first survey was made in 1904.", "Their chart was printed only", "in 1911 because the copper")
SECOND = ("plate had been lost in a fire.", "A second survey found eleven rocks.")
THIRD = ("All are marked.", "None was blown up.", "Two were moved.")
NOTES = ("1 The journal of the officers", "is kept in the archive.", "* By Ada Holm, Lund 1912.")


def test_a_note_below_the_first_column_stands_below_the_second() -> None:
    def page(canvas: Canvas) -> None:
        column(canvas, LEFT, FIRST, NOTES)
        column(canvas, RIGHT, SECOND, ("2 In the winter of 1950.",))

    expected = "\n".join([*FIRST, *SECOND]) + "\n\n" + "\n".join([*NOTES, "2 In the winter of 1950."])
    assert pdf.read(drawn(page), "stem").text == expected


def test_a_note_at_the_foot_of_a_page_stands_above_the_sentence_that_goes_on() -> None:
    def pages(canvas: Canvas) -> None:
        for n, (body, notes) in enumerate(((FIRST, NOTES), (SECOND, ()), (THIRD, ()))):
            column(canvas, LEFT, body, notes)
            canvas.drawString(280, 40, str(n + 1))
            canvas.showPage()

    source = pdf.read(drawn(pages), "stem")
    first, rest = FIRST[0], "\n".join([*FIRST[1:], *SECOND])
    assert source.text == f"{first}\n\n" + "\n".join(NOTES) + f"\n\n{rest}\n\n" + "\n".join(THIRD)
    assert source.page_at(source.text.index("is kept")) == 1


def test_figures_of_a_list_in_letters_of_one_size_are_no_notes() -> None:
    lines = ("The crew needs:", "1 A rope of nine metres", "2 Two lamps and", "3 oil for a week.")
    assert pdf.read(drawn(lambda canvas: column(canvas, LEFT, lines)), "stem").text == "\n".join(lines)


lines_of_words = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=5).map(" ".join), min_size=2, max_size=8
)


@settings(deadline=None, max_examples=40)
@given(lines_of_words, lines_of_words, st.lists(lines_of_words, max_size=3), st.booleans())
def test_no_word_is_lost_and_the_words_of_a_sentence_keep_their_order(
    first: list[str], second: list[str], notes: list[list[str]], beside: bool
) -> None:
    below = [line for n, note in enumerate(notes) for line in (f"{n + 1} {note[0]}", *note[1:])]

    def pages(canvas: Canvas) -> None:
        column(canvas, LEFT, first, below[:20])
        if not beside:
            canvas.showPage()
        column(canvas, RIGHT if beside else LEFT, second)

    text = pdf.read(drawn(pages), "stem").text
    shown, noted = text.split(), " ".join(below[:20]).split()
    at = next((n for n in range(len(shown)) if shown[n : n + len(noted)] == noted), -1) if noted else 0
    assert at >= 0, text
    assert shown[:at] + shown[at + len(noted) :] == " ".join([*first, *second]).split()
