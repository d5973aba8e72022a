"""What a question asks for, and which words of a sentence are of that kind."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.rag.evidence.answer_types import (
    AnswerType,
    adds_nothing,
    expected_type,
    lacks_type,
    short_answer_spans,
    spans_of_type,
)
from citeback.rag.evidence.identifiers import begins_with_number, names_another, part_number


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When did forces disembark?", AnswerType.TIME),
        ("In what year was the lock built?", AnswerType.TIME),
        ("How many ships passed?", AnswerType.NUMBER),
        ("What percentage of ships carried grain?", AnswerType.NUMBER),
        ("Who kept the lock?", AnswerType.NAME),
        ("At which port did ground forces disembark?", AnswerType.NAME),
        ("Where is the lock?", AnswerType.NAME),
        ("Why was the lock closed?", AnswerType.OTHER),
        ("The whole story", AnswerType.OTHER),
    ],
)
def test_the_question_word_tells_the_kind(question: str, kind: AnswerType) -> None:
    assert expected_type(question) is kind


@pytest.mark.parametrize(
    ("kind", "sentence", "words"),
    [
        (AnswerType.TIME, "It opened on 4 May 1923, after a strike.", ["4 May 1923"]),
        (AnswerType.TIME, "It was built in the 16th century or in 1592.", ["16th century", "1592"]),
        (AnswerType.TIME, "It may close.", []),
        (
            AnswerType.NUMBER,
            "More than 3,000 volunteers and sixty-two regulars came.",
            ["3,000", "sixty-two"],
        ),
        (AnswerType.NUMBER, "It cost $1.5 million, or 12 percent.", ["$1.5 million", "12 percent"]),
        (AnswerType.NUMBER, "Nobody came.", []),
        (AnswerType.NAME, "Then Sergei Lavrov called John of Gaunt.", ["Sergei Lavrov", "John of Gaunt"]),
        (AnswerType.NAME, "Nobody came.", []),
        (AnswerType.OTHER, "On 4 May 1923 Ada paid 3 marks.", []),
    ],
)
def test_words_of_a_kind_are_found(kind: AnswerType, sentence: str, words: list[str]) -> None:
    assert [span.of(sentence) for span in spans_of_type(kind, sentence, "?")] == words


@pytest.mark.parametrize(
    ("question", "sentence", "lacking"),
    [
        ("On which date does the ferry sail?", "The ferry sails again soon.", True),
        ("On which date does the ferry sail?", "The ferry sails on 4 May.", False),
        ("At what time does it sail?", "It sails at 6:40 from the old quay.", False),
        ("At what time does it sail?", "It sails at 7 p.m. from the old quay.", False),
        ("When is the office closed?", "On Fridays nobody is there.", False),
        ("When was the quay built?", "It dates from the 1880s.", False),
        ("Who kept the lock?", "Then it was kept by Ada Berg.", False),
        ("Who kept the lock?", "It was kept badly.", True),
        ("Why was it shut?", "It leaked.", False),
        ("Who owns the crane?", "It has been out of order since the storm of January.", True),
        ("How much was paid?", "Payslip no. 312", True),
        ("How much was paid?", "Payslip of 312 crowns", False),
    ],
)
def test_a_sentence_lacks_the_kind_asked_for(question: str, sentence: str, lacking: bool) -> None:
    assert lacks_type(question, sentence) is lacking


def test_what_the_question_says_itself_does_not_answer_it() -> None:
    sentence = "In 2022 a total of 412 ships passed."
    question = "How many ships passed in 2022?"
    assert [span.of(sentence) for span in spans_of_type(AnswerType.NUMBER, sentence, question)] == ["412"]


@given(st.sampled_from(AnswerType), st.text(max_size=60), st.text(max_size=20))
def test_spans_lie_in_the_sentence_in_order(kind: AnswerType, sentence: str, question: str) -> None:
    spans = spans_of_type(kind, sentence, question)
    assert all(0 <= a.start < a.end <= len(sentence) for a in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


@pytest.mark.parametrize(
    ("question", "quote", "words"),
    [
        ("How many ships passed in 2022?", "In 2022, 412 ships passed.", ["412"]),
        ("When did it open?", "It opened on 4 May 1923.", ["4 May 1923"]),
        ("How many ships passed?", "In 2022, 412 ships passed.", []),
        ("Why did it open?", "It opened in 1923.", []),
    ],
)
def test_words_are_marked_only_where_one_alone_can_be_meant(
    question: str, quote: str, words: list[str]
) -> None:
    assert [span.of(quote) for span in short_answer_spans(question, quote)] == words


@pytest.mark.parametrize(
    ("text", "another"),
    [
        ("C-1047 was signed.", True),
        ("C-1044 was signed.", False),
        ("c-1044 and C-1047 were signed.", False),
        ("NH-4417 was signed.", False),
        ("It was signed.", False),
    ],
)
def test_a_text_about_another_identifier_of_the_kind_is_told(text: str, another: bool) -> None:
    assert names_another(["C-1044"], text) is another


@pytest.mark.parametrize(
    ("question", "sentence", "nothing"),
    [
        ("Where is the inspection of the crane?", "Summary: Inspection of the crane", True),
        ("Where is the inspection of the crane?", "Place: North quay", False),
        ("Where is the key to shed 7?", "12/03/2026, 09:20 - Cilla Dahl: who has the key to shed 7", True),
        ("Where is the key to shed 7?", "12/03/2026, 09:21 - Dag Ask: hangs behind the door", False),
        ("Is the crane open?", "The crane is open.", False),  # a yes
        ("How much is the fee?", "The fee is 40 euros.", False),
        ("Who inspected the cranes?", "The inspections of a crane", True),  # other forms of the same words
    ],
)
def test_a_sentence_with_the_words_of_the_question_alone_adds_nothing(
    question: str, sentence: str, nothing: bool
) -> None:
    assert adds_nothing(question, sentence) is nothing


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_word_that_the_question_lacks_is_something(question: str, sentence: str) -> None:
    assert not adds_nothing(f"Who {question}", f"It is {sentence} zxqvk.")


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("What does clause 2.2 say?", "2.2"),
        ("What is stated in Section 14?", "14"),
        ("Was sagt § 3a?", "3a"),
        ("What does Article 12.1.4 of the lease allow?", "12.1.4"),
        ("How much is 2.2 of 4?", ""),
        ("How many articles are there?", ""),
    ],
)
def test_the_clause_that_a_question_asks_for(question: str, number: str) -> None:
    assert part_number(question) == number


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("2.2 Late payment costs a fee of 40 euros.", True),
        ("Section 2.2: Late payment costs a fee.", True),
        ("(2.2) Late payment costs a fee.", True),
        ("2.2.1 Late payment costs a fee.", False),
        ("2.21 Late payment costs a fee.", False),
        ("It is 2.2 metres long.", False),
    ],
)
def test_a_clause_begins_with_its_number(text: str, begins: bool) -> None:
    assert begins_with_number(text, "2.2") is begins
