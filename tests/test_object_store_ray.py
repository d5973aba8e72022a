"""Indexing on a real Ray cluster of two nodes: the same index, on loopback only, whichever node dies."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from both_stores import contents
from ray_nodes import RayNodes, ray_nodes
from toy import ToyEncoder, loading
from weed import WeedServer

from citeback.index import any_store

# Ray leaves pipes and sockets to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
HERE = Path(__file__).parent
FILES = 20


@pytest.fixture(scope="module")
def nodes(weed: WeedServer) -> Iterator[RayNodes]:
    if find_spec("ray") is None:
        pytest.skip("make test-scale installs ray")
    with ray_nodes(2) as running:
        yield running


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for n in range(FILES):
        (folder / f"{n:02}.txt").write_text(f"Red fish {n}.\n\nBlue fish {n}.\n\nA car {n}.")
        os.utime(folder / f"{n:02}.txt", (1, 1))
    (folder / "empty.txt").write_text("")
    return folder


def started(docs: Path, address: str, cluster: str, seconds: float = 0.02) -> subprocess.Popen[bytes]:
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop(1))\n"
        "from citeback.index.object_store.indexing import batch; batch.MAX_FILES = 2\n"
        "import json, scale_sync; print(json.dumps(scale_sync.run(*sys.argv[1:])))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(HERE), str(docs), address, cluster],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"TOY_SECONDS": str(seconds)},
    )


def result(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    out, err = process.communicate(timeout=100)
    assert process.returncode == 0, err.decode()[-3000:]
    done: dict[str, Any] = json.loads(out.splitlines()[-1])
    return done


def on_one_machine(docs: Path, address: str) -> dict[str, Any]:
    from citeback.index.object_store.indexing.sync import RemoteSync

    store = any_store.open_store(f"{address}-alone")
    RemoteSync(store=any_store.object_store(store), load=loading(ToyEncoder())).run([docs])
    return contents(store.current())


def listening() -> list[str]:
    """Return the addresses that Ray's processes listen on, as the kernel writes them."""
    names = ("gcs_server", "raylet", "ray::")
    processes = [p for p in Path("/proc").iterdir() if p.name.isdecimal()]
    sockets = set()
    for process in processes:
        try:
            command = (process / "cmdline").read_bytes().decode(errors="replace")
            if any(name in command for name in names):
                sockets |= {str(fd.readlink()) for fd in (process / "fd").iterdir()}
        except OSError:
            continue
    tables = [Path("/proc/net", name).read_text() for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables for line in table.splitlines()]
    return [row[1] for row in rows if len(row) > 9 and row[3] == "0A" and f"socket:[{row[9]}]" in sockets]


def test_the_cluster_makes_the_same_index_as_one_machine(nodes: RayNodes, docs: Path, address: str) -> None:
    done = result(started(docs, address, nodes.address))
    assert (done["added"], done["chunks"]) == (FILES, 3 * FILES)
    assert contents(any_store.open_store(address).current()) == on_one_machine(docs, address)
    again = result(started(docs, address, nodes.address))
    assert (again["published"], again["embedded"]) == (False, 0)


def test_nothing_listens_beyond_loopback(nodes: RayNodes) -> None:
    found = listening()
    assert found
    # 127.0.0.1, and the same in IPv6 notation
    assert {each.partition(":")[0] for each in found} <= {"0100007F", "0000000000000000FFFF00000100007F"}


def test_a_node_that_dies_is_made_up_for_by_the_other(nodes: RayNodes, docs: Path, address: str) -> None:
    running = started(docs, address, nodes.address, 0.3)
    sleep(8)
    nodes.kill(nodes.nodes[0])
    done = result(running)
    assert done["chunks"] == 3 * FILES
    store = any_store.open_store(address)
    assert contents(store.current()) == on_one_machine(docs, address)
    assert store.check() == []


def test_an_address_without_a_cluster_is_refused(nodes: RayNodes, docs: Path, address: str) -> None:
    running = started(docs, address, "127.0.0.1:9")
    _, err = running.communicate(timeout=120)
    assert b"There is no Ray cluster at 127.0.0.1:9" in err
