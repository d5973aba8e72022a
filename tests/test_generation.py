"""What an open generation tells, and that broken promises are noticed."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from toy import ToyEncoder, loading, read, vector

from citeback.index.errors import DamagedGeneration, StoreError, UnknownDocument
from citeback.index.generations.generation import ROWS, SENTENCES, VECTORS, Generation
from citeback.index.generations.parts.integrity import count_mismatches, misplaced_chunks, non_unit_vectors
from citeback.index.generations.parts.manifest import compute_checksums
from citeback.index.generations.parts.rows import RowReader
from citeback.index.generations.store import Store
from citeback.index.records import Heading, Source, Span
from citeback.index.search.vectors import VectorIndex
from citeback.index.sync.sync import sync

TEXTS = {
    "a.txt": "First of a. Second of a.\n\nThird, 3,000 of them.\n",
    "b/c.txt": "Ein Satz über 東京.\x00 And another.\n",
    "d.txt": "broken",
}


def reading(path: Path) -> Source:
    source = read(path)
    heading = Heading(Span(0, 5), 1)
    return Source(source.text, source.title, "text", (heading,), (0, 10))


@pytest.fixture
def generation(tmp_path: Path) -> Iterator[Generation]:
    for name, text in TEXTS.items():
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    store = Store(tmp_path / "store")
    sync(store, [tmp_path / "docs"], load=loading(ToyEncoder()), read=reading)
    with store.current() as generation:
        yield generation


def test_it_tells_what_was_indexed(generation: Generation) -> None:
    assert [document.name for document in generation.documents] == ["a.txt", "b/c.txt"]
    assert generation.document("b/c.txt").chars == len(TEXTS["b/c.txt"])
    assert generation.document_of(2).name == "b/c.txt"
    assert generation.source("b/c.txt") == Source(
        TEXTS["b/c.txt"], "c", "text", (Heading(Span(0, 5), 1),), (0, 10)
    )
    assert [(failure.name, failure.reason) for failure in generation.failures] == [("d.txt", "broken")]
    assert [generation.text(row) for row in range(len(generation))] == [
        "First of a. Second of a.",
        "Third, 3,000 of them.",
        "Ein Satz über 東京.\x00 And another.",
    ]
    assert [row.row for row in generation.chunks([2, 0, 2])] == [2, 0, 2]
    assert [row.row for row in generation.chunks_of("a.txt")] == [0, 1]
    assert generation.fingerprint == "toy"
    assert generation.number == 1


def test_every_sentence_has_its_vector(generation: Generation) -> None:
    for row in generation.chunks(range(len(generation))):
        sentences = [span.of(generation.source(row.document).text) for span in row.chunk.sentences]
        vectors = generation.sentence_vectors(row.row)
        assert vectors.dtype == np.float16
        np.testing.assert_allclose(vectors, [vector(text) for text in sentences], atol=1e-3)


def test_what_is_not_there_is_named(generation: Generation) -> None:
    for ask in (generation.document, generation.source):
        with pytest.raises(UnknownDocument, match=r"'nope'.*citeback status"):
            ask("nope")
    assert generation.chunks_of("nope") == ()
    for row in (-1, 3):
        with pytest.raises(IndexError):
            generation.chunk(row)
    assert generation.chunks([]) == ()


def test_many_rows_are_fetched_in_the_order_asked_for(generation: Generation) -> None:
    rows = [n % 3 for n in range(50_000)]
    assert [row.row for row in generation.chunks(rows)] == rows


def test_threads_may_share_it(generation: Generation) -> None:
    def ask(n: int) -> tuple[str, int, list[int]]:
        result = generation.lexical.search(["of"], 2)[1].tolist()
        return generation.text(n % 3), generation.chunk(n % 3).first_sentence, result

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(400)))
    assert answers == [ask(n) for n in range(400)]


def test_asking_changes_no_file(generation: Generation) -> None:
    def state() -> object:
        paths = sorted(generation.directory.rglob("*"))
        return compute_checksums(generation.directory), [(path, path.stat().st_mtime_ns) for path in paths]

    before = state()
    with Generation.open(generation.directory) as again:
        again.lexical.search(["of"], 3)
        again.vectors.search(vector("of")[None], 3)
        again.vector_store(ToyEmbeddings()).similarity_search("of")
        assert again.check() == []
    assert state() == before


class ToyEmbeddings(Embeddings):
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [vector(text).tolist() for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def test_it_is_a_vector_store_that_cannot_be_written_to(generation: Generation) -> None:
    store = generation.vector_store(ToyEmbeddings())
    document, score = store.similarity_search_with_score("a\nThird, 3,000 of them.", k=2)[0]
    assert score == pytest.approx(1)
    assert (document.id, document.page_content) == ("1", "Third, 3,000 of them.")
    assert document.metadata == {
        "document": "a.txt",
        "start": 26,
        "end": 47,
        "page": 2,
        "place": "page 2",
        "headings": ["a"],
    }
    assert [d.id for d in store.get_by_ids(["2", "9", "02", "x", "²"])] == ["2"]
    assert len(store.similarity_search("of", k=10)) == 3
    for write in (
        lambda: store.add_texts(["x"]),
        lambda: store.add_documents([document]),
        lambda: store.delete(["1"]),
    ):
        with pytest.raises(StoreError, match="Next: "):
            write()


def test_a_whole_generation_has_no_problems(generation: Generation) -> None:
    assert generation.check() == []


def test_a_file_too_many_is_a_problem(generation: Generation) -> None:
    (generation.directory / "stray").write_text("x")
    assert "not in the manifest" in generation.check()[0]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ('UPDATE chunks SET "end" = 999 WHERE row = 1', "chunk at 26 to 999 is not within 0 to 48"),
        ("UPDATE chunks SET start = 28 WHERE row = 1", "no chunk holds the text at 24 to 28"),
        (
            "UPDATE chunks SET sentences = '[[0,11]]' WHERE row = 0",
            "no sentence of row 0 holds the text at 11 to",
        ),
        ("UPDATE chunks SET sentences = '[[26,60]]' WHERE row = 1", "is not within 26 to 47"),
        ("UPDATE chunks SET sentences = '[[12,24],[0,11]]' WHERE row = 0", "comes after"),
        ("UPDATE chunks SET first_sentence = 0", "stands where row 1 should"),
        ("UPDATE documents SET chars = 5", "characters, not 5"),
        ("DELETE FROM chunks WHERE row = 2", "no chunk holds"),
    ],
)
def test_rows_that_break_a_promise_are_found(generation: Generation, change: str, problem: str) -> None:
    path = generation.directory / ROWS
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(change)
    with closing(RowReader.open(path)) as rows:
        assert any(problem in found for found in misplaced_chunks(rows)), list(misplaced_chunks(rows))


def test_vectors_that_break_a_promise_are_found(generation: Generation) -> None:
    path = generation.directory / VECTORS
    VectorIndex.build(path, 16, [np.full((2, 16), 0.5, np.float32)])
    np.save(generation.directory / SENTENCES, np.full((5, 16), np.nan, np.float16))
    rows, vectors = RowReader.open(generation.directory / ROWS), VectorIndex.open(path)
    sentences = np.load(generation.directory / SENTENCES)
    with closing(rows):
        results = [
            *count_mismatches(generation.manifest, rows, vectors, generation.lexical, sentences),
            *non_unit_vectors(vectors, sentences),
        ]
    assert "There are 2 vectors for 3 chunks." in results
    assert "The vector of row 1 does not have length 1." in results
    assert "Sentence vector 4 does not have length 1." in results


def test_a_file_of_another_size_is_damage(generation: Generation) -> None:
    with (generation.directory / VECTORS).open("ab") as file:
        file.write(b"x")
    with pytest.raises(DamagedGeneration, match=r"vectors.faiss has \d+ bytes, not"):
        Generation.open(generation.directory)


def test_rows_that_sqlite_cannot_read_are_damage(generation: Generation) -> None:
    path = generation.directory / ROWS
    path.write_bytes(b"\x00" * path.stat().st_size)
    with (
        closing(RowReader.open(path)) as rows,
        pytest.raises(DamagedGeneration, match=r"rows.sqlite cannot be read"),
    ):
        rows.documents()
