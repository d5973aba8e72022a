"""Questions and histories are bounded wherever they come in, and whoever sent one too long is told so."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import ValidationError
from scripted import ScriptedCorpus, source

from citeback import wire
from citeback.page.presenters.conversation import ChatHandlers
from citeback.page.presenters.lookup import SearchHandlers
from citeback.page.state.conversations import ConversationStore
from citeback.page.state.exchange import ConversationState, Exchange, history
from citeback.page.state.feedback import FeedbackFile
from citeback.rag.answer import Answer
from citeback.serving import mcp_tools
from citeback.serving.request_schemas import Question, Search

LONG = "w" * (wire.QUESTION + 1)
TURN = {"role": "user", "text": "Who kept the lock?"}
TOO_MUCH = [
    ({"question": LONG}, "question: longer than 2,000 characters"),
    ({"question": "Who?", "history": [TURN] * (wire.TURNS + 1)}, "history: more than 100 of them"),
    (
        {"question": "Who?", "history": [TURN | {"text": "w" * (wire.TURN + 1)}]},
        "history.0.text: longer than 20,000 characters",
    ),
    (
        {"question": "Who?", "history": [TURN | {"role": "w" * (wire.TURN + 1)}]},
        "history.0.role: longer than 20,000 characters",
    ),
]


@pytest.mark.parametrize(("given", "said"), TOO_MUCH, ids=range(4))
def test_a_line_of_a_batch_that_is_too_long_is_named(given: dict[str, object], said: str) -> None:
    line = json.dumps({"id": 1, **given}).encode()
    with pytest.raises(ValueError, match=f"^line 2: {said}"):
        wire.parse_questions(b'{"id": 0, "question": "Who?"}\n' + line)
    with pytest.raises(ValueError, match=f"^line 1: {said}"):
        wire.parse_evaluation(line)


@pytest.mark.parametrize(("given", "said"), TOO_MUCH, ids=range(4))
@pytest.mark.parametrize("kind", [Question, Search])
def test_the_api_takes_no_more(kind: type[Question], given: dict[str, object], said: str) -> None:
    assert said
    with pytest.raises(ValidationError, match="at most"):
        kind.model_validate(given)


def test_what_is_as_long_as_may_be_is_taken() -> None:
    turn = {"role": "user", "text": "w" * wire.TURN}
    given = {"question": LONG[1:], "history": [turn] * wire.TURNS}
    assert Question.model_validate(given).question == LONG[1:]
    assert wire.single_question(LONG[1:]).question == LONG[1:]


def test_an_assistant_is_told() -> None:
    with pytest.raises(ToolError, match="longer than 2,000 characters"):
        mcp_tools.question_input(LONG)


def test_a_command_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "citeback", "ask", LONG, "--store", str(tmp_path)]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1]
    )
    assert ended.returncode == 2
    assert "longer than 2,000" in " ".join(ended.stderr.split())


def test_the_page_says_so_and_asks_nothing(tmp_path: Path) -> None:
    corpus = ScriptedCorpus({"a.txt": source("One.")})
    page = ChatHandlers(
        lambda: corpus, ConversationStore(tmp_path / "kept.sqlite"), FeedbackFile(tmp_path / "feedback.jsonl")
    )
    [exchange] = page.answers(LONG, ConversationState())
    assert exchange.error and "2,001 characters; the maximum is 2,000" in exchange.error.message
    shown, passages = SearchHandlers(lambda: corpus).look_up({"question": LONG})
    assert "the maximum is 2,000" in shown
    assert passages == ()


def test_a_long_conversation_goes_on_with_its_latest_turns() -> None:
    exchanges = tuple(
        Exchange(f"Question {n}?", answer=Answer(f"Question {n}?", "", True, 0.0, (), ()))
        for n in range(wire.TURNS)
    )
    turns = history(exchanges)
    assert len(turns) == wire.TURNS
    assert turns[-2].text == f"Question {wire.TURNS - 1}?"
