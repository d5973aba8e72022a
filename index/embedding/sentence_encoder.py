"""Encodes chunks, sentences and questions with an embedding model, behind LangChain's `Embeddings`.

This module decides what the model reads: how sources are chunked, which context precedes a chunk, how texts
are batched, and how sentence vectors are pooled. `index/embedding/models/` holds the models.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from langchain_core.embeddings import Embeddings

from citeback.index.chunking.token_limits import Chunking, SourceSplitter
from citeback.index.embedding.models.embedding_model import EmbeddingModel
from citeback.index.embedding.models.loading import load_model
from citeback.index.embedding.models.tokenizer import Tokens
from citeback.index.embedding.models.wordpieces import look_up_word_pieces
from citeback.index.embedding.protocols import (
    ChunkEncoding,
    ChunkInput,
    Float16s,
    Floats,
    TokenVectors,
    WordPieces,
    normalize_rows,
)
from citeback.index.embedding.similarity_scale import token_scale
from citeback.index.errors import ModelError
from citeback.index.ordered_map import ordered_map
from citeback.index.records import Chunk, Source, Span
from citeback.index.settings import Settings

_CONTEXT_TOKENS = 40  # tokens of title and headings in front of a chunk
_BATCH_TOKENS = 480  # per batch; see bench/LOG.md for the speeds


@dataclass(frozen=True, slots=True)
class _TokenizedInput:
    """A tokenized text; `n` is its position in the input."""

    n: int
    item: ChunkInput
    tokens: Tokens


class SentenceEncoder(Embeddings):
    """An embedding model that never truncates a document silently.

    >>> encoder = load_encoder(Settings())                                          # doctest: +SKIP
    >>> len(encoder.embed_query("Where did they land?")) == encoder.dimension  # doctest: +SKIP
    True
    """

    def __init__(self, model: EmbeddingModel, settings: Settings) -> None:
        self._model = model
        self.tokenizer = model.tokenizer
        self.settings = settings
        self.fingerprint = model.fingerprint
        self.dimension = model.dimension
        self.max_tokens = model.max_tokens
        self._last_context: tuple[tuple[str, ...], str] = ((), "")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return a unit vector for each text.

        Raises:
            ModelError: a text has more than `max_tokens` tokens.
        """
        items = [ChunkInput(text, (Span(0, len(text)),)) for text in texts]
        vectors = {i: encoded.vector.tolist() for batch in self.encode(items) for i, encoded in batch}
        return [vectors[i] for i in range(len(texts))]

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question, truncated to `max_tokens`."""
        ids = self.tokenizer.truncated_ids(self._model.query_prompt + text, self.max_tokens)
        [(_, vector)] = self._model.forward([ids])
        results: list[float] = vector.tolist()
        return results

    def word_pieces(self, texts: Sequence[str]) -> list[WordPieces]:
        """Return the word pieces of each text with static embeddings from the model's embedding table."""
        return look_up_word_pieces(texts, self.tokenizer, self._model.forward.word_embeddings)

    @cached_property
    def chunking(self) -> Chunking:
        """Return the chunking parameters, as a value for another process."""
        most = max(1, min(self.settings.chunk_tokens, self._room - _CONTEXT_TOKENS))
        longest = self.max_tokens - _CONTEXT_TOKENS
        return Chunking(
            tokenizer=self.tokenizer.offset_tokenizer.serialized,
            max_tokens=most,
            max_input_tokens=longest,
            language=self.settings.language,
        )

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Return a source's chunks, each short enough for the model together with its title and headings."""
        splitter = SourceSplitter(self.chunking.of_text(source.text), self.tokenizer.offset_tokenizer)
        return tuple(splitter.boundaries(source).chunks(source))

    def chunk_input(self, source: Source, chunk: Chunk) -> ChunkInput:
        """Return a chunk behind its title and headings; if they are too long, the outermost are left out."""
        text = chunk.span.of(source.text)
        above = [
            part for part in dict.fromkeys((source.title, *chunk.headings)) if part and part not in text[:400]
        ]
        context = self._context(tuple(above)) if above else ""
        moved = tuple(span.shift(len(context) - chunk.span.start) for span in chunk.sentences)
        return ChunkInput(context + text, moved)

    def _context(self, above: tuple[str, ...]) -> str:
        """Return the context in front of a chunk, cached for its neighbours."""
        known, context = self._last_context
        if known != above:
            left = list(above)
            while len(left) > 1 and self.tokenizer.token_count("\n".join(left)) > _CONTEXT_TOKENS:
                left.pop(0)
            room = _CONTEXT_TOKENS - self.tokenizer.token_count("") - 1
            context = self._truncate("\n".join(left), room) + "\n"
            self._last_context = above, context
        return context

    def encode(self, items: Iterable[ChunkInput]) -> Iterator[list[tuple[int, ChunkEncoding]]]:
        """Yield batches of (position in `items`, encoding) in the order of the items.

        Items are consumed a few batches ahead, so producing them overlaps with the model's computation.

        Raises:
            ModelError: a text has more tokens than the model reads.
        """
        forward = self._model.bulk_forward()

        def encoded(block: Sequence[_TokenizedInput]) -> list[tuple[int, ChunkEncoding]]:
            results = forward([read.tokens.ids for read in block])
            return [
                (read.n, ChunkEncoding(vector, self._sentence_vectors(read, tokens)))
                for read, (tokens, vector) in zip(block, results, strict=True)
            ]

        for _, batch in ordered_map(encoded, self._batches(items), forward.threads):
            yield batch

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the contextual token vectors of each text.

        Raises:
            ModelError: a text has more tokens than the model reads.
        """
        blocks = self._batches([ChunkInput(text, ()) for text in texts])
        read = ordered_map(self._token_vectors, blocks, self._model.forward.threads)
        result = {n: vectors for _, block in read for n, vectors in block}
        return [result[n] for n in range(len(texts))]

    @property
    def dtype(self) -> str:
        """Return the number format in which documents are encoded, such as "bfloat16" or "int8"."""
        return self._model.bulk_forward().dtype

    @property
    def _room(self) -> int:
        return (
            self.max_tokens
            - self.tokenizer.token_count("")
            - self.tokenizer.token_count(self._model.document_prompt)
        )

    def _truncate(self, text: str, tokens: int) -> str:
        """Return the text up to the end of its `tokens`-th token."""
        [result] = self.tokenizer([text])
        ends = result.offsets[result.text_mask, 1]
        return text[: int(ends[tokens - 1])] if len(ends) > tokens else text

    def _batches(self, items: Iterable[ChunkInput]) -> Iterator[list[_TokenizedInput]]:
        """Yield batches of tokenized texts."""
        block: list[_TokenizedInput] = []
        tokens = 0
        for n, item in enumerate(items):
            read = _TokenizedInput(
                n=n, item=item, tokens=self.tokenizer.tokenize(self._model.document_prompt + item.text)
            )
            if block and tokens + len(read.tokens) > _BATCH_TOKENS:
                yield block
                block, tokens = [], 0
            block.append(read)
            tokens += self._check_length(len(read.tokens))
        if block:
            yield block

    def _check_length(self, length: int) -> int:
        """Return a number of tokens. Raises ModelError if the model reads fewer."""
        if length > self.max_tokens:
            raise ModelError(
                f"A text of {length} tokens is longer than the {self.max_tokens} that the model reads.",
                "citeback index --chunk-tokens 100",
            )
        return length

    def _token_vectors(self, block: Sequence[_TokenizedInput]) -> list[tuple[int, TokenVectors]]:
        results = []
        hidden = self._model.forward([read.tokens.ids for read in block])
        for read, (vectors, _) in zip(block, hidden, strict=True):
            spans = read.tokens.offsets - len(self._model.document_prompt)
            own = read.tokens.text_mask & (spans[:, 0] >= 0)
            scale = token_scale(self.settings.model)
            results.append(
                (read.n, TokenVectors(spans=spans[own], vectors=normalize_rows(vectors[own]), scale=scale))
            )
        return results

    def _sentence_vectors(self, read: _TokenizedInput, hidden: Floats) -> Float16s:
        """Pool each sentence's vector from the chunk's token vectors (late chunking, arXiv 2409.04701)."""
        if not self._model.mean_pooled:
            return self._separate_sentence_vectors(read.item)
        starts = read.tokens.offsets[:, 0] - len(self._model.document_prompt)
        first = np.array([span.start for span in read.item.sentences])[:, None]
        end = np.array([span.end for span in read.item.sentences])[:, None]
        held = (starts >= first) & (starts < end) & read.tokens.text_mask
        # A sentence whose characters the tokenizer drops has no tokens: pool the whole chunk instead.
        held[~held.any(axis=1)] = True
        return normalize_rows(held.astype(np.float32) @ hidden).astype(np.float16)

    def _separate_sentence_vectors(self, item: ChunkInput) -> Float16s:
        texts = [self._model.document_prompt + span.of(item.text) for span in item.sentences]
        vectors = [vector for _, vector in self._model.forward([one.ids for one in self.tokenizer(texts)])]
        return np.asarray(vectors, dtype=np.float16).reshape(len(texts), self.dimension)


def load_encoder(settings: Settings, dtype: str | None = None) -> SentenceEncoder:
    """Load the configured embedding model, a sentence-transformers model by name or path.

    `dtype` is "float32", "bfloat16", "int8" (for documents), or None for the fastest on this CPU.

    Raises:
        ModelError: the model cannot be loaded, or the default model's weights are not the expected ones.
    """
    return SentenceEncoder(load_model(settings, dtype), settings)
