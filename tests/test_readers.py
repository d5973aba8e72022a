"""What holds for every format: one error, clear reasons, text that can be written, spans that cut it."""

from pathlib import Path

import pytest
from held import held
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citeback.index.errors import ReadError
from citeback.index.readers import KINDS, MAX_BYTES, read

SHARED = Path(__file__).parents[1].parent / "shared"
SUFFIXES = sorted(KINDS)
# Bytes that steer a reader somewhere, between random ones.
PIECES = st.sampled_from(
    [
        *(b"<html>", b"<p>", b"</p>", b"<table><tr><td>", b"<ul><li>", b"<h2>x</h2>", b"&#xD800;", b"&nbsp;"),
        *(b"<!--", b"<![CDATA[", b"<script>", b'<meta charset="', b"utf-7", b'">', b"<?xml version='1.0'"),
        *(
            b"%PDF-1.7\n",
            b"1 0 obj\n<<",
            b">>",
            b"stream\n",
            b"endobj",
            b"xref\n",
            b"trailer",
            b"/Type/Pages",
        ),
        *(b"# ", b"===\n", b"---\n", b"\r", b"\n\n", b"> ", b"- ", b"title: ", b"\xef\xbb\xbf", b"\xff\xfe"),
        *(b"\0", b"\x1b$B", b"\xed\xa0\x80", b"words in a row ", b"\xe9t\xe9 "),
    ]
)
HOSTILE = st.lists(PIECES | st.binary(max_size=20), max_size=30).map(b"".join)


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".pdf"])
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=HOSTILE)
def test_any_bytes_give_a_source_or_a_read_error_with_a_reason(
    tmp_path: Path, suffix: str, data: bytes
) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(data)
    try:
        source = read(path)
    except ReadError as error:
        assert str(error)
    else:
        held(source)


@pytest.mark.parametrize("name", ["photo.xyz", "archive.tar.gz", "page.html~"])
def test_unknown_formats_are_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("words")
    with pytest.raises(ReadError, match=r"^not read: unknown format"):
        read(tmp_path / name)


def test_suffixes_are_known_in_any_case(tmp_path: Path) -> None:
    path = tmp_path / "NOTES.TXT"
    path.write_text("words")
    assert read(path).kind == "text"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_file_says_so(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"empty{suffix}"
    path.touch()
    with pytest.raises(ReadError, match=r"^empty file"):
        read(path)


@pytest.mark.parametrize("data", [b" \n\t\r\n", b"\n\x1f\x1c", b"\xef\xbb\xbf", b"\xff\xfe \x00"])
@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_nothing_but_white_space_is_no_text(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"blank{suffix}"
    path.write_bytes(data)
    with pytest.raises(ReadError, match="no text"):
        read(path)


def test_missing_files_and_folders_give_the_systems_reason(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot be opened: No such file"):
        read(tmp_path / "gone.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(ReadError, match="cannot be opened: Is a directory"):
        read(tmp_path / "folder.txt")


def test_the_size_limit_is_told_and_a_file_of_just_that_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"a" * 2**20)
    assert len(read(path, {"text": 2**20}).text) == 2**20
    path.write_bytes(b"a" * (2**20 + 1))
    with pytest.raises(ReadError, match="too large: more than 1 MB"):
        read(path, {"text": 2**20})


def test_every_kind_has_a_limit() -> None:
    assert set(MAX_BYTES) == set(KINDS.values())


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("page.pdf", b"\n <!DOCTYPE html><html><body>404</body></html>", "a web page, not a PDF"),
        ("notes.pdf", b"just words", "not a PDF"),
        ("paper.txt", b"%PDF-1.4 ...", "rename it to end in .pdf"),
        ("paper.html", b"%PDF-1.4 ...", "rename it to end in .pdf"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "a picture"),
        ("picture.md", b"GIF89a\x10\0\x10\0" + bytes(range(256)), "a picture"),
        ("program.txt", b"\0\1\2" + bytes(range(256)), "binary data"),
        ("noise.txt", bytes(range(128, 256)) * 4, "not text in any encoding"),
    ],
)
def test_content_that_contradicts_its_suffix_is_refused(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ReadError, match=reason):
        read(tmp_path / name)


def test_a_file_name_that_is_not_utf8_still_makes_a_title(tmp_path: Path) -> None:
    path = tmp_path / "caf\udce9.txt"
    path.write_text("words")
    source = read(path)
    assert source.title == "caf\ufffd"
    held(source)


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared, which is absent")
def test_real_files_of_every_format_are_read_or_refused_with_a_reason() -> None:
    paths = [path for folder in ("hostile", "corpus") for path in sorted((SHARED / folder).rglob("*"))]
    read_ones = 0
    for path in (path for path in paths if path.is_file()):
        try:
            source = read(path)
        except ReadError as error:
            assert str(error), path
        else:
            held(source)
            read_ones += 1
    assert read_ones > 80


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared, which is absent")
def test_saved_pages_are_read_as_they_stand() -> None:
    for path in sorted((SHARED / "corpus").glob("*.txt")):
        with path.open(encoding="utf-8", newline="") as file:
            assert read(path).text == file.read()
