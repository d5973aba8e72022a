"""A chat model that says what a script tells it to."""

from collections.abc import Iterator
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult


class ScriptedChat(BaseChatModel):
    """Says one text after another, in pieces of a few characters.

    An error in the script is raised, and a function says what it makes of the messages. `ends` is the reason
    that the model gives for ending.
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
        said = self.script.pop(0)
        told = 0
        try:
            for part in said if isinstance(said, list) else [said]:
                if isinstance(part, Exception):
                    raise part
                text = part(messages) if callable(part) else part
                for i in range(0, len(text), 7):
                    yield ChatGenerationChunk(message=AIMessageChunk(content=text[i : i + 7]))
                    told += 1
            ended = AIMessageChunk(content="", response_metadata={"finish_reason": self.ends})
            yield ChatGenerationChunk(message=ended)
        finally:
            self.stopped.append(told)
