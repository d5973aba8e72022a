"""Which words of a claim a text has, in these or in other words: token vectors laid side by side.

For every word of the claim the likeness to the nearest token of each sentence of the text, all seen in
their contexts, as BERTScore does it (Zhang et al., 2020). Must never know verdicts or documents.
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
    """What is asked of an embedding model; `index.embed.SentenceEncoder` is one."""

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Cut a source into chunks that the model reads whole."""

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return what the model makes of every token of each text."""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A text as the model reads it.

    `owners` has shape (tokens,): which of the sentences each token stands in; it never falls.
    """

    text: str
    sentences: tuple[Span, ...]
    tokens: TokenVectors
    owners: NDArray[np.int64]


def read(texts: Sequence[str], reader: Reader, given: Sequence[Sequence[Span]] = ()) -> list[Read]:
    """Return the texts as the model reads them, all in one go; sentences without a token are left out.

    `given` holds the sentences of each text, where they are known already; what lies between them is left
    out. Else they are found.
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
    """Return for each telling token of the claim how near the nearest one of each sentence is.

    Shape (telling tokens, sentences), cosines; a claim of nothing but small words tells by all of them.
    """
    mine = claim.tokens.vectors[telling(claim)]
    if not text.sentences or not len(mine):
        return np.zeros((len(mine), len(text.sentences)), dtype=np.float32)
    starts = np.searchsorted(text.owners, np.arange(len(text.sentences)))
    return np.asarray(np.maximum.reduceat(mine @ text.tokens.vectors.T, starts, axis=1), dtype=np.float32)


def telling(claim: Read) -> NDArray[np.bool_]:
    """Return which tokens of a claim tell something, shape (tokens,); all of them where none does."""
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
