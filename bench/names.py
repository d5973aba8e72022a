"""Measure how many names the lists of people, organisations and places find, and how much of them is right.

    python -m bench.names [--set fresh] [--seed 7] [--each 200]

Names are put together from first names, surnames, and words for organisations and places, half of them common
and half rare, and stand in sentences of our own. A name counts as found if it is listed as what it is, with
exactly its words. Everything else that is listed is wrong. Those of `fresh` were written before the rules of
2026-12-01, after the faults that led to them.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bench.sets import commit
from citeback.rag.lists.listing import FINDERS

SETS = ("planted", "fresh")
KINDS = ("people", "organisations", "places")


@dataclass(frozen=True, slots=True)
class PlantedName:
    """A sentence with one name of a kind."""

    kind: str
    name: str
    sentence: str


def planted(names: Mapping[str, Any], each: int, seed: int) -> Iterator[PlantedName]:
    """Yield `each` names of every kind in sentences; the same arguments yield the same ones."""
    draw = Random(seed)  # noqa: S311  the same names at every run
    for kind in KINDS:
        for _ in range(each):
            name = _name(names, kind, draw)
            yield PlantedName(
                kind=kind, name=name, sentence=draw.choice(names["sentences"][kind]).replace("{n}", name)
            )


def _name(names: Mapping[str, Any], kind: str, draw: Random) -> str:
    if kind == "people":
        middle = f"{draw.choice('ABCDEFG')}. " if draw.random() < 0.2 else ""
        return f"{draw.choice(names['first'])} {middle}{draw.choice(names['surnames'])}"
    if kind == "places" and draw.random() < 0.2:
        return str(draw.choice(names["countries"]))
    form = str(draw.choice(names["organisations"] if kind == "organisations" else names["places"]))
    form = form.replace("{w}", draw.choice(names["words"])).replace("{c}", draw.choice(names["concerns"]))
    return form.replace("{w2}", draw.choice(names["words"])) if "{w2}" in form else form


def main() -> None:
    """Print recall and precision of each kind, and how names were missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=SETS, default=SETS[0])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--each", type=int, default=200)
    args = parser.parse_args()
    right, listed, missed = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    name = f"{args.set}_names.json"
    names = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    for one in planted(names, args.each, args.seed):
        found = {kind: [item.value for item in FINDERS[kind](one.sentence)] for kind in KINDS}
        right[one.kind] += one.name in found[one.kind]
        listed.update({kind: len(values) for kind, values in found.items()})
        if one.name not in found[one.kind]:
            missed[one.kind, one.sentence.replace(one.name, "...")] += 1
    for sentence in names["others"]:
        listed.update({kind: sum(1 for _ in FINDERS[kind](sentence)) for kind in KINDS})
    print(f"Commit {commit()}, {args.set}, seed {args.seed}\n")
    print("| kind | planted | recall | precision |\n|---|---|---|---|")
    for kind in KINDS:
        precision = right[kind] / max(1, listed[kind])
        print(f"| {kind} | {args.each} | {right[kind] / args.each:.3f} | {precision:.3f} |")
    for (kind, sentence), n in missed.most_common(8):
        print(f"  missed {n} times: {kind}, {sentence}")


if __name__ == "__main__":
    main()
