"""Loads the embedding model named in the settings.

A plain BERT, such as the default model, runs on our own forward pass (`torch_bert.py`); sentence-transformers
runs any other.
"""

from citeback.index.embedding.models.embedding_model import EmbeddingModel
from citeback.index.embedding.models.model_files import BertFolder, digest
from citeback.index.embedding.models.model_path import model_fingerprint, model_path
from citeback.index.settings import Settings


def load_model(settings: Settings, dtype: str | None = None) -> EmbeddingModel:
    """Load the configured model, computing in `dtype` or the fastest format of this CPU.

    Raises:
        ModelError: the model cannot be loaded, or the default model's weights are not the expected ones.
    """
    place = model_path(settings)
    # Imported on demand: sentence-transformers takes seconds to import, and the default does not need it.
    if folder := BertFolder.of(place):
        from citeback.index.embedding.models.mean_pooling import load_bert

        return load_bert(folder, model_fingerprint(settings, digest(place)), dtype)
    from citeback.index.embedding.models.sentence_transformer import load_sentence_transformer

    return load_sentence_transformer(settings, place, dtype)
