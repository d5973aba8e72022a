"""Token-level alignment of a claim with a text.

Each token of the claim is compared with the nearest token of each sentence of the text, using contextual
embeddings, as in BERTScore (Zhang et al., 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.protocols import Floats, TokenVectors
from citeback.index.records import Chunk, Source, Span
from citeback.index.search.analyzer import STOP_WORDS


class TokenEncoder(Protocol):
    """What alignment needs of an embedding model; `sentence_encoder.SentenceEncoder` implements it."""

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Split a source into chunks that fit the model's input."""

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the contextual vector of every token of each text."""


@dataclass(frozen=True, slots=True, eq=False)
class EncodedText:
    """An encoded text.

    `sentence_ids` has shape (tokens,) and holds the index of each token's sentence, in ascending order.
    """

    text: str
    sentences: tuple[Span, ...]
    tokens: TokenVectors
    sentence_ids: NDArray[np.int64]


def encode_texts(
    texts: Sequence[str], reader: TokenEncoder, given: Sequence[Sequence[Span]] = ()
) -> list[EncodedText]:
    """Encode texts in one batch; sentences without tokens are left out.

    `given` holds the sentence spans of each text, if they are already known; text between them is left out.
    Otherwise the sentences are detected.
    """
    cut = [reader.split(Source(text=text, title="", kind="text")) for text in texts]
    parts = [chunk.span.of(text) for text, chunks in zip(texts, cut, strict=True) for chunk in chunks]
    tokens = iter(reader.token_vectors(parts))
    results = given or [[s for chunk in chunks for s in chunk.sentences] for chunks in cut]
    return [
        _encoded_text(text, sentences, chunks, [next(tokens) for _ in chunks])
        for text, sentences, chunks in zip(texts, results, cut, strict=True)
    ]


def token_similarity(claim: EncodedText, text: EncodedText) -> Floats:
    """Return the highest cosine of each content token of the claim with a token of each sentence.

    The shape is (content tokens, sentences), the scale that of the default model. A claim of function words
    alone is compared by all of its tokens.
    """
    mine = claim.tokens.vectors[content_mask(claim)]
    if not text.sentences or not len(mine):
        return np.zeros((len(mine), len(text.sentences)), dtype=np.float32)
    starts = np.searchsorted(text.sentence_ids, np.arange(len(text.sentences)))
    nearest = np.maximum.reduceat(mine @ text.tokens.vectors.T, starts, axis=1)
    return np.asarray(claim.tokens.scale(nearest), dtype=np.float32)


def content_mask(claim: EncodedText) -> NDArray[np.bool_]:
    """Return a mask, shape (tokens,), of the claim's content tokens, or of all tokens if there are none."""
    result = np.array(
        [_is_content(claim.text[start:end]) for start, end in claim.tokens.spans.tolist()], bool
    )
    return result if result.any() else ~result


def _is_content(word: str) -> bool:
    return word.isalnum() and word.casefold() not in STOP_WORDS


def _encoded_text(
    text: str, sentences: Sequence[Span], chunks: Sequence[Chunk], tokens: Sequence[TokenVectors]
) -> EncodedText:
    if not sentences or not tokens:
        nothing = np.zeros(0, np.int64)
        return EncodedText(
            text=text,
            sentences=(),
            tokens=TokenVectors(nothing.reshape(0, 2), np.zeros((0, 0), np.float32)),
            sentence_ids=nothing,
        )
    spans = np.concatenate([t.spans + chunk.span.start for chunk, t in zip(chunks, tokens, strict=True)])
    vectors = np.concatenate([t.vectors for t in tokens])
    owners = np.searchsorted([s.start for s in sentences], spans[:, 0], side="right") - 1
    inside = (owners >= 0) & (spans[:, 0] < np.array([s.end for s in sentences])[owners])
    held, owners = np.unique(owners[inside], return_inverse=True)
    kept = tuple(sentences[i] for i in held.tolist())
    return EncodedText(
        text=text,
        sentences=kept,
        tokens=TokenVectors(spans=spans[inside], vectors=vectors[inside], scale=tokens[0].scale),
        sentence_ids=owners.astype(np.int64),
    )
