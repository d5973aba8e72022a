"""The ask line with writers that tell the truth, lie, and forget to cite."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from toy import loading

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.generation import Generation
from citeback.index.generations.store import Store
from citeback.index.search.analyzer import Analyzer
from citeback.index.sync.sync import sync
from citeback.rag.answer import REFUSAL, Answer, AnswerCompleted, Retrieved, SentenceVerified, Turn, Verdict
from citeback.rag.checking.verify import PARTIAL, ClaimVerifier
from citeback.rag.evidence.ranking import Evidence
from citeback.rag.evidence_search import SHOWN_PASSAGES
from citeback.rag.pipeline import Pipeline
from citeback.rag.writing.extractive import Draft, ExtractiveWriter, Writer

TEXT = """Ships

In 2022 a total of 412 ships passed the canal. Most of them carried grain.

In 2023 only 97 ships passed the canal. The strike had lasted until May.
"""


@dataclass(frozen=True)
class ScriptedWriter:
    """A chat model that says what it is told to."""

    says: str
    cites: int = 1
    model: str | None = "scripted"

    def write(self, question: str, ranked: Sequence[Evidence]) -> Iterator[Draft]:
        yield Draft(self.says, tuple(ranked[: self.cites]))
        yield Draft(ranked[0].text, (ranked[0],))

    def standalone(self, question: str, history: Sequence[Turn]) -> None:
        return None


@pytest.fixture(scope="module")
def generation(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "ships.txt").write_text(TEXT)
    store = Store(tmp_path_factory.mktemp("store"))
    sync(store, [folder], load=loading(encoder))
    with store.current() as current:
        yield current


@pytest.fixture(scope="module")
def line(encoder: SentenceEncoder, generation: Generation) -> Callable[..., Pipeline]:
    def made(writer: Writer, threshold: float = 0.0) -> Pipeline:
        analyzer = Analyzer("en")
        return Pipeline(generation, encoder, analyzer, writer, ClaimVerifier(encoder, analyzer), threshold)

    return made


def answer(line: Pipeline, question: str, history: Sequence[Turn] = ()) -> Answer:
    *_, last = line.ask(question, history)
    assert isinstance(last, AnswerCompleted)
    return last.answer


QUESTION = "How many ships passed the canal in 2022?"


def test_events_come_in_order_and_the_last_holds_all_of_them(line: Callable[..., Pipeline]) -> None:
    result, *checked, answered = line(ExtractiveWriter()).ask(QUESTION)
    assert isinstance(result, Retrieved)
    assert isinstance(answered, AnswerCompleted)
    assert (
        tuple(event.sentence for event in checked if isinstance(event, SentenceVerified))
        == answered.answer.sentences
    )
    assert result.passages == answered.answer.passages
    assert len(result.passages) <= SHOWN_PASSAGES
    assert set(answered.answer.seconds) == {"question", "retrieve", "tables", "evidence", "write"}


def test_a_verbatim_answer_quotes_the_source_at_its_spans(line: Callable[..., Pipeline]) -> None:
    result = answer(line(ExtractiveWriter()), QUESTION)
    first = result.sentences[0]
    assert first.text == "In 2022 a total of 412 ships passed the canal."
    assert first.verdict is Verdict.SUPPORTED
    for sentence in result.sentences:
        for citation in sentence.citations:
            assert citation.span.of(TEXT) == citation.quote == sentence.text
            assert citation.support == 1
    assert [c.n for s in result.sentences for c in s.citations] == list(range(1, len(result.sentences) + 1))
    assert result.text.startswith(f"{first.text} [1]")


def test_a_sentence_that_is_not_in_its_evidence_is_shown_as_unsupported(
    line: Callable[..., Pipeline],
) -> None:
    lie, truth = answer(line(ScriptedWriter("In 2022 a total of 999 ships passed.")), QUESTION).sentences
    assert (lie.text, lie.verdict) == ("In 2022 a total of 999 ships passed.", Verdict.UNSUPPORTED)
    assert all(c.support < PARTIAL for c in lie.citations)
    assert lie.reasons == ("“999” is not in the source",)
    assert truth.verdict is Verdict.SUPPORTED
    assert lie.citations[0].n == truth.citations[0].n == 1  # the same evidence keeps its marker


def test_a_sentence_without_evidence_is_shown_as_uncited(line: Callable[..., Pipeline]) -> None:
    result = answer(line(ScriptedWriter("Canals are lovely.", cites=0)), QUESTION)
    assert (result.sentences[0].verdict, result.sentences[0].citations) == (Verdict.UNCITED, ())
    assert result.model == "scripted"


def test_white_space_is_no_difference_but_words_are(line: Callable[..., Pipeline]) -> None:
    for says, verdict in [
        ("In 2022  a total\nof 412 ships passed", Verdict.SUPPORTED),
        (" ", Verdict.UNSUPPORTED),
    ]:
        assert answer(line(ScriptedWriter(says)), QUESTION).sentences[0].verdict is verdict


def test_below_the_threshold_it_abstains_and_shows_the_nearest(line: Callable[..., Pipeline]) -> None:
    result = answer(line(ExtractiveWriter(), threshold=1.0), QUESTION)
    assert result.abstained
    assert result.sentences == ()
    assert result.text == REFUSAL
    assert result.passages and "412" in result.passages[0].text
    assert 0 < result.confidence < 1


def test_a_follow_up_is_searched_with_its_topic(line: Callable[..., Pipeline]) -> None:
    result = answer(line(ExtractiveWriter()), "And in 2023?", [Turn("user", QUESTION)])
    assert result.question == "And in 2023?"
    assert result.standalone == f"And in 2023? ({QUESTION})"
    assert any("97 ships" in sentence.text for sentence in result.sentences)


def test_an_empty_folder_does_not_say(encoder: SentenceEncoder, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    store = Store(tmp_path / "store")
    sync(store, [tmp_path / "documents"], load=loading(encoder))
    with store.current() as empty:
        result = answer(
            Pipeline(
                empty,
                encoder,
                Analyzer("en"),
                ExtractiveWriter(),
                ClaimVerifier(encoder, Analyzer("en")),
                0.0,
            ),
            QUESTION,
        )
    assert (result.abstained, result.confidence, result.passages) == (True, 0.0, ())


def test_the_words_that_answer_are_marked_in_the_source(line: Callable[..., Pipeline]) -> None:
    citation = answer(line(ExtractiveWriter()), QUESTION).sentences[0].citations[0]
    assert [mark.of(TEXT) for mark in citation.marks] == ["412"]
