"""Sentences about somebody else or another month, lists that "which" asks for, and steps."""

from pathlib import Path

import pytest
from typed import Typed

from citeback.rag.evidence.answer_units import AnswerExtent, requested_extent
from citeback.rag.evidence.subjects import begins_with_another, states_another_month


@pytest.mark.parametrize(
    ("question", "sentence", "another"),
    [
        ("How many headsets did Ada Holm order?", "- Ida Lund will order 6 headsets.", True),
        ("How many headsets did Ada Holm order?", "Ms Holm will order 6 headsets.", False),
        ("How many headsets did Ada Holm order?", "The Lund Office has 6 headsets.", False),
        ("How many headsets did Ada Holm order?", "She ordered 6 headsets.", False),
        ("Who ordered with Ada Holm?", "Ida Lund ordered 6 headsets.", False),
        ("How many headsets were ordered?", "Ida Lund will order 6 headsets.", False),
    ],
)
def test_a_sentence_about_somebody_else(question: str, sentence: str, another: bool) -> None:
    assert begins_with_another(question, "", sentence) is another


@pytest.mark.parametrize(
    ("question", "text", "another"),
    [
        ("Who is on call in March 2026?", "9 February 2026, Ada", True),
        ("Who is on call in March 2026?", "2 March 2026, Ada", False),
        ("Who is on call in March 2026?", "Ada is on call.", False),
        ("Who left before March 2026?", "Ada left on 9 February 2026.", False),
        ("Who left after the one in June?", "Ada left in July.", False),
        ("Who may leave?", "Ada left in May.", False),
    ],
)
def test_another_month(question: str, text: str, another: bool) -> None:
    assert states_another_month(question, text) is another


@pytest.mark.parametrize(
    ("question", "extent"),
    [
        ("Which browsers are supported?", AnswerExtent.ITEMS),
        ("Which bus stops here?", AnswerExtent.SENTENCE),
        ("What should I do if mail is not arriving?", AnswerExtent.ACTION),
        ("What must customers do?", AnswerExtent.ACTION),
        ("What did Ada do?", AnswerExtent.SENTENCE),
    ],
)
def test_how_much_is_asked_for(question: str, extent: AnswerExtent) -> None:
    assert requested_extent(question) is extent


def asked(tmp_path: Path, question: str, text: str) -> list[str]:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "guide.md").write_text(text)
    assert Typed("index", folder, "--store", tmp_path / "store").status == 0
    answer = Typed("ask", question, "--store", tmp_path / "store", "--json").json
    return [citation["quote"] for each in answer["sentences"] for citation in each["citations"]]


BROWSERS = (
    "# Questions\n\n## Which browsers are supported?\n\n- Firefox 115 or later\n- Chrome 118 or later\n"
)
MAIL = (
    "# Help\n\n## Mail is not arriving\n\n1. Check the status page.\n2. Press Reconnect.\n"
    "3. If mail is still missing after 15 minutes, open a ticket.\n"
)


def test_which_brings_the_list_whose_heading_asks_it(tmp_path: Path) -> None:
    (quote,) = asked(tmp_path, "Which browsers are supported?", BROWSERS)
    assert "Firefox" in quote and "Chrome" in quote


def test_what_should_i_do_brings_every_step(tmp_path: Path) -> None:
    quotes = asked(tmp_path, "What should I do if mail is not arriving?", MAIL)
    assert "Check" in quotes[0] and "open a ticket" in quotes[0]


def test_what_somebody_else_did_is_no_answer(tmp_path: Path) -> None:
    text = "- Ida Lund will order 6 headsets.\n- Ada Holm writes the guide for new customers.\n"
    assert asked(tmp_path, "How many headsets did Ada Holm order?", text) == []
