"""An index on a real object store: who may write, what a bucket may hold, and what goes wrong."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from time import sleep, time
from typing import Any

import pytest
from both_stores import contents
from toy import ToyEncoder, loading, never, read, vector
from typed import Typed
from weed import SECRET, WeedServer

from citeback.index import any_store
from citeback.index.errors import (
    DamagedGeneration,
    SettingsError,
    StoreError,
    StoreLocked,
)
from citeback.index.sync.report import SyncReport

OLD = 1_000_000


def write(folder: Path, name: str, text: str, date: int = OLD) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (date, date))


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    for n in range(4):
        write(folder, f"{n}.txt", f"Red fish number {n}.\n\nBlue fish.")
    return folder


@pytest.fixture
def store(address: str) -> Any:
    return any_store.open_store(address)


def synced(store: Any, *folders: Path | str, **options: Any) -> SyncReport:
    from citeback.index.object_store.indexing.sync import RemoteSync

    load = options.pop("load", loading(ToyEncoder()))
    return RemoteSync(store=store, load=load, read=read, **options).run(folders)


def put(address: str, objects: dict[str, str]) -> None:
    from citeback.index.object_store.place import Place

    place = Place.open(address)
    for name, text in objects.items():
        place.write(name, text.encode())


# Who may write


def test_a_second_writer_learns_who_holds_the_lease(store: Any, docs: Path) -> None:
    with (
        store.writing(),
        pytest.raises(StoreLocked, match=rf"^Process {os.getpid()} on .* is writing to s3:"),
    ):
        synced(store, docs)
    assert synced(store, docs).published


def test_the_lease_of_a_dead_process_on_this_machine_is_taken_over(store: Any, docs: Path) -> None:
    code = (
        "import os, sys; from citeback.index.object_store.store import ObjectStore\n"
        "with ObjectStore.open(sys.argv[1]).writing(): print('held', flush=True); os.kill(os.getpid(), 9)"
    )
    dead = subprocess.run([sys.executable, "-c", code, store.path], capture_output=True, check=False)
    assert dead.stdout == b"held\n"
    assert synced(store, docs).published


def test_the_lease_of_another_machine_ends_with_its_time(store: Any, docs: Path) -> None:
    from citeback.index.object_store.lease import LEASE, SKEW_SECONDS

    holder = {"run": "x", "host": "far", "pid": 1, "boot": "", "since": "then", "until": time() + 1}
    store.place.write(LEASE, json.dumps(holder).encode())
    with pytest.raises(StoreLocked, match="Process 1 on far, since then"):
        synced(store, docs)
    holder["until"] = time() - SKEW_SECONDS - 1
    store.place.write(LEASE, json.dumps(holder).encode())
    assert synced(store, docs).published


@pytest.mark.parametrize("lease", [b"", b"[]", b"{", b'{"run": 3}', b"[" * 100_000])
def test_a_lease_that_says_nothing_is_taken(store: Any, docs: Path, lease: bytes) -> None:
    store.place.write("lease.json", lease)
    assert synced(store, docs).published


def test_a_writer_that_lost_its_lease_publishes_nothing(store: Any, docs: Path) -> None:
    from citeback.index.object_store.indexing.sync import RemoteSync
    from citeback.index.object_store.lease import LEASE

    def usurp(progress: Any) -> None:
        if progress.item == "indexes":
            store.place.write(LEASE, b'{"run": "another"}')

    sync = RemoteSync(store=store, load=loading(ToyEncoder()), read=read, progress=usurp)
    with pytest.raises(StoreLocked, match="took over"):
        sync.run([docs])
    assert store.numbers() == []


def test_rows_that_somebody_else_added_meanwhile_are_not_published(store: Any, docs: Path) -> None:
    from citeback.index.object_store.indexing.sync import RemoteSync
    from citeback.index.object_store.table import Table
    from citeback.index.object_store.tables import DOCUMENTS

    synced(store, docs)
    write(docs, "more.txt", "More.")

    def intrude(progress: Any) -> None:
        if progress.stage == "reading" and progress.done == 1:
            table = Table.open(store.place, DOCUMENTS, "foreign")
            assert table
            table.append(table.dataset.to_table(limit=1))

    sync = RemoteSync(store=store, load=loading(ToyEncoder()), read=read, progress=intrude)
    with pytest.raises(StoreError):
        sync.run([docs])
    assert store.numbers() == [1]
    assert synced(store, docs).published
    assert store.check() == []
    assert [d.name for d in store.current().documents] == ["0.txt", "1.txt", "2.txt", "3.txt", "more.txt"]


def test_a_store_without_conditional_writes_is_refused_with_the_reason(address: str, docs: Path) -> None:
    from citeback.index.object_store.place import Place
    from citeback.index.object_store.store import ObjectStore

    class Careless(Place):
        def create(self, path: str, data: bytes) -> str | None:
            self.write(path, data)
            return '"any"'

        def replace(self, path: str, data: bytes, etag: str) -> str | None:
            return self.create(path, data)

    store = ObjectStore(Careless.open(address))
    with pytest.raises(StoreError, match="ignores conditional writes"):
        synced(store, docs)
    assert [found.path for found in store.place.list()] == []


# What nobody may see


def test_an_address_with_credentials_is_refused_and_not_repeated(weed: WeedServer) -> None:
    with pytest.raises(SettingsError) as refused:
        any_store.open_store(f"s3://somebody:{SECRET}@bucket/x")
    assert SECRET not in str(refused.value)


def test_the_credentials_are_in_no_object_and_no_message(
    store: Any, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced(store, docs)
    held = b"".join((store.place.read(found.path) or (b"",))[0] for found in store.place.list())
    assert SECRET.encode() not in held
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-wrong-secret")
    with pytest.raises(StoreError, match="access is denied") as refused:
        any_store.open_store(store.path).current()
    assert "a-wrong-secret" not in str(refused.value)
    assert "test-key" not in str(refused.value)


def test_other_computers_are_not_asked_without_tls(weed: WeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://store.example.org:9000")
    with pytest.raises(SettingsError, match="no TLS"):
        any_store.open_store("s3://bucket/x")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    assert any_store.open_store("s3://bucket/x").path == "s3://bucket/x"


@pytest.mark.parametrize("wrong", ["s3://", "s3:///x", "ftp://bucket/x", "s3://bucket/../x", "s3://a b/x"])
def test_what_is_no_address_is_refused(weed: WeedServer, wrong: str) -> None:
    with pytest.raises(SettingsError):
        any_store.open_store(wrong)


def test_a_store_that_cannot_be_reached_says_so(monkeypatch: pytest.MonkeyPatch, weed: WeedServer) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StoreError, match="cannot be reached"):
        any_store.open_store("s3://tests/x").numbers()


# What a bucket may hold


def test_a_bucket_is_indexed_by_prefix_and_by_pattern(store: Any, address: str) -> None:
    source = f"{address}-source"
    put(
        source,
        {
            "papers/a.txt": "Red fish.",
            "papers/deep/b.md": "Blue fish.",
            "papers/.hidden.txt": "No.",
            "other.txt": "Green fish.",
        },
    )
    report = synced(store, f"{source}/papers")
    assert report.added == ("a.txt", "deep/b.md")
    with store.current() as now:
        document = now.document("a.txt")
        assert (document.path, document.folder) == (f"{source}/papers/a.txt", f"{source}/papers")
        assert document.etag
        assert now.source("a.txt").text == "Red fish."
    again = synced(store, load=never)
    assert (again.published, again.unchanged) == (False, ("a.txt", "deep/b.md"))
    put(source, {"papers/a.txt": "Old fish."})
    assert synced(store).changed == ("a.txt",)
    store.place  # noqa: B018
    pattern = any_store.open_store(f"{address}-2")
    assert synced(pattern, f"{source}/**/*.md").added == ("papers/deep/b.md",)


def test_objects_that_are_too_large_or_broken_are_listed_with_the_reason(store: Any, address: str) -> None:
    from citeback.index.object_store.indexing import buckets

    source = f"{address}-source"
    put(source, {"good.txt": "Fish.", "broken.txt": "broken", "film.mp4": "x"})
    before = buckets.MAX_UNKNOWN
    try:
        buckets.MAX_UNKNOWN = 0
        report = synced(store, source)
    finally:
        buckets.MAX_UNKNOWN = before
    assert {failure.name: failure.reason for failure in report.failed} == {
        "broken.txt": "broken",
        "film.mp4": "too large: more than 0 MB",
    }


def test_an_object_that_changes_while_it_is_read_is_read_next_time(store: Any, address: str) -> None:
    from citeback.index.object_store.indexing.sync import RemoteSync

    source = f"{address}-source"
    put(source, {"a.txt": "First."})

    def meddle(progress: Any) -> None:
        if progress.stage == "reading" and progress.done == 0:
            put(source, {"a.txt": "Second, and longer."})

    RemoteSync(store=store, load=loading(ToyEncoder()), read=read, progress=meddle).run([source])
    assert [failure.retryable for failure in store.current().failures] == [True]
    assert synced(store).added == ("a.txt",)
    assert store.current().source("a.txt").text == "Second, and longer."


def test_an_empty_bucket_keeps_its_documents_until_somebody_decides(store: Any, address: str) -> None:
    from citeback.index.object_store.place import Place

    source = f"{address}-source"
    put(source, {"a.txt": "Fish."})
    synced(store, source)
    Place.open(source).delete("a.txt")
    kept = synced(store)
    assert (kept.published, [each.reason for each in kept.absent]) == (False, ["is empty now"])
    assert synced(store, decide=lambda asked: [each.folder for each in asked]).deleted == ("a.txt",)


def test_buckets_are_watched_by_looking_again_and_again(store: Any, address: str) -> None:
    from citeback.index.object_store.indexing.watch import PollingWatcher

    source, events, stop = f"{address}-source", list[Any](), Event()
    put(source, {"a.txt": "Fish."})
    synced(store, source)
    put(source, {"b.txt": "More fish."})

    def notify(event: Any) -> None:
        events.append(event)
        stop.set()

    PollingWatcher(store, loading(ToyEncoder()), notify, stop, look=0.01).run()
    assert events[0].added == ("b.txt",)
    assert store.current().number == 2


# What is damaged


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


# What is kept, and what is removed


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


# A copy on a fast disk


def test_questions_are_answered_from_the_copy_while_the_store_is_away(
    tmp_path: Path, docs: Path, weed: WeedServer, address: str
) -> None:
    from weed import weed_server

    with weed_server(tmp_path / "weed") as own:
        original = any_store.open_store(address)
        synced(original, docs)
        before = contents(original.current())
        copied = any_store.open_store(address, tmp_path / "copy")
        with copied.current() as now:
            files = {path for path in (tmp_path / "copy").rglob("*") if path.is_file()}
            assert all(path.stat().st_mode & 0o077 == 0 for path in files)
            own.kill()
            assert contents(now) == before
    os.environ.update(weed.environment)


def test_only_new_files_are_copied_and_unused_ones_removed(tmp_path: Path, docs: Path, address: str) -> None:
    original, copied = any_store.open_store(address), any_store.open_store(address, tmp_path / "copy")
    synced(original, docs)
    for n in range(5):
        write(docs, "0.txt", f"Version {n}.", OLD + n)
        synced(original, docs)
        with copied.current() as now:
            assert now.source("0.txt").text == f"Version {n}."
    inside = [path for path in (tmp_path / "copy" / "tables").rglob("*") if path.is_file()]
    assert len(inside) < 120
    assert not list(tmp_path.rglob("*.part"))


def test_two_servers_cannot_share_a_copy(tmp_path: Path, docs: Path, address: str) -> None:
    synced(any_store.open_store(address), docs)
    first = any_store.open_store(address, tmp_path / "copy")
    first.current()
    code = (
        "import sys; from pathlib import Path; from citeback.index import any_store\n"
        "any_store.open_store(sys.argv[1], Path(sys.argv[2])).current()"
    )
    second = subprocess.run(
        [sys.executable, "-c", code, address, str(tmp_path / "copy")], capture_output=True, check=False
    )
    assert b"Another server uses" in second.stderr


def test_a_server_moves_to_a_new_generation_once_it_is_copied(
    tmp_path: Path, docs: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from citeback.index.object_store import store as module

    monkeypatch.setattr(module, "POLL_SECONDS", 0.0)
    original, copied = any_store.open_store(address), any_store.open_store(address, tmp_path / "copy")
    synced(original, docs)
    for number in (1, 2):
        for _ in range(200):
            if copied.newest() == number:
                break
            sleep(0.05)
        assert copied.newest() == number
        write(docs, "0.txt", f"Version {number}.", OLD + number)
        synced(original, docs)


# Commands


@pytest.fixture(scope="module")
def real(
    shared: Path, weed: WeedServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """Return a directory and an address with an index of the same real documents."""
    where = str(tmp_path_factory.mktemp("real") / "store"), "s3://tests/real"
    for each in where:
        assert Typed("index", shared / "corpus", "--store", each).status == 0
    yield where


@pytest.mark.real_data
def test_both_stores_answer_alike_with_exact_spans(real: tuple[str, str], shared: Path) -> None:
    asked = [
        "How many Syrian regulars were killed at Deir Ezzor?",
        "At which port did ground forces disembark?",
        "What is the capital of France?",
        "How many documents mention Tartus?",
    ]
    local, remote = (
        [Typed("ask", question, "--store", where, "--json").json for question in asked] for where in real
    )
    assert [answer["text"] for answer in local] == [answer["text"] for answer in remote]
    assert [answer["abstained"] for answer in remote] == [False, False, True, False]
    for one, other in zip(local, remote, strict=True):
        first = [
            [p[key] for p in each["passages"][:1] for key in ("document", "start", "end")]
            for each in (one, other)
        ]
        assert first[0] == first[1]
        for citation in (c for sentence in other["sentences"] for c in sentence["citations"]):
            with (shared / "corpus" / citation["document"]).open(encoding="utf-8", newline="") as file:
                assert file.read()[citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.real_data
def test_every_command_works_on_an_address(real: tuple[str, str], shared: Path, tmp_path: Path) -> None:
    _, where = real
    status = Typed("status", "--store", where, "--json").json
    assert len(status["documents"]) == 3
    assert status["since"]["added"] == []
    assert "is intact" in Typed("check", "--store", where).out
    assert Typed("rollback", "--list", "--store", where, "--json").json["generations"][0]["problem"] is None
    assert Typed("search", "Tartus", "--store", where, "--json", "--copy", tmp_path / "c").json["passages"]
    dry = Typed("index", "--dry-run", "--store", where, "--json").json
    assert dry["added"] == []
    assert Typed("list", "dates", "--store", where).status == 0
    assert Typed("eval", "--make", "3", "--store", where).status == 0
    text = Typed("text", "README.md", "--store", where).out
    assert text == (shared / "corpus" / "README.md").read_text()


def test_what_does_not_fit_together_is_refused_with_the_next_thing_to_do(tmp_path: Path, docs: Path) -> None:
    workers = Typed("index", docs, "--store", tmp_path / "store", "--workers", "127.0.0.1:6379")
    assert workers.status == 2 or workers.status == 1
    assert "Workers write to an object store" in workers.err
    bucket = Typed("index", "s3://bucket/papers", "--store", tmp_path / "store")
    assert "can only be indexed into an object store" in bucket.err
    copy = Typed("ask", "What?", "--store", tmp_path / "store", "--copy", tmp_path / "copy")
    assert "nothing to copy" in copy.err
