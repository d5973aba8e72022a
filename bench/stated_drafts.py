"""Check drafts about documents of our own, in other words than theirs, and print how the verdicts are.

    python -m bench.stated_drafts [--splits test held] [--each 500] [--seed 7] [--show 0]

Every fact of `bench/conflict_facts.json` has several wordings, written by a person. The documents state two
thirds of the facts, each in one wording. A draft states them in another wording ("supported"), with another
value or the contrary ("contradicted"), and states facts of which the documents say nothing ("not said").
`--splits fresh` are facts about other things, in words that nothing was made with.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time

from bench.conflict_folder import StatedFact, facts_of, write_documents
from bench.sets import commit
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.records import Source
from citeback.index.sync.sync import sync
from citeback.rag.corpus import Corpus
from citeback.rag.drafts.checked_claim import CheckedClaim, ClaimVerdict

VERDICTS = (ClaimVerdict.SUPPORTED, ClaimVerdict.CONTRADICTED, ClaimVerdict.NOT_SAID)
FRAMES = (
    "{s}",
    "{s}",
    "The authority reported that {s}",
    "In its last letter, the association says that {s}",
)
"""What a document puts around a statement; half of the statements stand alone."""
UNSTATED = 3  # every third fact is in no document


@dataclass(frozen=True, slots=True)
class KnownClaim:
    """A sentence of a draft, the verdict that is right, and the kind of its fact.

    `document` is where the fact is stated, or empty.
    """

    text: str
    verdict: ClaimVerdict
    kind: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class DraftedFolder:
    """Documents by name, and the claims to check against them."""

    documents: dict[str, str]
    claims: tuple[KnownClaim, ...]


def drafted_folder(splits: Sequence[str], each: int, seed: int) -> DraftedFolder:
    """Return documents about the places of some splits, and at most `each` claims of each verdict."""
    draw = Random(seed)  # noqa: S311  the same folder at every run
    documents: dict[str, str] = {}
    claims: list[KnownClaim] = []
    for split in splits:
        for n, (_, place, facts) in enumerate(facts_of(split, draw)):
            lines, document = [], f"{split}/{place.casefold().replace(' ', '-')}.md"
            for m, fact in enumerate(facts):
                if (n + m) % UNSTATED == 0:
                    claims += [_claim(text, ClaimVerdict.NOT_SAID, fact) for text in fact.said]
                    continue
                said = draw.randrange(len(fact.said))
                lines.append(_framed(fact.said[said], draw))
                claims += _claims(fact, said, document)
            documents[document] = f"# Notes on {place}\n\n{' '.join(lines)}\n"
    draw.shuffle(claims)
    count = Counter[ClaimVerdict]()
    kept = [claim for claim in claims if _counted(claim, count) <= each]
    return DraftedFolder(documents=documents, claims=tuple(kept))


def _counted(claim: KnownClaim, count: Counter[ClaimVerdict]) -> int:
    count[claim.verdict] += 1
    return count[claim.verdict]


def _claims(fact: StatedFact, said: int, document: str) -> Iterator[KnownClaim]:
    """Yield the claims about a stated fact; a true one is never in the words of the document."""
    for n, text in enumerate(fact.said):
        if n != said:
            yield _claim(text, ClaimVerdict.SUPPORTED, fact, document)
    for text in fact.denied:
        yield _claim(text, ClaimVerdict.CONTRADICTED, fact, document)


def _claim(text: str, verdict: ClaimVerdict, fact: StatedFact, document: str = "") -> KnownClaim:
    return KnownClaim(text=text, verdict=verdict, kind=fact.kind, document=document)


def _framed(sentence: str, draw: Random) -> str:
    frame = draw.choice(FRAMES)
    if frame == "{s}":
        return sentence
    begins = sentence.startswith(("The ", "In ", "On ", "At ", "A ", "By ", "From ", "For ", "There ", "To "))
    return frame.replace("{s}", sentence[0].lower() + sentence[1:] if begins else sentence)


def checked(made: DraftedFolder) -> tuple[list[CheckedClaim], float]:
    """Return the claims with their verdicts, and the processor seconds that the check took."""
    with TemporaryDirectory() as folder:
        documents = Path(folder) / "documents"
        write_documents(made.documents, documents)
        store = Store(Path(folder) / "store")
        sync(store, [documents], load=load_encoder)
        with Corpus.open(store) as corpus:
            list(
                corpus.check_draft(Source(text="The first sentence loads the models.", title="", kind="text"))
            )
            text = "\n\n".join(claim.text for claim in made.claims)
            start = process_time()
            verdicts = list(corpus.check_draft(Source(text=text, title="", kind="text")))
            return verdicts, process_time() - start


def report(made: DraftedFolder, found: Sequence[CheckedClaim], show: int) -> None:
    """Print precision and recall of each verdict, what became of each kind of fact, and mistakes."""
    by_text = {claim.text.strip(): claim for claim in found}
    pairs = [(known, by_text[known.text]) for known in made.claims if known.text in by_text]
    print(
        f"{len(made.documents)} documents, {len(made.claims)} claims, {len(pairs)} of them cut as they stand"
    )
    print("| verdict | claims | given | precision | recall |\n|---|---|---|---|---|")
    for verdict in VERDICTS:
        given = [known for known, got in pairs if got.verdict is verdict]
        right = sum(known.verdict is verdict for known in given)
        real = sum(known.verdict is verdict for known, _ in pairs)
        print(
            f"| {verdict} | {real} | {len(given)} | {right / max(1, len(given)):.3f} "
            f"| {right / max(1, real):.3f} |"
        )
    kinds = defaultdict[str, Counter[str]](Counter)
    for known, got in pairs:
        kinds[f"{known.verdict}, {known.kind}"][got.verdict] += 1
    for kind, counts in sorted(kinds.items()):
        print(f"  {kind}: {', '.join(f'{got} {n}' for got, n in counts.most_common())}")
    wrong = [(known, got) for known, got in pairs if known.verdict is not got.verdict]
    for known, got in wrong[:show]:
        quotes = " | ".join(cited.quote for cited in got.citations)
        print(
            f"  {known.verdict} {known.kind} -> {got.verdict} {got.confidence:.2f}: {known.text} [{quotes}]"
        )


def main() -> None:
    """Make the folder and the drafts, check them and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--splits", nargs="+", default=("test", "held"))
    parser.add_argument("--each", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", type=int, default=0, help="mistakes to print")
    args = parser.parse_args()
    made = drafted_folder(args.splits, args.each, args.seed)
    found, seconds = checked(made)
    print(f"Commit {commit()}; {seconds:.0f} processor seconds\n")
    report(made, found, args.show)


if __name__ == "__main__":
    main()
