"""Saves what the product retrieves for the questions of a set, so that any weights can be scored quickly.

    python -m bench.train.observed [--many] OUT SET [SET ...]

SET is one of `bench.sets`, `folders/NAME`, or a folder. OUT becomes a folder of one file
(JSON lines) a set. With `--many`, the indexes are those of many languages.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

from bench.observe import Observed, observe
from bench.sets import DATA, OUT, Laid, lay_out
from bench.train.articles import LEARNT
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.records import Span
from citeback.index.settings import MULTILINGUAL, MULTILINGUAL_MODEL, Settings
from citeback.index.sync.sync import sync
from citeback.rag.confidence import confidence_features

SAMPLE = {"squad2": 3, "squad2-off": 2, "conversations": 2, "chunking": 2}
"""Sampling interval of each set's questions."""
_PLAIN = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "\u00a0": " ", "\u2010": "-"})


def questions(name: str, many: bool = False, data: Path = DATA) -> Iterator[dict[str, Any]]:
    """Yield what is retrieved for each question of a set."""
    settings = Settings(model=MULTILINGUAL_MODEL, language=MULTILINGUAL) if many else Settings()
    out = OUT / "many" if many else OUT
    laid = _folder(name, data, out, settings) if "/" in name else lay_out(name, data, out, settings)
    own = Path(name).name
    kept = [q for q in laid.questions() if _unseen(own, q)][:: SAMPLE.get(own, 1)]
    for seen in observe(laid, kept):
        yield _question(name, seen)


def _unseen(name: str, question: Mapping[str, Any]) -> bool:
    """Return whether a question is about an article that no weights were fitted on."""
    if not name.startswith("squad2"):
        return True
    article = question["paragraph"][0] if question.get("paragraph") else ""
    return article not in _learnt()


def _learnt() -> set[str]:
    with (DATA / "squad2" / "documents.jsonl").open(encoding="utf-8") as lines:
        return set(sorted(json.loads(line)["id"] for line in lines)[:LEARNT])


def _folder(name: str, data: Path, out: Path, settings: Settings) -> Laid:
    folder = out / _file_name(name)
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(folder / "store")
    sync(store, [data / name / "documents"], load=load_encoder, settings=settings)
    return Laid(name=name, folder=data / name, store=store)


def _file_name(name: str) -> str:
    return name.strip("/").replace("/", "-")


def _question(name: str, seen: Observed) -> dict[str, Any]:
    eligible = {(e.passage, e.position): e for e in seen.ranked}
    chunks = []
    for n, candidate in enumerate(seen.candidates, start=1):
        chunk, source = candidate.row.chunk, seen.sources[n - 1]
        evidence = [eligible.get((n, place)) for place in range(len(chunk.sentences))]
        chunks.append(
            {
                "document": candidate.row.document,
                "title": source.title,
                "headings": list(chunk.headings),
                "score": candidate.score,
                "sentences": [span.of(source.text) for span in chunk.sentences],
                "above": [e.context if e else "" for e in evidence],
                "features": [list(astuple(e.features)) if e else None for e in evidence],
                "similarities": [round(float(s), 4) for s in candidate.similarities],
                "scores": [e.score if e else None for e in evidence],
                "right": [_right(seen, n, span, source.text) for span in chunk.sentences],
            }
        )
    found_signs = confidence_features(seen.query, seen.ranked, seen.analyzer)
    return {
        "set": name,
        "id": seen.question["id"],
        "kind": seen.question.get("kind", ""),
        "group": seen.group,
        "question": seen.query.text,
        "own": seen.query.question,
        "answerable": _answerable(seen.question),
        "signs": list(astuple(found_signs)) if found_signs else None,
        "chunks": chunks,
    }


def _answerable(question: Mapping[str, Any]) -> bool | None:
    if "expect" not in question:
        known: bool | None = question.get("answerable")
        return known
    return None if isinstance(question["expect"], str) else question["expect"] is not None


def _right(seen: Observed, n: int, span: Span, text: str) -> bool:
    if "expect" in seen.question:
        wanted = seen.question["expect"]
        return isinstance(wanted, list) and any(_norm(w) in _norm(span.of(text)) for w in wanted)
    return any(
        f"{known['doc_id']}.txt" == seen.candidates[n - 1].row.document
        and (span.covers(Span(known["start"], known["end"])) or _overlap(span, known) > 20)
        for known in seen.question.get("relevant") or ()
        if "start" in known
    )


def _overlap(span: Span, known: Mapping[str, Any]) -> int:
    return min(span.end, int(known["end"])) - max(span.start, int(known["start"]))


def _norm(text: str) -> str:
    plain = unicodedata.normalize("NFKC", re.sub("\u2010\\s*\n\\s*", "", text)).translate(_PLAIN)
    return re.sub(r"\s+", " ", plain.replace("|", " | "))


def main(out: Path, names: list[str], many: bool) -> None:
    """Write one file a set."""
    out.mkdir(parents=True, exist_ok=True)
    for name in names:
        with (out / f"{_file_name(name)}.jsonl").open("w", encoding="utf-8") as file:
            for row in questions(name, many):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        print(name, flush=True)


if __name__ == "__main__":
    given = [each for each in sys.argv[1:] if each != "--many"]
    main(Path(given[0]), given[1:], many="--many" in sys.argv)
