"""What holds for an index on a disk and on an object store alike, with one suite for both."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

import pytest
from both_stores import KINDS, AnyStore, contents, places
from hypothesis import HealthCheck, given, settings
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import VectorStoreIntegrationTests
from test_sync_properties import Round, many
from toy import ToyEncoder, ToyQueries, loading, never, vector
from weed import WeedServer

from citeback.index.errors import NoGeneration, StoreError, UnknownDocument
from citeback.index.generations.filtered_generation import RestrictedGeneration
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.index.search.name_filter import NameFilter

OLD = 1_000_000  # a date that is believed


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    if request.param != "disk":
        request.getfixturevalue("weed")
    return str(request.param)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    write(folder, "a.txt", "Red fish swim.\n\nBlue fish swim too.")
    write(folder, "b.md", "Red cars drive.\n\nSeven of them stand.")
    write(folder, "sub/c.txt", "It's 3,000 men at Tartus.")
    return folder


@pytest.fixture
def one(kind: str, tmp_path: Path) -> AnyStore:
    return AnyStore(kind, tmp_path / "store")


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (OLD, OLD))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=many)
def test_incremental_equals_fresh_and_twice_is_once(kind: str, rounds: Sequence[Round]) -> None:
    with TemporaryDirectory() as directory:
        folder, store = Path(directory) / "docs", AnyStore(kind, Path(directory) / "store")
        folder.mkdir()
        for round_ in rounds:
            if round_.back and len(store.store.numbers()) > 1:
                store.rollback()
            for edit in round_.edits:
                edit.do(folder)
            report = store.sync(folder)
            again = store.sync(folder, load=never)
            assert (again.generation, again.published) == (report.generation, False)
        fresh = AnyStore(kind, Path(directory) / "fresh")
        fresh.sync(folder)
        with store.current() as now, fresh.current() as other:
            assert contents(now) == contents(other)
        assert store.store.check() == fresh.store.check() == []
        rmtree(directory, ignore_errors=True)


def test_both_stores_hold_the_same(weed: WeedServer, docs: Path, tmp_path: Path) -> None:
    write(docs, "copy.txt", (docs / "a.txt").read_text())
    write(docs, "broken.txt", "broken")
    held = []
    for kind in KINDS:
        store = AnyStore(kind, tmp_path / "store")
        store.sync(docs)
        with store.current() as now:
            held.append(contents(now))
    assert held[0] == held[1]
    assert held[0]["copies"]["a.txt"] == ("copy.txt",)
    assert held[0]["failures"] == [("broken.txt", str(docs / "broken.txt"), "broken")]


def test_nothing_is_there_before_the_first_sync(one: AnyStore) -> None:
    assert one.store.numbers() == []
    assert one.store.outline() is None
    assert one.store.newest() is None
    with pytest.raises(NoGeneration):
        one.store.current()
    with pytest.raises(NoGeneration):
        one.store.check()


def test_what_was_deleted_is_not_found_and_what_changed_is_found_anew(one: AnyStore, docs: Path) -> None:
    one.sync(docs)
    (docs / "a.txt").unlink()
    write(docs, "b.md", "Green cars drive.\n\nSeven of them stand.")
    encoder = ToyEncoder()
    report = one.sync(docs, load=loading(encoder))
    assert (report.deleted, report.changed, report.embedded) == (("a.txt",), ("b.md",), 1)
    assert encoder.encoded == ["b\nGreen cars drive."]
    with one.current() as now:
        assert [document.name for document in now.documents] == ["b.md", "sub/c.txt"]
        assert places(now, now.lexical.search(["fish"], 9)[1]) == []
        assert places(now, now.lexical.search(["green"], 9)[1]) == [("b.md", 0)]
        assert now.lexical.document_frequency(["fish", "red", "green"]) == {"fish": 0, "red": 0, "green": 1}
        with pytest.raises(UnknownDocument):
            now.source("a.txt")


def test_an_open_generation_answers_as_before_whatever_is_published(one: AnyStore, docs: Path) -> None:
    one.sync(docs)
    with one.current() as before:
        first = contents(before)
        write(docs, "a.txt", "Something else.")
        one.sync(docs)
        assert contents(before) == first
        assert one.current().number == before.number + 1


def test_a_filter_searches_only_what_passes(one: AnyStore, docs: Path) -> None:
    write(docs, "it's a (strange) 'name'.txt", "Red fish swim in it.")
    one.sync(docs)
    with one.current() as now:
        for within, names in (
            (Filter(kinds=("md",)), {"b.md"}),
            (Filter(paths=("sub/",)), {"sub/c.txt"}),
            (Filter(paths=("it's*",)), {"it's a (strange) 'name'.txt"}),
            (Filter(paths=("none",)), set()),
        ):
            allowed = now.filter_mask(within)
            found = places(now, now.vectors.search(vector("red fish")[None], 9, allowed)[1][0])
            assert {name for name, _ in found} == names
            found = places(now, now.lexical.search(["red", "3000"], 9, allowed)[1])
            assert {name for name, _ in found} <= names
            assert allowed is not None
            assert now.row_count(allowed) == sum(len(now.chunks_of(name)) for name in names)


def test_a_restricted_view_has_no_trace_of_the_rest(one: AnyStore, docs: Path) -> None:
    write(docs, "zzz.txt", (docs / "a.txt").read_text())
    one.sync(docs)
    with one.current() as now:
        part = RestrictedGeneration(now, NameFilter(("zzz.txt", "b.md")))
        assert [document.name for document in part.documents] == ["b.md", "zzz.txt"]
        assert part.document("zzz.txt").copy_of == ""
        assert part.lexical.document_frequency(["red", "men"]) == {"red": 2, "men": 0}
        _, rows = part.lexical.search(["red"], 9, part.filter_mask(NO_FILTER))
        assert {row.document for row in part.chunks(rows.tolist())} == {"b.md", "zzz.txt"}
        part.prefetch(["a.txt", "zzz.txt"])
        with pytest.raises(UnknownDocument):
            part.source("a.txt")
        assert part.chunks_of("a.txt") == ()
        assert [row.document for row in part.chunks_of("zzz.txt")] == ["zzz.txt", "zzz.txt"]


def test_all_chunks_are_read_in_order_each_original_once(one: AnyStore, docs: Path) -> None:
    write(docs, "zzz.txt", (docs / "a.txt").read_text())
    one.sync(docs)
    with one.current() as now:
        listed = [(row.document, row.chunk.span.start) for row in now.chunks_within(NO_FILTER)]
        assert listed == [("a.txt", 0), ("a.txt", 16), ("b.md", 0), ("b.md", 17), ("sub/c.txt", 0)]
        part = now.chunks_within(Filter(kinds=("md",)))
        assert {row.document for row in part} == {"b.md"}
        view = RestrictedGeneration(now, NameFilter(("zzz.txt",)))
        assert [row.document for row in view.chunks_within(NO_FILTER)] == ["zzz.txt", "zzz.txt"]


def test_similar_words_are_found(one: AnyStore, docs: Path) -> None:
    one.sync(docs)
    with one.current() as now:
        assert places(now, now.lexical.similar("fich", 1, 9)) == [("a.txt", 0), ("a.txt", 16)]
        assert places(now, now.lexical.similar("zzzz", 1, 9)) == []


def test_going_back_and_forth_again(one: AnyStore, docs: Path) -> None:
    one.sync(docs)
    first = contents(one.current())
    (docs / "a.txt").unlink()
    one.sync(docs)
    assert one.rollback().restored == 1
    assert contents(one.current()) == first
    one.sync(docs)
    assert [document.name for document in one.current().documents] == ["b.md", "sub/c.txt"]
    assert one.store.check() == []


def test_a_copy_becomes_the_original_when_that_is_gone(one: AnyStore, docs: Path) -> None:
    write(docs, "copy.txt", (docs / "a.txt").read_text())
    one.sync(docs)
    (docs / "a.txt").unlink()
    one.sync(docs)
    with one.current() as now:
        assert now.document("copy.txt").copy_of == ""
        assert places(now, now.lexical.search(["fish"], 9)[1]) == [("copy.txt", 0), ("copy.txt", 16)]
    assert one.store.check() == []


def test_settings_that_change_chunks_index_everything_again(one: AnyStore, docs: Path) -> None:
    from citeback.index.settings import Settings

    one.sync(docs)
    report = one.sync(docs, settings=Settings(chunk_tokens=64))
    assert report.rebuilt == "other settings: chunk_tokens 200 -> 64"
    assert one.current().settings.chunk_tokens == 64
    assert one.sync(docs, load=never).published is False


def test_a_folder_that_is_empty_now_keeps_its_documents_until_somebody_decides(
    one: AnyStore, docs: Path
) -> None:
    one.sync(docs)
    for path in [*docs.rglob("*.*")]:
        path.unlink()
    kept = one.sync(docs, decide=lambda _: ())
    assert (kept.published, len(kept.unchanged)) == (False, 3)
    assert len(kept.absent) == 1
    assert len(one.sync(docs).deleted) == 3
    assert one.current().documents == ()


def test_a_folder_that_does_not_exist_is_refused(one: AnyStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no folder"):
        one.sync(tmp_path / "nowhere")
    assert one.store.numbers() == []


def test_questions_are_encoded_to_match(one: AnyStore, docs: Path) -> None:
    one.sync(docs)
    with one.current() as now:
        asked = vector("blue fish swim")[None]
        assert ToyQueries().embed_query("x")
        scores, rows = now.vectors.search(asked, 2)
        exact = now.vectors.vectors(rows[0].tolist()) @ asked[0]
        assert scores[0].tolist() == pytest.approx(exact.tolist(), abs=1e-6)


class TestLanceVectorStore(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self, address: str) -> Iterator[VectorStore]:
        from citeback.index.object_store.langchain_vectorstore import LanceVectorStore
        from citeback.index.object_store.place import Place

        yield LanceVectorStore(self.get_embeddings(), Place.open(address))
