"""A chat model with a cache on disk, keyed by its messages.

A run of an hour can be interrupted and resumed, and cached answers can be verified again after a change of
the verification.
"""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult


class Remembered(BaseChatModel):
    """Streams the answers of `chat`, cached in `kept`, one JSON object a line."""

    chat: Callable[[], BaseChatModel]
    kept: Path

    @property
    def _llm_type(self) -> str:
        return "remembered"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError("it is always streamed")

    def _stream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        message = sha256(repr([(m.type, m.content) for m in messages]).encode()).hexdigest()
        written = self._written(message)
        if written is not None:
            yield ChatGenerationChunk(message=AIMessageChunk(content=written))
            return
        texts: list[str] = []
        try:
            for chunk in self.chat().stream(messages):
                texts.append(str(chunk.text))
                yield ChatGenerationChunk(message=AIMessageChunk(content=texts[-1]))
        except GeneratorExit:  # the reader stopped early
            self._keep(message, "".join(texts))
            raise
        self._keep(message, "".join(texts))

    def _written(self, message: str) -> str | None:
        if not self.kept.is_file():
            return None
        with self.kept.open(encoding="utf-8") as lines:
            return next((row["written"] for row in map(json.loads, lines) if row["told"] == message), None)

    def _keep(self, message: str, written: str) -> None:
        with self.kept.open("a", encoding="utf-8") as kept:
            kept.write(json.dumps({"told": message, "written": written}) + "\n")
