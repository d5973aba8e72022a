"""Syncs: what is embedded, what is taken over, when everything is done again, what fails alone."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from snapshot import contents
from toy import ToyEncoder, encoded, loading, never, read, vector

from citeback.index.embedding.protocols import ChunkEncoding, ChunkInput
from citeback.index.errors import ModelError, ReadError
from citeback.index.generations.parts.manifest import FILENAME, Manifest
from citeback.index.generations.store import Store
from citeback.index.records import Source
from citeback.index.search.analyzer import Analyzer
from citeback.index.settings import Settings
from citeback.index.sync.building.journal import Journal
from citeback.index.sync.building.vector_cache import VectorCache
from citeback.index.sync.building.write_parts import Chunker
from citeback.index.sync.report import Progress, SyncReport
from citeback.index.sync.sync import sync


class Folder:
    """A folder and its store."""

    def __init__(self, path: Path) -> None:
        self.docs = path / "docs"
        self.docs.mkdir()
        self.store = Store(path / "store")
        self.encoder = ToyEncoder()

    def write(self, name: str, text: str) -> Path:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def sync(self, settings: Settings | None = None) -> SyncReport:
        self.encoder.encoded.clear()
        return sync(self.store, [self.docs], load=loading(self.encoder), read=read, settings=settings)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path)
    folder.write("a.txt", "One of a.\n\nTwo of a.\n")
    folder.write("b.txt", "One of b.\n")
    return folder


def test_the_first_sync_reads_everything(folder: Folder) -> None:
    folder.write("bad.txt", "broken")
    report = folder.sync()
    assert (report.generation, report.published, report.rebuilt) == (1, True, None)
    assert report.added == ("a.txt", "b.txt")
    assert [failure.name for failure in report.failed] == ["bad.txt"]
    assert (report.chunks, report.embedded, report.reused) == (3, 3, 0)
    assert folder.store.check() == []


def test_the_second_does_nothing_and_loads_nothing(folder: Folder) -> None:
    folder.write("bad.txt", "broken")
    folder.sync()
    before = {path: path.stat().st_mtime_ns for path in folder.store.path.rglob("generations/**/*")}
    report = sync(folder.store, load=never, read=read)
    assert (report.generation, report.published) == (1, False)
    assert report.unchanged == ("a.txt", "b.txt")
    assert [failure.name for failure in report.failed] == ["bad.txt"]
    assert (report.chunks, report.embedded) == (3, 0)
    assert {path: path.stat().st_mtime_ns for path in folder.store.path.rglob("generations/**/*")} == before


def test_only_what_is_new_goes_through_the_model(folder: Folder) -> None:
    folder.sync()
    folder.write("a.txt", "One of a.\n\nTwo of a, changed.\n")
    report = folder.sync()
    assert folder.encoder.encoded == ["a\nTwo of a, changed."]
    assert (report.changed, report.unchanged) == (("a.txt",), ("b.txt",))
    assert (report.chunks, report.embedded, report.reused) == (3, 1, 2)


def test_the_same_text_is_encoded_once(folder: Folder) -> None:
    folder.write("x/a.txt", "One of a.\n\nOne of a.\n")
    report = folder.sync()
    assert report.embedded == 3
    assert report.chunks == 5


def test_deleting_needs_no_model_and_what_is_gone_is_not_found(folder: Folder) -> None:
    folder.sync()
    (folder.docs / "a.txt").unlink()
    report = sync(folder.store, load=never, read=read)
    assert report.deleted == ("a.txt",)
    with folder.store.current() as generation:
        assert [document.name for document in generation.documents] == ["b.txt"]
        assert generation.lexical.search(["two"], 5)[1].tolist() == []
        assert generation.vectors.search(vector("a Two of a.")[None], 5)[1].tolist() == [[0]]
        assert generation.text(0) == "One of b."
    assert folder.store.check() == []


def test_a_renamed_file_is_read_again_since_its_title_may_come_from_its_name(folder: Folder) -> None:
    folder.sync()
    folder.write("sub/b.txt", (folder.docs / "b.txt").read_text())
    (folder.docs / "b.txt").unlink()
    report = folder.sync()
    assert report.renamed == (("b.txt", "sub/b.txt"),)
    assert (report.added, report.deleted, report.embedded) == ((), (), 0)


def test_folders_are_remembered(folder: Folder, tmp_path: Path) -> None:
    folder.sync()
    more = tmp_path / "more"
    more.mkdir()
    (more / "a.txt").write_text("Another a.")
    report = sync(folder.store, [more], load=loading(folder.encoder), read=read)
    assert report.added == ("more/a.txt",)
    assert folder.store.current().folders == (str(folder.docs), str(more))
    assert len(sync(folder.store, load=never, read=read).unchanged) == 3
    report = sync(folder.store, [more], load=loading(folder.encoder), read=read, replace=True)
    assert folder.store.current().folders == (str(more),)
    assert [document.name for document in folder.store.current().documents] == ["a.txt"]


def test_nothing_readable_is_published_too(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("bad.txt", "broken")
    report = sync(folder.store, [folder.docs], load=never, read=read)
    assert (report.published, report.chunks, len(report.failed)) == (True, 0, 1)
    with folder.store.current() as generation:
        assert generation.vectors.search(np.ones((1, 384), np.float32), 3)[1].shape == (1, 0)
        assert generation.lexical.search(["a"], 3)[1].tolist() == []
    assert folder.store.check() == []
    folder.write("good.txt", "Text.")
    assert folder.sync().added == ("good.txt",)


def test_a_document_without_words_is_a_document(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("blank.txt", " \n\n")
    assert folder.sync().added == ("blank.txt",)
    assert folder.store.check() == []
    folder.write("more.txt", "Words.")
    assert folder.sync().embedded == 1
    assert folder.store.check() == []


class TestRebuild:
    def test_other_settings_cut_everything_again(self, folder: Folder) -> None:
        folder.sync()
        report = folder.sync(Settings(chunk_tokens=100))
        assert report.rebuilt == "other settings: chunk_tokens 200 -> 100"
        assert report.unchanged == ("a.txt", "b.txt")
        assert report.embedded == 0  # the same text and the same model: the same vectors
        assert folder.store.current().settings.chunk_tokens == 100
        assert sync(folder.store, load=never, read=read).rebuilt is None

    def test_another_model_means_no_old_vector(self, folder: Folder) -> None:
        folder.sync()
        folder.write("c.txt", "New.")
        folder.encoder.fingerprint = "other"
        report = folder.sync()
        assert report.rebuilt == "another embedding model: toy -> other"
        assert report.embedded == report.chunks == 4
        assert folder.store.current().fingerprint == "other"
        assert folder.store.check() == []

    def test_another_version_reads_everything_again(self, folder: Folder) -> None:
        folder.sync()
        path = folder.store.directory(1) / FILENAME
        manifest = Manifest.read(path.parent)
        path.write_bytes(manifest.model_copy(update={"citeback": "0.0.1"}).render())
        report = folder.sync()
        assert report.rebuilt
        assert report.rebuilt.startswith("indexed by Citeback 0.0.1, this is ")
        assert (report.embedded, report.unchanged) == (0, ("a.txt", "b.txt"))

    def test_it_can_be_asked_for(self, folder: Folder) -> None:
        folder.sync()
        opened = []

        def noting(path: Path) -> Source:
            opened.append(path.name)
            return read(path)

        report = sync(folder.store, load=loading(folder.encoder), read=noting, rebuild=True)
        assert opened == ["a.txt", "b.txt"]
        assert (report.generation, report.published, report.rebuilt) == (2, True, "as requested")


class TestInterrupted:
    def test_what_was_encoded_is_not_encoded_again(self, folder: Folder) -> None:
        folder.write("c.txt", "\n\n".join(f"Paragraph {n}." for n in range(7)))

        def stop(progress: Progress) -> None:
            if (progress.stage, progress.done) == ("embedding", 6):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            sync(folder.store, [folder.docs], load=loading(folder.encoder), read=read, progress=stop)
        assert folder.store.numbers() == []
        report = folder.sync()
        assert (report.chunks, report.embedded) == (10, 4)
        assert folder.store.check() == []
        assert not list(folder.store.path.glob("journal*"))

    def test_a_journal_of_another_model_is_of_no_use(self, folder: Folder) -> None:
        with folder.store.write_lock():
            journal = Journal.open(folder.store.journal, "other")
            key = ChunkInput("a\nOne of a.", ()).key
            journal.put([(key, ChunkEncoding(vector("x"), np.zeros((1, 16), np.float16)))])
            journal.close()
        assert folder.sync().embedded == 3

    @pytest.mark.parametrize("content", [b"nonsense", b"SQLite format 3\x00" + b"\x07" * 5000])
    def test_a_damaged_journal_costs_nothing_but_time(self, folder: Folder, content: bytes) -> None:
        with folder.store.write_lock():
            folder.store.journal.write_bytes(content)
        assert folder.sync().embedded == 3


class TestFilesThatMove:
    def test_a_file_that_vanishes_is_a_failure_now_and_gone_next_time(self, folder: Folder) -> None:
        def vanishing(path: Path) -> Source:
            (folder.docs / "b.txt").unlink(missing_ok=True)
            return read(path)

        report = sync(folder.store, [folder.docs], load=loading(folder.encoder), read=vanishing)
        assert [(f.name, f.reason) for f in report.failed] == [
            ("b.txt", "cannot be opened: No such file or directory")
        ]
        assert folder.sync().failed == ()

    def test_a_file_that_is_written_to_is_read_when_it_rests(self, folder: Folder) -> None:
        def writing(path: Path) -> Source:
            source = read(path)
            if path.name == "b.txt":
                with path.open("a") as file:
                    file.write("More.\n")
            return source

        report = sync(folder.store, [folder.docs], load=loading(folder.encoder), read=writing)
        assert [(f.name, f.reason) for f in report.failed] == [("b.txt", "kept changing while it was read")]
        assert folder.sync().added == ("b.txt",)
        assert folder.store.current().source("b.txt").text == (folder.docs / "b.txt").read_text()

    def test_a_permission_may_be_given_without_touching_the_file(self, folder: Folder) -> None:
        def refusing(path: Path) -> Source:
            try:
                raise PermissionError(13, "Permission denied", path)
            except PermissionError as error:
                raise ReadError("cannot be opened: Permission denied") from error

        assert len(sync(folder.store, [folder.docs], load=never, read=refusing).failed) == 2
        assert not sync(folder.store, load=never, read=refusing).published
        assert folder.sync().added == ("a.txt", "b.txt")

    def test_a_lone_surrogate_fails_alone(self, folder: Folder) -> None:
        def odd(path: Path) -> Source:
            return Source("half \ud800 a pair", path.stem, "text") if path.name == "a.txt" else read(path)

        report = sync(folder.store, [folder.docs], load=loading(folder.encoder), read=odd)
        assert [(f.name, f.reason) for f in report.failed] == [
            ("a.txt", "not Unicode: a lone surrogate at 5")
        ]
        assert report.added == ("b.txt",)


def test_a_model_that_leaves_a_sentence_out_is_refused(folder: Folder) -> None:
    class Short(ToyEncoder):
        def encode(self, items: Iterable[ChunkInput]) -> Iterator[list[tuple[int, ChunkEncoding]]]:
            for batch in super().encode(items):
                yield [(n, ChunkEncoding(made.vector, made.sentences[:-1])) for n, made in batch]

    with pytest.raises(ModelError, match="sentence vectors of shape"):
        sync(folder.store, [folder.docs], load=loading(Short()), read=read)


def test_a_chunk_is_found_by_its_title_and_headings(folder: Folder) -> None:
    folder.write("harbour.txt", "Sixty ships came.\n\nTen left.\n")
    folder.sync()
    with folder.store.current() as generation:
        rows = generation.lexical.search(["harbour"], 5)[1].tolist()
        assert sorted(map(generation.text, rows)) == ["Sixty ships came.", "Ten left."]


def test_what_was_built_is_published_by_one_rename(folder: Folder) -> None:
    built: list[int] = []

    def note(progress: Progress) -> None:
        if progress.item == "publish":
            built.append((folder.store.path / "building").stat().st_ino)

    sync(folder.store, [folder.docs], load=loading(folder.encoder), read=read, progress=note)
    assert [folder.store.directory(1).stat().st_ino] == built


def test_progress_names_every_stage_and_counts_up(folder: Folder) -> None:
    seen: list[Progress] = []
    sync(folder.store, [folder.docs], load=loading(folder.encoder), read=read, progress=seen.append)
    assert list(dict.fromkeys(p.stage for p in seen)) == ["reading", "embedding", "splitting", "writing"]
    for stage in ("reading", "splitting", "embedding", "writing"):
        counts = [(p.done, p.total) for p in seen if p.stage == stage]
        assert counts == sorted(counts)
        assert counts[0][0] == 0
        assert counts[-1][0] == counts[-1][1]


def test_a_sync_over_edits_equals_a_fresh_one(folder: Folder, tmp_path: Path) -> None:
    folder.sync()
    folder.write("a.txt", "Two of a.\n\nOne of b.\n")
    (folder.docs / "b.txt").rename(folder.docs / "0.txt")
    folder.sync()
    fresh = Store(tmp_path / "fresh")
    sync(fresh, [folder.docs], load=loading(ToyEncoder()), read=read)
    with folder.store.current() as one, fresh.current() as other:
        assert contents(one) == contents(other)


def test_files_are_read_while_the_model_computes(folder: Folder) -> None:
    for n in range(30):
        folder.write(f"many/{n:02}.txt", f"Ship {n} came.\n")
    opened: list[Path] = []
    before: list[int] = []

    class OneAtATime(ToyEncoder):
        def encode(self, fresh: Iterable[ChunkInput]) -> Iterator[list[tuple[int, ChunkEncoding]]]:
            for n, item in enumerate(fresh):
                before.append(len(opened))
                yield [(n, encoded(item))]

    def noting(path: Path) -> Source:
        opened.append(path)
        return read(path)

    report = sync(folder.store, [folder.docs], load=loading(OneAtATime()), read=noting)
    assert (report.chunks, report.embedded, len(opened)) == (33, 33, 32)
    assert before[0] < 16
    assert before == sorted(before)


def test_what_is_not_kept_until_its_rows_are_written_is_cut_again(tmp_path: Path) -> None:
    source = Source("One of a.\n\nTwo of a.\n", "a", "text")
    with closing(Journal.open(tmp_path / "journal", "toy")) as journal:
        known, analyzer = VectorCache.of_model("toy", None, journal), Analyzer("en")
        kept, cut_again = (Chunker(ToyEncoder(), analyzer, known, room) for room in (2, 1))
        assert [len(list(cutter.chunk_ahead("a", source))) for cutter in (kept, cut_again)] == [2, 2]
        assert list(cut_again.chunks("a", lambda _: source)) == list(kept.chunks("a", unread))
        assert cut_again.take_inputs() == kept.take_inputs() == []


def unread(name: str) -> Source:
    raise AssertionError(f"{name} was kept")
