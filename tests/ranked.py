"""Evidence and questions with the figures that a test needs."""

import numpy as np
from hypothesis import strategies as st

from citeback.index.records import Span
from citeback.index.search.analyzer import Analyzer
from citeback.rag.coverage import WeightedPieces
from citeback.rag.evidence.ranking import Evidence, Features
from citeback.rag.query import Query


def evidence(place: int, score: float, passage: int = 1, text: str = "") -> Evidence:
    text = text or f"Sentence {passage}.{place}."
    start = passage * 1000 + place * 20
    features = Features(passage=0.5, similarity=0.5, coverage=0.5)
    return Evidence("a.txt", Span(start, start + len(text)), text, None, passage, place, features, 0.5, score)


RANKED = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 3), st.floats(0, 9)), max_size=20).map(
    lambda results: tuple(
        sorted(
            {(p, n): evidence(p, score, n) for p, n, score in results}.values(),
            key=lambda e: (-e.score, e.passage, e.position),
        )
    )
)


ENGLISH = Analyzer("en")


def asking(asked: float, text: str = "") -> Query:
    nothing = WeightedPieces(np.zeros((0, 0), np.float32), np.zeros(0))
    return Query(text, text, np.zeros(0, np.float32), {}, nothing, asked)
