"""What stands around cited words: a sentence on each side, and a whole clause at least."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.records import Source, Span
from citeback.page.state.surroundings import REACH, Surroundings, located, surroundings, table_head
from citeback.page.views.nearest import nearest
from citeback.rag.answer import Passage

TEXT = (
    "The rent is due monthly. The tenant pays a deposit of three rents. It bears interest. It is held.\n\n"
    "4. Subletting.\n\nThe tenant may sublet only with consent. Any other use is barred.\n\n"
    "Harbour\tShips\t2022\nKiel\t412\tyes\n"
)


def around(words: str, text: str = TEXT) -> Surroundings:
    start = text.index(words)
    return surroundings(Source(text, "", "text"), Span(start, start + len(words)))


def test_a_sentence_stands_between_its_neighbours() -> None:
    whole = around("The tenant pays a deposit of three rents.")
    assert whole == Surroundings("The rent is due monthly. ", " It bears interest.")


def test_a_fragment_is_read_with_the_clause_after_it() -> None:
    heading = around("Subletting.")
    assert heading.needed and heading.after.strip() == "The tenant may sublet only with consent."


def test_a_cell_is_read_in_its_row() -> None:
    assert around("412") == Surroundings("Kiel\t", "\tyes", needed=True)


def test_the_end_of_a_paragraph_ends_it() -> None:
    assert around("Any other use is barred.").after == ""
    assert around("The rent is due monthly.").before == ""


@given(st.text(alphabet="ab .\n\t", max_size=900), st.integers(0, 900), st.integers(0, 900))
def test_it_is_text_that_stands_there(text: str, one: int, other: int) -> None:
    span = Span(min(one, other, len(text)), min(max(one, other), len(text)))
    found = surroundings(Source(text, "", "text"), span)
    assert found.before.removeprefix("… ") in text and found.after.removesuffix(" …") in text
    assert len(found.before) <= REACH + 2 and len(found.after) <= REACH + 2


@pytest.mark.parametrize("length", [10_000, 1_000_000])
def test_a_text_without_end_is_looked_at_in_part(length: int) -> None:
    long = surroundings(Source("word " * length, "", "text"), Span(length, length + 4))
    assert long.before.startswith("… ") and long.after.endswith(" …")


def refused(*passages: str, text: str = TEXT) -> str:
    """Return what a refusal shows of its nearest passages."""
    source = Source(text, "", "text")
    spans = [Span(text.index(words), text.index(words) + len(words)) for words in passages]
    found = [
        Passage(n=n, document="a.txt", span=span, text=span.of(text), score=1.0)
        for n, span in enumerate(spans, 1)
    ]
    shown = nearest(0, found, {each.n: located(source, each.span) for each in found})
    return re.sub("<[^>]*>", "", shown.replace("</li>", "\n")).replace("a.txt", "")


def test_a_row_near_a_refused_question_stands_with_the_heads_of_its_columns() -> None:
    assert refused("Kiel\t412\tyes") == refused("412") == "Harbour: Kiel · Ships: 412 · 2022: yes\n"
    piped = "| Harbour | Ships |\n|---|---|\n| Kiel | 412 |\n"
    assert refused("| Kiel | 412 |", text=piped) == "Harbour: Kiel · Ships: 412\n"


def test_a_short_line_near_a_refused_question_stands_between_its_neighbours() -> None:
    shown = refused("It bears interest.", "4. Subletting.")
    assert "The tenant pays a deposit of three rents. It bears interest. It is held." in shown
    assert "4. Subletting. The tenant may sublet only with consent." in " ".join(shown.split())


@given(st.text(alphabet="ab |\t\n", max_size=200), st.integers(0, 200))
def test_the_head_of_a_table_is_a_line_above(text: str, offset: int) -> None:
    at = min(offset, len(text))
    assert table_head(text, at) in text[:at].split("\n")[:-1] or not table_head(text, at)
