"""The write side with nothing but real parts: readers, splitter, embedding model, FAISS, tantivy."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from snapshot import contents
from toy import loading, never

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.generation import Generation
from citeback.index.generations.store import Store
from citeback.index.search.analyzer import Analyzer
from citeback.index.sync.sync import sync

PLACES = ("Tartus", "Deir Ezzor", "Aleppo", "Latakia", "Homs")


def write(docs: Path) -> None:
    docs.mkdir()
    for n, place in enumerate(PLACES):
        facts = [
            f"In year {year} the harbour of {place} saw {year * 3:,} ships." for year in range(1990, 2004)
        ]
        (docs / f"{place}.md").write_text(f"# {place}\n\n## Ships\n\n" + " ".join(facts) + "\n")
        (docs / f"{n}.html").write_text(
            f"<html><body><p>A page about {place}, its port and its people.</p></body>"
        )
    (docs / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (docs / "empty.txt").write_bytes(b"")


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    write(tmp_path / "docs")
    return tmp_path / "docs"


def close(one: Generation, other: Generation) -> None:
    """Assert that two generations are the same; vectors may differ by what shares their batch."""
    left, right = contents(one), contents(other)
    for name in ("vectors", "sentences"):
        np.testing.assert_allclose(left.pop(name), right.pop(name), atol=2e-3)
    assert left == right


def test_real_parts_hold_every_promise(tmp_path: Path, docs: Path, encoder: SentenceEncoder) -> None:
    store = Store(tmp_path / "store")
    report = sync(store, [docs], load=loading(encoder))
    assert len(report.added) == 2 * len(PLACES)
    assert {failure.name for failure in report.failed} == {"photo.jpg", "empty.txt"}
    assert store.check() == []
    assert not sync(store, load=never).published
    with store.current() as generation:
        asked = Analyzer("en").query_terms("Where were there 5991 ships, in Latakia?")
        best: Any = generation.text(int(generation.lexical.search(asked, 1)[1][0]))
        assert "5,991" in best
        assert "Latakia" in best
        results = generation.vector_store(encoder).similarity_search("people of Aleppo", k=3)
        assert any("Aleppo" in document.page_content for document in results)


def test_incremental_equals_fresh_with_the_real_model(
    tmp_path: Path, docs: Path, encoder: SentenceEncoder
) -> None:
    store = Store(tmp_path / "store")
    sync(store, [docs], load=loading(encoder))
    (docs / "Homs.md").unlink()
    (docs / "Aleppo.md").rename(docs / "Halab.md")
    (docs / "more.txt").write_text("Ground forces disembarked. More than 3,000 volunteers came.\n")
    report = sync(store, load=loading(encoder))
    assert report.renamed == (("Aleppo.md", "Halab.md"),)
    assert report.embedded == 1
    fresh = Store(tmp_path / "fresh")
    sync(fresh, [docs], load=loading(encoder))
    with store.current() as one, fresh.current() as other:
        close(one, other)


@pytest.mark.real_data
def test_the_real_pages_are_indexed_whole(tmp_path: Path, shared: Path, encoder: SentenceEncoder) -> None:
    store = Store(tmp_path / "store")
    sync(store, [shared / "corpus"], load=loading(encoder))
    assert store.check() == []
    with store.current() as generation:
        for document in generation.documents:
            source = generation.source(document.name)
            assert source.text == Path(document.path).read_bytes().decode()
        for number in ("62", "3,000"):
            rows = generation.lexical.search(Analyzer("en").terms(number), 3)[1]
            assert any(number in generation.text(int(row)) for row in rows)
