"""The context window of a chat model, in tokens, as reported by the model or set by the user.

LangChain keeps it in the model's profile. Profiles exist for the models of providers; for others, the window
is read from their server or configuration and stored there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel, ModelProfile

UNKNOWN = 4096  # Ollama's default
TOKEN = 3.5  # bytes of UTF-8 per token, a low estimate so that whatever is counted as fitting does fit
MESSAGE = 10  # tokens that a chat template adds to each message
# Keys used by servers: vLLM; OpenRouter, Together; Groq; LM Studio; and llama.cpp, in `meta`.
_KEYS = ("max_model_len", "context_length", "context_window", "loaded_context_length", "n_ctx")
_CONFIGURED = ("max_position_embeddings", "n_positions", "max_seq_len")


def context_window(chat: BaseChatModel) -> int:
    """Return a model's context window in tokens, for input and output together."""
    return (chat.profile or {}).get("max_input_tokens") or UNKNOWN


def with_context_window(chat: BaseChatModel, tokens: int | None) -> BaseChatModel:
    """Set a model's context window to `tokens`, if it is known, and return the model."""
    if tokens:
        chat.profile = ModelProfile(**{**(chat.profile or {}), "max_input_tokens": tokens})
    return chat


def served_window(described: Mapping[str, Any]) -> int | None:
    """Return a model's context window from a server's model list, or None if the server does not report it.

    >>> served_window({"id": "small", "meta": {"n_ctx": 4096, "n_ctx_train": 32768}})
    4096
    """
    return _first({**described, **(described.get("meta") or {})}, _KEYS)


def configured_window(config: Any) -> int | None:
    """Return a model's context window from its Hugging Face configuration, or None if it is not there."""
    return _first(vars(config.get_text_config()), _CONFIGURED)


def estimate_tokens(text: str) -> int:
    """Return an upper estimate of a text's tokens, in any script."""
    return int(len(text.encode("utf-8", "replace")) / TOKEN) + 1


def _first(described: Mapping[str, Any], keys: Sequence[str]) -> int | None:
    results = (described.get(key) for key in keys)
    return next((n for n in results if isinstance(n, int) and n > 0), None)
