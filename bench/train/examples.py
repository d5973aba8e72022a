"""Builds training examples from open data: a question or claim, a title, sentences, and the right ones.

    python -m bench.train.examples DATA /tmp/examples.jsonl

The product gives the reader thinned chunks that include headings. So sentences are left out here, and lines
are added that announce something without stating it.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random

from bench.train.claims import claim_examples
from bench.train.example import MOST_CHARS, Example, Unit, kept_back
from bench.train.near import Near, words
from bench.train.phrasing import QUESTION_WORDS, as_typed, asked_as
from bench.train.rows import made
from bench.train.sources import QUESTIONS, Asked, Passage, asked, claimed
from bench.train.statements import stated
from bench.train.swaps import changed

MOST_SENTENCES = 10
_BESIDE = (0, 1, 2, 2, 3)
"""How many passages that only look right stand beside one that answers: one of these."""
_HEADS = (
    "Overview",
    "Introduction",
    "Background",
    "Details",
    "Frequently asked questions",
    "Contents",
    "Notes",
)
_MENU = (
    "Home",
    "News",
    "World",
    "Business",
    "Sport",
    "Opinion",
    "About us",
    "Contact",
    "Subscribe",
    "Privacy policy",
    "Terms of use",
    "Log in",
    "Newsletter",
    "Share",
    "Search",
)
_POINTERS = (
    "Read more: {}",
    "More on {}",
    "More from {}",
    "See also: {}",
    "Related: {}",
    "In this section: {}",
    "{} ..... 12",
    "Figure 3: {}",
    "Photo: {}",
    "Frequently asked: {}",
)


def examples(folder: Path, more: Path | None, seed: int = 7) -> Iterator[Unit]:
    """Yield the examples of all files; `more` is a folder of SQuAD 2 articles that teach refusal."""
    chance = Random(seed)  # noqa: S311  no secret
    results = _thinned(list(asked(folder)), chance)
    if more:
        from bench.train.articles import articles

        results += list(articles(more))
    results += list(made(4_000, chance))
    yield from _questions(results, chance)
    yield from stated(6_000, chance)
    for one in claim_examples(list(claimed(folder)), results, chance):
        yield (one,)


def _thinned(results: Sequence[Asked], chance: Random) -> list[Asked]:
    of = defaultdict(list)
    for one in results:
        of[one.source].append(one)
    return [
        one
        for name, many in of.items()
        for one in (chance.sample(many, QUESTIONS[name]) if len(many) > QUESTIONS[name] else many)
    ]


def _questions(results: Sequence[Asked], chance: Random) -> Iterator[Unit]:
    groups, questions = defaultdict(list), defaultdict(list)
    for one in results:
        groups[one.group].append(one.passage)
        questions[one.group].append(one.question)
    near = Near.of([one.passage for one in results if one.source != "made"])
    wrong = near.wrong(results)
    for one in results:
        shown = asked_as(one, questions[one.group], chance) if one.source != "made" else one.question
        if one.source == "made":
            yield (_example(one, one.passage, shown, chance),)
            continue
        if one.passage.right or one.whole:
            beside = wrong(one, chance.choice(_BESIDE), chance) if one.passage.right else []
            hard = (_example(one, Passage(other.sentences), shown, chance) for other in beside)
            yield (_example(one, one.passage, shown, chance), *hard)
        if one.source == "articles":
            continue
        r = chance.random()
        far = [
            " ".join(p.sentences) for p in chance.sample(groups[one.group], min(3, len(groups[one.group])))
        ]
        if r < 0.55 and one.passage.right:
            near_text = " ".join(one.passage.sentences)
            if other := changed(one.question, near_text, far, chance):
                yield (_example(one, Passage(one.passage.sentences), as_typed(other, chance), chance),)
        elif (
            r > 0.8
            and one.source != "clapnq_train"
            and one.passage.right
            and len(one.passage.sentences) > len(one.passage.right) + 1
        ):
            rest = tuple(s for n, s in enumerate(one.passage.sentences) if n not in one.passage.right)
            yield (_example(one, Passage(rest), shown, chance),)


def _example(one: Asked, given: Passage, question: str, chance: Random) -> Example:
    order = _chosen(given, one.whole, chance)
    sentences = [given.sentences[n][:MOST_CHARS] for n in order]
    at = {n: place for place, n in enumerate(order)}
    right = [at[n] for n in given.right if n in at]
    spans = [(at[n], a, b) for n, a, b in given.spans if n in at and b <= MOST_CHARS]
    if chance.random() < 0.3:
        sentences, right, spans = _announced(sentences, right, spans, question, chance)
    return Example(
        kind="question",
        asked=question,
        title=_title(one, given, chance),
        sentences=tuple(sentences),
        right=tuple(right),
        answered=int(bool(given.right)),
        spans=tuple(spans),
        source=one.source,
        kept_back=kept_back(one.group),
    )


def _chosen(given: Passage, whole: bool, chance: Random) -> list[int]:
    """Return the sentences to show, in order: those that answer, and some others."""
    every = list(range(len(given.sentences)))
    if not whole:
        chance.shuffle(every)
    most = chance.randint(2, MOST_SENTENCES)
    if len(every) > most:
        must = set(given.right[:3])
        others = [n for n in every if n not in must]
        if whole and chance.random() < 0.5:  # a stretch around the answer
            middle = min(must) if must else chance.choice(every)
            others.sort(key=lambda n: abs(n - middle + chance.random()))
        else:
            chance.shuffle(others)
        shown = must | set(others[: max(1, most - len(must))])
        every = [n for n in every if n in shown]
    size = 0
    out: list[int] = []
    for n in sorted(every, key=lambda n: n not in given.right):
        size += min(MOST_CHARS, len(given.sentences[n]))
        if size <= 1_600 or not out:
            out.append(n)
    return [n for n in every if n in out]


def _announced(
    sentences: list[str],
    right: list[int],
    spans: list[tuple[int, int, int]],
    question: str,
    chance: Random,
) -> tuple[list[str], list[int], list[tuple[int, int, int]]]:
    """Put in a line that says nothing: the question itself, its words as a heading or a pointer, a menu."""
    kept = [w for w in question.rstrip("?. ").split() if w.lower() not in QUESTION_WORDS]
    about = " ".join(kept)
    line = chance.choice(
        (
            question,
            about.capitalize(),
            " ".join(kept[-2:]).title(),
            chance.choice(_HEADS),
            chance.choice((" | ", " ", "  ")).join(chance.sample(_MENU, chance.randint(3, 7))),
            chance.choice(_POINTERS).format(chance.choice((question, about))),
        )
    )
    if not line:
        return sentences, right, spans
    at = chance.choice((0, *right, chance.randint(0, len(sentences))))
    out = [*sentences[:at], line, *sentences[at:]]
    return out, [n + (n >= at) for n in right], [(n + (n >= at), a, b) for n, a, b in spans]


def _title(one: Asked, given: Passage, chance: Random) -> str:
    r = chance.random()
    if one.title is not None:
        return one.title
    if one.source == "made":
        return chance.choice(("", "staff list", "price list", "Inventory", "contacts.csv", "Our team"))
    if r < 0.45:
        return ""
    own = max(
        (w for w in words(" ".join(given.sentences)) if len(w) > 4),
        key=lambda w: " ".join(given.sentences).lower().count(w),
        default="",
    )
    if r < 0.8:
        return own.capitalize()
    return f"{own.capitalize()} / {chance.choice(_HEADS)}"


def main(folder: Path, out: Path, more: Path | None = None) -> None:
    """Write the examples of a folder of data as JSON lines, a unit each, in random order."""
    units = list(examples(folder, more))
    Random(11).shuffle(units)  # noqa: S311  no secret
    with out.open("w", encoding="utf-8") as file:
        for unit in units:
            file.write(json.dumps([asdict(one) for one in unit], ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
