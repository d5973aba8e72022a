"""Archives: their members are documents of their own, under limits, and none of them is written anywhere."""

import gzip
import tarfile
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import WORDS, all_samples, packed
from toy import ToyEncoder, loading

from citeback.index.errors import ReadError
from citeback.index.generations.store import Store
from citeback.index.readers import archive, read_any
from citeback.index.records import MEMBER_SEPARATOR, Source
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sync.sync import sync

SAMPLES = all_samples()


def tarred(parts: dict[str, bytes], *more: tarfile.TarInfo) -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as made:
        for name, data in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, BytesIO(data))
        for info in more:
            made.addfile(info)
    return out.getvalue()


def members(tmp_path: Path, name: str, data: bytes) -> dict[str, str]:
    """Return what became of each member: the kind of document or the reason."""
    (tmp_path / name).write_bytes(data)
    result = read_any(tmp_path / name)
    assert not isinstance(result, Source)
    return {each.name: each.source.kind if each.source else each.reason for each in result}


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.tgz"])
def test_every_format_is_read_within_an_archive(tmp_path: Path, name: str) -> None:
    data = packed(SAMPLES) if name.endswith("zip") else tarred(SAMPLES)
    (tmp_path / name).write_bytes(data)
    result = read_any(tmp_path / name)
    assert isinstance(result, tuple)
    whole = [member for member in result if MEMBER_SEPARATOR not in member.name]
    assert [member.name for member in whole] == sorted(SAMPLES)
    assert all(member.source and WORDS in member.source.text for member in whole)


def test_what_is_not_read_of_an_archive_is_said_member_by_member(tmp_path: Path) -> None:
    parts = {
        "in/words.txt": b"Words.",
        "in/chart.svg": b"<svg/>",
        "in/empty.md": b"",
        ".hidden/x.txt": b"Words.",
        "__MACOSX/in/._words.txt": b"\0",
        "README": b"Words.",
    }
    assert members(tmp_path, "a.zip", packed(parts)) == {
        "in/words.txt": "text",
        "in/chart.svg": "not read: a drawing (.svg)",
        "in/empty.md": "empty file",
        "README": "text",
    }


def test_archives_within_archives_are_opened_but_not_for_ever(tmp_path: Path) -> None:
    data = packed({"words.txt": b"Words."})
    for depth in range(4):
        data = packed({f"in{depth}.zip": data})
    assert members(tmp_path, "a.zip", data) == {
        "in3.zip!/in2.zip!/in1.zip": "archives within archives, more than 3 deep"
    }
    two = packed({"b.zip": packed({"words.txt": b"Words."})})
    assert members(tmp_path, "b.zip", two) == {"b.zip!/words.txt": "text"}


def test_of_too_many_files_none_is_lost_in_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    two = packed({"1.txt": b"Words.", "2.txt": b"Words."})
    assert len(members(tmp_path, "a.zip", packed({"a.zip": two, "b.txt": b"Words."}))) == 3
    with pytest.raises(ReadError, match="files in an archive"):
        members(tmp_path, "b.zip", packed({"a.zip": two, "b.zip": two}))


def test_a_bare_gzip_is_one_file_by_the_name_it_had(tmp_path: Path) -> None:
    assert members(tmp_path, "notes.txt.gz", gzip.compress(b"Words.")) == {"notes.txt": "text"}


def test_names_lead_nowhere_and_links_are_no_members(tmp_path: Path) -> None:
    link = tarfile.TarInfo("link.txt")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    data = tarred({"../../etc/words.txt": b"Words.", "/in/words.md": b"Words."}, link)
    assert members(tmp_path, "a.tar.gz", data) == {"etc/words.txt": "text", "in/words.md": "markdown"}


def test_a_file_without_a_name_is_given_one(tmp_path: Path) -> None:
    data = packed({"a.txt": b"Words.", "b.txt": b"Words."}).replace(b"b.txt", b"\0.txt")
    assert members(tmp_path, "a.zip", data)["a.txt"] == "text"
    named = tarred({"..": b"Words.", "/": b"Words."})
    assert members(tmp_path, "a.tar.gz", named) == {"unnamed": "text"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 and no more", "damaged or invalid archive"),
        (b"no archive", "damaged or invalid archive"),
        (gzip.compress(b"x" * 100)[:15], "damaged or invalid archive"),
        (packed({}), "empty archive"),
    ],
    # Written out: a gzip names the second in which it was made, and each process makes one of its own.
    ids=["a zip of one word", "no archive", "half a gzip", "an empty zip"],
)
def test_a_damaged_archive_says_so(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(ReadError, match=reason):
        read_any(tmp_path / "a.zip")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.txt", b"x")
        made.infolist()[0].file_size = archive.MAX_BYTES + 1
    (tmp_path / "a.zip").write_bytes(out.getvalue())
    (tmp_path / "b.txt.gz").write_bytes(bomb())
    for name in ("a.zip", "b.txt.gz"):
        with pytest.raises(ReadError, match="more than 512 MB when it is unpacked"):
            read_any(tmp_path / name)


def bomb() -> bytes:
    """Return a gzip of a bit more than what is unpacked, made of one compressed block again and again."""
    block = gzip.compress(bytes(2**20), 1)
    return block * (archive.MAX_BYTES // 2**20 + 1)


EDITS = st.lists(st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=3)), min_size=1, max_size=5)


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.tar"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_a_damaged_archive_is_read_or_refused(
    tmp_path: Path, name: str, edits: list[tuple[int, bytes]]
) -> None:
    parts: dict[str, bytes] = {"a.txt": b"Words. " * 9, "b.md": b"# Words", "c.json": b"[1]"}
    whole = packed(dict(parts)) if name == "a.zip" else tarred(parts)
    data = bytearray(gzip.decompress(whole) if name == "a.tar" else whole)
    for at, piece in edits:
        data[at % len(data) : at % len(data) + len(piece)] = piece
    (tmp_path / name).write_bytes(data)
    try:
        result = read_any(tmp_path / name)
    except ReadError as error:
        assert str(error)
    else:
        assert isinstance(result, tuple)
        assert all(member.source or member.reason for member in result)


def test_members_come_through_the_process_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(packed({"a.txt": b"Words.", "b.png": b"x", "c.txt": b""}))
    with WorkerPool(count=1) as workers:
        assert workers.read(tmp_path / "a.zip") == read_any(tmp_path / "a.zip")


def test_a_sync_keeps_members_by_their_archive(tmp_path: Path) -> None:
    folder, store = tmp_path / "docs", Store(tmp_path / "store")
    folder.mkdir()
    (folder / "a.zip").write_bytes(
        packed({"one.txt": b"First words.", "two.png": b"x", "in/b.txt": b"More."})
    )
    (folder / "x!").mkdir()
    (folder / "x!" / "one.txt").write_text("Not within an archive.")
    encoder = ToyEncoder()
    first = sync(store, [folder], load=loading(encoder))
    assert first.added == ("a.zip", "x!/one.txt")
    assert [(f.name, f.unread) for f in first.failed] == [("a.zip!/two.png", True)]
    with store.current() as generation:
        assert [d.name for d in generation.documents] == ["a.zip!/in/b.txt", "a.zip!/one.txt", "x!/one.txt"]
        assert generation.source("a.zip!/one.txt").text == "First words."
    again = sync(store, load=loading(encoder))
    assert not again.published
    (folder / "a.zip").write_bytes(packed({"one.txt": b"Other words."}))
    changed = sync(store, load=loading(encoder))
    assert (changed.changed, changed.failed) == (("a.zip",), ())
    (folder / "a.zip").unlink()
    gone = sync(store, load=loading(encoder))
    assert gone.deleted == ("a.zip!/one.txt",)
    assert not store.check()
