"""Encodes chunks, sentences and questions with an embedding model, behind LangChain's `Embeddings`.

This module decides what the model reads: how sources are chunked, which context precedes a chunk, how texts
are batched, and how sentence vectors are pooled. `index/models/` holds the models.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from langchain_core.embeddings import Embeddings

from index.ahead import ahead
from index.cutting import Cutting, Splitter
from index.encoder import Encodable, Encoded, Floats, Halves, TokenVectors, unit
from index.errors import ModelError
from index.models.model import Model, open_model
from index.models.pieces import Pieces, look_up
from index.models.tokens import Tokens
from index.records import Chunk, Source, Span
from index.settings import Settings

_CONTEXT_TOKENS = 40  # tokens of title and headings in front of a chunk
_BLOCK_TOKENS = 480  # per batch; see bench/LOG.md for the speeds


@dataclass(frozen=True, slots=True)
class _Read:
    """A tokenized text; `n` is its position in the input."""

    n: int
    item: Encodable
    tokens: Tokens


class SentenceEncoder(Embeddings):
    """An embedding model that never truncates a document silently.

    >>> encoder = load(Settings())                                          # doctest: +SKIP
    >>> len(encoder.embed_query("Where did they land?")) == encoder.dimension  # doctest: +SKIP
    True
    """

    def __init__(self, model: Model, settings: Settings) -> None:
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
        items = [Encodable(text, (Span(0, len(text)),)) for text in texts]
        vectors = {i: encoded.vector.tolist() for batch in self.encode(items) for i, encoded in batch}
        return [vectors[i] for i in range(len(texts))]

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question, truncated to `max_tokens`."""
        ids = self.tokenizer.first(self._model.query_prompt + text, self.max_tokens)
        [(_, vector)] = self._model.forward([ids])
        found: list[float] = vector.tolist()
        return found

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Return the word pieces of each text with static embeddings from the model's embedding table."""
        return look_up(texts, self.tokenizer, self._model.forward.words)

    @cached_property
    def cutting(self) -> Cutting:
        """Return the chunking parameters, as a value for another process."""
        most = max(1, min(self.settings.chunk_tokens, self._room - _CONTEXT_TOKENS))
        longest = self.max_tokens - _CONTEXT_TOKENS
        return Cutting(self.tokenizer.measure.described, most, longest, self.settings.language)

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Return a source's chunks, each short enough for the model together with its title and headings."""
        return tuple(Splitter(self.cutting, self.tokenizer.measure).cuts(source).chunks(source))

    def encodable(self, source: Source, chunk: Chunk) -> Encodable:
        """Return a chunk behind its title and headings; if they are too long, the outermost are left out."""
        text = chunk.span.of(source.text)
        above = [
            part for part in dict.fromkeys((source.title, *chunk.headings)) if part and part not in text[:400]
        ]
        context = self._context(tuple(above)) if above else ""
        moved = tuple(span.shift(len(context) - chunk.span.start) for span in chunk.sentences)
        return Encodable(context + text, moved)

    def _context(self, above: tuple[str, ...]) -> str:
        """Return the context in front of a chunk, cached for its neighbours."""
        known, context = self._last_context
        if known != above:
            left = list(above)
            while len(left) > 1 and self.tokenizer.length("\n".join(left)) > _CONTEXT_TOKENS:
                left.pop(0)
            room = _CONTEXT_TOKENS - self.tokenizer.length("") - 1
            context = self._first("\n".join(left), room) + "\n"
            self._last_context = above, context
        return context

    def encode(self, items: Iterable[Encodable]) -> Iterator[list[tuple[int, Encoded]]]:
        """Yield batches of (position in `items`, encoding) in the order of the items.

        Items are consumed a few batches ahead, so producing them overlaps with the model's computation.

        Raises:
            ModelError: a text has more tokens than the model reads.
        """
        forward = self._model.many()

        def encoded(block: Sequence[_Read]) -> list[tuple[int, Encoded]]:
            found = forward([read.tokens.ids for read in block])
            return [
                (read.n, Encoded(vector, self._sentence_vectors(read, tokens)))
                for read, (tokens, vector) in zip(block, found, strict=True)
            ]

        for _, batch in ahead(encoded, self._blocks(items), forward.threads):
            yield batch

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the contextual token vectors of each text.

        Raises:
            ModelError: a text has more tokens than the model reads.
        """
        blocks = self._blocks([Encodable(text, ()) for text in texts])
        read = ahead(self._token_vectors, blocks, self._model.forward.threads)
        found = {n: vectors for _, block in read for n, vectors in block}
        return [found[n] for n in range(len(texts))]

    @property
    def dtype(self) -> str:
        """Return the number format in which documents are encoded, such as "bfloat16" or "int8"."""
        return self._model.many().dtype

    @property
    def _room(self) -> int:
        return (
            self.max_tokens - self.tokenizer.length("") - self.tokenizer.length(self._model.document_prompt)
        )

    def _first(self, text: str, tokens: int) -> str:
        """Return the text up to the end of its `tokens`-th token."""
        [found] = self.tokenizer([text])
        ends = found.offsets[found.real, 1]
        return text[: int(ends[tokens - 1])] if len(ends) > tokens else text

    def _blocks(self, items: Iterable[Encodable]) -> Iterator[list[_Read]]:
        """Yield batches of tokenized texts."""
        block: list[_Read] = []
        tokens = 0
        for n, item in enumerate(items):
            read = _Read(n, item, self.tokenizer.one(self._model.document_prompt + item.text))
            if block and tokens + len(read.tokens) > _BLOCK_TOKENS:
                yield block
                block, tokens = [], 0
            block.append(read)
            tokens += self._fitting(len(read.tokens))
        if block:
            yield block

    def _fitting(self, length: int) -> int:
        """Return a number of tokens. Raises ModelError if the model reads fewer."""
        if length > self.max_tokens:
            raise ModelError(
                f"A text of {length} tokens is longer than the {self.max_tokens} that the model reads.",
                "citeback index --chunk-tokens 100",
            )
        return length

    def _token_vectors(self, block: Sequence[_Read]) -> list[tuple[int, TokenVectors]]:
        found = []
        hidden = self._model.forward([read.tokens.ids for read in block])
        for read, (vectors, _) in zip(block, hidden, strict=True):
            spans = read.tokens.offsets - len(self._model.document_prompt)
            own = read.tokens.real & (spans[:, 0] >= 0)
            found.append((read.n, TokenVectors(spans[own], unit(vectors[own]))))
        return found

    def _sentence_vectors(self, read: _Read, hidden: Floats) -> Halves:
        """Pool each sentence's vector from the chunk's token vectors (late chunking, arXiv 2409.04701)."""
        if not self._model.late:
            return self._separate_vectors(read.item)
        starts = read.tokens.offsets[:, 0] - len(self._model.document_prompt)
        first = np.array([span.start for span in read.item.sentences])[:, None]
        end = np.array([span.end for span in read.item.sentences])[:, None]
        held = (starts >= first) & (starts < end) & read.tokens.real
        # A sentence whose characters the tokenizer drops has no tokens: pool the whole chunk instead.
        held[~held.any(axis=1)] = True
        return unit(held.astype(np.float32) @ hidden).astype(np.float16)

    def _separate_vectors(self, item: Encodable) -> Halves:
        texts = [self._model.document_prompt + span.of(item.text) for span in item.sentences]
        vectors = [vector for _, vector in self._model.forward([one.ids for one in self.tokenizer(texts)])]
        return np.asarray(vectors, dtype=np.float16).reshape(len(texts), self.dimension)


def load(settings: Settings, dtype: str | None = None) -> SentenceEncoder:
    """Load the configured embedding model, a sentence-transformers model by name or path.

    `dtype` is "float32", "bfloat16", "int8" (for documents), or None for the fastest on this CPU.

    Raises:
        ModelError: the model cannot be loaded, or the default model's weights are not the expected ones.
    """
    return SentenceEncoder(open_model(settings, dtype), settings)
