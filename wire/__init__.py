"""The JSON interface for programs.

It is a contract: docs/json.md documents every key, and tests/test_wire.py pins them. `requests` holds the
inputs, `responses` the outputs and `schemas` the types of the outputs.
"""

from citeback.wire.drafts import checked_claim, checked_draft
from citeback.wire.folders import conflicts, summary, timeline
from citeback.wire.kept_answers import KeptAnswer, checked_again, parse_answers
from citeback.wire.lists import listing
from citeback.wire.requests import (
    DRAFT,
    QUESTION,
    TURN,
    TURNS,
    AnswerSpan,
    BatchQuestion,
    ClaimInput,
    DocumentFilter,
    DraftInput,
    EvaluationQuestion,
    HistoryTurn,
    QuestionInput,
    TableInput,
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
from citeback.wire.saved_questions import saved_question, saved_questions
from citeback.wire.tables import answer_table

__all__ = [
    "DRAFT",
    "QUESTION",
    "TURN",
    "TURNS",
    "AnswerSpan",
    "BatchQuestion",
    "ClaimInput",
    "DocumentFilter",
    "DraftInput",
    "EvaluationQuestion",
    "HistoryTurn",
    "KeptAnswer",
    "QuestionInput",
    "TableInput",
    "answer_table",
    "ask",
    "checked_again",
    "checked_claim",
    "checked_draft",
    "conflicts",
    "documents",
    "drafted",
    "dumps",
    "history",
    "listing",
    "models",
    "parse_answers",
    "parse_evaluation",
    "parse_pairs",
    "parse_questions",
    "plan",
    "report",
    "retrieved",
    "saved_question",
    "saved_questions",
    "search",
    "sentence",
    "show",
    "single_question",
    "status",
    "summary",
    "timeline",
    "verified",
]
