"""The JSON interface for programs.

It is a contract: docs/json.md documents every key, and tests/test_wire.py pins them. `requests` holds the
inputs, `responses` the outputs and `schemas` the types of the outputs.
"""

from citeback.wire.requests import (
    QUESTION,
    TURN,
    TURNS,
    AnswerSpan,
    BatchQuestion,
    ClaimInput,
    DocumentFilter,
    EvaluationQuestion,
    HistoryTurn,
    QuestionInput,
    parse_evaluation,
    parse_pairs,
    parse_questions,
    single_question,
)
from citeback.wire.responses import (
    ask,
    documents,
    drafted,
    dumps,
    history,
    models,
    plan,
    report,
    retrieved,
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
    "AnswerSpan",
    "BatchQuestion",
    "ClaimInput",
    "DocumentFilter",
    "EvaluationQuestion",
    "HistoryTurn",
    "QuestionInput",
    "ask",
    "documents",
    "drafted",
    "dumps",
    "history",
    "models",
    "parse_evaluation",
    "parse_pairs",
    "parse_questions",
    "plan",
    "report",
    "retrieved",
    "search",
    "sentence",
    "show",
    "single_question",
    "status",
    "verified",
]
