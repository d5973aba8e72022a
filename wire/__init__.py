"""The JSON interface for programs.

It is a contract: docs/json.md documents every key, and tests/test_wire.py pins them. `given` holds the
inputs, `told` the outputs and `shapes` the types of the outputs.
"""

from wire.given import QUESTION, TURN, TURNS, Asked, Known, Pair, Place, Said, asked, known, one, pairs
from wire.told import (
    ask,
    documents,
    drafted,
    dumps,
    found,
    history,
    models,
    plan,
    report,
    search,
    sentence,
    show,
    status,
    verified,
)

__all__ = [
    "QUESTION",
    "TURN",
    "TURNS",
    "Asked",
    "Known",
    "Pair",
    "Place",
    "Said",
    "ask",
    "asked",
    "documents",
    "drafted",
    "dumps",
    "found",
    "history",
    "known",
    "models",
    "one",
    "pairs",
    "plan",
    "report",
    "search",
    "sentence",
    "show",
    "status",
    "verified",
]
