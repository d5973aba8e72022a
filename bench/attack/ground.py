"""The setting of the attacks: folders with secrets, an index of each, and servers."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.attack.server import ROOT, Server

KEY = "squeamish-ossifrage-17"
"""Content of a file outside the folders; wherever it turns up, that file has been read."""
TOKEN = "xyzzy-4711-plugh"  # noqa: S105  no password, but what stands in a document
"""Content of a document that some users may not read."""
ADMIN, EDITOR, READER, KEPT = (
    ("ada", "correct horse ada"),
    ("edo", "correct horse edo"),
    ("rea", "correct horse rea"),
    ("bo", "correct horse bo"),
)
"""Users: an admin, an editor, a reader, and a reader restricted to open/."""
SHIPS = "How many ships passed the canal in 2022?"
SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
TEXTS = {
    "open/canal.md": "# The canal\n\nIn all, 412 ships passed the canal in 2022.\n",
    "open/lock.txt": "The lock keeper of the canal is Ada Holm. She opens the lock at six.\n",
    "closed/plan.md": f"# The closed plan\n\nThe password of the safe is {TOKEN}.\n",
    "closed/broken.pdf": "no PDF at all",
    f"open/{'a' * 100}.txt": "A name that is long, for patterns to fit again and again.\n",
    f"open/{IMAGE}.md": f"# {IMAGE}\n\nThe harbour says {SCRIPT}, {IMAGE} and [a](javascript:alert(1)).\n",
    "open/signs.md": "The toll is &amp; 1 coin, not ~~two~~ coins, and 3 * 4 = 12 in the harbour *Signs*.\n",
}


@dataclass(slots=True)
class Ground:
    """A temporary folder. Servers that several attacks share are started on first use."""

    path: Path
    checkout: Path = ROOT
    _shared: dict[str, Server] = field(default_factory=dict)
    _number: int = 0

    @property
    def secret(self) -> Path:
        """Return a file of mode 0600 outside every indexed folder."""
        return self.path / "secret" / "key.txt"

    @property
    def cli(self) -> list[str]:
        """Return the `citeback` command of the checkout that is attacked."""
        if (earlier := self.checkout / "cli.py").exists():  # before there was one package
            return [sys.executable, str(earlier)]
        start = (
            "import sys; sys.path.insert(0, sys.argv.pop(1)); from citeback.terminal.cli import main; main()"
        )
        return [sys.executable, "-c", start, str(self.checkout)]

    @property
    def users(self) -> Path:
        """Return the password file."""
        return self.path / "users.txt"

    def prepare(self) -> None:
        """Write the secret and the users, and index the documents."""
        self.secret.parent.mkdir(mode=0o700)
        self.secret.write_text(KEY)
        self.secret.chmod(0o600)
        self.folder("documents", TEXTS)
        self.index("store", "documents")
        self.add_user(*ADMIN, "--role", "admin")
        self.add_user(*EDITOR, "--role", "editor")
        self.add_user(*READER, "--role", "reader")
        self.add_user(*KEPT, "--role", "reader", "--may", "open/**")

    def folder(self, name: str, texts: Mapping[str, str]) -> Path:
        """Write a folder of texts."""
        for path, text in texts.items():
            target = self.path / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        return self.path / name

    def index(self, store: str, *arguments: object, **settings: Any) -> subprocess.CompletedProcess[str]:
        """Run `citeback index`."""
        return self.run("index", *arguments, "--store", self.path / store, **settings)

    def run(
        self, *arguments: object, timeout: float = 120, **settings: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run a `citeback` command in the temporary folder; status 124 means a timeout."""
        typed = [*self.cli, *map(str, arguments)]
        kept: dict[str, Any] = {"cwd": self.path, "capture_output": True, "text": True, "errors": "replace"}
        try:
            return subprocess.run(typed, timeout=timeout, check=False, **kept | settings)
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(typed, 124, "", f"not done within {timeout:.0f} s")

    def without_rights(self, *command: object) -> list[str]:
        """Return a command that runs without root's right to ignore file modes (Linux)."""
        rights = "-dac_override,-dac_read_search"
        ahead = ["setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}"] if os.geteuid() == 0 else []
        return [*ahead, *self.cli, *map(str, command)]

    def names(self, store: str) -> list[str]:
        """Return the names of the documents in an index."""
        done = self.run("status", "--store", self.path / store, "--json")
        return [each["document"] for each in json.loads(done.stdout)["documents"]] if done.stdout else []

    def add_user(self, name: str, password: str, *options: str) -> None:
        """Add a user, entering the password on standard input, without a terminal."""
        typed = f"{password}\n{password}\n"
        notice: dict[str, Any] = {"input": typed, "start_new_session": True}
        done = self.run("user", "add", name, "--file", self.users, *options, **notice)
        if done.returncode == 2:  # before there were roles
            done = self.run("user", name, "--file", self.users, **notice)
        if done.returncode:
            raise RuntimeError(f"no user was added: {done.stderr}")

    def copied(self, name: str) -> Path:
        """Return a copy of the index for an attack that changes it; its documents are shared."""
        shutil.copytree(self.path / "store", self.path / name)
        return self.path / name

    def start(self, store: Path, *options: object, **settings: Any) -> Server:
        """Start a server; the caller stops it."""
        self._number += 1
        log = self.path / f"server-{self._number}.log"
        return Server.start(log, self.cli, ["--store", store, *options], **settings)

    @contextmanager
    def served(self, store: Path, *options: object, **settings: Any) -> Iterator[Server]:
        """Serve a store for the duration of an attack."""
        server = self.start(store, *options, **settings)
        try:
            yield server
        finally:
            server.stop()

    def plain(self) -> Server:
        """Return the shared server without authentication."""
        return self._of("plain", ())

    def guarded(self) -> Server:
        """Return the shared server with authentication."""
        return self._of("guarded", ("--auth", self.users, "--rate", "6000"))

    def opened(self) -> Server:
        """Return the shared server that is open to the network, limited to twenty questions a minute."""
        return self._of("opened", ("--host", "0.0.0.0", "--open", "--open", "--rate", "20"))  # noqa: S104  what is attacked

    def _of(self, name: str, options: Sequence[object]) -> Server:
        there = self._shared.get(name)
        if there is None or not there.alive:
            self._shared[name] = there = self.start(self.path / "store", *options)
        return there

    def unwell(self) -> Iterator[str]:
        """Yield the problems of the shared servers, and replace those that have any."""
        for name, server in list(self._shared.items()):
            auth = ADMIN if name == "guarded" else None
            if not server.alive:
                yield f"the server ended with status {server.process.returncode}: {server.printed[-300:]}"
            elif name != "opened" and not server.answers(auth, timeout=20):
                yield "the server answers no question any more"
            elif server.traceback:
                yield f"the server printed a traceback: {server.traceback}"
            else:
                continue
            server.stop(5)
            del self._shared[name]

    def close(self) -> None:
        """Stop the shared servers, all at a time: each lets running answers finish."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(Server.stop, self._shared.values()))
