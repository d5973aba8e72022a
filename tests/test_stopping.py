"""The page as a process of its own: what it survives, and how it ends."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
from scripted import NoFolder, ScriptedCorpus
from typed import CLI, ROOT

from citeback.page.app import site
from citeback.page.workspace import PageServices
from citeback.serving.http.in_flight import RunningRequests
from citeback.serving.http.server import serve

DESCRIPTORS = 256
SERVED = """
import os, sys, time
from pathlib import Path
sys.path.insert(0, "tests")
import citeback.page.app, citeback.page.launch, citeback.page.workspace
from scripted import NoFolder, ScriptedCorpus

class Slow(ScriptedCorpus):
    def search(self, question, *given, **more):
        os.write(1, b"searching\\n")  # at once: two threads would mix what they print
        while not Path(question).exists():
            time.sleep(0.05)
        return ()

behind = citeback.page.workspace.PageServices.for_store(Path("nowhere"), lambda: Slow({}), NoFolder())
citeback.page.launch.site_of = lambda *given, **more: citeback.page.app.site(behind)
citeback.page.launch.serve()
"""


@contextmanager
def page(*command: str, descriptors: int | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a page; yield it and its address."""

    def fewer() -> None:
        import resource

        if descriptors:
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

    running = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=fewer,
    )
    assert running.stdout
    match = re.search(r"http://\S+", running.stdout.readline())
    assert match, running.communicate()[1]
    with running:
        try:
            yield running, match[0]
        finally:
            running.kill()


def hold(address: str, count: int, stack: ExitStack) -> None:
    port = httpx.URL(address).port
    for n in range(count):
        made = stack.enter_context(socket.create_connection(("127.0.0.1", port), 10))
        if n % 2:
            made.sendall(b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le")


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit of descriptors")
def test_more_idle_connections_than_descriptors_do_not_end_the_page(tmp_path: Path) -> None:
    with page(*CLI, "chat", "--store", str(tmp_path), descriptors=DESCRIPTORS) as (running, address):
        with ExitStack() as idle:
            hold(address, DESCRIPTORS + 50, idle)
            assert httpx.get(f"{address}style.css", timeout=30).status_code == 200
        assert httpx.get(f"{address}api/documents", timeout=30).status_code == 409
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0
        assert running.stderr and "Traceback" not in running.stderr.read()


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGTERM")
def test_sigterm_lets_answers_finish_and_refuses_new_ones(tmp_path: Path) -> None:
    path, got = tmp_path / "found", []
    with page("-c", SERVED) as (running, address):

        def ask() -> None:
            got.append(httpx.post(f"{address}api/search", json={"question": str(path)}, timeout=60))

        asking = Thread(target=ask)
        asking.start()
        stopped(running, address)
        refused = httpx.post(f"{address}api/search", json={"question": str(tmp_path)}, timeout=30)
        assert refused.status_code == 503 and refused.headers["retry-after"]
        assert httpx.get(address, timeout=30).status_code == 503
        path.touch()
        asking.join(60)
        assert got[0].status_code == 200 and got[0].json()["passages"] == []
        assert running.wait(60) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGTERM")
def test_what_takes_too_long_is_refused_and_does_not_keep_the_page_from_ending(tmp_path: Path) -> None:
    never, got = str(tmp_path / "never"), []
    with (
        httpx.Client(timeout=60) as client,
        page("-c", "import citeback.page.launch; citeback.page.launch.FINISHING = 5\n" + SERVED) as (
            running,
            address,
        ),
    ):

        def ask(path: str, **asked: object) -> None:
            with suppress(httpx.ConnectError):  # not accepted, on a busy computer
                got.append(client.post(f"{address}{path}", json={"question": never, **asked}))

        # Two are searched at a time; the others wait.
        asking = [Thread(target=ask, args=("api/search",)) for _ in range(12)]
        asking.append(Thread(target=ask, args=("api/ask",), kwargs={"stream": True}))
        for each in asking:
            each.start()
        stopped(running, address)
        assert running.wait(60) == 0
        for each in asking:
            each.join(60)
    streamed = [each for each in got if each.status_code == 200]
    refused = [each for each in got if each.status_code == 503]
    assert len(streamed) + len(refused) == len(got) > 2
    assert all(each.headers["retry-after"] and "shutting down" in each.json()["error"] for each in refused)
    assert all(each.text.endswith("}\n\n") and "event: error" in each.text for each in streamed)


def test_models_are_loaded_when_the_page_is_served_and_not_before(tmp_path: Path) -> None:
    loaded = Event()
    services = PageServices.for_store(tmp_path, lambda: ScriptedCorpus({}), NoFolder())
    made = site(replace(services, warm=loaded.set))
    assert not loaded.wait(0.2)
    running = serve(made, "127.0.0.1")
    assert loaded.wait(60)
    running.stop()


def test_what_is_queued_is_waited_for_as_well() -> None:
    waiting = [3]
    running = RunningRequests(queued=lambda: waiting[0])
    assert not running.end(0.01)
    counted = Thread(target=lambda: waiting.__setitem__(0, 0))
    counted.start()
    assert running.end(60)
    counted.join()


def stopped(running: subprocess.Popen[str], address: str) -> None:
    """Wait until something is searched, then ask the process to stop, and wait until it has heard."""
    assert running.stdout and running.stdout.readline() == "searching\n"
    running.send_signal(signal.SIGTERM)
    with suppress(httpx.TransportError):  # it has ended already
        for _ in range(600):
            if httpx.get(address, timeout=60).status_code == 503:
                return
            time.sleep(0.1)
        pytest.fail("it goes on answering")


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGTERM")
def test_a_page_whose_server_ends_by_itself_fails_and_says_so() -> None:
    ends = SERVED.replace(
        "citeback.page.launch.serve()",
        "citeback.page.launch.listen = lambda *given: ended(serve(*given))\nciteback.page.launch.serve()",
    )
    broken = """
from citeback.serving.http.server import serve
def ended(running):
    loop = running._server.servers[0].get_loop()
    loop.call_soon_threadsafe(loop.stop)
    return running
"""
    ran = subprocess.run([sys.executable, "-c", broken + ends], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode != 0 and "stopped unexpectedly" in ran.stderr


def test_arguments_of_the_module_are_refused_with_what_to_type() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "ui", "--store", "a b"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode != 0 and "citeback chat --store 'a b'" in ran.stderr
