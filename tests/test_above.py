"""What stands above a sentence: its title and headings, and for a row the first row of its table."""

import pytest

from citeback.index.records import Chunk, Source, Span
from citeback.rag.evidence.heading_context import SentenceContext, sentence_contexts

TABLE = "| Town | Inhabitants |\n|---|---|\n| Osby | 980 |\n| Lundvik | 15,300 |"


def found(
    text: str, *sentences: str, title: str = "", headings: tuple[str, ...] = ()
) -> list[SentenceContext]:
    spans = tuple(Span(start := text.index(words), start + len(words)) for words in sentences)
    chunk = Chunk(Span(spans[0].start, spans[-1].end), spans, headings)
    return list(sentence_contexts(Source(text, title, "text"), chunk))


def test_a_sentence_stands_under_its_title_and_headings_once_each() -> None:
    text, headings = "Ada kept the lock. It leaked.", ("old_lock", "Keepers")
    under = found(text, "Ada kept the lock.", "It leaked.", title="old_lock", headings=headings)
    assert under == [SentenceContext("old lock Keepers")] * 2


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_row_stands_under_the_first_row_of_its_own_table(newline: str) -> None:
    text = f"Other\tTable\nx\ty\n\nTowns of the canal.\n\n{TABLE}\n\nThe end.".replace("\n", newline)
    sentences = ("| Town | Inhabitants |", "|---|---|", "| Lundvik | 15,300 |", "The end.")
    assert found(text, *sentences, title="Towns") == [
        SentenceContext("Towns", is_header=True),
        SentenceContext("Towns", is_header=True),
        SentenceContext("Towns | Town | Inhabitants |", is_row=True),
        SentenceContext("Towns"),
    ]


def test_a_row_is_told_by_its_tabs_too() -> None:
    fees = "Boat\tFee\nBarge\t45 crowns\nRowing boat\t3 crowns"
    assert found(fees, "Boat\tFee", "Rowing boat\t3 crowns") == [
        SentenceContext("", is_header=True),
        SentenceContext(" Boat Fee", is_row=True),
    ]


@pytest.mark.parametrize("text", ["Heron\t1911\nKestrel\t1934", "Osby\tBo Ek\nLundvik\tCilla", "a\tb"])
def test_a_first_row_that_may_say_something_is_no_head(text: str) -> None:
    assert found(text, text.splitlines()[0]) == [SentenceContext("")]


def test_a_line_of_prose_above_a_row_is_not_its_first_row() -> None:
    assert found(f"All towns:\n{TABLE}", "| Osby | 980 |") == [SentenceContext("")]


def test_names_with_values_of_several_kinds_have_no_head() -> None:
    card = "Owner\tAda Holm\nDeadline\t17 March 2026\nStatus\tWaiting for parts"
    assert found(card, "Owner\tAda Holm") == [SentenceContext("")]


def test_a_message_of_a_chat_stands_under_the_question_before_it() -> None:
    asking, answer = "12/03/2026, 09:20 - Cilla: who has the key", "12/03/2026, 09:21 - Dag: it hangs outside"
    later = "12/03/2026, 09:25 - Bo: thanks"
    assert found(f"{asking}\n{answer}\n{later}", asking, answer, later, title="Chat") == [
        SentenceContext("Chat"),
        SentenceContext(f"Chat {asking}"),
        SentenceContext("Chat"),
    ]
