"""Chat models by name: what is reached, how much each reads at once, and what is said where it fails."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from json import dumps
from pathlib import Path
from typing import Any

import pytest
import torch
from typed import Typed

from citeback.index.embedding.models.model_path import model_path
from citeback.index.errors import ChatError
from citeback.index.settings import Settings
from citeback.rag.answer import Turn
from citeback.rag.writing.chat_models import ANSWER_TIMEOUT, LazyChatModel, chat_model_loader, load_chat_model
from citeback.rag.writing.chat_writer import ChatWriter, is_truncated
from citeback.rag.writing.context_window import UNKNOWN, configured_window, context_window, served_window

WEIGHTS = Path.home() / ".cache" / "small-chat-model" / "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gpt", "does not say where"),
        ("openai:gpt", "OPENAI_API_KEY is not set"),
        ("nobody:x", "not a known chat model"),
        ("local:/nowhere/model.gguf", "There is no file"),
        ("http://127.0.0.1:9/v1", "No chat model answers at"),
    ],
)
def test_a_name_that_leads_nowhere_says_what_to_do(
    name: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ChatError, match=message) as raised:
        load_chat_model(name)
    assert raised.value.remedy


def test_a_server_that_is_down_is_no_error_yet() -> None:
    assert chat_model_loader("http://127.0.0.1:9/v1").name == "http://127.0.0.1:9/v1"


def test_a_key_is_told_of_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret-of-mine")
    typed = Typed("models")
    assert "OPENAI_API_KEY is set" in typed.out
    assert "secret" not in typed.out + typed.err + repr(load_chat_model("openai:gpt-x"))
    assert '"models": [' in Typed("models", "--json").out


def test_a_named_model_of_a_server_without_a_list_can_be_asked_all_the_same() -> None:
    assert context_window(load_chat_model("http://127.0.0.1:9/v1#some")) == UNKNOWN


@pytest.fixture(scope="module")
def listing() -> Iterator[str]:
    """Serve a list of models, each described as some server does."""
    models = [
        {"id": "llama", "meta": {"n_ctx": 2048, "n_ctx_train": 32768}},
        {"id": "vllm", "max_model_len": 16384},
        {"id": "silent"},
    ]

    class Listing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = dumps({"object": "list", "data": models}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Listing) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("model", "reads"),
    [("", 2048), ("#llama", 2048), ("#vllm", 16384), ("#silent", UNKNOWN), ("#no", UNKNOWN)],
)
def test_a_server_says_how_much_its_model_reads(listing: str, model: str, reads: int) -> None:
    assert context_window(load_chat_model(listing + model)) == reads
    assert context_window(load_chat_model(listing + model, 1234)) == 1234
    assert context_window(LazyChatModel(listing + model, 1234)()) == 1234


def test_what_is_no_number_of_tokens_says_nothing() -> None:
    from transformers import LlamaConfig

    assert [served_window(said) for said in ({}, {"meta": None}, {"n_ctx": 0}, {"n_ctx": "many"})] == [
        None
    ] * 4
    assert configured_window(LlamaConfig(max_position_embeddings=77)) == 77


@pytest.mark.parametrize(
    ("name", "reads"),
    [("openai:gpt-4o", 128_000), ("anthropic:claude-sonnet-4-5", 200_000), ("ollama:x", UNKNOWN)],
)
def test_a_model_of_a_provider_is_made_and_its_profile_says_how_much_it_reads(
    name: str, reads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = name.partition(":")[0]
    if find_spec(f"langchain_{provider}") is None:
        pytest.skip(f"langchain-{provider} is not installed here")
    monkeypatch.setenv(f"{provider.upper()}_API_KEY", "no-real-key")
    assert context_window(load_chat_model(name)) == reads
    assert context_window(load_chat_model(name, 9000)) == 9000


def test_ollama_is_told_to_read_as_much_as_it_is_given() -> None:
    if find_spec("langchain_ollama") is None:
        pytest.skip("langchain-ollama is not installed here")
    assert [getattr(load_chat_model("ollama:x", tokens), "num_ctx", 0) for tokens in (None, 9000)] == [
        UNKNOWN,
        9000,
    ]


def test_ollama_that_is_down_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    if find_spec("langchain_ollama") is None:
        pytest.skip("langchain-ollama is not installed here")
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    writer = ChatWriter(chat_model_loader("ollama:x"), "ollama:x", sleep=lambda _: None)
    with pytest.raises(ChatError, match=r"ollama:x does not answer: .*onnect") as raised:
        writer.standalone("And in 2023?", [Turn("user", "How many ships in 2022?")])
    assert raised.value.remedy == "citeback models"


@pytest.mark.parametrize("provider", ["anthropic", "groq"])
def test_a_package_that_is_missing_is_named_with_how_to_install_it(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "no-real-key")
    if find_spec(f"langchain_{provider}") is not None:
        pytest.skip(f"langchain-{provider} is here, and LangChain keeps what it has imported")
    with pytest.raises(ChatError, match="needs a package") as raised:
        load_chat_model(f"{provider}:x")
    assert raised.value.remedy == f"pip install langchain-{provider}"


TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a model of random weights with a real tokenizer, as a Hugging Face model is saved."""
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    made = tmp_path_factory.mktemp("model")
    tokenizer = AutoTokenizer.from_pretrained(model_path(Settings()))
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(made)
    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=1500,
        eos_token_id=None,
    )
    LlamaForCausalLM(config).save_pretrained(made)
    return made


def test_a_model_in_a_folder_writes_here_and_stops_where_it_must(folder: Path) -> None:
    chat = load_chat_model(f"local:{folder}")
    first, again = (list(chat.stream([("system", "Be brief."), ("human", "Why?")])) for _ in range(2))
    assert context_window(chat) == 1500
    assert "".join(str(c.text) for c in first) == "".join(str(c.text) for c in again) != ""
    assert len(first) > 10 and any(is_truncated(chunk) for chunk in first)


def test_a_model_in_a_folder_stops_when_nobody_listens(folder: Path) -> None:
    from citeback.rag.writing.local_model import LocalChat

    written = []
    chat = load_chat_model(f"local:{folder}")
    assert isinstance(chat, LocalChat)
    chat.model.register_forward_hook(lambda *_: written.append(1))
    stream = chat.stream([("human", "Why?")])
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert 0 < len(written) < ANSWER_TIMEOUT


def test_what_goes_wrong_in_a_model_is_told_and_not_an_empty_answer(folder: Path) -> None:
    from citeback.rag.writing.local_model import LocalChat

    chat = load_chat_model(f"local:{folder}")
    assert isinstance(chat, LocalChat)

    def broken(*_: Any) -> None:
        raise RuntimeError("out of memory")

    chat.model.register_forward_pre_hook(broken)
    with pytest.raises(ChatError, match="does not answer: out of memory"):
        ChatWriter(lambda: chat, "local:x", sleep=lambda _: None).standalone("Why?", [])


def test_a_folder_without_a_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(ChatError, match="could not be loaded"):
        load_chat_model(f"local:{tmp_path}")


@pytest.mark.real_data
def test_a_gguf_file_is_run_here() -> None:
    if not WEIGHTS.is_file():
        pytest.skip(f"real model: there is no {WEIGHTS}")
    if find_spec("gguf") is None:
        pytest.skip("accelerate and gguf are not installed here")
    chat = load_chat_model(f"local:{WEIGHTS}")
    text = "".join(str(chunk.text) for chunk in chat.stream([("human", "Reply with one word: ship")]))
    assert context_window(chat) == 32768 and "ship" in text.casefold()
