"""Measure verification on planted lies: true sentences of real documents, each with one change.

    python -m bench.lies [--data DIR] [--each 500]

Prints the share of lies caught, by kind; the share of true sentences flagged, verbatim and lightly reworded;
and the time a sentence takes. A lie counts as caught for any verdict but "supported".
"""

import argparse
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from statistics import mean, median, quantiles
from time import perf_counter

from bench.sets import DATA, commit
from citeback.index.chunking.splitter import blocks, sentences
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.records import Source, Span
from citeback.index.search.analyzer import Analyzer
from citeback.index.settings import Settings
from citeback.rag.answer import Verdict
from citeback.rag.checking.verify import ClaimVerifier
from citeback.rag.reader.loading import load_claim_reader

DOCUMENTS = ("squad2", "chunking")  # prose with names, numbers and dates
_MONTHS = "January February March April May June July August September October November December"
MONTHS = _MONTHS.split()
# Invented for this: none of them occurs in the documents.
_NAMES = "Marlow Ferreira Okafor Lindqvist Tanaka Brandvold Castellan Whitcombe Zelenka Abernathy"
NAMES = _NAMES.split()
_PLACES = "Ljubljana Montevideo Tromsø Chittagong Saskatoon Valparaíso Kaunas Bamako Winnipeg Tashkent"
PLACES = _PLACES.split()
_NUMBER = re.compile(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\w,-]*\d)(?!(?:st|nd|rd|th)\b)")
_DATE = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b|(?<![\d,.])(?:1[0-9]|20)\d\d(?![\d,])")
_PLACE = re.compile(r"\b(?:in|from|to|near|at) ((?!The\b)[A-Z][a-z]{3,})\b(?!\s+[A-Z])")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}(?: [A-Z][a-z]{3,})*")
_OPENS = re.compile(r"[A-Z][a-z]{3,}(?='s| (?:was|is|has|had|won|became|wrote|and [A-Z])\b)")
_SOME_OF = re.compile(r"\b(?:some|several|many|most|one) of (?=the\b)", re.IGNORECASE)
_SOME = re.compile(r"\b(?<!the )(?:some|several|many|most) (?=[a-z]+ [a-z]+)", re.IGNORECASE)
_AUXILIARY = re.compile(r"\b(was|were|is|are|had|has|have|could|would|will|can|did|does|do)\b(?! not| n)")
_DENIED = re.compile(r"\b(was|were|is|are|had|has|have|could|would|will|can|did|does|do) not\b|\bcannot\b")
_PARTIES = re.compile(r"([A-Z][a-z]{2,}(?: [A-Z][a-z]+)*)([^,;:()]{4,80}?)([A-Z][a-z]{2,}(?: [A-Z][a-z]+)*)")


@dataclass(frozen=True, slots=True)
class Planted:
    """A claim to verify, its evidence, and how it was made."""

    kind: str
    claim: str
    evidence: str
    true: bool


def number(sentence: str, draw: Random) -> str | None:
    """Change a number."""
    matches = [m for m in _NUMBER.finditer(sentence) if not re.fullmatch(r"1\d{3}|20\d\d", m[0])]
    if not matches:
        return None
    chosen = draw.choice(matches)
    value = chosen[0].rstrip(",.").replace(",", "")
    other = str(float(value) * 3 + 1) if "." in value else str(int(value) * draw.choice((2, 3)) + 1)
    return _put(sentence, Span(chosen.start(), chosen.start() + len(chosen[0].rstrip(",."))), other)


def date(sentence: str, draw: Random) -> str | None:
    """Change a month or a year."""
    chosen = _one(_DATE, sentence, draw)
    if chosen is None:
        return None
    text = chosen.of(sentence)
    if text.isdigit():
        return _put(sentence, chosen, str(int(text) + draw.choice((-12, -3, 2, 7))))
    return _put(sentence, chosen, draw.choice([m for m in MONTHS if m != text]))


def name(sentence: str, draw: Random) -> str | None:
    """Change a name."""
    chosen = _one(_NAME, sentence, draw, refuse=MONTHS)
    return _put(sentence, chosen, draw.choice(NAMES)) if chosen else None


def place(sentence: str, draw: Random) -> str | None:
    """Change a place."""
    chosen = _one(_PLACE, sentence, draw, refuse=MONTHS, group=1)
    return _put(sentence, chosen, draw.choice(PLACES)) if chosen else None


def deny(sentence: str, draw: Random) -> str | None:
    """Add a "not"."""
    chosen = _one(_AUXILIARY, sentence, draw)
    return _put(sentence, chosen, f"{chosen.of(sentence)} not") if chosen else None


def affirm(sentence: str, draw: Random) -> str | None:
    """Drop a "not"."""
    chosen = _one(_DENIED, sentence, draw)
    if chosen is None:
        return None
    return _put(sentence, chosen, chosen.of(sentence).removesuffix(" not").replace("cannot", "can"))


def swap(sentence: str, draw: Random) -> str | None:
    """Swap two parties."""
    matches = [
        m for m in _PARTIES.finditer(sentence) if m[1] != m[3] and _acts(m[2]) and m[1] not in _OPENERS
    ]
    if not matches:
        return None
    chosen = draw.choice(matches)
    return sentence[: chosen.start()] + chosen[3] + chosen[2] + chosen[1] + sentence[chosen.end() :]


def opening(sentence: str, draw: Random) -> str | None:
    """Change the first word if it names the subject."""
    match = _OPENS.match(sentence)
    return draw.choice(NAMES) + sentence[match.end() :] if match and match[0] not in _OPENERS else None


def condition(sentence: str, draw: Random) -> str | None:
    """Drop a condition."""
    del draw
    front = re.fullmatch(r"(?:If|Unless) [^,]+, (.+)", sentence)
    if front:
        return front[1][0].upper() + front[1][1:]
    left = re.sub(r"^(?:If|Unless) |,? (?:if|unless) [^,;]+\.$", "", sentence)
    return None if left == sentence else f"{left[0].upper()}{left[1:].rstrip('.')}."


def extent(sentence: str, draw: Random) -> str | None:
    """Widen "some" to "all"."""
    del draw
    whole = _SOME_OF.sub("", sentence, count=1)
    whole = _SOME.sub("all ", sentence, count=1) if whole == sentence else whole
    return None if whole == sentence else whole[0].upper() + whole[1:]


_OPENING = """The This That These Those There They When While After Before During Although However From With
For Its His Her Their She Some Many Most All Both One Two Since Under Upon Another Other Each Such But And"""
_OPENERS = frozenset(_OPENING.split())
_NO_ACT = frozenset(["and", "or", "of", "in", "at", "on", "the", "a", "an", "for's", "as"])


def _acts(between: str) -> bool:
    """Return whether the words between two names say that one acts on the other."""
    words = [word for word in re.findall(r"[\w']+", between) if word not in _NO_ACT]
    return any(re.search(r"(?:ed|s|d)$", word) and len(word) > 3 for word in words) and " and " not in between


LIES: dict[str, Callable[[str, Random], str | None]] = {
    f.__name__: f for f in (number, date, name, place, deny, affirm, swap, opening, condition, extent)
}


def reworded(sentence: str, draw: Random) -> str | None:
    """Reword a sentence lightly: move its introduction to the end and replace small words."""
    del draw
    front = re.fullmatch(
        r"((?:In|During|After|Before|By|On|At|Under|From|With)\b[^,]{4,60}(?<!\d)(?<!\d )), ([^;]+)\.",
        sentence,
    )
    moved = f"{front[2][0].upper()}{front[2][1:]} {front[1][0].lower()}{front[1][1:]}." if front else sentence
    for word, other in _SAME:
        moved = re.sub(rf"(?<!-)\b{word}\b(?!-)", other, moved)
    return moved if moved != sentence else None


_SAME = (
    ("however, ", ""), ("also ", ""), ("began", "started"), ("many", "a lot of"), ("because", "since"),
    ("such as", "like"), ("large", "big"), ("although", "though"), ("while", "whereas"), ("obtained", "got"),
    ("main", "chief"), ("often", "frequently"), ("usually", "normally"), ("several", "a number of"),
    ("three", "3"), ("four", "4"), ("five", "5"), ("percent", "%"), ("approximately", "about"),
    ("located", "situated"), ("various", "different"), ("until", "up to"), ("received", "was given"),
)  # fmt: skip


def true_sentences(data: Path) -> Iterator[str]:
    """Yield the sentences of the documents that are long enough to state something."""
    for kept in DOCUMENTS:
        with (data / kept / "documents.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                text = json.loads(line)["text"]
                source = Source(text=text, title="", kind="text")
                for block in blocks(source, Span(0, len(text))):
                    for span in sentences(source, block, "en", ()):
                        sentence = span.of(text)
                        if 8 <= len(sentence.split()) <= 45 and sentence[0].isupper() and sentence[-1] == ".":
                            yield sentence


def plant(results: Sequence[str], each: int, seed: int = 11) -> Iterator[Planted]:
    """Yield at most `each` lies of every kind, and as many true sentences, verbatim and reworded."""
    draw = Random(seed)  # noqa: S311  the same lies at every run
    for kind, change in (*LIES.items(), ("reworded", reworded), ("unchanged", lambda s, _: s)):
        order = draw.sample(results, len(results))
        made = ((s, changed) for s in order if (changed := change(s, draw)))
        for (sentence, claim), _ in zip(made, range(each), strict=False):
            yield Planted(kind=kind, claim=claim, evidence=sentence, true=kind in {"reworded", "unchanged"})


def _one(
    pattern: re.Pattern[str], sentence: str, draw: Random, refuse: Sequence[str] = (), group: int = 0
) -> Span | None:
    spans = [Span(*m.span(group)) for m in pattern.finditer(sentence) if m[group] not in refuse]
    return draw.choice(spans) if spans else None


def _put(sentence: str, span: Span, other: str) -> str:
    return sentence[: span.start] + other + sentence[span.end :]


def caught(planted: Sequence[Planted], checker: ClaimVerifier) -> dict[str, list[tuple[bool, float]]]:
    """Return, for each kind, whether each sentence passed as supported and the seconds it took."""
    result: dict[str, list[tuple[bool, float]]] = {}
    for each in planted:
        start = perf_counter()
        finding, _ = checker.verify_text(each.claim, each.evidence)
        passed = finding.verdict is Verdict.SUPPORTED
        result.setdefault(each.kind, []).append((passed, perf_counter() - start))
    return result


def main() -> None:
    """Plant lies, verify them, and print a row for each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--each", type=int, default=500)
    args = parser.parse_args()
    checker = ClaimVerifier(load_encoder(Settings()), Analyzer("en"), claims=cache(load_claim_reader))
    planted = list(plant(list(true_sentences(args.data)), args.each))
    print(f"`python -m bench.lies --each {args.each}` at {commit()}\n")
    print("| kind | sentences | not shown as supported |\n|---|---|---|")
    result = caught(planted, checker)
    for kind, results in result.items():
        print(f"| {kind} | {len(results)} | {mean(not passed for passed, _ in results):.3f} |")
    seconds = [second for results in result.values() for _, second in results]
    usual, most = 1000 * median(seconds), 1000 * quantiles(seconds, n=20)[-1]
    print(f"\nA sentence took {usual:.0f} ms (median), 95 % at most {most:.0f} ms.")


if __name__ == "__main__":
    main()
