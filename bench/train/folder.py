"""A folder with questions made of what training kept back, to fit what ranks and how sure an answer is.

    python -m bench.train.folder DATA OUT [QUESTIONS DOCUMENTS]

OUT gets `documents/` and `questions.jsonl`, as `bench.train.observed` reads them. A document holds the
passages of one group of a data set; the passage of every third question is left out, and nothing else is
known to answer it. QUESTIONS and DOCUMENTS are the most of one data set.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from bench.train.example import kept_back
from bench.train.phrasing import asked_as
from bench.train.sources import Asked, asked

MOST_QUESTIONS, MOST_DOCUMENTS = "70", "250"  # of one data set
MOST_PASSAGES = 12  # of one document
UNANSWERED = 0.33


def main(data: str, out_path: str, questions: str = MOST_QUESTIONS, documents: str = MOST_DOCUMENTS) -> None:
    """Write the folder."""
    chance, out = Random(5), Path(out_path)  # noqa: S311  no secret
    of_source = defaultdict(list)
    for one in asked(Path(data)):
        of_source[one.source].append(one)
    (out / "documents").mkdir(parents=True, exist_ok=True)
    with (out / "questions.jsonl").open("w", encoding="utf-8") as file:
        for source, every in of_source.items():
            chosen = _chosen(every, int(questions), chance)
            gone = {one.passage.sentences for one, answered in chosen if not answered}
            for n, text in enumerate(_documents(every, chosen, gone, int(documents), chance)):
                (out / "documents" / f"{source}-{n:04}.txt").write_text(text, encoding="utf-8")
            for n, (one, answered) in enumerate(chosen):
                right = [one.passage.sentences[i].strip() for i in one.passage.right] if answered else None
                row = {
                    "id": f"{source}-{n:03}",
                    "kind": source,
                    "question": asked_as(one, (), chance),
                    "expect": right,
                }
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _chosen(every: Sequence[Asked], most: int, chance: Random) -> list[tuple[Asked, bool]]:
    """Return questions of groups that were kept back, and whether the folder is to answer each."""
    able = [one for one in every if kept_back(one.group) and one.passage.right and len(one.question) > 12]
    chosen: list[tuple[Asked, bool]] = []
    answered: dict[tuple[str, ...], bool] = {}
    for one in chance.sample(able, min(most, len(able))):
        answered.setdefault(one.passage.sentences, chance.random() > UNANSWERED)
        chosen.append((one, answered[one.passage.sentences]))
    return chosen


def _documents(
    every: Sequence[Asked],
    chosen: Sequence[tuple[Asked, bool]],
    gone: set[tuple[str, ...]],
    most: int,
    chance: Random,
) -> Iterator[str]:
    """Yield the texts of the groups of the chosen questions, and of others."""
    groups: dict[str, dict[tuple[str, ...], None]] = defaultdict(dict)
    for one in every:
        groups[one.group][one.passage.sentences] = None
    must = {one.group: {o.passage.sentences for o, _ in chosen if o.group == one.group} for one, _ in chosen}
    others = [name for name in groups if name not in must]
    for name in [*must, *chance.sample(others, min(most, len(others)))]:
        passages = [p for p in groups[name] if p not in gone]
        first = [p for p in passages if p in must.get(name, ())]
        rest = [p for p in passages if p not in first]
        shown = {*first, *chance.sample(rest, min(len(rest), max(0, MOST_PASSAGES - len(first))))}
        if shown:
            yield "\n\n".join(" ".join(s.strip() for s in p) for p in passages if p in shown) + "\n"


if __name__ == "__main__":
    main(*sys.argv[1:])
