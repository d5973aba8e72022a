"""Re-read files in which faults were found, and compare them with what their text must hold.

    python -m bench.faults [--data DIR] [--ask] [FILE ...]

DIR holds `documents/` and `expected.jsonl`. A file passes if its text (with that of its members and the
reasons listed for it) contains every string of `holds` and none of `lacks`; with `--ask`, each question of
`asks` must also be answered by a citation that contains the answer. Prints the failures, one line a file.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.sets import DATA
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.search.filters import Filter
from citeback.index.sync.sync import sync
from citeback.rag.corpus import Corpus

FAULTS = DATA.parent / "faults"


def wrong(corpus: Corpus, expected: Mapping[str, Any], ask: bool) -> list[str]:
    """Return the failures of one file, or [] if it passes."""
    text = "\n".join(_texts(corpus, expected["file"]))
    missing = [s for s in expected.get("holds", ()) if not any(part in text for part in s.split("|"))]
    stray = [s for s in expected.get("lacks", ()) if s in text]
    results = [f"lacks {s!r}" for s in missing] + [f"holds {s!r}" for s in stray]
    asks: Sequence[Mapping[str, str]] = expected.get("asks", ()) if ask else ()
    return results + [reason for one in asks if (reason := _unanswered(corpus, expected["file"], one))]


def _texts(corpus: Corpus, name: str) -> Iterator[str]:
    """Yield the texts of a file and its members, and the reasons for parts that were not read."""
    for document in corpus.documents:
        if document.file_name == name:
            yield corpus.source(document.name).text
    yield from (failure.reason for failure in corpus.failures if failure.file_name == name)


def _unanswered(corpus: Corpus, name: str, asked: Mapping[str, str]) -> str:
    answer = corpus.ask(asked["question"], within=Filter(paths=(f"/{name}*",)))
    quotes = [citation.quote for sentence in answer.sentences for citation in sentence.citations]
    if asked.get("answer") is None or any(asked["answer"].lower() in quote.lower() for quote in quotes):
        return ""
    return f"{asked['question']!r}: {'refused' if answer.abstained else quotes[:1]}"


def main() -> None:
    """Index the files and print the failures of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=FAULTS)
    parser.add_argument("--ask", action="store_true")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()
    lines = (args.data / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    expected = [each for each in map(json.loads, lines) if not args.files or each["file"] in args.files]
    with tempfile.TemporaryDirectory() as store:
        sync(Store(Path(store) / "store"), [args.data / "documents"], load=load_encoder)
        with Corpus.open(Store(Path(store) / "store")) as corpus:
            bad = {each["file"]: results for each in expected if (results := wrong(corpus, each, args.ask))}
    for name, results in bad.items():
        print(f"{name}: {'; '.join(results)}")
    print(f"{len(expected) - len(bad)} of {len(expected)} read rightly")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
