"""A chat model run in this process by transformers: a Hugging Face model or a GGUF file.

Importing it takes seconds.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import torch
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import ConfigDict
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    StoppingCriteria,
    StoppingCriteriaList,
    TextIteratorStreamer,
)

from citeback.index.embedding.models.pickled_weights import pickle_problem
from citeback.index.errors import ChatError
from citeback.rag.writing.context_window import configured_window, with_context_window

ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class LocalChat(BaseChatModel):
    """A model and its tokenizer; decoding is greedy, so equal messages get equal replies."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: Any
    tokenizer: Any
    longest: int

    @property
    def _llm_type(self) -> str:
        return "local"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        del stop, run_manager, kwargs
        results = [{"role": ROLES[m.type], "content": str(m.content)} for m in messages]
        encoded = self.tokenizer.apply_chat_template(
            results, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        given = {name: encoded[name] for name in ("input_ids", "attention_mask")}
        streamer = TextIteratorStreamer(self.tokenizer, skip_prompt=True, skip_special_tokens=True)
        enough = Event()
        with ThreadPoolExecutor(1) as thread:
            written = thread.submit(self._write, given, streamer, enough)
            try:
                for text in streamer:
                    yield ChatGenerationChunk(message=AIMessageChunk(content=text))
            finally:  # the reader may stop early: the model then stops at its next token
                enough.set()
            ended = {"finish_reason": "length" if written.result() >= self.longest else "stop"}
        yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata=ended))

    def _write(self, given: Any, streamer: TextIteratorStreamer, enough: Event) -> int:
        """Return the number of tokens written."""
        try:
            result = self.model.generate(
                **given,
                max_new_tokens=self.longest,
                do_sample=False,
                streamer=streamer,
                stopping_criteria=StoppingCriteriaList([_Enough(enough)]),
            )
        finally:
            streamer.end()  # type: ignore[no-untyped-call]
        return int(result.shape[1] - given["input_ids"].shape[1])


class _Enough(StoppingCriteria):
    def __init__(self, enough: Event) -> None:
        self.enough = enough

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **kwargs: Any) -> torch.Tensor:  # noqa: ARG002
        return torch.full((input_ids.shape[0],), self.enough.is_set(), dtype=torch.bool)


def load(name: str, longest: int) -> BaseChatModel:
    """Load the model of that name or path; `longest` is the maximum number of tokens it writes.

    Raises:
        ChatError: the model does not exist or cannot be read, or a GGUF file needs a package that is not
            installed.
    """
    path = Path(name).expanduser()
    place, more = (str(path.parent), {"gguf_file": path.name}) if path.suffix == ".gguf" else (name, {})
    safe = {} if more else {"use_safetensors": True}  # the other weight format is pickled
    if more and not path.is_file():
        raise ChatError(f"There is no file {path}.", "citeback models")
    if not more and (reason := pickle_problem(path)):
        raise ChatError(f"The chat model {name!r} could not be loaded: {reason}.", "citeback models")
    try:
        tokenizer = AutoTokenizer.from_pretrained(place, trust_remote_code=False, **more)
        model = AutoModelForCausalLM.from_pretrained(
            place, trust_remote_code=False, dtype="auto", **safe, **more
        )
    except ImportError as error:
        raise ChatError(
            f"{name} needs a package that is not installed: {error}", "pip install accelerate gguf"
        ) from error
    except (OSError, ValueError) as error:
        raise ChatError(f"The chat model {name!r} could not be loaded: {error}", "citeback models") from error
    model.eval()  # type: ignore[no-untyped-call]
    chat = LocalChat(model=model, tokenizer=tokenizer, longest=longest)
    return with_context_window(chat, configured_window(model.config))
