"""Measure what passes as supported of a chat model's answers.

    python -m bench.writing --model http://127.0.0.1:8089/v1 [--data DIR] [--known 100] [--off 50] [--seed 3]

Asks questions that the documents answer, and others about articles that are not in the folder. Prints the
number of sentences with each verdict, and how many lies planted in supported sentences are caught against
their own citations. The sentences are saved in `bench/out/writing-SEED.jsonl` for reading; the model's output
is cached in `bench/out/written.jsonl`, so a second run asks only what is new. Another seed draws other
questions: a fix made after reading some answers must be measured on others.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

from bench.lies import LIES
from bench.remembered import Remembered
from bench.sets import DATA, OUT, commit, lay_out
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.search.analyzer import Analyzer
from citeback.index.settings import Settings
from citeback.rag.answer import Answer, Verdict
from citeback.rag.checking.verify import ClaimVerifier
from citeback.rag.corpus import Corpus, CorpusOptions
from citeback.rag.reader.loading import load_claim_reader
from citeback.rag.writing.chat_models import chat_model_loader
from citeback.rag.writing.chat_writer import ChatWriter


def questions(data: Path, known: int, off: int, seed: int) -> Iterator[tuple[bool, str]]:
    """Yield (answerable, question) of squad2-off, shuffled."""
    asked = list(lay_out("squad2-off", data).questions())
    Random(seed).shuffle(asked)  # noqa: S311  the same questions at every run
    for answerable, most in ((True, known), (False, off)):
        of_kind = (q["question"] for q in asked if q["answerable"] is answerable)
        yield from ((answerable, question) for question in islice(of_kind, most))


def report(answers: list[tuple[bool, Answer]]) -> None:
    """Print the verdicts, and the share of planted lies that are caught."""
    sentences = [(known, s) for known, answer in answers for s in answer.sentences]
    refused = Counter(known for known, answer in answers if answer.abstained)
    asked = Counter(known for known, _ in answers)
    print(f"questions: {asked[True]} known, {asked[False]} not; refused {refused[True]} and {refused[False]}")
    print(f"verdicts: {dict(Counter(s.verdict.value for _, s in sentences))}")
    print(f"corrected citations: {sum(any(c.corrected for c in s.citations) for _, s in sentences)}")
    checker = ClaimVerifier(load_encoder(Settings()), Analyzer("en"), claims=cache(load_claim_reader))
    draw = Random(4)  # noqa: S311  the same lies at every run
    caught: list[bool] = []
    for _, sentence in sentences:
        if sentence.verdict is Verdict.SUPPORTED:
            source = " ".join(c.quote for c in sentence.citations)
            lies = filter(None, (change(sentence.text, draw) for change in LIES.values()))
            caught += [checker.verify_text(lie, source)[0].verdict is not Verdict.SUPPORTED for lie in lies]
    print(f"lies planted in supported sentences: {sum(caught)} of {len(caught)} caught")


def rows(known: bool, answer: Answer) -> Iterator[dict[str, object]]:
    """Yield a record of each sentence of an answer, or of the question alone if there is none."""
    asked = {"known": known, "question": answer.question, "notices": answer.notices}
    for s in answer.sentences:
        shown = {"text": s.text, "verdict": s.verdict.value, "reasons": s.reasons}
        cited = [{"quote": c.quote, "corrected": c.corrected} for c in s.citations]
        yield asked | shown | {"cited": cited}
    if not answer.sentences:
        yield asked


def main() -> None:
    """Ask, save and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--model", required=True)
    parser.add_argument("--known", type=int, default=100)
    parser.add_argument("--off", type=int, default=50)
    parser.add_argument("--seed", type=int, default=3)
    args = parser.parse_args()
    asked = list(questions(args.data, args.known, args.off, args.seed))
    answers: list[tuple[bool, Answer]] = []
    chat = Remembered(chat=chat_model_loader(args.model), kept=OUT / "written.jsonl")
    writer = ChatWriter(lambda: chat, args.model)
    with (
        Corpus.open(Store(OUT / "squad2-off" / "store"), CorpusOptions(writer=writer)) as corpus,
        (OUT / f"writing-{args.seed}.jsonl").open("w", encoding="utf-8") as kept,
    ):
        for known, question in asked:
            answers.append((known, corpus.ask(question)))
            kept.writelines(json.dumps(row) + "\n" for row in rows(known, answers[-1][1]))
            kept.flush()
    asked_for = f"--known {args.known} --off {args.off} --seed {args.seed}"
    print(f"`python -m bench.writing {asked_for}` at {commit()}\n")
    report(answers)


if __name__ == "__main__":
    main()
