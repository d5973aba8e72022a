"""The ask line with writers that tell the truth, lie, and forget to cite."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from toy import loading

from index.embed import SentenceEncoder
from index.generation import Generation
from index.store import Store
from index.sync import sync
from index.terms import Analyzer
from rag.answer import NOT_SAID, Answer, Answered, Checked, Found, Turn, Verdict
from rag.evidence import Evidence
from rag.pipeline import SHOWN, Line
from rag.verify import PARTIAL, Checker
from rag.write import Draft, Verbatim, Writer

TEXT = """Ships

In 2022 a total of 412 ships passed the canal. Most of them carried grain.

In 2023 only 97 ships passed the canal. The strike had lasted until May.
"""


@dataclass(frozen=True)
class Scripted:
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
def line(encoder: SentenceEncoder, generation: Generation) -> Callable[..., Line]:
    def made(writer: Writer, threshold: float = 0.0) -> Line:
        analyzer = Analyzer("en")
        return Line(generation, encoder, analyzer, writer, Checker(encoder, analyzer), threshold)

    return made


def answer(line: Line, question: str, history: Sequence[Turn] = ()) -> Answer:
    *_, last = line.ask(question, history)
    assert isinstance(last, Answered)
    return last.answer


QUESTION = "How many ships passed the canal in 2022?"


def test_events_come_in_order_and_the_last_holds_all_of_them(line: Callable[..., Line]) -> None:
    found, *checked, answered = line(Verbatim()).ask(QUESTION)
    assert isinstance(found, Found)
    assert isinstance(answered, Answered)
    assert (
        tuple(event.sentence for event in checked if isinstance(event, Checked)) == answered.answer.sentences
    )
    assert found.passages == answered.answer.passages
    assert len(found.passages) <= SHOWN
    assert set(answered.answer.seconds) == {"question", "retrieve", "evidence", "write"}


def test_a_verbatim_answer_quotes_the_source_at_its_spans(line: Callable[..., Line]) -> None:
    said = answer(line(Verbatim()), QUESTION)
    first = said.sentences[0]
    assert first.text == "In 2022 a total of 412 ships passed the canal."
    assert first.verdict is Verdict.SUPPORTED
    for sentence in said.sentences:
        for citation in sentence.citations:
            assert citation.span.of(TEXT) == citation.quote == sentence.text
            assert citation.support == 1
    assert [c.n for s in said.sentences for c in s.citations] == list(range(1, len(said.sentences) + 1))
    assert said.text.startswith(f"{first.text} [1]")


def test_a_sentence_that_is_not_in_its_evidence_is_shown_as_unsupported(line: Callable[..., Line]) -> None:
    lie, truth = answer(line(Scripted("In 2022 a total of 999 ships passed.")), QUESTION).sentences
    assert (lie.text, lie.verdict) == ("In 2022 a total of 999 ships passed.", Verdict.UNSUPPORTED)
    assert all(c.support < PARTIAL for c in lie.citations)
    assert lie.reasons == ("“999” is not in the source",)
    assert truth.verdict is Verdict.SUPPORTED
    assert lie.citations[0].n == truth.citations[0].n == 1  # the same evidence keeps its marker


def test_a_sentence_without_evidence_is_shown_as_uncited(line: Callable[..., Line]) -> None:
    said = answer(line(Scripted("Canals are lovely.", cites=0)), QUESTION)
    assert (said.sentences[0].verdict, said.sentences[0].citations) == (Verdict.UNCITED, ())
    assert said.model == "scripted"


def test_white_space_is_no_difference_but_words_are(line: Callable[..., Line]) -> None:
    for says, verdict in [
        ("In 2022  a total\nof 412 ships passed", Verdict.SUPPORTED),
        (" ", Verdict.UNSUPPORTED),
    ]:
        assert answer(line(Scripted(says)), QUESTION).sentences[0].verdict is verdict


def test_below_the_threshold_it_abstains_and_shows_the_nearest(line: Callable[..., Line]) -> None:
    said = answer(line(Verbatim(), threshold=1.0), QUESTION)
    assert said.abstained
    assert said.sentences == ()
    assert said.text == NOT_SAID
    assert said.passages and "412" in said.passages[0].text
    assert 0 < said.confidence < 1


def test_a_follow_up_is_searched_with_its_topic(line: Callable[..., Line]) -> None:
    said = answer(line(Verbatim()), "And in 2023?", [Turn("user", QUESTION)])
    assert said.question == "And in 2023?"
    assert said.standalone == f"And in 2023? ({QUESTION})"
    assert any("97 ships" in sentence.text for sentence in said.sentences)


def test_an_empty_folder_does_not_say(encoder: SentenceEncoder, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    store = Store(tmp_path / "store")
    sync(store, [tmp_path / "documents"], load=loading(encoder))
    with store.current() as empty:
        said = answer(
            Line(empty, encoder, Analyzer("en"), Verbatim(), Checker(encoder, Analyzer("en")), 0.0), QUESTION
        )
    assert (said.abstained, said.confidence, said.passages) == (True, 0.0, ())


def test_the_words_that_answer_are_marked_in_the_source(line: Callable[..., Line]) -> None:
    citation = answer(line(Verbatim()), QUESTION).sentences[0].citations[0]
    assert [mark.of(TEXT) for mark in citation.marks] == ["412"]
