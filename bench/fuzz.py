"""Fuzz the readers, guided by coverage: whatever the bytes, only ReadError may come out.

    python -m bench.fuzz [--seconds 60] [--format .docx ...]

For each format, a process (`bench.fuzzed`) mutates small files from `bench.reading` with atheris, guided by
the lines reached in the readers and their Python libraries. Stops at the first format whose reader raises
another exception, takes 20 s or uses 4 GB, and names the file that caused it. Linux only.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

import msgforge

from bench.fuzzed import PARTS
from bench.reading import FORMATS, Make, paragraphs
from bench.sets import commit

ODF = "urn:oasis:names:tc:opendocument:xmlns"


def rich(texts: list[str]) -> bytes:
    """Return an RTF file with a table, a note and hidden words."""
    note, cells = r"{\footnote It was so.}", r"\trowd\cellx900\cellx1800 a\cell b\cell\row"
    body = r"\par ".join(texts)
    return rf"{{\rtf1\ansi{{\fonttbl{{\f0 Arial;}}}}{body}{note}\par {cells}{{\v no}}\u246?\'e5}}".encode()


def opendocument(texts: list[str]) -> bytes:
    """Return an ODT file."""
    body = "".join(f"<text:p>{each}<text:s/><text:tab/></text:p>" for each in texts)
    content = (
        f'<office:document-content xmlns:office="{ODF}:office:1.0" xmlns:text="{ODF}:text:1.0">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return _packed({"content.xml": content, "styles.xml": "<styles/>"})


def book(texts: list[str]) -> bytes:
    """Return an EPUB file of one chapter."""
    body = "".join(f"<p>{each}</p>" for each in texts)
    return _packed(
        {
            "META-INF/container.xml": "<c><rootfile full-path='c.opf'/></c>",
            "c.opf": "<p><m><item id='a' href='a.xhtml'/></m><s><itemref idref='a'/></s></p>",
            "a.xhtml": f"<html><body><h1>Report</h1>{body}</body></html>",
        }
    )


def outlook(texts: list[str]) -> bytes:
    """Return an Outlook message."""
    return msgforge.Message("Report", "\n\n".join(texts)).as_bytes()


def _packed(parts: dict[str, str]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


FUZZED: dict[str, Make] = {
    **FORMATS,
    ".rtf": rich,
    ".odt": opendocument,
    ".epub": book,
    ".msg": outlook,
}
_DONE = re.compile(r"Done (\d+) runs in (\d+) second")
_REACHED = re.compile(r"cov: (\d+)")


def run(suffix: str, seconds: int, folder: Path) -> tuple[int, int]:
    """Fuzz a format in its own process; return (files read, places reached). Exits on failure."""
    sample, corpus = folder / f"sample{suffix}", folder / suffix[1:]
    corpus.mkdir()
    for seed in range(3):
        data = FUZZED[suffix](paragraphs(seed)[:3])
        sample.write_bytes(data)
        if suffix in PARTS:
            with zipfile.ZipFile(BytesIO(data)) as package:
                data = package.read(PARTS[suffix])
        (corpus / str(seed)).write_bytes(data)
    command = [sys.executable, "-m", "bench.fuzzed", suffix, str(seconds), str(sample), str(corpus)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    match, reached = _DONE.search(done.stderr), _REACHED.findall(done.stderr)
    if done.returncode or not match:
        sys.exit(f"{suffix}: {done.stderr[-3000:]}")
    return int(match[1]), int(reached[-1]) if reached else 0


def main() -> None:
    """Fuzz each format in turn and print the coverage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--format", nargs="*", default=list(FUZZED), choices=list(FUZZED))
    args = parser.parse_args()
    print(f"`python -m bench.fuzz --seconds {args.seconds}` at {commit()}\n")
    print("| format | files read | places of the code reached |\n|---|---|---|")
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))  # kept, with the file that failed, if one did
    for suffix in args.format:
        runs, reached = run(suffix, args.seconds, folder)
        print(f"| {suffix} | {runs:,} | {reached:,} |", flush=True)


if __name__ == "__main__":
    main()
