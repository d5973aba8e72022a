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
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from bench.conflict_folder import MadeFolder, made_folder, write_folder
from bench.sets import OUT, commit
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.search.analyzer import Analyzer
from citeback.index.sync.sync import sync
from citeback.rag.conflicts.candidates import CandidatePairs
from citeback.rag.conflicts.comparison import DifferenceKind, StatementDifference
from citeback.rag.conflicts.conflict import Conflict, ConflictListing
from citeback.rag.conflicts.finder import ConflictSearch

TRAINED = (1_200, 200)  # documents and planted conflicts of the folder that is fitted on
FIRST = 50
SPEAK_FOR = {"cosine", "predicate", "near", "fitting"}
SPEAK_AGAINST = {"least", "most", "one_sided", "qualified", "dated", "subject", "intended"}
GROUPS = {
    "FIGURES": (DifferenceKind.NUMBER, DifferenceKind.DATE),
    "NAMES": (DifferenceKind.NAME,),
    "TURNED": (DifferenceKind.NEGATION, DifferenceKind.OPPOSITE),
}


@dataclass(frozen=True, slots=True, eq=False)
class KnownDifference:
    """A difference that the search compares, and whether it is a planted conflict."""

    difference: StatementDifference
    planted: bool


def searched(split: str, documents: int, planted: int) -> tuple[MadeFolder, ConflictSearch]:
    """Return a folder with its search; its index is made unless it exists."""
    made = made_folder(split, documents, planted)
    generation = folder_store(split, documents, planted).current()
    return made, ConflictSearch(generation, Analyzer(generation.settings.language))


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


def known_differences(made: MadeFolder, search: ConflictSearch) -> Iterator[KnownDifference]:
    """Yield every difference that is not ruled out, with what is known of it."""
    for _, pairs in CandidatePairs(search.statements).blocks():
        for pair in pairs:
            if difference := search.difference(pair):
                one, other = (search.statements.all[n].text for n in (pair.one, pair.other))
                yield KnownDifference(difference, bool(is_planted(made, one, other)))


def fit() -> None:
    """Print the three models, fitted on the folder for training."""
    from sklearn.linear_model import LogisticRegression

    known = list(known_differences(*searched("train", *TRAINED)))
    for name, kinds in GROUPS.items():
        own = [each for each in known if each.difference.kind in kinds]
        x, y = np.array([astuple(each.difference.signs) for each in own]), [each.planted for each in own]
        model = LogisticRegression(C=1.0, max_iter=5000).fit(x, y)
        fields = type(own[0].difference.signs).__dataclass_fields__
        values = [
            max(0.0, value) if sign in SPEAK_FOR else min(0.0, value) if sign in SPEAK_AGAINST else value
            for sign, value in zip(fields, model.coef_[0], strict=True)
        ]
        weights = ", ".join(f"{sign}={value:.2f}" for sign, value in zip(fields, values, strict=True))
        print(f"{name} = LogisticModel(DifferenceSigns({weights}), {model.intercept_[0]:.2f})")
        print(f"  # {len(y)} differences, {sum(y)} planted")


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
        listing, seconds = run(ConflictSearch(generation, Analyzer(generation.settings.language)))
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
