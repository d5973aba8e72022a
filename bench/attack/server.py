"""The server under attack: `citeback chat` in a process of its own, reached over HTTP."""

import os
import re
import resource
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Self
from urllib.parse import urlsplit

import httpx

ROOT = Path(__file__).parents[2]
STARTS = 180.0  # seconds that a server may take to print its address, on a busy machine
RAISED = re.compile(r"^[ |+]*([\w.]*(?:Error|Exception|Interrupt|Disconnect)\b.*)$", re.MULTILINE)
ADDRESS = re.compile(r"https?://[^\s/]+:\d+")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `log` is the file of its output."""

    process: subprocess.Popen[bytes]
    address: str
    log: Path

    @classmethod
    def start(
        cls,
        log: Path,
        cli: Sequence[str],
        options: Sequence[object],
        env: Mapping[str, str] | None = None,
        files: int | None = None,
        umask: int = -1,
    ) -> Self:
        """Start `citeback chat` and wait for its address; `files` limits its descriptors."""

        def limited() -> None:
            if files is not None:
                resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

        with log.open("wb") as out:
            process = subprocess.Popen(
                [*cli, "chat", *map(str, options)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                preexec_fn=limited if files is not None else None,
                umask=umask,
                cwd=log.parent,
            )
        end = monotonic() + STARTS
        while monotonic() < end and process.poll() is None:
            if match := ADDRESS.search(log.read_text(errors="replace")):
                return cls(process, match[0], log)
            sleep(0.1)
        process.kill()
        raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')[-500:]}")

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return urlsplit(self.address).port or 0

    @property
    def alive(self) -> bool:
        """Return whether the process is still running."""
        return self.process.poll() is None

    def client(
        self, auth: tuple[str, str] | None = None, source: str = "", timeout: float = 60
    ) -> httpx.Client:
        """Return a client; `source` is its address, another one of this computer."""
        # Unverified, since there is no TLS: loading certificates takes longer than most attacks.
        # No connection is kept: the server would close one that waits, even as it is used again.
        kept = httpx.Limits(max_keepalive_connections=0)
        transport = httpx.HTTPTransport(verify=False, local_address=source or None, limits=kept)
        return httpx.Client(base_url=self.address, auth=auth, timeout=timeout, transport=transport)

    def waited(self, auth: tuple[str, str] | None = None, timeout: float = 10) -> float:
        """Return the seconds that a plain request takes, or `timeout` without a response."""
        began = perf_counter()
        try:
            with self.client(auth, timeout=timeout) as client:
                client.get("/style.css")
        except httpx.HTTPError:
            return timeout
        return perf_counter() - began

    def answers(self, auth: tuple[str, str] | None = None, timeout: float = 10) -> bool:
        """Return whether a question is answered."""
        try:
            with self.client(auth, timeout=timeout) as client:
                asked = {"question": "How many ships passed the canal in 2022?"}
                return client.post("/api/ask", json=asked).status_code == 200
        except httpx.HTTPError:
            return False

    @property
    def memory(self) -> float:
        """Return its resident memory in MB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)

    @property
    def descriptors(self) -> int:
        """Return the number of its open files and sockets."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    @property
    def printed(self) -> str:
        """Return its output."""
        return self.log.read_text(errors="replace")

    @property
    def traceback(self) -> str:
        """Return the exception of the first traceback in its output, or ""."""
        _, sign, rest = self.printed.partition("Traceback (most recent call last)")
        return (RAISED.findall(rest) or ["a traceback"])[0] if sign else ""

    def stop(self, patience: float = 20) -> int:
        """Stop it and return its exit status; kill it if it does not stop in time."""
        if self.alive:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
