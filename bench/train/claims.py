"""Training examples for the head that judges claims: of data sets, and made of passages' sentences."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random

from bench.train.example import MOST_CHARS, Example, kept_back
from bench.train.network import VERDICTS
from bench.train.sources import CLAIMS, Asked, Claimed
from bench.train.swaps import changed

RESTATED = 9_000
_MOST_EVIDENCE = 2_000
_ASIDE = re.compile(r"\s*\([^()]{1,80}\)|, (?:which|who|where) [^,.;]{5,90}(?=,|\.$)")
_OPENING = re.compile(
    r"^(?:However|Moreover|Furthermore|In addition|Also|Thus|Therefore|Meanwhile|Finally), "
)


def claim_examples(
    claims: Sequence[Claimed], questions: Sequence[Asked], chance: Random
) -> Iterator[Example]:
    """Yield examples of all claims, thinned, and of sentences of the questions' passages."""
    given = [*claims, *_restated(questions, chance)]
    of = defaultdict(list)
    for one in given:
        of[one.source].append(one)
    pool = [s for one in chance.sample(given, 4_000) for s in one.evidence if 20 < len(s) < 300]
    for name, many in of.items():
        groups = defaultdict(list)
        for one in many:
            groups[one.group].append(one)
        most = CLAIMS.get(name, RESTATED)
        for one in chance.sample(many, most) if len(many) > most else many:
            yield _example(one, one.evidence, one.verdict, pool, chance)
            if chance.random() < 0.15:
                same = [o for o in groups[one.group] if not set(o.evidence) & set(one.evidence)]
                other = chance.choice(same) if same else chance.choice(many)
                if not set(other.evidence) & set(one.evidence):
                    yield _example(one, other.evidence, "nei", pool, chance)


def _restated(questions: Sequence[Asked], chance: Random) -> Iterator[Claimed]:
    """Yield sentences of passages as claims, shortened: as they are, or with one thing changed.

    This is how FactCC makes its data (Kryscinski et al., 2020).
    """
    passages = {one.passage.sentences: one.group for one in questions if one.whole and one.source != "made"}
    own = sorted(passages)
    for sentences in chance.sample(own, min(len(own), RESTATED)):
        long = [s for s in sentences if 50 < len(s) < 350]
        if len(sentences) < 3 or not long:
            continue
        claim = _OPENING.sub("", _ASIDE.sub("", chance.choice(long)))
        verdict = "support"
        if chance.random() < 0.55:
            far = [" ".join(chance.choice(own)) for _ in range(2)]
            claim, verdict = changed(claim, " ".join(sentences), far, chance) or "", "refute"
        if claim:
            yield Claimed(
                claim=claim,
                evidence=sentences,
                verdict=verdict,
                source="restated",
                group=passages[sentences],
            )


def _example(
    one: Claimed, evidence: Sequence[str], verdict: str, pool: Sequence[str], chance: Random
) -> Example:
    shown = [s[:MOST_CHARS] for s in evidence]
    size, most = 0, 0
    for s in shown:
        size += len(s)
        most += size <= _MOST_EVIDENCE or not most
    shown = shown[:most]
    right = list(range(most))
    if chance.random() < 0.5 and most < 5:
        before, after = (
            [s[:MOST_CHARS] for s in chance.sample(pool, chance.randint(0, 5))] for _ in range(2)
        )
        right = [n + len(before) for n in right]
        shown = before + shown + after
    return Example(
        kind="claim",
        asked=one.claim,
        title="",
        sentences=tuple(shown),
        right=() if verdict == "nei" else tuple(right),
        answered=VERDICTS.index(verdict),
        spans=(),
        source=one.source,
        kept_back=kept_back(one.group),
    )
