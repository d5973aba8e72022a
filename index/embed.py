"""Texts -> unit vectors; the seam is LangChain's `Embeddings`. Must never know FAISS or the store.

What a model is and computes is said in `index/models/`. Here it is decided what it reads: how sources are
cut, what stands in front of a chunk, which texts go through together, and what vector a sentence gets.
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

_CONTEXT_TOKENS = 40  # room for title and headings in front of a chunk
_BLOCK_TOKENS = 480  # in one pass of the model: bench/LOG.md has the speeds


@dataclass(frozen=True, slots=True)
class _Read:
    """One text that the model is to read: `n` is its position among those asked for."""

    n: int
    item: Encodable
    tokens: Tokens


class SentenceEncoder(Embeddings):
    """An embedding model that never cuts a text off in silence.

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
        """Return a unit vector for each text. A text longer than `max_tokens` is an error, not cut off.

        Raises:
            ModelError: a text has more tokens than the model reads.
        """
        items = [Encodable(text, (Span(0, len(text)),)) for text in texts]
        vectors = {i: encoded.vector.tolist() for batch in self.encode(items) for i, encoded in batch}
        return [vectors[i] for i in range(len(texts))]

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question; what is beyond `max_tokens` of it is not read."""
        ids = self.tokenizer.first(self._model.query_prompt + text, self.max_tokens)
        [(_, vector)] = self._model.forward([ids])
        found: list[float] = vector.tolist()
        return found

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Return each text's word pieces with their vectors, looked up in the model's own table."""
        return look_up(texts, self.tokenizer, self._model.forward.words)

    @cached_property
    def cutting(self) -> Cutting:
        """Return how sources are cut, as a value that another process can be handed."""
        most = max(1, min(self.settings.chunk_tokens, self._room - _CONTEXT_TOKENS))
        longest = self.max_tokens - _CONTEXT_TOKENS
        return Cutting(self.tokenizer.measure.described, most, longest, self.settings.language)

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Return the chunks of a source, each short enough to be read whole behind its title and headings."""
        return tuple(Splitter(self.cutting, self.tokenizer.measure).cuts(source).chunks(source))

    def encodable(self, source: Source, chunk: Chunk) -> Encodable:
        """Return the chunk behind its title and heading path, the outermost left out where room is short."""
        text = chunk.span.of(source.text)
        above = [
            part for part in dict.fromkeys((source.title, *chunk.headings)) if part and part not in text[:400]
        ]
        context = self._context(tuple(above)) if above else ""
        moved = tuple(span.shift(len(context) - chunk.span.start) for span in chunk.sentences)
        return Encodable(context + text, moved)

    def _context(self, above: tuple[str, ...]) -> str:
        """Return what stands in front of a chunk; neighbours have the same."""
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
        """Yield batches of (position in `items`, vectors), in the order of the items.

        Items are taken a few ahead of the model: what makes them goes on while it computes.

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
        """Return what the model makes of every token of each text, seen in its context.

        Raises:
            ModelError: a text has more tokens than the model reads.
        """
        blocks = self._blocks([Encodable(text, ()) for text in texts])
        read = ahead(self._token_vectors, blocks, self._model.forward.threads)
        found = {n: vectors for _, block in read for n, vectors in block}
        return [found[n] for n in range(len(texts))]

    @property
    def dtype(self) -> str:
        """Return the number format that documents are read in, such as "bfloat16" or "int8"."""
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
        """Yield texts to be read together."""
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
        """Return a number of tokens. Raises ModelError where the model reads fewer."""
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
        """Pool each sentence's tokens out of the pass over its chunk (late chunking, arXiv 2409.04701)."""
        if not self._model.late:
            return self._separate_vectors(read.item)
        starts = read.tokens.offsets[:, 0] - len(self._model.document_prompt)
        first = np.array([span.start for span in read.item.sentences])[:, None]
        end = np.array([span.end for span in read.item.sentences])[:, None]
        held = (starts >= first) & (starts < end) & read.tokens.real
        # Characters that the tokenizer drops make a sentence without tokens: all of the text stands in.
        held[~held.any(axis=1)] = True
        return unit(held.astype(np.float32) @ hidden).astype(np.float16)

    def _separate_vectors(self, item: Encodable) -> Halves:
        texts = [self._model.document_prompt + span.of(item.text) for span in item.sentences]
        vectors = [vector for _, vector in self._model.forward([one.ids for one in self.tokenizer(texts)])]
        return np.asarray(vectors, dtype=np.float16).reshape(len(texts), self.dimension)


def load(settings: Settings, dtype: str | None = None) -> SentenceEncoder:
    """Return the encoder that the settings name: a sentence-transformers model by name or path.

    It computes in `dtype` ("float32", "bfloat16", or for documents "int8"), or in what is fastest here.

    Raises:
        ModelError: the model cannot be loaded, or the default's weights are not those expected.
    """
    return SentenceEncoder(open_model(settings, dtype), settings)
