"""Indexing from a terminal: what was done, what is indexed, what failed, and going back."""

from pathlib import Path

import harbour
import pytest
from harbour import HOSTILE, LIGHT
from pdf_made import pictured
from typed import Typed

from citeback.index.readers import ocr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return harbour.written(tmp_path_factory.mktemp("documents"))


@pytest.fixture(scope="module")
def store(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return harbour.indexed(folder, tmp_path_factory.mktemp("stores") / "store")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return harbour.bridge(tmp_path / "small")


def test_index_tells_what_it_did_and_the_second_time_there_is_nothing_to_do(small: Path) -> None:
    at = small.parent / "store"
    first = Typed("index", small, "--store", at, "--json")
    assert (first.status, first.json["added"], first.json["embedded"]) == (0, ["a.txt"], 1)
    second = Typed("index", "--store", at, "--json")  # the store remembers its folder
    assert (second.status, second.json["unchanged"], second.json["embedded"]) == (0, ["a.txt"], 0)
    assert second.json["published"] is False


def test_index_tells_what_was_renamed_changed_and_deleted(small: Path) -> None:
    at = small.parent / "store"
    (small / "b.txt").write_text("The ferry leaves at noon.")
    (small / "c.txt").write_text("The market is on Fridays.")
    Typed("index", small, "--store", at)
    (small / "a.txt").rename(small / "bridge.txt")
    (small / "b.txt").write_text("The ferry leaves at ten.")
    (small / "c.txt").unlink()
    done = Typed("index", "--store", at, "--json").json
    assert done["renamed"] == [{"from": "a.txt", "to": "bridge.txt"}]
    assert (done["changed"], done["deleted"], done["added"]) == (["b.txt"], ["c.txt"], [])
    message = Typed("index", "--store", at).out
    assert message.startswith(
        "2 documents: 0 added, 0 changed, 0 renamed, 0 deleted, 2 unchanged, 0 failed.\n"
    )


def test_a_file_that_cannot_be_read_fails_alone_and_ends_in_1(small: Path) -> None:
    at = small.parent / "store"
    (small / "broken.pdf").write_text("no PDF")
    done = Typed("index", small, "--store", at, "--json")
    assert (done.status, done.json["added"]) == (1, ["a.txt"])
    assert [failure["document"] for failure in done.json["failed"]] == ["broken.pdf"]
    assert Typed("index", "--store", at).status == 1, "it is still broken"


def test_a_file_of_unknown_format_is_listed_and_ends_in_0(small: Path) -> None:
    (small / "photo.xyz").write_text("?")
    done = Typed("index", small, "--store", small.parent / "store", "--json")
    assert done.status == 0
    assert done.json["failed"][0]["reason"].startswith("not read: unknown format")
    assert done.json["failed"][0]["unread"]
    message = Typed("index", "--store", small.parent / "store").out
    assert "0 failed, 1 of unsupported formats." in message
    assert "1 not read (unsupported formats):\n    photo.xyz" in message


@pytest.mark.skipif(ocr.available(), reason="pictures are read here: the extra ocr is installed")
def test_pages_that_are_pictures_are_listed_with_their_document(small: Path) -> None:
    (small / "letter.pdf").write_bytes(pictured("Text.", "", ""))
    at = small.parent / "store"
    done = Typed("index", small, "--store", at, "--json")
    assert done.status == 0
    reasons = {failure["document"]: failure["reason"] for failure in done.json["failed"]}
    assert reasons == {"letter.pdf!/pages 2, 3": "not read: a part: 2 of 3 pages have no text: pages 2, 3"}
    message = Typed("index", "--store", at).out
    assert "1 part of documents not read:\n    letter.pdf: 2 of 3 pages have no text: pages 2, 3" in message
    assert "unsupported formats" not in message
    status = Typed("status", "--store", at).out
    assert "letter.pdf: 2 of 3 pages have no text: pages 2, 3" in status


@pytest.mark.skipif(ocr.available(), reason="pictures are read here: the extra ocr is installed")
def test_pictures_are_one_line_in_the_terminal_and_each_is_named_in_the_json(small: Path) -> None:
    for name in ("a.png", "b.JPG", "chart.svg"):
        (small / name).write_text("?")
    at = small.parent / "store"
    done = Typed("index", small, "--store", at, "--json")
    reasons = {failure["document"]: failure["reason"] for failure in done.json["failed"]}
    assert (done.status, reasons["a.png"]) == (0, "not read: a picture (.png)")
    message = Typed("index", "--store", at).out
    assert "1 not read (unsupported formats):\n    chart.svg\n" in message
    assert "2 pictures not read; to read the text in them: pip install rapidocr" in message
    assert "a.png" not in message and "b.JPG" not in message


def test_a_dry_run_writes_nothing(small: Path) -> None:
    at = small.parent / "store"
    dry = Typed("index", small, "--store", at, "--dry-run", "--json")
    assert (dry.status, dry.json["added"]) == (0, ["a.txt"])
    assert not at.exists()
    assert "a.txt" in Typed("index", small, "--store", at, "--dry-run").out


def test_other_settings_rebuild_and_are_remembered(small: Path) -> None:
    at = small.parent / "store"
    Typed("index", small, "--store", at)
    done = Typed("index", "--store", at, "--chunk-tokens", 64, "--json").json
    assert "chunk_tokens 200 -> 64" in done["rebuilt"]
    assert Typed("index", "--store", at, "--json").json["rebuilt"] is None
    assert Typed("status", "--store", at, "--json").json["settings"]["chunk_tokens"] == 64


def test_a_model_that_is_not_there_is_told_with_the_next_command(small: Path) -> None:
    failed = Typed("index", small, "--store", small.parent / "store", "--model", small / "nothing")
    assert (failed.status, failed.out) == (1, "")
    assert "could not be loaded" in failed.err
    assert "Next: citeback index" in failed.err


# ask and search


def test_status_tells_what_is_indexed_what_failed_and_why(store: Path, folder: Path) -> None:
    typed = Typed("status", "--store", store, "--json")
    documents = {document["document"]: document for document in typed.json["documents"]}
    assert set(documents) == {"light.txt", "sea/tides.md", "harbour.html", "survey.pdf", HOSTILE}
    assert documents["light.txt"]["chars"] == len(LIGHT)
    assert [failure["document"] for failure in typed.json["failed"]] == ["broken.pdf", "photo.xyz"]
    assert typed.json["folders"] == [str(folder)]
    message = Typed("status", "--store", store).out
    assert "broken.pdf: not a PDF" in message
    assert "1 not read (unsupported formats):\n    photo.xyz" in message


def test_status_tells_what_changed_on_disk_since(small: Path) -> None:
    at = small.parent / "store"
    (small / "broken.pdf").write_text("no PDF")
    Typed("index", small, "--store", at)
    assert "Up to date." in Typed("status", "--store", at).out
    (small / "b.txt").write_text("The ferry leaves at noon.")
    (small / "a.txt").write_text("The bridge is 125 metres long.")
    since = Typed("status", "--store", at, "--json").json["since"]
    assert since == {"added": ["b.txt"], "changed": ["a.txt"], "renamed": [], "deleted": []}
    assert "1 changed:\n    a.txt" in Typed("status", "--store", at).out


def test_status_names_twenty_documents_or_all(small: Path) -> None:
    for n in range(30):
        (small / f"{n:02}.txt").write_text(f"Buoy {n}.")
    Typed("index", small, "--store", small.parent / "store")
    assert "and 11 more" in Typed("status", "--store", small.parent / "store").out
    assert "29.txt" in Typed("status", "--all", "--store", small.parent / "store").out


def test_what_says_nearly_the_same_is_told(small: Path) -> None:
    text = " ".join(f"Buoy {n} lies {n} fathoms deep." for n in range(9))
    (small / "b.txt").write_text(text)
    (small / "c.txt").write_text(f"{text} It is so.")
    (small / "d.txt").write_text(text)
    at = small.parent / "store"
    Typed("index", small, "--store", at)
    message = Typed("status", "--store", at).out
    assert "c.txt (nearly the same as b.txt)" in message and "d.txt (the same as b.txt)" in message
    documents = Typed("status", "--store", at, "--json").json["documents"]
    assert [d["near_of"] for d in documents] == [None, None, "b.txt", None]
    result = Typed("search", "How deep is buoy 5?", "--store", at).out
    assert "nearly the same: c.txt" in result or "nearly the same: b.txt" in result


def test_check_finds_one_changed_byte(small: Path) -> None:
    at = small.parent / "store"
    Typed("index", small, "--store", at)
    whole = Typed("check", "--store", at)
    assert (whole.status, whole.out) == (0, f"Generation 1 in {at} is intact.\n")
    rows = next(at.rglob("rows.sqlite"))
    data = bytearray(rows.read_bytes())
    data[-1] ^= 1
    rows.write_bytes(data)
    damaged = Typed("check", "--store", at)
    assert damaged.status == 1
    assert "differs from its checksum" in damaged.out
    assert "Next: citeback index" in damaged.err


# what goes wrong


@pytest.mark.parametrize(("command", "status"), [("index", 130), ("watch", 0)])
def test_indexing_that_is_stopped_says_that_nothing_is_lost(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, status: int
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("citeback.index.sync.sync.sync", stopped)
    typed = Typed(command, folder, "--store", tmp_path / "store")
    assert (typed.status, typed.out) == (status, "")
    assert typed.err.startswith("Stopped. ")


def test_going_back_and_what_is_kept(folder: Path, tmp_path: Path) -> None:
    at = ("--store", tmp_path / "store")
    assert Typed("rollback", *at).status == 1
    assert Typed("rollback", "--list", *at).out.startswith("Nothing is indexed in")
    Typed("index", folder / "light.txt", *at)
    Typed("index", folder / "sea", "--keep", 3, *at)
    assert Typed("status", "--json", *at).json["settings"]["keep"] == 3
    typed = Typed("rollback", "--json", *at)
    assert typed.err == "Generation 1 is the current one again, as generation 3.\n"
    kept = typed.json["generations"]
    assert [(k["generation"], k["documents"], k["restored"]) for k in kept] == [(3, 1, 1), (2, 2, None)]
    assert Typed("rollback", 9, *at).err.startswith("citeback: Generation 9 is not kept.")
    assert "as generation 1" in Typed("rollback", "--list", *at).out
    assert Typed("check", *at).out.endswith("is intact. So are the earlier generations: 2.\n")


def test_a_damaged_index_is_passed_over_and_that_is_told(folder: Path, tmp_path: Path) -> None:
    at = ("--store", tmp_path / "store")
    Typed("index", folder / "light.txt", *at)
    Typed("index", folder / "sea", *at)
    rows = tmp_path / "store/generations/000002/rows.sqlite"
    data = bytearray(rows.read_bytes())
    data[len(data) // 2] ^= 1
    rows.write_bytes(data)
    typed = Typed("status", *at)
    assert "Generation 2 is damaged and was skipped" in typed.err
    assert typed.out.startswith("Generation 1 of the index")
    assert Typed("check", *at).status == 1
    assert "Generation 2 is damaged" in Typed("index", *at).err
    assert Typed("check", *at).status == 0
