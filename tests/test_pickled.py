"""A pickle is never read as a model's weights, by anything that loads a model: it would run what it says."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import torch
from cross import cross_encoder

from citeback.index.embedding.models.pickled_weights import pickle_problem
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.errors import CitebackError
from citeback.index.settings import Settings
from citeback.rag.checking.verify import EntailmentModel
from citeback.rag.retrieval import rerank
from citeback.rag.writing.chat_models import load_chat_model


def load_nli(name: str) -> EntailmentModel:
    """Load an NLI model; importing what does takes seconds."""
    from citeback.rag.checking import nli

    return nli.load_nli(name)


LOADS: dict[str, Callable[[str], Any]] = {
    "embedding": lambda name: load_encoder(Settings(model=name)),
    "reranking": rerank.load_reranker,
    "entailment": load_nli,
    "chat": lambda name: load_chat_model(f"local:{name}"),
}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Path(cross_encoder(tmp_path / "model", {0: "relevance"}))


def pickled(folder: Path) -> Path:
    """Put a pickle that makes a directory in place of a folder's safetensors; return it."""
    kept = folder / "pytorch_model.bin"
    (folder / "model.safetensors").unlink()
    kept.write_text(f"cposix\nmkdir\n(V{folder / 'has run'}\ntR.")
    return kept


@pytest.mark.parametrize("loads", LOADS.values(), ids=LOADS)
def test_pickled_weights_are_refused_and_never_run(model: Path, loads: Callable[[str], Any]) -> None:
    pickled(model)
    with pytest.raises(CitebackError, match=r"pytorch_model\.bin is a pickle.*safetensors") as refused:
        loads(str(model))
    assert refused.value.remedy
    assert not (model / "has run").exists()


@pytest.mark.parametrize("loads", LOADS.values(), ids=LOADS)
def test_sound_weights_in_a_pickle_are_refused_as_well(model: Path, loads: Callable[[str], Any]) -> None:
    torch.save({"a": torch.zeros(1)}, pickled(model))
    with pytest.raises(CitebackError, match="is a pickle"):
        loads(str(model))


def test_a_layer_of_an_embedding_model_may_not_be_pickled_either(tmp_path: Path, model: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Pooling, Transformer

    transformer = Transformer(str(model))
    parts = [transformer, Pooling(8, "mean"), Dense(8, 4)]
    SentenceTransformer(modules=parts, device="cpu").save(str(tmp_path / "deep"))
    assert load_encoder(Settings(model=str(tmp_path / "deep"))).dimension == 4
    shallow = copytree(tmp_path / "deep", tmp_path / "shallow")
    torch.save(Dense(8, 4).state_dict(), pickled(shallow / "2_Dense"))
    with pytest.raises(CitebackError, match=r"2_Dense.pytorch_model\.bin is a pickle"):
        load_encoder(Settings(model=str(shallow)))


def test_what_is_there_twice_is_read_from_the_safetensors_but_an_adapter_is_not(model: Path) -> None:
    (model / "pytorch_model.bin").write_bytes(b"whatever")
    assert pickle_problem(model) == ""
    assert rerank.load_reranker(str(model))("a", ["b"])
    (model / "adapter_model.bin").write_bytes(b"whatever")
    assert "adapter_model.bin is a pickle" in pickle_problem(model)


def test_code_that_comes_with_a_model_is_not_run(tmp_path: Path, model: Path) -> None:
    """Neither a module of its own nor an activation that is no layer."""
    ran = tmp_path / "ran"
    (model / "own.py").write_text(f"import os\nos.mkdir({str(ran)!r})\nclass Own: pass\n")
    (model / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "own.Own"}]')
    (model / "config_sentence_transformers.json").write_text("{}")
    with pytest.raises(CitebackError, match="could not be loaded"):
        load_encoder(Settings(model=str(model)))
    assert not ran.exists()
