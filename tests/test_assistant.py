"""An assistant that speaks MCP, over HTTP and over a pipe."""

import sys
from pathlib import Path

import httpx
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError
from served import SHIPS, client, corpus
from typed import CLI

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.rag.corpus import Corpus, CorpusOptions
from citeback.rag.current_corpus import CurrentCorpus
from citeback.serving import mcp_server
from citeback.serving.work_queue import WorkQueue


async def test_an_assistant_gets_the_same_answers(client: httpx.Client, corpus: Corpus) -> None:
    async with Client(f"{client.base_url}mcp/") as assistant:
        tools = await assistant.list_tools()
        assert {tool.name for tool in tools.tools} == {
            "ask",
            "search",
            "verify",
            "table",
            "list",
            "conflicts",
            "timeline",
            "summary",
            "documents",
            "show",
            "export",
            "save_question",
            "saved_questions",
            "delete_question",
        }
        answer = await assistant.call_tool("ask", {"question": SHIPS})
        assert answer.structured_content
        assert answer.structured_content["text"] == corpus.ask(SHIPS).text
        shown = await assistant.call_tool("show", {"document": "no.md", "start": 0, "end": 1})
        assert shown.is_error and "no.md" in str(shown.content)


async def test_a_prompt_that_there_is_none_of_is_refused_without_a_traceback(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    async with Client(f"{client.base_url}mcp/") as assistant:
        with pytest.raises(MCPError, match="Method not found"):
            await assistant.get_prompt("x")
        with pytest.raises(MCPError, match="Method not found"):
            await assistant.read_resource("file:///etc/passwd")
        assert (await assistant.list_prompts()).prompts == []
    assert not caplog.records


@pytest.mark.parametrize(
    ("kept", "names"),
    [
        ({}, ["canal.md", "old/ferry.txt"]),
        ({"in": ["old/**"]}, ["old/ferry.txt"]),
        ({"since": "1971"}, ["canal.md"]),
        ({"until": "1971"}, ["old/ferry.txt"]),
        ({"type": ["markdown"]}, ["canal.md"]),
        ({"author": ["Ada"]}, []),
    ],
)
async def test_an_assistant_keeps_to_some_documents(
    corpus: Corpus, kept: dict[str, object], names: list[str]
) -> None:
    async with Client(
        mcp_server.mcp_server(lambda _: corpus, WorkQueue(), mcp_server.local_rights)
    ) as assistant:
        listed = await assistant.call_tool("documents", kept)
        assert listed.structured_content
        assert [each["document"] for each in listed.structured_content["documents"]] == names
        result = await assistant.call_tool("search", {"question": SHIPS, "k": 5, **kept})
        assert result.structured_content
        assert {each["document"] for each in result.structured_content["passages"]} == set(names)
        answer = await assistant.call_tool("ask", {"question": SHIPS, **kept})
        assert answer.structured_content
        assert answer.structured_content["abstained"] == ("canal.md" not in names)


async def test_an_assistant_is_told_of_the_filters_and_of_what_is_no_date(corpus: Corpus) -> None:
    async with Client(
        mcp_server.mcp_server(lambda _: corpus, WorkQueue(), mcp_server.local_rights)
    ) as assistant:
        tools = {tool.name: tool for tool in (await assistant.list_tools()).tools}
        for name in ("ask", "search", "documents"):
            result = tools[name].input_schema["properties"]
            assert {"in", "since", "until", "type", "author"} <= set(result)
            assert result["in"]["description"] == "names or patterns: reports/**, *.pdf"
            assert tools[name].input_schema["additionalProperties"] is False
        for wrong, words in (
            ({"since": "May"}, "2024-05-31"),
            ({"since": "0000-00-00"}, "2024-05-31"),
            ({"sinse": "2024"}, "takes no 'sinse'"),
            ({"paths": ["old/**"]}, "takes no 'paths'"),
            ({"k": 101}, "100"),
        ):
            mistaken = await assistant.call_tool("search", {"question": SHIPS, **wrong})
            assert mistaken.is_error and words in str(mistaken.content)


async def test_an_assistant_starts_the_command_itself(corpus: Corpus) -> None:
    started = StdioServerParameters(
        command=sys.executable, args=[*CLI, "mcp", "--store", str(corpus.store.path)]
    )
    async with Client(started) as assistant:
        documents = await assistant.call_tool("documents", {})
        assert documents.structured_content
        assert documents.structured_content["documents"][0]["document"] == "canal.md"


async def test_an_assistant_is_told_when_nothing_is_indexed(tmp_path: Path, encoder: SentenceEncoder) -> None:
    latest = CurrentCorpus(Store(tmp_path / "none"), CorpusOptions(load=lambda _: encoder))
    async with Client(
        mcp_server.mcp_server(lambda _: latest(), WorkQueue(), mcp_server.local_rights)
    ) as assistant:
        answer = await assistant.call_tool("ask", {"question": SHIPS})
        assert answer.is_error and "citeback index FOLDER" in str(answer.content)
