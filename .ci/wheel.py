"""The wheel as somebody installs it: built, put into a fresh environment outside the checkout, and asked.

    .venv/bin/python .ci/wheel.py [--fresh] [--dist DIR]

The environment borrows the packages of this one, all but Citeback, which takes seconds; with `--fresh` it
installs its own from the package index, as a person's does.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen  # noqa: TID251  asks the page that it has started
from venv import EnvBuilder

ROOT = Path(__file__).resolve().parents[1]
QUESTION, ANSWER = "How many ships passed the canal in 2022?", "In all, 412 ships passed the canal in 2022."
PYTHON = f"""
import citeback, sys
from pathlib import Path
assert Path(citeback.__file__).is_relative_to(sys.prefix), citeback.__file__
with citeback.open_corpus(".citeback") as corpus:
    print(corpus.ask({QUESTION!r}).text)
"""


def main() -> None:
    """Build, install and ask; exit status 1 and what was wrong, or 0."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fresh", action="store_true", help="install dependencies from the package index")
    parser.add_argument("--dist", type=Path, help="keep what was built here")
    args = parser.parse_args()
    with TemporaryDirectory(prefix="citeback-wheel-") as made:
        place = Path(made).resolve()
        wheel = built((args.dist or place / "dist").resolve())
        print(f"{wheel.name}: {wheel.stat().st_size / 2**20:.1f} MB")
        asked(installed(wheel, place / "env", args.fresh), place / "work")
    print("The wheel works: index, ask, open_corpus, the page and the API.")


def built(dist: Path) -> Path:
    """Return the wheel, which is built from the source distribution."""
    run([sys.executable, "-m", "build", "--outdir", str(dist), str(ROOT)])
    return max(dist.glob("*.whl"), key=lambda path: path.stat().st_mtime)


def installed(wheel: Path, env: Path, fresh: bool) -> Path:
    """Return the folder of commands of an environment that has the wheel."""
    EnvBuilder(with_pip=True).create(env)
    bin_ = env / "bin"
    pip = [str(bin_ / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, *(["-c", str(ROOT / "constraints.txt")] if fresh else ["--no-deps"]), str(wheel)])
    site = next((env / "lib").glob("python*/site-packages"))
    expect(
        {path.name.partition("-")[0] for path in site.glob("citeback*")} | {"citeback"} == {"citeback"}
        and not any(
            (site / name).exists()
            for name in ("index", "rag", "page", "serving", "terminal", "wire", "ui.py")
        ),
        "something else than citeback is installed",
    )
    if (
        not fresh
    ):  # a path in a .pth file is searched, and .pth files in it are not read: the checkout stays out
        (site / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return bin_


def asked(bin_: Path, place: Path) -> None:
    """Index a folder and ask about it, in every way there is."""
    (place / "documents").mkdir(parents=True)
    (place / "documents" / "canal.md").write_text(f"# The canal\n\n{ANSWER}\n", encoding="utf-8")
    citeback = str(bin_ / "citeback")
    run([citeback, "index", "documents"], place)
    expect(ANSWER in run([citeback, "ask", QUESTION], place), "citeback ask gave another answer")
    expect(ANSWER in run([str(bin_ / "python"), "-c", PYTHON], place), "open_corpus gave another answer")
    with subprocess.Popen(  # noqa: S603  our own command
        [citeback, "chat", "--port", "0"], cwd=place, env=outside(), stdout=subprocess.PIPE, text=True
    ) as page:
        try:
            address = re.search(r"http://\S+", page.stdout.readline() if page.stdout else "")
            expect(address is not None, "citeback chat printed no address")
            looked(address[0].rstrip("/") if address else "")
        finally:
            page.terminate()


def looked(address: str) -> None:
    """Fetch the page, its style and script, and an answer of the API."""
    expect("Citeback" in fetched(address, "/"), "the page is another")
    expect("{" in fetched(address, "/style.css"), "there is no style sheet")
    expect("addEventListener" in fetched(address, "/page.js"), "there is no script")
    answer = json.loads(fetched(address, "/api/ask", {"question": QUESTION}))
    (citation,) = answer["sentences"][0]["citations"]
    expect(citation["quote"] == ANSWER and not answer["abstained"], f"the API answered {answer['text']!r}")


def fetched(address: str, path: str, body: object = None) -> str:
    """Return what is served at a path."""
    data = None if body is None else json.dumps(body).encode()
    asking = Request(address + path, data, {"Content-Type": "application/json"} if data else {})  # noqa: S310  http://
    with urlopen(asking, timeout=120) as response:  # noqa: S310  http://
        return str(response.read().decode())


def outside() -> dict[str, str]:
    """Return the environment without what would lead back to the checkout."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))
    }


def run(command: Sequence[str], place: Path = ROOT) -> str:
    """Return what a command prints; what it says of a failure is shown."""
    done = subprocess.run(  # noqa: S603  our own commands
        command, cwd=place, env=outside(), capture_output=True, text=True, check=False
    )
    expect(
        done.returncode == 0, f"{' '.join(command[:4])} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    )
    return done.stdout


def expect(holds: bool, wrong: str) -> None:
    """End with what is wrong unless it holds."""
    if not holds:
        sys.exit(f"The wheel does not work: {wrong}")


if __name__ == "__main__":
    main()
