"""A model fast enough for thousands of syncs: it splits at blank lines and hashes words into vectors."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np

from citeback.index.chunking.token_limits import Chunking
from citeback.index.embedding.protocols import ChunkEncoding, ChunkInput, Encoder, Floats, WordPieces
from citeback.index.errors import ReadError
from citeback.index.records import Chunk, Source, Span
from citeback.index.settings import Settings

DIMENSION = 16


@dataclass
class ToyEncoder:
    """Records the texts it encodes, so that a test can see which it did not."""

    fingerprint: str = "toy"
    dimension: int = DIMENSION
    batch: int = 3
    chunking: Chunking | None = None
    encoded: list[str] = field(default_factory=list)

    def split(self, source: Source) -> tuple[Chunk, ...]:
        spans = [Span(start, end) for start, end in paragraphs(source.text)]
        return tuple(Chunk(span, tuple(sentences(source.text, span)), (source.title,)) for span in spans)

    def chunk_input(self, source: Source, chunk: Chunk) -> ChunkInput:
        head = f"{source.title}\n"
        moved = tuple(span.shift(len(head) - chunk.span.start) for span in chunk.sentences)
        return ChunkInput(head + chunk.span.of(source.text), moved)

    def encode(self, fresh: Iterable[ChunkInput]) -> Iterator[list[tuple[int, ChunkEncoding]]]:
        items = list(fresh)
        order = sorted(range(len(items)), key=lambda n: -len(items[n].text))
        for start in range(0, len(order), self.batch):
            part = order[start : start + self.batch]
            self.encoded += [items[n].text for n in part]
            yield [(n, encoded(items[n])) for n in part]


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield start, start + len(line.rstrip())
        start += len(line)


def sentences(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    for part in span.of(text).split(". "):
        bare = part.strip()
        if bare:
            first = start + part.index(bare)
            yield Span(first, min(first + len(bare) + (1 if first + len(bare) < span.end else 0), span.end))
        start += len(part) + 2


def vector(text: str) -> Floats:
    """Return the normalised sum of one fixed random direction for each word."""
    total = np.zeros(DIMENSION)
    for word in text.lower().split() or [""]:
        seed = int.from_bytes(sha256(word.encode()).digest()[:8], "little")
        total += np.random.default_rng(seed).standard_normal(DIMENSION)
    return (total / np.linalg.norm(total)).astype(np.float32)


class ToyQueries:
    """Encodes queries to match `ToyEncoder`; each word is one piece."""

    def embed_query(self, text: str) -> list[float]:
        return [float(x) for x in vector(text)]

    def word_pieces(self, texts: Sequence[str]) -> list[WordPieces]:
        return [pieces(text) for text in texts]


def pieces(text: str) -> WordPieces:
    words = list(re.finditer(r"\w+", text))
    vectors = [vector(word[0]) for word in words]
    starts = np.array([word.start() for word in words], dtype=np.int64)
    return WordPieces(starts, np.array(vectors, dtype=np.float32).reshape(len(words), DIMENSION))


def encoded(item: ChunkInput) -> ChunkEncoding:
    rows = [vector(span.of(item.text)) for span in item.sentences]
    return ChunkEncoding(vector(item.text), np.array(rows, dtype=np.float16).reshape(len(rows), DIMENSION))


def loading(encoder: Encoder) -> Callable[[Settings], Encoder]:
    return lambda _: encoder


def never(_: Settings) -> Encoder:
    raise AssertionError("the model was loaded")


def read(path: Path) -> Source:
    """Read text; a file that begins with "broken" fails."""
    text = path.read_bytes().decode()
    if text.startswith("broken"):
        raise ReadError("broken")
    return Source(text, title=path.stem, kind="text")
