"""Measure how many planted items a complete list finds, and how much of what it lists was planted.

    python -m bench.listing

Sentences of our own hold one item each, in the forms that people write, also in forms that no rule knows
("the last day of May", "five hundred dollars"). Other sentences hold what looks like one and is none.
"""

import json
from pathlib import Path

from citeback.index.records import Span
from citeback.rag.lists.listing import FINDERS, OBLIGATIONS
from citeback.rag.lists.obligations import obligations

ITEMS = Path(__file__).with_name("listed_items.json")


def found(kind: str, text: str) -> list[str]:
    """Return the words of every item of a kind in a text."""
    items = obligations(text, [Span(0, len(text))]) if kind == OBLIGATIONS else FINDERS[kind](text)
    return [item.span.of(text) for item in items]


def main() -> None:
    """Print recall and precision of each kind, and what was missed."""
    print("| kind | planted | recall | precision |\n|---|---|---|---|")
    items = json.loads(ITEMS.read_text(encoding="utf-8"))
    for kind, planted in items["planted"].items():
        texts = {item: item if kind == OBLIGATIONS else f"We noted {item}, and left." for item in planted}
        hits = {item: found(kind, text) for item, text in texts.items()}
        missed = [item for item, words in hits.items() if not any(w in item or item in w for w in words)]
        right, wrong = (
            len(planted) - len(missed),
            sum(len(found(kind, decoy)) for decoy in items["decoys"][kind]),
        )
        precision = right / max(1, right + wrong)
        print(f"| {kind} | {len(planted)} | {right / len(planted):.3f} | {precision:.3f} |  missed: {missed}")


if __name__ == "__main__":
    main()
