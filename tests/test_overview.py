"""Questions about a whole document are answered by it: short ones whole, long ones by their chapters."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from toy import ToyEncoder, ToyQueries, loading

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.generation import Generation
from citeback.index.generations.store import Store
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import Filter
from citeback.index.sync.sync import sync
from citeback.rag.answer import Answer, AnswerCompleted
from citeback.rag.checking.verify import ClaimVerifier
from citeback.rag.folder_question import folder_reply
from citeback.rag.overview import Overview, named_document, requested
from citeback.rag.pipeline import Pipeline
from citeback.rag.writing.extractive import ExtractiveWriter

ANALYZER = Analyzer("en")
RECEIPT = "Harbour Bakery\n\n2 x rye bread   9.00\n1 x coffee   2.80\n"


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    folder: Path = tmp_path_factory.mktemp("documents")
    (folder / "bakery-receipt.txt").write_text(RECEIPT)
    (folder / "lights.md").write_text(
        "# Lights and Bells\n\n## Contents\n\n## The First Lamp\n\nA lamp burnt here.\n\n"
    )
    with (folder / "lights.md").open("a") as book:
        book.write("## The Fog Bell\n\nA bell rang. " + "It rang again. " * 80)
    (folder / "report-2023.txt").write_text("The year was quiet.\n")
    (folder / "report-2024.txt").write_text("The year was loud.\n")
    store = Store(tmp_path_factory.mktemp("store"))
    sync(store, [folder], load=loading(ToyEncoder()))
    with store.current() as current:
        yield current


@pytest.fixture(scope="module")
def answer(generation: Generation, encoder: SentenceEncoder) -> Callable[[str], Answer]:
    def asked(question: str) -> Answer:
        line = Pipeline(
            generation, ToyQueries(), ANALYZER, ExtractiveWriter(), ClaimVerifier(encoder, ANALYZER), 1.1
        )
        *_, last = line.ask(question)
        assert isinstance(last, AnswerCompleted)
        return last.answer

    return asked


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What's in the receipt?", Overview("receipt", chapters=False)),
        ("What does our travel policy say?", Overview("travel policy", chapters=False)),
        ("Please summarise the article about the ferry strike.", Overview("ferry strike", chapters=False)),
        ("List the chapters of the book Lights and Bells.", Overview("Lights and Bells", chapters=True)),
        ("What are the sections of the lease?", Overview("lease", chapters=True)),
        ("What does Ada Holm say?", None),
        ("What is in stock?", None),
        ("Who wrote the receipt?", None),
    ],
)
def test_what_is_asked_for(question: str, wanted: Overview | None) -> None:
    assert requested(question) == wanted


def test_a_short_document_is_quoted_whole(answer: Callable[[str], Answer]) -> None:
    (sentence,) = answer("What's in the receipt?").sentences
    (citation,) = sentence.citations
    assert (citation.document, citation.quote) == ("bakery-receipt.txt", RECEIPT.strip())


def test_chapters_are_cited_each(answer: Callable[[str], Answer]) -> None:
    (sentence,) = answer("List the chapters of the book Lights and Bells.").sentences
    assert [citation.quote for citation in sentence.citations] == ["The First Lamp", "The Fog Bell"]
    assert [citation.n for citation in sentence.citations] == [1, 2]


def test_a_long_document_is_not_quoted_whole(answer: Callable[[str], Answer]) -> None:
    assert answer("What's in the lights and bells?").abstained


@pytest.mark.parametrize("what", ["report", "year", "", "the"])
def test_a_name_that_fits_two_documents_or_none_names_neither(what: str, generation: Generation) -> None:
    names = [document.name for document in generation.documents]
    assert named_document(generation, ANALYZER, what, names) is None
    assert named_document(generation, ANALYZER, "report 2024", names) == "report-2024.txt"


@pytest.mark.parametrize(
    ("question", "what", "chapters"),
    [
        ("Was steht im Mietvertrag?", "Mietvertrag", False),
        ("Fasse den Bericht zusammen.", "Bericht", False),
        ("Welche Kapitel hat das Handbuch?", "Handbuch", True),
        ("Que dit le bail ?", "bail", False),
        ("Résume la notice.", "notice", False),
        ("Quels sont les chapitres du manuel ?", "manuel", True),
        ("¿Qué dice el contrato?", "contrato", False),
        ("¿Cuáles son los capítulos del manual?", "manual", True),
    ],
)
def test_a_document_is_asked_about_as_a_whole_in_other_languages(
    question: str, what: str, chapters: bool
) -> None:
    assert requested(question) == Overview(what, chapters=chapters)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("What is in this folder?", "4 documents can be asked: Harbour Bakery; "),
        ("Was ist in diesem Ordner?", "4 Dokumente können befragt werden: Harbour Bakery; "),
        ("Welche Dokumente gibt es?", "4 Dokumente können befragt werden: "),
        ("Qu’y a-t-il dans ce dossier ?", "4 documents peuvent être interrogés : "),
        ("¿Qué hay en esta carpeta?", "Se pueden consultar 4 documentos: "),
    ],
)
def test_a_folder_question_gets_the_documents_in_its_language(
    answer: Callable[[str], Answer], question: str, reply: str
) -> None:
    said = answer(question).reply
    assert said.startswith(reply) and "report-2023" in said


def test_a_folder_question_names_only_documents_that_are_asked(generation: Generation) -> None:
    assert folder_reply(generation, Filter(paths=("lights.md",)), "de").endswith("werden: Lights and Bells.")
    assert folder_reply(generation, Filter(paths=("none",)), "es") == "No hay documentos."


@pytest.mark.parametrize(
    ("question", "refusal"),
    [
        ("Who crosses the northern moor by night?", "The documents do not say."),
        ("Wer überquert nachts das nördliche Moor?", "Die Dokumente sagen dazu nichts."),
        ("Qui traverse la lande pendant la nuit avec son cheval ?", "Les documents ne le disent pas."),
        ("¿Quién cruza el páramo por la noche con su caballo?", "Los documentos no lo dicen."),
    ],
)
def test_a_question_is_refused_in_its_language(
    answer: Callable[[str], Answer], question: str, refusal: str
) -> None:
    result = answer(question)
    assert (result.abstained, result.text) == (True, refusal)
