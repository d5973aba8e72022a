"""How many tokens a chat model reads at once, by its own word or a person's. Must never know what it reads.

LangChain has a place for it, the model's profile: it is known there for models of providers, and put there
for others from what their server or their configuration says.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel, ModelProfile

UNKNOWN = 4096  # what Ollama opens a model with where nobody says otherwise
TOKEN = 3.5  # bytes of UTF-8 to a token: few, so that what is counted as fitting does fit
MESSAGE = 10  # tokens that a model's template puts around a message
# Where servers put it: vLLM; OpenRouter, Together; Groq; LM Studio; and llama.cpp, in `meta`.
_KEYS = ("max_model_len", "context_length", "context_window", "loaded_context_length", "n_ctx")
_CONFIGURED = ("max_position_embeddings", "n_positions", "max_seq_len")


def window(chat: BaseChatModel) -> int:
    """Return how many tokens a model reads and writes at once."""
    return (chat.profile or {}).get("max_input_tokens") or UNKNOWN


def widened(chat: BaseChatModel, tokens: int | None) -> BaseChatModel:
    """Return the model, of which it is known now that it reads so many tokens; None where it is not."""
    if tokens:
        chat.profile = ModelProfile(**{**(chat.profile or {}), "max_input_tokens": tokens})
    return chat


def served(described: Mapping[str, Any]) -> int | None:
    """Return the window of a model as a server describes it in its list, None where it does not say.

    >>> served({"id": "small", "meta": {"n_ctx": 4096, "n_ctx_train": 32768}})
    4096
    """
    return _first({**described, **(described.get("meta") or {})}, _KEYS)


def configured(config: Any) -> int | None:
    """Return the window of a Hugging Face model with that configuration, None where it does not say."""
    return _first(vars(config.get_text_config()), _CONFIGURED)


def tokens(text: str) -> int:
    """Return how many tokens a text may be, in any writing; rather too many."""
    return int(len(text.encode("utf-8", "replace")) / TOKEN) + 1


def _first(described: Mapping[str, Any], keys: Sequence[str]) -> int | None:
    found = (described.get(key) for key in keys)
    return next((n for n in found if isinstance(n, int) and n > 0), None)
