"""Files with the same bytes are indexed once and found by all their names."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import ToyEncoder, loading, read

from citeback.index.generations.store import Store
from citeback.index.records import Document
from citeback.index.search.filters import Filter
from citeback.index.sync.duplicates import mark_duplicates
from citeback.index.sync.sync import sync

TEXT = "The canal was opened in 1851.\n\nAda Holm kept the lock."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a/one.txt", "b/two.txt", "c.txt"):
        (tmp_path / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / name).write_text(TEXT if name != "c.txt" else "Other words.")
    return tmp_path / "docs"


def synced(store: Store, folder: Path) -> ToyEncoder:
    encoder = ToyEncoder()
    sync(store, [folder], load=loading(encoder), read=read)
    assert store.check() == []
    return encoder


def test_one_of_them_is_indexed_and_names_the_others(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert len(synced(store, folder).encoded) == 3
    with store.current() as generation:
        assert [(d.name, d.copy_of) for d in generation.documents] == [
            ("a/one.txt", ""),
            ("b/two.txt", "a/one.txt"),
            ("c.txt", ""),
        ]
        assert generation.duplicates_of("a/one.txt") == ("b/two.txt",)
        assert generation.duplicates_of("c.txt") == ()
        assert generation.source("b/two.txt").text == TEXT
        assert len(generation) == 3


def test_a_filter_that_only_a_copy_passes_finds_the_document(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    synced(store, folder)
    with store.current() as generation:
        allowed = generation.filter_mask(Filter(paths=("b/",)))
        assert allowed is not None
        assert allowed.tolist() == [True, True, False]


def test_when_the_indexed_one_goes_the_next_takes_its_place(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    synced(store, folder)
    (folder / "a" / "one.txt").unlink()
    synced(store, folder)
    with store.current() as generation:
        assert [(d.name, d.copy_of) for d in generation.documents] == [("b/two.txt", ""), ("c.txt", "")]
        assert len(generation) == 3


def test_when_an_earlier_name_comes_it_is_indexed_instead(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    synced(store, folder)
    (folder / "a" / "first.txt").write_text(TEXT)
    synced(store, folder)
    with store.current() as generation:
        assert generation.duplicates_of("a/first.txt") == ("a/one.txt", "b/two.txt")
        assert len(generation) == 3


documents = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("xyz"), st.sampled_from(["text", "pdf"])),
    unique_by=lambda each: each[0],
)


@given(documents)
def test_each_group_has_one_original_whatever_the_order(found: list[tuple[str, str, str]]) -> None:
    made = [Document(name, "", "", 1, 0, sha256, "", kind) for name, sha256, kind in found]
    once = mark_duplicates(made)
    assert once == mark_duplicates(reversed(once))
    for document in once:
        same = [d.name for d in made if (d.sha256, d.kind) == (document.sha256, document.kind)]
        assert document.copy_of == ("" if document.name == min(same) else min(same))
