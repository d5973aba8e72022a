"""`citeback mcp`: serves an assistant that starts this command."""

from terminal.options import STORE, At


def mcp(store: At = STORE) -> None:
    """Serve an assistant over standard input and output, by the Model Context Protocol (MCP).

    The assistant gets the tools ask, search, documents and show, which return the same JSON as --json. Every
    question uses the newest index. A page served by citeback chat offers the same at /mcp.
    """
    from index.store import Store
    from rag.latest import Latest
    from serving import assistants
    from serving.queue import Queue

    latest = Latest(Store(store))
    assistants.server(lambda _: latest(), Queue(), assistants.here).run()
