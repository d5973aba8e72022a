"""Hard negatives: passages that look right to a lexical search but hold no answer."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Self

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.train.sources import Asked, Passage

_WORD = re.compile(r"\w+")
_NEAREST = 12


def words(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return _WORD.findall(text.lower())


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """A TF-IDF index of passages."""

    passages: Sequence[Passage]
    weigh: TfidfVectorizer
    table: Any

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> Self:
        """Return an index of distinct passages."""
        unique = list({p.sentences: p for p in passages if len(p.sentences) > 1}.values())
        weigh = TfidfVectorizer(
            token_pattern=r"(?u)\w+",  # noqa: S106  a pattern of words
            sublinear_tf=True,
            stop_words="english",
            dtype=np.float32,
        )
        return cls(unique, weigh, weigh.fit_transform([" ".join(p.sentences) for p in unique]).T.tocsr())

    def wrong(self, asked: Sequence[Asked]) -> Callable[[Asked, int, Random], list[Passage]]:
        """Return a function that finds up to so many hard negatives for one of the questions."""
        asks = self.weigh.transform([one.question for one in asked])
        best: dict[int, list[int]] = {}
        for start in range(0, len(asked), 500):
            scores = np.asarray((asks[start : start + 500] @ self.table).todense())
            for n, row in enumerate(scores):
                top = np.argpartition(-row, _NEAREST)[:_NEAREST]
                best[id(asked[start + n])] = top[np.argsort(-row[top])].tolist()

        def some_of(one: Asked, many: int, chance: Random) -> list[Passage]:
            fit = [self.passages[n] for n in best[id(one)] if _without(self.passages[n], one)][: many + 3]
            return chance.sample(fit, min(many, len(fit)))

        return some_of


def _without(other: Passage, one: Asked) -> bool:
    """Return whether a passage surely lacks the answer: neither its words nor its sentences."""
    text = " ".join(words(" ".join(other.sentences)))
    if any(" ".join(words(answer)) in text for answer in one.answers):
        return False
    own = set(other.sentences)
    if own & set(one.passage.sentences):
        return False
    there = set(text.split())
    rights = [set(words(one.passage.sentences[n])) for n in one.passage.right]
    return all(len(right & there) < 0.7 * len(right) for right in rights)
