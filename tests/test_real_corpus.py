"""Two real web pages, and the questions a reader of them asks: by the terminal and by the API alike."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typed import Typed

from citeback import open_corpus
from citeback.rag.corpus import Corpus

pytestmark = pytest.mark.real_data

# Question, and the words of which at least one is in the quote that the first sentence cites.
SAID = {
    "How many Syrian regulars were killed at Deir Ezzor?": ["62"],
    "How many Russian volunteers were dispatched?": ["more than 3,000"],
    "At which port did ground forces disembark?": ["Tartus"],
    "Who did Lavrov talk to?": ["Kerry"],
    'What is the Washington "plan B"?': ["partition", "balkanize", "Kurdish", "Sunni state"],
}
NOT_SAID = "What is the capital of France?"


@pytest.fixture(scope="module")
def store(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("real") / "store"
    assert Typed("index", shared / "corpus", "--store", store).status == 0
    return store


@pytest.fixture(scope="module")
def corpus(store: Path) -> Iterator[Corpus]:
    with open_corpus(store) as corpus:
        yield corpus


@pytest.fixture(scope="module")
def printed(store: Path) -> dict[str, Any]:
    """Return what `ask` prints for every question, by question."""
    batch = store.parent / "questions.jsonl"
    asked = [json.dumps({"id": n, "question": q}) for n, q in enumerate([*SAID, NOT_SAID])]
    batch.write_text("\n".join(asked))
    done = Typed("ask", "--batch", batch, "--store", store, "--json")
    assert done.status == 0
    return {line["question"]: line for line in done.lines}


@pytest.mark.parametrize("question", SAID)
def test_the_terminal_answers_with_the_words_of_the_page(printed: dict[str, Any], question: str) -> None:
    answer = printed[question]
    assert not answer["abstained"]
    quote = answer["sentences"][0]["citations"][0]["quote"]
    assert any(words in quote for words in SAID[question]), answer["text"]


def test_what_is_cited_is_what_stands_in_the_file(printed: dict[str, Any], shared: Path) -> None:
    """The files are UTF-8: a span counts in the file itself, opened without a change of newlines."""
    cited = [c for answer in printed.values() for s in answer["sentences"] for c in s["citations"]]
    assert len(cited) >= len(SAID)
    for citation in cited:
        with (shared / "corpus" / citation["document"]).open(encoding="utf-8", newline="") as file:
            assert file.read()[citation["start"] : citation["end"]] == citation["quote"]


def test_the_terminal_says_that_the_documents_do_not_say(printed: dict[str, Any]) -> None:
    answer = printed[NOT_SAID]
    assert (answer["abstained"], answer["sentences"]) == (True, [])
    assert answer["passages"]


@pytest.mark.parametrize("question", SAID)
def test_the_api_answers_the_same(corpus: Corpus, printed: dict[str, Any], question: str) -> None:
    answer = corpus.ask(question)
    assert answer.text == printed[question]["text"]
    for citation in (c for sentence in answer.sentences for c in sentence.citations):
        assert citation.span.of(corpus.source(citation.document).text) == citation.quote


def test_the_api_says_that_the_documents_do_not_say(corpus: Corpus) -> None:
    assert corpus.ask(NOT_SAID).abstained
