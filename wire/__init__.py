"""The JSON that programs give and get.

A contract: docs/json.md names every key and tests/test_wire.py pins them. `given` holds what comes in, `told`
what goes out, `shapes` the types of it that programs are told. Must never know files, terminals or a face.
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
