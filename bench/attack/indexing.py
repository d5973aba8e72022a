"""Attacks by files made to take much time or memory, or to run code."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread, Timer
from time import perf_counter, sleep

from bench.attack.ground import Ground
from bench.attack.outcome import Outcome
from bench.attack.tab import Tab

MUCH = 4  # factor by which the second file of each pair is larger
MOST = 60.0  # CPU seconds that a folder may take
PATIENCE = 300.0  # wall-clock seconds, however busy the machine is
SAME = "The canal was dug by many people in the year of the flood and nobody paid them. "
TEXTS = {
    "headings": ("a.md", "# A\n\nsame words\n\n", 1_500),
    "headings of every depth": ("a.md", "# A\n\n## B\n\n### C\n\n#### D\n\nx\n\n", 400),
    "empty lines": ("a.txt", "\n", 25_000),
    "empty lines, Markdown": ("a.md", "\n", 25_000),
    "prose": ("a.txt", SAME * 12 + "\n\n", 125),
    "prose on one line": ("a.txt", SAME, 1_500),
    "one word": ("a.txt", "x", 125_000),
    "points": ("a.txt", ". ", 50_000),
    "list items": ("a.md", "- same\n", 10_000),
    "nested lists": ("a.md", "  - same\n    - x\n", 4_000),
    "quotation signs": ("a.md", ">" * 60 + " x\n", 1_000),
    "tags": ("a.html", "<b>x</b>\n", 10_000),
    "tags that are never closed": ("a.html", "<div>x", 5_000),
    "rows": ("a.csv", "1,2,3\n", 15_000),
    "columns": ("a.csv", "x,", 5_000),
    "keys": ("a.json", '{"a":', 2_500),
}
PICKLE = b"cos\nsystem\n(S'touch {}'\ntR."


def cutting(ground: Ground) -> Iterator[Outcome]:
    """Index files of many parts: four times the size takes about four times as long, and under a minute."""
    least = _seconds(ground, "tiny", {"a.txt": "A tiny one."})
    small = _seconds(
        ground, "all-1", {f"{what}/{name}": unit * many for what, (name, unit, many) in TEXTS.items()}
    )
    large = _seconds(
        ground,
        f"all-{MUCH}",
        {f"{what}/{name}": unit * many * MUCH for what, (name, unit, many) in TEXTS.items()},
    )
    whole = sum(len(unit) * many * MUCH for _, unit, many in TEXTS.values()) / 1e6
    fine = _linear(least, small, large)
    yield Outcome(
        tried=f"{whole:.1f} MB of {len(TEXTS)} kinds",
        holds=fine,
        answer=f"{small:.1f} s, {MUCH} times as much {large:.1f} s",
    )
    if not fine:
        yield from _one_by_one(ground, least)


def _linear(least: float, small: float, large: float) -> bool:
    # The fixed cost of any file is subtracted; what is left of a small one may be mere noise.
    return large < MOST and (large - least) / max(small - least, 1.5) < 2 * MUCH


def _one_by_one(ground: Ground, least: float) -> Iterator[Outcome]:
    for what, (name, unit, many) in TEXTS.items():
        small = _seconds(ground, f"{what}-1", {name: unit * many})
        large = _seconds(ground, f"{what}-{MUCH}", {name: unit * many * MUCH}) if small < MOST else small
        yield Outcome(
            tried=f"{len(unit) * many * MUCH / 1e6:.1f} MB of {what}",
            holds=_linear(least, small, large),
            answer=f"{small:.1f} s, {MUCH} times as much {large:.1f} s",
        )


def _seconds(ground: Ground, what: str, texts: Mapping[str, str]) -> float:
    """Return the CPU seconds that indexing takes, whatever else the machine does."""
    folder = ground.folder(f"cut-{what}".replace(" ", "-"), texts)
    typed = [*ground.cli, "index", str(folder), "--store", f"{folder}-store"]
    process = subprocess.Popen(typed, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ground.path)
    late = Timer(PATIENCE, process.kill)
    late.start()
    _, status, used = os.wait4(process.pid, 0)
    late.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime if process.returncode in (0, 1) else PATIENCE


def memory(ground: Ground) -> Iterator[Outcome]:
    """Index a table of many rows, and watch the memory."""
    folder = ground.folder("table", {"a.csv": "name,number,place\n" + "same,1,here\n" * 100_000})
    log = subprocess.DEVNULL
    typed = [*ground.cli, "index", str(folder), "--store", str(ground.path / "table-store")]
    process = subprocess.Popen(typed, stdout=log, stderr=log, cwd=ground.path)
    peak: dict[int, float] = {}
    began = perf_counter()
    while process.poll() is None and perf_counter() - began < PATIENCE:
        for pid in (process.pid, *_children(process.pid)):
            with suppress(OSError):
                lines = Path(f"/proc/{pid}/status").read_text().splitlines()
                held = [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")]
                peak[pid] = max(peak.get(pid, 0.0), *held, 0.0)  # a process that has ended reports nothing
        sleep(0.05)
    process.kill()
    status = process.wait()
    most = max(peak.values())
    yield Outcome(
        tried="a table of 100,000 rows",
        holds=status in (0, 1) and most < 1100,  # a busy machine may take longer than a file is given
        answer=f"status {status}, {most:.0f} MB at most, {perf_counter() - began:.0f} s",
    )


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    return []


def stopping(ground: Ground) -> Iterator[Outcome]:
    """Press Ctrl-C while a slow file is indexed."""
    folder = ground.folder("slow", {"a.txt": "A first one."})
    ground.index("slow-store", folder)
    (folder / "b.txt").write_text("\n" * 1_000_000)
    with ground.served(ground.path / "slow-store") as server:

        def rebuild() -> None:
            with suppress(Exception), server.client() as client:
                Tab(client).fire("rebuild.click", seconds=20)

        thread = Thread(target=rebuild, daemon=True)
        thread.start()
        sleep(3)
        waited = server.waited()
        yield Outcome(
            tried="a page while a file of newlines is indexed",
            holds=waited < 5,
            answer=f"answers after {waited:.1f} s",
        )
        began = perf_counter()
        server.stop(20)
        seconds = perf_counter() - began
        yield Outcome(tried="Ctrl-C then", holds=seconds < 19, answer=f"after {seconds:.1f} s")
        thread.join(20)


def models(ground: Ground) -> Iterator[Outcome]:
    """Name a folder that claims to be a model and holds a pickle: none of it may run."""
    for what, typed in {
        "an embedding model": (
            "index",
            ground.path / "documents",
            "--store",
            ground.path / "pickled-store",
            "--model",
        ),
        "a reranker": ("search", "ships", "--store", ground.path / "store", "--rerank"),
        "an NLI model": ("verify", "--batch", _pairs(ground), "--nli"),
        "a chat model": ("ask", "ships?", "--store", ground.path / "store", "--model"),
    }.items():
        mark = ground.path / f"ran-{what.replace(' ', '-')}"
        folder = _pickled(ground, what, mark)
        done = ground.run(*typed, folder)
        fine = not mark.exists() and done.returncode != 0 and "Traceback" not in done.stderr
        yield Outcome(
            tried=f"{what} of pickled weights",
            holds=fine,
            answer=f"status {done.returncode}, ran: {mark.exists()}; {done.stderr.strip()[-100:]}",
        )


def _pairs(ground: Ground) -> Path:
    path = ground.path / "pairs.jsonl"
    path.write_text('{"id": 1, "claim": "A ship.", "evidence": "A ship passed."}\n')
    return path


def _pickled(ground: Ground, what: str, mark: Path) -> Path:
    folder = ground.path / f"model-{what.replace(' ', '-')}"
    folder.mkdir()
    config = {
        "architectures": ["BertForSequenceClassification"],
        "model_type": "bert",
        "hidden_size": 32,
        "num_attention_heads": 2,
        "num_hidden_layers": 1,
        "intermediate_size": 32,
        "vocab_size": 30,
        "num_labels": 1,
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxy"])
    )
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer"}')
    (folder / "modules.json").write_text(
        '[{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]'
    )
    (folder / "pytorch_model.bin").write_bytes(PICKLE.replace(b"{}", str(mark).encode()))
    return folder
