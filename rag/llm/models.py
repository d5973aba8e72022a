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

from index.errors import ChatError
from rag.llm.context import UNKNOWN, served, widened

SECONDS = 120.0  # maximum silence of a model
LONGEST = 250  # tokens of an answer
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
class Reached:
    """A chat model that is available now; `name` is the value for --model."""

    name: str
    where: str


def reach(name: str, window: int | None = None) -> BaseChatModel:
    """Return the chat model of that name; its profile holds its context window, if known.

    `window` overrides the context window, in tokens. Nothing is sent to the model yet.

    Raises:
        ChatError: the name is of no known kind, a package is not installed, a key is not set, or a server
            does not answer the request for its models.
    """
    if name.startswith(SERVED):
        return widened(_served(name), window)
    kind, _, rest = name.partition(":")
    if not rest:
        raise ChatError(f"{name!r} does not say where the chat model is.", EXAMPLE)
    if kind == "local":
        from rag.llm.local import load

        return widened(load(rest, LONGEST), window)
    return widened(_provided(name, kind, window), window)


class Later:
    """A chat model by name, reached on first use; failed attempts are repeated on the next use."""

    def __init__(self, name: str, window: int | None = None) -> None:
        self.name = name
        self._window = window
        self._lock = Lock()
        self._chat: BaseChatModel | None = None

    def __call__(self) -> BaseChatModel:
        """Return the chat model. Raises ChatError."""
        with self._lock:
            self._chat = self._chat or reach(self.name, self._window)
            return self._chat


def opened(name: str, window: int | None = None) -> Later:
    """Return an opener for the chat model of that name; `window` overrides its context window, in tokens.

    A server may be down now and up later, so it is contacted on first use. Everything else is loaded at once.
    Raises ChatError as `reach` does.
    """
    later = Later(name, window)
    if not name.startswith(SERVED):
        later()
    return later


def reachable() -> Iterator[Reached]:
    """Yield the models available now: of local servers that answer, and of providers with a key."""
    for where, address in SERVERS.items():
        try:
            yield from (Reached(f"{address}#{model}", where) for model, _ in _listed(address, 1.0))
        except ChatError:
            continue
    for provider, key in KEYS.items():
        if os.environ.get(key):
            yield Reached(f"{provider}:NAME", f"{key} is set")


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


def passing(error: Exception) -> bool:
    """Return whether an error is transient, as a wrong key or an unknown model is not."""
    status = getattr(error, "status_code", None)
    return not isinstance(status, int) or status in {408, 409, 429} or not 400 <= status < 500


def unkeyed(error: Exception) -> str:
    """Return the message of an error with any API key removed."""
    said = str(error)
    for key in filter(None, map(os.environ.get, KEYS.values())):
        said = said.replace(key, "...")
    return said


def _served(name: str) -> BaseChatModel:
    from langchain_openai import ChatOpenAI

    address, _, model = name.partition("#")
    offered = dict[str, int | None]()
    try:
        offered |= _listed(address, SECONDS)
    except ChatError:  # some servers have no model list; given a name, they can be used all the same
        if not model:
            raise
    model = model or next(iter(offered))
    chat = ChatOpenAI(
        base_url=address,
        model=model,
        api_key=lambda: os.environ.get("OPENAI_API_KEY") or "none",
        timeout=SECONDS,
        max_retries=0,
        max_completion_tokens=LONGEST,
        temperature=0,
    )
    return widened(chat, offered.get(model) or UNKNOWN)


def _listed(address: str, seconds: float) -> list[tuple[str, int | None]]:
    """Return the models that a server offers, each with its context window if reported.

    Raises ChatError if the server does not answer.
    """
    from openai import OpenAI, OpenAIError

    key = os.environ.get("OPENAI_API_KEY") or "none"
    try:
        with OpenAI(base_url=address, api_key=key, timeout=seconds, max_retries=0) as server:
            found = [(model.id, served(model.model_dump())) for model in server.models.list()]
    except OpenAIError as error:
        told = f"No chat model answers at {address}: {unkeyed(error)}"
        raise ChatError(told, "citeback models") from error
    if not found:
        raise ChatError(f"The server at {address} offers no model.", "citeback models")
    return found


def _provided(name: str, provider: str, window: int | None) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    if (key := KEYS.get(provider)) and not os.environ.get(key):
        raise ChatError(f"{name} needs a key, and {key} is not set.", f"export {key}=...")
    try:
        chat: BaseChatModel = init_chat_model(name, temperature=0, **_options(provider, window))
    except ImportError as error:
        told = f"{name} needs a package that is not installed: {error}"
        raise ChatError(told, f"pip install langchain-{provider}") from error
    except ValueError as error:
        raise ChatError(f"{name} is not a known chat model: {error}", "citeback models") from error
    return chat


def _options(provider: str, window: int | None) -> dict[str, Any]:
    """Return provider options that set our timeout and disable the library's own retries.

    For Ollama they also set the context window, since it silently truncates longer input.
    """
    if provider == "ollama":
        read = {"num_ctx": window or UNKNOWN, "num_predict": LONGEST}
        return read | {"client_kwargs": {"timeout": SECONDS}}
    return {"timeout": SECONDS, "max_retries": 0} if provider in KEYS else {}
