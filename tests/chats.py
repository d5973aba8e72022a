"""A scripted chat model, and a real server for a small model."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

WEIGHTS = Path.home() / ".cache" / "small-chat-model" / "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"


class ScriptedChat(BaseChatModel):
    """Streams one scripted text after another, a few characters at a time.

    An exception in the script is raised, and a function is called with the messages. `ends` is the finish
    reason.
    """

    script: list[Any]
    ends: str = "stop"
    heard: list[list[BaseMessage]] = []  # noqa: RUF012
    stopped: list[int] = []  # noqa: RUF012

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        raise AssertionError("it is always streamed")

    def _stream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        self.heard.append(messages)
        result = self.script.pop(0)
        notice = 0
        try:
            for part in result if isinstance(result, list) else [result]:
                if isinstance(part, Exception):
                    raise part
                text = part(messages) if callable(part) else part
                for i in range(0, len(text), 7):
                    yield ChatGenerationChunk(message=AIMessageChunk(content=text[i : i + 7]))
                    notice += 1
            ended = AIMessageChunk(content="", response_metadata={"finish_reason": self.ends})
            yield ChatGenerationChunk(message=ended)
        finally:
            self.stopped.append(notice)


@pytest.fixture(scope="module")
def server(shared: Path) -> Iterator[str]:
    """Serve the small model if its weights are present; nothing is downloaded."""
    if not WEIGHTS.is_file() or not (WEIGHTS.parent / "venv").is_dir():
        pytest.skip(f"real model: there is no {WEIGHTS}; {shared}/models/chat-server serve fetches it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(shared / "models" / "chat-server"), "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ) as run:
        try:
            while run.stdout and b"serving" not in run.stdout.readline():
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            run.terminate()
