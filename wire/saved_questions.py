"""JSON output of saved questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from citeback.wire.requests import QuestionInput
from citeback.wire.responses import ask

if TYPE_CHECKING:
    from citeback.rag.answer import Answer
    from citeback.rag.saved_questions import SavedQuestion
    from citeback.wire import folder_schemas, schemas


def saved_question(one: SavedQuestion) -> folder_schemas.SavedQuestion:
    """Return a saved question with its answer and the one before."""
    return {
        "id": one.id,
        "question": one.question,
        "asked_of": one.asked_of or None,
        "answer": _answer(one, one.answer),
        "before": _answer(one, one.before),
        "changed": one.changed or None,
        "unread": one.unread,
    }


def saved_questions(questions: Sequence[SavedQuestion]) -> folder_schemas.SavedQuestions:
    """Return all saved questions of a user, and how many have a change that was not seen."""
    return {
        "questions": [saved_question(each) for each in questions],
        "unread": sum(each.unread for each in questions),
    }


def _answer(one: SavedQuestion, answer: Answer | None) -> schemas.Answer | None:
    asked = QuestionInput.model_construct(id=one.id, question=one.question, history=None)
    return ask(asked, answer) if answer else None
