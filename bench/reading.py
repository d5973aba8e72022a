"""Measure how fast files are read, by format; nothing is chunked, encoded or stored.

    python -m bench.reading [--data DIR] [--megabytes 8] [--rounds 3] [--processes 2]

Files are made of the manual's sentences by real libraries, each about as long as a long report. Prints, for
each format: MB of files and MB of text (UTF-8) read per second by all processes, as the median of the rounds;
the latter as a share of plain text's; and MB of text that one process reads per CPU second, which depends
least on the load of the machine. `--data` is ignored.

    python -m bench.reading --files FILE ... [--megabytes 8] [--rounds 3] [--processes 2]

Measures given files instead, each read repeatedly up to that many megabytes.
"""

import argparse
import os
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import docx
import openpyxl
import pptx
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from bench.sets import DATA, commit
from citeback.index.ordered_map import ordered_map
from citeback.index.readers import read
from citeback.index.records import Source
from citeback.index.sandbox.pool import WorkerPool

MANUAL = Path(__file__).parents[1] / "docs" / "manual"
PARAGRAPHS = 300  # of one file
Make = Callable[[list[str]], bytes]


def paragraphs(seed: int) -> list[str]:
    """Return paragraphs of the manual's sentences in a random order."""
    sentences = re.findall(r"[A-Z][^.\n|`]{30,200}\.", "\n".join(p.read_text() for p in MANUAL.glob("*.md")))
    chosen = random.Random(seed)  # noqa: S311  the same files at every run
    return [" ".join(chosen.choices(sentences, k=6)) for _ in range(PARAGRAPHS)]


def text(texts: list[str]) -> bytes:
    """Return plain text."""
    return "\n\n".join(texts).encode()


def page(texts: list[str]) -> bytes:
    """Return a web page."""
    body = "".join(f"<p>{each}</p>" for each in texts)
    return f"<html><head><title>Report</title></head><body><article>{body}</article></body></html>".encode()


def pdf(texts: list[str]) -> bytes:
    """Return a PDF of wrapped lines, about fifty to a page, with compressed streams."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1)
    for n, line in enumerate(_lines(texts)):
        if n and n % 50 == 0:
            canvas.showPage()
        canvas.drawString(60, 790 - 15 * (n % 50), line)
    canvas.save()
    return out.getvalue()


def _lines(texts: list[str]) -> Iterator[str]:
    for paragraph in texts:
        line = ""
        for word in paragraph.split():
            if stringWidth(f"{line} {word}", "Helvetica", 12) > A4[0] - 120:
                yield line
                line = word
            else:
                line = f"{line} {word}".strip()
        yield line


def word(texts: list[str]) -> bytes:
    """Return a DOCX file."""
    document: Any = docx.Document()
    for each in texts:
        document.add_paragraph(each)
    return _saved(document.save)


def slides(texts: list[str]) -> bytes:
    """Return a PPTX file of sixty slides."""
    shown: Any = pptx.Presentation()
    for start in range(0, PARAGRAPHS, 5):
        slide = shown.slides.add_slide(shown.slide_layouts[1])
        slide.shapes.title.text = f"Slide {start}"
        slide.placeholders[1].text = "\n".join(texts[start : start + 5])
    return _saved(shown.save)


def sheet(texts: list[str]) -> bytes:
    """Return an XLSX file."""
    book: Any = openpyxl.Workbook()
    for n, each in enumerate(texts):
        book.active.append([n, each, n / 7])
    return _saved(book.save)


def mail(texts: list[str]) -> bytes:
    """Return one message."""
    return ("Subject: Report\nFrom: ada@example.org\n\n" + "\n\n".join(texts)).encode()


def _saved(save: Callable[[BytesIO], object]) -> bytes:
    out = BytesIO()
    save(out)
    return out.getvalue()


FORMATS: dict[str, Make] = {
    ".txt": text,
    ".md": text,
    ".html": page,
    ".pdf": pdf,
    ".docx": word,
    ".pptx": slides,
    ".xlsx": sheet,
    ".eml": mail,
}


def written(folder: Path, suffix: str, megabytes: float) -> list[Path]:
    """Write files until they hold so many MB of text, at most forty; return them."""
    paths: list[Path] = []
    characters = 0
    while characters < megabytes * 2**20 and len(paths) < 40:
        texts = paragraphs(len(paths))
        characters += sum(map(len, texts))
        paths.append(folder / f"{len(paths)}{suffix}")
        paths[-1].write_bytes(FORMATS[suffix](texts))
    return paths


def spent(paths: list[Path], workers: WorkerPool) -> tuple[float, int]:
    """Return the seconds that reading the files takes, and the bytes of text they hold."""
    start, size = perf_counter(), 0
    for _, result in ordered_map(workers.read, paths, workers.count):
        assert isinstance(result, Source)  # noqa: S101  the files are ours
        size += len(result.text.encode())
    return perf_counter() - start, size


def per_processor_second(paths: list[Path]) -> float:
    """Return the bytes of text that this process reads per CPU second, the best of five."""
    best = 0.0
    for _ in range(5):
        start, size = process_time(), sum(len(read(path).text.encode()) for path in paths[:2])
        best = max(best, size / (process_time() - start))
    return best


def published(files: list[Path], megabytes: float, rounds: int, processes: int) -> None:
    """Read the given files and print the rates."""
    print(f"`python -m bench.reading --files` at {commit()}: {processes} processes, median of {rounds}\n")
    print("| file | kB | of them text | MB of files/s | MB of text/s |\n|---|---|---|---|---|")
    with WorkerPool(count=processes) as workers:
        spent(files, workers)
        for path in files:
            size = path.stat().st_size
            again = [path] * max(processes, round(megabytes * 2**20 / size))
            took = [spent(again, workers) for _ in range(rounds)]
            seconds, result = median(time for time, _ in took), took[0][1]
            rates = f"{size * len(again) / seconds / 2**20:.1f} | {result / seconds / 2**20:.1f}"
            print(
                f"| {path.name} | {size // 1000} | {result / len(again) / size:.0%} | {rates} |", flush=True
            )


def main() -> None:
    """Read files of every format in turns and print the rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--megabytes", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--files", type=Path, nargs="+", default=[])
    args = parser.parse_args()
    if args.files:
        published(args.files, args.megabytes, args.rounds, args.processes)
        return
    with tempfile.TemporaryDirectory() as directory, WorkerPool(count=args.processes) as workers:
        files = {suffix: written(Path(directory), suffix, args.megabytes) for suffix in FORMATS}
        sizes = {suffix: sum(path.stat().st_size for path in paths) for suffix, paths in files.items()}
        for paths in files.values():
            spent(paths[:2] * args.processes, workers)  # libraries in memory, files in the cache
        rounds = [{suffix: spent(files[suffix], workers) for suffix in FORMATS} for _ in range(args.rounds)]
        alone = {suffix: per_processor_second(paths) / 2**20 for suffix, paths in files.items()}
    print(f"`python -m bench.reading` at {commit()}: {args.processes} processes, median of {args.rounds}\n")
    heads = ["format", "files", "MB of files/s", "MB of text/s"]
    heads += ["of plain text's", "MB of text a processor second"]
    print(f"| {' | '.join(heads)} |")
    print("|---|---|---|---|---|---|")
    plain = median(size / seconds for seconds, size in (r[".txt"] for r in rounds))
    for suffix, paths in files.items():
        rates = [size / seconds for seconds, size in (r[suffix] for r in rounds)]
        share = sizes[suffix] / rounds[0][suffix][1]
        rate = median(rates)
        speeds = f"{rate * share / 2**20:.1f} | {rate / 2**20:.1f} | {rate / plain:.2f}"
        print(f"| {suffix} | {len(paths)} | {speeds} | {alone[suffix]:.1f} |")


if __name__ == "__main__":
    main()
