"""An index on an object store that somebody changed, and what is removed from it."""

from pathlib import Path
from typing import Any

import pytest
from bucket import OLD, docs, store, synced, write
from toy import vector

from citeback.index.errors import DamagedGeneration


def test_a_manifest_that_was_changed_is_skipped_with_a_notice(store: Any, docs: Path) -> None:
    synced(store, docs)
    write(docs, "new.txt", "New.")
    synced(store, docs)
    body, _ = store.place.read("generations/000002.json")
    store.place.write("generations/000002.json", body.replace(b'"documents": 5', b'"documents": 6'))
    with store.current() as now:
        assert now.number == 1
        assert "does not match its own checksum" in now.notices[0]
    assert any("checksum" in problem for problem in store.check())
    assert synced(store, docs).generation == 3
    assert store.current().number == 3


@pytest.mark.parametrize("body", [b"", b"{}", b'{"manifest": {}}', b"[" * 200_000, b"\xff"])
def test_a_manifest_that_is_none_is_refused(store: Any, body: bytes) -> None:
    store.place.write("generations/000001.json", body)
    with pytest.raises(DamagedGeneration):
        store.current()


def test_a_text_that_was_changed_is_noticed_when_it_is_read(store: Any, docs: Path) -> None:
    import pyarrow as pa

    from citeback.index.object_store.table import Table
    from citeback.index.object_store.tables import DOCUMENTS

    synced(store, docs)
    table = Table.open(store.place, DOCUMENTS, "attack")
    assert table
    rows = table.matching(table.dataset.schema.names, "name", ["1.txt"])
    at = rows.schema.get_field_index("text")
    rows = rows.set_column(at, rows.schema.field(at), pa.array([b"Forged."], pa.large_binary()))
    table.delete("name", ["1.txt"])
    table.append(rows)
    manifest = store.manifest(1)
    forged = manifest.model_copy(update={"tables": manifest.tables | {DOCUMENTS: table.version}})
    store.place.write("generations/000001.json", forged.render())
    with store.current() as now, pytest.raises(DamagedGeneration, match="does not match its checksum"):
        now.source("1.txt")
    assert any("1.txt" in problem for problem in store.check())


def test_a_table_with_other_columns_is_refused(store: Any, docs: Path) -> None:
    from citeback.index.object_store.tables import COPIES, DOCUMENTS, table_path

    synced(store, docs)
    import lance

    copies = store.place.url(table_path(COPIES))
    rows = lance.dataset(store.place.url(table_path(DOCUMENTS)), storage_options=store.place.lance_options)
    lance.write_dataset(
        rows.to_table(columns=["name", "text"]),
        copies,
        mode="overwrite",
        storage_options=store.place.lance_options,
    )
    version = lance.dataset(copies, storage_options=store.place.lance_options).version
    manifest = store.manifest(1)
    forged = manifest.model_copy(update={"tables": manifest.tables | {COPIES: version}})
    store.place.write("generations/000001.json", forged.render())
    with pytest.raises(DamagedGeneration, match="columns"):
        store.current()


def test_no_more_generations_are_kept_than_wanted_and_no_file_is_left(store: Any, docs: Path) -> None:
    from citeback.index.object_store.pruning import EVERY

    sizes = []
    for n in range(2 * EVERY + 1):
        write(docs, "0.txt", f"Version {n}.", OLD + n)
        synced(store, docs)
        sizes.append(len(list(store.place.list("tables/"))))
    assert store.numbers() == [2 * EVERY + 1, 2 * EVERY]
    assert sizes[2 * EVERY - 1] <= sizes[EVERY - 1] + EVERY  # a file of terms each time
    assert sizes[EVERY - 1] < sizes[EVERY - 2]
    assert store.check() == []


def test_large_indexes_are_searched_by_lists_and_find_what_is_near(
    store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np

    from citeback.index.object_store import dense
    from citeback.index.object_store.indexing import search_indexes

    monkeypatch.setattr(search_indexes, "MAX_EXACT_ROWS", 100)
    words = [f"word{n}" for n in range(60)]
    for n in range(60):
        text = "\n\n".join(f"{words[n]} {words[(n * 7 + k) % 60]} {words[k]}." for k in range(6))
        write(tmp_path / "docs", f"{n:02}.txt", text)
    synced(store, tmp_path / "docs")
    with store.current() as now:
        assert "vectors" in {index.name for index in now.tables["chunks"].describe_indices()}
        lists = dense.LanceVectors(now.tables["chunks"], len(now), 16, now.vectors.vectors, exact=0)
        shared = []
        for n in range(0, 60, 4):
            query = vector(f"{words[n]} {words[5]} {words[2]}")[None]
            near, exact = (each.search(query, 10)[1][0] for each in (lists, now.vectors))
            shared.append(len(set(near) & set(exact)) / 10)
        assert np.mean(shared) > 0.9
        allowed = now.row_mask([now.document("07.txt")])
        assert {row.document for row in now.chunks(lists.search(query, 10, allowed)[1][0])} == {"07.txt"}
