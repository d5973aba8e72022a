"""Check drafts whose every sentence has a known verdict, and print precision and recall of each verdict.

    python -m bench.drafts [--data DIR] [--sets conversations press squad2] [--each 500] [--scale]

A draft is made of one document: sentences of it reworded lightly ("supported"), sentences of it with another
number, name or date, or negated ("contradicted"), and sentences of another document, which is left out of
the search ("not said"). The models of `rag/drafts/claim_judge.py` are fitted on every second document of the
first two sets (`bench.fit_drafts`); the figures are those of the others. `--scale` times 100 claims.
"""

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter

from bench.alterations import altered, reworded
from bench.sets import DATA, OUT, commit, lay_out
from citeback.index.embedding.query_encoder import load_query_encoder
from citeback.index.generations.generation import Generation
from citeback.index.generations.store import Store
from citeback.index.records import Source, Span
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import Filter
from citeback.index.sync.sync import sync
from citeback.rag.checking.claims.alignment import encode_texts
from citeback.rag.checking.verify import ClaimVerifier
from citeback.rag.corpus import load_encoder
from citeback.rag.drafts.check import DraftChecker
from citeback.rag.drafts.checked_claim import ClaimVerdict
from citeback.rag.drafts.claim_judge import judge
from citeback.rag.drafts.claim_signs import Comparison
from citeback.rag.drafts.named_documents import excluding
from citeback.rag.evidence.statements import is_statement
from citeback.rag.model_factory import VerificationEncoder
from citeback.rag.reader.loading import load_claim_reader

SETS = ("conversations", "press", "squad2")
SENTENCE = re.compile(r"[A-Z][^\n|#<>{}=\[\]]{40,260}\.")
WORD = re.compile(r"\w+")
OF_A_DOCUMENT = 8  # sentences of each kind in one draft


@dataclass(frozen=True, slots=True)
class DraftedSentence:
    """A sentence of a draft with its verdict; `span` is where the document says it or something else."""

    text: str
    verdict: ClaimVerdict
    kind: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class MadeDraft:
    """A draft made of a document; `hidden` is the document that the invented sentences were taken from."""

    document: str
    hidden: str
    sentences: tuple[DraftedSentence, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ComparedSentence:
    """A known sentence with its comparisons; `own` tells which of them are with the passage of `span`."""

    known: DraftedSentence
    comparisons: tuple[Comparison, ...]
    own: tuple[bool, ...]


def sentences_of(generation: Generation, name: str) -> list[tuple[str, Span]]:
    """Return the sentences of a document that a draft can be made of."""
    source = generation.source(name)
    spans = [span for row in generation.chunks_of(name) for span in row.chunk.sentences]
    pairs = [(" ".join(span.of(source.text).split()), span) for span in spans if is_statement(source, span)]
    return [(text, span) for text, span in pairs if SENTENCE.fullmatch(text)]


class Shingles:
    """Runs of four words of every document; tells sentences that other documents say too."""

    def __init__(self, generation: Generation) -> None:
        self._documents = defaultdict[tuple[str, ...], set[str]](set)
        for document in generation.documents:
            for run in shingles(generation.source(document.name).text):
                self._documents[run].add(document.name)

    def elsewhere(self, sentence: str, names: set[str]) -> bool:
        """Return whether a document other than those named has half of the sentence's runs of words."""
        runs = list(shingles(sentence))
        counts = Counter(name for run in runs for name in self._documents[run] - names)
        return bool(counts) and max(counts.values()) >= len(runs) / 2


def shingles(text: str) -> set[tuple[str, ...]]:
    """Return every run of four words."""
    words = WORD.findall(text.casefold())
    return set(zip(words, words[1:], words[2:], words[3:], strict=False))


def drafts(generation: Generation, odd: bool, each: int) -> Iterator[MadeDraft]:
    """Yield drafts made of the odd or the even documents, until there are enough sentences of each kind."""
    draw = Random(11)  # noqa: S311  the same drafts at every run
    names = [d.name for d in generation.documents if not d.copy_of and not d.near_of]
    names, known_runs = names[odd::2], Shingles(generation)
    draw.shuffle(names)
    count, most = Counter[ClaimVerdict](), max(OF_A_DOCUMENT, each // max(1, len(names)) + 1)
    for n, name in enumerate(names):
        hidden = names[n - 1]
        own, foreign = sentences_of(generation, name), sentences_of(generation, hidden)
        draw.shuffle(own)
        result: list[DraftedSentence] = []
        for text, span in own[:most]:
            result.append(
                DraftedSentence(
                    text=reworded(text, draw), verdict=ClaimVerdict.SUPPORTED, kind="reworded", span=span
                )
            )
        for text, span in own[most : 3 * most]:
            changed = altered(text, [other for other, _ in own], draw)
            if changed and sum(k.verdict is ClaimVerdict.CONTRADICTED for k in result) < most:
                result.append(
                    DraftedSentence(
                        text=reworded(changed[1], draw),
                        verdict=ClaimVerdict.CONTRADICTED,
                        kind=changed[0],
                        span=span,
                    )
                )
        away = {hidden, *generation.near_duplicates_of(hidden)}
        foreign = [(text, span) for text, span in foreign if not known_runs.elsewhere(text, away)]
        for text, _ in draw.sample(foreign, min(most, len(foreign))):
            result.append(
                DraftedSentence(
                    text=reworded(text, draw), verdict=ClaimVerdict.NOT_SAID, kind="invented", span=None
                )
            )
        result = [known for known in result if count[known.verdict] < each]
        count.update(known.verdict for known in result)
        if result:
            yield MadeDraft(document=name, hidden=hidden, sentences=tuple(result))
        if all(
            count[v] >= each
            for v in (ClaimVerdict.SUPPORTED, ClaimVerdict.CONTRADICTED, ClaimVerdict.NOT_SAID)
        ):
            return


class DraftSet:
    """One set with its checker."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        settings = generation.settings
        self._encoder = load_query_encoder(settings)
        self._verifier = ClaimVerifier(VerificationEncoder(load_encoder), Analyzer(settings.language))
        self._reader = load_claim_reader()

    def checker(self, within: Filter) -> DraftChecker:
        """Return a checker over the documents that pass `within`."""
        return DraftChecker(
            generation=self.generation,
            encoder=self._encoder,
            checker=self._verifier,
            open_reader=lambda: self._reader,
            within=within,
        )

    def compared(self, draft: MadeDraft) -> Iterator[ComparedSentence]:
        """Yield the sentences of a draft with the comparisons that a check makes."""
        checker = self.checker(excluding([draft.hidden, *self.generation.near_duplicates_of(draft.hidden)]))
        claims = [known.text for known in draft.sentences]
        read = encode_texts(claims, self._verifier.encoder)
        rows = [checker.rows(claim, ()) for claim in claims]
        passages = checker.encoded({row.row: row for own in rows for row in own})
        for known, claim, own in zip(draft.sentences, read, rows, strict=True):
            compared = checker.compare(claim, [passages[row.row] for row in own])
            rows_compared = [each.passage.row for each in compared]
            yield ComparedSentence(
                known=known,
                comparisons=tuple(each.comparison for each in compared),
                own=tuple(
                    row.document == draft.document
                    and known.span is not None
                    and row.chunk.span.covers(known.span)
                    for row in rows_compared
                ),
            )


def report(name: str, results: Sequence[ComparedSentence]) -> None:
    """Print precision and recall of each verdict, and what became of each kind of sentence."""
    pairs = [(each.known, judge(each.comparisons).verdict) for each in results]
    for verdict in (ClaimVerdict.SUPPORTED, ClaimVerdict.CONTRADICTED, ClaimVerdict.NOT_SAID):
        given = [known for known, got in pairs if got is verdict]
        right = sum(known.verdict is verdict for known in given)
        real = sum(known.verdict is verdict for known, _ in pairs)
        precision, recall = right / max(1, len(given)), right / max(1, real)
        print(f"| {name} | {verdict} | {real} | {precision:.3f} | {recall:.3f} |")
    kinds = defaultdict[str, Counter[str]](Counter)
    for known, got in pairs:
        kinds[known.kind][got] += 1
    for kind, counts in sorted(kinds.items()):
        print(f"  {kind}: {', '.join(f'{got} {n}' for got, n in counts.most_common())}")


def scale(checked: DraftSet, each: int) -> None:
    """Print how long a draft of 100 claims takes, with the models loaded."""
    made = list(drafts(checked.generation, odd=True, each=each))
    texts = [known.text for draft in made for known in draft.sentences][:100]
    checker = checked.checker(Filter())
    list(checker.check(Source(text="The first sentence loads the models.", title="", kind="text")))
    start = perf_counter()
    done = list(checker.check(Source(text="\n\n".join(texts), title="", kind="text")))
    documents = len(checked.generation.documents)
    print(f"{len(done)} sentences over {documents:,} documents: {perf_counter() - start:.1f} s")


def indexed(name: str, data: Path) -> Store:
    """Return the index of a set: one that is laid out, or a folder of documents as it is."""
    folder = data / "folders" / name
    store = Store(OUT / (f"folders-{name}" if folder.is_dir() else name) / "store")
    if store.numbers():
        return store
    if not folder.is_dir():
        return lay_out(name, data).store
    sync(store, [folder], load=load_encoder)
    return store


def main() -> None:
    """Measure every set; with `--fit`, print the models as well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--each", type=int, default=500)
    parser.add_argument("--scale", action="store_true")
    args = parser.parse_args()
    print(f"Commit {commit()}\n\n| set | verdict | sentences | precision | recall |\n|---|---|---|---|---|")
    for name in args.sets:
        checked = DraftSet(indexed(name, args.data).current())
        if args.scale:
            scale(checked, args.each)
            continue
        made = drafts(checked.generation, True, args.each)
        report(name, [compared for draft in made for compared in checked.compared(draft)])


if __name__ == "__main__":
    main()
