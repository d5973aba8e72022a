"""Third-party question sets, laid out as folders and indexed.

The sets live outside the project; `--data` says where. Laid-out sets and their indexes stay in `bench/out`,
so a second run embeds nothing again.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.settings import Settings
from citeback.index.sync.sync import sync

OUT = Path(__file__).parent / "out"
DATA = Path(__file__).resolve().parents[2] / "shared" / "bench"


@dataclass(frozen=True, slots=True)
class Laid:
    """A laid-out set: `folder` holds `documents/` and `questions.jsonl`, `store` its index."""

    name: str
    folder: Path
    store: Store

    def questions(self) -> Iterator[Mapping[str, Any]]:
        """Yield the questions with their known answers."""
        with (self.folder / "questions.jsonl").open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def unpacked(name: str, data: Path = DATA, out: Path = OUT) -> Path:
    """Lay a set out, unless that is done; return its folder of `documents/` and `questions.jsonl`.

    `NAME-off` is half of the set's documents, with questions about both halves.
    """
    verb, half = ("offcorpus", name.removesuffix("-off")) if name.endswith("-off") else ("folder", name)
    folder = out / name
    if not (folder / "questions.jsonl").is_file():
        score = [sys.executable, str(data / "bench.py"), verb, half, str(folder)]
        subprocess.run(score, check=True, stdout=sys.stderr)
    return folder


def lay_out(name: str, data: Path = DATA, out: Path = OUT, settings: Settings | None = None) -> Laid:
    """Lay a set out and sync its index."""
    folder = unpacked(name, data, out)
    store = Store(folder / "store")
    report = sync(store, [folder / "documents"], load=load_encoder, settings=settings)
    print(
        f"{name}: {report.embedded} of {report.chunks} chunks embedded in {report.seconds:.1f} s",
        file=sys.stderr,
    )
    return Laid(name=name, folder=folder, store=store)


def commit() -> str:
    """Return the commit that a figure belongs to, marked if the tree has uncommitted changes."""
    words = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
