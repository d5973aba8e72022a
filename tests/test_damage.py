"""A flipped bit, wherever it is: found by `check`, passed over at opening, never answered from."""

from pathlib import Path

import pytest
from snapshot import contents
from test_readers_during_syncs import load
from test_store import grow
from xxhash import xxh3_128_hexdigest

from citeback.index.errors import DamagedGeneration
from citeback.index.generations.parts.checksums import (
    BLOCK,
    FileChecksum,
    VerifiedFile,
    checksum_file,
    checksum_problem,
)
from citeback.index.generations.parts.manifest import FILENAME, Manifest
from citeback.index.generations.store import Store
from citeback.rag.corpus import Corpus, CorpusOptions

POSITIONS = 16  # in every file: the first byte, the last one and those in steps between them


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store of two generations."""
    store = Store(tmp_path_factory.mktemp("damage") / "store")
    for text in ("one", "two"):
        grow(store, text)
    return store


def flips(path: Path) -> list[tuple[int, int]]:
    """Return (byte, bit) of every flip that is tried in a file; each bit has its turn."""
    last = path.stat().st_size - 1
    places = sorted({last * n // (POSITIONS - 1) for n in range(POSITIONS)}) if last >= 0 else []
    return [(place, n % 8) for n, place in enumerate(places)]


def flip(path: Path, place: int, bit: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        (byte,) = file.read(1)
        file.seek(place)
        file.write(bytes([byte ^ 1 << bit]))


def test_a_flipped_bit_in_any_file_is_found_and_not_served(store: Store) -> None:
    directory = store.directory(2)
    with store.current() as newest, type(newest).open(store.directory(1)) as before:
        assert newest.number == 2
        known = contents(before)
    tried = 0
    for name in [FILENAME, *Manifest.read(directory).files]:
        for place, bit in flips(directory / name):
            flip(directory / name, place, bit)
            with store.current() as opened:
                assert opened.number == 1, (name, place, bit)
                assert name in opened.notices[0]
                if place == 0:
                    assert contents(opened) == known
            assert any(name in problem for problem in store.check()), (name, place, bit)
            flip(directory / name, place, bit)
            tried += 1
    assert tried > 150
    assert store.check() == []
    with store.current() as whole:
        assert (whole.number, whole.notices) == (2, ())


def test_a_flipped_bit_in_an_older_generation_is_found_too(store: Store) -> None:
    path = store.directory(1) / "rows.sqlite"
    flip(path, 5000, 3)
    assert [problem for problem in store.check() if str(path) in problem]
    with store.current() as whole:
        assert (whole.number, whole.notices) == (2, ())
    flip(path, 5000, 3)
    assert store.check() == []


def test_where_nothing_is_whole_nothing_is_served(store: Store) -> None:
    paths = [store.directory(number) / "sentences.npy" for number in (1, 2)]
    for path in paths:
        flip(path, 130, 0)
    with pytest.raises(
        DamagedGeneration, match=r"Generation 2 is damaged.*Generation 1 is damaged.*citeback index"
    ):
        store.current()
    for path in paths:
        flip(path, 130, 0)


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 7])
def test_every_block_of_a_file_is_compared(tmp_path: Path, size: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(n % 251 for n in range(size)))
    sealed = checksum_file(path)
    assert (sealed.size, len(sealed.blocks)) == (size, -(-size // BLOCK))
    assert checksum_problem(path, sealed) is None
    for place in sorted({0, size // 2, size - 1} & set(range(size))):
        flip(path, place, 6)
        first = place // BLOCK * BLOCK
        assert f"somewhere in bytes {first} to {min(first + BLOCK, size)}" in str(
            checksum_problem(path, sealed)
        )
        flip(path, place, 6)
    path.write_bytes(path.read_bytes() + b"x")
    assert f"has {size + 1} bytes, not {size}" in str(checksum_problem(path, sealed))
    path.unlink()
    assert "is missing" in str(checksum_problem(path, sealed))


def test_a_seal_in_larger_blocks_as_they_once_were_still_holds(tmp_path: Path) -> None:
    path, old = tmp_path / "file", 1 << 20
    data = bytes(n % 251 for n in range(old + 5))
    path.write_bytes(data)
    sums = [xxh3_128_hexdigest(data[:old]), xxh3_128_hexdigest(data[old:])]
    sealed = FileChecksum.model_validate({"size": len(data), "blocks": sums})
    assert checksum_problem(path, sealed) is None
    assert VerifiedFile.open(path, sealed).read(old - 3, len(data)) == data[old - 3 :]
    flip(path, old + 1, 3)
    assert f"somewhere in bytes {old} to {old + 5}" in str(checksum_problem(path, sealed))


def test_a_file_that_cannot_be_read_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"words")
    sealed = checksum_file(path)

    def failing(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", failing)
    assert str(checksum_problem(path, sealed)).endswith("cannot be read: Input/output error.")


def test_what_is_compared_later_is_compared_before_it_is_used(tmp_path: Path) -> None:
    large = Store(tmp_path / "store", eager=0)  # as if the index were large
    for text in ("one", "two"):
        grow(large, text)
    path = large.directory(2) / "sentences.npy"
    with Corpus.open(large, CorpusOptions(load=load)) as corpus:
        whole = corpus.search("A text about one.")
    flip(path, path.stat().st_size - 1, 5)
    with large.current() as opened:
        assert (opened.number, opened.notices) == (2, ())
        with pytest.raises(DamagedGeneration, match=r"sentences.npy differs from its checksum"):
            opened.sentence_vectors(0)
    with Corpus.open(large, CorpusOptions(load=load)) as corpus:
        assert corpus.number == 2
        passages = corpus.search("A text about one.")
        assert [passage.document for passage in passages] == ["one.txt"] != [p.document for p in whole]
        assert corpus.number == 1
        assert "Generation 2 is damaged and was skipped" in corpus.notices[0]
    with Corpus.open(large, CorpusOptions(load=load)) as corpus:
        assert corpus.ask("A text about one.").passages
        assert (corpus.number, len(corpus.notices)) == (1, 1)
    report = grow(large, "two")  # nothing has changed, but the index is not whole
    assert (report.generation, report.published) == (3, True)
    assert large.check() == []
