"""What is read for a claim: the sentences nearest to it, no more than is needed, and English alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.embedding.protocols import Floats
from citeback.rag.checking.claims.stance import EXTENT, STRETCH, stance
from citeback.rag.reader.model import ReaderLogits, ReaderPassage

CLAIM = "The old lock of the harbour opens at six in the morning."


@dataclass(frozen=True, slots=True)
class ScriptedClaimReader:
    """Gives each passage the next of its logits, and keeps what it was shown."""

    logits: Sequence[tuple[float, float, float]]
    shown: list[ReaderPassage] = field(default_factory=list)

    def stances(self, claim: str, passages: Sequence[ReaderPassage]) -> list[ReaderLogits]:
        self.shown.extend(passages)
        rows = [self.logits[n % len(self.logits)] for n in range(len(passages))]
        return [
            ReaderLogits(np.zeros(len(p.sentences), np.float32), np.array(r))
            for p, r in zip(passages, rows, strict=True)
        ]


def near(*similarities: float) -> Floats:
    return np.array([similarities], np.float32)


def test_the_stretch_that_supports_most_counts_and_the_one_that_refutes_most() -> None:
    long = [
        f"{n} is the number of this sentence about the lock. " + "The water is high. " * 40 for n in range(2)
    ]
    result = stance(CLAIM, long, near(0.9, 0.8), ScriptedClaimReader([(3.0, 0.0, 0.0), (0.0, 2.0, 0.0)]))
    assert result
    assert np.isclose(result.supports, 3.0 - np.log(2)) and np.isclose(result.refutes, 2.0 - np.log(2))


@given(st.lists(st.tuples(st.integers(1, 4_000), st.floats(0, 1)), min_size=1, max_size=60))
def test_the_nearest_sentence_is_always_read_and_never_much_more_than_is_allowed(
    sizes: list[tuple[int, float]],
) -> None:
    sentences = [("The lock of the harbour opens, and the boats go in. " * 80)[:size] for size, _ in sizes]
    reader = ScriptedClaimReader([(0.0, 0.0, 0.0)])
    similarities = near(*(value for _, value in sizes))
    stance(CLAIM, sentences, similarities, reader)
    read = [text for passage in reader.shown for text in passage.sentences]
    assert sentences[int(similarities.argmax())][:STRETCH] in read
    assert len(read) <= 3 * EXTENT.nearest and sum(map(len, read)) <= EXTENT.characters + STRETCH
    assert all(sum(map(len, passage.sentences)) <= STRETCH for passage in reader.shown)


def test_sentences_are_read_in_their_order_with_their_neighbours() -> None:
    sentences = [f"Sentence {n} about the lock." for n in range(9)]
    reader = ScriptedClaimReader([(0.0, 0.0, 0.0)])
    stance(CLAIM, sentences, near(0, 0, 0.9, 0, 0, 0, 0.8, 0, 0)[:, :9], reader)
    [passage] = reader.shown
    assert list(passage.sentences) == sorted(passage.sentences)
    assert {sentences[n] for n in (1, 2, 3, 5, 6, 7)} <= set(passage.sentences)


def test_another_language_is_not_read() -> None:
    reader = ScriptedClaimReader([(0.0, 0.0, 0.0)])
    german = ["Die alte Schleuse des Hafens öffnet um sechs Uhr morgens."]
    assert stance("Die Schleuse öffnet um acht Uhr am Morgen.", german, near(0.9), reader) is None
    assert stance(CLAIM, (), np.zeros((3, 0), np.float32), reader) is None
    assert not reader.shown
