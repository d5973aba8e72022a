"""Questions to begin with: made from sentences, and suggested only if they are answered surely."""

import pytest
from scripted import ScriptedCorpus, answer, cite, said, source

from citeback.page.state.sentence_questions import question_of, sentence_questions
from citeback.page.state.suggested_questions import SuggestedQuestions, sure_questions

CANAL = "The canal was opened in 1869. It is long."
WHEN = "When was the canal opened?"


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The canal was opened in 1869.", WHEN),
        ("The northern lock is 340 metres long.", "How long is the northern lock?"),
        ("The tenant must give notice in writing.", "What must the tenant do?"),
        ("The installation costs 49 euros once.", "How much does the installation cost?"),
        ("Ada Quist is the harbour master, and has been for years.", "Who is the harbour master?"),
        ("MAIN GAME is what the players call it here.", ""),
        ("Comments were closed by the editors of the page.", ""),
        ("This was decided in 2019 by the whole board.", ""),
        ("The report, which was printed in 2019, is lost.", ""),
        ("The last request must name its own session.", ""),
        ("The tenant must not keep dogs or other animals.", ""),
    ],
)
def test_a_plain_statement_becomes_a_question_and_no_other(sentence: str, question: str) -> None:
    assert question_of(sentence) == question


def test_headings_that_are_questions_come_first() -> None:
    assert list(sentence_questions(source(CANAL))) == [WHEN]


def corpus(confidence: float, document: str = "canal.txt") -> ScriptedCorpus:
    sources = {"canal.txt": source(CANAL), "copy.txt": source("Nothing is said here at all, by anyone.")}
    told = answer(WHEN, [said(cite(document, CANAL, "The canal was opened in 1869."))], confidence=confidence)
    return ScriptedCorpus(sources, {WHEN: told})


def test_only_what_is_answered_surely_from_its_document_is_suggested() -> None:
    assert list(sure_questions(corpus(0.99))) == [WHEN]
    assert list(sure_questions(corpus(0.6))) == []
    assert list(sure_questions(corpus(0.99, document="copy.txt"))) == []


def test_they_are_looked_for_once_for_each_index() -> None:
    suggested = SuggestedQuestions()
    assert suggested.of(corpus(0.99), patience=20) == (WHEN,)
    assert suggested.of(corpus(0.6), patience=20) == (WHEN,)
    assert suggested.of(corpus(0.6), "others", patience=20) == ()
