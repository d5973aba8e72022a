"""Chat models by name, reached through LangChain.

    openai:NAME, anthropic:NAME, ollama:NAME   a provider that `init_chat_model` knows
    http://host:port/v1                        any OpenAI-compatible server; #NAME picks one of its models
    local:PATH_OR_NAME                         a Hugging Face model or a GGUF file, run in this process

The providers' libraries read keys from the environment.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

from langchain_core.language_models import BaseChatModel

from citeback.index.errors import ChatError
from citeback.rag.writing.context_window import UNKNOWN, served_window, with_context_window

LIST_TIMEOUT = 120.0  # maximum silence of a model
ANSWER_TIMEOUT = 250  # tokens of an answer
KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
SERVERS = {
    "Ollama": "http://127.0.0.1:11434/v1",
    "LM Studio": "http://127.0.0.1:1234/v1",
    "llama.cpp": "http://127.0.0.1:8080/v1",
    "vLLM": "http://127.0.0.1:8000/v1",
}
SERVED = ("http://", "https://")
EXAMPLE = "citeback ask --model http://127.0.0.1:11434/v1 QUESTION"


@dataclass(frozen=True, slots=True)
class AvailableModel:
    """A chat model that is available now; `name` is the value for --model."""

    name: str
    provider: str


def load_chat_model(name: str, window: int | None = None) -> BaseChatModel:
    """Return the chat model of that name; its profile holds its context window, if known.

    `window` overrides the context window, in tokens. Nothing is sent to the model yet.

    Raises:
        ChatError: the name is of no known kind, a package is not installed, a key is not set, or a server
            does not answer the request for its models.
    """
    if name.startswith(SERVED):
        return with_context_window(_served(name), window)
    kind, _, rest = name.partition(":")
    if not rest:
        raise ChatError(f"{name!r} does not say where the chat model is.", EXAMPLE)
    if kind == "local":
        from citeback.rag.writing.local_model import load

        return with_context_window(load(rest, ANSWER_TIMEOUT), window)
    return with_context_window(_provider_model(name, kind, window), window)


class LazyChatModel:
    """A chat model by name, reached on first use; failed attempts are repeated on the next use."""

    def __init__(self, name: str, window: int | None = None) -> None:
        self.name = name
        self._window = window
        self._lock = Lock()
        self._chat: BaseChatModel | None = None

    def __call__(self) -> BaseChatModel:
        """Return the chat model. Raises ChatError."""
        with self._lock:
            self._chat = self._chat or load_chat_model(self.name, self._window)
            return self._chat


def chat_model_loader(name: str, window: int | None = None) -> LazyChatModel:
    """Return an opener for the chat model of that name; `window` overrides its context window, in tokens.

    A server may be down now and up later, so it is contacted on first use. Everything else is loaded at once.
    Raises ChatError as `load_chat_model` does.
    """
    later = LazyChatModel(name, window)
    if not name.startswith(SERVED):
        later()
    return later


def available_models() -> Iterator[AvailableModel]:
    """Yield the models available now: of local servers that answer, and of providers with a key."""
    for where, address in SERVERS.items():
        try:
            yield from (
                AvailableModel(f"{address}#{model}", where) for model, _ in _listed_models(address, 1.0)
            )
        except ChatError:
            continue
    for provider, key in KEYS.items():
        if os.environ.get(key):
            yield AvailableModel(f"{provider}:NAME", f"{key} is set")


def failures() -> tuple[type[Exception], ...]:
    """Return the exceptions that a chat model may raise.

    The providers' libraries have error trees of their own; those of the loaded libraries are included.
    """
    roots = {
        "openai": "OpenAIError",
        "anthropic": "AnthropicError",
        "ollama": "ResponseError",
        "httpx": "HTTPError",
        "httpx2": "HTTPError",
    }
    known = [getattr(sys.modules[module], root) for module, root in roots.items() if module in sys.modules]
    return (OSError, ValueError, RuntimeError, *known)


def is_transient(error: Exception) -> bool:
    """Return whether an error is transient, as a wrong key or an unknown model is not."""
    status = getattr(error, "status_code", None)
    return not isinstance(status, int) or status in {408, 409, 429} or not 400 <= status < 500


def redact_key(error: Exception) -> str:
    """Return the message of an error with any API key removed."""
    text = str(error)
    for key in filter(None, map(os.environ.get, KEYS.values())):
        text = text.replace(key, "...")
    return text


def _served(name: str) -> BaseChatModel:
    from langchain_openai import ChatOpenAI

    address, _, model = name.partition("#")
    offered = dict[str, int | None]()
    try:
        offered |= _listed_models(address, LIST_TIMEOUT)
    except ChatError:  # some servers have no model list; given a name, they can be used all the same
        if not model:
            raise
    model = model or next(iter(offered))
    chat = ChatOpenAI(
        base_url=address,
        model=model,
        api_key=lambda: os.environ.get("OPENAI_API_KEY") or "none",
        timeout=LIST_TIMEOUT,
        max_retries=0,
        max_completion_tokens=ANSWER_TIMEOUT,
        temperature=0,
    )
    return with_context_window(chat, offered.get(model) or UNKNOWN)


def _listed_models(address: str, seconds: float) -> list[tuple[str, int | None]]:
    """Return the models that a server offers, each with its context window if reported.

    Raises ChatError if the server does not answer.
    """
    from openai import OpenAI, OpenAIError

    key = os.environ.get("OPENAI_API_KEY") or "none"
    try:
        with OpenAI(base_url=address, api_key=key, timeout=seconds, max_retries=0) as server:
            results = [(model.id, served_window(model.model_dump())) for model in server.models.list()]
    except OpenAIError as error:
        message = f"No chat model answers at {address}: {redact_key(error)}"
        raise ChatError(message, "citeback models") from error
    if not results:
        raise ChatError(f"The server at {address} offers no model.", "citeback models")
    return results


def _provider_model(name: str, provider: str, window: int | None) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    if (key := KEYS.get(provider)) and not os.environ.get(key):
        raise ChatError(f"{name} needs a key, and {key} is not set.", f"export {key}=...")
    try:
        chat: BaseChatModel = init_chat_model(name, temperature=0, **_options(provider, window))
    except ImportError as error:
        message = f"{name} needs a package that is not installed: {error}"
        raise ChatError(message, f"pip install langchain-{provider}") from error
    except ValueError as error:
        raise ChatError(f"{name} is not a known chat model: {error}", "citeback models") from error
    return chat


def _options(provider: str, window: int | None) -> dict[str, Any]:
    """Return provider options that set our timeout and disable the library's own retries.

    For Ollama they also set the context window, since it silently truncates longer input.
    """
    if provider == "ollama":
        read = {"num_ctx": window or UNKNOWN, "num_predict": ANSWER_TIMEOUT}
        return read | {"client_kwargs": {"timeout": LIST_TIMEOUT}}
    return {"timeout": LIST_TIMEOUT, "max_retries": 0} if provider in KEYS else {}
