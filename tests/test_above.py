"""What stands above a sentence: its title and headings, and for a row the first row of its table."""

import pytest

from index.records import Chunk, Source, Span
from rag.above import Above, above

TABLE = "| Town | Inhabitants |\n|---|---|\n| Osby | 980 |\n| Lundvik | 15,300 |"


def found(text: str, *sentences: str, title: str = "", headings: tuple[str, ...] = ()) -> list[Above]:
    spans = tuple(Span(start := text.index(words), start + len(words)) for words in sentences)
    chunk = Chunk(Span(spans[0].start, spans[-1].end), spans, headings)
    return list(above(Source(text, title, "text"), chunk))


def test_a_sentence_stands_under_its_title_and_headings_once_each() -> None:
    text = "Ada kept the lock. It leaked."
    under = found(
        text, "Ada kept the lock.", "It leaked.", title="old_lock", headings=("old_lock", "Keepers")
    )
    assert under == [Above("old lock Keepers", row=False)] * 2


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_row_stands_under_the_first_row_of_its_own_table(newline: str) -> None:
    first = f"Other\tTable\nx\ty\n\nTowns of the canal.\n\n{TABLE}\n\nThe end.".replace("\n", newline)
    rows = found(first, "| Town | Inhabitants |", "| Lundvik | 15,300 |", "The end.", title="Towns")
    assert rows == [
        Above("Towns", row=True),
        Above("Towns | Town | Inhabitants |", row=True),
        Above("Towns", row=False),
    ]


def test_a_row_is_told_by_its_tabs_too() -> None:
    assert found("Boat\tFee\nBarge\t45 crowns", "Barge\t45 crowns") == [Above(" Boat Fee", row=True)]


def test_a_line_of_prose_above_a_row_is_not_its_head() -> None:
    assert found(f"All towns:\n{TABLE}", "| Osby | 980 |") == [Above("", row=True)]
