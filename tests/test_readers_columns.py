"""Pages in columns are read as a person reads them, whatever the order in which they were written."""

from collections.abc import Callable, Sequence
from io import BytesIO
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from citeback.index.readers.common.columns import crossed, order
from citeback.index.readers.pdf import pdf
from citeback.index.readers.pdf.drawing import draw
from citeback.index.records import Box, Span

WORDS = (
    "harbour",
    "canal",
    "lock",
    "keeper",
    "ships",
    "passed",
    "gate",
    "repair",
    "crowns",
    "winter",
    "ferry",
)
LEFT, RIGHT, WIDTH, LINE = 60, 305, 230, 12
Piece = tuple[float, float, str, str, float]
"""Where a line begins (from the left, from the foot), what it says, its font and size."""


def lines(dice: Random, count: int, width: float = WIDTH) -> list[str]:
    """Return lines of prose, about as wide as a column, the last line of each paragraph shorter."""
    results: list[str] = []
    while len(results) < count:
        line = ""
        ends = dice.random() < 0.15
        while stringWidth(f"{line} {(word := dice.choice(WORDS))}", "Times-Roman", 10) <= width:
            line = f"{line} {word}".strip()
        results.append(line[: len(line) // 2].rsplit(" ", 1)[0] + "." if ends else line)
    return results


def column(said: Sequence[str], left: float, top: float) -> list[Piece]:
    return [(left, top - LINE * n, line, "Times-Roman", 10) for n, line in enumerate(said)]


def page(seed: int) -> list[list[Piece]]:
    """Return a page of a paper as its parts in the order in which they are read."""
    dice = Random(seed)  # noqa: S311  the same pages at every run
    first, second = dice.randint(8, 22), dice.randint(8, 18)
    middle = 740 - LINE * first
    cells = [[f"{kind} {n}" for kind in ("Lock", "Gate", "Year", "Toll")] for n in range(4)]
    table: list[Piece] = [
        (LEFT + 120 * x, middle - 20 - LINE * y, cell, "Times-Roman", 10)
        for y, row in enumerate(cells)
        for x, cell in enumerate(row)
    ]
    below = middle - 20 - LINE * 6
    foot = (
        "1 A note at the foot of the page that runs across both of its columns, from the left to the right."
    )
    return [
        [(110, 790, "A Heading Across Both Columns of the Page", "Times-Bold", 16)],
        column(lines(dice, first), LEFT, 760),
        column(lines(dice, first), RIGHT, 760),
        table,
        column(lines(dice, second), LEFT, below),
        column(lines(dice, second - dice.randint(0, 4)), RIGHT, below),
        [(LEFT, 40, foot, "Times-Roman", 8)],
    ]


def in_turn(parts: list[list[Piece]]) -> list[Piece]:
    return [piece for part in parts for piece in part]


def row_by_row(parts: list[list[Piece]]) -> list[Piece]:
    return sorted(in_turn(parts), key=lambda piece: (-piece[1], piece[0]))


def made(pages: Sequence[Sequence[Piece]]) -> bytes:
    file = BytesIO()
    canvas = Canvas(file, pageCompression=0)
    for pieces in pages:
        for x, y, line, font, size in pieces:
            canvas.setFont(font, size)
            canvas.drawString(x, y, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize("written", [in_turn, row_by_row])
def test_a_paper_is_read_column_by_column(written: Callable[[list[list[Piece]]], list[Piece]]) -> None:
    pages = [page(seed) for seed in range(12)]
    source = pdf.read(made([written(parts) for parts in pages]), "paper")
    ends = [*source.pages[1:], len(source.text)]
    for parts, start, end in zip(pages, source.pages, ends, strict=True):
        known = " ".join(piece[2] for piece in in_turn(parts))
        if start:
            known = known.removeprefix(parts[0][0][2])  # it runs through all pages, and is read once
        note = " ".join(parts[-1][0][2].split())
        shown = " ".join(source.text[start:end].split())
        assert note in shown  # below the columns, or above a sentence that goes on with the next page
        assert shown.replace(note, "").split() == known.replace(note, "").split()


def test_a_single_page_keeps_its_heading_and_its_note() -> None:
    parts = page(3)
    text = pdf.read(made([row_by_row(parts)]), "paper").text
    assert text.split() == " ".join(piece[2] for piece in in_turn(parts)).split()
    assert text.splitlines()[0] == parts[0][0][2]


def test_words_of_either_column_lead_back_to_where_they_stand() -> None:
    parts = page(5)
    data = made([row_by_row(parts)])
    text = pdf.read(data, "paper").text
    for part, near in ((parts[1], LEFT), (parts[2], RIGHT)):
        _, y, line, *_ = part[4]
        start = text.index(line)
        (box,) = draw(data, 1, Span(start, start + len(line))).boxes
        assert abs(box.left * 595 - near) < 2 and abs((1 - box.bottom) * 842 - y) < 4
        assert abs((box.right - box.left) * 595 - stringWidth(line, "Times-Roman", 10)) < 3


def test_a_word_broken_at_the_end_of_a_column_is_whole() -> None:
    left = [
        "the keeper of the northern lock was of the subop-",
        "timal kind and of the gate near the water level",
    ]
    right = [
        "ships that passed the canal in the winter of the",
        "year were of the deep kind and the ferry was not",
    ]
    parts = [column(left * 3, LEFT, 760), column(right * 3, RIGHT, 760)]
    text = pdf.read(made([row_by_row(parts)]), "paper").text
    assert text.count("suboptimal") == 3 and text.index("winter") > text.rindex("suboptimal")


def test_a_table_alone_is_read_row_by_row() -> None:
    cells = [(60 + 250 * x, 700 - LINE * y, f"{kind} {y}", "Times-Roman", 10)
             for y in range(9) for x, kind in enumerate(("Harbour of the north", "Toll"))]  # fmt: skip
    text = pdf.read(made([cells]), "table").text
    assert text.split() == " ".join(piece[2] for piece in cells).split()


boxes = st.builds(
    lambda left, top, width, height: Box(left, top, left + width, top + height),
    *(st.floats(0, 500), st.floats(0, 800)),
    *(st.floats(0, 400), st.floats(0, 40)),
)


shelves = st.builds(
    lambda across, down: [Box(120 * x, 12 * y, 120 * x + 110, 12 * y + 10) for x in across for y in down],
    *(st.lists(st.integers(0, 3), max_size=3), st.lists(st.integers(0, 30), max_size=20)),
)


@given(st.lists(boxes, max_size=15), shelves)
def test_every_box_is_read_once(few: list[Box], many: list[Box]) -> None:
    results = few + many
    assert sorted(order(results)) == list(range(len(results)))
    assert crossed(results) in (True, False)


@given(st.lists(st.integers(3, 30), min_size=2, max_size=3), st.randoms())
def test_columns_come_from_left_to_right_whatever_the_order(heights: list[int], dice: Random) -> None:
    known = [
        Box(130 * x, 12 * y, 130 * x + 124 - dice.randrange(10), 12 * y + 10)
        for x, height in enumerate(heights)
        for y in range(height)
    ]
    mixed = dice.sample(known, len(known))
    assert [mixed[n] for n in order(mixed)] == known


LINES_READ = (
    "The ferry leaves the quay at seven.",
    "It is back by noon, and the bar",
    "serves buns.",
    "No dogs.",
)
ROWS = (("Quay", "Depth", "Berths"), ("North", "4.1 m", "12"), ("South", "3.2 m", "9"), ("West", "", "7"))


@pytest.mark.parametrize("shown", [0, 90, 180, 270])
@pytest.mark.parametrize("drawn", [0, 90, 270])
def test_a_turned_page_is_read_from_its_first_line_with_its_table(shown: int, drawn: int) -> None:
    if (shown - drawn) % 360 == 180:
        return  # stands on its head
    file = BytesIO()
    canvas = Canvas(file, pagesize=(600, 800))
    canvas.setPageRotation(shown)
    canvas.translate(*{0: (0, 0), 90: (600, 0), 270: (0, 800)}[drawn])
    canvas.rotate(drawn)
    for n, line in enumerate(LINES_READ):
        canvas.drawString(60, 500 - 14 * n, line)
    for n, row in enumerate(ROWS):
        for m, cell in enumerate(row):
            canvas.drawString(60 + 120 * m, 400 - 14 * n, cell)
    canvas.save()
    text = pdf.read(file.getvalue(), "turned").text
    assert text == "\n".join([*LINES_READ, *map("\t".join, ROWS)])
