"""Measure how many of the matters that documents speak of a summary says, beside their first sentences.

    python -m bench.summaries [--split fresh] [--most 8] [--model URL]

The folder is that of `bench.conflicts`: of each place, several documents say the same facts in other words,
among sentences about nothing in particular. A summary of all documents of a place should say the facts that
at least two of them state. Beside it stand the first sentences of these documents, one of each in turn (what
a reader who skims sees), and sentences drawn by chance. With `--model`, a chat model writes one summary, and
what the check says of its sentences is printed.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from random import Random
from statistics import mean

from bench.conflict_folder import MadeFolder
from bench.conflicts import fact_of, folder_store, searched
from bench.sets import commit
from citeback.index.generations.protocols import Searchable
from citeback.index.search.filters import Filter
from citeback.rag.corpus import Corpus, CorpusOptions
from citeback.rag.folder_statements import folder_statements
from citeback.rag.model_factory import load_writer
from citeback.rag.summary.summary import SummaryReader

DRAWS = 20


def statements_of(generation: Searchable, within: Filter) -> dict[str, list[str]]:
    """Return the statements of each document, in reading order."""
    result = defaultdict[str, list[str]](list)
    for statement, _ in folder_statements(generation, within):
        result[statement.place.document].append(statement.text)
    return result


def wanted(made: MadeFolder, documents: dict[str, list[str]]) -> set[str]:
    """Return the facts that at least two of the documents state."""
    stated = defaultdict[str, set[str]](set)
    for name, texts in documents.items():
        for text in texts:
            if fact := fact_of(made, text):
                stated[fact[0]].add(name)
    return {key for key, names in stated.items() if len(names) > 1}


def covered(made: MadeFolder, texts: Sequence[str], facts: set[str]) -> float:
    """Return the share of some facts that sentences state."""
    found = {fact[0] for text in texts if (fact := fact_of(made, text))}
    return len(found & facts) / len(facts)


def leads(documents: dict[str, list[str]]) -> list[str]:
    """Return the sentences of documents in turn: the first of each, then the second of each."""
    return [text for row in zip_longest(*documents.values()) for text in row if text]


def figures(made: MadeFolder, generation: Searchable, most: int) -> Iterator[tuple[float, float, float]]:
    """Yield, for each place, the share of its facts in the summary, the first sentences and drawn ones."""
    draw = Random(5)  # noqa: S311  the same draws at every run
    for folder in sorted({name.split("/")[0] for name in made.documents}):
        within = Filter(paths=(f"{folder}/**",))
        documents = statements_of(generation, within)
        facts = wanted(made, documents)
        if not facts:
            continue
        places = SummaryReader(generation, within).read(most).places
        summary = [" ".join(place.quote.split()) for place in places]
        everything = leads(documents)
        drawn = [draw.sample(everything, min(most, len(everything))) for _ in range(DRAWS)]
        yield (
            covered(made, summary, facts),
            covered(made, everything[:most], facts),
            mean(covered(made, each, facts) for each in drawn),
        )


def written(split: str, documents: int, planted: int, model: str) -> None:
    """Let a chat model write a summary of the first place, and print its sentences with their verdicts."""
    store = folder_store(split, documents, planted)
    with Corpus.open(store, CorpusOptions(writer=load_writer(model))) as corpus:
        folder = corpus.documents[0].name.split("/")[0]
        result = corpus.summary(Filter(paths=(f"{folder}/**",)))
        for sentence in result.written:
            quotes = " | ".join(" ".join(cited.quote.split()) for cited in sentence.citations)
            print(f"  {sentence.verdict}: {sentence.text} [{quotes}]")
        print(f"{len(result.written)} sentences; notices: {list(result.notices)}")


def main() -> None:
    """Print the three shares, as means over the places."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=["test", "held", "fresh"], default="fresh")
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--planted", type=int, default=40)
    parser.add_argument("--most", type=int, default=8)
    parser.add_argument("--model", help="a chat model to write a summary: http://127.0.0.1:8089/v1")
    args = parser.parse_args()
    print(f"Commit {commit()}\n")
    if args.model:
        written(args.split, args.documents, args.planted, args.model)
        return
    made, search = searched(args.split, args.documents, args.planted)
    rows = list(figures(made, search.generation, args.most))
    print("| places | summary | first sentences | by chance |\n|---|---|---|---|")
    print(f"| {len(rows)} | {' | '.join(f'{mean(each):.3f}' for each in zip(*rows, strict=True))} |")


if __name__ == "__main__":
    main()
