"""The manual's list of extensions: all that are accepted and no others, each read as its row says."""

import bz2
import gzip
import lzma
import re
import tarfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from samples import WORDS, all_samples, packed
from test_manual_formats import PAGE, table

from citeback.index.readers import KINDS, archive, read_any
from citeback.index.readers.formats import FORMATS
from citeback.index.readers.sniff import PICTURES
from citeback.index.records import Source
from citeback.index.sandbox.old_office import CURRENT

SAMPLES = all_samples()
SUFFIX = re.compile(r"`(\.\w+)`")


def extensions() -> dict[str, list[str]]:
    """Return the extensions of the manual's first table, by format."""
    lines = PAGE.read_text().split("\n| format | extensions |")[1].split("\n\n")[0].splitlines()[2:]
    cells = [line.strip("|").split(" | ") for line in lines]
    return {name.strip(): SUFFIX.findall(suffixes) for name, suffixes, _ in cells}


def source_code() -> list[str]:
    return SUFFIX.findall(PAGE.read_text().split("are read as source code or settings:")[1].split("\n\n")[0])


def old_office() -> list[str]:
    return SUFFIX.findall(PAGE.read_text().split("files from before 2007 (")[1].split(")")[0])


def test_the_manual_names_the_extensions_that_are_accepted_and_no_others() -> None:
    named = [*(suffix for row in extensions().values() for suffix in row), *source_code(), *old_office()]
    assert sorted(named) == sorted({*KINDS, *archive.SUFFIXES, *PICTURES, *CURRENT})


def test_each_format_with_extensions_says_what_is_read_listed_and_passed_over() -> None:
    described = {part for name in table() for part in name.split(", ")}
    assert {part.split(" (")[0] for name in extensions() for part in name.split(", ")} == described


@pytest.mark.parametrize("suffix", sorted(KINDS))
def test_each_extension_is_read_as_the_others_of_its_format(tmp_path: Path, suffix: str) -> None:
    alike = [name for name in SAMPLES if FORMATS[Path(name).suffix].load is FORMATS[suffix].load]
    name = next((name for name in alike if name.endswith(suffix)), alike[0])
    (tmp_path / f"a{suffix}").write_bytes(SAMPLES[name])
    result = read_any(tmp_path / f"a{suffix}")
    assert any(WORDS in source.text for source in sources(result))


def tarred(mode: str) -> Callable[[], bytes]:
    def made() -> bytes:
        out, member = BytesIO(), tarfile.TarInfo("a.txt")
        member.size = len(WORDS.encode())
        with tarfile.open(fileobj=out, mode=f"w:{mode}") as file:  # type: ignore[call-overload]
            file.addfile(member, BytesIO(WORDS.encode()))
        return out.getvalue()

    return made


ARCHIVES: Mapping[str, Callable[[], bytes]] = {
    ".zip": lambda: packed({"a.txt": WORDS}),
    ".tar": tarred(""),
    ".tgz": tarred("gz"),
    ".tbz2": tarred("bz2"),
    ".txz": tarred("xz"),
    ".gz": lambda: gzip.compress(WORDS.encode()),
    ".bz2": lambda: bz2.compress(WORDS.encode()),
    ".xz": lambda: lzma.compress(WORDS.encode()),
}


@pytest.mark.parametrize("suffix", sorted(archive.SUFFIXES))
def test_each_kind_of_archive_is_opened(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / (f"a.txt{suffix}" if suffix in (".gz", ".bz2", ".xz") else f"a{suffix}")
    path.write_bytes(ARCHIVES[suffix]())
    assert any(WORDS in source.text for source in sources(read_any(path)))


def sources(result: object) -> list[Source]:
    if isinstance(result, Source):
        return [result]
    assert isinstance(result, tuple)
    return [member.source for member in result if member.source]
