"""How likely a reading is right, from its features. Must never know the grammar's patterns."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from pathlib import Path

from citeback.rag.tables.engine import Result
from citeback.rag.tables.grammar.reading import Reading
from citeback.rag.tables.plan import Aggregate, Combination, GroupRanking
from citeback.rag.tables.question_words import VERBS, QuestionWords

_FITTED = Path(__file__).with_name("weights.json")
_SEVERAL = re.compile(
    r" (?:which|what|name|the|list) (?:top |first |last )?(?P<count>\d|two|three|four|five) \w+s "
)
_TELLING_WORDS = [
    "only",
    "not",
    "other",
    "besides",
    "consecutive",
    "each",
    "or",
    "than",
    "same",
    "difference",
    "both",
    "years",
    "long",
    "percentage",
    "average",
    "most",
    "least",
    "first",
    "last",
    "after",
    "before",
    "next",
    "previous",
    "more",
    "less",
    "at",
]
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}


def unaccounted(reading: Reading, words: QuestionWords) -> list[int]:
    """Return the words that say something and that a reading does not account for."""
    return [n for n in range(len(words)) if n not in reading.used and not words.is_filler(n)]


def features(reading: Reading, result: Result, words: QuestionWords) -> dict[str, float]:
    """Return what speaks for and against a reading."""
    left = unaccounted(reading, words)
    verbs = sum(words.texts[n] in VERBS for n in left)
    open_words = len(left) - verbs
    form, plan = reading.form, reading.plan
    found: dict[str, float] = {
        "one": 1.0,
        f"form {form}": 1.0,
        "left": min(open_words, 6),
        "left none": float(open_words == 0),
        "left one": float(open_words == 1),
        "left share": open_words / max(1, len(words)),
        "verbs left": min(verbs, 3),
        "long": float(len(words) > 14),
        "values": float(len(result.values) == 1),
        "values many": float(len(result.values) > 3),
        "zero": float(result.values == (0,)),
        "rows": float(len(result.rows) == 1),
        "lacking": float(bool(result.without_value)),
        f"{form}: left": min(open_words, 6),
        f"{form}: values": float(len(result.values) == 1),
        f"{form}: verbs": float(verbs > 0),
    }
    texts = set(words.texts)
    wanted = _SEVERAL.search(words.line)
    if wanted:
        count = _COUNTS.get(wanted["count"]) or int(wanted["count"])
        found["not as many"] = float(count != len(result.values))
    many = bool(texts & {"many", "number", "total", "amount"})
    if isinstance(plan, Aggregate | GroupRanking):
        numeric = str(result.values[0]).replace(",", "").replace(".", "").isdigit()
        found["number wanted"] = float(many and numeric)
        found["number unwanted"] = float(many and not numeric)
        found["who number"] = float("who" in texts and numeric)
    for word in _TELLING_WORDS:
        found[f"says {word}"] = float(word in texts)
    for name, amount in reading.features.items():
        found[name] = amount
        found[f"{form}: {name}"] = amount
    if isinstance(plan, Combination):
        found["same rows"] = float(plan.first == plan.second)
    return found


@dataclass(frozen=True, slots=True)
class ReadingWeights:
    """The weight of each feature, and the confidence (0 to 1) that an answer needs.

    Fitted by `bench.fit_tables`.
    """

    features: Mapping[str, float]
    threshold: float

    @classmethod
    def load(cls) -> "ReadingWeights":
        """Return the weights that ship with the product."""
        fitted = json.loads(_FITTED.read_text(encoding="utf-8"))
        return cls(fitted["weights"], fitted["threshold"])

    def probability(self, found: Mapping[str, float]) -> float:
        """Return how likely (0 to 1) a reading with these features is right."""
        total = sum(self.features.get(name, 0.0) * amount for name, amount in found.items())
        return 1 / (1 + exp(-max(-30.0, min(30.0, total))))
