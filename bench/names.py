"""Measure how many names the lists of people, organisations and places find, and how much of them is right.

    python -m bench.names [--seed 7] [--each 200]

Names are put together from first names, surnames, and words for organisations and places, half of them common
and half rare, and stand in sentences of our own. A name counts as found if it is listed as what it is, with
exactly its words. Everything else that is listed is wrong.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.sets import commit
from citeback.rag.lists.listing import FINDERS

NAMES = json.loads(Path(__file__).with_name("planted_names.json").read_text(encoding="utf-8"))
KINDS = ("people", "organisations", "places")


@dataclass(frozen=True, slots=True)
class PlantedName:
    """A sentence with one name of a kind."""

    kind: str
    name: str
    sentence: str


def planted(each: int, seed: int) -> Iterator[PlantedName]:
    """Yield `each` names of every kind in sentences; the same arguments yield the same ones."""
    draw = Random(seed)  # noqa: S311  the same names at every run
    for kind in KINDS:
        for _ in range(each):
            name = _name(kind, draw)
            yield PlantedName(
                kind=kind, name=name, sentence=draw.choice(NAMES["sentences"][kind]).replace("{n}", name)
            )


def _name(kind: str, draw: Random) -> str:
    if kind == "people":
        middle = f"{draw.choice('ABCDEFG')}. " if draw.random() < 0.2 else ""
        return f"{draw.choice(NAMES['first'])} {middle}{draw.choice(NAMES['surnames'])}"
    if kind == "places" and draw.random() < 0.2:
        return str(draw.choice(NAMES["countries"]))
    form = str(draw.choice(NAMES["organisations"] if kind == "organisations" else NAMES["places"]))
    return form.replace("{w}", draw.choice(NAMES["words"])).replace("{c}", draw.choice(NAMES["concerns"]))


def main() -> None:
    """Print recall and precision of each kind, and how names were missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--each", type=int, default=200)
    args = parser.parse_args()
    right, listed, missed = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    names = list(planted(args.each, args.seed))
    for one in names:
        found = {kind: [item.value for item in FINDERS[kind](one.sentence)] for kind in KINDS}
        right[one.kind] += one.name in found[one.kind]
        listed.update({kind: len(values) for kind, values in found.items()})
        if one.name not in found[one.kind]:
            missed[one.kind, one.sentence.replace(one.name, "...")] += 1
    for sentence in NAMES["others"]:
        listed.update({kind: sum(1 for _ in FINDERS[kind](sentence)) for kind in KINDS})
    print(
        f"Commit {commit()}, seed {args.seed}\n\n| kind | planted | recall | precision |\n|---|---|---|---|"
    )
    for kind in KINDS:
        precision = right[kind] / max(1, listed[kind])
        print(f"| {kind} | {args.each} | {right[kind] / args.each:.3f} | {precision:.3f} |")
    for (kind, sentence), n in missed.most_common(8):
        print(f"  missed {n} times: {kind}, {sentence}")


if __name__ == "__main__":
    main()
