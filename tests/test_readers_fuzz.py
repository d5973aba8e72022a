"""Damaged files of every format: a source that holds its promises or a ReadError, and nothing else."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from held import held
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import all_samples, packed

from citeback.index.errors import ReadError
from citeback.index.readers import read_any
from citeback.index.records import ArchiveMember, Source

SAMPLES = all_samples()
PACKAGES = [name for name, data in SAMPLES.items() if data.startswith(b"PK")]
FUZZED = settings(
    max_examples=30,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
# What a mutation writes: values that counts, offsets and marks are checked at, or fail to be.
PIECES = st.sampled_from(
    [b"\0", b"\xff", b"\x7f", b"<", b">", b'"', b"&", b"{", b"}", b"[", b"\\", b"\n", b"-1"]
)
EDITS = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 40), PIECES | st.binary(max_size=8)),
    min_size=1,
    max_size=6,
)
Edits = list[tuple[float, int, bytes]]


def mutated(data: bytes, edits: Edits) -> bytes:
    """Return the data with some bytes taken out and others put in."""
    for where, length, piece in edits:
        at = int(where * len(data))
        data = data[:at] + piece + data[at + length :]
    return data


def look(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        result = read_any(path)
    except ReadError as error:
        assert str(error)
        str(error).encode()
        return
    for member in [ArchiveMember("", result)] if isinstance(result, Source) else result:
        assert member.source or member.reason
        member.name.encode()
        member.reason.encode()
        if member.source:
            held(member.source)


@pytest.mark.parametrize("name", SAMPLES)
@FUZZED
@given(edits=EDITS)
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, name: str, edits: Edits) -> None:
    look(tmp_path / name, mutated(SAMPLES[name], edits))


@pytest.mark.parametrize("name", PACKAGES)
@FUZZED
@given(edits=EDITS, part=st.integers(0, 100))
def test_a_package_with_a_damaged_part_is_read_or_refused(
    tmp_path: Path, name: str, edits: Edits, part: int
) -> None:
    with zipfile.ZipFile(BytesIO(SAMPLES[name])) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    # Parts are damaged, not their checksums, so that what reads them sees it.
    chosen = sorted(parts)[part % len(parts)]
    look(tmp_path / name, packed(parts | {chosen: mutated(parts[chosen], edits)}))
