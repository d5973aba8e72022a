"""Kills a sync at every step it names, and says what is left. Run by `test_kill`.

Children are forked from a process that has started no thread yet, so that each kill costs no import.
"""

import json
import os
import signal
import sys
from pathlib import Path
from shutil import copytree, rmtree
from traceback import print_exc
from typing import Any

from snapshot import contents
from toy import ToyEncoder, loading, read

from index.report import Progress
from index.store import Store
from index.sync import sync


def forked(act: Any) -> int:
    """Return the status of a child that does `act` and nothing else."""
    child = os.fork()
    if child == 0:
        try:
            act()
            os._exit(0)
        finally:
            print_exc()
            os._exit(1)
    return os.waitpid(child, 0)[1]


def killed_at(step: int, store: Path, docs: Path) -> None:
    """Sync, and kill this process at the step."""
    left = step

    def kill(progress: Progress) -> None:
        nonlocal left
        if left == 0:
            print(json.dumps({"at": [progress.stage, progress.done, progress.item]}), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    sync(Store(store), [docs], load=loading(ToyEncoder(batch=2)), read=read, progress=kill)


def look(store: Path, docs: Path) -> None:
    """Open what is left, check it, sync on, and say what was found."""
    with Store(store).current() as before:
        found: dict[str, Any] = {"before": before.number, "problems": Store(store).check()}
        found["answers"] = before.words.search(["old"], 5)[1].tolist()
    report = sync(Store(store), [docs], load=loading(ToyEncoder()), read=read)
    with Store(store).current() as after:
        found |= {"after": after.number, "embedded": report.embedded, "problems_after": after.check()}
        found["contents"] = contents(after)["vectors"]
        found["names"] = [document.name for document in after.documents]
    found["left"] = sorted(path.name for path in store.iterdir())
    print(json.dumps(found), flush=True)


def main(directory: Path) -> None:
    docs, base = directory / "docs", directory / "base"
    forked(lambda: sync(Store(base), [docs], load=loading(ToyEncoder()), read=read))
    (docs / "a.txt").unlink()
    for name in ("c", "d"):
        (docs / f"{name}.txt").write_text("\n\n".join(f"{name} says {n}." for n in range(4)))
    step, status = 0, signal.SIGKILL.value
    while status == signal.SIGKILL:
        copytree(base, directory / "store")
        status = forked(lambda step=step: killed_at(step, directory / "store", docs))
        forked(lambda: look(directory / "store", docs))
        rmtree(directory / "store")
        step += 1
    print(json.dumps({"status": status, "steps": step}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
