"""Questions that need every document are counted, with citations, or refused with the reason."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import ToyEncoder, ToyQueries, loading, read

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.generation import Generation
from citeback.index.generations.store import Store
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.index.sync.sync import sync
from citeback.rag.answer import Answer, AnswerCompleted, Verdict
from citeback.rag.checking.verify import ClaimVerifier
from citeback.rag.counting import INCOMPLETE_NOTICE, MAX_CITED, counted_phrase, mentions, wants_all
from citeback.rag.pipeline import Pipeline
from citeback.rag.writing.extractive import ExtractiveWriter

SAID = ["Forces landed at Tartus.", "The port of Tartus was full. Ships left Tartus.", "Ships left a port."]
ANALYZER = Analyzer("en")


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    folder: Path = tmp_path_factory.mktemp("documents")
    for n in range(30):
        (folder / f"{n:02}.txt").write_text(f"Report {n} begins here.\n\n{SAID[n % 3]}")
    store = Store(tmp_path_factory.mktemp("store"))
    sync(store, [folder], load=loading(ToyEncoder()), read=read)
    with store.current() as current:
        yield current


@pytest.fixture(scope="module")
def answer(generation: Generation, encoder: SentenceEncoder) -> Callable[..., Answer]:
    def asked(question: str, within: Filter = NO_FILTER) -> Answer:
        checker = ClaimVerifier(encoder, ANALYZER)
        *_, last = Pipeline(generation, ToyQueries(), ANALYZER, ExtractiveWriter(), checker, 0.0, within).ask(
            question
        )
        assert isinstance(last, AnswerCompleted)
        return last.answer

    return asked


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("How many documents mention Tartus?", "Tartus"),
        ('how many files contain the word "grain"', "grain"),
        ("Which documents are about the Suez canal?", "Suez canal"),
        ("In how many documents is Ada Holm mentioned?", "Ada Holm"),
        ("List all documents that mention the port.", "port"),
        ("How often is Tartus mentioned?", "Tartus"),
        ("How many articles mention Tartus?", "Tartus"),
        ("What reports do you have about the Suez canal?", "Suez canal"),
        ("Which contracts are there on dredging", "dredging"),
        ("How many ships passed the canal?", ""),
        ("Which document says that ships passed?", ""),
        ("Who mentions Tartus?", ""),
    ],
)
def test_a_question_about_all_documents_is_recognised(question: str, what: str) -> None:
    assert counted_phrase(question) == what


@pytest.mark.parametrize(
    ("question", "all_of_it"),
    [
        ("List all ships.", True),
        ("Please name every port", True),
        ("What are all the rules?", True),
        ("List the ships of 2022.", False),
        ("Who lists all ships?", False),
    ],
)
def test_a_question_for_everything_is_recognised(question: str, all_of_it: bool) -> None:
    assert wants_all(question) is all_of_it


@given(st.sampled_from(["Tartus", "left Tartus", "ships", "port", "the port of Tartus", "unicorn"]))
def test_every_document_is_counted_as_by_hand(generation: Generation, what: str) -> None:
    phrase = ANALYZER.query_terms(what)
    expected = {}
    for document in generation.documents:
        texts = SAID[int(document.name[:2]) % 3].split(". ")
        runs = [ANALYZER.content_terms(s) for s in texts]
        times = sum(run[n : n + len(phrase)] == phrase for run in runs for n in range(len(run)))
        if times:
            expected[document.name] = times
    assert {m.document: m.occurrences for m in mentions(generation, ANALYZER, what, NO_FILTER)} == expected


def test_the_count_cites_each_document_where_it_says_the_words(
    generation: Generation, answer: Callable[..., Answer]
) -> None:
    result = answer("How many documents mention Tartus?")
    (sentence,) = result.sentences
    assert sentence.text.startswith("20 of 30 documents mention “Tartus”, 30 times in all: 00.txt, 01.txt,")
    assert sentence.verdict is Verdict.SUPPORTED
    assert len(sentence.citations) == MAX_CITED
    for citation in sentence.citations:
        assert "Tartus" in citation.quote
        assert citation.span.of(generation.source(citation.document).text) == citation.quote
    assert (result.abstained, result.confidence, result.model) == (False, 1.0, None)


def test_only_documents_that_are_searched_are_counted(answer: Callable[..., Answer]) -> None:
    result = answer("Which documents mention Tartus?", Filter(paths=("0*.txt",)))
    assert result.sentences[0].text.startswith("7 of 10 documents mention")


def test_none_is_told_as_none(answer: Callable[..., Answer]) -> None:
    result = answer("How many documents mention unicorns?")
    assert result.abstained
    assert result.notices == ("None of the 30 documents counted mentions “unicorns”.",)


def test_a_list_of_everything_comes_with_a_warning(answer: Callable[..., Answer]) -> None:
    listed = answer("List all ships.")
    assert listed.passages
    assert listed.abstained or INCOMPLETE_NOTICE in listed.notices
