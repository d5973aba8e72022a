"""Token-level alignment of a claim with a text.

Each token of the claim is compared with the nearest token of each sentence of the text, using contextual
embeddings, as in BERTScore (Zhang et al., 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoder import Floats, TokenVectors
from index.records import Chunk, Source, Span
from index.terms import STOP_WORDS


class Reader(Protocol):
    """What alignment needs of an embedding model; `index.embed.SentenceEncoder` implements it."""

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Split a source into chunks that fit the model's input."""

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the contextual vector of every token of each text."""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """An encoded text.

    `owners` has shape (tokens,) and holds the index of each token's sentence, in ascending order.
    """

    text: str
    sentences: tuple[Span, ...]
    tokens: TokenVectors
    owners: NDArray[np.int64]


def read(texts: Sequence[str], reader: Reader, given: Sequence[Sequence[Span]] = ()) -> list[Read]:
    """Encode texts in one batch; sentences without tokens are left out.

    `given` holds the sentence spans of each text, if they are already known; text between them is left out.
    Otherwise the sentences are detected.
    """
    cut = [reader.split(Source(text, "", "text")) for text in texts]
    parts = [chunk.span.of(text) for text, chunks in zip(texts, cut, strict=True) for chunk in chunks]
    tokens = iter(reader.token_vectors(parts))
    found = given or [[s for chunk in chunks for s in chunk.sentences] for chunks in cut]
    return [
        _read(text, sentences, chunks, [next(tokens) for _ in chunks])
        for text, sentences, chunks in zip(texts, found, cut, strict=True)
    ]


def likeness(claim: Read, text: Read) -> Floats:
    """Return the highest cosine of each content token of the claim with a token of each sentence.

    The shape is (content tokens, sentences). A claim of function words alone is compared by all of its
    tokens.
    """
    mine = claim.tokens.vectors[telling(claim)]
    if not text.sentences or not len(mine):
        return np.zeros((len(mine), len(text.sentences)), dtype=np.float32)
    starts = np.searchsorted(text.owners, np.arange(len(text.sentences)))
    return np.asarray(np.maximum.reduceat(mine @ text.tokens.vectors.T, starts, axis=1), dtype=np.float32)


def telling(claim: Read) -> NDArray[np.bool_]:
    """Return a mask, shape (tokens,), of the claim's content tokens, or of all tokens if there are none."""
    found = np.array([_tells(claim.text[start:end]) for start, end in claim.tokens.spans.tolist()], bool)
    return found if found.any() else ~found


def _tells(word: str) -> bool:
    return word.isalnum() and word.casefold() not in STOP_WORDS


def _read(
    text: str, sentences: Sequence[Span], chunks: Sequence[Chunk], tokens: Sequence[TokenVectors]
) -> Read:
    if not sentences or not tokens:
        nothing = np.zeros(0, np.int64)
        return Read(text, (), TokenVectors(nothing.reshape(0, 2), np.zeros((0, 0), np.float32)), nothing)
    spans = np.concatenate([t.spans + chunk.span.start for chunk, t in zip(chunks, tokens, strict=True)])
    vectors = np.concatenate([t.vectors for t in tokens])
    owners = np.searchsorted([s.start for s in sentences], spans[:, 0], side="right") - 1
    inside = (owners >= 0) & (spans[:, 0] < np.array([s.end for s in sentences])[owners])
    held, owners = np.unique(owners[inside], return_inverse=True)
    kept = tuple(sentences[i] for i in held.tolist())
    return Read(text, kept, TokenVectors(spans[inside], vectors[inside]), owners.astype(np.int64))
