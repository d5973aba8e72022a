"""A misspelt word of a question is searched as the nearest word of the index, and the answer says so."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import loading

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.index.sync.sync import sync
from citeback.rag.corpus import Corpus
from citeback.rag.spelling import corrected, edits

FOLDER = {
    "ferry.txt": "The ferry Marianne Holmgren sails to Rotterdam.\n\nThe quarantine lasts four days.\n",
    "fast.txt": "A faster ship was built.\n",
    "secret/ticket.txt": "A subscription costs 40 euros.\n",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder) -> Store:
    folder: Path = tmp_path_factory.mktemp("spelling")
    for name, text in FOLDER.items():
        path = folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    store = Store(folder / "store")
    sync(store, [folder / "documents"], load=loading(encoder))
    return store


@pytest.fixture
def correct(store: Store, encoder: SentenceEncoder) -> Callable[..., Mapping[str, str]]:
    def corrections(question: str, within: Filter = NO_FILTER) -> Mapping[str, str]:
        with store.current() as generation:
            return dict(corrected(question, generation, encoder, Analyzer("en"), within))

    return corrections


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("When does the ferry sail to Roterdam?", {"Roterdam": "Rotterdam"}),
        ("How long is the quarentine?", {"quarentine": "quarantine"}),
        ("How long is the qarantien?", {"qarantien": "quarantine"}),
        ("Who is Marianne Holmgreen?", {"Holmgreen": "Holmgren"}),
        ("Who is Marianne Holmgrund?", {}),
        ("How long are quarantines?", {}),
        ("Does the ferry sail to Oslo?", {}),
        ("Is there a discount?", {}),
        ("How long is the quarrel?", {}),
        ("Are the horses fasted?", {}),
        ("What is a rotterdem?", {}),
        ("How long is the quar4ntine?", {}),
    ],
)
def test_the_nearest_word_is_found(
    correct: Callable[..., Mapping[str, str]], question: str, words: dict[str, str]
) -> None:
    assert correct(question) == words


def test_only_documents_that_may_be_searched_correct(correct: Callable[..., Mapping[str, str]]) -> None:
    assert correct("What is a subscribtion?") == {"subscribtion": "subscription"}
    assert correct("What is a subscribtion?", Filter(paths=("ferry.txt",))) == {}


def test_the_answer_says_what_was_searched(store: Store, corpus_over: Callable[..., Corpus]) -> None:
    with corpus_over(store) as corpus:
        answer = corpus.ask("How long is the quarentine?")
    assert "four days" in answer.sentences[0].text
    assert answer.standalone == "How long is the quarantine?"
    assert any("“quarantine”" in notice and "“quarentine”" in notice for notice in answer.notices)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_edits_are_those_of_the_definition(one: str, other: str) -> None:
    @cache
    def plain(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        options = [
            plain(i - 1, j) + 1,
            plain(i, j - 1) + 1,
            plain(i - 1, j - 1) + (one[i - 1] != other[j - 1]),
        ]
        if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
            options.append(plain(i - 2, j - 2) + 1)
        return min(options)

    assert edits(one, other) == plain(len(one), len(other))
