"""Which generation is current, who may write, what damage is told."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from toy import ToyEncoder, loading, read

from citeback.index.errors import DamagedGeneration, NoGeneration, StoreError, StoreLocked
from citeback.index.generations.parts.manifest import FILENAME, FORMAT, Manifest
from citeback.index.generations.rollback import history
from citeback.index.generations.store import Store
from citeback.index.sync.building.start import open_latest, plan_start, verify_previous
from citeback.index.sync.report import SyncReport
from citeback.index.sync.sync import sync
from citeback.rag.corpus import Corpus


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def grow(store: Store, text: str) -> SyncReport:
    """Publish a generation with one more document."""
    folder = store.path.parent / "docs"
    folder.mkdir(exist_ok=True)
    (folder / f"{text}.txt").write_text(f"A text about {text}.")
    return sync(store, [folder], load=loading(ToyEncoder()), read=read)


def damage(path: Path) -> None:
    """Flip one bit in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def test_looking_creates_nothing(store: Store) -> None:
    for look in (store.current, store.check):
        with pytest.raises(NoGeneration, match="Next: citeback index FOLDER"):
            look()
    assert store.numbers() == []
    assert not store.path.exists()


def test_two_generations_are_kept_and_git_ignores_them(store: Store) -> None:
    for text in ("one", "two", "three"):
        grow(store, text)
    assert store.numbers() == [3, 2]
    assert store.current().number == 3
    assert (store.path / ".gitignore").read_text() == "*\n"
    assert not (store.path / "building").exists()
    assert not store.journal.exists()


def test_an_open_generation_outlives_its_removal(store: Store) -> None:
    grow(store, "one")
    with store.current() as opened:
        for text in ("two", "three", "four"):
            grow(store, text)
        assert not opened.directory.exists()
        assert opened.text(0) == "A text about one."
        assert opened.lexical.search(["one"], 1)[1].tolist() == [0]
        assert opened.vectors.vectors([0]).shape == (1, 16)
        assert opened.sentence_vectors(0).shape == (1, 16)


@pytest.mark.parametrize("content", ["file", "directory"])
def test_what_is_not_a_store_is_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "thesis"
    if content == "file":
        path.write_text("precious")
    else:
        path.mkdir()
        (path / "chapter.txt").write_text("precious")
    with pytest.raises(StoreError, match="is not a store"):
        grow(Store(path), "one")
    assert "precious" in (path if content == "file" else path / "chapter.txt").read_text()


def test_an_empty_directory_becomes_a_store(store: Store) -> None:
    store.path.mkdir()
    assert grow(store, "one").published


def test_one_writer_at_a_time_and_the_others_are_told_who(store: Store) -> None:
    with (
        store.write_lock(),
        pytest.raises(StoreLocked, match=rf"Process {os.getpid()}, since 20.* is writing"),
    ):
        grow(store, "one")
    assert grow(store, "one").published


def test_a_killed_writer_does_not_keep_the_lock(store: Store) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from citeback.index.generations.store import Store\n"
        "with Store(Path(sys.argv[1])).write_lock(): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(store.path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(StoreLocked, match=f"Process {process.pid}, since"):
            grow(store, "one")
        process.kill()
    assert grow(store, "one").published


def test_a_half_written_building_is_ignored_and_cleared(store: Store) -> None:
    grow(store, "one")
    building = store.path / "building"
    building.mkdir()
    (building / "rows.sqlite").write_bytes(b"half")
    assert store.current().number == 1
    assert not grow(store, "one").published
    assert not building.exists()


@pytest.mark.parametrize(
    "lost", [FILENAME, "rows.sqlite", "vectors.faiss", "sentences.npy", "words/meta.json"]
)
def test_a_missing_file_is_noticed_at_opening(store: Store, lost: str) -> None:
    grow(store, "one")
    grow(store, "two")
    (store.directory(2) / lost).unlink()
    current = store.current()
    assert current.number == 1
    assert "Generation 2 is damaged and was skipped" in current.notices[0]
    assert lost in current.notices[0]
    assert store.check()
    report = grow(store, "two")
    assert (report.generation, report.published) == (3, True)
    assert report.notices == current.notices
    assert [d.name for d in store.current().documents] == ["one.txt", "two.txt"]
    assert store.numbers() == [3, 1]
    assert not store.current().notices


def test_when_nothing_is_whole_the_folders_bring_everything_back(store: Store) -> None:
    grow(store, "one")
    damage(store.directory(1) / FILENAME)
    with pytest.raises(DamagedGeneration, match="Generation 1 is damaged"):
        store.current()
    report = grow(store, "two")
    assert (report.generation, len(report.added)) == (2, 2)
    assert "Generation 1 is damaged" in report.notices[0]
    assert not store.check()


def test_every_bit_of_the_manifest_counts(store: Store) -> None:
    grow(store, "one")
    path = store.directory(1) / FILENAME
    whole = path.read_bytes()
    for bit in range(0, 8 * len(whole), 61):
        data = bytearray(whole)
        data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(data)
        with pytest.raises(DamagedGeneration):
            Manifest.read(path.parent)
    path.write_bytes(whole)
    assert Manifest.read(path.parent).render() == whole


def test_a_newer_format_asks_for_a_newer_citeback(store: Store) -> None:
    grow(store, "one")
    path = store.directory(1) / FILENAME
    manifest = Manifest.read(path.parent)
    path.write_bytes(manifest.model_copy(update={"format": FORMAT + 1}).render())
    with pytest.raises(StoreError, match=rf"format {FORMAT + 1}.*upgrade"):
        store.current()
    with pytest.raises(StoreError, match=rf"format {FORMAT + 1}.*upgrade"):
        grow(store, "two")
    assert json.loads(path.read_bytes())["manifest"]["format"] == FORMAT + 1


def test_a_flipped_bit_in_any_file_is_found(store: Store) -> None:
    grow(store, "one")
    grow(store, "two")
    directory = store.directory(2)
    for name in [FILENAME, *Manifest.read(directory).files]:
        path = directory / name
        whole = path.read_bytes()
        if whole:
            damage(path)
            problems = store.check()
            assert problems, name
            assert Path(name).name in problems[0]
            path.write_bytes(whole)
    assert store.check() == []


def test_what_is_damaged_is_not_taken_over(store: Store) -> None:
    grow(store, "one")
    damage(store.directory(1) / "vectors.faiss")
    report = grow(store, "two")
    assert "vectors.faiss differs from its checksum" in report.notices[0]
    assert report.embedded == report.chunks == 2
    assert store.check() == []


def test_what_is_damaged_while_it_is_open_is_not_taken_over_either(store: Store) -> None:
    grow(store, "one")
    with open_latest(store) as (previous, _):
        start = plan_start(store, previous)
        damage(store.directory(1) / "vectors.faiss")
        assert (start.previous, start.reread_reason) == (previous, None)
        sync_start = verify_previous(start)
        assert (sync_start.previous, sync_start.must_publish) == (None, True)
        assert "vectors.faiss differs from its checksum" in str(sync_start.reread_reason)


def test_a_generation_that_is_removed_while_it_is_looked_for_is_not_damage(store: Store) -> None:
    class Late(Store):
        """Lists what was there a moment ago."""

        seen: tuple[int, ...] = (2, 1)

        def numbers(self) -> list[int]:
            seen, self.seen = self.seen, ()
            return list(seen) or super().numbers()

    for text in ("one", "two", "three", "four"):
        grow(store, text)
    with Late(store.path).current() as current:
        assert (current.number, current.notices) == (4, ())
    assert Late(store.path).check() == []
    assert [kept.number for kept in history(Late(store.path))] == []


def test_a_page_that_is_open_goes_on_where_nothing_newer_is_whole(store: Store) -> None:
    grow(store, "one")
    with Corpus.open(store) as corpus:
        grow(store, "two")
        damage(store.directory(2) / "rows.sqlite")
        assert not corpus.refresh()
        assert (corpus.number, len(corpus.documents)) == (1, 1)
        assert "Generation 2 is damaged and was skipped" in corpus.notices[0]
        damage(store.directory(1) / "rows.sqlite")
        (store.directory(2) / FILENAME).rename(store.directory(2) / "lost")
        store.directory(2).rename(store.directory(3))
        assert not corpus.refresh()
        assert (corpus.number, corpus.source("one.txt").text) == (1, "A text about one.")
        assert "Generation 3 is damaged" in corpus.notices[-1]
        damage(store.directory(1) / "rows.sqlite")
        grow(store, "three")
        assert corpus.refresh()
        assert (len(corpus.documents), corpus.notices) == (3, ())


@pytest.mark.parametrize("name", ["000009", "000001", "9", "٣", "9" * 200, "notes.txt"])
def test_what_is_no_generation_is_passed_over_and_told_by_check(store: Store, name: str) -> None:
    grow(store, "one")
    stray = store.path / "generations" / name
    if not stray.exists():
        stray.write_text("What somebody put there.")
    else:
        grow(store, "two")
        stray.with_name("aside").write_text("")
        stray = stray.with_name("aside")
    before = store.current().number
    assert any(f"{stray} is not a generation" in problem for problem in store.check())
    assert grow(store, "three").published
    assert store.current().number > before
    assert stray.is_file()


def test_a_store_of_a_stray_file_alone_holds_nothing(store: Store) -> None:
    (store.path / "generations").mkdir(parents=True)
    (store.path / "generations" / "000001").write_text("")
    with pytest.raises(NoGeneration):
        store.current()
    assert grow(store, "one").generation == 2


@pytest.mark.parametrize("depth", [10, 2_000, 200_000])
@pytest.mark.parametrize("inside", ["", '"manifest":'], ids=["bare", "as a manifest"])
def test_a_manifest_that_is_nested_deeply_is_damaged_and_the_one_before_answers(
    store: Store, depth: int, inside: str
) -> None:
    grow(store, "one")
    grow(store, "two")
    nested = "[" * depth + "]" * depth
    (store.directory(2) / FILENAME).write_text(f"{{{inside} {nested}}}" if inside else nested)
    with store.current() as generation:
        assert generation.number == 1
        assert "Generation 2 is damaged" in generation.notices[0]
    assert store.outline()
    assert [kept.problem is None for kept in history(store)] == [False, True]
    assert store.check()
    assert grow(store, "three").published


@pytest.mark.parametrize("name", ["../../../secret", "/etc/passwd", "a/../../b", "..", ""])
def test_a_manifest_names_no_file_outside_its_generation(store: Store, name: str) -> None:
    grow(store, "one")
    directory = store.directory(1)
    manifest = Manifest.read(directory)
    seal = next(iter(manifest.files.values()))
    hostile = manifest.model_copy(update={"files": {**manifest.files, name: seal}})
    (directory / FILENAME).write_bytes(hostile.render())
    with pytest.raises(DamagedGeneration, match="not within the generation"):
        store.current()


def test_a_writer_that_says_nonsense_is_waited_for_all_the_same(store: Store) -> None:
    grow(store, "one")
    with store.write_lock():
        (store.path / "writer").write_text("[" * 100_000)
        with pytest.raises(StoreLocked, match="Another process"), Store(store.path).write_lock():
            pass
