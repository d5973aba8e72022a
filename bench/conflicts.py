"""Measure how many planted conflicts are found, and how many of the first that are listed are real.

    python -m bench.conflicts [--fit] [--documents 500] [--planted 40]

The folder is made of sentences of our own about lighthouses, clinics and railways
(`bench/conflict_facts.json`). `--split held` makes one about schools and farms, `--split fresh` one about
theatres, vineyards and airfields (`bench/fresh_facts.json`), `--split unseen` one about ferries, libraries,
breweries and universities, and `--split unseen2` one about hospitals and mines (`bench/unseen_facts.json`).
With `--fit`, the models are fitted on another folder, about bridges, museums, companies, hotels and rivers.
`--store DIR` prints the first conflicts of any index, to be read by a person.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from bench.conflict_folder import MadeFolder, made_folder, write_folder
from bench.sets import OUT, commit
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.protocols import WholeGeneration
from citeback.index.generations.store import Store
from citeback.index.search.analyzer import Analyzer
from citeback.index.sync.sync import sync
from citeback.rag.conflicts.candidates import CandidatePairs
from citeback.rag.conflicts.comparison import StatementDifference
from citeback.rag.conflicts.conflict import Conflict, ConflictListing
from citeback.rag.conflicts.finder import ConflictSearch
from citeback.rag.conflicts.judge import GROUPS
from citeback.rag.conflicts.reading import ReadingSigns
from citeback.rag.reader.loading import load_claim_reader
from citeback.rag.reader.model import ClaimReader

TRAINED = (1_200, 200)  # documents and planted conflicts of the folder that is fitted on
FIRST = 50
LEAST_SPREAD = 0.01  # of a sign that hardly varies
PENALTY = 5.0  # of the squared weights
SPEAK_FOR = {"cosine", "predicate", "common", "fitting", "refuted", "supported", "same", "same_least"}
FITTED = {"train": TRAINED, "test": (500, 40), "held": (500, 40), "fresh": (500, 40)}
WEIGHTS = Path(__file__).parents[1] / "rag/conflicts/weights.json"


@dataclass(frozen=True, slots=True, eq=False)
class KnownDifference:
    """A difference that the search compares, and whether it is a planted conflict."""

    difference: StatementDifference
    planted: bool
    reading: ReadingSigns | None = None


def searched(split: str, documents: int, planted: int) -> tuple[MadeFolder, ConflictSearch]:
    """Return a folder with its search; its index is made unless it exists."""
    made = made_folder(split, documents, planted)
    generation = folder_store(split, documents, planted).current()
    return made, search_of(generation)


def search_of(generation: WholeGeneration) -> ConflictSearch:
    """Return the search of a generation."""
    return ConflictSearch(generation, Analyzer(generation.settings.language), open_reader=load_claim_reader)


def folder_store(split: str, documents: int, planted: int) -> Store:
    """Return the index of a folder; it is made unless it exists."""
    folder = OUT / f"conflicts-{split}-{documents}-{planted}"
    store = Store(folder / "store")
    if not store.numbers():
        write_folder(made_folder(split, documents, planted), folder / "documents")
        sync(store, [folder / "documents"], load=load_encoder)
    return store


def fact_of(made: MadeFolder, quote: str) -> tuple[str, bool] | None:
    """Return the fact that a sentence states, and whether it is what most documents say of it."""
    return made.statements.get(" ".join(quote.split()))


def is_planted(made: MadeFolder, one: str, other: str) -> str:
    """Return the planted fact on which two sentences conflict, or ""."""
    first, second = fact_of(made, one), fact_of(made, other)
    if first and second and first[0] == second[0] and first[1] != second[1]:
        return first[0]
    return ""


def known_differences(
    made: MadeFolder, search: ConflictSearch, reader: ClaimReader
) -> Iterator[KnownDifference]:
    """Yield every difference that is not ruled out, with what is known and what is read of it."""
    for _, pairs in CandidatePairs(search.statements).blocks():
        for pair in pairs:
            if difference := search.difference(pair):
                one, other = (search.statements.all[n].text for n in (pair.one, pair.other))
                planted = bool(is_planted(made, one, other))
                yield KnownDifference(difference, planted, search.read(pair, difference, reader))


def fit() -> None:
    """Fit the models on the folders for it, and write their weights."""
    known = [
        each
        for split, size in FITTED.items()
        for each in known_differences(*searched(split, *size), load_claim_reader())
    ]
    groups = sorted(set(GROUPS.values()))
    own = {group: [each for each in known if GROUPS[each.difference.kind] == group] for group in groups}
    weights = {
        "signs": {group: fitted(own[group], read=False) for group in groups},
        "read": {group: fitted(own[group], read=True) for group in groups},
    }
    WEIGHTS.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


def fitted(known: Sequence[KnownDifference], *, read: bool) -> dict[str, float]:
    """Return the weights of a logistic model, by the names of signs, and its bias.

    What speaks for a conflict weighs nothing or more, and what speaks against it nothing or less.
    """
    from scipy.optimize import minimize

    parts = [(each.difference.signs, each.reading) if read else (each.difference.signs,) for each in known]
    x = np.array([[value for part in own if part for value in astuple(part)] for own in parts])
    names = [name for part in parts[0] if part for name in part.__dataclass_fields__]
    sides = np.where([each.planted for each in known], 1.0, -1.0)
    middle, spread = x.mean(axis=0), np.maximum(x.std(axis=0), LEAST_SPREAD)
    scaled = np.column_stack([(x - middle) / spread, np.ones(len(x))])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins, kept = sides * (scaled @ weights), np.append(weights[:-1], 0.0)
        slope = -sides / (1 + np.exp(margins))
        return float(
            np.logaddexp(0, -margins).sum() + PENALTY * kept @ kept
        ), scaled.T @ slope + 2 * PENALTY * kept

    bounds = [(0, None) if name in SPEAK_FOR else (None, 0) for name in names]
    weights = minimize(loss, np.zeros(len(names) + 1), jac=True, bounds=[*bounds, (None, None)]).x
    values = weights[:-1] / spread
    print(f"  # {len(x)} differences, {sum(each.planted for each in known)} planted")
    rounded = {name: round(float(value), 3) for name, value in zip(names, values, strict=True)}
    return {**rounded, "bias": round(float(weights[-1] - middle @ values), 3)}


def run(search: ConflictSearch) -> tuple[ConflictListing, float]:
    """Run a search to its end; return what it lists and how long it took, in seconds."""
    start = perf_counter()
    for _ in search.run():
        pass
    return search.listing(), perf_counter() - start


def report(made: MadeFolder, conflicts: Sequence[Conflict]) -> None:
    """Print how many of the first conflicts are real, what was found of each kind, and what was wrong."""
    real = [is_planted(made, each.newer.place.quote, each.older.place.quote) for each in conflicts]
    first = real[:FIRST]
    found = {key for key in real if key}
    print(f"first {len(first)}: {sum(map(bool, first)) / max(1, len(first)):.3f} real")
    print(f"found: {len(found)} of {len(made.planted)} planted ({len(found) / len(made.planted):.3f})")
    for kind in sorted(set(made.planted.values())):
        keys = {key for key, value in made.planted.items() if value == kind}
        print(f"  {kind}: {len(keys & found)} of {len(keys)}")
    print(f"  missed: {sorted(made.planted.keys() - found)}")
    for key, each in zip(first, conflicts, strict=False):
        if not key:
            show(each)


def show(conflict: Conflict) -> None:
    """Print a conflict in three lines."""
    print(f"  {conflict.confidence:.2f} {conflict.kind}: {conflict.differences}")
    for side in (conflict.newer, conflict.older):
        quote = " ".join(side.place.quote.split())[:200]
        print(f"    {side.place.date} {side.place.document} (+{len(side.also)}): {quote}")


def main() -> None:
    """Measure the made folder, fit the models, or list the conflicts of an index."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--planted", type=int, default=40)
    parser.add_argument("--split", choices=["test", "held", "fresh", "unseen", "unseen2"], default="test")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--store", type=Path)
    args = parser.parse_args()
    print(f"Commit {commit()}\n")
    if args.fit:
        fit()
    if args.store:
        generation = Store(args.store).current()
        listing, seconds = run(search_of(generation))
        for each in listing.conflicts[:FIRST]:
            show(each)
        print(f"{listing.documents:,} documents, {listing.statements:,} statements, {seconds:.1f} s")
        return
    made, search = searched(args.split, args.documents, args.planted)
    listing, seconds = run(search)
    print(f"{listing.documents:,} documents, {listing.statements:,} statements, {seconds:.1f} s")
    report(made, listing.conflicts)


if __name__ == "__main__":
    main()
