"""Where pages begin and end: numbers of pages, headers and footers, and sentences over the edge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import drawn
from reportlab.pdfgen.canvas import Canvas

from citeback.index.readers.common.running_lines import running_lines
from citeback.index.readers.pdf import pdf

BODY = ("The roof was mended in spring.", "Heating is paid by the tenant.", "The yard is shared by two.")


def left(pages: list[str]) -> list[str]:
    """Return the lines of pages that are not running lines."""
    return [
        line
        for page, spans in zip(pages, running_lines(pages), strict=True)
        for line in page.split("\n")
        if line and line not in [span.of(page) for span in spans]
    ]


@given(st.integers(3, 40), st.sampled_from(["House", "Invoice", "Lot", "Slip no."]), st.integers(4, 900))
def test_things_that_are_numbered_in_turn_are_no_pages(count: int, name: str, first: int) -> None:
    pages = ["\n".join([f"{name} {first + n}", *BODY, f"end of entry {n % 3}."]) for n in range(count)]
    assert [line for line in left(pages) if line.startswith(name)] == [
        f"{name} {first + n}" for n in range(count)
    ]


@given(st.integers(3, 40), st.sampled_from(["- {} -", "Page {}", "{}"]))
def test_beside_pages_with_numbers_other_numbers_are_content(count: int, label: str) -> None:
    pages = ["\n".join([f"House {n}", *BODY, label.format(n)]) for n in range(1, count + 1)]
    assert [line for line in left(pages) if "House" in line] == [f"House {n}" for n in range(1, count + 1)]
    assert not set(left(pages)) & {label.format(n) for n in range(1, count + 1)}


@given(st.integers(3, 30), st.integers(0, 20))
def test_a_header_with_the_number_of_its_page_is_read_once(count: int, front: int) -> None:
    pages = ["\n".join([f"Report of the harbour {n - front}", *BODY]) for n in range(front, front + count)]
    assert len([line for line in left(pages) if line.startswith("Report")]) == 1


@pytest.mark.parametrize("label", ["Page {} of 9", "- {} -", "Seite {}", "{}/9", "– {} –"])
@pytest.mark.parametrize("word", [("re-", "placed"), ("then", "mended")])
def test_a_sentence_over_two_pages_is_one(label: str, word: tuple[str, str]) -> None:
    def page(canvas: Canvas) -> None:
        for number, lines in (
            (3, ("The lock was closed, since", f"it had to be {word[0]}")),
            (4, (f"{word[1]} in May.", "It is open.")),
        ):
            canvas.drawString(72, 800, "Annual report")
            for n, line in enumerate(lines):
                canvas.drawString(72, 770 - 16 * n, line)
            canvas.drawString(280, 40, label.format(number))
            canvas.showPage()

    text = pdf.read(drawn(page), "stem").text
    whole = "replaced" if word[0] == "re-" else "then\nmended"
    assert text == f"Annual report\nThe lock was closed, since\nit had to be {whole} in May.\nIt is open."


@pytest.mark.parametrize(
    "pair", [("12 500", "13 500"), ("Total 3", "Total 4"), ("-12", "-11"), ("7", "8"), ("4/3", "5/3")]
)
def test_last_lines_of_two_pages_that_may_be_values_are_kept(pair: tuple[str, str]) -> None:
    pages = ["\n".join([*BODY, last]) for last in pair]
    assert left(pages) == [*BODY, pair[0], *BODY, pair[1]]


def test_the_same_first_line_on_two_pages_is_kept_unless_a_sentence_goes_on_over_it() -> None:
    pages = ["\n".join(["Copy of the bill", *BODY, f"Page {n}"]) for n in (1, 2)]
    assert left(pages) == ["Copy of the bill", *BODY] * 2
    pages = ["\n".join(["Copy of the bill", *BODY, "Signed", f"Page {n}"]) for n in (1, 2)]
    assert left(pages) == ["Copy of the bill", *BODY, "Signed"] * 2


def test_empty_cells_before_the_head_of_a_table_are_kept_at_the_top_of_a_page() -> None:
    rows = (
        ("", "Summer", "", "Winter", ""),
        ("Quay", "in", "out", "in", "out"),
        ("North", "300", "450", "100", "160"),
    )

    def page(canvas: Canvas) -> None:
        for n, row in enumerate((*rows, ("South", "280", "430", "90", "150"))):
            for column, cell in enumerate(row):
                canvas.drawString(72 + 90 * column, 760 - 18 * n, cell)

    assert pdf.read(drawn(page), "stem").text.split("\n")[:2] == [
        "\tSummer\t\tWinter",
        "Quay\tin\tout\tin\tout",
    ]
