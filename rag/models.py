"""Chat models by name, reached through LangChain. Must never know prompts, evidence or what is asked.

    openai:NAME, anthropic:NAME, ollama:NAME   a provider that `init_chat_model` knows
    http://host:port/v1                        any OpenAI-compatible server; #NAME picks one of its models
    local:PATH_OR_NAME                         a Hugging Face model or a GGUF file, run in this process

Keys come from the environment, where the providers' own libraries read them; none passes through here.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from langchain_core.language_models import BaseChatModel

from index.errors import ChatError

SECONDS = 120.0  # that a model may be silent
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
    """A chat model that can be named: `name` is what to type after --model."""

    name: str
    where: str


def reach(name: str) -> BaseChatModel:
    """Return the chat model of that name. Nothing is sent to it yet.

    Raises:
        ChatError: no such kind of name, its package is not installed, its key is not set, or a server
            that was to be asked for its models does not answer.
    """
    if name.startswith(SERVED):
        return _served(name)
    kind, _, rest = name.partition(":")
    if not rest:
        raise ChatError(f"{name!r} does not say where the chat model is.", EXAMPLE)
    if kind == "local":
        from rag.local import load

        return load(rest, LONGEST)
    return _provided(name, kind)


class Later:
    """The chat model of a name, reached when it is first asked for, and again as long as that fails."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = Lock()
        self._chat: BaseChatModel | None = None

    def __call__(self) -> BaseChatModel:
        """Return the chat model. Raises ChatError."""
        with self._lock:
            self._chat = self._chat or reach(self.name)
            return self._chat


def opened(name: str) -> Later:
    """Return what reaches the chat model of that name.

    A server may be down now and up later, which is no error yet. Everything else is reached at once: raises
    ChatError as `reach` does.
    """
    later = Later(name)
    if not name.startswith(SERVED):
        later()
    return later


def reachable() -> Iterator[Reached]:
    """Yield what can be reached now: servers on this computer that answer, and providers with a key."""
    for where, address in SERVERS.items():
        try:
            yield from (Reached(f"{address}#{model}", where) for model in _listed(address, 1.0))
        except ChatError:
            continue
    for provider, key in KEYS.items():
        if os.environ.get(key):
            yield Reached(f"{provider}:NAME", f"{key} is set")


def failures() -> tuple[type[Exception], ...]:
    """Return what a chat model may raise when it cannot be reached or gives up.

    The providers' libraries have error trees of their own; those that are loaded are named.
    """
    roots = {
        "openai": "OpenAIError",
        "anthropic": "AnthropicError",
        "ollama": "ResponseError",
        "httpx": "HTTPError",
    }
    known = [getattr(sys.modules[module], root) for module, root in roots.items() if module in sys.modules]
    return (OSError, ValueError, RuntimeError, *known)


def _served(name: str) -> BaseChatModel:
    from langchain_openai import ChatOpenAI

    address, _, model = name.partition("#")
    return ChatOpenAI(
        base_url=address,
        model=model or _listed(address, SECONDS)[0],
        api_key=lambda: os.environ.get("OPENAI_API_KEY") or "none",
        timeout=SECONDS,
        max_retries=0,
        max_completion_tokens=LONGEST,
        temperature=0,
    )


def _listed(address: str, seconds: float) -> list[str]:
    """Return the models that a server offers. Raises ChatError where it does not answer."""
    from openai import OpenAI, OpenAIError

    key = os.environ.get("OPENAI_API_KEY") or "none"
    try:
        with OpenAI(base_url=address, api_key=key, timeout=seconds, max_retries=0) as server:
            found = [model.id for model in server.models.list()]
    except OpenAIError as error:
        raise ChatError(f"No chat model answers at {address}: {error}", "citeback models") from error
    if not found:
        raise ChatError(f"The server at {address} offers no model.", "citeback models")
    return found


def _provided(name: str, provider: str) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    if (key := KEYS.get(provider)) and not os.environ.get(key):
        raise ChatError(f"{name} needs a key, and {key} is not set.", f"export {key}=...")
    try:
        return init_chat_model(name, temperature=0)
    except ImportError as error:
        raise ChatError(
            f"{name} needs a package that is not installed: {error}", f"pip install 'citeback[{provider}]'"
        ) from error
    except ValueError as error:
        raise ChatError(f"{name} is not a chat model that is known: {error}", "citeback models") from error
