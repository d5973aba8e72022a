"""The first sentence of a chunk, and what it refers back to in the chunk before."""

from pathlib import Path

import pytest

from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.settings import Settings
from citeback.index.sync.sync import sync
from citeback.rag.evidence.antecedents import span_with_antecedents
from citeback.rag.evidence.ranking import Evidence, Features

FILLER = "The keeper of the old lock wrote down every boat that came in with the tide that year. "
NAMED = "A boat that is too heavy leaves part of its load on the quay before the bar."
CALLED = "That practice is known as lightening, and the guild has charged for it ever since."


@pytest.mark.parametrize(
    ("last", "brought"), [(CALLED, True), ("Ada counted the boats of the guild.", False)]
)
def test_it_brings_the_sentence_before_its_chunk(tmp_path: Path, last: str, brought: bool) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "lock.txt").write_text(f"{FILLER * 2}{NAMED}\n\n{last} {FILLER * 2}\n")
    store = Store(tmp_path / "store")
    sync(store, [tmp_path / "docs"], settings=Settings(chunk_tokens=64), load=load_encoder)
    with store.current() as generation:
        chunk = generation.chunks_of("lock.txt")[-1].chunk
        source = generation.source("lock.txt")
        assert chunk.sentences[0].of(source.text) == last, "the chunk is to begin with it"
        span = chunk.sentences[0]
        features = Features(0.5, 0.5, 0.5)
        evidence = Evidence("lock.txt", span, span.of(source.text), None, 1, 0, features, 0.5, 1.0)
        expected = f"{NAMED}\n\n{last}" if brought else last
        assert span_with_antecedents(generation, evidence).of(source.text) == expected
